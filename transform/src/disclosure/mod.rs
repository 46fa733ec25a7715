//! Disclosure control: which figures an audience may read, and what is left of the others.
//!
//! Primary suppression ([`primary`]) hides small counts, their complements and what is computed on too few records. Secondary
//! suppression hides what would give them back: within a breakdown ([`secondary`], [`parts`]), then over everything that adds up in
//! the release, areas, periods, categories, populations and indicators ([`counts`], one linear system), until the audit of every
//! secret passes ([`system`]). The step sits after aggregation and before anything is written: a masked figure has lost its numbers,
//! so that no chart, table or file can show them.
//!
//! Source: disclosure.md §2 and §4 (project-defined after CASD and SNDS practice).

pub mod anonymity;
mod audit;
pub mod checks;
mod counts;
mod daily;
mod days;
mod declared;
mod dominance;
mod identifying;
mod parts;
mod pattern;
mod primary;
mod protection;
mod rests;
pub mod rounding;
mod secondary;
pub mod system;

use std::collections::BTreeMap;

use lake::figure::{Figure, Status};
use lake::finding::Finding;
use lake::reference::Structure;
use lake::release::{Audience, Audit};
use serde::{Deserialize, Serialize};

use self::counts::{Reader, Rests};
use self::days::Days;
use crate::Catalogue;
use crate::indicators::Request;

pub use counts::Places;
pub use declared::Declared;
pub use pattern::Pattern;
pub use protection::{Counted, Partitions, Protection};

/// Parameters of the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Counts from 1 to `seuil` − 1 are masked. 0: nothing is masked.
    pub seuil: u32,
    /// A mean or a quantile is printed from this number of records, whatever the audience's threshold: three quartiles of five
    /// patients are three patients (disclosure.md §2, `ratio_denominateur`).
    pub plancher_moyenne: u32,
    /// A percentage is printed from this denominator.
    pub plancher: u32,
    /// An extreme quantile (first or last decile) is printed from this number of records.
    pub plancher_quantile: u32,
    /// Beds of an area or discipline that has at most as many on average are masked: they may describe one patient.
    pub lits_masques: u32,
    /// A masked count must be left between bounds at least this far apart by everything that is published.
    pub largeur: u32,
    /// An area of which one masked establishment counts more than this percentage is told to who releases.
    pub dominance: u32,
    /// FINESS whose figures the reader may see whole: an establishment's own.
    pub propres: Vec<String>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy::new(11, 30)
    }
}

impl Policy {
    pub fn new(seuil: u32, plancher: u32) -> Policy {
        Policy {
            seuil,
            plancher,
            plancher_moyenne: 11,
            plancher_quantile: 30,
            lits_masques: 3,
            largeur: seuil.saturating_sub(1),
            dominance: 85,
            propres: Vec::new(),
        }
    }

    /// What the interval of a hidden count must reach.
    fn need(&self) -> system::Need {
        system::Need {
            seuil: f64::from(self.seuil),
            largeur: f64::from(self.largeur),
        }
    }

    /// Whether a count is one of those that are not published.
    pub fn is_small(&self, count: f64) -> bool {
        count > 0.0 && count < f64::from(self.seuil)
    }

    /// Short name of every parameter: two releases made with the same one hide the same figures.
    pub fn name(&self) -> String {
        lake::delivery::delivery_id(format!("{self:?}").as_bytes())[..12].to_owned()
    }

    /// The usual policy of an audience: 11 for everyone, 5 between partners, nothing masked inside.
    pub fn of(audience: Audience) -> Policy {
        match audience {
            Audience::Public => Policy::default(),
            Audience::Partenaire => Policy::new(5, 30),
            Audience::Interne => Policy::new(0, 30),
        }
    }
}

/// What passed the gate.
#[derive(Debug, Clone, PartialEq)]
pub struct Gated {
    /// Every figure, in the same order; those that may not be read have lost their numbers.
    pub figures: Vec<Figure>,
    /// Number of figures without value because of the gate, by status.
    pub masques: BTreeMap<String, u64>,
    /// What the audit says; nothing for `interne`.
    pub audit: Option<Audit>,
    /// Indexes of figures whose counts the others give away: for whom releases, never for who reads.
    pub refuses: Vec<usize>,
}

/// What a gate stands on besides the figures.
#[derive(Debug)]
pub struct Setting<'a> {
    pub declared: Declared<'a>,
    pub days: Days,
    pub places: Places,
    /// What published releases for the same audience masked.
    pub pattern: Pattern,
}

impl<'a> Setting<'a> {
    pub fn of(catalogue: &'a Catalogue, request: &Request, structures: &[Structure]) -> Setting<'a> {
        Setting {
            declared: Declared::of(catalogue),
            days: Days::of(request),
            places: Places::of(structures),
            pattern: Pattern::default(),
        }
    }
}

/// Passes figures through the gate of an audience. `interne` has no suppression.
pub fn gate(mut figures: Vec<Figure>, setting: &Setting<'_>, audience: Audience, policy: &Policy) -> Gated {
    if audience == Audience::Interne {
        return Gated {
            figures,
            masques: BTreeMap::new(),
            audit: None,
            refuses: Vec::new(),
        };
    }
    let Declared {
        protections, partitions, ..
    } = &setting.declared;
    let days = &setting.days;
    let mut verdicts = primary::verdicts(&figures, protections, days, policy);
    let primaires = count_masked(&verdicts);
    let repris = setting.pattern.keep(&figures, policy, &mut verdicts);
    let retirees = daily::withdraw(&figures, protections, &setting.places, policy, &mut verdicts);
    let hidden = secondary::complete(&figures, protections, partitions, days, policy, &mut verdicts);
    let mut rests = Rests::default();
    rests.missing.resize(figures.len(), false);
    rests.excluded.resize(figures.len(), false);
    for index in hidden {
        (rests.missing[index], rests.excluded[index]) = (true, true);
    }
    let outcome = counts::complete(
        &figures,
        &setting.declared,
        &setting.places,
        Reader {
            policy,
            cedes: audience == Audience::Public,
        },
        &retirees.figures,
        &mut verdicts,
        &mut rests,
    );
    primary::follow(&figures, protections, policy, &mut verdicts);
    let masked = count_masked(&verdicts);
    let dominants = match audience {
        Audience::Public => dominance::count(&figures, protections, &setting.places, &verdicts, policy.dominance),
        Audience::Partenaire | Audience::Interne => 0,
    };
    let mut masques: BTreeMap<String, u64> = BTreeMap::new();
    for (index, (figure, verdict)) in figures.iter_mut().zip(&verdicts).enumerate() {
        match verdict {
            Some(Status::Masked) => mask(figure),
            Some(_) => too_few(figure),
            None => {}
        }
        if let Some(status) = verdict {
            *masques.entry(status.as_str().to_owned()).or_default() += 1;
        }
        let protection = protections.get(&*figure.indicator).filter(|row| row.counts_patients());
        if let Some(protection) = protection.filter(|_| !primary::is_own(figure, policy)) {
            rests::hide(figure, protection, policy);
            if rests.missing[index] {
                figure.missing = None;
            }
            if rests.excluded[index] {
                figure.excluded = None;
            }
        }
    }
    Gated {
        figures,
        masques,
        audit: Some(Audit {
            dominants,
            ..audit::summary(&outcome, [primaires, repris, masked], retirees.tables, policy)
        }),
        refuses: outcome.refused,
    }
}

fn count_masked(verdicts: &[Option<Status>]) -> u64 {
    verdicts.iter().filter(|verdict| **verdict == Some(Status::Masked)).count() as u64
}

/// Findings that may be read: those whose counts are not small, nor what they leave, whatever the rule. Days are not released: those
/// that can be read, taken from their month, would leave the others.
pub fn findings(findings: &[Finding], audience: Audience, policy: &Policy) -> Vec<Finding> {
    let counts = |finding: &Finding| {
        let left = finding.eligible.saturating_sub(finding.violated);
        [finding.violated, finding.eligible, left, finding.not_judged]
    };
    let small = |finding: &Finding| counts(finding).into_iter().any(|count| policy.is_small(count as f64));
    let own = |finding: &Finding| finding.level == "etablissement" && policy.propres.contains(&finding.area);
    findings
        .iter()
        .filter(|finding| finding.period_kind != "day")
        .filter(|finding| audience == Audience::Interne || own(finding) || !small(finding))
        .cloned()
        .collect()
}

/// Nothing is left but the place.
fn mask(figure: &mut Figure) {
    too_few(figure);
    (figure.denominator, figure.missing, figure.excluded) = (None, None, None);
    figure.status = Status::Masked;
}

/// The number of records stays, which is not small; what was computed on them goes.
fn too_few(figure: &mut Figure) {
    (figure.numerator, figure.value, figure.low, figure.high) = (None, None, None, None);
    figure.status = Status::TooFew;
}

#[cfg(test)]
mod tests;
