//! What is known of each site day by day, over years: what the tension of a day is compared with.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use jiff::ToSpan;
use jiff::civil::Date;
use lake::month::Month;
use polars::prelude::*;

use super::frames::{DAY, HOUR, days, integers, micros, texts};
use super::presence::DAYS_BEFORE;
use crate::indicators::beds_by_day;
use crate::prepare::rpu_view;
use crate::{Catalogue, Error, Inputs};

/// One day of one site. Passages are those entered that day.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Day {
    pub visits: u32,
    pub elderly: u32,
    /// Hospitalised, among those whose exit mode is known.
    pub hospitalised: u32,
    pub known: u32,
    /// Total of the valid durations of the hospitalised, minutes, and their number.
    pub minutes: f64,
    pub timed: u32,
    /// Present at 15:00.
    pub at_15: u32,
    /// Hospitalised, by day of exit.
    pub exits: u32,
    /// Beds declared available in medicine, surgery and UHCD, where a unit is known.
    pub available: Option<f64>,
}

impl Day {
    /// Two sites together.
    pub fn plus(self, other: Day) -> Day {
        Day {
            visits: self.visits + other.visits,
            elderly: self.elderly + other.elderly,
            hospitalised: self.hospitalised + other.hospitalised,
            known: self.known + other.known,
            minutes: self.minutes + other.minutes,
            timed: self.timed + other.timed,
            at_15: self.at_15 + other.at_15,
            exits: self.exits + other.exits,
            available: match (self.available, other.available) {
                (None, beds) | (beds, None) => beds,
                (Some(a), Some(b)) => Some(a + b),
            },
        }
    }
}

/// Longest duration of a passage, minutes (RPU-X06; RESURAL, rapport 2014).
const LONGEST: i64 = 4_320;

/// Days of each site, by FINESS.
#[derive(Debug, Clone, Default)]
pub struct Daily {
    pub sites: BTreeMap<String, BTreeMap<Date, Day>>,
    /// Levels of the HET indicators already worked out, by site and day.
    pub levels: Levels,
    /// Needs for beds already worked out, by site and Monday of the week, each with the days it rests on.
    pub needs: Needs,
}

pub type Needs = Arc<Mutex<HashMap<(String, Date), Option<(f64, usize)>>>>;

/// Worked out once, whatever the areas and periods that a day belongs to.
pub type Levels = Arc<Mutex<HashMap<(String, Date), [Option<f64>; 6]>>>;

/// Disciplines of the beds that the hospitalised of the emergency department need (ORU Occitanie, 2022: with the UHCD).
pub const DOWNSTREAM: [&str; 4] = ["MED", "GER", "CHIR", "UHCD"];

/// The days of some months.
pub fn daily(inputs: &Inputs, catalogue: &Catalogue, months: impl Iterator<Item = Month>) -> Result<Daily, Error> {
    let mut daily = Daily::default();
    for month in months {
        if !crate::prepare::source::of_days(inputs.view("rpu"), month.first_day(), month.last_day()).is_empty() {
            daily.passages(inputs, month)?;
        }
        if !crate::prepare::source::of_days(inputs.view("lits"), month.first_day(), month.last_day()).is_empty() {
            daily.beds(inputs, catalogue, month)?;
        }
    }
    Ok(daily)
}

impl Daily {
    /// From the view itself: months of three years are read each night, and nothing here depends on a diagnosis or on a structure.
    fn passages(&mut self, inputs: &Inputs, month: Month) -> Result<(), Error> {
        let before = month.first_day().checked_sub(DAYS_BEFORE.days()).unwrap_or(month.first_day());
        let minutes = (micros("sortie") - micros("entree")).floor_div(lit(60_000_000i64));
        let valid = minutes.clone().gt(lit(0)).and(minutes.lt_eq(lit(LONGEST)));
        let mode = || col("mode_sortie");
        let records = rpu_view(inputs, before, month.last_day())?.select([
            col("finess"),
            micros("entree").alias("debut"),
            when(valid)
                .then(micros("sortie"))
                .otherwise(lit(NULL))
                .cast(DataType::Int64)
                .alias("fin"),
            col("age")
                .gt_eq(lit(inputs.bornes.geriatrie_a_partir_de))
                .cast(DataType::Int64)
                .alias("geriatrie"),
            mode()
                .eq(lit("6"))
                .or(mode().eq(lit("7")))
                .cast(DataType::Int64)
                .alias("hospitalise"),
        ]);
        let read = || -> PolarsResult<()> {
            let frame = records.collect()?;
            let sites = texts(&frame, "finess")?;
            let (starts, ends) = (integers(&frame, "debut")?, integers(&frame, "fin")?);
            let (elderly, hospitalised) = (integers(&frame, "geriatrie")?, integers(&frame, "hospitalise")?);
            let (first, after) = days(month);
            let mut found: HashMap<(&str, i64), Day> = HashMap::new();
            for row in 0..frame.height() {
                let (Some(site), Some(start)) = (sites[row].as_deref(), starts[row]) else {
                    continue;
                };
                let entered = start.div_euclid(DAY);
                let is_hospitalised = hospitalised[row] == Some(1);
                if (first..after).contains(&entered) {
                    let day = found.entry((site, entered)).or_default();
                    day.visits += 1;
                    day.elderly += u32::from(elderly[row] == Some(1));
                    day.known += u32::from(hospitalised[row].is_some());
                    day.hospitalised += u32::from(is_hospitalised);
                    if let (Some(end), true) = (ends[row], is_hospitalised) {
                        day.timed += 1;
                        day.minutes += ((end - start) / 60_000_000) as f64;
                    }
                }
                let Some(end) = ends[row] else { continue };
                let left = end.div_euclid(DAY);
                if is_hospitalised && (first..after).contains(&left) {
                    found.entry((site, left)).or_default().exits += 1;
                }
                for day in entered.max(first)..=left.min(after - 1) {
                    let at = day * DAY + 15 * HOUR;
                    if start <= at && at < end {
                        found.entry((site, day)).or_default().at_15 += 1;
                    }
                }
            }
            for ((site, day), values) in found {
                let kept = self.day(site, day);
                *kept = Day {
                    available: kept.available,
                    ..values
                };
            }
            Ok(())
        };
        read().map_err(Error::frame(format!("compter les jours de {month}")))
    }

    fn beds(&mut self, inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<(), Error> {
        let downstream = Series::new("disciplines".into(), DOWNSTREAM);
        let beds = beds_by_day(inputs, catalogue, month)?
            .filter(col("renseigne").and(col("discipline").is_in(lit(downstream).implode(true), false)))
            .select([
                col("flux_id"),
                col("jour").to_physical().cast(DataType::Int64),
                col("n_disponibles").cast(DataType::Int64),
            ]);
        let read = || -> PolarsResult<()> {
            let frame = beds.collect()?;
            let sites = texts(&frame, "flux_id")?;
            let (dates, beds) = (integers(&frame, "jour")?, integers(&frame, "n_disponibles")?);
            for row in 0..frame.height() {
                if let (Some(flux), Some(day), Some(beds)) = (&sites[row], dates[row], beds[row]) {
                    let site = flux.split('/').next().unwrap_or(flux);
                    *self.day(site, day).available.get_or_insert(0.0) += beds as f64;
                }
            }
            Ok(())
        };
        read().map_err(Error::frame(format!("compter les lits disponibles de {month}")))
    }

    fn day(&mut self, site: &str, day: i64) -> &mut Day {
        if !self.sites.contains_key(site) {
            self.sites.insert(site.to_owned(), BTreeMap::new());
        }
        let days = self.sites.get_mut(site).expect("it was just put there");
        let date = Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(day));
        days.entry(date).or_default()
    }
}
