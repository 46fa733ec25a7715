//! Indicators: declarations in `indicators/*.toml`, and the engine that turns them into figures.
//!
//! The engine reads each month once ([`pass`]): every total that a formula needs is a counter, counted by structure, population
//! and category, and durations and ages are kept as exact distributions. Counters and distributions add up, so that the same
//! pass gives sites, départements and region, months, quarters and years ([`evaluate`]), whatever their number.
//! Deliberately ignorant of disclosure control: figures made here are internal.

mod areas;
mod arithmetic;
mod beds;
mod chance;
mod check;
mod compared;
mod count;
mod counted;
mod coverage_effects;
mod declaration;
mod declared;
mod evaluate;
mod formula;
mod group;
pub(crate) mod groupings;
mod histogram;
mod interval;
mod native;
mod needs;
mod outcome;
mod over_days;
mod pass;
mod pdsa;
mod period;
mod plan;
mod publish;
mod received;
mod reduce;
mod regression;
mod request;
mod seasonal;
mod sources;
mod standard;
mod tally;
mod tarru;
mod tension;
mod terms;

pub use areas::LEVELS;
pub(crate) use beds::DAYS_BEFORE;
pub use beds::{HEURE_REFERENCE, TABLE as TABLE_LITS_JOUR};
pub use check::check;
pub use declaration::{Dimension, Grain, Indicator, Parts, Population, Secret, Taille};
pub use formula::{
    DayValue, Exposure, ExposureSide, Formula, Operation, Reduction, Reference, RuleCount, Side, StockState, SumSide,
};
pub use group::MANQUANT;
pub use native::{COUNTED, FUNCTIONS};
pub(crate) use plan::JUDGED;
pub use request::{Kind, Period, Request};
pub use sources::look_back;
pub(crate) use sources::{HISTORY, beds_by_day, beds_of_months};
pub use tension::Seuils;

use lake::figure::Figure;
use lake::finding::Finding;

use crate::{Catalogue, Error, Inputs};

/// Declaration files embedded in the program: (name shown in messages, content).
pub const EMBEDDED: &[(&str, &str)] = &[
    ("indicators/grains.toml", include_str!("../../indicators/grains.toml")),
    (
        "indicators/populations.toml",
        include_str!("../../indicators/populations.toml"),
    ),
    ("indicators/dimensions.toml", include_str!("../../indicators/dimensions.toml")),
    (
        "indicators/croisements.toml",
        include_str!("../../indicators/croisements.toml"),
    ),
    ("indicators/rpu_volume.toml", include_str!("../../indicators/rpu_volume.toml")),
    (
        "indicators/rpu_patients.toml",
        include_str!("../../indicators/rpu_patients.toml"),
    ),
    (
        "indicators/rpu_arrivee.toml",
        include_str!("../../indicators/rpu_arrivee.toml"),
    ),
    (
        "indicators/rpu_diagnostic.toml",
        include_str!("../../indicators/rpu_diagnostic.toml"),
    ),
    ("indicators/rpu_durees.toml", include_str!("../../indicators/rpu_durees.toml")),
    (
        "indicators/rpu_details.toml",
        include_str!("../../indicators/rpu_details.toml"),
    ),
    (
        "indicators/rpu_standard.toml",
        include_str!("../../indicators/rpu_standard.toml"),
    ),
    (
        "indicators/rpu_retours.toml",
        include_str!("../../indicators/rpu_retours.toml"),
    ),
    ("indicators/rpu_sortie.toml", include_str!("../../indicators/rpu_sortie.toml")),
    (
        "indicators/rpu_qualite.toml",
        include_str!("../../indicators/rpu_qualite.toml"),
    ),
    ("indicators/lits.toml", include_str!("../../indicators/lits.toml")),
    (
        "indicators/lits_activite.toml",
        include_str!("../../indicators/lits_activite.toml"),
    ),
    (
        "indicators/lits_demandes.toml",
        include_str!("../../indicators/lits_demandes.toml"),
    ),
    ("indicators/mmg.toml", include_str!("../../indicators/mmg.toml")),
    ("indicators/pdsa.toml", include_str!("../../indicators/pdsa.toml")),
    ("indicators/couverture.toml", include_str!("../../indicators/couverture.toml")),
    ("indicators/sae.toml", include_str!("../../indicators/sae.toml")),
    ("indicators/territoire.toml", include_str!("../../indicators/territoire.toml")),
    ("indicators/tension.toml", include_str!("../../indicators/tension.toml")),
    (
        "indicators/tension_periodes.toml",
        include_str!("../../indicators/tension_periodes.toml"),
    ),
    ("indicators/samu.toml", include_str!("../../indicators/samu.toml")),
    ("indicators/sas.toml", include_str!("../../indicators/sas.toml")),
    ("indicators/smur.toml", include_str!("../../indicators/smur.toml")),
    (
        "indicators/smur_patients.toml",
        include_str!("../../indicators/smur_patients.toml"),
    ),
];

/// Every figure of the catalogue for the periods asked for. `findings` are those of the same request, for the figures that
/// restate a quality rule.
pub fn figures(inputs: &Inputs, catalogue: &Catalogue, request: &Request, findings: &[Finding]) -> Result<Vec<Figure>, Error> {
    sources::figures(inputs, catalogue, request, findings)
}

#[cfg(test)]
pub(crate) mod tests;
