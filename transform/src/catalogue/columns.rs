//! The tables that declarations may name, with their columns: those of `lake`, those derived here (`columns/*.toml`).

use std::sync::OnceLock;

use lake::table::{Column, ColumnType};
use polars::prelude::{Field, Schema};
use serde::Deserialize;

use super::derived::{DerivedColumn, derivations};
use super::series::series;
use crate::prepare::{polars_type, view_fields};

/// One column that an expression may name.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub nom: String,
    pub kind: ColumnType,
    pub libelle: String,
    pub source: Option<String>,
    pub unite: Option<String>,
    /// Element or header of the national format.
    pub tag: Option<String>,
    pub codes: Option<String>,
    /// May be empty (SQL NULL).
    pub nullable: bool,
    /// Derived here, not in the lake.
    pub derived: bool,
    /// Exists only once rules have voided what they void: rules may not name it.
    pub after_rules: bool,
}

/// A table, with every column of its prepared frame.
#[derive(Debug, Clone)]
pub struct KnownTable {
    pub nom: String,
    pub libelle: String,
    pub columns: Vec<Known>,
}

impl KnownTable {
    pub fn column(&self, nom: &str) -> Option<&Known> {
        self.columns.iter().find(|column| column.nom == nom)
    }

    /// Schema of the frame that rules are judged on.
    pub fn judged_schema(&self) -> Schema {
        schema(self.columns.iter().filter(|column| !column.after_rules))
    }

    /// Schema of the prepared frame.
    pub fn schema(&self) -> Schema {
        schema(self.columns.iter())
    }
}

fn schema<'a>(columns: impl Iterator<Item = &'a Known>) -> Schema {
    columns
        .map(|column| Field::new(column.nom.as_str().into(), polars_type(column.kind)))
        .collect()
}

/// Columns that every table of the lake has once prepared.
const COMMON: &str = include_str!("../../columns/commun.toml");

/// Those of a table with a calendar.
const CALENDAR: &str = include_str!("../../columns/calendrier.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Common {
    #[serde(rename = "colonne")]
    colonnes: Vec<Column>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Derived {
    table: String,
    libelle: String,
    #[serde(rename = "colonne")]
    colonnes: Vec<Column>,
}

/// (text of the declaration, whether its columns exist only after the rules).
const DERIVED: &[(&str, bool)] = &[
    (include_str!("../../columns/rpu.toml"), false),
    (include_str!("../../columns/rpu_usage.toml"), true),
    (include_str!("../../columns/lits_usage.toml"), true),
    (include_str!("../../columns/rpu_jour.toml"), false),
    (include_str!("../../columns/rpu_mois.toml"), false),
    (include_str!("../../columns/rpu_champ_mois.toml"), false),
    (include_str!("../../columns/rpu_modalite_mois.toml"), false),
    (include_str!("../../columns/samu_silences.toml"), false),
    (include_str!("../../columns/samu_silences_appels.toml"), false),
    (include_str!("../../columns/mmg_repetitions.toml"), false),
    (include_str!("../../columns/rpu_couverture.toml"), false),
    (include_str!("../../columns/rpu_livraisons.toml"), false),
    (include_str!("../../columns/livraisons_jour.toml"), false),
    (include_str!("../../columns/lits_region_jour.toml"), false),
    (include_str!("../../columns/lits_sae_mois.toml"), false),
    (include_str!("../../columns/mmg_plages_jour.toml"), false),
    (include_str!("../../columns/lits_jour.toml"), false),
    (include_str!("../../columns/lits_activite_jour.toml"), false),
    (include_str!("../../columns/lits_demandes_presence.toml"), false),
    (include_str!("../../columns/admissions_medecine.toml"), false),
    (include_str!("../../columns/mmg_activite.toml"), false),
    (include_str!("../../columns/mmg_saisie.toml"), false),
    (include_str!("../../columns/mmg_sites_mois.toml"), false),
    (include_str!("../../columns/mmg_su.toml"), false),
    (include_str!("../../columns/rpu_nuits.toml"), false),
    (include_str!("../../columns/rpu_retours.toml"), false),
    (include_str!("../../columns/rpu_presence.toml"), false),
    (include_str!("../../columns/samu_attendus.toml"), false),
    (include_str!("../../columns/smur_charge.toml"), false),
    (include_str!("../../columns/sejours_termines.toml"), false),
    (include_str!("../../columns/sae_smur.toml"), false),
    (include_str!("../../columns/sae_samu.toml"), false),
];

/// Every known table, record tables first.
pub fn tables() -> &'static [KnownTable] {
    static TABLES: OnceLock<Vec<KnownTable>> = OnceLock::new();
    TABLES.get_or_init(read)
}

/// The known table of that name.
pub fn table(nom: &str) -> Option<&'static KnownTable> {
    tables().iter().find(|table| table.nom == nom)
}

fn read() -> Vec<KnownTable> {
    let mut tables: Vec<KnownTable> = lake::table::tables().iter().map(of_lake).collect();
    for (text, after_rules) in DERIVED {
        let derived: Derived = toml::from_str(text).expect("the embedded column declarations are valid");
        let columns = derived.colonnes.into_iter().map(|column| of_here(column, *after_rules));
        match tables.iter_mut().find(|table| table.nom == derived.table) {
            Some(table) => table.columns.extend(columns),
            None => tables.push(KnownTable {
                nom: derived.table,
                libelle: derived.libelle,
                columns: columns.collect(),
            }),
        }
    }
    let calendar: Common = toml::from_str(CALENDAR).expect("the embedded column declarations are valid");
    let dated = |nom: &str| lake::table::table(nom).is_some_and(|table| table.calendrier.is_some());
    for table in tables.iter_mut().filter(|table| dated(&table.nom)) {
        table
            .columns
            .extend(calendar.colonnes.iter().map(|column| of_here(column.clone(), false)));
    }
    for derivation in derivations() {
        let joined = derivation.jointures.iter().flat_map(|join| &join.colonnes);
        let columns = joined.chain(&derivation.colonnes).cloned().map(of_declaration);
        if let Some(table) = tables.iter_mut().find(|table| table.nom == derivation.table) {
            table.columns.extend(columns);
        }
    }
    tables.extend(series().iter().map(|serie| KnownTable {
        nom: serie.table.clone(),
        libelle: serie.libelle.clone(),
        columns: serie.columns().into_iter().map(of_declaration).collect(),
    }));
    let common: Common = toml::from_str(COMMON).expect("the embedded column declarations are valid");
    for table in tables.iter_mut().filter(|table| lake::table::table(&table.nom).is_some()) {
        for column in &common.colonnes {
            if table.column(&column.nom).is_none() {
                table.columns.push(of_here(column.clone(), false));
            }
        }
    }
    tables
}

fn of_here(column: Column, after_rules: bool) -> Known {
    Known {
        nullable: !column.obligatoire,
        derived: true,
        after_rules,
        nom: column.nom,
        kind: column.kind,
        libelle: column.libelle,
        source: column.source,
        unite: column.unite,
        tag: column.tag,
        codes: column.codes,
    }
}

fn of_declaration(column: DerivedColumn) -> Known {
    Known {
        nullable: !column.obligatoire,
        derived: true,
        after_rules: false,
        nom: column.nom,
        kind: column.kind,
        libelle: column.libelle,
        source: column.source,
        unite: column.unite,
        tag: None,
        codes: column.codes,
    }
}

/// Columns of the view: declared ones, their companions (never empty), the technical ones (never empty, but `extract`).
fn of_lake(table: &'static lake::table::Table) -> KnownTable {
    // What links the records of one person is named by no expression, so that it stands in no figure.
    let is_shown = |declared: &Option<&lake::table::Column>| {
        let sensitivity = declared.and_then(|column| column.sensibilite.as_deref());
        sensitivity != Some("technique")
    };
    let fields = view_fields(table).into_iter().filter(|(_, _, declared)| is_shown(declared));
    let columns = fields.map(|(nom, kind, declared)| {
        let companion = declared.filter(|column| column.nom != nom);
        let declared = declared.filter(|column| column.nom == nom);
        Known {
            kind,
            libelle: match (declared, companion) {
                (Some(column), _) => column.libelle.clone(),
                (_, Some(column)) => format!("État de la cellule « {} »", column.libelle),
                _ => "Colonne technique".to_owned(),
            },
            source: declared.and_then(|column| column.source.clone()),
            unite: declared.and_then(|column| column.unite.clone()),
            tag: declared.or(companion).and_then(|column| column.tag.clone()),
            codes: declared.and_then(|column| column.codes.clone()),
            nullable: match declared {
                Some(column) => kind != ColumnType::Etat && (column.etat || !column.obligatoire) && !table.site.contains(&nom),
                None => nom == "extract",
            },
            derived: false,
            after_rules: false,
            nom,
        }
    });
    KnownTable {
        nom: table.nom.clone(),
        libelle: table.libelle.clone(),
        columns: columns.collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_described() {
        for table in tables() {
            let names: BTreeSet<_> = table.columns.iter().map(|column| &column.nom).collect();
            assert_eq!(names.len(), table.columns.len(), "{}", table.nom);
            assert!(table.columns.iter().all(|column| !column.libelle.is_empty()));
        }
    }

    #[test]
    fn no_expression_can_name_the_key_that_links_the_passages_of_a_patient() {
        assert!(lake::table::table("rpu").unwrap().column("lien").is_some());
        assert!(tables().iter().all(|table| table.column("lien").is_none()));
    }

    #[test]
    fn emptiness_of_columns() {
        let rpu = table("rpu").unwrap();
        for (name, nullable) in [
            ("entree", false),
            ("sexe", true),
            ("sexe_etat", false),
            ("cp_etat", false),
            ("finess", false),
            ("extract", true),
            ("uhcd", false),
        ] {
            assert_eq!(rpu.column(name).unwrap().nullable, nullable, "{name}");
        }
    }
}
