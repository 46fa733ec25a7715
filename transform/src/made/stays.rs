//! Stays ended: one row per stay in a unit, on the day it ends, with its nights, and those that its GHM predicts.
//!
//! Source: beds.md §5.1: the reference length of stay of a GHM is that of the year of the exit; sessions (CMD 28) are left out.

use std::collections::HashMap;

use lake::month::Month;
use polars::prelude::*;

use super::activity::nights_between;
use super::frames::{DAY, around, days, integers, micros, repeated, texts};
use crate::{Catalogue, Error, Inputs};

/// Days before a month on which a stay that ends in it may have begun.
pub const DAYS_BEFORE: i64 = 730;

/// Columns `flux_id, jour` (of the exit), `discipline`, `ghm`, `mode_sortie`, `heure_sortie`, `duree_jours` (nights in the unit),
/// `duree_sejour_jours` (nights of the whole stay), `dms_reference` (empty without one), `seance`.
pub fn ended(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let records = around("sejours", DAYS_BEFORE, inputs, catalogue, month)?.select([
        col("flux_id"),
        col("finess_geo"),
        col("id_sejour"),
        col("discipline"),
        col("ghm"),
        col("mode_sortie"),
        micros("entree_locale").alias("debut"),
        micros("sortie_locale").alias("fin"),
    ]);
    let read = || -> PolarsResult<LazyFrame> {
        let frame = records.collect()?;
        Ok(rows(&frame, inputs, month)?.lazy())
    };
    read().map_err(Error::frame(format!("lire les séjours terminés ({month})")))
}

fn rows(frame: &DataFrame, inputs: &Inputs, month: Month) -> PolarsResult<DataFrame> {
    let (starts, ends) = (integers(frame, "debut")?, integers(frame, "fin")?);
    let (sites, stays, groups) = (texts(frame, "finess_geo")?, texts(frame, "id_sejour")?, texts(frame, "ghm")?);
    let mut begun: HashMap<(&Option<String>, &Option<String>), i64> = HashMap::new();
    for (row, start) in starts.iter().enumerate() {
        let first = begun.entry((&sites[row], &stays[row])).or_insert(i64::MAX);
        *first = (*first).min(start.unwrap_or(i64::MAX));
    }
    let (first, after) = days(month);
    let (mut places, mut dates, mut hours) = (Vec::new(), Vec::new(), Vec::new());
    let (mut unit, mut whole, mut reference, mut session) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in 0..frame.height() {
        let (Some(start), Some(end)) = (starts[row], ends[row]) else {
            continue;
        };
        let day = end.div_euclid(DAY);
        if !(first..after).contains(&day) {
            continue;
        }
        places.push(row as IdxSize);
        dates.push(day as i32);
        hours.push((end.rem_euclid(DAY) / super::frames::HOUR) as i32);
        unit.push(nights_between(start, end) as f64);
        whole.push(nights_between(begun[&(&sites[row], &stays[row])].min(start), end) as f64);
        let ghm = groups[row].as_deref();
        reference.push(ghm.and_then(|ghm| inputs.dms_reference.get(&(month.year(), ghm.to_owned())).copied()));
        session.push(ghm.map(|ghm| ghm.starts_with("28")));
    }
    let hour = Series::new("heure_sortie".into(), hours).cast(&DataType::Int16)?;
    repeated(&frame.drop_many(["finess_geo", "id_sejour", "debut", "fin"]), places, dates)?.hstack(&[
        hour.into(),
        Series::new("duree_jours".into(), unit).into(),
        Series::new("duree_sejour_jours".into(), whole).into(),
        Series::new("dms_reference".into(), reference).into(),
        Series::new("seance".into(), session).into(),
    ])
}
