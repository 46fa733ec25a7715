//! `mmg_plages_jour`: what a maison médicale de garde did on a day, beside the opening hours that it declares (MMG-C07, C12, C22).

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use polars::prelude::*;

use crate::openings::{Span, are_of_pdsa, on, spans_of};
use crate::prepare::{epoch_day, judged, source};
use crate::{Error, Inputs};

/// Minutes after closing during which a patient is still seen.
const TOLERANCE: i64 = 60;
const DAY: i64 = 24 * 60;

/// A site over one of its validities.
struct Site {
    departement: Option<String>,
    from: i32,
    to: Option<i32>,
    spans: Vec<Span>,
}

/// What was received of a site and a day.
#[derive(Default)]
struct Received {
    /// Intervals, from and to the minute of the day, each with its consultations.
    intervals: Vec<(i64, i64, i64)>,
    /// Minutes of the arrivals, and whether each is in the hours of the permanence des soins.
    arrivals: Vec<(i64, bool)>,
}

/// Every day of validity of the sites that declare their hours.
pub fn mmg_plages_jour(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let sites = sites(inputs, to)?;
    let received = received(inputs, from, to)?;
    let last = inputs.observe_au.map_or(to, |day| day.min(to));
    let known = epoch_day(inputs.observe_au.unwrap_or(to));
    let hourly: BTreeSet<&String> = received
        .iter()
        .filter(|(_, day)| !day.intervals.is_empty())
        .map(|((id, _), _)| id)
        .collect();
    let mut rows = Rows::default();
    for (id, periods) in &sites {
        for day in from.series(1.day()).take_while(|day| *day <= last) {
            let number = epoch_day(day);
            let valid = |site: &&Site| site.from <= number && site.to.is_none_or(|end| number <= end);
            let Some(site) = periods.iter().filter(valid).max_by_key(|site| site.from) else {
                continue;
            };
            let nothing = Received::default();
            let day_of = received.get(&(id.clone(), number)).unwrap_or(&nothing);
            rows.push(
                id,
                site,
                number,
                [
                    day_of.activity(),
                    day_of.outside(&site.spans, day),
                    i64::from(hourly.contains(id)) * day_of.missing(&site.spans, day),
                    i64::from(hourly.contains(id)) * expected(&site.spans, day).len() as i64,
                    day_of.arrivals.len() as i64,
                    day_of.arrivals.iter().filter(|(_, in_pdsa)| !in_pdsa).count() as i64,
                    i64::from(known - number),
                ],
            );
        }
    }
    rows.frame().map_err(Error::frame("ranger les plages d'ouverture"))
}

/// Hours of opening of a day; a begun hour counts.
fn expected(spans: &[Span], day: Date) -> BTreeSet<i64> {
    on(spans, day)
        .flat_map(|span| span.start / 60..(span.end + 59) / 60)
        .collect()
}

impl Received {
    fn activity(&self) -> i64 {
        self.intervals.iter().map(|(.., count)| count).sum::<i64>() + self.arrivals.len() as i64
    }

    /// Consultations outside the hours: by interval, or by arrival where these say more.
    fn outside(&self, spans: &[Span], day: Date) -> i64 {
        let eve = day.yesterday().unwrap_or(day);
        let today = on(spans, day).map(|span| (span.start, span.end + TOLERANCE));
        let late = on(spans, eve).map(|span| (0, span.end + TOLERANCE - DAY));
        let open: Vec<(i64, i64)> = today.chain(late).collect();
        let is_open = |from: i64, to: i64| open.iter().any(|(start, end)| from < *end && *start < to);
        let intervals = self.intervals.iter().filter(|(from, to, _)| !is_open(*from, *to));
        let by_interval: i64 = intervals.map(|(.., count)| count).sum();
        let by_arrival = self
            .arrivals
            .iter()
            .filter(|(minute, _)| !is_open(*minute, *minute + 1))
            .count();
        by_interval.max(by_arrival as i64)
    }

    /// Hours of opening of which nothing came, not even that they were not typed.
    fn missing(&self, spans: &[Span], day: Date) -> i64 {
        let known = |hour: i64| {
            let mut intervals = self.intervals.iter();
            intervals.any(|(from, to, _)| *from < (hour + 1) * 60 && hour * 60 < *to)
        };
        expected(spans, day).into_iter().filter(|hour| !known(*hour)).count() as i64
    }
}

fn sites(inputs: &Inputs, to: Date) -> Result<BTreeMap<String, Vec<Site>>, Error> {
    let table = table("mmg_sites")?;
    let rows = judged(table, inputs, Date::constant(1970, 1, 1), to)?
        .select([
            col("id_mmg"),
            col("departement"),
            col("plages"),
            col("date_debut").cast(DataType::Int32),
            col("date_fin").cast(DataType::Int32),
        ])
        .collect()
        .map_err(Error::frame("lire les plages d'ouverture"))?;
    let read = || -> PolarsResult<BTreeMap<String, Vec<Site>>> {
        let (ids, places, spans) = (
            rows.column("id_mmg")?.str()?,
            rows.column("departement")?.str()?,
            rows.column("plages")?.str()?,
        );
        let (starts, ends) = (rows.column("date_debut")?.i32()?, rows.column("date_fin")?.i32()?);
        let mut sites: BTreeMap<String, Vec<Site>> = BTreeMap::new();
        for row in 0..rows.height() {
            let (Some(id), Some(from), Some(text)) = (ids.get(row), starts.get(row), spans.get(row)) else {
                continue;
            };
            let spans = spans_of(text);
            if !spans.is_empty() {
                sites.entry(id.to_owned()).or_default().push(Site {
                    departement: places.get(row).map(str::to_owned),
                    from,
                    to: ends.get(row),
                    spans,
                });
            }
        }
        Ok(sites)
    };
    read().map_err(Error::frame("lire les plages d'ouverture"))
}

fn received(inputs: &Inputs, from: Date, to: Date) -> Result<BTreeMap<(String, i32), Received>, Error> {
    let minute = |name: &str| (col(name).cast(DataType::Int64).floor_div(lit(60_000_000_i64)) % lit(DAY)).alias("minute");
    let intervals = source::days(table("mmg_activite_horaire")?, inputs, from, to)?.select([
        col("id_mmg"),
        col("debut_local").cast(DataType::Date).cast(DataType::Int32).alias("jour"),
        minute("debut_local"),
        col("pas_minutes").cast(DataType::Int64).alias("un"),
        col("nb_consultations")
            .cast(DataType::Int64)
            .fill_null(lit(0_i64))
            .alias("deux"),
    ]);
    let arrivals = judged(table("mmg_consultations")?, inputs, from, to)?.select([
        col("id_mmg"),
        col("jour").cast(DataType::Int32),
        minute("arrivee_locale"),
        col("en_pdsa").cast(DataType::Int64).alias("un"),
        lit(1_i64).alias("deux"),
    ]);
    let mut received: BTreeMap<(String, i32), Received> = BTreeMap::new();
    let mut each = |rows: LazyFrame, keep: fn(&mut Received, [i64; 3])| -> PolarsResult<()> {
        let rows = rows.collect()?;
        let (ids, days) = (rows.column("id_mmg")?.str()?, rows.column("jour")?.i32()?);
        let number = |name: &str| -> PolarsResult<Int64Chunked> { rows.column(name)?.cast(&DataType::Int64)?.i64().cloned() };
        let (minutes, first, second) = (number("minute")?, number("un")?, number("deux")?);
        for row in 0..rows.height() {
            let (Some(id), Some(day), Some(minute)) = (ids.get(row), days.get(row), minutes.get(row)) else {
                continue;
            };
            let values = [minute, first.get(row).unwrap_or(0), second.get(row).unwrap_or(0)];
            keep(received.entry((id.to_owned(), day)).or_default(), values);
        }
        Ok(())
    };
    let doing = || Error::frame("lire l'activité des maisons médicales de garde");
    each(intervals, |day, [minute, step, count]| {
        day.intervals.push((minute, minute + step, count))
    })
    .map_err(doing())?;
    each(arrivals, |day, [minute, in_pdsa, _]| {
        day.arrivals.push((minute, in_pdsa == 1))
    })
    .map_err(doing())?;
    Ok(received)
}

fn table(name: &str) -> Result<&'static lake::table::Table, Error> {
    lake::table::table(name).ok_or_else(|| Error::Request(format!("la table « {name} » n'existe pas")))
}

/// Counts of a row, in the order of its columns.
const COUNTS: [&str; 7] = [
    "activite",
    "hors_plages",
    "manquants",
    "attendus",
    "arrivees",
    "hors_pdsa",
    "anciennete_jours",
];

#[derive(Default)]
struct Rows {
    ids: Vec<String>,
    places: Vec<Option<String>>,
    days: Vec<i32>,
    of_pdsa: Vec<bool>,
    counts: [Vec<i64>; COUNTS.len()],
}

impl Rows {
    fn push(&mut self, id: &str, site: &Site, day: i32, counts: [i64; COUNTS.len()]) {
        self.ids.push(id.to_owned());
        self.places.push(site.departement.clone());
        self.days.push(day);
        self.of_pdsa.push(are_of_pdsa(&site.spans));
        for (column, count) in self.counts.iter_mut().zip(counts) {
            column.push(count);
        }
    }

    fn frame(self) -> PolarsResult<LazyFrame> {
        let height = self.days.len();
        let mut columns = vec![
            Column::new("id_mmg".into(), self.ids),
            Column::new("departement".into(), self.places),
            Column::full_null("type_etablissement".into(), height, &DataType::String),
            Column::new("jour".into(), self.days).cast(&DataType::Date)?,
            Column::new("pdsa_seulement".into(), self.of_pdsa),
        ];
        for (name, counts) in COUNTS.iter().zip(self.counts) {
            columns.push(Column::new((*name).into(), counts).cast(&DataType::Int32)?);
        }
        Ok(DataFrame::new(height, columns)?.lazy())
    }
}
