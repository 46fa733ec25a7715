//! Declared columns and what their cells hold.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, TimeUnit};
use serde::{Deserialize, Serialize};

use crate::site::SiteNature;

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
    /// One of [`ETATS`].
    Etat,
}

/// The states of a cell, as its companion column holds them.
pub const ETATS: [&str; 4] = ["conforme", "non_conforme", "manquant", "hors_format"];

impl ColumnType {
    /// What a column holds, in words.
    pub fn label_fr(self) -> &'static str {
        match self {
            Self::Text => "texte",
            Self::Int16 | Self::Int32 => "entier",
            Self::Bool => "oui ou non",
            Self::Date => "jour",
            Self::Civil => "heure civile locale",
            Self::Instant => "instant UTC",
            Self::Decimal => "décimal",
            Self::List => "liste de textes",
            Self::Etat => "état",
        }
    }

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
    /// The text names a site, and is kept as its code: `finess`, `samu`. The column of the site is a FINESS unless it says so.
    pub identifie: Option<SiteNature>,
    /// Kept as a keyed hash of what was received, never as received: the number of a professional.
    #[serde(default)]
    pub pseudonyme: bool,
    /// `clair`, `quasi_identifiant`; nothing else is allowed in the lake.
    pub sensibilite: Option<String>,
}

impl Column {
    /// Name of the companion column, when there is one.
    pub fn companion(&self) -> Option<String> {
        self.etat.then(|| format!("{}_etat", self.nom))
    }
}
