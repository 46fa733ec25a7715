//! Anomalies that have one cause: an entry far from the period of the file makes the record out of period, and its stay too long. The
//! rules say which others explain them (`suite_de`); the lines say whether they do in this file. Nothing is dropped and no count changes.

use lake::finding::Effect;
use serde::Serialize;

use super::Constat;

/// How many anomalies of a rule are on records that another rule has found wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suite {
    pub regle: String,
    pub anomalies: u64,
}

/// What is known of a rule that found something.
pub(super) struct Known<'a> {
    /// Lines of its anomalies, the first ones when there are many.
    pub lines: &'a [u32],
    /// Rules that may explain it.
    pub causes: &'static [String],
}

impl Constat {
    /// Whether each of its anomalies is explained by another rule.
    pub fn is_explained(&self) -> bool {
        self.suite_de.as_ref().is_some_and(|suite| suite.anomalies == self.anomalies)
    }

    /// Those of `all` that it explains whole.
    pub(super) fn explains<'a>(&'a self, all: &'a [Constat]) -> impl Iterator<Item = &'a Constat> {
        let is_ours = |found: &&Constat| found.suite_de.as_ref().is_some_and(|suite| suite.regle == self.regle);
        all.iter().filter(|found| found.is_explained()).filter(is_ours)
    }
}

/// Says of each anomaly what explains it, and puts those that are explained whole after their cause.
pub(super) fn link<'a>(constats: Vec<Constat>, of: impl Fn(&str) -> Option<Known<'a>>) -> Vec<Constat> {
    let suites: Vec<Option<Suite>> = constats.iter().map(|found| suite(found, &constats, &of)).collect();
    let mut linked = constats;
    for (found, suite) in linked.iter_mut().zip(suites) {
        found.suite_de = suite;
    }
    let rooted: Vec<Option<Suite>> = linked.iter().map(|found| root(found, &linked)).collect();
    for (found, suite) in linked.iter_mut().zip(rooted) {
        found.suite_de = suite;
    }
    let (explained, roots): (Vec<Constat>, Vec<Constat>) = linked.into_iter().partition(Constat::is_explained);
    let mut ordered = Vec::with_capacity(explained.len() + roots.len());
    for root in roots {
        let follow: Vec<Constat> = root.explains(&explained).cloned().collect();
        ordered.push(root);
        ordered.extend(follow);
    }
    ordered
}

/// The declared cause that shares most records with it; the first declared of equals.
fn suite<'a>(found: &Constat, all: &[Constat], of: &impl Fn(&str) -> Option<Known<'a>>) -> Option<Suite> {
    let said = of(&found.regle)?;
    let mut best: Option<Suite> = None;
    for name in said.causes {
        let Some(cause) = all.iter().find(|cause| cause.regle == *name) else {
            continue;
        };
        // What is only for information does not hide what is to be corrected.
        if cause.effet == Effect::Info && found.effet != Effect::Info {
            continue;
        }
        let Some(lines) = of(name).map(|cause| cause.lines) else {
            continue;
        };
        let anomalies = shared(said.lines, found.anomalies, lines, cause.anomalies);
        if anomalies > best.as_ref().map_or(0, |best| best.anomalies) {
            best = Some(Suite {
                regle: name.clone(),
                anomalies,
            });
        }
    }
    best
}

/// A cause that is itself explained whole gives its own cause.
fn root(found: &Constat, all: &[Constat]) -> Option<Suite> {
    let mut suite = found.suite_de.clone()?;
    // The declarations have no cycle (a test says so): no chain is longer than the list.
    for _ in all {
        let cause = all.iter().find(|cause| cause.regle == suite.regle);
        match cause
            .filter(|cause| cause.is_explained())
            .and_then(|cause| cause.suite_de.as_ref())
        {
            Some(above) => suite.regle.clone_from(&above.regle),
            None => break,
        }
    }
    Some(suite)
}

/// Lines that both have. A line names a record when each anomaly has its own: not in a file of one line, nor for several items of one record,
/// nor beyond the lines that are kept; then nothing is said to be shared.
fn shared(lines: &[u32], anomalies: u64, others: &[u32], of_others: u64) -> u64 {
    if lines.len() as u64 != anomalies || others.len() as u64 != of_others {
        return 0;
    }
    let mut others = others.to_vec();
    others.sort_unstable();
    lines.iter().filter(|line| others.binary_search(line).is_ok()).count() as u64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::row_rules;
    use crate::rules::rules;

    const LATE: &str = "entrée hors période";
    const LONG: &str = "séjour long";
    const LONGEST: &str = "séjour très long";

    fn found(regle: &str, effet: Effect, anomalies: u64) -> Constat {
        Constat {
            regle: regle.into(),
            titre: String::new(),
            champ: String::new(),
            effet,
            anomalies,
            evalues: 100,
            part: 0.0,
            lignes: Vec::new(),
            message: None,
            correction: String::new(),
            consequence: String::new(),
            suite_de: None,
            a_corriger: true,
        }
    }

    /// (rule, what explains it, how many) in the order of the certificate.
    fn linked(lines: [&[u32]; 3], counts: [u64; 3], late: Effect) -> Vec<(String, String)> {
        let causes: [&'static [String]; 3] = [
            &[],
            Box::leak(Box::new([LATE.to_owned()])),
            Box::leak(Box::new([LONG.to_owned()])),
        ];
        let names = [LATE, LONG, LONGEST];
        let constats = vec![
            found(LONGEST, Effect::VoidField, counts[2]),
            found(LONG, Effect::VoidField, counts[1]),
            found(LATE, late, counts[0]),
        ];
        let of = |name: &str| {
            let rank = names.iter().position(|known| *known == name)?;
            Some(Known {
                lines: lines[rank],
                causes: causes[rank],
            })
        };
        let shown = |found: Constat| {
            let suite = found.suite_de.map(|suite| format!("{} ×{}", suite.regle, suite.anomalies));
            (found.regle, suite.unwrap_or_default())
        };
        link(constats, of).into_iter().map(shown).collect()
    }

    fn lines(said: &[(&str, &str)]) -> Vec<(String, String)> {
        said.iter()
            .map(|(rule, suite)| ((*rule).to_owned(), (*suite).to_owned()))
            .collect()
    }

    #[test]
    fn what_follows_comes_after_its_first_cause() {
        assert_eq!(
            linked([&[8, 19, 30], &[8, 30], &[30]], [3, 2, 1], Effect::Flag),
            lines(&[
                (LATE, ""),
                (LONGEST, "entrée hors période ×1"),
                (LONG, "entrée hors période ×2")
            ])
        );
    }

    #[test]
    fn what_is_explained_in_part_stays_where_it_is_and_says_how_much() {
        assert_eq!(
            linked([&[8, 19], &[8, 30], &[30]], [2, 2, 1], Effect::Flag),
            lines(&[(LONG, "entrée hors période ×1"), (LONGEST, "séjour long ×1"), (LATE, "")])
        );
    }

    #[test]
    fn lines_that_do_not_name_records_explain_nothing() {
        assert_eq!(
            linked([&[1], &[1], &[1]], [3, 2, 2], Effect::Flag),
            lines(&[(LONGEST, ""), (LONG, ""), (LATE, "")])
        );
    }

    #[test]
    fn what_is_for_information_hides_nothing_to_correct() {
        assert_eq!(
            linked([&[8], &[8], &[9]], [1, 1, 1], Effect::Info),
            lines(&[(LONGEST, ""), (LONG, ""), (LATE, "")])
        );
    }

    #[test]
    fn what_explains_a_rule_is_a_rule_and_nothing_explains_itself() {
        let mut causes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for rule in rules() {
            causes.insert(rule.id.clone(), rule.suite_de.clone());
        }
        for table in lake::table::tables() {
            let of_table = row_rules::names_of(&table.nom);
            for name in of_table {
                let rule = row_rules::rule(&table.nom, name).unwrap();
                causes.insert(name.to_owned(), rule.suite_de.clone());
            }
        }
        assert!(causes.values().any(|causes| !causes.is_empty()));
        for start in causes.keys() {
            let mut above: Vec<&String> = causes[start].iter().collect();
            let mut steps = 0;
            while let Some(name) = above.pop() {
                assert!(
                    causes.contains_key(name),
                    "{start} : « {name} » n'est pas jugée sur un fichier"
                );
                assert_ne!(name, start, "{start} s'explique par elle-même");
                above.extend(&causes[name]);
                steps += 1;
                assert!(steps < 100, "{start}");
            }
        }
    }
}
