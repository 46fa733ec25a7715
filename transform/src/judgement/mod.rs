//! Judging apart from measuring: the same findings, under the thresholds and the known false alarms of today. Nothing is computed
//! again and no data is touched, so that an old run can be judged as a recent one.

pub mod declared;
pub mod differences;
mod period;

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use lake::finding::Finding;

pub use declared::{Borne, FausseAlerte, Seuil, SeuilUsuel};
use period::days_of;

use crate::Catalogue;
use crate::rules::Rule;

/// What is said of a finding, from the mildest to the most severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Niveau {
    NonApplicable,
    NonJuge,
    Conforme,
    Alerte,
    Echec,
    /// The rule could not run.
    Erreur,
}

impl Niveau {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NonApplicable => "non_applicable",
            Self::NonJuge => "non_juge",
            Self::Conforme => "conforme",
            Self::Alerte => "alerte",
            Self::Echec => "echec",
            Self::Erreur => "erreur",
        }
    }

    /// As a reader reads it.
    pub fn label_fr(self) -> &'static str {
        match self {
            Self::NonApplicable => "sans objet",
            Self::NonJuge => "non évalué",
            Self::Conforme => "conforme",
            Self::Alerte => "alerte",
            Self::Echec => "échec",
            Self::Erreur => "règle en erreur",
        }
    }
}

/// A finding under the thresholds of today.
#[derive(Debug, Clone, PartialEq)]
pub struct Jugement<'a> {
    pub constat: &'a Finding,
    pub niveau: Niveau,
    /// Anomalies that a declared false alarm explains: in `constat.violated`, out of the judgement.
    pub excusees: u64,
    /// Reasons of these false alarms, each once.
    pub raisons: Vec<&'a str>,
}

/// Judges every finding, in the order given.
pub fn judge<'a>(findings: &'a [Finding], catalogue: &'a Catalogue) -> Vec<Jugement<'a>> {
    let excuses = Excuses::new(findings, catalogue);
    // A night has a million findings and some hundreds of rules: what each rule bears is looked up, never searched.
    let usual: HashMap<(&str, &str), Borne> = catalogue
        .regles
        .iter()
        .map(|rule| ((rule.id.as_str(), rule.clause.as_str()), usual(rule, catalogue)))
        .collect();
    let judged = findings.iter().map(|finding| {
        let (excused, reasons) = excuses.of(finding);
        Jugement {
            constat: finding,
            niveau: level(finding, finding.violated.saturating_sub(excused), catalogue, &usual),
            excusees: excused,
            raisons: reasons,
        }
    });
    judged.collect()
}

/// `RPU-X29b`, `RPU-E19.SEXE`: identifier and clause, as rules are named.
pub fn name_of(finding: &Finding) -> String {
    match finding.clause.len() {
        0 | 1 => format!("{}{}", finding.rule, finding.clause),
        _ => format!("{}.{}", finding.rule, finding.clause),
    }
}

/// The declared false alarms that explain nothing in these findings though their rule found something at their site over these days.
pub fn without_effect<'a, 'j>(
    judged: impl Iterator<Item = &'j Jugement<'j>> + Clone,
    catalogue: &'a Catalogue,
) -> Vec<&'a FausseAlerte> {
    let alarms = catalogue.fausses_alertes.iter().map(|declared| &declared.what);
    let is_met = |alarm: &FausseAlerte, judged: &Jugement| {
        let finding = judged.constat;
        finding.level == "etablissement"
            && finding.violated > 0
            && alarm.is_about(&finding.rule, &name_of(finding))
            && alarm.site.as_ref().is_none_or(|only| *only == finding.area)
            && days_of(&finding.period_kind, &finding.period).is_some_and(|(first, last)| alarm.du <= last && first <= alarm.au)
    };
    alarms
        .filter(|alarm| {
            let mut met = judged.clone().filter(|judged| is_met(alarm, judged)).peekable();
            met.peek().is_some() && met.all(|judged| judged.excusees == 0)
        })
        .collect()
}

/// What a rule bears when no threshold names it: the share that it declares, and what is usual for its scope and effect.
fn usual(rule: &Rule, catalogue: &Catalogue) -> Borne {
    let mut of_sort = catalogue.seuils_usuels.iter().map(|declared| &declared.what);
    let last = of_sort.rfind(|threshold| threshold.portee == rule.portee && threshold.effet == rule.effet);
    let bound = last.map(|threshold| threshold.alerte).unwrap_or_default();
    Borne {
        part: bound.part.max(rule.seuil),
        ..bound
    }
}

fn level(finding: &Finding, violated: u64, catalogue: &Catalogue, usual: &HashMap<(&str, &str), Borne>) -> Niveau {
    match finding.verdict.as_str() {
        "error" => return Niveau::Erreur,
        "not_applicable" => return Niveau::NonApplicable,
        "not_judged" => return Niveau::NonJuge,
        _ => {}
    }
    let threshold = threshold(finding, catalogue);
    let passed = |bound: Option<Borne>| bound.is_some_and(|bound| bound.is_passed(violated, finding.eligible));
    let (alert, failure) = match threshold {
        Some(threshold) => (threshold.alerte, threshold.echec),
        None => {
            let bound = usual.get(&(finding.rule.as_str(), finding.clause.as_str())).copied();
            (Some(bound.unwrap_or_default()), None)
        }
    };
    match (passed(failure), passed(alert)) {
        (true, _) => Niveau::Echec,
        (_, true) => Niveau::Alerte,
        _ => Niveau::Conforme,
    }
}

fn threshold<'a>(finding: &Finding, catalogue: &'a Catalogue) -> Option<&'a Seuil> {
    if catalogue.seuils.is_empty() {
        return None;
    }
    let name = name_of(finding);
    let precise = |threshold: &Seuil| {
        let of_rule = threshold.regle == finding.rule || threshold.regle == name;
        let of_site = match &threshold.site {
            Some(site) => finding.level == "etablissement" && *site == finding.area,
            None => true,
        };
        (of_rule && of_site).then_some((threshold.site.is_some(), threshold.regle == name))
    };
    let concerned = catalogue.seuils.iter().map(|declared| &declared.what);
    concerned
        .filter_map(|threshold| Some((precise(threshold)?, threshold)))
        // The last of the equal ones.
        .max_by_key(|(precision, _)| *precision)
        .map(|(_, threshold)| threshold)
}

/// What false alarms explain: by rule, site and day.
struct Excuses<'a> {
    days: BTreeMap<(&'a str, &'a str), Vec<Excuse<'a>>>,
    places: &'a Places,
}

/// Département and type of the first structure of each site, by FINESS.
pub type Places = BTreeMap<String, (String, String)>;

struct Excuse<'a> {
    site: &'a str,
    day: Date,
    violated: u64,
    reason: &'a str,
}

impl<'a> Excuses<'a> {
    fn new(findings: &'a [Finding], catalogue: &'a Catalogue) -> Excuses<'a> {
        let mut days: BTreeMap<(&str, &str), Vec<Excuse>> = BTreeMap::new();
        if catalogue.fausses_alertes.is_empty() {
            return Excuses {
                days,
                places: &catalogue.lieux,
            };
        }
        let of_sites = findings
            .iter()
            .filter(|finding| finding.level == "etablissement" && finding.period_kind == "day" && finding.violated > 0);
        for finding in of_sites {
            let Ok(day) = finding.period.parse::<Date>() else { continue };
            let alarms = catalogue.fausses_alertes.iter().map(|declared| &declared.what);
            if let Some(alarm) = alarms.into_iter().find(|alarm| alarm.covers(finding, catalogue)) {
                days.entry((&finding.rule, &finding.clause)).or_default().push(Excuse {
                    site: &finding.area,
                    day,
                    violated: finding.violated,
                    reason: &alarm.raison,
                });
            }
        }
        Excuses {
            days,
            places: &catalogue.lieux,
        }
    }

    /// Whether a site is in the area of a finding.
    fn is_in(&self, site: &str, finding: &Finding) -> bool {
        let place = || self.places.get(site);
        match finding.level.as_str() {
            "region" => true,
            "etablissement" => finding.area == site,
            "departement" => place().is_some_and(|(departement, _)| *departement == finding.area),
            "type_etablissement" => place().is_some_and(|(_, kind)| *kind == finding.area),
            _ => false,
        }
    }

    /// Anomalies of a finding that are explained: those of the sites of its area, on its days.
    fn of(&self, finding: &Finding) -> (u64, Vec<&'a str>) {
        let (Some(excuses), Some((first, last))) = (
            self.days.get(&(finding.rule.as_str(), finding.clause.as_str())),
            days_of(&finding.period_kind, &finding.period),
        ) else {
            return (0, Vec::new());
        };
        let concerned = excuses
            .iter()
            .filter(|excuse| (first..=last).contains(&excuse.day) && self.is_in(excuse.site, finding));
        let (mut excused, mut reasons) = (0, Vec::new());
        for excuse in concerned {
            excused += excuse.violated;
            if !reasons.contains(&excuse.reason) {
                reasons.push(excuse.reason);
            }
        }
        (excused.min(finding.violated), reasons)
    }
}

#[cfg(test)]
mod tests;
