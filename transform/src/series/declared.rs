//! The series that `series/*.toml` declare: rows grouped by key and period, every period present where the declaration says so,
//! then the columns that look back.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use lake::table::Table;
use polars::prelude::*;

use super::past::{Past, back};
use super::ruptures::{Rows, cut};
use crate::catalogue::series::{Pas, Serie};
use crate::prepare::{computed, epoch_day, first_of_month, joined, judged, left, source, with_first_structures};
use crate::{Error, Inputs};

/// The rows of a declared series from `from` to `to`, both included.
pub fn declared(serie: &Serie, inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let doing = || Error::frame(format!("ranger la série {}", serie.table));
    let table = lake::table::table(&serie.de)
        .ok_or_else(|| Error::Request(format!("la table « {} » de la série {} n'existe pas", serie.de, serie.table)))?;
    // What has not been received yet is no silence.
    let last = inputs.observe_au.map_or(to, |day| day.min(to));
    let start = match serie.pas {
        Pas::Jour => from,
        Pas::Mois => from.first_of_month(),
    };
    let first = start.checked_sub(serie.jours_avant.days()).unwrap_or(start);
    let rows = match serie.brut {
        true => bare(table, inputs, first, to)?,
        false => judged(table, inputs, first, to)?,
    };
    let counted = grouped(serie, rows)?.collect().map_err(doing())?;
    let periods = periods(serie, &counted, epoch_day(last)).map_err(doing())?;
    let mut frame = spread(serie, &counted, &periods).map_err(doing())?;
    let sites = match serie.cle.first() {
        Some(site) => Some(frame.column(site).and_then(|column| column.str().cloned()).map_err(doing())?),
        None => None,
    };
    let whole = Rows {
        periods: &periods.of_rows,
        starts: &periods.starts,
    };
    let starts = cut(&whole, serie.pas, &inputs.ruptures, |row| sites.as_ref()?.get(row));
    for recul in &serie.reculs {
        let values = frame
            .column(&recul.de)
            .and_then(|column| column.cast(&DataType::Float64))
            .map_err(doing())?;
        let values: Vec<Option<f64>> = values.f64().map_err(doing())?.iter().collect();
        let past = Past {
            periods: &periods.of_rows,
            starts: &starts,
            values: &values,
        };
        let mut usual = back(&past, recul.fonction, recul.n);
        if recul.periode_finie {
            let is_over = |period: i32| end(serie.pas, period) <= epoch_day(last);
            for (value, period) in usual.iter_mut().zip(&periods.of_rows) {
                *value = value.filter(|_| is_over(*period));
            }
        }
        let column = Column::new(recul.nom.as_str().into(), usual);
        frame.with_column(column).map_err(doing())?;
    }
    let mut frame = frame.lazy().with_column(first_of_month(col("jour")).alias("mois_debut"));
    for join in &serie.jointures {
        let key: Vec<Expr> = join.cle.iter().map(|name| col(name.as_str())).collect();
        frame = frame.join(joined(join, inputs, first, to)?, key.clone(), key, left());
    }
    let day = |date: Date| lit(epoch_day(date)).cast(DataType::Date);
    Ok(frame.filter(col("jour").gt_eq(day(start)).and(col("jour").lt_eq(day(to)))))
}

/// Last day of a period, by its first.
fn end(pas: Pas, first: i32) -> i32 {
    match pas {
        Pas::Jour => first,
        Pas::Mois => {
            let day = Date::constant(1970, 1, 1).saturating_add(first.days());
            epoch_day(day.last_of_month())
        }
    }
}

/// The rows of the view, with the place of their site and nothing else.
fn bare(table: &'static Table, inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let day = col(&table.mois).cast(DataType::Date).alias("jour");
    let rows = source::days(table, inputs, from, to)?.with_column(day);
    Ok(with_first_structures(rows, table.finess(), inputs))
}

fn grouped(serie: &Serie, rows: LazyFrame) -> Result<LazyFrame, Error> {
    let period = match serie.pas {
        Pas::Jour => col("jour").cast(DataType::Int32),
        Pas::Mois => first_of_month(col("jour")).cast(DataType::Int32),
    };
    let mut key: Vec<Expr> = serie.cle.iter().map(|name| col(name.as_str())).collect();
    key.push(period.alias("periode"));
    let mut columns = vec![col("departement").first(), col("type_etablissement").first()];
    for column in &serie.colonnes {
        columns.push(computed(column)?);
    }
    // Keys that are missing name no series.
    let named = serie
        .cle
        .iter()
        .fold(lit(true), |all, name| all.and(col(name.as_str()).is_not_null()));
    let order: Vec<PlSmallStr> = serie
        .cle
        .iter()
        .map(|name| name.as_str().into())
        .chain(["periode".into()])
        .collect();
    Ok(rows
        .filter(named)
        .group_by(key)
        .agg(columns)
        .sort(order, SortMultipleOptions::default()))
}

/// The periods of every series, one after the other.
struct Periods {
    /// First row of each series, then the number of rows.
    starts: Vec<usize>,
    of_rows: Vec<i32>,
    /// Row of what was counted, where something was.
    counted: Vec<Option<u32>>,
    /// A row of what was counted of the same series.
    of_series: Vec<u32>,
}

fn periods(serie: &Serie, counted: &DataFrame, last: i32) -> PolarsResult<Periods> {
    let of_rows = counted.column("periode")?.i32()?;
    let keys: Vec<&StringChunked> = serie
        .cle
        .iter()
        .map(|name| counted.column(name).and_then(|column| column.str()))
        .collect::<PolarsResult<_>>()?;
    let same = |one: usize, other: usize| keys.iter().all(|key| key.get(one) == key.get(other));
    let mut periods = Periods {
        starts: Vec::new(),
        of_rows: Vec::new(),
        counted: Vec::new(),
        of_series: Vec::new(),
    };
    let mut start = 0;
    while start < counted.height() {
        let end = (start..counted.height())
            .find(|row| !same(start, *row))
            .unwrap_or(counted.height());
        let known: BTreeMap<i32, u32> = (start..end).filter_map(|row| Some((of_rows.get(row)?, row as u32))).collect();
        periods.starts.push(periods.of_rows.len());
        for period in met(serie, &known, last) {
            periods.of_rows.push(period);
            periods.counted.push(known.get(&period).copied());
            periods.of_series.push(start as u32);
        }
        start = end;
    }
    periods.starts.push(periods.of_rows.len());
    Ok(periods)
}

/// Periods of one series: those met, or all from the first to the last that was received.
fn met(serie: &Serie, known: &BTreeMap<i32, u32>, last: i32) -> Vec<i32> {
    let (Some((first, _)), Some((greatest, _)), true) = (known.first_key_value(), known.last_key_value(), serie.complete) else {
        return known.keys().copied().collect();
    };
    let last = last.max(*greatest);
    match serie.pas {
        Pas::Jour => (*first..=last).collect(),
        Pas::Mois => {
            let epoch = Date::constant(1970, 1, 1);
            let month = |day: i32| lake::month::Month::of(epoch.saturating_add(i64::from(day).days()));
            month(*first)
                .through(month(last))
                .map(|month| epoch_day(month.first_day()))
                .collect()
        }
    }
}

fn spread(serie: &Serie, counted: &DataFrame, periods: &Periods) -> PolarsResult<DataFrame> {
    let of_series = IdxCa::from_vec("rang".into(), periods.of_series.clone());
    let rows: IdxCa = periods.counted.iter().copied().collect();
    let mut columns = Vec::new();
    let place = ["departement", "type_etablissement"];
    for name in serie.cle.iter().map(String::as_str).chain(place) {
        columns.push(counted.column(name)?.take(&of_series)?);
    }
    columns.push(Column::new("jour".into(), &periods.of_rows).cast(&DataType::Date)?);
    if serie.pas == Pas::Jour {
        let minutes: Vec<i32> = periods.of_rows.iter().map(|day| minutes_of(*day)).collect();
        columns.push(Column::new("minutes_jour".into(), minutes));
    }
    for column in &serie.colonnes {
        let taken = counted.column(&column.nom)?.take(&rows)?;
        let is_zero = serie.zero.contains(&column.nom);
        columns.push(if is_zero {
            taken.fill_null(FillNullStrategy::Zero)?
        } else {
            taken
        });
    }
    DataFrame::new(periods.of_rows.len(), columns)
}

/// Length of a civil day, by its days since 1970-01-01: 1380, 1440 or 1500 minutes.
fn minutes_of(day: i32) -> i32 {
    let starts = |day: i32| {
        let date = Date::constant(1970, 1, 1).checked_add(i64::from(day).days()).ok()?;
        Some(date.in_tz("Europe/Paris").ok()?.timestamp().as_second())
    };
    let seconds = starts(day).zip(starts(day + 1)).map(|(start, end)| end - start);
    seconds.map_or(1440, |seconds| (seconds / 60) as i32)
}
