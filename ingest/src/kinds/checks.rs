//! What is checked and computed while a flat file is read.

use lake::finding::Effect;
use serde::Deserialize;

/// Identifiers of the checks that follow from the declared columns. An absent one is not run.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    /// Compulsory cell missing or unreadable: the row is rejected.
    pub obligatoire: Option<String>,
    /// Negative or non-integer count: the row is rejected.
    pub compte: Option<String>,
    /// Code outside its list: kept apart, flagged.
    pub code: Option<String>,
    /// Other unreadable value: kept apart, flagged.
    pub valeur: Option<String>,
    /// FINESS of a wrong shape (column `site` of the table): the row is rejected.
    pub finess_forme: Option<String>,
    /// FINESS unknown to the structures: flagged.
    pub finess_connu: Option<String>,
    /// Time stamp without offset in a local hour that exists twice: flagged.
    pub decalage: Option<String>,
    /// Same key, other content, within the delivery: both kept, flagged.
    pub doublon: Option<String>,
    #[serde(default)]
    pub unites_de_compte: Vec<String>,
}

impl Checks {
    /// The identifiers named, each with what it does and, for a rule that nothing else describes, what it found.
    pub fn named(&self) -> impl Iterator<Item = (&String, Effect, &'static str)> {
        let rejects = Effect::RejectRecord;
        [
            (&self.obligatoire, rejects, "cellule obligatoire manquante ou illisible"),
            (&self.compte, rejects, "nombre négatif ou non entier"),
            (&self.code, Effect::VoidField, "code hors de sa liste"),
            (&self.valeur, Effect::VoidField, "valeur illisible"),
            (&self.finess_forme, rejects, "FINESS mal formé"),
            (&self.finess_connu, Effect::Flag, "FINESS inconnu de la table des structures"),
            (&self.decalage, Effect::Flag, "heure qui existe deux fois, sans décalage"),
            (&self.doublon, Effect::Flag, "même clé, autre contenu"),
        ]
        .into_iter()
        .filter_map(|(id, effect, found)| Some((id.as_ref()?, effect, found)))
    }

    pub fn ids(&self) -> impl Iterator<Item = &String> {
        self.named().map(|(id, ..)| id)
    }
}

/// A column computed while reading.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    pub colonne: String,
    pub fonction: DerivedFunction,
    pub de: Option<String>,
    /// End of a duration.
    pub a: Option<String>,
    /// Columns that `compose` joins, in order; `a|b` is the first of them that has a value.
    #[serde(default)]
    pub parties: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DerivedFunction {
    /// Whether a time stamp of the row came without offset.
    DecalageAbsent,
    /// Whole minutes from one time to another, rounded down: negative when the end comes first, empty when a time is missing.
    Minutes,
    /// Whole years of an age written `P45Y`, `P18M`, `P3W`, `P20D` (Hub Santé) or `45`.
    AgeAns,
    /// Civil time of an instant in legal time, whatever its offset, and that offset to UTC in minutes.
    HeureLegale,
    DecalageLegal,
    /// Text made of other columns, where the cell is empty.
    Compose,
    /// Département of a commune.
    DepartementDeCommune,
    /// The commune itself, when it is large enough to be kept as a residence.
    CommuneDiffusable,
}

/// A comparison between two columns that is true for an anomalous row.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    pub regle: String,
    pub gauche: String,
    pub operateur: Operator,
    /// A column, `@reception`, or an instant.
    pub droite: String,
    /// Tolerance added to the right side (`>`) or taken from it (`<`).
    #[serde(default)]
    pub marge_minutes: i64,
    pub effet: Effect,
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Operator {
    #[serde(rename = ">")]
    Greater,
    #[serde(rename = "<")]
    Less,
}
