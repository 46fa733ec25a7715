//! Whether a declared table holds together.

use super::{ColumnType, Replacement, Table};

/// What the lake may hold of a person: nothing, or what identifies nobody alone.
/// `technique`: what brings records together inside the lake, which no expression can name.
const SENSITIVITIES: &[&str] = &["clair", "quasi_identifiant", "technique"];

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
    pub(super) fn check_columns(&self) -> Result<(), TableError> {
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
    pub(super) fn check_places(&self) -> Result<(), TableError> {
        let schema = self.view_schema();
        let mut named: Vec<(&String, &'static str)> = self.site.iter().map(|name| (name, "site")).collect();
        named.extend(self.tri.iter().map(|name| (name, "tri")));
        named.push((&self.mois, "mois"));
        named.extend(self.calendrier.iter().map(|name| (name, "calendrier")));
        named.extend(self.retrait.iter().map(|name| (name, "retrait")));
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
}
