//! Counting the days of a month from the records of the view.

use std::collections::BTreeMap;

use lake::month::Month;
use polars::prelude::*;

use super::{Counted, Day, SiteDays};
use crate::indicators::beds_of_months;
use crate::made::frames::{DAY, HOUR, integers, micros};
use crate::prepare::rpu_view;
use crate::prepare::source::of_days;
use crate::{Catalogue, Error, Inputs};

/// Longest duration of a passage, minutes (RPU-X06; RESURAL, rapport 2014).
const LONGEST: i64 = 4_320;

/// Disciplines of the beds that the hospitalised of the emergency department need (ORU Occitanie, 2022: with the UHCD).
pub const DOWNSTREAM: [&str; 4] = ["MED", "GER", "CHIR", "UHCD"];

/// The passages entered in a month, from the view itself: months of three years are read each night, and nothing here depends on a
/// diagnosis or on a structure. Days after the month are those on which somebody entered in it was still there.
pub fn passages(inputs: &Inputs, month: Month) -> Result<Vec<Counted>, Error> {
    if of_days(inputs.view("rpu"), month.first_day(), month.last_day()).is_empty() {
        return Ok(Vec::new());
    }
    let minutes = (micros("sortie") - micros("entree")).floor_div(lit(60_000_000i64));
    let valid = minutes.clone().gt(lit(0)).and(minutes.lt_eq(lit(LONGEST)));
    let mode = || col("mode_sortie");
    let records = rpu_view(inputs, month.first_day(), month.last_day())?.select([
        col("finess"),
        micros("entree").alias("debut"),
        when(valid)
            .then(micros("sortie"))
            .otherwise(lit(NULL))
            .cast(DataType::Int64)
            .alias("fin"),
        col("age").gt_eq(lit(inputs.bornes.geriatrie_a_partir_de)).alias("geriatrie"),
        mode().eq(lit("6")).or(mode().eq(lit("7"))).alias("hospitalise"),
    ]);
    let read = || -> PolarsResult<Vec<Counted>> {
        let frame = records.collect()?;
        let (sites, starts, ends) = (
            frame.column("finess")?.str()?,
            frame.column("debut")?.i64()?,
            frame.column("fin")?.i64()?,
        );
        let (elderly, hospitalised) = (frame.column("geriatrie")?.bool()?, frame.column("hospitalise")?.bool()?);
        let rows = sites
            .iter()
            .zip(starts.iter())
            .zip(ends.iter())
            .zip(elderly.iter())
            .zip(hospitalised.iter());
        let mut found: BTreeMap<&str, SiteDays> = BTreeMap::new();
        // The view is in the order of the sites: most rows are of the site of the row before.
        let (mut last, mut at) = ("", SiteDays::default());
        for ((((site, start), end), elderly), hospitalised) in rows {
            let (Some(site), Some(start)) = (site, start) else {
                continue;
            };
            if site != last {
                found.insert(last, std::mem::take(&mut at));
                (last, at) = (site, found.remove(site).unwrap_or_default());
            }
            at.passage(start, end, elderly == Some(true), hospitalised);
        }
        found.insert(last, at);
        let named = found.into_iter().flat_map(|(site, days)| days.into_rows(site));
        Ok(named.collect())
    };
    read().map_err(Error::frame(format!("compter les jours de {month}")))
}

impl SiteDays {
    /// Counts a passage: instants in microseconds since 1970, in civil time.
    fn passage(&mut self, start: i64, end: Option<i64>, elderly: bool, hospitalised: Option<bool>) {
        let entered = start.div_euclid(DAY);
        let is_hospitalised = hospitalised == Some(true);
        let day = self.entry(entered as i32);
        day.visits += 1;
        day.elderly += u32::from(elderly);
        day.known += u32::from(hospitalised.is_some());
        day.hospitalised += u32::from(is_hospitalised);
        let Some(end) = end else { return };
        if is_hospitalised {
            day.timed += 1;
            day.minutes += ((end - start) / 60_000_000) as f64;
        }
        let left = end.div_euclid(DAY);
        if is_hospitalised {
            self.entry(left as i32).exits += 1;
        }
        for day in entered..=left {
            let at = day * DAY + 15 * HOUR;
            if start <= at && at < end {
                self.entry(day as i32).at_15 += 1;
            }
        }
    }

    fn into_rows(self, site: &str) -> impl Iterator<Item = Counted> {
        let known = (self.first..).zip(self.days).filter_map(|(day, found)| Some((day, found?)));
        known.map(move |(day, found)| (site.to_owned(), day, found))
    }
}

/// Beds available on each day of some months.
pub fn beds(inputs: &Inputs, catalogue: &Catalogue, months: (Month, Month)) -> Result<Vec<Counted>, Error> {
    if of_days(inputs.view("lits"), months.0.first_day(), months.1.last_day()).is_empty() {
        return Ok(Vec::new());
    }
    let downstream = Series::new("disciplines".into(), DOWNSTREAM);
    let beds = beds_of_months(inputs, catalogue, months)?
        .filter(col("renseigne").and(col("discipline").is_in(lit(downstream).implode(true), false)))
        .select([
            col("flux_id"),
            col("jour").to_physical().cast(DataType::Int64),
            col("n_disponibles").cast(DataType::Int64),
        ]);
    let read = || -> PolarsResult<Vec<Counted>> {
        let frame = beds.collect()?;
        let sites = frame.column("flux_id")?.str()?;
        let (dates, beds) = (integers(&frame, "jour")?, integers(&frame, "n_disponibles")?);
        let row = |((flux, day), beds): ((Option<&str>, Option<i64>), Option<i64>)| {
            let site = flux?.split('/').next()?;
            let available = Day {
                available: Some(beds? as f64),
                ..Day::default()
            };
            Some((site.to_owned(), i32::try_from(day?).ok()?, available))
        };
        Ok(sites.iter().zip(dates).zip(beds).filter_map(row).collect())
    };
    read().map_err(Error::frame(format!(
        "compter les lits disponibles de {} à {}",
        months.0, months.1
    )))
}
