//! Units of beds day by day, with what happened in them: bed-days, stays ended, patients ready to leave and still there. A rate
//! of activity is over the beds of the units whose stays are known, and of no other.
//!
//! Source: beds.md §5: a bed-day is a patient present at 00:00 (long-standing French usage), counted on the day that begins.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lake::month::Month;
use polars::prelude::*;

use super::frames::{DAY, around, days, integers, micros, texts};
use super::stays::DAYS_BEFORE;
use crate::indicators::beds_by_day;
use crate::{Catalogue, Error, Inputs};

/// What happened in a unit on a day.
#[derive(Default, Clone, Copy)]
struct Activity {
    days: u32,
    ended: u32,
    ready: u32,
}

#[derive(Default)]
struct Known {
    by_unit: HashMap<(String, i64), Activity>,
    /// Sites that sent stays, and blocked stays, about the month.
    stays: BTreeSet<String>,
    ready: BTreeSet<String>,
}

/// The rows of `lits_jour` with `journees`, `sorties` (empty where the site sends no stay) and `bloques` (empty where it sends no
/// blocked stay).
pub fn units(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let beds = beds_by_day(inputs, catalogue, month)?;
    let read = |stays: LazyFrame, ready: LazyFrame| -> PolarsResult<LazyFrame> {
        let mut known = Known::default();
        known.stays(&stays.collect()?, month)?;
        known.ready(&ready.collect()?, month)?;
        Ok(known.join(beds.collect()?)?.lazy())
    };
    let stays = around("sejours", DAYS_BEFORE, inputs, catalogue, month)?.select([
        col("finess_geo"),
        col("unite_id"),
        micros("entree_locale").alias("debut"),
        micros("sortie_locale").alias("fin"),
        // The offset of the entry is that of the extraction but for an hour, which no midnight turns on.
        (micros("ts_extraction") + micros("entree_locale") - micros("ts_entree")).alias("vu"),
    ]);
    let day = |name: &str| col(name).to_physical().cast(DataType::Int64);
    let ready = around("lits_blocages", DAYS_BEFORE, inputs, catalogue, month)?.select([
        col("finess_geo"),
        col("unite_id"),
        day("date_medicalement_sortant").alias("debut"),
        day("date_sortie_effective").alias("fin"),
    ]);
    read(stays, ready).map_err(Error::frame(format!("rapporter les séjours aux lits ({month})")))
}

impl Known {
    fn stays(&mut self, frame: &DataFrame, month: Month) -> PolarsResult<()> {
        let (sites, units) = (texts(frame, "finess_geo")?, texts(frame, "unite_id")?);
        let (starts, ends, seen) = (integers(frame, "debut")?, integers(frame, "fin")?, integers(frame, "vu")?);
        let (first, after) = days(month);
        for row in 0..frame.height() {
            let (Some(site), Some(unit), Some(start)) = (&sites[row], &units[row], starts[row]) else {
                continue;
            };
            // A stay without end is known until it was extracted.
            let Some(until) = ends[row].or(seen[row]) else { continue };
            if until < first * DAY || start >= after * DAY {
                continue;
            }
            self.stays.insert(site.clone());
            let name = format!("{site}/{unit}");
            let midnight = (start + DAY - 1).div_euclid(DAY).max(first);
            for day in (midnight..after).take_while(|day| day * DAY < until) {
                self.by_unit.entry((name.clone(), day)).or_default().days += 1;
            }
            if let Some(end) = ends[row]
                && (first..after).contains(&end.div_euclid(DAY))
            {
                self.by_unit.entry((name, end.div_euclid(DAY))).or_default().ended += 1;
            }
        }
        Ok(())
    }

    fn ready(&mut self, frame: &DataFrame, month: Month) -> PolarsResult<()> {
        let (sites, units) = (texts(frame, "finess_geo")?, texts(frame, "unite_id")?);
        let (starts, ends) = (integers(frame, "debut")?, integers(frame, "fin")?);
        let (first, after) = days(month);
        for row in 0..frame.height() {
            let (Some(site), Some(unit), Some(start)) = (&sites[row], &units[row], starts[row]) else {
                continue;
            };
            self.ready.insert(site.clone());
            for day in start.max(first)..ends[row].unwrap_or(after).min(after) {
                self.by_unit.entry((format!("{site}/{unit}"), day)).or_default().ready += 1;
            }
        }
        Ok(())
    }

    /// Of a unit with several temporary assignments, the first one has its patients: they are counted once.
    fn join(&self, beds: DataFrame) -> PolarsResult<DataFrame> {
        let (units, dates) = (texts(&beds, "unite")?, integers(&beds, "jour")?);
        let (mut bed_days, mut ended, mut ready) = (Vec::new(), Vec::new(), Vec::new());
        let mut met: BTreeMap<(String, i64), ()> = BTreeMap::new();
        for (unit, day) in units.iter().zip(dates) {
            let (Some(unit), Some(day)) = (unit, day) else {
                bed_days.push(None);
                ended.push(None);
                ready.push(None);
                continue;
            };
            let site = unit.split('/').next().unwrap_or_default();
            let name = unit.rsplit_once('/').map_or(unit.as_str(), |(name, _)| name).to_owned();
            let again = met.insert((name.clone(), day), ()).is_some();
            let found = self.by_unit.get(&(name, day)).filter(|_| !again).copied().unwrap_or_default();
            let of = |sites: &BTreeSet<String>, count: u32| sites.contains(site).then_some(count);
            bed_days.push(of(&self.stays, found.days).map(f64::from));
            ended.push(of(&self.stays, found.ended).map(|count| count as i32));
            ready.push(of(&self.ready, found.ready).map(|count| count as i32));
        }
        beds.hstack(&[
            Series::new("journees".into(), bed_days).into(),
            Series::new("sorties".into(), ended).into(),
            Series::new("bloques".into(), ready).into(),
        ])
    }
}

/// Civil days between two civil times.
pub(super) fn nights_between(start: i64, end: i64) -> i64 {
    end.div_euclid(DAY) - start.div_euclid(DAY)
}
