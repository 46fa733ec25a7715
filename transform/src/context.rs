//! What a computation is given: the files of the current view, the structures of the region, the calendar, the bounds where
//! sources differ, the deliveries of the period. Nothing else is read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;
use lake::bornes::BornesCitees;
pub use lake::bornes::sans_soins;
use lake::delivery::Delivery;
use lake::reference::Structure;
use lake::store::Reserve;
use serde::{Deserialize, Serialize};

use crate::indicators::Seuils;
use crate::series::expected::Copie;
use crate::sites::{Attente, Capacite, Rupture};

/// Inputs of every function of this crate.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Files of the current view by table: Parquet with the columns of `lake::table::Table::view_schema`. A table without any is
    /// empty.
    pub views: BTreeMap<String, Vec<PathBuf>>,
    pub structures: Vec<Structure>,
    /// Code of the region, `76`.
    pub region: String,
    /// Bridge days designated by the ARS for the whole region (« ponts » of the PDSA).
    pub ponts: BTreeSet<Date>,
    /// Local exceptions of the PDSA calendar.
    pub pdsa_calendrier: Vec<ExceptionPdsa>,
    pub bornes: Bornes,
    /// FINESS whose declared available beds leave mobilised extra beds out (`dispo_inclut_supp = false`, BED-SNAP §2.3).
    pub dispo_sans_supp: BTreeSet<String>,
    /// Thresholds of the tension score of the Grand Est, by site and indicator.
    pub seuils_tension: Vec<Seuils>,
    /// Places of treatment that the sites declare (TEN-03).
    pub capacites: Vec<Capacite>,
    /// Reference length of stay of a GHM, in days, by (year, GHM): the table that the site provides (IP-DMS).
    pub dms_reference: BTreeMap<(i16, String), f64>,
    /// Deliveries expected of the sites; without any, none is judged late or missing.
    pub attentes: Vec<Attente>,
    /// Deliveries of the period and of the weeks before it, and contents received again: what is held against `attentes`.
    pub envois: Vec<Delivery>,
    pub copies: Vec<Copie>,
    /// Known breaks of their series.
    pub ruptures: Vec<Rupture>,
    /// Deliveries of the period, for the rules judged on files.
    pub deliveries: Vec<Delivery>,
    /// Last complete day: the eve of the last reception.
    pub observe_au: Option<Date>,
    /// Of a night: the morning after the last complete day, whose deliveries are judged with it. Said a day later, a delivery that
    /// shrinks would be news of yesterday.
    pub matin: Option<Date>,
    /// Last consolidated day (`[garde] consolidation_jours` before the last reception): later days are provisional.
    pub consolide_au: Option<Date>,
    /// Where what was counted of past months is kept; without it, they are counted each time. It changes no result.
    pub reserve: Option<Reserve>,
    /// Written in the column `run` of the results.
    pub run: String,
}

impl Inputs {
    /// Files of the current view of a table.
    pub fn view(&self, table: &str) -> &[PathBuf] {
        self.views.get(table).map_or(&[], Vec::as_slice)
    }

    /// Where a period that ends on `to` stops while it is not over: on the last day with passages, at the latest on the eve of
    /// the last reception. Nothing when it is over, or nothing was received.
    pub fn cut(&self, to: Date) -> Option<Date> {
        let yesterday = self.observe_au.filter(|day| *day < to)?;
        let counts = |delivery: &&Delivery| delivery.table == "rpu" && delivery.is_in_force();
        let days = self
            .deliveries
            .iter()
            .filter(counts)
            .flat_map(|delivery| delivery.days.range(..=yesterday));
        let last = days.filter(|(_, records)| **records > 0).map(|(day, _)| *day).max();
        Some(last.unwrap_or(yesterday))
    }
}

/// One line of the table `pdsa_calendrier` (mmg.md §2.1): Saturday afternoon and bridge days are set by département and year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptionPdsa {
    pub departement: String,
    pub date: Date,
    #[serde(rename = "type")]
    pub nature: NatureException,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NatureException {
    Pont,
    SamediApmExclu,
    SamediMatinExclu,
}

/// Bounds where sources differ (rpu-indicators.md §3), with the decisions taken. Rules have parameters of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bornes {
    /// First hour after the band « nuit profonde »: 8 (FEDORU, trame commune V4) or 6 (CNOM 2023).
    pub nuit_profonde_fin: i8,
    /// Paediatrics: age strictly under, in years (FEDORU, trame commune V4).
    pub pediatrie_moins_de: i16,
    /// Geriatrics: age from, in years (RESURAL, rapport 2014, définitions).
    pub geriatrie_a_partir_de: i16,
    /// Orientations after which no principal diagnosis is expected: the column `dp_attendu` (RPU-E12, RPU-E19, RPU-E21, RPU-I57).
    /// By default, those of [`sans_soins`].
    pub dp_exclus: Vec<String>,
    /// Days before a period that the limits of its series are learnt on (RPU-T02, RPU-T03).
    pub jours_reference: i32,
    /// Share of the calls to be answered within 60 s, in percent (SAMU-I12): 99, Samu-Urgences de France, 2018 (press).
    pub decroche_60s_cible: i16,
}

impl Bornes {
    /// Those that words quote.
    pub fn citees(&self) -> BornesCitees {
        BornesCitees {
            nuit_profonde_fin: self.nuit_profonde_fin,
            pediatrie_moins_de: self.pediatrie_moins_de,
            geriatrie_a_partir_de: self.geriatrie_a_partir_de,
            dp_exclus: self.dp_exclus.clone(),
            decroche_60s_cible: self.decroche_60s_cible,
        }
    }
}

impl Default for Bornes {
    fn default() -> Bornes {
        let national = BornesCitees::default();
        Bornes {
            nuit_profonde_fin: national.nuit_profonde_fin,
            pediatrie_moins_de: national.pediatrie_moins_de,
            geriatrie_a_partir_de: national.geriatrie_a_partir_de,
            dp_exclus: national.dp_exclus,
            jours_reference: 91,
            decroche_60s_cible: national.decroche_60s_cible,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use lake::delivery::Verdict;

    use super::*;

    #[test]
    fn a_period_that_is_not_over_stops_on_the_last_day_with_passages() {
        // Received on 21 February: consolidated to the 14th, complete to the 20th.
        let mut inputs = Inputs {
            observe_au: Some(date(2025, 2, 20)),
            ..Inputs::default()
        };
        assert_eq!(inputs.cut(date(2025, 3, 31)), Some(date(2025, 2, 20)));
        assert_eq!(inputs.cut(date(2025, 2, 20)), None, "a period that is over is whole");
        let days = [(date(2025, 2, 19), 3), (date(2025, 2, 20), 0), (date(2025, 2, 21), 1)];
        inputs.deliveries = vec![crate::release::tests::delivery(Some("310783048"), &days, Verdict::Conforme)];
        assert_eq!(inputs.cut(date(2025, 3, 31)), Some(date(2025, 2, 19)));
        inputs.deliveries[0].verdict = Verdict::EnAttente;
        assert_eq!(inputs.cut(date(2025, 3, 31)), Some(date(2025, 2, 20)));
    }
}
