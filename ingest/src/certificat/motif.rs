//! The declared rule that leads to a verdict (`certificat/verdicts.toml`), with the thresholds of the kind in its words.

use std::sync::OnceLock;

use lake::delivery::{Delivery, FileFinding, Verdict};
use lake::finding::Effect;
use serde::{Deserialize, Serialize};

use super::words::percent;
use crate::kinds::{Kind, Thresholds};
use crate::verdict;

pub(super) const TEXT: &str = include_str!("../../certificat/verdicts.toml");

/// Why a delivery has its verdict, and what follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Motif {
    pub regle: String,
    pub titre: String,
    pub explication: String,
    /// What the reading found, in this file.
    pub detail: Option<String>,
    pub suite: String,
}

/// The situations that the declared rules are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Case {
    DejaRecue,
    Illisible,
    FichierRefuse,
    RienUtilisable,
    SiteInconnu,
    Garde,
    TropDeRejets,
    ValeursEcartees,
    ChampInsuffisant,
    FichierVide,
    TropDeCopies,
    Incoherences,
    Manquants,
    Reserves,
    Conforme,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    id: String,
    cas: Case,
    verdict: Verdict,
    titre: String,
    explication: String,
    suite: String,
}

fn declared() -> &'static [Declared] {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        motif: Vec<Declared>,
    }
    static DECLARED: OnceLock<Vec<Declared>> = OnceLock::new();
    DECLARED.get_or_init(|| toml::from_str::<File>(TEXT).expect("the embedded verdicts are valid").motif)
}

/// The rule that led to the verdict of a delivery.
pub(super) fn of(delivery: &Delivery, kind: Option<&Kind>, site_is_judged: bool) -> Motif {
    let thresholds = kind.map(|kind| &kind.verdict);
    let leads = |rule: &&Declared| rule.verdict == delivery.verdict && applies(rule.cas, delivery, thresholds);
    let rule = declared()
        .iter()
        .find(leads)
        .expect("the last rule of each verdict always applies");
    let say = |text: &str| thresholds.map_or_else(|| text.to_owned(), |thresholds| filled(text, thresholds));
    // Nobody knows here whether the observatory will take it.
    let suite = match site_is_judged {
        true => rule.suite.clone(),
        false => rule.suite.replacen(
            "Un tel envoi est chargé",
            "Un tel envoi serait chargé si l'observatoire connaît son site",
            1,
        ),
    };
    Motif {
        regle: rule.id.clone(),
        titre: rule.titre.clone(),
        explication: say(&rule.explication),
        detail: delivery.reason.clone(),
        suite: say(&suite),
    }
}

/// Whether a situation is that of a delivery whose verdict it explains.
fn applies(case: Case, delivery: &Delivery, thresholds: Option<&Thresholds>) -> bool {
    let counts = &delivery.counts;
    let refuses = |effect: Effect| effect >= Effect::RejectFile;
    match case {
        Case::Illisible => delivery.kind.is_empty() && !delivery.findings.iter().any(|finding| refuses(finding.effect)),
        Case::FichierRefuse => counts.rows_read == 0,
        Case::TropDeRejets => {
            thresholds.is_some_and(|thresholds| counts.rejected as f64 > thresholds.rejets_max * counts.rows_read as f64)
        }
        Case::FichierVide => counts.rows_read == 0,
        Case::TropDeCopies => thresholds.is_some_and(|thresholds| verdict::has_too_many_copies(thresholds, counts)),
        Case::ValeursEcartees => found(delivery, thresholds, verdict::sets_aside),
        Case::Incoherences => found(delivery, thresholds, verdict::is_inconsistent),
        Case::Manquants => found(delivery, thresholds, verdict::is_missing),
        // The last of their verdict.
        Case::DejaRecue
        | Case::RienUtilisable
        | Case::SiteInconnu
        | Case::Garde
        | Case::ChampInsuffisant
        | Case::Reserves
        | Case::Conforme => true,
    }
}

fn found(delivery: &Delivery, thresholds: Option<&Thresholds>, passes: verdict::Passes) -> bool {
    let passes = |finding: &FileFinding, thresholds: &Thresholds| passes(&delivery.table, finding, thresholds);
    thresholds.is_some_and(|thresholds| delivery.findings.iter().any(|finding| passes(finding, thresholds)))
}

fn filled(text: &str, thresholds: &Thresholds) -> String {
    let fields: Vec<String> = thresholds.champs.iter().map(|field| field.to_uppercase()).collect();
    let optional = |limit: Option<f64>| limit.map(percent).unwrap_or_default();
    text.replace("{rejets_max}", &percent(thresholds.rejets_max))
        .replace("{copies_max}", &optional(thresholds.copies_max))
        .replace("{incoherences_max}", &optional(thresholds.incoherences_max))
        .replace("{ecarts_max}", &optional(thresholds.ecarts_max))
        .replace("{manquants_max}", &optional(thresholds.manquants_max))
        .replace("{champ_min}", &percent(thresholds.champ_min))
        .replace("{signalement_max}", &percent(thresholds.signalement_max))
        .replace("{effectif_min}", &thresholds.effectif_min.to_string())
        .replace("{champs}", &fields.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_has_a_rule_that_always_applies() {
        let last = |verdict| {
            declared()
                .iter()
                .rev()
                .find(|rule| rule.verdict == verdict)
                .map(|rule| rule.cas)
        };
        assert_eq!(last(Verdict::Conforme), Some(Case::Conforme));
        assert_eq!(last(Verdict::ConformeAvecReserves), Some(Case::Reserves));
        assert_eq!(last(Verdict::NonConforme), Some(Case::ChampInsuffisant));
        assert_eq!(last(Verdict::Refusee), Some(Case::RienUtilisable));
        assert_eq!(last(Verdict::EnQuarantaine), Some(Case::SiteInconnu));
        assert_eq!(last(Verdict::EnAttente), Some(Case::Garde));
        assert_eq!(last(Verdict::DejaRecue), Some(Case::DejaRecue));
    }

    #[test]
    fn a_rule_says_the_thresholds_of_the_kind() {
        let kinds = crate::kinds::Kinds::embedded();
        let thresholds = &kinds.get("rpu_oscour").unwrap().verdict;
        for rule in declared() {
            for text in [&rule.explication, &rule.suite] {
                assert!(!filled(text, thresholds).contains('{'), "{}", rule.id);
            }
        }
        assert_eq!(filled("{rejets_max} de {champs}", thresholds), "5 % de NAISSANCE, SEXE, CP");
    }
}
