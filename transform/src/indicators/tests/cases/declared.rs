//! What a case file may say.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use crate::indicators::Seuils;
use crate::indicators::tests::Row;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub indicateur: String,
    #[serde(default = "quarter")]
    pub trimestre: String,
    #[serde(default, rename = "passage")]
    pub passages: Vec<Row>,
    /// As many passages each day from one day to another.
    #[serde(default, rename = "chaque_jour")]
    pub every_day: Vec<EveryDay>,
    /// Unit-days of the beds.
    #[serde(default, rename = "lits")]
    pub lits: Vec<Row>,
    /// Rows of other tables, by the name of their table.
    #[serde(default, rename = "lignes")]
    pub others: BTreeMap<String, Vec<Row>>,
    /// Days of sites, for what is compared with years.
    #[serde(default, rename = "jour")]
    pub days: Vec<SiteDay>,
    #[serde(default)]
    pub seuils: Vec<Seuils>,
    /// Places of treatment of sites.
    #[serde(default, rename = "capacite")]
    pub capacites: Vec<Places>,
    /// The only structures of the region, when the figure needs to know of each.
    #[serde(default)]
    pub structures: Vec<String>,
    #[serde(default, rename = "declare")]
    pub declared: Vec<Declared>,
    #[serde(default, rename = "constat")]
    pub findings: Vec<FindingRow>,
    #[serde(rename = "attendu")]
    pub expected: Vec<Expected>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EveryDay {
    pub du: String,
    pub au: String,
    pub passages: usize,
}

impl EveryDay {
    pub fn rows(&self) -> Vec<Row> {
        let (from, to): (Date, Date) = (self.du.parse().unwrap(), self.au.parse().unwrap());
        let days = from.series(1.day()).take_while(|day| *day <= to);
        days.flat_map(|day| {
            let row = Row::from([
                ("jour".to_owned(), day.to_string().into()),
                ("flux_id".to_owned(), "310783048/0".into()),
            ]);
            vec![row; self.passages]
        })
        .collect()
    }
}

/// Places of treatment of a site, between two days.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    #[serde(default = "hospital")]
    pub site: String,
    #[serde(default)]
    pub du: Option<String>,
    #[serde(default)]
    pub au: Option<String>,
    pub places: u32,
}

/// Days of a site that are alike; the exit mode of every passage is known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteDay {
    #[serde(default = "hospital")]
    pub site: String,
    pub jours: Vec<String>,
    pub passages: u32,
    #[serde(default)]
    pub ages: u32,
    #[serde(default)]
    pub hospitalises: u32,
    /// Mean duration of the hospitalised.
    #[serde(default)]
    pub minutes: f64,
    #[serde(default)]
    pub presents: u32,
    #[serde(default)]
    pub sorties: u32,
    pub disponibles: Option<f64>,
}

fn hospital() -> String {
    "310783048".to_owned()
}

fn quarter() -> String {
    "2025-Q1".to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    pub finess: String,
    pub mois: String,
    pub passages: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingRow {
    pub rule: String,
    #[serde(default)]
    pub clause: String,
    pub violated: u64,
    pub eligible: u64,
    #[serde(default)]
    pub not_judged: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    #[serde(default = "region")]
    pub niveau: String,
    #[serde(default = "code")]
    pub aire: String,
    #[serde(default = "quarter")]
    pub periode: String,
    /// `rolling12`, where the label of the period is that of a month.
    #[serde(default)]
    pub genre: String,
    #[serde(default = "everyone")]
    pub population: String,
    #[serde(default = "everyone")]
    pub perimetre: String,
    #[serde(default)]
    pub dim: String,
    #[serde(default)]
    pub modalite: String,
    #[serde(default)]
    pub modalite2: String,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    pub missing: Option<f64>,
    pub excluded: Option<f64>,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    #[serde(default = "fine")]
    pub status: String,
}

pub fn region() -> String {
    "region".to_owned()
}

pub fn code() -> String {
    "76".to_owned()
}

fn everyone() -> String {
    "tous".to_owned()
}

fn fine() -> String {
    "ok".to_owned()
}
