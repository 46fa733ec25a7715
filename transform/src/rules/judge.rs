//! Judging every rule over a period: table by table, month by month for the records, one pass each.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use lake::finding::{Anomaly, Effect, Finding};
use lake::month::Month;
use polars::prelude::LazyFrame;
use rayon::prelude::*;

use super::pass::{Hit, Outcome, pass};
use super::source::{Day, Source, sources};
use super::tally::Tally;
use super::{Compiled, Grains, Judged, Rule, Scope, compile, file};
use crate::catalogue::columns;
use crate::{Catalogue, Error, Inputs};

/// Judges every rule over the records that entered from `from` to `to`, both included. Every declared rule has a finding for
/// the region and each period; one that cannot run has the verdict `error`, and its reason is in `Judged::errors`.
pub fn judge(inputs: &Inputs, catalogue: &Catalogue, from: Date, to: Date, grains: Grains) -> Result<Judged, Error> {
    let period = Period { from, to, grains };
    let sources = sources();
    let mut whole = Part::default();
    let of_deliveries = period.of_deliveries(inputs);
    for source in &sources {
        let period = match source.day {
            Day::Observed => &period,
            Day::Received => &of_deliveries,
        };
        whole.take(judge_table(inputs, catalogue, source, period)?);
    }
    whole.take(judge_files(inputs, catalogue, &of_deliveries));
    let known = |rule: &Rule| rule.portee == Scope::File || sources.iter().any(|source| source.table == rule.table);
    let orphans: Vec<&Rule> = catalogue.regles.iter().filter(|rule| !known(rule)).collect();
    let empty = period.tally(0, inputs);
    for rule in orphans {
        whole.fail(
            rule,
            &empty,
            inputs,
            format!("{} : aucune donnée pour la table « {} »", rule.name(), rule.table),
        );
    }
    whole.anomalies.par_sort_by(|a, b| place(a).cmp(&place(b)));
    Ok(Judged {
        findings: ordered(whole.findings),
        anomalies: whole.anomalies,
        errors: whole.errors,
    })
}

/// What the rules of a table say; the findings rule by rule.
#[derive(Default)]
struct Part {
    findings: Vec<Vec<Finding>>,
    anomalies: Vec<Anomaly>,
    errors: Vec<String>,
}

impl Part {
    fn take(&mut self, other: Part) {
        self.findings.extend(other.findings);
        self.anomalies.extend(other.anomalies);
        self.errors.extend(other.errors);
    }

    fn fail(&mut self, rule: &Rule, tally: &Tally, inputs: &Inputs, why: String) {
        self.findings.push(tally.errors(rule, &inputs.run));
        self.errors.push(why);
    }
}

/// All the findings by rule, then area and period. Those of one rule come in that order already, but the few that were added to them.
fn ordered(findings: Vec<Vec<Finding>>) -> Vec<Finding> {
    let mut by_rule: BTreeMap<(String, String), Vec<Finding>> = BTreeMap::new();
    for mut findings in findings {
        let Some(first) = findings.first() else { continue };
        let name = (first.rule.clone(), first.clause.clone());
        by_rule.entry(name).or_default().append(&mut findings);
    }
    let mut by_rule: Vec<Vec<Finding>> = by_rule.into_values().collect();
    by_rule.par_iter_mut().for_each(|findings| {
        if !findings.is_sorted_by_key(key) {
            findings.sort_by(|a, b| key(a).cmp(&key(b)));
        }
    });
    let mut ordered = Vec::with_capacity(by_rule.iter().map(Vec::len).sum());
    by_rule.iter_mut().for_each(|findings| ordered.append(findings));
    ordered
}

struct Period {
    from: Date,
    to: Date,
    grains: Grains,
}

impl Period {
    fn tally(&self, rules: usize, inputs: &Inputs) -> Tally {
        Tally::new(rules, &inputs.region, self.grains, self.from, self.to)
    }

    /// The period cut at the ends of months.
    fn months(&self) -> Vec<(Date, Date)> {
        let months = Month::of(self.from).through(Month::of(self.to));
        months
            .map(|month| (month.first_day().max(self.from), month.last_day().min(self.to)))
            .collect()
    }

    /// The same period for deliveries, with the morning that follows it where it is of the night.
    fn of_deliveries(&self, inputs: &Inputs) -> Period {
        let next = self.to.saturating_add(1.day());
        Period {
            to: if inputs.matin == Some(next) { next } else { self.to },
            ..*self
        }
    }
}

fn judge_table(inputs: &Inputs, catalogue: &Catalogue, source: &Source, period: &Period) -> Result<Part, Error> {
    let mut judged = Part::default();
    let mut rules = Vec::new();
    let empty = period.tally(0, inputs);
    for rule in catalogue
        .regles
        .iter()
        .filter(|rule| rule.table == source.table && rule.portee != Scope::File)
    {
        match compile(rule, catalogue) {
            Ok(compiled) => rules.push(compiled),
            Err(mistakes) => {
                let why: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
                judged.fail(rule, &empty, inputs, why.join(" ; "));
            }
        }
    }
    if rules.is_empty() {
        return Ok(judged);
    }
    let spans = if source.by_month() {
        period.months()
    } else {
        vec![(period.from, period.to)]
    };
    let mut tally = period.tally(rules.len(), inputs);
    let mut failed = vec![None; rules.len()];
    for (from, to) in spans {
        let frame = source.frame(inputs, from, to)?;
        let outcome = run(&frame, &rules, source, &mut failed)?;
        for run in &outcome.runs {
            tally.add(&run.place, day_of(run.place.jour), &run.counts);
        }
        judged.anomalies.extend(anomalies(&outcome.hits, &rules, &failed));
    }
    let declared: Vec<&Rule> = rules.iter().map(|compiled| compiled.rule).collect();
    let findings = tally.findings(&declared, &inputs.run).into_iter().enumerate();
    let sound = findings.filter(|(rank, _)| failed[*rank].is_none());
    judged.findings.extend(sound.map(|(_, findings)| findings));
    for (rank, why) in failed.iter().enumerate() {
        if let Some(why) = why {
            judged.fail(declared[rank], &empty, inputs, format!("{} : {why}", declared[rank].name()));
        }
    }
    Ok(judged)
}

/// One pass for all the rules. When it fails, each is tried alone, so that one faulty rule does not take the others with it.
fn run(frame: &LazyFrame, rules: &[Compiled], source: &Source, failed: &mut [Option<String>]) -> Result<Outcome, Error> {
    let lists: Vec<bool> = rules
        .iter()
        .map(|rule| source.lists_anomalies() && rule.rule.effet > Effect::Info)
        .collect();
    let whole = pass(frame.clone(), rules, source.site, &lists);
    if whole.is_ok() {
        return whole;
    }
    for (rank, rule) in rules.iter().enumerate() {
        if let Err(error) = pass(frame.clone(), std::slice::from_ref(rule), source.site, &[false]) {
            failed[rank] = Some(error.to_string());
        }
    }
    // When every rule fails, the frame itself is at fault.
    if failed.iter().all(Option::is_some) {
        return whole;
    }
    let sound: Vec<Compiled> = rules
        .iter()
        .zip(failed.iter())
        .map(|(rule, failed)| if failed.is_some() { rule.silenced() } else { rule.clone() })
        .collect();
    pass(frame.clone(), &sound, source.site, &lists)
}

fn anomalies<'a>(hits: &'a [Hit], rules: &'a [Compiled], failed: &'a [Option<String>]) -> impl Iterator<Item = Anomaly> + 'a {
    let fields: Vec<String> = rules.iter().map(|rule| fields(rule.rule)).collect();
    let kept = hits.iter().filter(|hit| failed[hit.rule].is_none());
    kept.map(move |hit| Anomaly {
        delivery: hit.delivery.clone(),
        record: hit.record,
        line: hit.line,
        rule: rules[hit.rule].rule.id.clone(),
        clause: rules[hit.rule].rule.clause.clone(),
        champ: fields[hit.rule].clone(),
    })
}

/// The fields that a rule points at, by their names in the national format, joined by `+`.
fn fields(rule: &Rule) -> String {
    let table = columns::table(&rule.table);
    let tag = |name: &String| {
        let known = table.and_then(|table| table.column(name).or_else(|| table.column(&format!("{name}_etat"))));
        known.and_then(|column| column.tag.clone()).unwrap_or_else(|| name.clone())
    };
    rule.champs.iter().map(tag).collect::<Vec<_>>().join("+")
}

fn judge_files(inputs: &Inputs, catalogue: &Catalogue, period: &Period) -> Part {
    let rules: Vec<&Rule> = catalogue.regles.iter().filter(|rule| rule.portee == Scope::File).collect();
    let mut tally = period.tally(rules.len(), inputs);
    for delivery in &inputs.deliveries {
        let (place, day, counts) = file::of_delivery(delivery, &rules, &inputs.structures);
        if (period.from..=period.to).contains(&day) {
            tally.add(&place, day, &counts);
        }
    }
    Part {
        findings: tally.findings(&rules, &inputs.run),
        ..Part::default()
    }
}

fn day_of(epoch_day: i32) -> Date {
    let epoch = Date::constant(1970, 1, 1);
    epoch.checked_add(jiff::Span::new().days(epoch_day)).unwrap_or(epoch)
}

fn key(finding: &Finding) -> (&str, &str, &str, &str, &str, &str) {
    let Finding {
        rule,
        clause,
        level,
        area,
        period_kind,
        period,
        ..
    } = finding;
    (rule, clause, level, area, period_kind, period)
}

fn place(anomaly: &Anomaly) -> (&str, u32, &str, &str) {
    (&anomaly.delivery, anomaly.record, &anomaly.rule, &anomaly.clause)
}
