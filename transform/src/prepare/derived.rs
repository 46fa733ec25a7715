//! The columns that `columns/*.toml` computes by a declaration: joins, then expressions.

use jiff::ToSpan;
use jiff::civil::Date;
use lake::reference;
use lake::table::Table;
use polars::prelude::*;

use super::{distances, left, polars_type, source};
use crate::catalogue::derived::{Derivation, DerivedColumn, Join, Membership, derivation};
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
    for column in &derivation.colonnes {
        if let Some(places) = &column.entre {
            frame = distances::with(frame, &column.nom, places, inputs)?;
        }
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
pub fn joined(join: &Join, inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
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
    // A key may name the hour, the day or the month, which are no columns of the view.
    let day = col(&table.mois).cast(DataType::Date);
    let mut periods = vec![day.clone().alias("jour"), first_of_month(day).alias("mois_debut")];
    if join.cle.iter().any(|name| name == "heure") {
        periods.push(col(&table.mois).dt().hour().cast(DataType::Int16).alias("heure"));
    }
    let records = source::days(table, inputs, first, last)?.with_columns(periods);
    Ok(records.group_by(key).agg(columns))
}

/// As few steps as possible: each column comes with the first ones after those it names, for a long chain of steps makes a plan
/// too deep to be walked.
fn expressions(frame: LazyFrame, derivation: &Derivation) -> Result<LazyFrame, Error> {
    let is_computed = |column: &&DerivedColumn| !column.expression.is_empty() || column.dans.is_some();
    let computed_here = derivation.colonnes.iter().filter(is_computed);
    let mut left: Vec<&DerivedColumn> = computed_here.collect();
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
    words(&column.expression) || column.dans.as_ref().is_some_and(|membership| membership.colonne == other)
}

/// The expression of a declared column.
pub fn computed(column: &DerivedColumn) -> Result<Expr, Error> {
    let expression = match &column.dans {
        Some(membership) => member(membership)?,
        None => {
            polars::sql::sql_expr(&column.expression).map_err(Error::frame(format!("lire l'expression de {}", column.nom)))?
        }
    };
    Ok(expression.cast(polars_type(column.kind)).alias(column.nom.as_str()))
}

/// First day of the month of a date.
pub fn first_of_month(day: Expr) -> Expr {
    let before = day.clone().dt().day().cast(DataType::Int32) - lit(1);
    (day.cast(DataType::Int32) - before).cast(DataType::Date)
}

fn member(membership: &Membership) -> Result<Expr, Error> {
    let list = membership.liste.as_str();
    let known: Vec<&str> = match list {
        "communes" => reference::communes().iter().map(|row| row.insee).collect(),
        "smur" => reference::smur().iter().map(|row| row.finess_geo.as_str()).collect(),
        "departements_smur" => reference::smur().iter().map(|row| row.departement.as_str()).collect(),
        _ => match lake::code_list::code_list(list) {
            Some(codes) => codes.codes.iter().map(|row| row.code.as_str()).collect(),
            None => {
                return Err(Error::Request(format!(
                    "la liste « {list} », nommée par une colonne, n'existe pas"
                )));
            }
        },
    };
    let known = Series::new("connus".into(), known);
    let value = col(membership.colonne.as_str());
    // A missing value is in no list and out of none.
    Ok(when(value.clone().is_not_null())
        .then(value.is_in(lit(known).implode(true), false))
        .otherwise(lit(NULL)))
}
