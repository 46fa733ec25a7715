//! Maisons médicales de garde: activity without double count, hours expected by the opening hours, and the emergency department
//! next door. An absent hour is unknown, never zero.
//!
//! Source: mmg.md §3 and §6, project-defined.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;
use lake::month::Month;
use polars::prelude::*;

use super::frames::{around, integers, texts};
use crate::openings::{Span, on, spans_of};
use crate::prepare::{epoch_day, first_structure};
use crate::{Catalogue, Error, Inputs};

/// Opening hours of a month are those of every site still valid.
pub const DAYS_BEFORE: i64 = 36_500;

/// The rows of `mmg_activite_horaire`; a daily total is left out where the hours of the day were sent too.
pub fn activity(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let hourly = col("pas_minutes").lt(lit(1440));
    let has_hours = hourly
        .clone()
        .any(true)
        .over([col("id_mmg"), col("jour")])
        .map_err(Error::frame("lire les heures d'un jour".to_owned()))?;
    Ok(around("mmg_activite_horaire", 0, inputs, catalogue, month)?.filter(hourly.or(has_hours.not())))
}

/// Hours that the opening hours announce, each with whether it was typed.
pub fn expected(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let read = || -> Result<DataFrame, Error> {
        let typed = typed(inputs, catalogue, month)?;
        let mut rows = Rows::default();
        for site in sites(inputs, catalogue, month)? {
            for (day, hour) in site.hours(inputs, month) {
                let day_number = i64::from(epoch_day(day));
                let is_typed = [Some(hour), None]
                    .iter()
                    .any(|hour| typed.contains(&(site.id.clone(), day_number, *hour)));
                rows.push(&site.flux, day, hour, is_typed);
            }
        }
        rows.frame().map_err(Error::frame("lire les heures attendues".to_owned()))
    };
    Ok(read()?.lazy())
}

/// Sites valid in a month, each with the hours expected and typed.
pub fn months(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let count = |hours: Expr| hours.cast(DataType::Int32);
    let hours = expected(inputs, catalogue, month)?.group_by_stable([col("flux_id")]).agg([
        col("jour").min(),
        count(col("heure").count()).alias("attendues"),
        count(col("saisie").sum()).alias("saisies"),
    ]);
    let complete = (col("saisies") * lit(10)).gt_eq(col("attendues") * lit(9));
    Ok(hours.with_column(complete.alias("complet")))
}

/// Open hours of the sites next to an emergency department, with the light passages that entered it in the same hour.
pub fn next_door(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let doing = || "comparer au service d'urgences adossé".to_owned();
    let light = col("gravite")
        .eq(lit("1"))
        .or(col("gravite").eq(lit("2")))
        .and(col("mode_sortie").eq(lit("8")));
    let passages = around("rpu", 0, inputs, catalogue, month)?
        .filter(light.fill_null(lit(false)))
        .select([
            col("finess"),
            col("jour").to_physical().cast(DataType::Int64),
            col("heure").cast(DataType::Int64),
        ]);
    let open = activity(inputs, catalogue, month)?.filter(
        col("statut")
            .eq(lit("OUVERT"))
            .and(col("pas_minutes").eq(lit(60)))
            .and(col("nb_consultations").is_not_null()),
    );
    let next: BTreeMap<String, String> = sites(inputs, catalogue, month)?
        .into_iter()
        .filter_map(|site| Some((site.id, site.next_to?)))
        .collect();
    let read = || -> PolarsResult<DataFrame> {
        let passages = passages.collect()?;
        let (finess, days, hours) = (
            texts(&passages, "finess")?,
            integers(&passages, "jour")?,
            integers(&passages, "heure")?,
        );
        let mut light: HashMap<(String, i64, i64), i32> = HashMap::new();
        for row in 0..passages.height() {
            if let (Some(finess), Some(day), Some(hour)) = (&finess[row], days[row], hours[row]) {
                *light.entry((finess.clone(), day, hour)).or_default() += 1;
            }
        }
        let open = open
            .select([
                col("flux_id"),
                col("id_mmg"),
                col("jour"),
                col("jour").to_physical().cast(DataType::Int64).alias("numero"),
                col("heure"),
                col("nb_consultations").alias("consultations"),
            ])
            .collect()?;
        let (ids, days, hours) = (texts(&open, "id_mmg")?, integers(&open, "numero")?, integers(&open, "heure")?);
        let beside = |row: usize| -> Option<i32> {
            let finess = next.get(ids[row].as_ref()?)?.clone();
            Some(light.get(&(finess, days[row]?, hours[row]?)).copied().unwrap_or(0))
        };
        let counts: Vec<Option<i32>> = (0..open.height()).map(beside).collect();
        let known = BooleanChunked::from_iter(counts.iter().map(Option::is_some));
        open.drop_many(["id_mmg", "numero"])
            .hstack(&[Series::new("passages_legers".into(), counts).into()])?
            .filter(&known)
    };
    Ok(read().map_err(Error::frame(doing()))?.lazy())
}

/// Intervals typed OUVERT or FERME: site, day, and hour, or none for the whole day.
fn typed(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<BTreeSet<(String, i64, Option<i64>)>, Error> {
    let known = col("statut")
        .eq(lit("FERME"))
        .or(col("statut").eq(lit("OUVERT")).and(col("nb_consultations").is_not_null()));
    let rows = around("mmg_activite_horaire", 0, inputs, catalogue, month)?
        .filter(known)
        .select([
            col("id_mmg"),
            col("jour").to_physical().cast(DataType::Int64),
            col("heure").cast(DataType::Int64),
            col("pas_minutes").cast(DataType::Int64),
        ]);
    let read = || -> PolarsResult<BTreeSet<(String, i64, Option<i64>)>> {
        let frame = rows.collect()?;
        let (ids, days) = (texts(&frame, "id_mmg")?, integers(&frame, "jour")?);
        let (hours, steps) = (integers(&frame, "heure")?, integers(&frame, "pas_minutes")?);
        let row = |row: usize| Some((ids[row].clone()?, days[row]?, hours[row].filter(|_| steps[row] == Some(60))));
        Ok((0..frame.height()).filter_map(row).collect())
    };
    read().map_err(Error::frame("lire l'activité des maisons médicales de garde".to_owned()))
}

/// One site over its validity.
struct Site {
    id: String,
    flux: String,
    next_to: Option<String>,
    hours: Vec<Span>,
    from: i64,
    to: Option<i64>,
}

fn sites(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<Vec<Site>, Error> {
    let day = |name: &str| col(name).to_physical().cast(DataType::Int64);
    let rows = around("mmg_sites", DAYS_BEFORE, inputs, catalogue, month)?.select([
        col("id_mmg"),
        col("finess_su"),
        col("plages"),
        day("date_debut"),
        day("date_fin"),
    ]);
    let read = || -> PolarsResult<Vec<Site>> {
        let frame = rows.collect()?;
        let (ids, next, spans) = (
            texts(&frame, "id_mmg")?,
            texts(&frame, "finess_su")?,
            texts(&frame, "plages")?,
        );
        let (from, to) = (integers(&frame, "date_debut")?, integers(&frame, "date_fin")?);
        let site = |row: usize| {
            let id = ids[row].clone()?;
            Some(Site {
                flux: first_structure(&id, &inputs.structures),
                next_to: next[row].clone(),
                hours: spans[row].as_deref().map(spans_of).unwrap_or_default(),
                from: from[row]?,
                to: to[row],
                id,
            })
        };
        Ok((0..frame.height()).filter_map(site).collect())
    };
    read().map_err(Error::frame("lire les maisons médicales de garde".to_owned()))
}

impl Site {
    /// Hours expected in a month, up to the last complete day.
    fn hours(&self, inputs: &Inputs, month: Month) -> Vec<(Date, i64)> {
        let last = inputs.observe_au.map_or(month.last_day(), |day| day.min(month.last_day()));
        let days = month.first_day().series(1.day()).take_while(|day| *day <= last);
        let valid = |day: &Date| {
            let number = i64::from(epoch_day(*day));
            self.from <= number && self.to.is_none_or(|to| number <= to)
        };
        days.filter(valid)
            .flat_map(|day| {
                // A begun hour counts.
                let hours: BTreeSet<i64> = on(&self.hours, day)
                    .flat_map(|span| span.start / 60..(span.end + 59) / 60)
                    .collect();
                hours.into_iter().map(move |hour| (day, hour))
            })
            .collect()
    }
}

#[derive(Default)]
struct Rows {
    flux: Vec<String>,
    days: Vec<i32>,
    hours: Vec<i32>,
    typed: Vec<bool>,
}

impl Rows {
    fn push(&mut self, flux: &str, day: Date, hour: i64, typed: bool) {
        self.flux.push(flux.to_owned());
        self.days.push(epoch_day(day));
        self.hours.push(hour as i32);
        self.typed.push(typed);
    }

    fn frame(self) -> PolarsResult<DataFrame> {
        let day = Series::new("jour".into(), self.days).cast(&DataType::Date)?;
        let hour = Series::new("heure".into(), self.hours).cast(&DataType::Int16)?;
        df!("flux_id" => self.flux, "saisie" => self.typed)?.hstack(&[day.into(), hour.into()])
    }
}
