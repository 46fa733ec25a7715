//! What an engine computes from, brought together: frames of each table month by month, declared attendances, structures.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use lake::figure::Figure;
use lake::finding::Finding;
use lake::month::Month;
use lake::reference::Structure;
use polars::prelude::*;

use super::areas::{Areas, Key, Keys};
use super::evaluate::{self, Evaluator};
use super::native::Attendances;
use super::pass::{self, Frames};
use super::plan::{Declarations, JUDGED, Plan};
use super::request::Request;
use super::tally::Presence;
use super::{beds, publish};
use crate::prepare::{judged_rpu, source};
use crate::{Catalogue, Error, Inputs, prepare, prepare_lits};

/// Everything but the declarations and the request.
pub struct Sources<'a> {
    pub frames: &'a Frames<'a>,
    pub structures: &'a [Structure],
    pub region: &'a str,
    /// (FINESS, month, passages) declared by the establishments.
    pub declared: Vec<(String, Month, f64)>,
    pub findings: &'a [Finding],
    pub consolidated_to: Option<Date>,
    /// Whether the records of a month are at hand, for the trend over five years.
    pub has_month: &'a dyn Fn(Month) -> bool,
}

/// Days between the last consolidated day and yesterday, the last complete one.
const CONSOLIDATION: i64 = 6;

/// See [`super::figures`].
pub fn figures(inputs: &Inputs, catalogue: &Catalogue, request: &Request, findings: &[Finding]) -> Result<Vec<Figure>, Error> {
    let frames = |table: &str, month: Month| frame(inputs, catalogue, table, month);
    let sources = Sources {
        frames: &frames,
        structures: &inputs.structures,
        region: &inputs.region,
        declared: declared_attendances(inputs)?,
        findings,
        consolidated_to: inputs.consolide_au,
        has_month: &|month| !source::of_days(&inputs.rpu, month.first_day(), month.last_day()).is_empty(),
    };
    let owned = Owned::of(catalogue);
    compute(owned.declarations(), request, &sources)
}

/// Computes every figure of the declarations.
pub fn compute(declared: Declarations<'_>, request: &Request, sources: &Sources<'_>) -> Result<Vec<Figure>, Error> {
    let plan = Plan::new(declared, request)?;
    let keys = Keys::new(sources.structures);
    let mut totals = pass::run(&plan, declared.populations, request, sources.frames, keys)?;
    let history = history(declared, request, sources, &mut totals)?;
    let areas = Areas::new(&totals.keys, sources.structures, sources.region);
    let attendances = attendances(&sources.declared, &totals.keys);
    let findings = evaluate::index(sources.findings);
    let evaluator = Evaluator {
        declared,
        request,
        plan: &plan,
        totals: &totals,
        areas: &areas,
        attendances: &attendances,
        findings: &findings,
        history: &history,
        observed_to: observed_to(sources.consolidated_to),
        consolidated_to: sources.consolidated_to,
    };
    Ok(publish::figures(&evaluator))
}

/// Yesterday, from the last consolidated day.
pub fn observed_to(consolidated_to: Option<Date>) -> Option<Date> {
    consolidated_to.and_then(|day| day.checked_add(CONSOLIDATION.days()).ok())
}

fn frame(inputs: &Inputs, catalogue: &Catalogue, table: &str, month: Month) -> Result<Option<LazyFrame>, Error> {
    let (from, to) = (month.first_day(), month.last_day());
    if table == beds::TABLE {
        let before = from.checked_sub(beds::DAYS_BEFORE.days()).unwrap_or(from);
        if source::of_days(&inputs.lits, before, to).is_empty() {
            return Ok(None);
        }
        let snapshots = prepare_lits(inputs, catalogue, before, to)?;
        return beds::states(snapshots, month, observed_to(inputs.consolide_au), &inputs.structures).map(Some);
    }
    if source::of_days(&inputs.rpu, from, to).is_empty() {
        return Ok(None);
    }
    let made = if table == JUDGED {
        judged_rpu(inputs, from, to)
    } else {
        prepare(inputs, catalogue, from, to)
    };
    made.map(Some)
}

/// The six years that the trend over five years needs: those already counted, and the others, read for their days only. Left as
/// it is when a month is not at hand.
fn history(
    declared: Declarations<'_>,
    request: &Request,
    sources: &Sources<'_>,
    totals: &mut pass::Totals,
) -> Result<Presence, Error> {
    let mut presence = totals.presence.get("rpu").cloned().unwrap_or_default();
    let Some(last) = request
        .periods
        .iter()
        .filter(|period| period.kind.of_months())
        .map(|period| Month::of(period.to))
        .max()
    else {
        return Ok(presence);
    };
    let wanted = declared
        .indicators
        .iter()
        .any(|indicator| matches!(&indicator.formule, super::Formula::Native { fonction } if fonction == "evolution_5_ans"));
    let unread: Vec<Month> = last
        .plus(-71)
        .through(last)
        .filter(|month| !presence.has_month(*month))
        .collect();
    if wanted && unread.iter().all(|month| (sources.has_month)(*month)) {
        for month in unread {
            if let Some(frame) = (sources.frames)("rpu", month)? {
                pass::history(frame, &mut totals.keys, &mut presence)?;
            }
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

/// Declared attendances, one number per site and month: the first source in alphabetical order when there are several.
fn declared_attendances(inputs: &Inputs) -> Result<Vec<(String, Month, f64)>, Error> {
    if inputs.rpu_declares.is_empty() {
        return Ok(Vec::new());
    }
    let doing = || "lire les passages déclarés";
    let table = lake::table::table("rpu_declares").expect("the table is declared in lake");
    let frame = source::view(table, &inputs.rpu_declares)?
        .select([
            col("finess_geo"),
            col("mois").cast(DataType::Int32),
            col("passages").cast(DataType::Int64),
            col("source"),
        ])
        .collect()
        .map_err(Error::frame(doing()))?;
    let mut kept: BTreeMap<(String, Month), (String, f64)> = BTreeMap::new();
    read_declared(&frame, &mut kept).map_err(Error::frame(doing()))?;
    Ok(kept
        .into_iter()
        .map(|((finess, month), (_, passages))| (finess, month, passages))
        .collect())
}

fn read_declared(frame: &DataFrame, kept: &mut BTreeMap<(String, Month), (String, f64)>) -> PolarsResult<()> {
    let (sites, months) = (frame.column("finess_geo")?.str()?, frame.column("mois")?.i32()?);
    let (passages, sources) = (frame.column("passages")?.i64()?, frame.column("source")?.str()?);
    for row in 0..frame.height() {
        let (Some(site), Some(day), Some(count)) = (sites.get(row), months.get(row), passages.get(row)) else {
            continue;
        };
        let Some(month) = Month::of_epoch_day(day) else { continue };
        let source = sources.get(row).unwrap_or_default().to_owned();
        let entry = kept.entry((site.to_owned(), month));
        let known = entry.or_insert_with(|| (source.clone(), count as f64));
        if source < known.0 {
            *known = (source, count as f64);
        }
    }
    Ok(())
}

/// Declarations of a catalogue, without their places in files.
#[derive(Debug, Clone, Default)]
pub struct Owned {
    pub indicators: Vec<super::Indicator>,
    pub populations: Vec<super::Population>,
    pub dimensions: Vec<super::Dimension>,
    pub grains: Vec<super::Grain>,
    pub rules: Vec<crate::rules::Rule>,
}

impl Owned {
    pub fn of(catalogue: &Catalogue) -> Owned {
        fn whats<T: Clone>(rows: &[crate::catalogue::Declared<T>]) -> Vec<T> {
            rows.iter().map(|row| row.what.clone()).collect()
        }
        Owned {
            indicators: whats(&catalogue.indicateurs),
            populations: whats(&catalogue.populations),
            dimensions: whats(&catalogue.dimensions),
            grains: whats(&catalogue.grains),
            rules: catalogue.regles.clone(),
        }
    }

    pub fn declarations(&self) -> Declarations<'_> {
        Declarations {
            indicators: &self.indicators,
            populations: &self.populations,
            dimensions: &self.dimensions,
            grains: &self.grains,
            rules: &self.rules,
        }
    }
}
