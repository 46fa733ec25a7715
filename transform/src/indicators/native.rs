//! Figures that need more than counters of one table: coverage against declared attendances, number of structures that
//! transmit, trend over five years, findings of the quality rules. Each function is named in a row with its source.

use std::collections::BTreeMap;

use lake::figure::Status;
use lake::finding::Finding;
use lake::month::Month;

use super::areas::{Area, Key};
use super::counted::Counted;
use super::evaluate::{Evaluator, Place};
use super::formula::RuleCount;
use super::outcome::Outcome;
use super::request::Period;
use super::tally::Presence;
use super::terms::Terms;
use super::{chance, coverage_effects, over_days, seasonal, tarru, tension};

type Native = fn(&Evaluator<'_>, Place<'_>) -> Outcome;

/// Functions that a row may name.
pub const FUNCTIONS: &[(&str, Native)] = &[
    ("flux_transmetteurs", transmitting),
    ("flux_autorises", authorised),
    ("couverture", coverage),
    ("evolution_5_ans", five_years),
    ("bjml", tension::bjml),
    ("bjml_couverture", tension::coverage),
    ("bjml_deficit", tension::deficit),
    ("het_tension", tension::tension),
    ("het_radar", tension::radar),
    ("het_niveau_1", |evaluator, place| tension::level(evaluator, place, 0)),
    ("het_niveau_2", |evaluator, place| tension::level(evaluator, place, 1)),
    ("het_niveau_3", |evaluator, place| tension::level(evaluator, place, 2)),
    ("het_niveau_4", |evaluator, place| tension::level(evaluator, place, 3)),
    ("het_niveau_5", |evaluator, place| tension::level(evaluator, place, 4)),
    ("het_niveau_6", |evaluator, place| tension::level(evaluator, place, 5)),
    ("het_critiques", tension::critical),
    ("het_jours_1", |evaluator, place| over_days::critical(evaluator, place, 0)),
    ("het_jours_2", |evaluator, place| over_days::critical(evaluator, place, 1)),
    ("het_jours_3", |evaluator, place| over_days::critical(evaluator, place, 2)),
    ("het_jours_4", |evaluator, place| over_days::critical(evaluator, place, 3)),
    ("het_jours_5", |evaluator, place| over_days::critical(evaluator, place, 4)),
    ("het_jours_6", |evaluator, place| over_days::critical(evaluator, place, 5)),
    ("het_presents_par_place", over_days::occupancy),
    ("het_jours_forts", over_days::busy),
    ("bjml_jours_sous", over_days::short),
    ("bjml_lits_manquants", over_days::unmet),
    ("observes_attendus", tension::observed_over_expected),
    ("effet_observe", coverage_effects::observed),
    ("effet_perimetre", coverage_effects::perimeter),
    ("effet_collecte", coverage_effects::collection),
    ("effet_reel", coverage_effects::rest),
    ("passages_attendus", seasonal::expected),
    ("ecart_attendu", seasonal::gap),
];

type CountedNative = fn(&Counted<'_, '_, '_>, &Terms) -> Outcome;

/// Those that are given the counts of the predicates of their row (`compteurs`).
pub const COUNTED: &[(&str, CountedNative)] = &[
    ("tarru", tarru::rate),
    ("tarru_ajustes", tarru::estimated),
    ("retours_fortuits", chance::returns),
];

/// Calls one of them by its name.
pub fn counted(name: &str, counted: &Counted<'_, '_, '_>, terms: &Terms) -> Outcome {
    match COUNTED.iter().find(|(known, _)| *known == name) {
        Some((_, function)) => function(counted, terms),
        None => Outcome::without(Status::NotComputable),
    }
}

/// Whether a function compares a day with the days of years: they are read for it.
pub fn is_daily(name: &str) -> bool {
    ["bjml", "het_", "observes_"].iter().any(|start| name.starts_with(start))
}

/// Calls a function by its name, which the check of the catalogue knows to exist.
pub fn call(name: &str, evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    match FUNCTIONS.iter().find(|(known, _)| *known == name) {
        Some((_, function)) if place.population == 0 => function(evaluator, place),
        _ => Outcome::without(Status::NotComputable),
    }
}

/// Attendances declared by the establishments: by (key of the site's first structure, month).
#[derive(Debug, Clone, Default)]
pub struct Attendances {
    /// Passages, and every structure of the site.
    pub declared: BTreeMap<(Key, Month), f64>,
    pub structures: BTreeMap<Key, Vec<Key>>,
}

/// Findings of the quality rules, by rule.
#[derive(Debug, Default)]
pub struct FindingIndex<'a> {
    pub by_rule: BTreeMap<&'a str, Vec<&'a Finding>>,
}

/// Structures with at least one record in the period.
fn transmitting(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    let period = evaluator.period(place);
    let presence = evaluator.presence("rpu");
    if !presence.any(period.from, period.to) {
        return Outcome::without(Status::NotCollected);
    }
    if evaluator.lacks_history(presence, &place.area.keys, place, false) {
        return Outcome::without(Status::TooLittleHistory);
    }
    let transmit = |key: &&Key| presence.between(**key, period.from, period.to);
    Outcome::count(place.area.keys.iter().filter(transmit).count() as f64)
}

/// Structures open at one time or another of the period.
fn authorised(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    let period = evaluator.period(place);
    Outcome::count(f64::from(place.area.open_structures(period.from, period.to)))
}

/// Records transmitted over attendances declared, for the sites and months with a declaration; `missing` is the number of
/// records of sites and months without one. A hospital with several structures counts where its first one does.
fn coverage(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    let period = evaluator.period(place);
    let presence = evaluator.presence("rpu");
    if !presence.any(period.from, period.to) {
        return Outcome::without(Status::NotCollected);
    }
    if evaluator.lacks_history(presence, &place.area.keys, place, false) {
        return Outcome::without(Status::TooLittleHistory);
    }
    let (mut transmitted, mut declared, mut missing) = (0.0, 0.0, 0.0);
    for (first, keys) in &evaluator.attendances.structures {
        if !place.area.keys.contains(first) {
            continue;
        }
        // A declaration is of a whole month: the one a period is cut in compares with nothing.
        let whole = |month: &Month| period.contains(month.first_day()) && period.contains(month.last_day());
        for month in period.months().filter(whole) {
            let records: u64 = keys.iter().map(|key| presence.records(*key, month)).sum();
            match evaluator.attendances.declared.get(&(*first, month)) {
                Some(passages) => {
                    transmitted += records as f64;
                    declared += passages;
                }
                None => missing += records as f64,
            }
        }
    }
    if declared == 0.0 {
        return Outcome::without(Status::NotCollected);
    }
    // More records than declared attendances happen: a share above 1 has no binomial interval, so none is given.
    Outcome::quotient(transmitted, declared, 1.0).leaving_out(Some(missing), None)
}

/// Mean of the yearly changes over five years, between periods of twelve months that end with the last month over in the period.
fn five_years(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    let last = Month::over_at(evaluator.period(place).to);
    // What was counted otherwise is no term of a comparison, of a year with the next as of a month with another.
    if evaluator.crosses_break(place, last.plus(-71).first_day(), last.last_day()) {
        return Outcome::without(Status::NotComputable);
    }
    let presence = evaluator.history;
    let totals: Option<Vec<f64>> = (0..=5)
        .map(|years| year_ending(presence, place.area, last.plus(-12 * years)))
        .collect();
    let Some(totals) = totals else {
        return Outcome::without(Status::TooLittleHistory);
    };
    let changes: f64 = totals.windows(2).map(|pair| pair[0] / pair[1] - 1.0).sum();
    Outcome {
        value: Some(changes / 5.0),
        numerator: totals.first().copied(),
        denominator: totals.last().copied(),
        ..Outcome::without(Status::Ok)
    }
}

/// Records of the twelve months that end with `last`; none when the area has none in one of them.
fn year_ending(presence: &Presence, area: &Area, last: Month) -> Option<f64> {
    last.plus(-11)
        .through(last)
        .map(|month| {
            let records: u64 = area.keys.iter().map(|key| presence.records(*key, month)).sum();
            (records > 0).then_some(records as f64)
        })
        .sum()
}

impl FindingIndex<'_> {
    /// A rule as a figure: records eligible and not in anomaly over those eligible, or the anomalies themselves. `categories`
    /// holds the clause, when the figure is broken down by it.
    pub fn outcome(&self, id: &str, counted: RuleCount, period: &Period, place: Place<'_>) -> Outcome {
        let clause = place.categories.first();
        let here = |finding: &&&Finding| {
            finding.level == *place.area.level
                && finding.area == *place.area.code
                && finding.period_kind == period.kind.as_str()
                && finding.period == *period.label
                && clause.is_none_or(|clause| finding.clause == *clause)
        };
        let found: Vec<&&Finding> = self
            .by_rule
            .get(id)
            .into_iter()
            .flatten()
            .filter(here)
            .filter(|finding| matches!(finding.verdict.as_str(), "ok" | "anomaly"))
            .collect();
        if place.population != 0 {
            return Outcome::without(Status::NotComputable);
        }
        if found.is_empty() {
            return Outcome::without(Status::NotCollected);
        }
        let total = |count: fn(&Finding) -> u64| found.iter().map(|finding| count(finding)).sum::<u64>() as f64;
        let counts = RuleCounts {
            violated: total(|finding| finding.violated),
            eligible: total(|finding| finding.eligible),
            not_judged: total(|finding| finding.not_judged),
            excluded: None,
        };
        rule(counts, counted)
    }
}

/// What a rule found in an area and a period.
#[derive(Debug, Clone, Copy)]
pub struct RuleCounts {
    pub violated: f64,
    pub eligible: f64,
    pub not_judged: f64,
    /// Records that the rule is not about, when known.
    pub excluded: Option<f64>,
}

/// A rule as a figure: the share that satisfies it among those it could judge, or the number of anomalies.
pub fn rule(counts: RuleCounts, counted: RuleCount) -> Outcome {
    let (violated, eligible) = (counts.violated, counts.eligible);
    let left_out = |outcome: Outcome| outcome.leaving_out(Some(counts.not_judged), counts.excluded);
    match counted {
        RuleCount::Conformes => left_out(Outcome::proportion(eligible - violated, eligible)),
        RuleCount::Anomalies => left_out(Outcome {
            denominator: Some(eligible),
            ..Outcome::count(violated)
        }),
    }
}
