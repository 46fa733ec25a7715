//! What changed from one run to another: problems that appeared, problems that are gone, problems that go on. A problem is a rule at
//! a site whose verdict, on the last period judged, is at least an alert.

use std::collections::{BTreeMap, BTreeSet};

use super::{Jugement, Niveau, name_of};

/// A rule at a site, over the last period that has a verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Probleme {
    pub regle: String,
    pub site: String,
    pub periode: String,
    pub niveau: Niveau,
    pub violated: u64,
    pub eligible: u64,
    pub effet: String,
    /// (anomalies, judged) of the same problem in the earlier run, when it was there already.
    pub avant: Option<(u64, u64)>,
}

/// Problems of a run beside those of an earlier one, each list by severity, then rule and site.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Differences {
    pub nouveaux: Vec<Probleme>,
    /// As they were in the earlier run.
    pub resolus: Vec<Probleme>,
    pub persistants: Vec<Probleme>,
}

/// Rule and site.
type Key = (String, String);

/// Share of the records of the period before under which a period has just begun, and says nothing of the end of a problem.
const BEGUN: f64 = 0.25;

/// The problems of the sites in a run, at the coarsest period that its findings have below the quarter. `info` rules are no problem.
pub fn problems(judged: &[Jugement]) -> BTreeMap<Key, Probleme> {
    of_periods(judged, &|_| true)
}

/// What the problems of `after` are beside those of `before`. Nights do not all judge the same months: what `before` did not judge is
/// no news, unless it is later than all it judged, and what `after` did not judge is not resolved.
pub fn differences(before: &[Jugement], after: &[Jugement]) -> Differences {
    let earlier: BTreeSet<&str> = of_sites(before).map(|judged| judged.constat.period.as_str()).collect();
    let is_comparable = |period: &str| earlier.contains(period) || earlier.last().is_none_or(|last| *last < period);
    let judged_again: BTreeSet<(String, &str, &str)> = with_verdict(after)
        .map(|judged| {
            (
                name_of(judged.constat),
                judged.constat.area.as_str(),
                judged.constat.period.as_str(),
            )
        })
        .collect();
    let mut before = problems(before);
    let after = of_periods(after, &is_comparable);
    let mut differences = Differences::default();
    for (key, problem) in after {
        match before.remove(&key) {
            Some(known) => differences.persistants.push(Probleme {
                avant: Some((known.violated, known.eligible)),
                ..problem
            }),
            None => differences.nouveaux.push(problem),
        }
    }
    let is_judged_again = |problem: &Probleme| {
        let from = (problem.regle.clone(), problem.site.as_str(), problem.periode.as_str());
        let next = judged_again.range(from..).next();
        next.is_some_and(|(rule, site, _)| (rule, *site) == (&problem.regle, problem.site.as_str()))
    };
    differences.resolus.extend(before.into_values().filter(is_judged_again));
    for list in [
        &mut differences.nouveaux,
        &mut differences.resolus,
        &mut differences.persistants,
    ] {
        list.sort_by(|a, b| (b.niveau, &a.regle, &a.site).cmp(&(a.niveau, &b.regle, &b.site)));
    }
    differences
}

fn of_sites<'j, 'a>(judged: &'j [Jugement<'a>]) -> impl Iterator<Item = &'j Jugement<'a>> {
    let kinds = ["month", "quarter", "week", "day"];
    let sites = || judged.iter().filter(|judged| judged.constat.level == "etablissement");
    let kind = kinds
        .into_iter()
        .find(|kind| sites().any(|judged| judged.constat.period_kind == *kind));
    sites().filter(move |judged| Some(judged.constat.period_kind.as_str()) == kind)
}

/// Those of rules that may be problems, where something was judged.
fn with_verdict<'j, 'a>(judged: &'j [Jugement<'a>]) -> impl Iterator<Item = &'j Jugement<'a>> {
    let has_verdict = |niveau: Niveau| !matches!(niveau, Niveau::NonApplicable | Niveau::NonJuge);
    of_sites(judged).filter(move |judged| has_verdict(judged.niveau) && judged.constat.effect != "info")
}

/// Problems over the periods that are wanted.
fn of_periods(judged: &[Jugement], is_wanted: &dyn Fn(&str) -> bool) -> BTreeMap<Key, Probleme> {
    let mut by_key: BTreeMap<Key, Vec<&Jugement>> = BTreeMap::new();
    for judged in with_verdict(judged) {
        if is_wanted(&judged.constat.period) {
            let key = (name_of(judged.constat), judged.constat.area.clone());
            by_key.entry(key).or_default().push(judged);
        }
    }
    let problems = by_key.into_iter().filter_map(|(key, mut periods)| {
        periods.sort_by(|a, b| b.constat.period.cmp(&a.constat.period));
        let judged = last(&periods)?;
        let constat = judged.constat;
        let problem = Probleme {
            regle: key.0.clone(),
            site: key.1.clone(),
            periode: constat.period.clone(),
            niveau: judged.niveau,
            violated: constat.violated - judged.excusees,
            eligible: constat.eligible,
            effet: constat.effect.clone(),
            avant: None,
        };
        Some((key, problem))
    });
    problems.collect()
}

/// The alert of the last period, or that of the one before when the last has just begun: the first of the month resolves nothing.
fn last<'j, 'a>(periods: &[&'j Jugement<'a>]) -> Option<&'j Jugement<'a>> {
    let (judged, earlier) = periods.split_first()?;
    if judged.niveau >= Niveau::Alerte {
        return Some(judged);
    }
    let before = earlier.first().map_or(0, |before| before.constat.eligible);
    let has_just_begun = (judged.constat.eligible as f64) < BEGUN * before as f64;
    has_just_begun
        .then(|| earlier.first().copied())
        .flatten()
        .filter(|judged| judged.niveau >= Niveau::Alerte)
}
