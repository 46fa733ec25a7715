//! Public reference tables shipped with the product: structures d'urgences, communes, départements, population, calendar,
//! and the lists of valid CIM-10 and CCAM codes (codes only). Sources: Insee, La Poste, DREES (SAE 2024), Eurostat/GISCO,
//! Ministère de l'Éducation nationale, OMS/ATIH, Assurance Maladie; see `lake/reference/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Type of a structure d'urgences, first that applies: paediatric stream, CHU, siège de SAMU, siège de SMUR or antenne,
/// private, other.
pub const TYPES: [(&str, &str); 6] = [
    ("chu", "CHU"),
    ("siege_samu", "CH siège de SAMU"),
    ("siege_smur", "Siège de SMUR ou antenne"),
    ("autre", "Autre structure publique"),
    ("prive", "Établissement privé"),
    ("pediatrique", "Urgences pédiatriques"),
];

/// One structure d'urgences: a flux of records, named by (FINESS, ORDRE). A hospital with a general and a paediatric
/// structure has two. Valid from `ouvert_du` to `ouvert_au`, both included; an empty end means still open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Structure {
    pub finess: String,
    pub ordre: i16,
    pub finess_juridique: String,
    pub nom: String,
    #[serde(rename = "type")]
    pub type_structure: String,
    pub statut: String,
    pub departement: String,
    pub insee: String,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    /// Passages of 2024 declared to the SAE, where given.
    pub passages_2024: Option<u32>,
    pub lits_medecine: Option<u32>,
    pub lits_chirurgie: Option<u32>,
    pub lits_obstetrique: Option<u32>,
    pub lits_rea_adulte: Option<u32>,
    pub lits_si_adulte: Option<u32>,
    pub lits_uhcd: Option<u32>,
    pub ouvert_du: Date,
    pub ouvert_au: Option<Date>,
    /// Groupings that the observatory declares: by level (`ght`, `territoire`), the area that it belongs to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groupements: BTreeMap<String, String>,
}

/// Of the rows of one structure, the one that opened last: a structure whose type changed has a row for each. The first listed
/// when they opened the same day.
pub fn latest<'s>(rows: impl Iterator<Item = &'s Structure>) -> Option<&'s Structure> {
    rows.reduce(|latest, row| if row.ouvert_du > latest.ouvert_du { row } else { latest })
}

impl Structure {
    /// `310783048/0`: the area of level `flux`.
    pub fn flux(&self) -> String {
        format!("{}/{}", self.finess, self.ordre)
    }

    pub fn is_open(&self, day: Date) -> bool {
        self.ouvert_du <= day && self.ouvert_au.is_none_or(|end| day <= end)
    }
}

/// Reads a structures file (CSV, comma, header of `lake/reference/structures.csv`).
pub fn read_structures(text: &str) -> Result<Vec<Structure>, csv::Error> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect()
}

/// The structures of the demonstration region, Occitanie (SAE 2024): 64 sites, 67 flux.
pub fn structures() -> &'static [Structure] {
    static STRUCTURES: OnceLock<Vec<Structure>> = OnceLock::new();
    STRUCTURES
        .get_or_init(|| read_structures(include_str!("../reference/structures.csv")).expect("the embedded table is well formed"))
}

/// One site with a SMUR, an antenna or a SAMU, and its yearly declaration (DREES, SAE 2024, form SMURSAMU). The labels of its
/// variables are inferred from their names and orders of magnitude (UNVERIFIED).
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Smur {
    pub finess_geo: String,
    pub finess_juridique: String,
    pub raison_sociale: String,
    pub departement: String,
    pub insee: String,
    /// 1 when the site has that.
    pub smur: Option<u8>,
    pub smur_pediatrique: Option<u8>,
    pub antenne: Option<u8>,
    pub samu: Option<u8>,
    pub moyens_aeriens: Option<u32>,
    pub sorties_2024: Option<u32>,
    pub sorties_terrestres_primaires: Option<u32>,
    pub sorties_terrestres_secondaires: Option<u32>,
    pub dont_tih: Option<u32>,
    pub sorties_aeriennes_primaires: Option<u32>,
    pub sorties_aeriennes_secondaires: Option<u32>,
    pub appels_samu: Option<u32>,
    pub dossiers_regulation: Option<u32>,
    pub dossiers_regulation_medicale: Option<u32>,
}

/// The SMUR, antennas and SAMU of the demonstration region, Occitanie (SAE 2024).
pub fn smur() -> &'static [Smur] {
    static ROWS: OnceLock<Vec<Smur>> = OnceLock::new();
    ROWS.get_or_init(|| rows(include_str!("../reference/smur_samu.csv")))
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Departement {
    pub code: String,
    pub nom: String,
    pub region: String,
    pub region_nom: String,
}

pub fn departements() -> &'static [Departement] {
    static ROWS: OnceLock<Vec<Departement>> = OnceLock::new();
    ROWS.get_or_init(|| rows(include_str!("../reference/departements.csv")))
}

#[derive(Debug, Clone, PartialEq)]
pub struct Commune {
    pub insee: &'static str,
    pub nom: &'static str,
    pub departement: &'static str,
    pub region: &'static str,
    pub epci: &'static str,
    /// Joined by `|`.
    pub codes_postaux: &'static str,
    pub population: Option<u32>,
    pub commune_parente: &'static str,
    /// Degrees, WGS 84, of the centre of the commune.
    pub lat: Option<f64>,
    pub lon: Option<f64>,
}

/// The communes of France (COG 2026), arrondissements of Paris, Lyon and Marseille included.
pub fn communes() -> &'static [Commune] {
    static ROWS: OnceLock<Vec<Commune>> = OnceLock::new();
    ROWS.get_or_init(|| COMMUNES.lines().skip(1).filter_map(commune).collect())
}

const COMMUNES: &str = include_str!("../reference/communes_france.csv");

/// A commune from its line. Every check of a file waits for these thirty-five thousand lines, of which no cell is quoted.
fn commune(line: &'static str) -> Option<Commune> {
    let mut cells = line.split(',');
    let (insee, nom, _) = (cells.next()?, cells.next()?, cells.next()?);
    let (commune_parente, departement, region) = (cells.next()?, cells.next()?, cells.next()?);
    let (epci, codes_postaux) = (cells.next()?, cells.next()?);
    Some(Commune {
        insee,
        nom,
        departement,
        region,
        epci,
        codes_postaux,
        population: cells.next()?.parse().ok(),
        commune_parente,
        lat: cells.next()?.parse().ok(),
        lon: cells.next()?.parse().ok(),
    })
}

/// Former commune codes: (old, current, current name).
pub fn communes_anciennes() -> &'static str {
    include_str!("../reference/communes_anciennes.csv")
}

/// Population by département, sex and five-year class, on 1 January 2025 (Insee, estimations de population).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Population {
    pub departement: String,
    pub sexe: String,
    pub age_min: u8,
    /// None for the open class 95 and over.
    pub age_max: Option<u8>,
    pub population: u32,
    pub annee: i16,
}

pub fn population() -> &'static [Population] {
    static ROWS: OnceLock<Vec<Population>> = OnceLock::new();
    ROWS.get_or_init(|| rows(include_str!("../reference/population_dep_sexe_age.csv")))
}

/// Public holidays of metropolitan France, 2010 to 2040 (Code du travail, L3133-1).
pub fn jours_feries() -> &'static BTreeMap<Date, String> {
    #[derive(Deserialize)]
    struct Row {
        date: Date,
        nom: String,
    }
    static DAYS: OnceLock<BTreeMap<Date, String>> = OnceLock::new();
    DAYS.get_or_init(|| {
        rows::<Row>(include_str!("../reference/jours_feries_metropole.csv"))
            .into_iter()
            .map(|row| (row.date, row.nom))
            .collect()
    })
}

/// School holidays, first and last day without school, both included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vacances {
    pub zone: String,
    pub nom: String,
    pub debut: Date,
    pub fin: Date,
}

pub fn vacances_scolaires() -> &'static [Vacances] {
    static ROWS: OnceLock<Vec<Vacances>> = OnceLock::new();
    ROWS.get_or_init(|| rows(include_str!("../reference/vacances_scolaires.csv")))
}

/// Valid CIM-10 codes without the dot, PMSI extensions with `+`, each with ATIH's position rule for hospital stays (`type_mco`:
/// 0 no restriction, 1 and 2 not as principal diagnosis (2 = external cause), 3 parent with subdivisions or withdrawn, 4 not as
/// principal diagnosis, empty for V to Y). Edition: chapters A–U 2019, V–Y 2017, COVID-19 codes 2025.
pub fn cim10() -> &'static BTreeMap<&'static str, &'static str> {
    static CODES: OnceLock<BTreeMap<&str, &str>> = OnceLock::new();
    CODES.get_or_init(|| CIM10.lines().skip(1).filter_map(|line| line.split_once(',')).collect())
}

const CIM10: &str = include_str!("../reference/cim10_codes.csv");

/// Valid CCAM codes, seven characters (version 63, 2020).
pub fn ccam() -> &'static BTreeSet<&'static str> {
    static CODES: OnceLock<BTreeSet<&str>> = OnceLock::new();
    CODES.get_or_init(|| include_str!("../reference/ccam_codes.csv").lines().skip(1).collect())
}

fn rows<T: for<'de> Deserialize<'de>>(text: &str) -> Vec<T> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the embedded reference tables are well formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_has_64_sites_and_67_flux() {
        let sites: BTreeSet<_> = structures().iter().map(|structure| &structure.finess).collect();
        assert_eq!((sites.len(), structures().len()), (64, 67));
        assert_eq!(
            structures()
                .iter()
                .filter_map(|structure| structure.passages_2024)
                .sum::<u32>(),
            1_854_233
        );
    }

    #[test]
    fn every_structure_has_a_valid_key_and_a_known_type() {
        for structure in structures() {
            assert!(
                crate::finess::Finess::parse(&structure.finess).unwrap().0.key_is_valid(),
                "{}",
                structure.finess
            );
            assert!(TYPES.iter().any(|(code, _)| *code == structure.type_structure));
        }
    }

    #[test]
    fn what_is_cut_at_its_commas_has_no_quoted_cell() {
        for (text, columns) in [(COMMUNES, 11), (CIM10, 2)] {
            assert!(!text.contains('"'));
            assert!(text.lines().all(|line| line.split(',').count() == columns));
        }
        let last = communes().last().unwrap();
        assert!(
            COMMUNES
                .lines()
                .last()
                .unwrap()
                .starts_with(&format!("{},{},", last.insee, last.nom))
        );
    }

    #[test]
    fn reference_tables_are_complete() {
        assert_eq!(communes().len(), 35_014);
        assert_eq!(departements().len(), 109);
        assert_eq!(
            population().iter().map(|row| u64::from(row.population)).sum::<u64>(),
            68_605_616
        );
        assert_eq!(jours_feries().len(), 341);
        assert_eq!(vacances_scolaires().len(), 300);
        assert_eq!(cim10().len(), 19_444);
        assert!(ccam().contains("DEQP003"));
    }
}
