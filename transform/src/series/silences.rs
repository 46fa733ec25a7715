//! What goes on too long: hours without a file at a SAMU, intervals without a call, counts of a MMG that are copied. Each row is a site
//! and a day, with the longest of them that ends on that day.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use polars::prelude::*;

use super::limits::median_and_mad;
use crate::prepare::{epoch_day, judged};
use crate::{Error, Inputs};

/// Days before that say what is usual at an hour.
const USUAL: i32 = 28;
/// Hours in a row without any file (SAMU-C36).
const HOURS: usize = 3;
/// Minutes of a day.
const DAY: i64 = 1440;
/// Minutes in a row without any call (SAMU-C52).
const MINUTES: i64 = 120;

/// `samu_silences`: by SAMU and day, the greatest of the usual counts of the stretches of three hours that had no file, beside the
/// greatest of all, which is missing on the first day.
pub fn samu_silences(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let first = from.checked_sub(USUAL.days()).unwrap_or(from);
    let rows = rows("samu_rdr", inputs, first, to)?
        .group_by([col("id_samu"), col("jour"), col("heure")])
        .agg([len().cast(DataType::Int64).alias("valeur"), col("departement").first()]);
    let places = gathered(rows, "id_samu", "heure")?;
    let last = epoch_day(inputs.observe_au.map_or(to, |day| day.min(to)));
    let mut found = Found::default();
    for (site, place) in &places {
        let mut days: BTreeMap<i32, [f64; 24]> = BTreeMap::new();
        for row in &place.rows {
            let hour = usize::try_from(row.order).unwrap_or_default().min(23);
            days.entry(row.day).or_insert([0.0; 24])[hour] += row.value as f64;
        }
        let Some(opening) = days.keys().next().copied() else {
            continue;
        };
        let sum = |day: i32, hour: usize| days.get(&day).map_or(0.0, |counts| counts[hour..hour + HOURS].iter().sum());
        for day in opening.max(epoch_day(from))..=last {
            let usual = |hour: usize| {
                let before: Vec<f64> = (opening.max(day - USUAL)..day).map(|day| sum(day, hour)).collect();
                median_and_mad(&before).map(|(median, _)| median)
            };
            let stretches: Vec<(usize, f64)> = (0..=24 - HOURS).filter_map(|hour| Some((hour, usual(hour)?))).collect();
            let silent = stretches.iter().filter(|(hour, _)| sum(day, *hour) == 0.0);
            let longest = silent.map(|(_, usual)| *usual).fold(0.0, f64::max);
            let known = stretches.iter().map(|(_, usual)| *usual).reduce(f64::max);
            found.push_beside(site, place, day, longest, known);
        }
    }
    found.frame("id_samu", "mediane_muette", Some("mediane_usuelle"))
}

/// `samu_silences_appels`: by SAMU and day, the greatest of the usual counts of the stretches of two hours or more of queue 15 that had
/// no call and ended that day, beside the greatest of all, which is missing without a day before.
pub fn samu_silences_appels(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let first = from.checked_sub(USUAL.days()).unwrap_or(from);
    let minutes = col("debut_intervalle").cast(DataType::Int64).floor_div(lit(60_000_000_i64));
    let rows = rows("samu_appels_agreges", inputs, first, to)?
        .filter(col("file_appels").eq(lit("15")))
        .with_columns([minutes.alias("ordre"), col("pas_minutes").cast(DataType::Int64).alias("pas")])
        .with_column(col("appels_presentes").cast(DataType::Int64).alias("valeur"));
    let places = gathered(rows, "id_samu", "ordre")?;
    let mut found = Found::default();
    for (site, place) in &places {
        let calls: BTreeMap<i64, i64> = place.rows.iter().map(|row| (row.order, row.value)).collect();
        let mut greatest: BTreeMap<i32, f64> = BTreeMap::new();
        let (mut start, mut end) = (0, None);
        for row in &place.rows {
            if row.value > 0 || end != Some(row.order) {
                start = row.order + if row.value > 0 { row.step } else { 0 };
            }
            end = Some(row.order + row.step);
            let day = greatest.entry(row.day).or_default();
            if row.order + row.step - start >= MINUTES {
                *day = day.max(usual(&calls, start, row.order + row.step).unwrap_or(0.0));
            }
        }
        for (day, silent) in greatest.range(epoch_day(from)..) {
            let midnight = i64::from(*day) * DAY;
            let stretches = (0..DAY / MINUTES).map(|rank| midnight + rank * MINUTES);
            let known = stretches
                .filter_map(|start| usual(&calls, start, start + MINUTES))
                .reduce(f64::max);
            found.push_beside(site, place, *day, *silent, known.map(|known| known.max(*silent)));
        }
    }
    found.frame("id_samu", "mediane_muette", Some("mediane_usuelle"))
}

/// Calls between two instants, in minutes: their median over the same hours of the days before that are known. None when none is.
fn usual(calls: &BTreeMap<i64, i64>, start: i64, end: i64) -> Option<f64> {
    let of = |back: i64| {
        let mut counts = calls
            .range(start - back * DAY..end - back * DAY)
            .map(|(_, count)| *count as f64);
        counts.next().map(|first| first + counts.sum::<f64>())
    };
    let before: Vec<f64> = (1..=i64::from(USUAL)).filter_map(of).collect();
    median_and_mad(&before).map(|(median, _)| median)
}

/// `mmg_repetitions`: by MMG and day, open intervals in a row with one and the same count, zero apart.
pub fn mmg_repetitions(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let first = from.checked_sub(3.days()).unwrap_or(from);
    let minutes = col("debut_local").cast(DataType::Int64).floor_div(lit(60_000_000_i64));
    let rows = rows("mmg_activite_horaire", inputs, first, to)?
        .filter(col("statut").eq(lit("OUVERT")).and(col("pas_minutes").lt(lit(1440))))
        .with_columns([
            minutes.alias("ordre"),
            col("nb_consultations").cast(DataType::Int64).alias("valeur"),
        ]);
    let places = gathered(rows, "id_mmg", "ordre")?;
    let mut found = Found::default();
    for (site, place) in &places {
        let mut longest: BTreeMap<i32, i64> = BTreeMap::new();
        let (mut length, mut before) = (0, None);
        for row in &place.rows {
            length = match (row.value, before == Some(row.value)) {
                (0, _) => 0,
                (_, true) => length + 1,
                (_, false) => 1,
            };
            before = Some(row.value);
            let day = longest.entry(row.day).or_default();
            *day = (*day).max(length);
        }
        found.extend(site, place, &longest, from);
    }
    found.frame("id_mmg", "plus_longue", None)
}

fn rows(table: &str, inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let table = lake::table::table(table).ok_or_else(|| Error::Request(format!("la table « {table} » n'existe pas")))?;
    judged(table, inputs, from, to)
}

/// The rows of a site, in order.
#[derive(Default)]
struct Place {
    departement: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    day: i32,
    order: i64,
    step: i64,
    value: i64,
}

/// Rows by site, by day and `order`; those without a value are left out.
fn gathered(rows: LazyFrame, site: &str, order: &str) -> Result<BTreeMap<String, Place>, Error> {
    let doing = || Error::frame(format!("ranger les lignes de chaque {site}"));
    let schema = rows.clone().collect_schema().map_err(doing())?;
    let step = match schema.contains("pas") {
        true => col("pas"),
        false => lit(1_i64).alias("pas"),
    };
    let number = |name: &str, expression: Expr| expression.cast(DataType::Int64).alias(name);
    let frame = rows
        .select([
            col(site).alias("site"),
            col("departement"),
            number("jour", col("jour").cast(DataType::Int32)),
            number("ordre", col(order)),
            step,
            col("valeur"),
        ])
        .filter(col("valeur").is_not_null())
        .sort(["site", "jour", "ordre"], SortMultipleOptions::default())
        .collect()
        .map_err(doing())?;
    let text = |name: &str| frame.column(name).and_then(|column| column.str().cloned()).map_err(doing());
    let count = |name: &str| {
        let column = frame.column(name).and_then(|column| column.cast(&DataType::Int64));
        column.and_then(|column| column.i64().cloned()).map_err(doing())
    };
    let (sites, departements) = (text("site")?, text("departement")?);
    let (days, orders, steps, values) = (count("jour")?, count("ordre")?, count("pas")?, count("valeur")?);
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    for row in 0..frame.height() {
        let (Some(site), Some(day), Some(order), Some(value)) = (sites.get(row), days.get(row), orders.get(row), values.get(row))
        else {
            continue;
        };
        let place = places.entry(site.to_owned()).or_default();
        place.departement = departements.get(row).map(str::to_owned);
        place.rows.push(Row {
            day: day as i32,
            order,
            step: steps.get(row).unwrap_or(1),
            value,
        });
    }
    Ok(places)
}

/// Rows to be judged.
#[derive(Default)]
struct Found {
    sites: Vec<String>,
    departements: Vec<Option<String>>,
    days: Vec<i32>,
    values: Vec<f64>,
    /// What is usual; empty for a table that does not say.
    usual: Vec<Option<f64>>,
}

impl Found {
    fn push(&mut self, site: &str, place: &Place, day: i32, value: f64) {
        self.sites.push(site.to_owned());
        self.departements.push(place.departement.clone());
        self.days.push(day);
        self.values.push(value);
    }

    fn push_beside(&mut self, site: &str, place: &Place, day: i32, value: f64, usual: Option<f64>) {
        self.push(site, place, day, value);
        self.usual.push(usual);
    }

    fn extend(&mut self, site: &str, place: &Place, longest: &BTreeMap<i32, i64>, from: Date) {
        for (day, length) in longest.range(epoch_day(from)..) {
            self.push(site, place, *day, *length as f64);
        }
    }

    fn frame(self, site: &str, value: &str, usual: Option<&str>) -> Result<LazyFrame, Error> {
        let height = self.days.len();
        let doing = || Error::frame(format!("ranger {value}"));
        let days = Column::new("jour".into(), self.days).cast(&DataType::Date).map_err(doing())?;
        let mut columns = vec![
            Column::new(site.into(), self.sites),
            Column::new("departement".into(), self.departements),
            Column::full_null("type_etablissement".into(), height, &DataType::String),
            days,
            Column::new(value.into(), self.values),
        ];
        columns.extend(usual.map(|usual| Column::new(usual.into(), self.usual)));
        Ok(DataFrame::new(height, columns).map_err(doing())?.lazy())
    }
}
