//! Derived tables by site and period: `rpu_jour`, `rpu_mois`, `rpu_champ_mois`, `rpu_couverture`, `rpu_livraisons`,
//! `livraisons_jour`. Their columns are declared in `columns/rpu_jour.toml` and beside; lagged, median and limit columns are named
//! functions of `limits`. The series of the other tables are declared (`series/*.toml`): `declared` groups, `past` looks back.

mod codes;
mod coverage;
mod daily;
mod declared;
mod deliveries;
mod duty;
pub mod expected;
mod expected_frame;
#[cfg(test)]
mod expected_tests;
mod habits;
mod installed;
mod items;
pub mod limits;
mod monthly;
mod movements;
mod past;
mod ruptures;
mod silences;
mod units;

pub(crate) use codes::rpu_modalite_mois;
pub(crate) use coverage::rpu_couverture;
pub(crate) use daily::rpu_jour;
pub(crate) use declared::declared;
pub(crate) use deliveries::{day, rpu_livraisons};
pub(crate) use duty::mmg_plages_jour;
pub(crate) use expected_frame::livraisons_jour;
pub(crate) use installed::lits_sae_mois;
pub(crate) use items::rpu_champ_mois;
pub(crate) use monthly::rpu_mois;
pub(crate) use silences::{mmg_repetitions, samu_silences, samu_silences_appels};
pub(crate) use units::lits_region_jour;
