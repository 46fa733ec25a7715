//! Extract kinds: what a delivery may be, and how its elements or columns fill a declared table. One TOML file each, embedded,
//! extendable with files of the same form. An ambiguous content is refused, never guessed.

mod checks;
mod forms;
mod load;

use std::collections::BTreeMap;

use lake::table::Table;
use serde::Deserialize;

pub use checks::{Checks, Comparison, Derived, DerivedFunction, Operator};
pub use forms::{Case, Forbidden, Pivot};
pub use load::{Kinds, KindsError};

/// One declared extract kind. Field names are those of the TOML files.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    pub nom: String,
    pub libelle: String,
    pub source: String,
    pub lecteur: Reader,
    /// Declared record table it feeds.
    pub table: String,
    pub flux: String,
    /// Encoding when nothing in the content says otherwise.
    pub encodage: Option<String>,
    #[serde(default)]
    pub separateurs: Vec<char>,
    pub reconnaissance: Recognition,
    pub extract: Extract,
    #[serde(default)]
    pub nom_fichier: Vec<FileName>,
    /// Names of elements (tree readers) or headers (`rpu_plat`) by role; an empty list: the form has none.
    #[serde(default)]
    pub balises: BTreeMap<String, Vec<String>>,
    /// Other headers of a column (flat reader).
    #[serde(default)]
    pub alias: BTreeMap<String, Vec<String>>,
    /// Headers known and not kept, with the reason.
    #[serde(default)]
    pub ignorees: BTreeMap<String, String>,
    /// Headers that refuse the file (flat reader).
    pub interdites: Option<Forbidden>,
    /// A long form, read as wide rows (flat reader).
    pub pivot: Option<Pivot>,
    #[serde(default)]
    pub valeur: Vec<ValueAlias>,
    pub controles: Option<Checks>,
    #[serde(default)]
    pub derivee: Vec<Derived>,
    #[serde(default)]
    pub comparaison: Vec<Comparison>,
    pub message: Option<Message>,
    pub rpu: Option<RpuParameters>,
    /// Another kind, whose `[rpu]` is this one's too.
    pub rpu_de: Option<String>,
    #[serde(default)]
    pub residence: Residence,
    /// Whether a delivery is due each night, which RPU-F13 and RPU-F14 judge.
    #[serde(default = "usually")]
    pub quotidien: bool,
    /// Whether a cell may be quoted (`rpu_plat`).
    #[serde(default = "usually")]
    pub guillemets: bool,
    /// Texts of a cell that mean that it is missing (`rpu_plat`).
    #[serde(default)]
    pub manquants: Vec<String>,
    pub verdict: Thresholds,
}

fn usually() -> bool {
    true
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reader {
    /// XML message of passages: header, then one element per passage (OSCOUR, SYRIUS).
    Oscour,
    /// Delimited text with a header line; the table's declaration says the rest.
    Plat,
    /// Delimited text with a header line, one passage per row, read by the rules of the passage message.
    #[serde(rename = "rpu_plat")]
    RpuPlat,
    /// Messages in JSON, under one of the roots.
    Json,
}

impl Reader {
    /// Whether it reads delimited text.
    pub fn is_flat(self) -> bool {
        matches!(self, Self::Plat | Self::RpuPlat)
    }
}

/// What the element of the place of residence holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Residence {
    #[default]
    CodePostal,
    /// Of the PMSI: it groups communes of a département.
    CodeGeographique,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognition {
    /// Root elements, any case.
    #[serde(default)]
    pub racines: Vec<String>,
    /// Neighbouring roots, refused with this reason.
    #[serde(default)]
    pub ailleurs: BTreeMap<String, String>,
    /// Headers that must all be there: as received, or the name of a column of the table under any of its headers.
    #[serde(default)]
    pub colonnes: Vec<String>,
    /// A column of the first row that names the format.
    pub schema_version: Option<SchemaVersion>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaVersion {
    pub colonne: String,
    pub valeurs: Vec<String>,
}

/// Where each column is in a message (reader `json`). Paths are dotted, from under the root.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Column → path; `enveloppe:nom` looks for that member in what encloses the message.
    pub chemins: BTreeMap<String, String>,
    /// Column → what fills it when nothing else did, in order.
    #[serde(default)]
    pub defauts: BTreeMap<String, Vec<Fallback>>,
    /// Column → an age, in place of a birth date that is read and forgotten.
    #[serde(default)]
    pub ages: BTreeMap<String, AgeOn>,
    /// Paths known and not kept, with the reason.
    #[serde(default)]
    pub ignores: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// The instant in the name of the file, else the option `extrait_le`.
    Production,
    Reception,
    /// Folder of the inbox.
    Source,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeOn {
    pub naissance: String,
    pub le: String,
}

/// Where the instant of production is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "de", rename_all = "lowercase", deny_unknown_fields)]
pub enum Extract {
    /// In the header element.
    Entete,
    /// In a column; the delivery's is the latest of its rows.
    Colonne { colonne: String },
    /// In the file name, else in the option `extrait_le`.
    Nom,
    /// Only in the option `extrait_le`.
    Option,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileName {
    /// `*`, `{finess}`, `{ordre}`, `{horodatage}` (AAAAMMJJHHMMSS), `{date}`, `{du}` and `{au}` (AAAAMMJJ), `{aammjj}`; the rest literal.
    pub modele: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueAlias {
    pub colonne: String,
    pub vu: String,
    pub vaut: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RpuParameters {
    pub naissances_de_convention: Vec<jiff::civil::Date>,
    /// Three-digit Insee country codes and ranges.
    pub pays: Vec<String>,
}

/// When a delivery that was read is conforming or not; shares are fractions.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    pub rejets_max: f64,
    pub champ_min: f64,
    pub champs: Vec<String>,
    pub signalement_max: f64,
    pub effectif_min: u64,
    /// Exact copies among the records read.
    pub copies_max: Option<f64>,
    /// Anomalies of a rule between fields, among those it judges.
    pub incoherences_max: Option<f64>,
    /// Values that a rule between fields sets aside, idem: the delivery does not conform.
    pub ecarts_max: Option<f64>,
    /// Absent values of an item that is expected; the rule's own `seuil` where it is greater.
    pub manquants_max: Option<f64>,
}

impl Kind {
    /// The declared table it feeds.
    pub fn table(&self) -> &'static Table {
        lake::table::table(&self.table).expect("checked when the kind was loaded")
    }
}
