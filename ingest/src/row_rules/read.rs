//! From the SQL of a rule to an expression that can be evaluated on one row. What is not understood, or would compare unlike
//! things, is refused: a rule is never judged otherwise than as it is written.

use std::cmp::Ordering;

use sqlparser::ast::{
    BinaryOperator, DataType, DateTimeField, Expr as Sql, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Interval,
    UnaryOperator, Value as Literal,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::expr::{Comparison, Expr, Kind, Operation};
use super::time::Part;

/// Why an expression cannot be evaluated here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The column that is not there.
    Column(String),
    /// What is written is not of the subset.
    Form,
}

/// An expression and the kind of its values.
pub type Read = Result<(Expr, Kind), Refused>;

/// What a column is: a place in the record, or what is computed from others.
pub trait Columns {
    fn column(&mut self, name: &str) -> Read;
}

impl<F: FnMut(&str) -> Read> Columns for F {
    fn column(&mut self, name: &str) -> Read {
        self(name)
    }
}

/// Reads a condition.
pub fn condition(sql: &str, columns: &mut dyn Columns) -> Result<Expr, Refused> {
    of_kind(Kind::Bool, whole(sql, columns)?)
}

/// Reads an expression.
pub fn whole(sql: &str, columns: &mut dyn Columns) -> Read {
    let mut parser = Parser::new(&GenericDialect).try_with_sql(sql).map_err(|_| Refused::Form)?;
    let parsed = parser.parse_expr().map_err(|_| Refused::Form)?;
    if parser.peek_token().token != Token::EOF {
        return Err(Refused::Form);
    }
    expression(&parsed, columns)
}

fn expression(sql: &Sql, columns: &mut dyn Columns) -> Read {
    match sql {
        Sql::Identifier(name) => columns.column(&name.value),
        Sql::Value(value) => literal(&value.value),
        Sql::Nested(inner) => expression(inner, columns),
        Sql::UnaryOp { op, expr } => {
            let inner = expression(expr, columns)?;
            match op {
                UnaryOperator::Not => Ok((not(of_kind(Kind::Bool, inner)?), Kind::Bool)),
                UnaryOperator::Plus => Ok((of_kind(Kind::Number, inner)?, Kind::Number)),
                UnaryOperator::Minus => Ok((
                    compute(Operation::Minus, Expr::Number(0.0), of_kind(Kind::Number, inner)?),
                    Kind::Number,
                )),
                _ => Err(Refused::Form),
            }
        }
        Sql::BinaryOp { left, op, right } => binary(left, op, right, columns),
        Sql::IsNull(inner) => Ok((Expr::IsNull(Box::new(expression(inner, columns)?.0)), Kind::Bool)),
        Sql::IsNotNull(inner) => Ok((not(Expr::IsNull(Box::new(expression(inner, columns)?.0))), Kind::Bool)),
        Sql::InList { expr, list, negated } => {
            let (inner, kind) = expression(expr, columns)?;
            let list = list
                .iter()
                .map(|item| of_kind(kind, expression(item, columns)?))
                .collect::<Result<_, _>>()?;
            Ok((unless(*negated, Expr::In(Box::new(inner), list)), Kind::Bool))
        }
        Sql::Between {
            expr,
            negated,
            low,
            high,
        } => {
            let inner = expression(expr, columns)?;
            let from = compare(Comparison::GtEq, inner.clone(), expression(low, columns)?)?;
            let to = compare(Comparison::LtEq, inner, expression(high, columns)?)?;
            Ok((unless(*negated, Expr::And(Box::new(from), Box::new(to))), Kind::Bool))
        }
        Sql::Like {
            expr,
            pattern,
            negated,
            any: false,
            escape_char: None,
        } => {
            let [text, pattern] = [expr, pattern].map(|part| of_kind(Kind::Text, expression(part, columns)?).map(Box::new));
            Ok((unless(*negated, alike_to(text?, pattern?)), Kind::Bool))
        }
        Sql::Case {
            operand: None,
            conditions,
            else_result,
            ..
        } => {
            let mut kind = Kind::Any;
            let mut whens = Vec::new();
            for when in conditions {
                let condition = of_kind(Kind::Bool, expression(&when.condition, columns)?)?;
                whens.push((condition, alike(&mut kind, expression(&when.result, columns)?)?));
            }
            let otherwise = match else_result {
                Some(result) => alike(&mut kind, expression(result, columns)?)?,
                None => Expr::Null,
            };
            Ok((Expr::Case(whens, Box::new(otherwise)), kind))
        }
        Sql::Substring {
            expr,
            substring_from: Some(from),
            substring_for,
            ..
        } => {
            let text = of_kind(Kind::Text, expression(expr, columns)?)?;
            let from = of_kind(Kind::Number, expression(from, columns)?)?;
            let length = match substring_for {
                Some(length) => Some(Box::new(of_kind(Kind::Number, expression(length, columns)?)?)),
                None => None,
            };
            Ok((Expr::Substr(Box::new(text), Box::new(from), length), Kind::Text))
        }
        Sql::Cast { expr, data_type, .. } => cast(data_type, expression(expr, columns)?),
        Sql::Extract { field, expr, .. } => {
            let part = Part::of(field).ok_or(Refused::Form)?;
            let time = of_kind(Kind::Time, expression(expr, columns)?)?;
            Ok((Expr::Part(part, Box::new(time)), Kind::Number))
        }
        Sql::Floor { expr, .. } => {
            let number = of_kind(Kind::Number, expression(expr, columns)?)?;
            Ok((Expr::Floor(Box::new(number)), Kind::Number))
        }
        Sql::Function(function) => call(function, columns),
        _ => Err(Refused::Form),
    }
}

fn literal(value: &Literal) -> Read {
    match value {
        Literal::Number(text, _) => {
            let number = text.parse().map_err(|_| Refused::Form)?;
            Ok((Expr::Number(number), Kind::Number))
        }
        Literal::SingleQuotedString(text) => Ok((Expr::Text(text.clone()), Kind::Text)),
        Literal::Boolean(truth) => Ok((Expr::Bool(*truth), Kind::Bool)),
        Literal::Null => Ok((Expr::Null, Kind::Any)),
        _ => Err(Refused::Form),
    }
}

fn binary(left: &Sql, op: &BinaryOperator, right: &Sql, columns: &mut dyn Columns) -> Read {
    let sides = expression(left, columns)?;
    if let (Sql::Interval(interval), BinaryOperator::Plus | BinaryOperator::Minus) = (right, op) {
        let sign = if *op == BinaryOperator::Minus { -1 } else { 1 };
        let by = microseconds(interval).ok_or(Refused::Form)?;
        return Ok((Expr::Shift(Box::new(of_kind(Kind::Time, sides)?), sign * by), Kind::Time));
    }
    let other = expression(right, columns)?;
    let comparison = match op {
        BinaryOperator::Eq => Comparison::Eq,
        BinaryOperator::NotEq => Comparison::NotEq,
        BinaryOperator::Lt => Comparison::Lt,
        BinaryOperator::LtEq => Comparison::LtEq,
        BinaryOperator::Gt => Comparison::Gt,
        BinaryOperator::GtEq => Comparison::GtEq,
        BinaryOperator::And | BinaryOperator::Or => {
            let (left, right) = (of_kind(Kind::Bool, sides)?, of_kind(Kind::Bool, other)?);
            let joined = if *op == BinaryOperator::And { Expr::And } else { Expr::Or };
            return Ok((joined(Box::new(left), Box::new(right)), Kind::Bool));
        }
        // How long from one instant to another, in microseconds.
        BinaryOperator::Minus if sides.1 == Kind::Time && other.1 == Kind::Time => {
            return Ok((Expr::Elapsed(Box::new(other.0), Box::new(sides.0)), Kind::Number));
        }
        BinaryOperator::StringConcat => {
            let mut parts = pieces(of_kind(Kind::Text, sides)?);
            parts.extend(pieces(of_kind(Kind::Text, other)?));
            return Ok((Expr::Joined(parts), Kind::Text));
        }
        _ => {
            let operation = match op {
                BinaryOperator::Plus => Operation::Plus,
                BinaryOperator::Minus => Operation::Minus,
                BinaryOperator::Multiply => Operation::Multiply,
                BinaryOperator::Divide => Operation::Divide,
                _ => return Err(Refused::Form),
            };
            let (left, right) = (of_kind(Kind::Number, sides)?, of_kind(Kind::Number, other)?);
            return Ok((compute(operation, left, right), Kind::Number));
        }
    };
    Ok((compare(comparison, sides, other)?, Kind::Bool))
}

/// A day, or a whole number; a text that is none says nothing.
fn cast(to: &DataType, (inner, kind): (Expr, Kind)) -> Read {
    let is_whole = matches!(to, DataType::BigInt(_) | DataType::Integer(_) | DataType::Int(_));
    match (to, kind) {
        (DataType::Date, Kind::Time) => Ok((Expr::Day(Box::new(inner)), Kind::Time)),
        (_, Kind::Number | Kind::Text) if is_whole => Ok((Expr::Whole(Box::new(inner)), Kind::Number)),
        _ => Err(Refused::Form),
    }
}

/// `LIKE`; of a pattern that is a beginning, what begins so, which is found much faster.
fn alike_to(text: Box<Expr>, pattern: Box<Expr>) -> Expr {
    let beginning = match pattern.as_ref() {
        Expr::Text(pattern) => pattern.strip_suffix('%').filter(|text| !text.contains(['%', '_'])),
        _ => None,
    };
    match beginning.map(str::to_owned) {
        Some(beginning) => Expr::StartsWith(text, vec![Expr::Text(beginning)]),
        None => Expr::Like(text, pattern),
    }
}

/// Texts put one after another.
fn pieces(text: Expr) -> Vec<Expr> {
    match text {
        Expr::Joined(parts) => parts,
        one => vec![one],
    }
}

fn call(function: &Function, columns: &mut dyn Columns) -> Read {
    let FunctionArguments::List(list) = &function.args else {
        return Err(Refused::Form);
    };
    let plain = function.over.is_none() && function.filter.is_none() && function.null_treatment.is_none();
    if !plain || list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
        return Err(Refused::Form);
    }
    let mut arguments = Vec::new();
    for argument in &list.args {
        let FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) = argument else {
            return Err(Refused::Form);
        };
        arguments.push(expression(argument, columns)?);
    }
    let boxed = |kind: Kind, argument: &(Expr, Kind)| of_kind(kind, argument.clone()).map(Box::new);
    match (function.name.to_string().to_uppercase().as_str(), arguments.as_slice()) {
        ("ABS", [number]) => Ok((Expr::Abs(boxed(Kind::Number, number)?), Kind::Number)),
        ("LEFT", [text, length]) => Ok((
            Expr::Substr(
                boxed(Kind::Text, text)?,
                Box::new(Expr::Number(1.0)),
                Some(boxed(Kind::Number, length)?),
            ),
            Kind::Text,
        )),
        ("SUBSTR", [text, from]) => Ok((
            Expr::Substr(boxed(Kind::Text, text)?, boxed(Kind::Number, from)?, None),
            Kind::Text,
        )),
        ("SUBSTR", [text, from, length]) => Ok((
            Expr::Substr(
                boxed(Kind::Text, text)?,
                boxed(Kind::Number, from)?,
                Some(boxed(Kind::Number, length)?),
            ),
            Kind::Text,
        )),
        ("FLOOR", [number]) => Ok((Expr::Floor(boxed(Kind::Number, number)?), Kind::Number)),
        ("STARTS_WITH", [text, start]) => Ok((
            Expr::StartsWith(boxed(Kind::Text, text)?, pieces(of_kind(Kind::Text, start.clone())?)),
            Kind::Bool,
        )),
        (name @ ("COALESCE" | "GREATEST" | "LEAST"), [_, _, ..]) => {
            let mut kind = Kind::Any;
            let parts = arguments
                .into_iter()
                .map(|argument| alike(&mut kind, argument))
                .collect::<Result<_, _>>()?;
            let made = match name {
                "COALESCE" => Expr::Coalesce(parts),
                "GREATEST" => Expr::Extreme(Ordering::Greater, parts),
                _ => Expr::Extreme(Ordering::Less, parts),
            };
            Ok((made, kind))
        }
        _ => Err(Refused::Form),
    }
}

fn compare(comparison: Comparison, left: (Expr, Kind), right: (Expr, Kind)) -> Result<Expr, Refused> {
    let mut kind = left.1;
    let right = alike(&mut kind, right)?;
    Ok(Expr::Compare(comparison, Box::new(left.0), Box::new(right)))
}

fn compute(operation: Operation, left: Expr, right: Expr) -> Expr {
    Expr::Compute(operation, Box::new(left), Box::new(right))
}

fn not(inner: Expr) -> Expr {
    Expr::Not(Box::new(inner))
}

fn unless(negated: bool, inner: Expr) -> Expr {
    if negated { not(inner) } else { inner }
}

/// An expression that must be of a kind; nothing is of every kind.
fn of_kind(wanted: Kind, (expr, kind): (Expr, Kind)) -> Result<Expr, Refused> {
    match kind == wanted || kind == Kind::Any || wanted == Kind::Any {
        true => Ok(expr),
        false => Err(Refused::Form),
    }
}

/// An expression of the kind of the others.
fn alike(kind: &mut Kind, part: (Expr, Kind)) -> Result<Expr, Refused> {
    if *kind == Kind::Any {
        *kind = part.1;
    }
    of_kind(*kind, part)
}

/// `INTERVAL '5 minutes'` or `INTERVAL '5' MINUTE`; months and years have no fixed length.
fn microseconds(interval: &Interval) -> Option<i64> {
    let Sql::Value(value) = interval.value.as_ref() else {
        return None;
    };
    let (Literal::SingleQuotedString(text) | Literal::Number(text, _)) = &value.value else {
        return None;
    };
    let mut words = text.split_whitespace();
    let number: i64 = words.next()?.parse().ok()?;
    let unit = match (&interval.leading_field, words.next()) {
        (None, Some(unit)) => unit.to_lowercase(),
        (Some(field @ (DateTimeField::Day | DateTimeField::Hour | DateTimeField::Minute | DateTimeField::Second)), None) => {
            field.to_string().to_lowercase()
        }
        _ => return None,
    };
    let seconds = match unit.trim_end_matches('s') {
        "day" => 86_400,
        "hour" => 3_600,
        "minute" => 60,
        "second" => 1,
        _ => return None,
    };
    let plain = words.next().is_none() && interval.last_field.is_none();
    plain.then(|| number * seconds * 1_000_000)
}
