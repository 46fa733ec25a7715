//! Extract kinds: what a delivery may be, and how its elements or columns fill a declared table. One TOML file each, embedded,
//! extendable with files of the same form. An ambiguous content is refused, never guessed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lake::finding::Effect;
use lake::table::{Replacement, Table};
use serde::Deserialize;

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
    /// Element names by role (tree readers).
    #[serde(default)]
    pub balises: BTreeMap<String, Vec<String>>,
    /// Other headers of a column (flat reader).
    #[serde(default)]
    pub alias: BTreeMap<String, Vec<String>>,
    /// Headers known and not kept, with the reason.
    #[serde(default)]
    pub ignorees: BTreeMap<String, String>,
    #[serde(default)]
    pub valeur: Vec<ValueAlias>,
    pub controles: Option<Checks>,
    #[serde(default)]
    pub derivee: Vec<Derived>,
    #[serde(default)]
    pub comparaison: Vec<Comparison>,
    pub rpu: Option<RpuParameters>,
    pub verdict: Thresholds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reader {
    /// XML message of root OSCOUR: header, then one element per passage.
    Oscour,
    /// Delimited text with a header line; the table's declaration says the rest.
    Plat,
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
    /// `*`, `{finess}`, `{ordre}`, `{horodatage}` (AAAAMMJJHHMMSS), `{date}` (AAAAMMJJ), `{aammjj}`; the rest literal.
    pub modele: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueAlias {
    pub colonne: String,
    pub vu: String,
    pub vaut: String,
}

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
    /// Time stamp without offset in an ambiguous or skipped local hour: flagged.
    pub decalage: Option<String>,
    /// Same key, other content, within the delivery: both kept, flagged.
    pub doublon: Option<String>,
    #[serde(default)]
    pub unites_de_compte: Vec<String>,
}

impl Checks {
    /// The identifiers named.
    pub fn ids(&self) -> impl Iterator<Item = &String> {
        [
            &self.obligatoire,
            &self.compte,
            &self.code,
            &self.valeur,
            &self.finess_forme,
            &self.finess_connu,
            &self.decalage,
            &self.doublon,
        ]
        .into_iter()
        .flatten()
    }
}

/// A column computed while reading.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    pub colonne: String,
    pub fonction: DerivedFunction,
    pub de: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DerivedFunction {
    /// Civil time of an instant, at the offset received (legal time when none was).
    HeureCivile,
    /// Its offset to UTC in minutes.
    Decalage,
    /// Whether a time stamp of the row came without offset.
    DecalageAbsent,
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
}

/// The kinds a reading chooses among.
#[derive(Debug, Clone, PartialEq)]
pub struct Kinds(Vec<Kind>);

#[derive(Debug, thiserror::Error)]
pub enum KindsError {
    #[error("failed to read the extract kind {path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("failed to understand the extract kind {path}: {source}")]
    Parse { path: PathBuf, source: toml::de::Error },
    #[error("the extract kind {nom} is declared twice")]
    Twice { nom: String },
    #[error("the extract kind {nom} feeds {table}, which is not a declared table")]
    NoTable { nom: String, table: String },
    #[error("the extract kind {nom} feeds {table}, which is replaced by window: only a tree reader gives one")]
    NoWindow { nom: String, table: String },
    #[error("the extract kind {nom} may leave {colonne} empty, which gives the month of a record of {table}")]
    NoMonth { nom: String, table: String, colonne: String },
    #[error("the extract kind {nom} names the column {colonne}, which the table {table} does not declare")]
    NoColumn { nom: String, table: String, colonne: String },
}

const EMBEDDED: &[(&str, &str)] = &[
    ("rpu_oscour.toml", include_str!("../kinds/rpu_oscour.toml")),
    ("lits_snap.toml", include_str!("../kinds/lits_snap.toml")),
    ("rpu_declares.toml", include_str!("../kinds/rpu_declares.toml")),
];

impl Kinds {
    /// The kinds of the binary.
    pub fn embedded() -> Kinds {
        Kinds::load(&[]).expect("the embedded extract kinds are valid")
    }

    /// The embedded kinds and those of the files given.
    pub fn load(extra: &[PathBuf]) -> Result<Kinds, KindsError> {
        let mut kinds = Vec::new();
        for (name, text) in EMBEDDED {
            kinds.push(parse(Path::new(name), text)?);
        }
        for path in extra {
            let text = std::fs::read_to_string(path).map_err(|source| KindsError::Read {
                path: path.clone(),
                source,
            })?;
            kinds.push(parse(path, &text)?);
        }
        for (rank, kind) in kinds.iter().enumerate() {
            if kinds[..rank].iter().any(|other| other.nom == kind.nom) {
                return Err(KindsError::Twice { nom: kind.nom.clone() });
            }
        }
        Ok(Kinds(kinds))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.0.iter()
    }

    pub fn get(&self, nom: &str) -> Option<&Kind> {
        self.0.iter().find(|kind| kind.nom == nom)
    }
}

impl Kind {
    /// The declared table it feeds.
    pub fn table(&self) -> &'static Table {
        lake::table::table(&self.table).expect("checked when the kind was loaded")
    }
}

fn parse(path: &Path, text: &str) -> Result<Kind, KindsError> {
    let mut kind: Kind = toml::from_str(text).map_err(|source| KindsError::Parse {
        path: path.to_owned(),
        source,
    })?;
    lower(&mut kind);
    let Some(table) = lake::table::table(&kind.table) else {
        return Err(KindsError::NoTable {
            nom: kind.nom,
            table: kind.table,
        });
    };
    if kind.lecteur == Reader::Plat && matches!(table.remplacement, Replacement::Fenetre { .. }) {
        return Err(KindsError::NoWindow {
            nom: kind.nom,
            table: kind.table,
        });
    }
    let always = table.column(&table.mois).is_some_and(|column| column.obligatoire);
    if kind.lecteur == Reader::Plat && !always && !kind.derivee.iter().any(|derived| derived.colonne == table.mois) {
        return Err(KindsError::NoMonth {
            nom: kind.nom,
            table: kind.table,
            colonne: table.mois.clone(),
        });
    }
    let mut named: Vec<&String> = kind.alias.keys().collect();
    named.extend(kind.valeur.iter().map(|value| &value.colonne));
    named.extend(
        kind.derivee
            .iter()
            .flat_map(|derived| std::iter::once(&derived.colonne).chain(&derived.de)),
    );
    named.extend(kind.comparaison.iter().map(|comparison| &comparison.gauche));
    if let Extract::Colonne { colonne } = &kind.extract {
        named.push(colonne);
    }
    match named.into_iter().find(|colonne| table.column(colonne).is_none()) {
        Some(colonne) => Err(KindsError::NoColumn {
            nom: kind.nom.clone(),
            table: kind.table.clone(),
            colonne: colonne.clone(),
        }),
        None => Ok(kind),
    }
}

/// Headers are compared in lower case, however they are declared.
fn lower(kind: &mut Kind) {
    let names = kind.alias.values_mut().flatten().chain(&mut kind.reconnaissance.colonnes);
    names.for_each(|name| *name = name.trim().to_lowercase());
    let ignored = std::mem::take(&mut kind.ignorees).into_iter();
    kind.ignorees = ignored.map(|(name, reason)| (name.trim().to_lowercase(), reason)).collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_kinds_are_valid() {
        let names: Vec<_> = Kinds::embedded().iter().map(|kind| kind.nom.clone()).collect();
        assert_eq!(names, ["rpu_oscour", "lits_snap", "rpu_declares"]);
    }

    #[test]
    fn a_kind_that_names_an_unknown_column_is_refused() {
        let text = EMBEDDED[2].1.replace("[controles]", "[alias]\nmoi = [\"x\"]\n[controles]");
        assert!(parse(Path::new("x.toml"), &text).unwrap_err().to_string().contains("moi"));
    }

    #[test]
    fn a_flat_kind_cannot_feed_a_table_replaced_by_window() {
        let text = EMBEDDED[2].1.replace("table = \"rpu_declares\"", "table = \"rpu\"");
        assert!(matches!(parse(Path::new("x.toml"), &text), Err(KindsError::NoWindow { .. })));
    }

    #[test]
    fn a_flat_kind_always_gives_the_month_of_a_record() {
        let text = EMBEDDED[1]
            .1
            .replace("colonne = \"ts_etat_local\"", "colonne = \"ts_maj_local\"");
        assert!(matches!(parse(Path::new("x.toml"), &text), Err(KindsError::NoMonth { .. })));
    }

    #[test]
    fn unknown_keys_are_refused() {
        let text = format!("couleur = \"bleu\"\n{}", EMBEDDED[2].1);
        assert!(matches!(parse(Path::new("x.toml"), &text), Err(KindsError::Parse { .. })));
    }
}
