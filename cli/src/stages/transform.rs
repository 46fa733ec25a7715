//! Transform: from the current view to findings, anomalies and figures, published in the lake under the identifier of the run.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lake::finding::{Anomaly, Finding};
use lake::month::Month;
use lake::store::Store;
use transform::indicators::Request;
use transform::rules::Grains;
use transform::{Catalogue, Inputs};

use crate::config::{Periode, Pipeline};
use crate::context::{Context, ZONE};
use crate::error::{CommandError, Doing, Result};
use crate::exit::Exit;
use crate::fail_on::{self, Tallies, Threshold};
use crate::stages::{self, Done};
use crate::written::Quarter;
use crate::{declarations, reading, talk, words};

/// Months before a period that its rules and indicators look back at: the year before, and the twelve months of each.
const LOOK_BACK: i32 = 24;

/// Which days are computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Closed intervals of days, apart from one another, in order: what a night touched.
    Days(Vec<(Date, Date)>),
    Quarter(Quarter),
}

impl Scope {
    /// What a pipeline computes: its quarter, or the months that were touched and its last days.
    pub fn of(pipeline: &Pipeline, quarter: Option<Quarter>, touched: &BTreeSet<Month>, context: &Context) -> Scope {
        match (pipeline.periode, quarter) {
            (_, Some(quarter)) => Scope::Quarter(quarter),
            (Periode::Trimestre, None) => Scope::Quarter(Quarter::of(context.today()).previous()),
            (Periode::Nuit, None) => Scope::Days(nights(touched, pipeline.jours, context.today())),
        }
    }

    /// As it enters the identifier of the run.
    pub fn name(&self) -> String {
        match self {
            Self::Quarter(quarter) => quarter.to_string(),
            Self::Days(spans) => {
                let spans: Vec<String> = spans.iter().map(|(from, to)| format!("{from}/{to}")).collect();
                spans.join("+")
            }
        }
    }

    fn spans(&self) -> Vec<(Date, Date)> {
        match self {
            Self::Days(spans) => spans.clone(),
            Self::Quarter(quarter) => vec![(quarter.first_month().first_day(), quarter.last_month().last_day())],
        }
    }
}

/// The touched months, and those of the `days` last days before `today`, as intervals that neither meet nor overlap. Months are
/// whole, since findings by month are wanted, but for the present one: it ends yesterday, the last day that can have been sent.
pub fn nights(touched: &BTreeSet<Month>, days: u16, today: Date) -> Vec<(Date, Date)> {
    let yesterday = today.saturating_sub(1.day());
    let recent = Month::of(today.saturating_sub(i32::from(days).days())).through(Month::of(yesterday));
    let months: BTreeSet<Month> = touched.iter().copied().chain(recent).collect();
    let mut apart: Vec<(Date, Date)> = Vec::new();
    for month in months {
        let (from, to) = (month.first_day(), month.last_day().min(yesterday));
        match apart.last_mut() {
            _ if to < from => {}
            Some(last) if from <= last.1.saturating_add(1.day()) => last.1 = to,
            _ => apart.push((from, to)),
        }
    }
    apart
}

/// Thresholds may name any rule, judged while reading or on the lake.
pub fn verify(context: &Context, thresholds: &[Threshold]) -> Result<()> {
    if thresholds.is_empty() {
        return Ok(());
    }
    let catalogue = declarations::catalogue(&context.config)?;
    let rules = declarations::rule_names(&catalogue);
    fail_on::verify(thresholds, rules.iter().map(String::as_str))
}

/// What a computation reads and what names it: the same for `transform`, `release` and `report`, which find one another by it.
pub struct Basis {
    pub store: Store,
    pub catalogue: Catalogue,
    pub inputs: Inputs,
    pub scope: Scope,
    pub as_of: Timestamp,
    /// Identifier of the run.
    pub run: String,
}

/// Gathers what the computation of `scope` needs. Opens the view for the scope and the months it looks back at.
pub fn basis(context: &Context, scope: &Scope, as_of: Option<Timestamp>) -> Result<Basis> {
    let store = stages::open(context)?;
    let config = &context.config;
    let catalogue = declarations::catalogue(config)?;
    let spans = scope.spans();
    let (first, last) = spans
        .first()
        .zip(spans.last())
        .map(|((from, _), (_, to))| (Month::of(*from).plus(-LOOK_BACK), Month::of(*to)))
        .ok_or_else(|| CommandError::bug("une période sans jour"))?;
    let mut heads = Vec::new();
    let mut view = |table: &str| -> Result<Vec<std::path::PathBuf>> {
        let view = store.view(table, first, last, as_of).map_err(|error| words::store(&error))?;
        heads.push(view.head);
        Ok(view.files)
    };
    let (rpu, lits, rpu_declares) = (view("rpu")?, view("lits")?, view("rpu_declares")?);
    let known_at = match as_of.or_else(|| store.last_change()) {
        Some(instant) => instant,
        None => return Err(CommandError::work("le lac n'a encore rien reçu").hint("`oru ingest` charge la boîte de réception")),
    };
    let run = stages::run_id(&[
        "transform",
        &scope.name(),
        &known_at.to_string(),
        &heads.join("+"),
        &fingerprint(context, &catalogue)?,
        env!("CARGO_PKG_VERSION"),
    ]);
    let deliveries = store.deliveries(as_of).map_err(|error| words::store(&error))?;
    let inputs = Inputs {
        rpu,
        lits,
        rpu_declares,
        structures: reading::structures(config)?,
        region: config.region.code.clone(),
        ponts: config.pdsa.ponts.iter().map(|day| day.0).collect(),
        pdsa_calendrier: config.pdsa.calendrier.clone(),
        bornes: config.bornes.clone(),
        dispo_sans_supp: config.lits.dispo_sans_supp.clone(),
        deliveries,
        consolide_au: consolidated(known_at, config.garde.consolidation_jours),
        run: run.clone(),
    };
    Ok(Basis {
        store,
        catalogue,
        inputs,
        scope: scope.clone(),
        as_of: known_at,
        run,
    })
}

/// The last day that the resend window has left, for data known at `instant`.
fn consolidated(instant: Timestamp, days: u16) -> Option<Date> {
    let day = instant.in_tz(ZONE).ok()?.date();
    day.checked_sub(i32::from(days).days()).ok()
}

/// Hash of everything declared that decides the result: rules, indicators, tables, structures and the parameters of the
/// configuration.
fn fingerprint(context: &Context, catalogue: &Catalogue) -> Result<String> {
    let config = &context.config;
    let mut text = String::new();
    for (name, content) in &catalogue.files {
        text.push_str(&format!("{name}\u{1f}{content}\u{1f}"));
    }
    for table in lake::table::tables() {
        text.push_str(&format!("{table:?}\u{1f}"));
    }
    text.push_str(&format!(
        "{:?}\u{1f}{:?}\u{1f}{:?}\u{1f}{:?}\u{1f}{:?}\u{1f}{:?}",
        config.regles,
        config.pdsa,
        config.bornes,
        config.lits,
        config.region,
        reading::structures(config)?
    ));
    Ok(lake::delivery::delivery_id(text.as_bytes()))
}

/// Judges and computes, then publishes. Same inputs, same bytes: a computation done again takes its own place.
pub fn transform(context: &Context, scope: &Scope, as_of: Option<Timestamp>) -> Result<Done> {
    // The writer comes first: it completes what an interrupted run left, and what is read must be the lake after that.
    let writer = stages::writer(&stages::open(context)?, context)?;
    let basis = basis(context, scope, as_of)?;
    tracing::info!(run = basis.run, etape = "transform", periode = scope.name(), "calcul");
    let (findings, anomalies) = judge(&basis)?;
    tracing::info!(
        run = basis.run,
        etape = "transform",
        constats = findings.len(),
        anomalies = anomalies.len(),
        "règles jugées"
    );
    let request = request(scope)?;
    let figures =
        transform::indicators::figures(&basis.inputs, &basis.catalogue, &request, &findings).doing("calcul des indicateurs")?;
    tracing::info!(
        run = basis.run,
        etape = "transform",
        chiffres = figures.len(),
        "indicateurs calculés"
    );
    let results = lake::results::Results {
        figures: &figures,
        findings: &findings,
        anomalies: &anomalies,
        deliveries: &basis.inputs.deliveries,
        as_of: basis.as_of,
    };
    writer
        .publish_results(&basis.run, &results)
        .map_err(|error| words::store(&error))?;
    let alarms: BTreeSet<(&str, &str)> = findings
        .iter()
        .filter(|finding| finding.verdict == "anomaly" && finding.level == "region")
        .map(|finding| (finding.rule.as_str(), finding.clause.as_str()))
        .collect();
    talk::print(&format!(
        "calcul    : {} ; {} constats, {} signalements, {} chiffres ; {} règles en anomalie au niveau de la région\n\
         exécution : {}\n",
        scope.name(),
        findings.len(),
        anomalies.len(),
        figures.len(),
        alarms.len(),
        basis.run
    ));
    Ok(Done {
        exit: Exit::Done,
        tallies: tallies(&findings),
        ..Done::nothing()
    })
}

fn judge(basis: &Basis) -> Result<(Vec<Finding>, Vec<Anomaly>)> {
    let quarter = matches!(basis.scope, Scope::Quarter(_));
    let grains = Grains {
        day: !quarter,
        month: true,
        quarter,
    };
    let (mut findings, mut anomalies) = (Vec::new(), Vec::new());
    for (from, to) in basis.scope.spans() {
        let judged = transform::judge(&basis.inputs, &basis.catalogue, from, to, grains).doing("jugement des règles")?;
        for error in &judged.errors {
            tracing::warn!(run = basis.run, etape = "transform", "{error}");
        }
        findings.extend(judged.findings);
        anomalies.extend(judged.anomalies);
    }
    Ok((findings, anomalies))
}

/// The periods whose figures are wanted.
fn request(scope: &Scope) -> Result<Request> {
    match scope {
        Scope::Quarter(quarter) => Request::quarter(&quarter.to_string()).doing("période demandée"),
        Scope::Days(spans) => {
            let mut request = Request::default();
            for (from, to) in spans {
                let days = Request::of_days(*from, *to);
                request.periods.extend(days.periods);
            }
            Ok(request)
        }
    }
}

/// What the rules counted over the region, by rule and by clause.
fn tallies(findings: &[Finding]) -> Tallies {
    let mut tallies = Tallies::default();
    let region = findings
        .iter()
        .filter(|finding| finding.level == "region" && finding.period_kind == "month");
    for finding in region {
        tallies.add(&finding.rule, finding.violated, finding.eligible);
        if !finding.clause.is_empty() {
            let name = match finding.clause.len() {
                1 => format!("{}{}", finding.rule, finding.clause),
                _ => format!("{}.{}", finding.rule, finding.clause),
            };
            tallies.add(&name, finding.violated, finding.eligible);
        }
    }
    tallies
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_night_covers_its_last_days_and_the_months_it_touched() {
        let today = date(2025, 2, 10);
        let months = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect();
        let (january, yesterday) = (date(2025, 1, 1), date(2025, 2, 9));
        assert_eq!(nights(&BTreeSet::new(), 35, today), [(january, yesterday)]);
        assert_eq!(nights(&months(&["2025-02", "2025-03"]), 35, today), [(january, yesterday)]);
        assert_eq!(
            nights(&months(&["2024-05", "2024-06", "2024-11"]), 35, today),
            [
                (date(2024, 5, 1), date(2024, 6, 30)),
                (date(2024, 11, 1), date(2024, 11, 30)),
                (january, yesterday)
            ]
        );
    }
}
