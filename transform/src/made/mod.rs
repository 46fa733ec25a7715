//! Tables that indicators count and that no delivery fills: made month by month from the usable records of the lake, one room each.
//! Their columns are declared in `columns/*.toml`. Knows nothing of figures.

mod activity;
mod admissions;
pub mod daily;
mod expected;
mod frames;
mod mmg;
mod nights;
mod presence;
mod returns;
mod simultaneous;
mod stays;
mod yearly;

#[cfg(test)]
mod tests;

use lake::month::Month;
use polars::prelude::LazyFrame;

use crate::indicators::{TABLE_LITS_JOUR, beds_by_day};
use crate::prepare::{days_of_rpu, judged_rpu};
use crate::{Catalogue, Error, Inputs};

/// A table that indicators count and that no delivery fills.
pub struct Made {
    pub table: &'static str,
    /// Table of the lake it is made of.
    pub received: &'static str,
    /// Days before a month that its rows depend on.
    pub days_before: i64,
    pub frame: fn(&Inputs, &Catalogue, Month) -> Result<LazyFrame, Error>,
}

/// Every made table.
pub const MADE: &[Made] = &[
    Made {
        table: TABLE_LITS_JOUR,
        received: "lits",
        days_before: crate::indicators::DAYS_BEFORE,
        frame: beds_by_day,
    },
    Made {
        table: crate::indicators::JUDGED,
        received: "rpu",
        days_before: 0,
        frame: |inputs, _, month| judged_rpu(inputs, month.first_day(), month.last_day()),
    },
    Made {
        table: crate::indicators::HISTORY,
        received: "rpu",
        days_before: 0,
        frame: |inputs, _, month| days_of_rpu(inputs, month.first_day(), month.last_day()),
    },
    Made {
        table: "rpu_presence",
        received: "rpu",
        days_before: presence::DAYS_BEFORE,
        frame: presence::passages,
    },
    Made {
        table: "lits_demandes_presence",
        received: "lits_demandes",
        days_before: presence::DAYS_BEFORE,
        frame: presence::requests,
    },
    Made {
        table: "rpu_nuits",
        received: "rpu",
        days_before: presence::DAYS_BEFORE,
        frame: nights::nights,
    },
    Made {
        table: "rpu_retours",
        received: "rpu",
        days_before: returns::DAYS_BEFORE,
        frame: returns::passages,
    },
    Made {
        table: "lits_activite_jour",
        received: "lits",
        days_before: crate::indicators::DAYS_BEFORE,
        frame: activity::units,
    },
    Made {
        table: "sejours_termines",
        received: "sejours",
        days_before: stays::DAYS_BEFORE,
        frame: stays::ended,
    },
    Made {
        table: "smur_charge",
        received: "smur_rpis",
        days_before: simultaneous::DAYS_BEFORE,
        frame: simultaneous::missions,
    },
    Made {
        table: "samu_attendus",
        received: "samu_rdr",
        days_before: expected::DAYS_BEFORE,
        frame: expected::files,
    },
    Made {
        table: "mmg_activite",
        received: "mmg_activite_horaire",
        days_before: 0,
        frame: mmg::activity,
    },
    Made {
        table: "mmg_saisie",
        received: "mmg_sites",
        days_before: mmg::DAYS_BEFORE,
        frame: mmg::expected,
    },
    Made {
        table: "mmg_sites_mois",
        received: "mmg_sites",
        days_before: mmg::DAYS_BEFORE,
        frame: mmg::months,
    },
    Made {
        table: "mmg_su",
        received: "mmg_activite_horaire",
        days_before: 0,
        frame: mmg::next_door,
    },
    Made {
        table: "admissions_medecine",
        received: "admissions_directes",
        days_before: admissions::DAYS_BEFORE,
        frame: admissions::medicine,
    },
    Made {
        table: "sae_smur",
        received: "sae_smursamu",
        days_before: yearly::DAYS_BEFORE,
        frame: yearly::smur,
    },
    Made {
        table: "sae_samu",
        received: "sae_smursamu",
        days_before: yearly::DAYS_BEFORE,
        frame: yearly::samu,
    },
];

/// The made table of that name.
pub fn made(table: &str) -> Option<&'static Made> {
    MADE.iter().find(|made| made.table == table)
}

/// The table of the lake that a table comes from: itself, unless it is made.
pub fn received(table: &str) -> &str {
    made(table).map_or(table, |made| made.received)
}
