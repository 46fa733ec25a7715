//! Walks a parsed expression: every construct must belong to the subset, every name to the table.

use sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Spanned,
    UnaryOperator, Value,
};
use sqlparser::tokenizer::Location;

use super::codes::strangers;
use super::functions::{AGGREGATES, SCALARS, allowed};
use super::{Nature, Problem};
use crate::catalogue::columns::KnownTable;
use crate::catalogue::nearest::nearest;

const SUBSET: &str = "permis : comparaisons, AND, OR, NOT, IN, BETWEEN, IS [NOT] NULL, LIKE, CASE, CAST, arithmétique, \
                      horodatage ± INTERVAL, et les fonctions de la liste";

pub struct Walk<'a> {
    sql: &'a str,
    table: &'a KnownTable,
    nature: Nature,
    pub columns: Vec<String>,
    pub problems: Vec<Problem>,
}

impl<'a> Walk<'a> {
    pub fn new(sql: &'a str, table: &'a KnownTable, nature: Nature) -> Walk<'a> {
        Walk {
            sql,
            table,
            nature,
            columns: Vec::new(),
            problems: Vec::new(),
        }
    }

    pub fn visit(&mut self, expr: &Expr) {
        match expr {
            Expr::Identifier(name) => self.column(name),
            Expr::Value(value) => match value.value {
                Value::Number(..) | Value::SingleQuotedString(_) | Value::Boolean(_) | Value::Null => {}
                _ => self.forbidden(value.span.start, "cette forme de valeur"),
            },
            Expr::Nested(inner) | Expr::IsNull(inner) | Expr::IsNotNull(inner) => self.visit(inner),
            Expr::UnaryOp { op, expr: inner } => {
                if !matches!(op, UnaryOperator::Not | UnaryOperator::Minus | UnaryOperator::Plus) {
                    self.forbidden(expr.span().start, &format!("l'opérateur {op}"));
                }
                self.visit(inner);
            }
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right),
            Expr::InList { expr: inner, list, .. } => {
                self.visit(inner);
                list.iter().for_each(|item| self.visit(item));
                self.codes(inner, list);
            }
            Expr::Between {
                expr: inner, low, high, ..
            } => [inner, low, high].into_iter().for_each(|part| self.visit(part)),
            Expr::Like {
                expr: inner,
                pattern,
                any: false,
                escape_char: None,
                ..
            } => [inner, pattern].into_iter().for_each(|part| self.visit(part)),
            Expr::Case {
                operand: None,
                conditions,
                else_result,
                ..
            } => {
                for when in conditions {
                    self.visit(&when.condition);
                    self.visit(&when.result);
                }
                if let Some(otherwise) = else_result {
                    self.visit(otherwise);
                }
            }
            Expr::Cast {
                kind: CastKind::Cast,
                expr: inner,
                data_type,
                ..
            } => {
                self.cast(data_type, expr.span().start);
                self.visit(inner);
            }
            Expr::Substring {
                expr: inner,
                substring_from,
                substring_for,
                special: true,
                ..
            } => {
                self.visit(inner);
                for part in [substring_from, substring_for].into_iter().flatten() {
                    self.visit(part);
                }
            }
            Expr::Function(function) => self.function(function),
            Expr::Interval(_) => self.forbidden(expr.span().start, "INTERVAL hors de « horodatage ± INTERVAL »"),
            other => self.forbidden(other.span().start, &format!("« {} »", shortened(&other.to_string()))),
        }
    }

    fn binary(&mut self, left: &Expr, op: &BinaryOperator, right: &Expr) {
        use BinaryOperator::{And, Divide, Eq, Gt, GtEq, Lt, LtEq, Minus, Multiply, NotEq, Or, Plus};
        if !matches!(
            op,
            And | Or | Eq | NotEq | Lt | LtEq | Gt | GtEq | Plus | Minus | Multiply | Divide
        ) {
            self.forbidden(left.span().start, &format!("l'opérateur {op}"));
        }
        self.visit(left);
        let shift = matches!(op, Plus | Minus) && matches!(right, Expr::Interval(_));
        if !shift {
            self.visit(right);
        }
        if matches!(op, Eq | NotEq) {
            self.codes(left, [right]);
            self.codes(right, [left]);
        }
    }

    fn codes<'e>(&mut self, compared: &Expr, texts: impl IntoIterator<Item = &'e Expr>) {
        for stranger in strangers(self.table, compared, texts) {
            let problem = self.problem(stranger.place, stranger.message).hint(stranger.hint);
            self.problems.push(problem);
        }
    }

    fn column(&mut self, name: &Ident) {
        let allowed = |rule: bool| {
            let columns = self.table.columns.iter();
            columns
                .filter(move |column| !(rule && column.after_rules))
                .map(|column| column.nom.as_str())
        };
        let rule = self.nature == Nature::Rule;
        if allowed(rule).any(|known| known == name.value) {
            if !self.columns.contains(&name.value) {
                self.columns.push(name.value.clone());
            }
            return;
        }
        let message = format!("colonne inconnue « {} » dans la table {}", name.value, self.table.nom);
        let mut problem = self.problem(name.span.start, message);
        problem.hint = match self.table.column(&name.value) {
            Some(_) => Some("cette colonne n'existe qu'après les règles : une règle ne peut pas la nommer".to_owned()),
            None => nearest(&name.value, allowed(rule)).map(|known| format!("la plus proche est « {known} »")),
        };
        self.problems.push(problem);
    }

    fn function(&mut self, function: &Function) {
        let name = function.name.to_string().to_uppercase();
        let place = function.name.span().start;
        let aggregates = self.nature == Nature::Aggregate;
        let known = SCALARS.iter().find(|(known, ..)| *known == name);
        let aggregate = AGGREGATES.iter().find(|(known, ..)| *known == name);
        let Some((_, least, greatest)) = known.or(aggregate.filter(|_| aggregates)) else {
            let message = match aggregate {
                Some(_) => format!("{name} porte sur plusieurs lignes : une condition porte sur une seule"),
                None => format!("fonction hors du sous-ensemble : {name}"),
            };
            let problem = self.problem(place, message).hint(allowed(aggregates));
            return self.problems.push(problem);
        };
        match &function.filter {
            Some(filter) if aggregate.is_some() && name != "QUANTILE_CONT" => self.visit(filter),
            Some(_) => {
                let problem = self
                    .problem(place, format!("{name} n'admet pas FILTER"))
                    .hint("écrire QUANTILE_CONT(CASE WHEN … THEN x END, p)");
                self.problems.push(problem);
            }
            None => {}
        }
        let plain = function.over.is_none() && function.within_group.is_empty() && function.null_treatment.is_none();
        let FunctionArguments::List(arguments) = &function.args else {
            return self.forbidden(place, &format!("{name} sous cette forme"));
        };
        if !plain || arguments.duplicate_treatment.is_some() || !arguments.clauses.is_empty() {
            self.forbidden(place, &format!("{name} avec DISTINCT, OVER ou un ordre"));
        }
        if !(*least..=*greatest).contains(&arguments.args.len()) {
            let message = format!(
                "{name} attend {least} à {greatest} arguments, {} donnés",
                arguments.args.len()
            );
            let problem = self.problem(place, message);
            self.problems.push(problem);
        }
        for argument in &arguments.args {
            match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) => self.visit(inner),
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if name == "COUNT" => {}
                other => self.forbidden(place, &format!("l'argument « {other} »")),
            }
        }
    }

    fn cast(&mut self, kind: &DataType, place: Location) {
        use DataType::{BigInt, Boolean, Date, Double, Int, Integer, SmallInt, Varchar};
        if !matches!(
            kind,
            BigInt(None) | Boolean | Date | Double(_) | Int(None) | Integer(None) | SmallInt(None) | Varchar(None)
        ) {
            let problem = self
                .problem(place, format!("CAST vers {kind} hors du sous-ensemble"))
                .hint("types permis : SMALLINT, INTEGER, BIGINT, DOUBLE, BOOLEAN, DATE, VARCHAR");
            self.problems.push(problem);
        }
    }

    fn forbidden(&mut self, place: Location, what: &str) {
        let problem = self
            .problem(place, format!("hors du sous-ensemble SQL : {what}"))
            .hint(SUBSET);
        self.problems.push(problem);
    }

    fn problem(&self, place: Location, message: String) -> Problem {
        Problem::at(self.sql, place.line.max(1), place.column.max(1), message)
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((index, _)) => format!("{}…", &text[..index]),
        None => text.to_owned(),
    }
}
