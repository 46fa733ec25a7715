//! `--fail-on`: thresholds that turn a finished command into exit status 4. Written `RPU-X04=0` (no anomaly at all),
//! `RPU-X04=10%` (at most a tenth of what was judged), `refusees=2`. A threshold is passed when the value is strictly above it.

use std::collections::BTreeMap;
use std::str::FromStr;

use transform::judgement::Niveau;

use crate::error::{CommandError, Result};

/// Names that are not rules: counts of the deliveries and records of the execution.
pub const MEASURES: [&str; 6] = ["refusees", "quarantaine", "attente", "rejetes", "alertes", "echecs"];

/// A severity, for those who want any verdict that reaches it to end with status 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Severite {
    Alerte,
    Echec,
}

impl Severite {
    pub fn niveau(self) -> Niveau {
        match self {
            Self::Alerte => Niveau::Alerte,
            Self::Echec => Niveau::Echec,
        }
    }
}

/// What sort of period a run is about: runs of two sorts are not compared. A quarter is named `2025-Q1`, a week `2025-W07`, a year
/// `2024`, anything else is days.
pub fn sort_of_period(periode: &str) -> char {
    if periode.len() == 4 {
        return 'A';
    }
    let letter = periode.split('-').nth(1).and_then(|part| part.chars().next());
    letter.filter(|letter| matches!(letter, 'Q' | 'W')).unwrap_or('J')
}

#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// A rule, a clause, or one of [`MEASURES`].
    pub name: String,
    pub limit: Limit,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    Count(u64),
    /// A fraction.
    Share(f64),
}

/// What was counted under a name: anomalies, and what could be judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub violated: u64,
    pub eligible: u64,
    /// The rule could not run: nothing can be said of a threshold on it.
    pub failed: bool,
}

/// Everything that thresholds may be compared with, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tallies(BTreeMap<String, Tally>);

impl Tallies {
    pub fn add(&mut self, name: &str, violated: u64, eligible: u64) {
        let tally = self.0.entry(name.to_owned()).or_default();
        tally.violated += violated;
        tally.eligible += eligible;
    }

    /// Notes that a rule could not be judged.
    pub fn fail(&mut self, name: &str) {
        self.0.entry(name.to_owned()).or_default().failed = true;
    }

    /// Adds what else was counted over the same deliveries.
    pub fn absorb(&mut self, other: &Tallies) {
        for (name, tally) in &other.0 {
            self.add(name, tally.violated, tally.eligible);
            if tally.failed {
                self.fail(name);
            }
        }
    }

    /// One French sentence for each threshold that is passed, or that cannot be compared with anything.
    pub fn passed(&self, thresholds: &[Threshold]) -> Vec<String> {
        thresholds.iter().filter_map(|threshold| self.judge(threshold)).collect()
    }

    fn judge(&self, threshold: &Threshold) -> Option<String> {
        let tally = self.0.get(&threshold.name).copied().unwrap_or_default();
        if tally.failed {
            return Some(format!(
                "seuil non vérifié : {} n'a pas pu être jugée ; le journal ou le certificat en dit la raison",
                threshold.name
            ));
        }
        let (violated, eligible) = (tally.violated, tally.eligible);
        let passed = match threshold.limit {
            Limit::Count(limit) => violated > limit,
            // 0 / 0 is not 0: nothing was judged, nothing is passed. The product avoids a rounded quotient.
            Limit::Share(limit) => eligible > 0 && violated as f64 > limit * eligible as f64,
        };
        passed.then(|| {
            format!(
                "seuil dépassé : {} vaut {violated} sur {eligible}, au plus {}",
                threshold.name, threshold.limit
            )
        })
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count(count) => write!(formatter, "{count}"),
            Self::Share(share) => write!(formatter, "{} %", (share * 1e6).round() / 1e4),
        }
    }
}

impl FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Threshold, String> {
        const FORM: &str = "un seuil s'écrit NOM=MAXIMUM : RPU-X04=0, RPU-X04=10%, refusees=2 ; ou une gravité : alerte, echec";
        // A severity alone: none is borne.
        let severity = ["alertes", "echecs"]
            .into_iter()
            .find(|measure| measure.strip_suffix('s') == Some(text.trim()));
        if let Some(measure) = severity {
            return Ok(Threshold {
                name: measure.to_owned(),
                limit: Limit::Count(0),
            });
        }
        let (name, limit) = text.split_once('=').ok_or(FORM)?;
        let (name, limit) = (name.trim(), limit.trim());
        let limit = match limit.strip_suffix('%') {
            Some(percent) => Limit::Share(percent.trim().replace(',', ".").parse::<f64>().map_err(|_| FORM)? / 100.0),
            None if limit.contains(['.', ',']) => Limit::Share(limit.replace(',', ".").parse().map_err(|_| FORM)?),
            None => Limit::Count(limit.parse().map_err(|_| FORM)?),
        };
        match limit {
            Limit::Share(share) if !(0.0..=1.0).contains(&share) => Err("une part est comprise entre 0 et 100 %".to_owned()),
            _ if name.is_empty() => Err(FORM.to_owned()),
            _ => Ok(Threshold {
                name: name.to_owned(),
                limit,
            }),
        }
    }
}

/// A threshold on a name that does not exist would never be passed, and nobody would know: refused.
pub fn verify<'a>(thresholds: &[Threshold], rules: impl Iterator<Item = &'a str> + Clone) -> Result<()> {
    for threshold in thresholds {
        let mut known = MEASURES.iter().copied().chain(rules.clone());
        if !known.any(|name| name == threshold.name) {
            let unknown = CommandError::unknown("--fail-on : nom inconnu", &threshold.name, rules.clone());
            return Err(unknown.hint(format!(
                "un seuil porte sur {}, ou sur une règle de `oru list rules`",
                MEASURES.join(", ")
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(text: &str, violated: u64, eligible: u64) -> bool {
        let mut tallies = Tallies::default();
        tallies.add("RPU-X04", violated, eligible);
        !tallies.passed(&[text.parse().unwrap()]).is_empty()
    }

    #[test]
    fn one_bad_row_in_ten_million_passes_zero_and_one_in_thirteen_does_not_pass_a_tenth() {
        assert!(passed("RPU-X04=0", 1, 10_000_000));
        assert!(passed("RPU-X04=0%", 1, 10_000_000));
        assert!(!passed("RPU-X04=0.1", 1, 13));
        assert!(!passed("RPU-X04=10%", 1, 10));
        assert!(passed("RPU-X04=10 %", 2, 19));
    }

    #[test]
    fn nothing_judged_passes_nothing() {
        assert!(!passed("RPU-X04=0%", 0, 0));
        assert!(!passed("RPU-C08=0", 5, 5));
    }

    #[test]
    fn a_threshold_on_a_rule_that_could_not_be_judged_is_not_held() {
        let mut tallies = Tallies::default();
        tallies.add("RPU-X04", 0, 0);
        tallies.fail("RPU-X04");
        for threshold in ["RPU-X04=0", "RPU-X04=50%"] {
            let said = tallies.passed(&[threshold.parse().unwrap()]);
            assert!(said[0].contains("n'a pas pu être jugée"), "{said:?}");
        }
    }

    #[test]
    fn what_is_not_a_threshold() {
        for text in ["RPU-X04", "=3", "RPU-X04=-1", "RPU-X04=beaucoup", "RPU-X04=120%"] {
            assert!(text.parse::<Threshold>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_threshold_on_an_unknown_rule_is_refused() {
        let thresholds = ["RPU-X4=0".parse().unwrap()];
        let error = verify(&thresholds, ["RPU-X04"].into_iter()).unwrap_err();
        assert!(error.render().contains("« RPU-X04 »"));
        assert!(verify(&["refusees=0".parse().unwrap()], [].into_iter()).is_ok());
    }
}
