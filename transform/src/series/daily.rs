//! `rpu_jour`: passages by structure and day of its open period, with the limits of the series.

use std::collections::BTreeMap;

use jiff::civil::Date;
use lake::reference::Structure;
use polars::prelude::*;

use super::limits::{low_threshold, median_and_mad, robust_z};
use super::ruptures::pieces;
use crate::prepare::{epoch_day, rpu_view};
use crate::{Error, Inputs};

/// Non-zero days of reference under which a series has no limit.
const LEAST_DAYS: usize = 28;
/// The same weekday of this many weeks before, of which at least half must be known (RPU-T03).
const WEEKS: i32 = 8;

/// The table from `from` to `to`. Limits are learnt on these days and on the days of reference before them, never across a known
/// break of the structure.
pub fn rpu_jour(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let reference = jiff::Span::new().days(inputs.bornes.jours_reference);
    let start = from.checked_sub(reference).unwrap_or(from);
    let counts = daily_counts(inputs, start, to).map_err(Error::frame("compter les passages de chaque jour"))?;
    let none = BTreeMap::new();
    let mut rows = Rows::default();
    for structure in &inputs.structures {
        let known = counts.get(&(structure.finess.clone(), structure.ordre)).unwrap_or(&none);
        let days = series(structure, known, start, to);
        for piece in pieces(&days, &inputs.ruptures, &structure.finess, structure.ordre) {
            rows.push(structure, piece, from);
        }
    }
    rows.frame().map_err(Error::frame("ranger la série des jours"))
}

type Flux = (String, i16);

fn daily_counts(inputs: &Inputs, from: Date, to: Date) -> PolarsResult<BTreeMap<Flux, BTreeMap<i32, u32>>> {
    let view = rpu_view(inputs, from, to).map_err(|error| polars_err!(ComputeError: "{error}"))?;
    let frame = view
        .group_by([
            col("finess"),
            col("ordre"),
            col("entree").dt().date().cast(DataType::Int32).alias("jour"),
        ])
        .agg([len().cast(DataType::UInt32).alias("n")])
        .collect()?;
    let (finess, ordre) = (frame.column("finess")?.str()?, frame.column("ordre")?.i16()?);
    let (jour, n) = (frame.column("jour")?.i32()?, frame.column("n")?.u32()?);
    let mut counts: BTreeMap<Flux, BTreeMap<i32, u32>> = BTreeMap::new();
    for row in 0..frame.height() {
        if let (Some(finess), Some(ordre), Some(jour), Some(n)) = (finess.get(row), ordre.get(row), jour.get(row), n.get(row)) {
            counts.entry((finess.to_owned(), ordre)).or_default().insert(jour, n);
        }
    }
    Ok(counts)
}

/// Days since 1970 of the open period within the bounds, with their passages. The period of reference begins with the first
/// day that has any: before it, nothing says that the structure transmitted.
fn series(structure: &Structure, known: &BTreeMap<i32, u32>, start: Date, to: Date) -> Vec<(i32, u32)> {
    let open = structure.ouvert_du.max(start);
    let close = structure.ouvert_au.unwrap_or(to).min(to);
    let days = epoch_day(open)..=epoch_day(close);
    days.map(|day| (day, known.get(&day).copied().unwrap_or(0))).collect()
}

#[derive(Default)]
struct Rows {
    finess: Vec<String>,
    ordre: Vec<i16>,
    departement: Vec<String>,
    kind: Vec<String>,
    jour: Vec<i32>,
    passages: Vec<i32>,
    threshold: Vec<Option<f64>>,
    median: Vec<Option<f64>>,
    z: Vec<Option<f64>>,
}

impl Rows {
    fn push(&mut self, structure: &Structure, days: &[(i32, u32)], from: Date) {
        let first_filled = days.iter().position(|(_, count)| *count > 0).unwrap_or(days.len());
        let reference: Vec<f64> = days[first_filled..].iter().map(|(_, count)| f64::from(*count)).collect();
        let threshold = low_threshold(&reference, LEAST_DAYS);
        for (index, (day, count)) in days.iter().enumerate() {
            if *day < epoch_day(from) {
                continue;
            }
            let same_weekday: Vec<f64> = (1..=WEEKS)
                .filter_map(|weeks| index.checked_sub(7 * weeks as usize))
                .map(|before| f64::from(days[before].1))
                .filter(|count| *count > 0.0)
                .collect();
            let known = same_weekday.len() * 2 >= WEEKS as usize;
            let center = median_and_mad(&same_weekday).filter(|_| known);
            self.finess.push(structure.finess.clone());
            self.ordre.push(structure.ordre);
            self.departement.push(structure.departement.clone());
            self.kind.push(structure.type_structure.clone());
            self.jour.push(*day);
            self.passages.push(*count as i32);
            self.threshold.push(threshold);
            self.median.push(center.map(|(median, _)| median));
            self.z
                .push(center.and_then(|(median, mad)| robust_z(f64::from(*count), median, mad)));
        }
    }

    fn frame(self) -> PolarsResult<LazyFrame> {
        let height = self.jour.len();
        let jour = Column::new("jour".into(), self.jour).cast(&DataType::Date)?;
        let columns = vec![
            Column::new("finess".into(), self.finess),
            Column::new("ordre".into(), self.ordre),
            Column::new("departement".into(), self.departement),
            Column::new("type_etablissement".into(), self.kind),
            jour,
            Column::new("passages".into(), self.passages),
            Column::new("seuil_bas".into(), self.threshold),
            Column::new("mediane_8s".into(), self.median),
            Column::new("z_robuste".into(), self.z),
        ];
        Ok(DataFrame::new(height, columns)?.lazy())
    }
}
