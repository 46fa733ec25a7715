//! The columns that `columns/*.toml` computes by a declaration: joins, then expressions.

use jiff::ToSpan;
use jiff::civil::Date;
use lake::table::Table;
use polars::prelude::*;

use super::{left, polars_type, source};
use crate::catalogue::derived::{Derivation, DerivedColumn, Join, derivation};
use crate::{Error, Inputs};

/// Adds the declared columns to the records of a table from `from` to `to`.
pub fn derive(frame: LazyFrame, table: &Table, inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let Some(derivation) = derivation(&table.nom) else {
        return Ok(frame);
    };
    let mut frame = frame;
    for join in &derivation.jointures {
        let joined = joined(join, inputs, from, to)?;
        let key: Vec<Expr> = join.cle.iter().map(|name| col(name.as_str())).collect();
        frame = frame.join(joined, key.clone(), key, left());
    }
    expressions(frame, derivation)
}

/// Computes the expressions once more, after the rules have voided what they name.
pub fn again(frame: LazyFrame, table: &Table) -> Result<LazyFrame, Error> {
    match derivation(&table.nom) {
        Some(derivation) => expressions(frame, derivation),
        None => Ok(frame),
    }
}

/// What the other records say, one row a key.
fn joined(join: &Join, inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let table = lake::table::table(&join.table).ok_or_else(|| {
        Error::Request(format!(
            "la table « {} », nommée par une jointure, n'est pas déclarée",
            join.table
        ))
    })?;
    let first = from.checked_sub(join.jours_avant.days()).unwrap_or(from);
    let last = to.checked_add(join.jours_apres.days()).unwrap_or(to);
    let columns = join.colonnes.iter().map(computed).collect::<Result<Vec<_>, _>>()?;
    let key: Vec<Expr> = join.cle.iter().map(|name| col(name.as_str())).collect();
    Ok(source::days(table, inputs, first, last)?.group_by(key).agg(columns))
}

/// As few steps as possible: each column comes with the first ones after those it names, for a long chain of steps makes a plan
/// too deep to be walked.
fn expressions(frame: LazyFrame, derivation: &Derivation) -> Result<LazyFrame, Error> {
    let mut left: Vec<&DerivedColumn> = derivation.colonnes.iter().collect();
    let mut frame = frame;
    while !left.is_empty() {
        let waits = |column: &&DerivedColumn| left.iter().any(|other| other.nom != column.nom && names(column, &other.nom));
        let (later, now): (Vec<_>, Vec<_>) = left.iter().copied().partition(waits);
        if now.is_empty() {
            let table = &derivation.table;
            return Err(Error::Request(format!(
                "{table} : des colonnes calculées se nomment l'une l'autre"
            )));
        }
        frame = frame.with_columns(now.into_iter().map(computed).collect::<Result<Vec<_>, _>>()?);
        left = later;
    }
    Ok(frame)
}

/// Whether the expression of a column names another.
fn names(column: &DerivedColumn, other: &str) -> bool {
    let words = |text: &str| {
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .any(|word| word == other)
    };
    words(&column.expression)
}

fn computed(column: &DerivedColumn) -> Result<Expr, Error> {
    let expression =
        polars::sql::sql_expr(&column.expression).map_err(Error::frame(format!("lire l'expression de {}", column.nom)))?;
    Ok(expression.cast(polars_type(column.kind)).alias(column.nom.as_str()))
}
