//! Declared tables: the columns a record has, read from `lake/tables/*.toml` and from what a site declares besides. What passes
//! between two stages is one of these and nothing else. Knows nothing of files received or of what a column will be used for.

use std::sync::{Arc, OnceLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use serde::{Deserialize, Serialize};

use crate::site::SiteNature;

mod check;
mod column;

pub use check::{PLACES, TableError};
pub use column::{Column, ColumnType, ETATS};

/// How a delivery replaces earlier ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "lowercase", deny_unknown_fields)]
pub enum Replacement {
    /// By (flux, site, day in DATEDEBUT–DATEFIN): the greatest EXTRACT wins, then the greatest content hash.
    Fenetre { jour: String },
    /// By key: the row with the greatest `version` columns wins, then the greatest (EXTRACT, content hash), then the last row.
    Cle { cle: Vec<String>, version: Vec<String> },
}

/// One declared table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub nom: String,
    pub libelle: String,
    pub source: String,
    /// Column that gives the month of a part.
    pub mois: String,
    /// Columns that name the site: its FINESS, then the ORDRE of the structure where it tells several apart. Parts are sorted by
    /// them, then by `tri`.
    pub site: Vec<String>,
    /// The site is named by an identifier of its own, not by a FINESS.
    pub site_libre: Option<FreeSite>,
    pub tri: Vec<String>,
    /// Months before a period that its rules and indicators look back at. An indicator that needs more says it.
    #[serde(default = "two_years")]
    pub mois_avant: u16,
    pub remplacement: Replacement,
    /// The key of a record gives its month, by another column than `mois`: it never comes back in another one.
    #[serde(default)]
    pub mois_de_cle: bool,
    /// Civil time whose hour, type of day and PDSA period the analysis adds (`transform/columns/calendrier.toml`).
    pub calendrier: Option<String>,
    /// Column that, when true, withdraws the record: it replaces what came before, and is not counted.
    pub retrait: Option<String>,
    #[serde(rename = "colonne")]
    pub colonnes: Vec<Column>,
}

/// Where a site without FINESS is: another table of the lake says it, under the same name of site.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreeSite {
    /// That table; absent, the site counts for the region only.
    pub table: Option<String>,
    /// Its column of the commune (code Insee) or of the département.
    pub lieu: Option<String>,
}

/// The year before a period, and the twelve months of each.
fn two_years() -> u16 {
    24
}

/// Technical columns that follow the declared ones in every stored record, in this order.
///
/// * `cle` recognises a record across deliveries, `empreinte` says whether it changed: keyed hashes, never exported.
/// * `delivery` is the identifier of the delivery the row came with, `rang` the record's number in it (from 1), `ligne` the
///   line of the file where the record starts (from 1), `hors_fenetre` whether its day lies outside the delivery's window.
pub fn technical_fields() -> Vec<Field> {
    vec![
        Field::new("cle", DataType::UInt64, false),
        Field::new("empreinte", DataType::UInt64, false),
        Field::new("delivery", DataType::Utf8, false),
        Field::new("rang", DataType::UInt32, false),
        Field::new("ligne", DataType::UInt32, false),
        Field::new("hors_fenetre", DataType::Boolean, false),
    ]
}

impl Table {
    /// Reads a declaration and checks that it holds together.
    pub fn parse(text: &str) -> Result<Table, TableError> {
        let table: Table = toml::from_str(text)?;
        let simple = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !table.nom.starts_with(|c: char| c.is_ascii_lowercase()) || !table.nom.chars().all(simple) {
            return Err(TableError::Name { nom: table.nom });
        }
        table.check_columns()?;
        table.check_places()?;
        Ok(table)
    }

    /// Whether a record may come back, under its key, in another month than before.
    pub fn may_change_month(&self) -> bool {
        match &self.remplacement {
            Replacement::Fenetre { .. } => false,
            Replacement::Cle { cle, .. } => !self.mois_de_cle && !cle.contains(&self.mois),
        }
    }

    /// Declared columns with their companions, each companion right after its column.
    pub fn content_fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        for column in &self.colonnes {
            fields.push(Field::new(&column.nom, column.kind.arrow(), true));
            if let Some(companion) = column.companion() {
                fields.push(Field::new(companion, DataType::Utf8, true));
            }
        }
        fields
    }

    /// Schema of a stored record: content, then technical columns.
    pub fn record_schema(&self) -> SchemaRef {
        let mut fields = self.content_fields();
        fields.extend(technical_fields());
        Arc::new(Schema::new(fields))
    }

    /// Schema of the current view: a stored record, whose `delivery`, `rang` and `ligne` are those of the delivery that is
    /// current, then `flux` and `extract` (instant the delivery was produced, as civil time) of that delivery.
    pub fn view_schema(&self) -> SchemaRef {
        let mut fields = self.content_fields();
        fields.extend(technical_fields());
        fields.push(Field::new("flux", DataType::Utf8, false));
        fields.push(Field::new("extract", ColumnType::Civil.arrow(), true));
        Arc::new(Schema::new(fields))
    }

    /// Column of the code of the site: its FINESS, or what the column says it identifies.
    pub fn finess(&self) -> &str {
        &self.site[0]
    }

    /// What names the site.
    pub fn nature_of_site(&self) -> SiteNature {
        self.column(self.finess())
            .and_then(|column| column.identifie)
            .unwrap_or_default()
    }

    /// Column of the ORDRE, when a record is that of one structure of the site.
    pub fn ordre(&self) -> Option<&str> {
        self.site.get(1).map(String::as_str)
    }

    pub fn column(&self, nom: &str) -> Option<&Column> {
        self.colonnes.iter().find(|column| column.nom == nom)
    }
}

const DECLARATIONS: &[&str] = &[
    include_str!("../tables/rpu.toml"),
    include_str!("../tables/lits.toml"),
    include_str!("../tables/rpu_declares.toml"),
    include_str!("../tables/lits_fermetures.toml"),
    include_str!("../tables/lits_demandes.toml"),
    include_str!("../tables/lits_blocages.toml"),
    include_str!("../tables/sejours.toml"),
    include_str!("../tables/het_declarations.toml"),
    include_str!("../tables/mmg_sites.toml"),
    include_str!("../tables/mmg_activite_mois.toml"),
    include_str!("../tables/mmg_activite_horaire.toml"),
    include_str!("../tables/mmg_consultations.toml"),
    include_str!("../tables/admissions_directes.toml"),
    include_str!("../tables/samu_rdr.toml"),
    include_str!("../tables/samu_decisions.toml"),
    include_str!("../tables/samu_appels_agreges.toml"),
    include_str!("../tables/samu_activite_jour.toml"),
    include_str!("../tables/sas_rdv.toml"),
    include_str!("../tables/smur_rpis.toml"),
    include_str!("../tables/smur_activite_mois.toml"),
    include_str!("../tables/sae_smursamu.toml"),
];

static TABLES: OnceLock<Vec<Table>> = OnceLock::new();

/// The declared record tables, in a fixed order: the embedded ones, then those given to [`declare`].
pub fn tables() -> &'static [Table] {
    TABLES.get_or_init(embedded)
}

fn embedded() -> Vec<Table> {
    let parsed = DECLARATIONS.iter().map(|text| Table::parse(text));
    parsed
        .map(|table| table.expect("the embedded table declarations are valid"))
        .collect()
}

/// Adds the tables of a site to the embedded ones. A program does it once, before anything reads the tables: they are the same
/// from its first instant to its last.
///
/// # Errors
/// A name declared twice, or tables that were read already and are not these.
pub fn declare(more: Vec<Table>) -> Result<(), TableError> {
    let mut tables = embedded();
    for table in more {
        if tables.iter().any(|known| known.nom == table.nom) {
            return Err(TableError::Twice { table: table.nom });
        }
        tables.push(table);
    }
    match TABLES.get_or_init(|| tables.clone()) == &tables {
        true => Ok(()),
        false => Err(TableError::TooLate),
    }
}

/// The declared table of that name.
pub fn table(nom: &str) -> Option<&'static Table> {
    tables().iter().find(|table| table.nom == nom)
}

#[cfg(test)]
mod tests;
