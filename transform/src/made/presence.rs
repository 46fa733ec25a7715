//! Who is present at each full hour: one row per record and hour, in civil time. A record is present at `t` when it came at `t` or
//! before and leaves after `t`. One whose end is unknown is there with `connu` false, at the hours that follow it on its first day:
//! nothing more can be said of it.
//!
//! Source: tension.md §1.2 (half-open interval, project-defined).

use lake::month::Month;
use polars::prelude::*;

use super::frames::{DAY, HOUR, around, days, integers, micros, repeated};
use crate::{Catalogue, Error, Inputs};

/// Days before a month on which somebody present in it may have come: a passage of more than 72 hours is no passage.
pub const DAYS_BEFORE: i64 = 8;

/// Passages at each hour, from the passages whose duration is valid.
pub fn passages(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let valid = when(col("duree_etat").eq(lit("valide")))
        .then(micros("sortie"))
        .otherwise(lit(NULL));
    let records = around("rpu", DAYS_BEFORE, inputs, catalogue, month)?.select([
        col("flux_id"),
        col("pediatrie"),
        col("geriatrie"),
        col("hospitalise"),
        micros("entree").alias("debut"),
        valid.cast(DataType::Int64).alias("fin"),
    ]);
    hours(records, month, "compter les patients présents")
}

/// Requests for a bed that wait at each hour, from the decision to the departure.
pub fn requests(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let records = around("lits_demandes", DAYS_BEFORE, inputs, catalogue, month)?.select([
        col("flux_id"),
        col("issue"),
        micros("decision_locale").alias("debut"),
        micros("depart_local").alias("fin"),
    ]);
    hours(records, month, "compter les patients en attente de lit")
}

fn hours(records: LazyFrame, month: Month, doing: &str) -> Result<LazyFrame, Error> {
    let read = || -> PolarsResult<LazyFrame> {
        let frame = records.collect()?;
        let (starts, ends) = (integers(&frame, "debut")?, integers(&frame, "fin")?);
        let (first, last) = days(month);
        let (mut places, mut dates, mut hours, mut known) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut arrived = Vec::new();
        for (place, (start, end)) in starts.into_iter().zip(ends).enumerate() {
            let Some(start) = start else { continue };
            let until = end.unwrap_or((start.div_euclid(DAY) + 1) * DAY).min(last * DAY);
            let mut at = ((start + HOUR - 1).div_euclid(HOUR) * HOUR).max(first * DAY);
            while at < until {
                places.push(place as IdxSize);
                dates.push(at.div_euclid(DAY) as i32);
                hours.push((at.rem_euclid(DAY) / HOUR) as i32);
                known.push(end.is_some());
                arrived.push(band(start, at));
                at += HOUR;
            }
        }
        let hour = Series::new("heure".into(), hours).cast(&DataType::Int16)?;
        let known = Series::new("connu".into(), known);
        let arrived = Series::new("arrivee".into(), arrived);
        Ok(repeated(&frame, places, dates)?
            .hstack(&[hour.into(), known.into(), arrived.into()])?
            .lazy())
    };
    read().map_err(Error::frame(doing.to_owned()))
}

/// Band of the day on which who is present at `at` came, `VEILLE` when it was not that day.
fn band(start: i64, at: i64) -> &'static str {
    match start.rem_euclid(DAY) / HOUR {
        _ if start.div_euclid(DAY) < at.div_euclid(DAY) => "VEILLE",
        0..8 => "H5",
        8..12 => "H1",
        12..16 => "H2",
        16..20 => "H3",
        _ => "H4",
    }
}
