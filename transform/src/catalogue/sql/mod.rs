//! The SQL subset of declarations: what means the same to polars and to DuckDB. An expression is parsed and checked here,
//! then given to polars, which can read nothing that it was not given.

mod codes;
mod functions;
mod walk;

use polars::prelude::*;
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserError};

pub use functions::{AGGREGATES, SCALARS};

use super::columns::KnownTable;

/// What an expression may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// A predicate over one row, before the rules have voided anything: boolean, no aggregate.
    Rule,
    /// A value or a filter over one usable row: no aggregate.
    Row,
    /// A value over many usable rows: aggregates allowed.
    Aggregate,
}

/// A mistake in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Byte offset in the expression.
    pub offset: usize,
    pub message: String,
    pub hint: Option<String>,
}

impl Problem {
    fn at(sql: &str, line: u64, column: u64, message: impl Into<String>) -> Problem {
        Problem {
            offset: offset_of(sql, line, column),
            message: message.into(),
            hint: None,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Problem {
        self.hint = Some(hint.into());
        self
    }
}

/// Reads an expression over a table: every mistake found, or the polars expression.
pub fn expression(sql: &str, table: &KnownTable, nature: Nature) -> Result<Expr, Vec<Problem>> {
    columns_of(sql, table, nature)?;
    let expr = polars::sql::sql_expr(sql).map_err(|error| whole(refused(&error)))?;
    let schema = match nature {
        Nature::Rule => table.judged_schema(),
        Nature::Row | Nature::Aggregate => table.schema(),
    };
    let kind = DataFrame::empty_with_schema(&schema)
        .lazy()
        .select([expr.clone().alias("expression")])
        .collect_schema()
        .map_err(|error| whole(refused(&error)))?;
    if nature == Nature::Rule && kind.get("expression") != Some(&DataType::Boolean) {
        return Err(whole(
            "une condition est attendue : l'expression ne vaut pas vrai ou faux".to_owned(),
        ));
    }
    Ok(expr)
}

/// Names of the columns that an expression uses, in the order met, once the subset is checked.
pub fn columns_of(sql: &str, table: &KnownTable, nature: Nature) -> Result<Vec<String>, Vec<Problem>> {
    let parsed = parse(sql).map_err(|problem| vec![problem])?;
    let mut walk = walk::Walk::new(sql, table, nature);
    walk.visit(&parsed);
    if walk.problems.is_empty() {
        Ok(walk.columns)
    } else {
        Err(walk.problems)
    }
}

fn parse(sql: &str) -> Result<sqlparser::ast::Expr, Problem> {
    let mut parser = Parser::new(&GenericDialect)
        .try_with_sql(sql)
        .map_err(|error| unreadable(sql, &error))?;
    let parsed = parser.parse_expr().map_err(|error| unreadable(sql, &error))?;
    let next = parser.peek_token();
    if next.token != sqlparser::tokenizer::Token::EOF {
        let place = next.span.start;
        let message = format!("« {} » n'est pas attendu ici", next.token);
        return Err(Problem::at(sql, place.line, place.column, message).hint("une seule expression, sans AS ni FROM"));
    }
    Ok(parsed)
}

/// sqlparser writes the place at the end of its message: « …, found: X at Line: 1, Column: 12 ».
fn unreadable(sql: &str, error: &ParserError) -> Problem {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.clone(),
        ParserError::RecursionLimitExceeded => "expression trop profonde".to_owned(),
    };
    let number = |label: &str| -> Option<u64> {
        let after = &text[text.rfind(label)? + label.len()..];
        after.trim_start().split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    };
    let message = format!("expression illisible : {}", text.split(" at Line:").next().unwrap_or(&text));
    match (number("Line:"), number("Column:")) {
        (Some(line), Some(column)) => Problem::at(sql, line, column, message),
        // The end of the expression has no place of its own.
        _ => Problem {
            offset: sql.len(),
            message,
            hint: None,
        },
    }
}

fn refused(error: &PolarsError) -> String {
    let text = error.to_string();
    format!("expression refusée : {}", text.lines().next().unwrap_or_default())
}

fn whole(message: String) -> Vec<Problem> {
    vec![Problem {
        offset: 0,
        message,
        hint: None,
    }]
}

/// Byte offset of a place that sqlparser gives: lines and columns from 1, in characters.
fn offset_of(sql: &str, line: u64, column: u64) -> usize {
    let start: usize = sql
        .split_inclusive('\n')
        .take(line.saturating_sub(1) as usize)
        .map(str::len)
        .sum();
    sql[start..]
        .char_indices()
        .nth(column.saturating_sub(1) as usize)
        .map_or(sql.len(), |(index, _)| start + index)
}

#[cfg(test)]
mod tests;
