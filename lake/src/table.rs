//! Declared tables: the columns a record has, read from `lake/tables/*.toml` and from what a site declares besides. What passes
//! between two stages is one of these and nothing else. Knows nothing of files received or of what a column will be used for.

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
    /// Columns that name the site: its FINESS, then the ORDRE of the structure where it tells several apart. Parts are sorted by
    /// them, then by `tri`.
    pub site: Vec<String>,
    pub tri: Vec<String>,
    /// Months before a period that its rules and indicators look back at. An indicator that needs more says it.
    #[serde(default = "two_years")]
    pub mois_avant: u16,
    pub remplacement: Replacement,
    #[serde(rename = "colonne")]
    pub colonnes: Vec<Column>,
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

/// What the lake may hold of a person: nothing, or what identifies nobody alone.
const SENSITIVITIES: &[&str] = &["clair", "quasi_identifiant"];

/// Columns that every table has once prepared: the day, the structure, where it is.
pub const PLACES: [&str; 4] = ["jour", "flux_id", "departement", "type_etablissement"];

/// Why a declaration cannot be used.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum TableError {
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
    #[error("le nom de table « {nom} » ne convient pas : minuscules sans accent, chiffres et « _ », une lettre d'abord")]
    Name { nom: String },
    #[error("table {table} : « {colonne} » est nommée par {place} et n'est pas déclarée")]
    NoColumn {
        table: String,
        colonne: String,
        place: &'static str,
    },
    #[error("table {table} : la colonne {colonne} est déclarée deux fois, ou porte le nom d'une colonne technique")]
    ColumnTwice { table: String, colonne: String },
    #[error("table {table} : la colonne {colonne} nomme la liste de codes « {codes} », qui n'existe pas")]
    NoCodes { table: String, colonne: String, codes: String },
    #[error("table {table} : {colonne} donne le mois d'un enregistrement : son type est date ou civil")]
    Month { table: String, colonne: String },
    #[error("table {table} : « site » nomme le FINESS géographique (text), puis au plus un ORDRE (int16)")]
    Site { table: String },
    #[error("table {table} : {colonne} est un nom réservé, celui d'une colonne que l'analyse ajoute ; la nommer autrement")]
    Reserved { table: String, colonne: String },
    #[error("table {table} : la colonne {colonne} a une sensibilité que le lac n'admet pas (clair, quasi_identifiant)")]
    Sensitive { table: String, colonne: String },
    #[error("la table {table} est déclarée deux fois")]
    Twice { table: String },
    #[error("les tables ont déjà été lues : elles se déclarent avant tout le reste")]
    TooLate,
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

    fn check_columns(&self) -> Result<(), TableError> {
        let mut names = std::collections::BTreeSet::new();
        for field in self.view_schema().fields() {
            if !names.insert(field.name()) {
                let (table, colonne) = (self.nom.clone(), field.name().clone());
                return Err(TableError::ColumnTwice { table, colonne });
            }
        }
        for column in &self.colonnes {
            let is_the_day = column.nom == self.mois && column.nom == "jour" && column.kind == ColumnType::Date;
            if PLACES.contains(&column.nom.as_str()) && !is_the_day {
                let (table, colonne) = (self.nom.clone(), column.nom.clone());
                return Err(TableError::Reserved { table, colonne });
            }
            if column
                .sensibilite
                .as_deref()
                .is_some_and(|kind| !SENSITIVITIES.contains(&kind))
            {
                let (table, colonne) = (self.nom.clone(), column.nom.clone());
                return Err(TableError::Sensitive { table, colonne });
            }
            if let Some(codes) = column
                .codes
                .as_ref()
                .filter(|codes| crate::code_list::code_list(codes).is_none())
            {
                return Err(TableError::NoCodes {
                    table: self.nom.clone(),
                    colonne: column.nom.clone(),
                    codes: codes.clone(),
                });
            }
        }
        Ok(())
    }

    /// Every column that the declaration names exists, the one of the month being a day.
    fn check_places(&self) -> Result<(), TableError> {
        let schema = self.view_schema();
        let mut named: Vec<(&String, &'static str)> = self.site.iter().map(|name| (name, "site")).collect();
        named.extend(self.tri.iter().map(|name| (name, "tri")));
        named.push((&self.mois, "mois"));
        match &self.remplacement {
            Replacement::Fenetre { jour } => named.push((jour, "remplacement")),
            Replacement::Cle { cle, version } => named.extend(cle.iter().chain(version).map(|name| (name, "remplacement"))),
        }
        for (name, place) in named {
            if schema.field_with_name(name).is_err() {
                return Err(TableError::NoColumn {
                    table: self.nom.clone(),
                    colonne: name.clone(),
                    place,
                });
            }
        }
        let kinds: Vec<Option<ColumnType>> = self
            .site
            .iter()
            .map(|name| self.column(name).map(|column| column.kind))
            .collect();
        if !matches!(
            kinds.as_slice(),
            [Some(ColumnType::Text)] | [Some(ColumnType::Text), Some(ColumnType::Int16)]
        ) {
            return Err(TableError::Site { table: self.nom.clone() });
        }
        match self.column(&self.mois) {
            Some(column) if matches!(column.kind, ColumnType::Date | ColumnType::Civil) => Ok(()),
            _ => Err(TableError::Month {
                table: self.nom.clone(),
                colonne: self.mois.clone(),
            }),
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

    /// Column of the FINESS of the site.
    pub fn finess(&self) -> &str {
        &self.site[0]
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
mod tests {
    use super::*;

    const MENUS: &str = r#"
nom = "menus"
libelle = "Repas servis"
source = "project-defined"
mois = "jour"
site = ["finess_geo"]
tri = ["jour"]
remplacement = { mode = "cle", cle = ["finess_geo", "jour"], version = [] }
[[colonne]]
nom = "finess_geo"
type = "text"
obligatoire = true
libelle = "FINESS"
[[colonne]]
nom = "jour"
type = "date"
obligatoire = true
libelle = "Jour"
[[colonne]]
nom = "repas"
type = "int32"
etat = true
libelle = "Repas"
"#;

    fn refusal(seen: &str, instead: &str) -> String {
        assert!(MENUS.contains(seen));
        Table::parse(&MENUS.replacen(seen, instead, 1)).unwrap_err().to_string()
    }

    #[test]
    fn the_embedded_declarations_hold_together() {
        let names: Vec<&str> = tables().iter().map(|table| table.nom.as_str()).collect();
        assert_eq!(names, ["rpu", "lits", "rpu_declares"]);
    }

    #[test]
    fn a_declaration_that_does_not_hold_together_says_why() {
        assert!(Table::parse(MENUS).is_ok());
        assert!(refusal("nom = \"menus\"", "nom = \"../menus\"").contains("../menus"));
        assert!(refusal("tri = [\"jour\"]", "tri = [\"heure\"]").contains("« heure » est nommée par tri"));
        assert!(refusal("\"jour\"], version", "\"service\"], version").contains("« service » est nommée par remplacement"));
        assert!(refusal("nom = \"repas\"", "nom = \"jour\"").contains("jour est déclarée deux fois"));
        assert!(refusal("nom = \"repas\"", "nom = \"delivery\"").contains("delivery"));
        assert!(refusal("type = \"int32\"", "type = \"int32\"\ncodes = \"nulle_part\"").contains("nulle_part"));
        assert!(refusal("type = \"date\"", "type = \"text\"").contains("réservé"));
        let moment = MENUS.replace("\"jour\"", "\"moment\"").replace("\"date\"", "\"text\"");
        let said = Table::parse(&moment).unwrap_err().to_string();
        assert!(said.contains("son type est date ou civil"));
        assert!(refusal("mois = \"jour\"", "mois = \"repas\"").contains("réservé"));
        assert!(refusal("site = [\"finess_geo\"]", "site = [\"jour\"]").contains("FINESS géographique"));
        assert!(refusal("site = [\"finess_geo\"]", "site = []").contains("FINESS géographique"));
        assert!(refusal("nom = \"repas\"", "nom = \"departement\"").contains("réservé"));
        assert!(refusal("libelle = \"Repas\"", "libelle = \"Repas\"\nsensibilite = \"nominatif\"").contains("repas"));
        assert!(refusal("libelle = \"Jour\"", "libele = \"Jour\"").contains("libele"));
    }

    #[test]
    fn tables_are_declared_before_they_are_read() {
        let before = tables().len();
        let menus = Table::parse(MENUS).unwrap();
        assert_eq!(declare(vec![menus.clone()]), Err(TableError::TooLate));
        assert_eq!(
            declare(vec![tables()[0].clone()]),
            Err(TableError::Twice { table: "rpu".into() })
        );
        assert_eq!(declare(Vec::new()), Ok(()));
        assert_eq!(tables().len(), before);
    }
}
