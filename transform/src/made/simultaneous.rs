//! Missions of a SMUR that are open at once: one row per SMUR and full hour, with its minutes by number of open missions. A mission
//! is open from its decision until its team is available; one whose end is unknown, or contradicted, is left out.
//!
//! Source: smur.md §8 (SMUR-I19, project-defined), §6 (D9 and its bounds).

use std::collections::BTreeMap;

use lake::month::Month;
use polars::prelude::*;

use super::frames::{DAY, HOUR, around, days, integers, micros, repeated, texts};
use crate::{Catalogue, Error, Inputs};

/// Days before a month on which a mission open in it may have been decided: one of more than 24 hours is out of bounds.
pub const DAYS_BEFORE: i64 = 2;

const MINUTE: i64 = HOUR / 60;

/// Missions open at each minute of an hour.
type Minutes = [u16; 60];

/// Columns `flux_id, jour, heure, ouvertes, au_moins_1, au_moins_2, au_moins_3, maximum`, for every hour between the first and the
/// last day of the month on which any SMUR has a mission: an hour without a mission counts in the time.
pub fn missions(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let records = around("smur_rpis", DAYS_BEFORE, inputs, catalogue, month)?
        .filter(col("mission").and(col("partie")))
        .select([
            col("flux_id"),
            micros("date_heure_decision_local").alias("debut"),
            (col("d9_min") * lit(MINUTE))
                .round(0, RoundMode::default())
                .cast(DataType::Int64)
                .alias("duree"),
        ]);
    let read = || -> PolarsResult<LazyFrame> { Ok(hours(&records.collect()?, month)?.lazy()) };
    read().map_err(Error::frame(format!("compter les missions simultanées ({month})")))
}

fn hours(frame: &DataFrame, month: Month) -> PolarsResult<DataFrame> {
    let sites = texts(frame, "flux_id")?;
    let (starts, lengths) = (integers(frame, "debut")?, integers(frame, "duree")?);
    let (first, after) = days(month);
    let decided = || starts.iter().flatten().map(|start| start.div_euclid(DAY));
    let observed = decided().filter(|day| (first..after).contains(day));
    let (Some(from), Some(to)) = (observed.clone().min(), observed.max()) else {
        return rows(frame, &BTreeMap::new(), 0..0);
    };
    let span = from..to + 1;
    let mut open: BTreeMap<(&str, i64), Minutes> = BTreeMap::new();
    for ((site, start), length) in sites.iter().zip(&starts).zip(lengths) {
        let (Some(site), Some(start), Some(length)) = (site, start, length) else {
            continue;
        };
        // A minute is that of its beginning.
        let minute = |at: i64| (at + MINUTE - 1).div_euclid(MINUTE);
        for at in minute(*start)..minute(start + length) {
            if span.contains(&(at * MINUTE).div_euclid(DAY)) {
                open.entry((site, at.div_euclid(60))).or_insert([0; 60])[at.rem_euclid(60) as usize] += 1;
            }
        }
    }
    rows(frame, &open, span)
}

/// Every hour of the span for every SMUR of the frame.
fn rows(frame: &DataFrame, open: &BTreeMap<(&str, i64), Minutes>, span: std::ops::Range<i64>) -> PolarsResult<DataFrame> {
    let sites = texts(frame, "flux_id")?;
    let mut known: BTreeMap<&str, IdxSize> = BTreeMap::new();
    for (row, site) in sites.iter().enumerate() {
        if let Some(site) = site {
            known.entry(site).or_insert(row as IdxSize);
        }
    }
    let (mut places, mut dates, mut hours) = (Vec::new(), Vec::new(), Vec::new());
    let mut counts: [Vec<i32>; 5] = Default::default();
    for (site, place) in known {
        for hour in span.start * 24..span.end * 24 {
            let minutes = open.get(&(site, hour)).copied().unwrap_or([0; 60]);
            let with = |least: u16| minutes.iter().filter(|count| **count >= least).count() as i32;
            let total: i32 = minutes.iter().map(|count| i32::from(*count)).sum();
            let most = minutes.iter().copied().max().unwrap_or(0);
            places.push(place);
            dates.push(hour.div_euclid(24) as i32);
            hours.push(hour.rem_euclid(24) as i32);
            for (column, count) in counts.iter_mut().zip([total, with(1), with(2), with(3), i32::from(most)]) {
                column.push(count);
            }
        }
    }
    let [open, one, two, three, most] = counts;
    let hour = Series::new("heure".into(), hours).cast(&DataType::Int16)?;
    repeated(&frame.select(["flux_id"])?, places, dates)?.hstack(&[
        hour.into(),
        Series::new("ouvertes".into(), open).into(),
        Series::new("au_moins_1".into(), one).into(),
        Series::new("au_moins_2".into(), two).into(),
        Series::new("au_moins_3".into(), three).into(),
        Series::new("maximum".into(), most).into(),
    ])
}
