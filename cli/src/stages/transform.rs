//! Transform: from the current view to findings, anomalies and figures, published in the lake under the identifier of the run.

use std::collections::BTreeSet;

use jiff::Timestamp;
use lake::finding::{Anomaly, Finding};
use transform::judgement::{Niveau, differences, name_of, without_effect};
use transform::rules::{Days, Grains};

use crate::context::Context;
use crate::error::{Doing, Result};
use crate::exit::Exit;
use crate::fail_on::{self, Tallies, Threshold};
use crate::stages::basis::{Basis, basis};
use crate::stages::scope::Scope;
use crate::stages::{self, Done};
use crate::words::grouped;
use crate::{declarations, talk, words};

/// Thresholds may name any rule, judged while reading or on the lake.
pub fn verify(context: &Context, thresholds: &[Threshold]) -> Result<()> {
    if thresholds.is_empty() {
        return Ok(());
    }
    let catalogue = declarations::catalogue(&context.config)?;
    let rules = declarations::rule_names(&catalogue);
    fail_on::verify(thresholds, rules.iter().map(String::as_str))
}

/// Judges and computes, then publishes. Same inputs, same bytes: a computation done again takes its own place.
pub fn transform(context: &Context, scope: &Scope, as_of: Option<Timestamp>) -> Result<Done> {
    // The writer comes first: it completes what an interrupted run left, and what is read must be the lake after that.
    let writer = stages::writer(&stages::open(context)?, context)?;
    let basis = basis(context, writer.store(), scope, as_of)?;
    tracing::info!(run = basis.run, etape = "transform", periode = scope.name(), "calcul");
    let (findings, anomalies) = judge(&basis)?;
    tracing::info!(
        run = basis.run,
        etape = "transform",
        constats = findings.len(),
        anomalies = anomalies.len(),
        "règles jugées"
    );
    let figures = transform::indicators::figures(&basis.inputs, &basis.catalogue, &basis.request, &findings)
        .doing("calcul des indicateurs")?;
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
        periode: &scope.name(),
    };
    writer
        .publish_results(&basis.run, &results)
        .map_err(|error| words::store(&error))?;
    let judged = transform::judgement::judge(&findings, &basis.catalogue);
    for alarm in without_effect(judged.iter(), &basis.catalogue) {
        tracing::warn!(
            run = basis.run,
            "fausse alerte sans effet : {}, du {} au {}, n'explique aucune anomalie de la période",
            alarm.regle,
            alarm.du,
            alarm.au
        );
    }
    let problems = differences::problems(&judged);
    let at_least = |niveau: Niveau| problems.values().filter(|problem| problem.niveau >= niveau).count() as u64;
    let mut tallies = tallies(&findings);
    tallies.add("alertes", at_least(Niveau::Alerte), problems.len() as u64);
    tallies.add("echecs", at_least(Niveau::Echec), problems.len() as u64);
    let alarms: BTreeSet<(&str, &str)> = findings
        .iter()
        .filter(|finding| finding.verdict == "anomaly" && finding.level == "region")
        .map(|finding| (finding.rule.as_str(), finding.clause.as_str()))
        .collect();
    talk::print(&format!(
        "calcul    : {} ; {} constats, {} signalements, {} chiffres ; {} règles en anomalie au niveau de la région\n\
         sites     : {} alertes, dont {} échecs (`oru quality judge {}` les énumère)\n\
         exécution : {}\n",
        scope.name(),
        grouped(findings.len() as u64),
        grouped(anomalies.len() as u64),
        grouped(figures.len() as u64),
        grouped(alarms.len() as u64),
        grouped(at_least(Niveau::Alerte)),
        grouped(at_least(Niveau::Echec)),
        basis.run,
        basis.run
    ));
    Ok(Done {
        exit: Exit::Done,
        tallies: vec![tallies],
        execution: Some(basis.run),
        ..Done::nothing()
    })
}

/// Findings and anomalies of every day of the scope.
pub fn judge(basis: &Basis) -> Result<(Vec<Finding>, Vec<Anomaly>)> {
    let quarter = matches!(basis.scope, Scope::Quarter(_));
    // A month is judged whole, or from its first day to yesterday; never from its middle.
    let month = basis.scope.spans().iter().all(|(from, _)| from.day() == 1);
    let grains = Grains {
        days: match basis.scope {
            Scope::Quarter(_) | Scope::Year(_) => Days::OfSitesInAnomaly,
            Scope::Week(_) | Scope::Days(_) => Days::All,
        },
        month,
        quarter,
    };
    let (mut findings, mut anomalies) = (Vec::new(), Vec::new());
    for (from, to) in basis.scope.spans_until(basis.cut) {
        let judged = transform::judge(&basis.inputs, &basis.catalogue, from, to, grains).doing("jugement des règles")?;
        for error in &judged.errors {
            tracing::warn!(run = basis.run, etape = "transform", "{error}");
        }
        findings.extend(judged.findings);
        anomalies.extend(judged.anomalies);
    }
    Ok((findings, anomalies))
}

/// What the rules counted over the region, by rule and by clause.
fn tallies(findings: &[Finding]) -> Tallies {
    let mut tallies = Tallies::default();
    // One grain only: the coarsest that every rule has.
    let has_months = findings.iter().any(|finding| finding.period_kind == "month");
    let kind = if has_months { "month" } else { "day" };
    let region = findings
        .iter()
        .filter(|finding| finding.level == "region" && finding.period_kind == kind);
    for finding in region {
        tallies.add(&finding.rule, finding.violated, finding.eligible);
        if finding.verdict == "error" {
            tallies.fail(&finding.rule);
        }
        if !finding.clause.is_empty() {
            tallies.add(&name_of(finding), finding.violated, finding.eligible);
        }
    }
    tallies
}
