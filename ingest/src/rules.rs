//! The rules judged while reading, and the counts of one delivery. What a rule says is data (`rules/*.toml`); which record
//! violates it is decided where the field is read.

use std::sync::OnceLock;

use lake::delivery::FileFinding;
use lake::finding::Effect;
use serde::Deserialize;

/// A rule, or one clause of a rule whose clauses have different effects.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    pub effet: Effect,
    pub champ: String,
    pub titre: String,
    /// For the sender: `{n}` anomalies among `{sur}` eligible, made of `{total}`.
    pub message: String,
    /// How the sender mends it.
    pub correction: String,
    /// What it breaks downstream.
    pub consequence: String,
    pub source: String,
    /// Rules that explain this one where they strike the same record: one cause, said once.
    #[serde(default)]
    pub suite_de: Vec<String>,
    /// What a file alone does not hold, when the rule asks for it.
    pub demande: Option<Needs>,
}

/// What a rule asks for besides the file. Without it, the rule is not evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Needs {
    /// The deliveries received before.
    Historique,
    /// The instant of reception.
    Reception,
    /// The register of the region's structures.
    Structures,
}

/// The declarations, as they are embedded.
pub(crate) const TEXTS: [&str; 2] = [include_str!("../rules/rpu.toml"), include_str!("../rules/plat.toml")];

/// Every rule judged while reading, in the order of the files.
pub fn rules() -> &'static [Rule] {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        regle: Vec<Rule>,
    }
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| {
        TEXTS
            .into_iter()
            .flat_map(|text| toml::from_str::<File>(text).expect("the embedded rules are valid").regle)
            .collect()
    })
}

/// The rule of that identifier.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().iter().find(|rule| rule.id == id)
}

macro_rules! clauses {
    ($($name:ident => $id:literal,)*) => {
        /// The clauses judged on OSCOUR messages, in the order of `rules/rpu.toml`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Clause { $($name),* }

        impl Clause {
            pub const ALL: &'static [Clause] = &[$(Clause::$name),*];

            pub fn id(self) -> &'static str {
                match self { $(Clause::$name => $id),* }
            }
        }
    };
}

clauses! {
    F01 => "RPU-F01",
    F02 => "RPU-F02",
    F03 => "RPU-F03",
    F04A => "RPU-F04a",
    F04B => "RPU-F04b",
    F05 => "RPU-F05",
    F06 => "RPU-F06",
    F07A => "RPU-F07a",
    F07B => "RPU-F07b",
    F08 => "RPU-F08",
    F09 => "RPU-F09",
    F10 => "RPU-F10",
    F11 => "RPU-F11",
    F12 => "RPU-F12",
    F13 => "RPU-F13",
    F14 => "RPU-F14",
    F15 => "RPU-F15",
    F16 => "RPU-F16",
    F17 => "RPU-F17",
    F18 => "RPU-F18",
    F19A => "RPU-F19a",
    F19B => "RPU-F19b",
    OF01 => "ORU-F01",
    OF02 => "ORU-F02",
    C01 => "RPU-C01",
    C02 => "RPU-C02",
    C03 => "RPU-C03",
    C04 => "RPU-C04",
    C05 => "RPU-C05",
    C06 => "RPU-C06",
    C07 => "RPU-C07",
    C08A => "RPU-C08a",
    C08B => "RPU-C08b",
    C09 => "RPU-C09",
    C10 => "RPU-C10",
    C11 => "RPU-C11",
    C12 => "RPU-C12",
    C13 => "RPU-C13",
    C14 => "RPU-C14",
    C15 => "RPU-C15",
    C16 => "RPU-C16",
    C17 => "RPU-C17",
    C18 => "RPU-C18",
    C19 => "RPU-C19",
    C20A => "RPU-C20a",
    C20B => "RPU-C20b",
    C21 => "RPU-C21",
    C22 => "RPU-C22",
    C23 => "RPU-C23",
    C24 => "RPU-C24",
    C25 => "RPU-C25",
    C26 => "RPU-C26",
    C27 => "RPU-C27",
    C28 => "RPU-C28",
    OC02 => "ORU-C02",
}

/// Counts of one clause.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    pub violated: u64,
    pub eligible: u64,
    pub not_judged: u64,
    /// What the anomalies are made of, where the message says it (`{total}`).
    pub total: u64,
    /// Lines of the first anomalies, each once.
    lines: Vec<u32>,
}

/// Lines kept for one rule, so that it can be held against another on the same records; a rule that has more anomalies is no slip of a
/// few records.
const LINES: usize = 1024;

impl Count {
    /// One more eligible item.
    pub fn judge(&mut self, violated: bool, line: u32) {
        self.eligible += 1;
        if violated {
            self.violate(line);
        }
    }

    /// So many eligible items, and so many that could not be judged; their anomalies are said one by one.
    pub fn judge_all(&mut self, eligible: u64, not_judged: u64) {
        self.eligible += eligible;
        self.not_judged += not_judged;
    }

    /// One more anomaly, whose item is counted as eligible elsewhere.
    pub fn violate(&mut self, line: u32) {
        self.violated += 1;
        if self.lines.len() < LINES {
            self.keep(line);
        }
    }

    pub fn skip(&mut self) {
        self.not_judged += 1;
    }

    #[cold]
    fn keep(&mut self, line: u32) {
        // Records come in the order of the file.
        if line > 0 && self.lines.last() != Some(&line) {
            self.lines.push(line);
        }
    }

    /// The finding of a rule, with its message when there is something to say.
    pub fn finding(&self, rule: &Rule) -> FileFinding {
        self.finding_with(&rule.id, rule.effet, &rule.message)
    }

    pub fn finding_with(&self, id: &str, effect: Effect, message: &str) -> FileFinding {
        let sentence = || {
            message
                .replace("{n}", &self.violated.to_string())
                .replace("{sur}", &self.eligible.to_string())
                .replace("{total}", &self.total.to_string())
        };
        FileFinding {
            rule: id.to_owned(),
            violated: self.violated,
            eligible: self.eligible,
            not_judged: self.not_judged,
            effect,
            first_line: self.lines.first().copied(),
            lines: self.lines.clone(),
            message: (self.violated > 0 && !message.is_empty()).then(sentence),
        }
    }
}

/// Counts of every clause for one delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally([Count; Clause::ALL.len()]);

impl Default for Tally {
    fn default() -> Tally {
        Tally(std::array::from_fn(|_| Count::default()))
    }
}

impl Tally {
    pub fn at(&mut self, clause: Clause) -> &mut Count {
        &mut self.0[clause as usize]
    }

    pub fn get(&self, clause: Clause) -> &Count {
        &self.0[clause as usize]
    }

    /// All findings, violated or not: a rule that was not run would be missing here, and a test counts them.
    pub fn findings(&self) -> Vec<FileFinding> {
        Clause::ALL
            .iter()
            .map(|clause| {
                let rule = rule(clause.id()).expect("a test checks that every clause is declared");
                self.get(*clause).finding(rule)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clause_is_declared_once_and_in_order() {
        let declared: Vec<_> = rules().iter().map(|rule| rule.id.as_str()).collect();
        let clauses: Vec<_> = Clause::ALL.iter().map(|clause| clause.id()).collect();
        assert_eq!(declared[..clauses.len()], clauses);
        let mut unique = declared.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), declared.len());
    }

    #[test]
    fn every_rule_of_the_domain_has_a_clause() {
        let ids: Vec<_> = rules().iter().map(|rule| rule.id.trim_end_matches(['a', 'b'])).collect();
        for number in 1..=19 {
            assert!(ids.contains(&format!("RPU-F{number:02}").as_str()), "F{number}");
        }
        for number in 1..=28 {
            assert!(ids.contains(&format!("RPU-C{number:02}").as_str()), "C{number}");
        }
    }

    #[test]
    fn rules_say_what_is_wrong_how_to_mend_it_and_what_it_breaks() {
        for rule in rules() {
            for text in [&rule.titre, &rule.message, &rule.correction, &rule.consequence, &rule.source] {
                assert!(!text.is_empty(), "{}", rule.id);
            }
        }
    }

    #[test]
    fn checks_named_by_flat_kinds_are_declared() {
        for kind in crate::kinds::Kinds::embedded().iter() {
            let Some(checks) = &kind.controles else { continue };
            let compared = kind.comparaison.iter().map(|comparison| &comparison.regle);
            let refused = kind.interdites.iter().map(|forbidden| &forbidden.regle);
            for id in checks.ids().chain(compared).chain(refused) {
                assert!(rule(id).is_some(), "{}: {id}", kind.nom);
            }
        }
    }

    #[test]
    fn a_message_says_how_many() {
        let mut count = Count::default();
        count.judge(true, 12);
        count.judge(false, 13);
        let finding = count.finding(rule("RPU-C06").unwrap());
        assert_eq!(
            finding.message.unwrap(),
            "1 valeur(s) hors liste sur 2 : transcoder en M, F ou I"
        );
        assert_eq!(finding.first_line, Some(12));
    }
}
