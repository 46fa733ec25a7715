//! Columns that a declaration computes: from the records of another table that have the same key, or by an expression over the
//! other columns. A table of the lake needs no Rust to have them.

use std::sync::OnceLock;

use lake::table::ColumnType;
use serde::Deserialize;

/// A file of `columns/`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derivation {
    pub table: String,
    #[serde(default, rename = "jointure")]
    pub jointures: Vec<Join>,
    #[serde(default, rename = "colonne")]
    pub colonnes: Vec<DerivedColumn>,
}

/// What the records of a table (perhaps the same one) that share a key say together: one value a key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    pub table: String,
    /// Columns of the same name in both tables.
    pub cle: Vec<String>,
    /// Days before and after those of the record on which they may be.
    #[serde(default)]
    pub jours_avant: i64,
    #[serde(default)]
    pub jours_apres: i64,
    /// Their expressions are aggregates over the records of one key.
    #[serde(rename = "colonne")]
    pub colonnes: Vec<DerivedColumn>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivedColumn {
    pub nom: String,
    #[serde(rename = "type")]
    pub kind: ColumnType,
    pub libelle: String,
    pub unite: Option<String>,
    pub codes: Option<String>,
    pub source: Option<String>,
    /// Never empty.
    #[serde(default)]
    pub obligatoire: bool,
    /// SQL over the other columns; empty where the column says whether a value is in a list, or comes with the preparation of its table.
    #[serde(default)]
    pub expression: String,
    /// The column is the distance in kilometres between the places that two columns name: a site, by its FINESS, or a commune. Nothing
    /// where one of them is not known.
    pub entre: Option<[String; 2]>,
    /// The column is true where the value of another is in a list.
    pub dans: Option<Membership>,
}

/// « The value of `colonne` is one of `liste` »: nothing where the value is missing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    pub colonne: String,
    /// A code list of `lake/codes`, or one of reference: `communes` (those of today), `smur`, `departements_smur`.
    pub liste: String,
}

/// Every declaration, in a fixed order.
pub fn derivations() -> &'static [Derivation] {
    static ALL: OnceLock<Vec<Derivation>> = OnceLock::new();
    ALL.get_or_init(|| {
        let parsed = lake::columns::DECLARED.iter().map(|(_, text)| toml::from_str(text));
        parsed
            .map(|derivation| derivation.expect("the embedded column declarations are valid"))
            .collect()
    })
}

/// What a table declares, if anything.
pub fn derivation(table: &str) -> Option<&'static Derivation> {
    derivations().iter().find(|derivation| derivation.table == table)
}
