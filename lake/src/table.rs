//! Declared tables: the columns a record has, read from `lake/tables/*.toml`. What passes between two stages is one of
//! these and nothing else. Knows nothing of files received or of what a column will be used for.

use std::sync::{Arc, OnceLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};

/// What a cell holds. `Civil` is a local wall-clock time without offset (timestamp µs, no zone), `Instant` a UTC instant
/// (timestamp µs, zone UTC), `Etat` one of `conforme`, `non_conforme`, `manquant`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    Text,
    Int16,
    Int32,
    Bool,
    Date,
    Civil,
    Instant,
    Decimal,
    List,
    Etat,
}

impl ColumnType {
    pub fn arrow(self) -> DataType {
        match self {
            Self::Text | Self::Etat => DataType::Utf8,
            Self::Int16 => DataType::Int16,
            Self::Int32 => DataType::Int32,
            Self::Bool => DataType::Boolean,
            Self::Date => DataType::Date32,
            Self::Civil => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Decimal => DataType::Float64,
            Self::List => DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))),
        }
    }
}

/// One declared column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub nom: String,
    #[serde(rename = "type")]
    pub kind: ColumnType,
    pub libelle: String,
    /// Element or header of the national format.
    pub tag: Option<String>,
    /// Code list whose codes the value must belong to.
    pub codes: Option<String>,
    /// Has a companion `<nom>_etat`.
    #[serde(default)]
    pub etat: bool,
    /// A record without it cannot be used.
    #[serde(default)]
    pub obligatoire: bool,
    pub unite: Option<String>,
    pub source: Option<String>,
    /// Shape of the text as received.
    pub forme: Option<String>,
    /// What an empty cell means, where it means something.
    pub vide_signifie: Option<String>,
    /// `clair`, `quasi_identifiant`; nothing else is allowed in the lake.
    pub sensibilite: Option<String>,
}

impl Column {
    /// Name of the companion column, when there is one.
    pub fn companion(&self) -> Option<String> {
        self.etat.then(|| format!("{}_etat", self.nom))
    }
}

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
    /// Columns that name the site; parts are sorted by them, then by `tri`.
    pub site: Vec<String>,
    pub tri: Vec<String>,
    pub remplacement: Replacement,
    #[serde(rename = "colonne")]
    pub colonnes: Vec<Column>,
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

    pub fn column(&self, nom: &str) -> Option<&Column> {
        self.colonnes.iter().find(|column| column.nom == nom)
    }
}

const DECLARATIONS: &[&str] = &[
    include_str!("../tables/rpu.toml"),
    include_str!("../tables/lits.toml"),
    include_str!("../tables/rpu_declares.toml"),
];

/// The declared record tables, in a fixed order.
pub fn tables() -> &'static [Table] {
    static TABLES: OnceLock<Vec<Table>> = OnceLock::new();
    TABLES.get_or_init(|| {
        DECLARATIONS
            .iter()
            .map(|text| toml::from_str(text).expect("the embedded table declarations are valid"))
            .collect()
    })
}

/// The declared table of that name.
pub fn table(nom: &str) -> Option<&'static Table> {
    tables().iter().find(|table| table.nom == nom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declared_column_of_a_key_a_sort_or_a_site_exists() {
        for table in tables() {
            let schema = table.view_schema();
            let mut used: Vec<&String> = table.site.iter().chain(&table.tri).chain([&table.mois]).collect();
            match &table.remplacement {
                Replacement::Fenetre { jour } => used.push(jour),
                Replacement::Cle { cle, version } => used.extend(cle.iter().chain(version)),
            }
            for name in used {
                assert!(schema.field_with_name(name).is_ok(), "{}: no column {name}", table.nom);
            }
        }
    }

    #[test]
    fn column_names_are_unique_within_a_table() {
        for table in tables() {
            let schema = table.view_schema();
            let mut names: Vec<_> = schema.fields().iter().map(|field| field.name().clone()).collect();
            names.sort();
            let before = names.len();
            names.dedup();
            assert_eq!(before, names.len(), "{}", table.nom);
        }
    }

    #[test]
    fn code_lists_named_by_columns_exist() {
        for table in tables() {
            for column in &table.colonnes {
                if let Some(codes) = &column.codes {
                    assert!(
                        crate::code_list::code_list(codes).is_some(),
                        "{}.{}: no code list {codes}",
                        table.nom,
                        column.nom
                    );
                }
            }
        }
    }
}
