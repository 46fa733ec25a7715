//! Derived tables by site and period: `rpu_jour`, `rpu_mois`, `rpu_champ_mois`, `rpu_couverture`, `rpu_livraisons`. Their columns are declared in
//! `columns/rpu_jour.toml` and beside; lagged, median and limit columns are named functions of `limits`.

mod coverage;
mod daily;
mod deliveries;
mod items;
pub mod limits;
mod monthly;

pub(crate) use coverage::rpu_couverture;
pub(crate) use daily::rpu_jour;
pub(crate) use deliveries::{day, rpu_livraisons};
pub(crate) use items::rpu_champ_mois;
pub(crate) use monthly::rpu_mois;
