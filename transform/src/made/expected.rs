//! Files of each SAMU beside those expected: the median of the same weekday over the four weeks before, as for the passages (TEN-01).
//!
//! Source: tension.md §1.2, TEN-07, project-defined. A SAMU and a day with fewer than three such days have no expectation, and
//! their files are not compared.

use lake::month::Month;
use polars::prelude::*;

use super::frames::around;
use crate::prepare::epoch_day;
use crate::{Catalogue, Error, Inputs};

/// The same weekday, this many weeks before.
const WEEKS: i64 = 4;
const LEAST: u32 = 3;
pub const DAYS_BEFORE: i64 = 7 * WEEKS;

/// Columns `flux_id, jour, dossier, attendus`: one row per file, and one per SAMU and day with what was expected.
pub fn files(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let doing = || format!("compter les dossiers attendus des SAMU ({month})");
    let place = || [col("flux_id"), col("jour")];
    let files = around("samu_rdr", DAYS_BEFORE, inputs, catalogue, month)?
        .filter(col("dr"))
        .select(place())
        .collect()
        .map_err(Error::frame(doing()))?;
    let days = files.clone().lazy().group_by(place()).agg([len().alias("dossiers")]);
    let later = |weeks: i64| {
        let day = col("jour").cast(DataType::Int32) + lit(7 * weeks as i32);
        days.clone()
            .select([col("flux_id"), day.cast(DataType::Date).alias("jour"), col("dossiers")])
    };
    let before: Vec<LazyFrame> = (1..=WEEKS).map(later).collect();
    let day = |day| lit(epoch_day(day)).cast(DataType::Date);
    let of_month = || {
        col("jour")
            .gt_eq(day(month.first_day()))
            .and(col("jour").lt_eq(day(month.last_day())))
    };
    let expected = concat(before, UnionArgs::default())
        .map_err(Error::frame(doing()))?
        .group_by(place())
        .agg([col("dossiers").median().alias("attendus"), len().alias("semaines")])
        .filter(col("semaines").gt_eq(lit(LEAST)).and(of_month()));
    // A day without any file is a day not received: nothing is compared.
    let received = days.select(place());
    let expected = expected
        .join(received, place(), place(), JoinArgs::new(JoinType::Inner))
        .select([col("flux_id"), col("jour"), col("attendus")])
        .sort(["flux_id", "jour"], SortMultipleOptions::default())
        .collect()
        .map_err(Error::frame(doing()))?
        .lazy();
    let compared = files
        .lazy()
        .join(
            expected.clone().select(place()),
            place(),
            place(),
            JoinArgs::new(JoinType::Inner),
        )
        .select([
            col("flux_id"),
            col("jour"),
            lit(true).alias("dossier"),
            lit(NULL).cast(DataType::Float64).alias("attendus"),
        ]);
    let expected = expected.select([col("flux_id"), col("jour"), lit(false).alias("dossier"), col("attendus")]);
    concat([compared, expected], UnionArgs::default()).map_err(Error::frame(doing()))
}
