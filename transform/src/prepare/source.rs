//! Reading the files of the current view.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use lake::month::Month;
use lake::table::{Column, ColumnType, Table};
use polars::prelude::*;

use crate::{Error, Inputs};

/// The view of a declared table over these files; without a file, the same columns and no row.
pub fn view(table: &'static Table, files: &[PathBuf]) -> Result<LazyFrame, Error> {
    if files.is_empty() {
        return Ok(DataFrame::empty_with_schema(&view_schema(table)).lazy());
    }
    let mut files = files.to_vec();
    files.sort();
    crate::parquet::scan(files, Arc::new(view_schema(table))).map_err(Error::frame(format!("lire la vue de {}", table.nom)))
}

/// The records of a table of these days, both included, by the column that gives their month.
pub fn days(table: &'static Table, inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let files = of_days(inputs.view(&table.nom), from, to);
    let records = view(table, &files)?;
    let is_date = table
        .column(&table.mois)
        .is_some_and(|column| column.kind == ColumnType::Date);
    let day = |date: Date| lit(epoch_day(date)).cast(DataType::Date);
    let records = match &table.retrait {
        Some(withdrawn) => records.filter(col(withdrawn.as_str()).fill_null(lit(false)).not()),
        None => records,
    };
    // A whole month needs no look at its days.
    if files
        .iter()
        .all(|file| month_of(file).is_some_and(|month| from <= month.first_day() && month.last_day() <= to))
    {
        return Ok(records);
    }
    Ok(records.filter(if is_date {
        col(&table.mois).gt_eq(day(from)).and(col(&table.mois).lt_eq(day(to)))
    } else {
        between(&table.mois, from, to)
    }))
}

/// Those of the files that may hold these days: one in a folder `mois=AAAA-MM` holds that month only.
pub fn of_days(files: &[PathBuf], from: Date, to: Date) -> Vec<PathBuf> {
    let months = Month::of(from)..=Month::of(to);
    let kept = files
        .iter()
        .filter(|file| month_of(file).is_none_or(|month| months.contains(&month)));
    kept.cloned().collect()
}

/// The month of a file in a folder `mois=AAAA-MM`, the layout of the view.
fn month_of(file: &Path) -> Option<Month> {
    let mut folders = file.iter().rev().skip(1);
    folders.find_map(|folder| folder.to_str()?.strip_prefix("mois=")?.parse().ok())
}

/// Columns of the view of a table, as `lake::table::Table::view_schema`: name, type, and the declared column a name or its
/// companion comes from.
pub fn view_fields(table: &'static Table) -> Vec<(String, ColumnType, Option<&'static Column>)> {
    let mut fields = Vec::new();
    for column in &table.colonnes {
        fields.push((column.nom.clone(), column.kind, Some(column)));
        if let Some(companion) = column.companion() {
            fields.push((companion, ColumnType::Etat, Some(column)));
        }
    }
    for (name, kind) in [
        ("delivery", ColumnType::Text),
        ("hors_fenetre", ColumnType::Bool),
        ("flux", ColumnType::Text),
        ("extract", ColumnType::Civil),
    ] {
        fields.push((name.to_owned(), kind, None));
    }
    fields
}

/// Schema of the view of a table, for when it has no file.
fn view_schema(table: &'static Table) -> Schema {
    let declared = view_fields(table)
        .into_iter()
        .map(|(name, kind, _)| (name, polars_type(kind)));
    let unsigned = [
        ("cle", DataType::UInt64),
        ("empreinte", DataType::UInt64),
        ("rang", DataType::UInt32),
        ("ligne", DataType::UInt32),
    ];
    declared
        .chain(unsigned.map(|(name, kind)| (name.to_owned(), kind)))
        .map(|(name, kind)| Field::new(name.into(), kind))
        .collect()
}

/// The polars type of a declared column.
pub fn polars_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Text | ColumnType::Etat => DataType::String,
        ColumnType::Int16 => DataType::Int16,
        ColumnType::Int32 => DataType::Int32,
        ColumnType::Bool => DataType::Boolean,
        ColumnType::Date => DataType::Date,
        ColumnType::Civil => DataType::Datetime(TimeUnit::Microseconds, None),
        ColumnType::Instant => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
        ColumnType::Decimal => DataType::Float64,
        ColumnType::List => DataType::List(Box::new(DataType::String)),
    }
}

/// Whether a civil time falls on a day from `from` to `to`, both included.
fn between(column: &str, from: Date, to: Date) -> Expr {
    let midnight = |date: Date| lit(epoch_day(date)).cast(DataType::Date).cast(polars_type(ColumnType::Civil));
    let after = to.tomorrow().expect("days asked for are far from the end of the calendar");
    col(column).gt_eq(midnight(from)).and(col(column).lt(midnight(after)))
}

/// Days since 1970-01-01, the physical form of a date.
pub fn epoch_day(date: Date) -> i32 {
    (date - Date::constant(1970, 1, 1)).get_days()
}
