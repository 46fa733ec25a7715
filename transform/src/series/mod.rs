//! Derived tables by site and period: `rpu_jour`, `rpu_mois`, `rpu_couverture`. Their columns are declared in
//! `columns/rpu_jour.toml` and beside; lagged, median and limit columns are named functions of `limits`.

mod coverage;
mod daily;
pub mod limits;
mod monthly;

pub(crate) use coverage::rpu_couverture;
pub(crate) use daily::rpu_jour;
pub(crate) use monthly::rpu_mois;
