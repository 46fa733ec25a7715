//! Columns of a frame as plain vectors, and frames whose rows repeat those of another.

use jiff::ToSpan;
use jiff::civil::Date;
use lake::month::Month;
use lake::table::Table;
use polars::prelude::*;

use crate::prepare::{epoch_day, usable};
use crate::{Catalogue, Error, Inputs};

/// Microseconds.
pub const HOUR: i64 = 3_600_000_000;
pub const DAY: i64 = 24 * HOUR;

/// The usable records of a table from some days before a month to its end.
pub fn around(table: &str, days_before: i64, inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let declared: &'static Table = lake::table::table(table).expect("the tables named here are declared in lake");
    let from = month.first_day().checked_sub(days_before.days()).unwrap_or(month.first_day());
    usable(declared, inputs, catalogue, from, month.last_day())
}

/// A civil or instant time as microseconds since 1970.
pub fn micros(column: &str) -> Expr {
    col(column)
        .dt()
        .cast_time_unit(TimeUnit::Microseconds)
        .to_physical()
        .cast(DataType::Int64)
}

/// The days of a month, as numbers since 1970-01-01: first, and the one after the last.
pub fn days(month: Month) -> (i64, i64) {
    let number = |day: Date| i64::from(epoch_day(day));
    (number(month.first_day()), number(month.last_day()) + 1)
}

pub fn integers(frame: &DataFrame, name: &str) -> PolarsResult<Vec<Option<i64>>> {
    Ok(frame.column(name)?.cast(&DataType::Int64)?.i64()?.iter().collect())
}

pub fn texts(frame: &DataFrame, name: &str) -> PolarsResult<Vec<Option<String>>> {
    let texts = frame.column(name)?.str()?;
    Ok(texts.iter().map(|text| text.map(str::to_owned)).collect())
}

/// The rows of a frame at these places, as often as they are named, with a day each.
pub fn repeated(frame: &DataFrame, places: Vec<IdxSize>, days: Vec<i32>) -> PolarsResult<DataFrame> {
    let places = IdxCa::from_vec("place".into(), places);
    let day = Series::new("jour".into(), days).cast(&DataType::Date)?;
    frame.take(&places)?.hstack(&[day.into()])
}
