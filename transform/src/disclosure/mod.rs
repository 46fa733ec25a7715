//! Disclosure control: which figures an audience may read, and what is left of the others.
//!
//! First gate: primary suppression of small counts, of their complements and of what is computed on too few records, then
//! secondary suppression within a breakdown and between indicators that declare the categories they count. The step sits after aggregation and before anything is written: a masked figure has lost its
//! numbers, so that no chart, table or file can show them. What this gate does not see yet (hierarchies of areas and periods,
//! tables linked otherwise, the exact audit by linear programme, patterns kept from one release to the next) comes with the
//! later work on secondary suppression; its place is [`secondary`].
//!
//! Source: disclosure.md §2 and §4 (project-defined after CASD and SNDS practice).

mod days;
mod parts;
mod primary;
mod protection;
mod rests;
mod secondary;

use std::collections::BTreeMap;

use lake::figure::{Figure, Status};
use lake::finding::Finding;
use lake::release::Audience;
use serde::{Deserialize, Serialize};

use self::days::Days;
use crate::Catalogue;
use crate::indicators::Request;

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
            propres: Vec::new(),
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
}

/// Passes the figures of a request through the gate of an audience. `interne` has no suppression.
pub fn gate(figures: &[Figure], request: &Request, catalogue: &Catalogue, audience: Audience, policy: &Policy) -> Gated {
    let protections = protection::of_catalogue(catalogue);
    let partitions = protection::partitions(catalogue.dimensions.iter().map(|declared| &declared.what));
    gate_with(figures, &protections, &partitions, &Days::of(request), audience, policy)
}

fn gate_with(
    figures: &[Figure],
    protections: &BTreeMap<String, Protection>,
    partitions: &Partitions,
    days: &Days,
    audience: Audience,
    policy: &Policy,
) -> Gated {
    let mut figures = figures.to_vec();
    if audience == Audience::Interne {
        return Gated {
            figures,
            masques: BTreeMap::new(),
        };
    }
    let mut verdicts = primary::verdicts(&figures, protections, days, policy);
    let rests = secondary::complete(&figures, protections, partitions, days, policy, &mut verdicts);
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
            if rests.contains(&index) {
                (figure.missing, figure.excluded) = (None, None);
            }
            rests::hide(figure, protection, policy);
        }
    }
    Gated { figures, masques }
}

/// Findings that may be read: those whose counts are not small, nor what they leave, whatever the rule.
pub fn findings(findings: &[Finding], audience: Audience, policy: &Policy) -> Vec<Finding> {
    let counts = |finding: &Finding| {
        let left = finding.eligible.saturating_sub(finding.violated);
        [finding.violated, finding.eligible, left, finding.not_judged]
    };
    let small = |finding: &Finding| counts(finding).into_iter().any(|count| policy.is_small(count as f64));
    let own = |finding: &Finding| finding.level == "etablissement" && policy.propres.contains(&finding.area);
    findings
        .iter()
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
