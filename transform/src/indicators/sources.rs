//! What an engine computes from, brought together: frames of each table month by month, declared attendances, structures.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use lake::figure::Figure;
use lake::finding::Finding;
use lake::month::Month;
use lake::reference::Structure;
use polars::prelude::*;

use super::areas::{Areas, Key, Keys};
use super::compared::compared_days;
use super::declared::{Declarations, Owned};
use super::evaluate::{self, Evaluator};
use super::native::{self, Attendances};
use super::pass::{self, Frames};
use super::pdsa::Pdsa;
use super::plan::Plan;
use super::request::Request;
use super::tally::Presence;
use super::tension::Seuils;
use super::{beds, publish};
use crate::made;
use crate::made::daily::Daily;
use crate::prepare::places::places;
use crate::prepare::{most_declared, source, usable};
use crate::sites::{Capacite, Rupture};
use crate::{Catalogue, Error, Inputs, prepare_lits};

/// Everything but the declarations and the request.
pub struct Sources<'a> {
    pub frames: &'a Frames<'a>,
    pub structures: &'a [Structure],
    /// Département of the sites that no FINESS names.
    pub places: BTreeMap<String, String>,
    pub region: &'a str,
    pub pdsa: Pdsa,
    pub daily: Daily,
    pub seuils: Vec<Seuils>,
    pub capacites: Vec<Capacite>,
    pub ruptures: Vec<Rupture>,
    /// (FINESS, month, passages) declared by the establishments.
    pub declared: Vec<(String, Month, f64)>,
    pub findings: &'a [Finding],
    /// Last complete day.
    pub observed_to: Option<Date>,
    pub consolidated_to: Option<Date>,
    /// Whether the records of a month are at hand, for the trend over five years.
    pub has_month: &'a dyn Fn(Month) -> bool,
}

/// Site and day of the passages, and nothing else: what a long history is counted on.
pub const HISTORY: &str = "rpu_historique";

/// Months of a table that the indicators wanted by a request read before its periods, the last month of the request included.
pub fn look_back(catalogue: &Catalogue, request: &Request, table: &str) -> i32 {
    let owned = Owned::of(catalogue);
    wanted_history(owned.declarations(), request, table, |_| true)
}

fn wanted_history(declared: Declarations<'_>, request: &Request, table: &str, which: fn(&super::Indicator) -> bool) -> i32 {
    let asked = |kind: &String| request.periods.iter().any(|period| period.kind.as_str() == kind);
    let wanted = |indicator: &&super::Indicator| declared.grains_of(indicator).any(|grain| grain.periodes.iter().any(asked));
    let months = declared
        .indicators
        .iter()
        .filter(|indicator| indicator.received() == table && which(indicator))
        .filter(wanted)
        .filter_map(|indicator| indicator.historique_mois);
    months.max().unwrap_or(0)
}

/// See [`super::figures`].
pub fn figures(inputs: &Inputs, catalogue: &Catalogue, request: &Request, findings: &[Finding]) -> Result<Vec<Figure>, Error> {
    let frames = |table: &str, month: Month| frame(inputs, catalogue, table, month);
    let owned = Owned::of(catalogue);
    let sources = Sources {
        frames: &frames,
        structures: &inputs.structures,
        places: places(inputs)?,
        region: &inputs.region,
        pdsa: Pdsa::of(inputs),
        daily: made::daily::daily(inputs, catalogue, compared_months(owned.declarations(), request))?,
        seuils: inputs.seuils_tension.clone(),
        capacites: inputs.capacites.clone(),
        ruptures: inputs.ruptures.clone(),
        declared: declared_attendances(inputs)?,
        findings,
        observed_to: inputs.observe_au,
        consolidated_to: inputs.consolide_au,
        has_month: &|month| !source::of_days(inputs.view("rpu"), month.first_day(), month.last_day()).is_empty(),
    };
    compute(owned.declarations(), request, &sources)
}

/// Computes every figure of the declarations.
pub fn compute(declared: Declarations<'_>, request: &Request, sources: &Sources<'_>) -> Result<Vec<Figure>, Error> {
    let plan = Plan::new(declared, request)?;
    let keys = Keys::new(sources.structures);
    let mut totals = pass::run(&plan, declared.populations, request, sources.frames, keys)?;
    let history = history(declared, request, sources, &mut totals)?;
    let areas = Areas::new(&totals.keys, sources.structures, &sources.places, sources.region);
    let attendances = attendances(&sources.declared, &totals.keys);
    let findings = evaluate::index(sources.findings);
    let evaluator = Evaluator {
        daily: &sources.daily,
        seuils: &sources.seuils,
        capacites: &sources.capacites,
        ruptures: &sources.ruptures,
        pdsa: &sources.pdsa,
        declared,
        request,
        plan: &plan,
        totals: &totals,
        areas: &areas,
        attendances: &attendances,
        findings: &findings,
        history: &history,
        observed_to: sources.observed_to,
        consolidated_to: sources.consolidated_to,
    };
    Ok(publish::figures(&evaluator))
}

/// Months whose days are compared with one another, for the figures that a request wants.
fn compared_months(declared: Declarations<'_>, request: &Request) -> impl Iterator<Item = Month> + use<> {
    let periods = declared
        .indicators
        .iter()
        .filter(|indicator| is_daily(indicator))
        .flat_map(|indicator| {
            let grains: Vec<_> = declared.grains_of(indicator).collect();
            request.periods.iter().filter(move |period| {
                let wanted = |grain: &&super::Grain| grain.avec_n1 || !period.is_n1;
                grains
                    .iter()
                    .filter(|grain| wanted(grain))
                    .any(|grain| grain.periodes.iter().any(|kind| kind == period.kind.as_str()))
            })
        });
    let mut months = BTreeSet::new();
    for period in periods {
        for (from, to) in compared_days(period.from, period.to) {
            months.extend(Month::of(from).through(Month::of(to)));
        }
    }
    months.into_iter()
}

fn is_daily(indicator: &super::Indicator) -> bool {
    match &indicator.formule {
        super::Formula::Native { fonction, .. } => native::is_daily(fonction),
        super::Formula::Jours { .. } => true,
        _ => false,
    }
}

/// Whether the records of a table can be counted: those of the lake, and those made here.
pub fn can_count(table: &str) -> bool {
    lake::table::table(table).is_some() || made::made(table).is_some()
}

/// The rows of a table in a month; none when the lake holds no file that they come from.
fn frame(inputs: &Inputs, catalogue: &Catalogue, table: &str, month: Month) -> Result<Option<LazyFrame>, Error> {
    let (from, to) = (month.first_day(), month.last_day());
    let made = made::made(table);
    let (received, before) = made.map_or((table, 0), |made| (made.received, made.days_before));
    let first = from.checked_sub(before.days()).unwrap_or(from);
    if source::of_days(inputs.view(received), first, to).is_empty() {
        return Ok(None);
    }
    match (made, lake::table::table(table)) {
        (Some(made), _) => (made.frame)(inputs, catalogue, month).map(Some),
        (None, Some(table)) => usable(table, inputs, catalogue, from, to).map(Some),
        (None, None) => Ok(None),
    }
}

/// The state of the units of beds on each day of a month.
pub fn beds_by_day(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    beds_of_months(inputs, catalogue, (month, month))
}

/// The same, of the months from one to another, both included.
pub fn beds_of_months(inputs: &Inputs, catalogue: &Catalogue, months: (Month, Month)) -> Result<LazyFrame, Error> {
    let (from, to) = (months.0.first_day(), months.1.last_day());
    let before = from.checked_sub(beds::DAYS_BEFORE.days()).unwrap_or(from);
    let snapshots = prepare_lits(inputs, catalogue, before, to)?;
    let (until, freshness) = (inputs.observe_au, beds::Freshness::of(catalogue)?);
    beds::states(snapshots, months, until, &inputs.structures, freshness)
}

/// The months that indicators of long history need: those already counted, and the others, read for their days only, as far
/// back as every month is at hand.
fn history(
    declared: Declarations<'_>,
    request: &Request,
    sources: &Sources<'_>,
    totals: &mut pass::Totals,
) -> Result<Presence, Error> {
    let mut presence = totals.presence.get("rpu").cloned().unwrap_or_default();
    let of_months = request.periods.iter().filter(|period| period.kind.of_months());
    let Some(last) = of_months.map(|period| Month::over_at(period.to)).max() else {
        return Ok(presence);
    };
    let wanted = wanted_history(declared, request, "rpu", |indicator| !is_daily(indicator));
    let mut months: Vec<Month> = last.plus(1 - wanted).through(last).collect();
    months.reverse();
    let at_hand = months
        .into_iter()
        .take_while(|month| presence.has_month(*month) || (sources.has_month)(*month));
    let unread: Vec<Month> = at_hand.filter(|month| !presence.has_month(*month)).collect();
    for month in unread {
        if let Some(frame) = (sources.frames)(HISTORY, month)? {
            pass::history(frame, &mut totals.keys, &mut presence)?;
        }
    }
    Ok(presence)
}

/// Attendances of the sites that have a structure; the first structure of a site stands for it.
fn attendances(declared: &[(String, Month, f64)], keys: &Keys) -> Attendances {
    let mut sites: BTreeMap<&str, Vec<Key>> = BTreeMap::new();
    for (key, flux) in keys.flux() {
        let finess = flux.split('/').next().unwrap_or(flux);
        sites.entry(finess).or_default().push(key);
    }
    let mut attendances = Attendances::default();
    for keys in sites.values() {
        attendances.structures.insert(keys[0], keys.clone());
    }
    for (finess, month, passages) in declared {
        if let Some(keys) = sites.get(finess.as_str()) {
            attendances.declared.insert((keys[0], *month), *passages);
        }
    }
    attendances
}

/// Declared attendances, one number per site and month.
fn declared_attendances(inputs: &Inputs) -> Result<Vec<(String, Month, f64)>, Error> {
    if inputs.view("rpu_declares").is_empty() {
        return Ok(Vec::new());
    }
    let doing = || "lire les passages déclarés";
    let frame = most_declared(inputs, None)?
        .select([
            col("finess"),
            col("jour").cast(DataType::Int32),
            col("declares").cast(DataType::Int64),
        ])
        .sort(["finess", "jour"], SortMultipleOptions::default())
        .collect()
        .map_err(Error::frame(doing()))?;
    read_declared(&frame).map_err(Error::frame(doing()))
}

fn read_declared(frame: &DataFrame) -> PolarsResult<Vec<(String, Month, f64)>> {
    let (sites, months) = (frame.column("finess")?.str()?, frame.column("jour")?.i32()?);
    let passages = frame.column("declares")?.i64()?;
    let row = |row: usize| {
        let month = Month::of_epoch_day(months.get(row)?)?;
        Some((sites.get(row)?.to_owned(), month, passages.get(row)? as f64))
    };
    Ok((0..frame.height()).filter_map(row).collect())
}
