//! The expressions of rules, evaluated on one row with the three truth values of SQL: a comparison with nothing says nothing.

use std::cmp::Ordering;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::time::{self, Part};

/// What an expression gives. Days and instants are microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(&'a str),
    Time(i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Of a NULL that is written.
    Any,
    Bool,
    Number,
    Text,
    Time,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Eq,
    NotEq,
    Lt,
    LtEq,
    Gt,
    GtEq,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Plus,
    Minus,
    Multiply,
    Divide,
}

/// An expression whose kinds agree: `read` makes no other.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// By its place among the columns that the rules name.
    Column(usize),
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Not(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    Compute(Operation, Box<Expr>, Box<Expr>),
    /// An instant moved by so many microseconds.
    Shift(Box<Expr>, i64),
    In(Box<Expr>, Vec<Expr>),
    IsNull(Box<Expr>),
    Like(Box<Expr>, Box<Expr>),
    /// Conditions with their results, then what is left.
    Case(Vec<(Expr, Expr)>, Box<Expr>),
    Coalesce(Vec<Expr>),
    /// The greatest, or the least, of what is not empty.
    Extreme(Ordering, Vec<Expr>),
    Abs(Box<Expr>),
    /// Texts one after another: known where a text begins so, nowhere else.
    Joined(Vec<Expr>),
    /// Whether a text begins with these, one after another.
    StartsWith(Box<Expr>, Vec<Expr>),
    /// One of the values of a list.
    Within(Box<Expr>, Arc<FxHashSet<&'static str>>),
    /// Microseconds from one instant to another.
    Elapsed(Box<Expr>, Box<Expr>),
    /// The day of an instant, and one of its numbers.
    Day(Box<Expr>),
    Part(Part, Box<Expr>),
    /// A number cut at the decimal point, or read in a text.
    Whole(Box<Expr>),
    Floor(Box<Expr>),
    /// Characters from that rank, from 1, and how many at most.
    Substr(Box<Expr>, Box<Expr>, Option<Box<Expr>>),
}

/// A row, by the places of its columns.
pub trait Row<'a> {
    fn value(&self, column: usize) -> Value<'a>;
}

impl Expr {
    pub fn on<'a>(&'a self, row: &impl Row<'a>) -> Value<'a> {
        match self {
            Self::Column(place) => row.value(*place),
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Number(number) => Value::Number(*number),
            Self::Text(text) => Value::Text(text),
            Self::Not(inner) => truth(inner.is_true(row).map(|inner| !inner)),
            Self::And(left, right) => truth(match (left.is_true(row), || right.is_true(row)) {
                (Some(false), _) => Some(false),
                (Some(true), right) => right(),
                (None, right) => right().filter(|right| !right),
            }),
            Self::Or(left, right) => truth(match (left.is_true(row), || right.is_true(row)) {
                (Some(true), _) => Some(true),
                (Some(false), right) => right(),
                (None, right) => right().filter(|right| *right),
            }),
            Self::Compare(comparison, left, right) => {
                truth(order(left.on(row), right.on(row)).map(|order| comparison.holds(order)))
            }
            Self::Compute(operation, left, right) => match (left.on(row), right.on(row)) {
                (Value::Number(left), Value::Number(right)) => operation.of(left, right),
                _ => Value::Null,
            },
            Self::Shift(inner, by) => match inner.on(row) {
                Value::Time(at) => Value::Time(at.saturating_add(*by)),
                _ => Value::Null,
            },
            Self::In(inner, list) => {
                let value = inner.on(row);
                let found = list.iter().map(|item| order(value, item.on(row)).map(Ordering::is_eq));
                truth(found.fold(Some(false), either))
            }
            Self::IsNull(inner) => Value::Bool(inner.on(row) == Value::Null),
            Self::Like(inner, pattern) => both(inner, pattern, row, like),
            Self::Case(conditions, otherwise) => {
                let met = conditions.iter().find(|(condition, _)| condition.is_true(row) == Some(true));
                met.map_or(otherwise.as_ref(), |(_, result)| result).on(row)
            }
            Self::Coalesce(parts) => {
                let mut values = parts.iter().map(|part| part.on(row));
                values.find(|value| *value != Value::Null).unwrap_or(Value::Null)
            }
            Self::Extreme(wanted, parts) => {
                let values = parts.iter().map(|part| part.on(row)).filter(|value| *value != Value::Null);
                values
                    .reduce(|kept, value| if order(value, kept) == Some(*wanted) { value } else { kept })
                    .unwrap_or(Value::Null)
            }
            Self::Abs(inner) => match inner.on(row) {
                Value::Number(number) => Value::Number(number.abs()),
                _ => Value::Null,
            },
            Self::Joined(_) => Value::Null,
            Self::StartsWith(inner, parts) => {
                let Value::Text(text) = inner.on(row) else {
                    return Value::Null;
                };
                let mut left = Some(text);
                for part in parts {
                    let Value::Text(part) = part.on(row) else { return Value::Null };
                    left = left.and_then(|left| left.strip_prefix(part));
                }
                Value::Bool(left.is_some())
            }
            Self::Within(inner, list) => match inner.on(row) {
                Value::Text(text) => Value::Bool(list.contains(text)),
                _ => Value::Null,
            },
            Self::Elapsed(from, to) => match (from.on(row), to.on(row)) {
                (Value::Time(from), Value::Time(to)) => Value::Number((to - from) as f64),
                _ => Value::Null,
            },
            Self::Day(inner) => of_time(inner.on(row), |at| Value::Time(time::day(at))),
            Self::Part(part, inner) => of_time(inner.on(row), |at| part.of_time(at).map_or(Value::Null, Value::Number)),
            Self::Whole(inner) => match inner.on(row) {
                Value::Number(number) => Value::Number(number.trunc()),
                Value::Text(text) => text.parse::<i64>().map_or(Value::Null, |number| Value::Number(number as f64)),
                _ => Value::Null,
            },
            Self::Floor(inner) => match inner.on(row) {
                Value::Number(number) => Value::Number(number.floor()),
                _ => Value::Null,
            },
            Self::Substr(inner, from, length) => {
                let length = length.as_ref().map(|length| length.on(row));
                match (inner.on(row), from.on(row), length) {
                    (Value::Text(text), Value::Number(from), None) => Value::Text(piece(text, from, f64::MAX)),
                    (Value::Text(text), Value::Number(from), Some(Value::Number(length))) => {
                        Value::Text(piece(text, from, length))
                    }
                    _ => Value::Null,
                }
            }
        }
    }

    /// The expressions that it is made of.
    pub fn parts(&self) -> Vec<&Expr> {
        match self {
            Self::Column(_) | Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => Vec::new(),
            Self::Not(inner) | Self::Shift(inner, _) | Self::IsNull(inner) | Self::Abs(inner) | Self::Within(inner, _) => {
                vec![inner]
            }
            Self::Day(inner) | Self::Part(_, inner) | Self::Whole(inner) | Self::Floor(inner) => vec![inner],
            Self::And(left, right)
            | Self::Or(left, right)
            | Self::Compare(_, left, right)
            | Self::Compute(_, left, right)
            | Self::Like(left, right)
            | Self::Elapsed(left, right) => vec![left, right],
            Self::In(inner, list) | Self::StartsWith(inner, list) => std::iter::once(inner.as_ref()).chain(list).collect(),
            Self::Case(conditions, otherwise) => {
                let conditions = conditions.iter().flat_map(|(condition, result)| [condition, result]);
                conditions.chain([otherwise.as_ref()]).collect()
            }
            Self::Coalesce(parts) | Self::Extreme(_, parts) | Self::Joined(parts) => parts.iter().collect(),
            Self::Substr(inner, from, length) => [Some(inner), Some(from), length.as_ref()]
                .into_iter()
                .flatten()
                .map(AsRef::as_ref)
                .collect(),
        }
    }

    /// Of a condition; none when it is not known.
    pub fn is_true<'a>(&'a self, row: &impl Row<'a>) -> Option<bool> {
        match self.on(row) {
            Value::Bool(truth) => Some(truth),
            _ => None,
        }
    }
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Eq => order.is_eq(),
            Self::NotEq => order.is_ne(),
            Self::Lt => order.is_lt(),
            Self::LtEq => order.is_le(),
            Self::Gt => order.is_gt(),
            Self::GtEq => order.is_ge(),
        }
    }
}

impl Operation {
    fn of(self, left: f64, right: f64) -> Value<'static> {
        Value::Number(match self {
            Self::Plus => left + right,
            Self::Minus => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
        })
    }
}

fn of_time<'a>(value: Value<'a>, said: impl Fn(i64) -> Value<'a>) -> Value<'a> {
    match value {
        Value::Time(at) => said(at),
        _ => Value::Null,
    }
}

fn truth(known: Option<bool>) -> Value<'static> {
    known.map_or(Value::Null, Value::Bool)
}

fn either(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn order(left: Value, right: Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(&right),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Time(left), Value::Time(right)) => Some(left.cmp(&right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(&right)),
        _ => None,
    }
}

fn both<'a>(left: &'a Expr, right: &'a Expr, row: &impl Row<'a>, holds: fn(&str, &str) -> bool) -> Value<'a> {
    match (left.on(row), right.on(row)) {
        (Value::Text(left), Value::Text(right)) => Value::Bool(holds(left, right)),
        _ => Value::Null,
    }
}

/// `%` stands for any characters, `_` for one.
fn like(text: &str, pattern: &str) -> bool {
    let mut pattern_left = pattern.chars();
    match pattern_left.next() {
        None => text.is_empty(),
        Some('%') => {
            let rest = pattern_left.as_str();
            let ends = text.char_indices().map(|(place, _)| place).chain([text.len()]);
            ends.into_iter().any(|place| like(&text[place..], rest))
        }
        Some(wanted) => {
            let mut text_left = text.chars();
            let met = text_left.next().is_some_and(|letter| wanted == '_' || letter == wanted);
            met && like(text_left.as_str(), pattern_left.as_str())
        }
    }
}

/// So many characters from a rank that counts from 1.
fn piece(text: &str, from: f64, length: f64) -> &str {
    // Of codes, a character is a byte.
    let is_ascii = text.is_ascii();
    let place = |rank: f64| match rank <= 0.0 {
        true => 0,
        false if is_ascii => (rank as usize).min(text.len()),
        false => text.char_indices().nth(rank as usize).map_or(text.len(), |(place, _)| place),
    };
    let (start, end) = (place(from - 1.0), place(from - 1.0 + length.max(0.0)));
    &text[start..end.max(start)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_and_pieces() {
        for (text, pattern, expected) in [
            ("S934", "S%", true),
            ("S934", "_9_4", true),
            ("S934", "%34", true),
            ("S934", "s%", false),
            ("S93", "S9", false),
            ("", "%", true),
        ] {
            assert_eq!(like(text, pattern), expected, "{text} {pattern}");
        }
        assert_eq!((piece("étage", 1.0, 3.0), piece("étage", 2.0, f64::MAX)), ("éta", "tage"));
        assert_eq!((piece("ab", 1.0, 9.0), piece("ab", 5.0, 2.0)), ("ab", ""));
    }
}
