//! What changed from one run to another: problems that appeared, problems that are gone, problems that go on. A problem is a rule at
//! a site whose verdict is at least an alert.

use std::collections::BTreeMap;

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
}

/// Problems of a run beside those of an earlier one, each list by severity, then rule and site.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Differences {
    pub nouveaux: Vec<Probleme>,
    /// As they were in the earlier run.
    pub resolus: Vec<Probleme>,
    pub persistants: Vec<Probleme>,
}

/// The problems of the sites in a run, at the coarsest period that its findings have below the quarter. `info` rules are no problem.
pub fn problems(judged: &[Jugement]) -> BTreeMap<(String, String), Probleme> {
    let of_sites = || judged.iter().filter(|judged| judged.constat.level == "etablissement");
    let kinds = ["month", "quarter", "week", "day"];
    let kind = kinds
        .into_iter()
        .find(|kind| of_sites().any(|judged| judged.constat.period_kind == *kind));
    let mut problems: BTreeMap<(String, String), Probleme> = BTreeMap::new();
    let concerned = of_sites().filter(|judged| Some(judged.constat.period_kind.as_str()) == kind);
    for judged in concerned.filter(|judged| judged.niveau >= Niveau::Alerte && judged.constat.effect != "info") {
        let constat = judged.constat;
        let key = (name_of(constat), constat.area.clone());
        let problem = Probleme {
            regle: key.0.clone(),
            site: key.1.clone(),
            periode: constat.period.clone(),
            niveau: judged.niveau,
            violated: constat.violated - judged.excusees,
            eligible: constat.eligible,
            effet: constat.effect.clone(),
        };
        let is_later = problems.get(&key).is_none_or(|known| known.periode < problem.periode);
        if is_later {
            problems.insert(key, problem);
        }
    }
    problems
}

/// What the problems of `after` are beside those of `before`.
pub fn differences(before: &[Jugement], after: &[Jugement]) -> Differences {
    let (mut before, after) = (problems(before), problems(after));
    let mut differences = Differences::default();
    for (key, problem) in after {
        match before.remove(&key) {
            Some(_) => differences.persistants.push(problem),
            None => differences.nouveaux.push(problem),
        }
    }
    differences.resolus.extend(before.into_values());
    for list in [
        &mut differences.nouveaux,
        &mut differences.resolus,
        &mut differences.persistants,
    ] {
        list.sort_by(|a, b| (b.niveau, &a.regle, &a.site).cmp(&(a.niveau, &b.regle, &b.site)));
    }
    differences
}
