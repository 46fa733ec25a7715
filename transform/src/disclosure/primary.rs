//! Primary suppression: what a figure says by itself of too few patients, or of beds so few that they describe one.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use lake::figure::{Figure, Status};

use super::Policy;
use super::days::Days;
use super::protection::{Counted, Protection};
use crate::indicators::{Secret, Taille};

/// For each figure, the status that replaces its value, or nothing.
pub fn verdicts(
    figures: &[Figure],
    protections: &BTreeMap<String, Protection>,
    days: &Days,
    policy: &Policy,
) -> Vec<Option<Status>> {
    let small_units = small_units(figures, protections, policy);
    let mut verdicts: Vec<Option<Status>> = figures
        .iter()
        .map(|figure| {
            let protection = protections.get(&*figure.indicator)?;
            if figure.value.is_none() && figure.denominator.is_none() || is_own(figure, policy) {
                return None;
            }
            match protection.secret {
                Secret::Personnes => of_persons(figure, protection, policy),
                Secret::Remplissage => of_items(figure, protection, policy),
                Secret::Lits => {
                    let few = small_units.contains(&unit(figure)) || of_few_beds(figure, protection, days, policy);
                    few.then_some(Status::Masked)
                }
                Secret::Aucun => None,
            }
        })
        .collect();
    follow(figures, protections, policy, &mut verdicts);
    verdicts
}

/// An establishment reads all its own figures.
pub fn is_own(figure: &Figure, policy: &Policy) -> bool {
    &*figure.level == "etablissement" && policy.propres.iter().any(|finess| **finess == *figure.area)
}

fn of_persons(figure: &Figure, protection: &Protection, policy: &Policy) -> Option<Status> {
    let small =
        |count: Option<f64>, counted: Counted| counted == Counted::Records && count.is_some_and(|count| policy.is_small(count));
    // A numerator that is masked is not shown through its rate, and the records that are not in it are a count like it.
    let others = figure.denominator.zip(figure.numerator).map(|(all, some)| all - some);
    if small(figure.numerator, protection.numerator)
        || small(figure.denominator, protection.denominator)
        || protection.complement && small(others, Counted::Records)
    {
        return Some(Status::Masked);
    }
    let records = figure.denominator.filter(|_| protection.denominator == Counted::Records)?;
    let needed = match (protection.summary, protection.extreme) {
        (_, true) => policy.plancher_quantile,
        (true, false) => policy.plancher_moyenne,
        (false, false) => 0,
    };
    if records > 0.0 && records < f64::from(needed) {
        return Some(Status::TooFew);
    }
    floor(figure, protection, policy)
}

/// How an item is filled says nothing of a patient; how many patients were expected to have it does.
fn of_items(figure: &Figure, protection: &Protection, policy: &Policy) -> Option<Status> {
    let small = figure.denominator.is_some_and(|records| policy.is_small(records));
    match small && protection.denominator == Counted::Records {
        true => Some(Status::Masked),
        false => floor(figure, protection, policy),
    }
}

fn floor(figure: &Figure, protection: &Protection, policy: &Policy) -> Option<Status> {
    let records = figure.denominator?;
    (protection.percentage && records > 0.0 && records < f64::from(policy.plancher)).then_some(Status::TooFew)
}

/// Level, area, discipline.
type Unit = (String, String, String);

fn unit(figure: &Figure) -> Unit {
    let text = |text: &std::sync::Arc<str>| text.to_string();
    (text(&figure.level), text(&figure.area), text(&figure.modalite))
}

/// Areas and disciplines so small that their beds may describe one patient, from the installed beds of a month or a quarter.
fn small_units(figures: &[Figure], protections: &BTreeMap<String, Protection>, policy: &Policy) -> BTreeSet<Unit> {
    let of_means = |figure: &&Figure| {
        protections
            .get(&*figure.indicator)
            .is_some_and(|row| row.size == Some(Taille::Numerateur))
    };
    figures
        .iter()
        .filter(of_means)
        .filter(|figure| {
            figure
                .value
                .is_some_and(|beds| beds > 0.0 && beds <= f64::from(policy.lits_masques))
        })
        .map(unit)
        .collect()
}

/// Whether the beds of the figure itself, by day, are so few; occupied beds without any that can be used are.
fn of_few_beds(figure: &Figure, protection: &Protection, days: &Days, policy: &Policy) -> bool {
    let Some(beds) = figure.denominator.filter(|_| protection.denominator == Counted::Beds) else {
        return false;
    };
    let by_day = beds / days.of_figure(figure);
    (beds > 0.0 || figure.numerator.is_some_and(|occupied| occupied > 0.0)) && by_day <= f64::from(policy.lits_masques)
}

/// What is computed from masked figures is masked.
pub fn follow(figures: &[Figure], protections: &BTreeMap<String, Protection>, policy: &Policy, verdicts: &mut [Option<Status>]) {
    let followed: BTreeSet<&String> = protections.values().flat_map(|protection| &protection.follows).collect();
    let masked: HashSet<Place<'_>> = figures
        .iter()
        .zip(verdicts.iter())
        .filter(|(figure, verdict)| verdict.is_some() && followed.iter().any(|id| ***id == *figure.indicator))
        .map(|(figure, _)| place(figure, &figure.indicator, &figure.period_kind, &figure.period))
        .collect();
    for (figure, verdict) in figures.iter().zip(verdicts) {
        let Some(protection) = protections.get(&*figure.indicator) else {
            continue;
        };
        if verdict.is_some() || figure.value.is_none() || is_own(figure, policy) {
            continue;
        }
        let periods: Vec<(String, String)> = match &protection.finer {
            Some(kind) if kind == "month" => months(&figure.period)
                .into_iter()
                .map(|month| (kind.clone(), month))
                .collect(),
            _ => vec![(figure.period_kind.to_string(), figure.period.to_string())],
        };
        let hidden = protection.follows.iter().any(|id| {
            periods
                .iter()
                .any(|(kind, period)| masked.contains(&place(figure, id, kind, period)))
        });
        if hidden {
            *verdict = Some(Status::Masked);
        }
    }
}

/// An indicator at a place.
type Place<'a> = [&'a str; 11];

fn place<'a>(figure: &'a Figure, indicator: &'a str, kind: &'a str, period: &'a str) -> Place<'a> {
    [
        indicator,
        &figure.level,
        &figure.area,
        kind,
        period,
        &figure.perimetre,
        &figure.population,
        &figure.dim,
        &figure.modalite,
        &figure.dim2,
        &figure.modalite2,
    ]
}

/// The months of a quarter, as written.
fn months(quarter: &str) -> Vec<String> {
    let Some((year, number)) = quarter.split_once("-Q") else {
        return Vec::new();
    };
    let Ok(number) = number.parse::<u32>() else {
        return Vec::new();
    };
    (1..=3)
        .map(|month| format!("{year}-{:02}", (number - 1) * 3 + month))
        .collect()
}
