//! Series that a declaration makes: the records of a table grouped by site and period, then what is said of each period by those
//! before it. A series needs no Rust, unless it asks for a function of the past that is not there.

use std::sync::OnceLock;

use lake::table::ColumnType;
use serde::Deserialize;

use super::derived::{DerivedColumn, Join, derivations};

/// A file of `series/`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serie {
    /// Its name, as rules write it.
    pub table: String,
    pub libelle: String,
    /// Table of the lake whose prepared rows are grouped.
    pub de: String,
    /// Rows as the view has them, with the place of their site: for a table whose derived columns cost more than they are worth here.
    #[serde(default)]
    pub brut: bool,
    /// Columns that name a series, the site first.
    pub cle: Vec<String>,
    pub pas: Pas,
    /// Days before the judged ones whose rows say what is usual.
    #[serde(default)]
    pub jours_avant: i64,
    /// Whether every period from the first one met has a row: counts that `zero` names are then 0, the others missing.
    #[serde(default)]
    pub complete: bool,
    /// Counts that are 0 in a period without record.
    #[serde(default)]
    pub zero: Vec<String>,
    /// Aggregates over the rows of a period.
    #[serde(rename = "colonne")]
    pub colonnes: Vec<DerivedColumn>,
    /// What other tables say of the same key and day.
    #[serde(default, rename = "jointure")]
    pub jointures: Vec<Join>,
    #[serde(default, rename = "recul")]
    pub reculs: Vec<Recul>,
}

/// Length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pas {
    Jour,
    Mois,
}

/// A column that looks back along its series.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recul {
    pub nom: String,
    pub libelle: String,
    pub unite: Option<String>,
    pub source: Option<String>,
    /// Column looked at.
    pub de: String,
    pub fonction: Fonction,
    /// Weeks, days or periods, as the function says.
    #[serde(default = "one")]
    pub n: usize,
    /// Nothing for a period that is not over: its count is that of some of its days.
    #[serde(default)]
    pub periode_finie: bool,
}

fn one() -> usize {
    1
}

/// Functions of the past of a series. The present period is in none but `somme` and `inchange_depuis`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fonction {
    /// Median of the same weekday of the `n` weeks before, of which half must be known.
    MedianeMemeJour,
    /// Median of the `n` periods before, of which half must be known.
    Mediane,
    /// Sum of the `n` periods that end with this one, all known.
    Somme,
    /// The value of the period before.
    Precedent,
    /// The value of the same month of the year before.
    AnneePrecedente,
    /// How many periods in a row, this one included, have the value of this one.
    InchangeDepuis,
}

const EMBEDDED: &[&str] = &[
    include_str!("../../series/samu_jour.toml"),
    include_str!("../../series/samu_appels_jour.toml"),
    include_str!("../../series/smur_jour.toml"),
    include_str!("../../series/smur_mois.toml"),
    include_str!("../../series/mmg_jour.toml"),
    include_str!("../../series/mmg_mois.toml"),
    include_str!("../../series/lits_unite_jour.toml"),
    include_str!("../../series/rpu_dp_jour.toml"),
    include_str!("../../series/rpu_profil_mois.toml"),
];

/// Every declared series, in a fixed order.
pub fn series() -> &'static [Serie] {
    static ALL: OnceLock<Vec<Serie>> = OnceLock::new();
    ALL.get_or_init(|| {
        let parsed = EMBEDDED.iter().map(|text| toml::from_str(text));
        parsed.map(|serie| serie.expect("the embedded series are valid")).collect()
    })
}

impl Serie {
    /// Its columns: the key, the place and the period, then what is declared. (name, type, label, never empty)
    pub fn columns(&self) -> Vec<DerivedColumn> {
        let plain = |nom: &str, kind, libelle: &str, obligatoire| DerivedColumn {
            nom: nom.to_owned(),
            kind,
            libelle: libelle.to_owned(),
            unite: None,
            codes: None,
            source: None,
            obligatoire,
            expression: String::new(),
            dans: None,
            entre: None,
        };
        let key = self
            .cle
            .iter()
            .map(|nom| plain(nom, ColumnType::Text, "Clé de la série", true));
        let place = [
            plain("departement", ColumnType::Text, "Département du site", false),
            plain("type_etablissement", ColumnType::Text, "Type du site", false),
            plain("jour", ColumnType::Date, "Jour, ou premier jour du mois", true),
        ];
        let length = plain(
            "minutes_jour",
            ColumnType::Int32,
            "Durée du jour civil : 1380, 1440 ou 1500 minutes",
            true,
        );
        let length = (self.pas == Pas::Jour).then_some(length);
        let counted = self.colonnes.iter().cloned().map(|mut column| {
            column.obligatoire |= self.zero.contains(&column.nom);
            column
        });
        let joined = self.jointures.iter().flat_map(|join| join.colonnes.clone());
        let back = self.reculs.iter().map(|recul| DerivedColumn {
            unite: recul.unite.clone(),
            source: recul.source.clone(),
            ..plain(&recul.nom, ColumnType::Decimal, &recul.libelle, false)
        });
        key.chain(place)
            .chain(length)
            .chain(counted)
            .chain(joined)
            .chain(back)
            .collect()
    }
}

/// Months before the judged ones whose records of a table some series or column needs.
pub fn look_back(table: &str) -> i32 {
    let joined = |joins: &'static [Join]| {
        joins
            .iter()
            .filter(move |join| join.table == table)
            .map(|join| join.jours_avant)
    };
    let series = series().iter().flat_map(|serie| {
        let own = (serie.de == table).then_some(serie.jours_avant);
        let joins = joined(&serie.jointures).map(|days| days + serie.jours_avant);
        own.into_iter().chain(joins)
    });
    let columns = derivations().iter().flat_map(|derivation| joined(&derivation.jointures));
    let days = series.chain(columns).max().unwrap_or_default();
    // 28 days make a month at least; a table that looks back for ever says so itself (`mois_avant`).
    i32::try_from((days + 27) / 28).unwrap_or(i32::MAX).min(1200)
}
