//! Beds at the reference time of each day: for each unit, the last snapshot at or before it that is not stale. A unit without
//! one is « non renseignée »: it is missing, never empty.
//!
//! Source: beds.md §5, project-defined over BED-SNAP; stale as in BED-C09, whose parameters say after how long.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use lake::month::Month;
use lake::reference::Structure;
use polars::prelude::*;

use crate::prepare::first_structure;
use crate::rules::Parameter;
use crate::{Catalogue, Error};

/// Name of the derived table, one row per unit and day.
pub const TABLE: &str = "lits_jour";

/// Reference time of a day, civil hour. Project-defined: snapshots of the morning are in, discharges are not.
pub const HEURE_REFERENCE: i64 = 12;

/// A unit seen in these days before a month is expected in it.
pub const DAYS_BEFORE: i64 = 31;

/// Column that names the unit.
pub const UNIT: &str = "unite";

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Minutes after which a snapshot is stale: parameters of the rule that marks it so.
#[derive(Debug, Clone, Copy)]
pub struct Freshness {
    pub usual: i64,
    /// In critical care and in the short-stay unit of the emergency department.
    pub short: i64,
}

impl Freshness {
    /// Those of the rule whose mark is `perime`.
    pub fn of(catalogue: &Catalogue) -> Result<Freshness, Error> {
        let mut rules = catalogue.regles.iter();
        let rule = rules.find(|rule| rule.table == "lits" && rule.marque.as_deref() == Some("perime"));
        let minutes = |name: &str| match rule.and_then(|rule| rule.parametres.get(name)) {
            Some(Parameter::Integer(minutes)) => Ok(*minutes),
            _ => Err(Error::Request(format!(
                "la règle qui marque les saisies périmées n'a pas de paramètre « {name} »"
            ))),
        };
        Ok(Freshness {
            usual: minutes("delai_min")?,
            short: minutes("delai_court_min")?,
        })
    }
}

/// One snapshot of one unit, times in µs since 1970, civil.
#[derive(Debug, Clone)]
struct Snapshot<'f> {
    at: i64,
    updated: i64,
    /// None when it is not in the list (BED-C15): the beds count, in no discipline.
    discipline: Option<&'f str>,
    /// Whether it is stale after the shorter time.
    short: bool,
    installed: Option<i64>,
    open: Option<i64>,
    usable: Option<i64>,
    occupied: Option<i64>,
    free: Option<i64>,
    available: Option<i64>,
    closed: Option<i64>,
    reopenable: Option<i64>,
}

impl Snapshot<'_> {
    fn is_filled(&self) -> bool {
        self.installed.is_some() && self.open.is_some() && self.usable.is_some() && self.occupied.is_some()
    }
}

/// One unit: its site, identifier and temporary assignment. Its discipline may change: it is that of its state.
type Unit<'f> = [&'f str; 3];

/// The states of every unit on each day of some months, up to `until`. `lits` are the prepared snapshots of the months and of the
/// [`DAYS_BEFORE`] days before them. Columns: `flux_id, unite, jour, discipline, renseigne, frais`, and the numbers of beds, empty
/// when the unit is not known that day.
pub fn states(
    lits: LazyFrame,
    months: (Month, Month),
    until: Option<Date>,
    structures: &[Structure],
    freshness: Freshness,
) -> Result<LazyFrame, Error> {
    let doing = || format!("lire l'état des lits (de {} à {})", months.0, months.1);
    let snapshots = snapshots(lits).map_err(Error::frame(doing()))?;
    let units = units(&snapshots).map_err(Error::frame(doing()))?;
    let end = months.1.last_day();
    let last = until.map_or(end, |day| day.min(end));
    let days: Vec<Date> = months.0.first_day().series(1.day()).take_while(|day| *day <= last).collect();
    let mut rows = Rows::default();
    for ([finess, unit, assignment], snapshots) in &units {
        let names = (first_structure(finess, structures), format!("{finess}/{unit}/{assignment}"));
        for day in &days {
            let time = epoch_day(*day) * DAY + HEURE_REFERENCE * HOUR;
            let seen = &snapshots[..snapshots.partition_point(|snapshot| snapshot.at <= time)];
            let Some(latest) = seen.last() else { continue };
            let limit = |snapshot: &Snapshot| MINUTE * if snapshot.short { freshness.short } else { freshness.usual };
            // By its age at that time. The mark of the rule is by its age when last sent: a state repeated later, unchanged, was
            // fresh here all the same.
            let usable = |snapshot: &&Snapshot| time - snapshot.updated <= limit(snapshot);
            let state = seen.iter().rev().find(usable).filter(|snapshot| snapshot.is_filled());
            let discipline = state.unwrap_or(latest).discipline;
            rows.push(&names, *day, discipline, state, time - latest.updated <= 24 * HOUR);
        }
    }
    Ok(rows.frame().map_err(Error::frame(doing()))?.lazy())
}

/// Snapshots of full-time beds in their current state. Places, housing and forecasts are other
/// quantities; LISP are a subset of another unit's beds.
fn snapshots(lits: LazyFrame) -> PolarsResult<DataFrame> {
    let micros = |name: &str| {
        col(name)
            .dt()
            .cast_time_unit(TimeUnit::Microseconds)
            .to_physical()
            .cast(DataType::Int64)
    };
    let number = |name: &str| col(name).cast(DataType::Int64);
    lits.filter(
        col("nature")
            .eq(lit("01"))
            .and(col("temporalite").eq(lit("01")))
            .and(col("discipline").neq(lit("LISP")).fill_null(lit(true))),
    )
    .select([
        col("finess_geo"),
        col("unite_id"),
        col("affectation").fill_null(lit("01")),
        col("discipline"),
        micros("ts_etat_local").alias("at"),
        (micros("ts_maj") + micros("ts_etat_local") - micros("ts_etat")).alias("updated"),
        col("soins_critiques")
            .fill_null(lit(false))
            .or(col("discipline").eq(lit("UHCD")))
            .alias("court"),
        number("n_installes"),
        number("ouverts"),
        number("capacite_exploit"),
        number("n_occupes"),
        number("libres_calcules"),
        number("n_disponibles"),
        number("fermes"),
        number("n_fermes_reactivables"),
    ])
    .collect()
}

/// The snapshots of each unit, in order of time.
fn units(frame: &DataFrame) -> PolarsResult<BTreeMap<Unit<'_>, Vec<Snapshot<'_>>>> {
    let text = |name: &str| frame.column(name)?.str();
    let integer = |name: &str| frame.column(name)?.i64();
    let names = [
        text("finess_geo")?,
        text("unite_id")?,
        text("affectation")?,
        text("discipline")?,
    ];
    let (at, updated) = (integer("at")?, integer("updated")?);
    let short = frame.column("court")?.bool()?;
    let counts = [
        integer("n_installes")?,
        integer("ouverts")?,
        integer("capacite_exploit")?,
        integer("n_occupes")?,
        integer("libres_calcules")?,
        integer("n_disponibles")?,
        integer("fermes")?,
        integer("n_fermes_reactivables")?,
    ];
    let mut units: BTreeMap<Unit<'_>, Vec<Snapshot<'_>>> = BTreeMap::new();
    for row in 0..frame.height() {
        let name = |rank: usize| names[rank].get(row).unwrap_or_default();
        let (Some(at), Some(updated)) = (at.get(row), updated.get(row)) else {
            continue;
        };
        units.entry([name(0), name(1), name(2)]).or_default().push(Snapshot {
            at,
            updated,
            discipline: names[3].get(row),
            short: short.get(row).unwrap_or(false),
            installed: counts[0].get(row),
            open: counts[1].get(row),
            usable: counts[2].get(row),
            occupied: counts[3].get(row),
            free: counts[4].get(row),
            available: counts[5].get(row),
            closed: counts[6].get(row),
            reopenable: counts[7].get(row),
        });
    }
    for snapshots in units.values_mut() {
        snapshots.sort_by_key(|snapshot| (snapshot.at, snapshot.updated));
    }
    Ok(units)
}

fn epoch_day(day: Date) -> i64 {
    i64::from((day - Date::constant(1970, 1, 1)).get_days())
}

/// Rows of the derived table, column by column.
#[derive(Default)]
struct Rows {
    flux: Vec<String>,
    unit: Vec<String>,
    day: Vec<i32>,
    discipline: Vec<Option<String>>,
    known: Vec<bool>,
    fresh: Vec<bool>,
    beds: [Vec<Option<i64>>; 8],
}

impl Rows {
    fn push(&mut self, names: &(String, String), day: Date, discipline: Option<&str>, state: Option<&Snapshot>, fresh: bool) {
        self.flux.push(names.0.clone());
        self.unit.push(names.1.clone());
        self.day.push(epoch_day(day) as i32);
        self.discipline.push(discipline.map(str::to_owned));
        self.known.push(state.is_some());
        self.fresh.push(fresh);
        let numbers = state.map_or([None; 8], |s| {
            [
                s.installed,
                s.open,
                s.usable,
                s.occupied,
                s.free,
                s.available,
                s.closed,
                s.reopenable,
            ]
        });
        for (column, number) in self.beds.iter_mut().zip(numbers) {
            column.push(number);
        }
    }

    fn frame(self) -> PolarsResult<DataFrame> {
        let [installed, open, usable, occupied, free, available, closed, reopenable] = self.beds;
        let day = Series::new("jour".into(), self.day).cast(&DataType::Date)?;
        df!(
            "flux_id" => self.flux,
            UNIT => self.unit,
            "discipline" => self.discipline,
            "renseigne" => self.known,
            "frais" => self.fresh,
            "n_installes" => installed,
            "ouverts" => open,
            "capacite_exploit" => usable,
            "n_occupes" => occupied,
            "libres_calcules" => free,
            "n_disponibles" => available,
            "fermes" => closed,
            "fermes_reactivables" => reopenable,
        )?
        .hstack(&[day.into()])
    }
}
