//! Nights in the emergency department: one row per passage and morning, for the patients who are hospitalised out of the UHCD, or
//! may be. A night is spent there by who came at midnight or before and leaves at 08:00 or after.
//!
//! Source: beds.md §5.3, project-defined after Roussel et al., JAMA Internal Medicine 2023;183(12):1378-1385.

use lake::month::Month;
use polars::prelude::*;

use super::frames::{DAY, HOUR, around, days, integers, micros, repeated};
use super::presence::DAYS_BEFORE;
use crate::{Catalogue, Error, Inputs};

/// Hour of the morning from which the night was spent there.
const MORNING: i64 = 8 * HOUR;

/// Columns `flux_id, jour` (of the morning), `a_minuit`, `nuit`, `admis_veille` (left for a ward in the 24 hours before that
/// midnight), `connu` (its end is known), and what the passage is.
pub fn nights(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let valid = when(col("duree_etat").eq(lit("valide")))
        .then(micros("sortie"))
        .otherwise(lit(NULL));
    let records = around("rpu", DAYS_BEFORE, inputs, catalogue, month)?
        .filter(col("hospitalise").fill_null(lit(true)).and(col("uhcd").not()))
        .select([
            col("flux_id"),
            col("pediatrie"),
            col("geriatrie"),
            col("hospitalise"),
            micros("entree").alias("debut"),
            valid.cast(DataType::Int64).alias("fin"),
        ]);
    let read = || -> PolarsResult<LazyFrame> {
        let frame = records.collect()?;
        let (starts, ends) = (integers(&frame, "debut")?, integers(&frame, "fin")?);
        let mut rows = Rows::default();
        for (place, (start, end)) in starts.into_iter().zip(ends).enumerate() {
            let Some(start) = start else { continue };
            let midnight = (start + DAY - 1).div_euclid(DAY) * DAY;
            let Some(end) = end else {
                rows.push(place, midnight, [false, false, false, false]);
                continue;
            };
            let mut at = midnight;
            while at < end {
                rows.push(place, at, [true, end >= at + MORNING, false, true]);
                at += DAY;
            }
            rows.push(place, at, [false, false, true, true]);
        }
        Ok(rows.frame(&frame, month)?.lazy())
    };
    read().map_err(Error::frame("compter les nuits aux urgences".to_owned()))
}

#[derive(Default)]
struct Rows {
    places: Vec<IdxSize>,
    days: Vec<i32>,
    flags: [Vec<bool>; 4],
}

impl Rows {
    fn push(&mut self, place: usize, midnight: i64, flags: [bool; 4]) {
        self.places.push(place as IdxSize);
        self.days.push(midnight.div_euclid(DAY) as i32);
        for (column, flag) in self.flags.iter_mut().zip(flags) {
            column.push(flag);
        }
    }

    fn frame(self, frame: &DataFrame, month: Month) -> PolarsResult<DataFrame> {
        let (first, after) = days(month);
        let [midnight, night, admitted, known] = self.flags;
        let within = BooleanChunked::from_iter(self.days.iter().map(|day| (first..after).contains(&i64::from(*day))));
        repeated(frame, self.places, self.days)?
            .hstack(&[
                Series::new("a_minuit".into(), midnight).into(),
                Series::new("nuit".into(), night).into(),
                Series::new("admis_veille".into(), admitted).into(),
                Series::new("connu".into(), known).into(),
            ])?
            .filter(&within)
    }
}
