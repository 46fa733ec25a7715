//! Errors of the crates below, as the command line says them.

use std::path::Path;

use ingest::KindsError;
pub use ingest::certificat::grouped;
use lake::store::StoreError;
use lake::table::TableError;

use crate::error::CommandError;
use crate::mistakes;

/// Messages of the store are French and say what to do.
pub fn store(error: &StoreError) -> CommandError {
    match error {
        StoreError::UnknownDelivery { .. } | StoreError::Refused { .. } => CommandError::usage(error),
        StoreError::Accounting { .. } => CommandError::bug(error),
        _ => CommandError::work(error),
    }
}

/// A file that declares a record table, and what is wrong in it.
pub fn table(error: &TableError, file: &Path) -> CommandError {
    match error {
        TableError::Syntax(source) => {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            mistakes::toml(source, &text, &file.display().to_string())
        }
        _ => CommandError::work(format!("{} : {error}", file.display())),
    }
}

/// A file that declares an extract kind, and what is wrong in it.
pub fn kinds(error: &KindsError) -> CommandError {
    match error {
        KindsError::Read { path, source } => {
            CommandError::work(format!("lecture de {} : {}", path.display(), lake::system::french(source)))
        }
        KindsError::Parse { path, source } => {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            mistakes::toml(source, &text, &path.display().to_string())
        }
        KindsError::Twice { nom } => CommandError::work(format!("le genre d'extrait « {nom} » est déclaré deux fois"))
            .hint("un genre ajouté ne peut pas porter le nom d'un autre ; `oru list kinds` les énumère"),
        KindsError::NoTable { nom, table } => {
            let tables = lake::table::tables().iter().map(|table| table.nom.as_str());
            let near = crate::nearest::nearest(table, tables.clone()).map(|near| format!("« {near} »"));
            let near = near.unwrap_or_else(|| tables.collect::<Vec<_>>().join(", "));
            CommandError::work(format!(
                "le genre « {nom} » remplit la table « {table} », qui n'est pas déclarée"
            ))
            .hint(format!("table la plus proche : {near}"))
        }
        KindsError::NoParameters { nom, autre } => CommandError::work(format!(
            "le genre « {nom} » prend les paramètres [rpu] de « {autre} », qui n'en a pas"
        ))
        .hint("nommer dans rpu_de un genre qui a une section [rpu] ; `oru list kinds` les énumère"),
        KindsError::NoWindow { nom, table } => CommandError::work(format!(
            "le genre « {nom} » remplit la table « {table} », qui se remplace par fenêtre ; seul un message en arbre en donne une"
        )),
        KindsError::NoMonth { nom, table, colonne } => CommandError::work(format!(
            "le genre « {nom} » peut laisser vide « {colonne} », qui donne le mois d'un enregistrement de la table « {table} »"
        ))
        .hint("rendre la colonne obligatoire dans la table, ou la calculer dans le genre ([[derivee]])"),
        KindsError::NoColumn { nom, table, colonne } => {
            let error = CommandError::work(format!(
                "le genre « {nom} » nomme la colonne « {colonne} », absente de la table « {table} »"
            ));
            let columns = lake::table::table(table).into_iter().flat_map(|table| &table.colonnes);
            match crate::nearest::nearest(colonne, columns.map(|column| column.nom.as_str())) {
                Some(near) => error.hint(format!("colonne la plus proche : « {near} »")),
                None => error,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_in_a_kind_is_placed_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("format.toml");
        std::fs::write(&file, "nom = \"x\"\nlecteur = \"plat\"\ntabel = \"lits\"\n").unwrap();
        let error = kinds(&ingest::Kinds::load(&[file]).unwrap_err());
        assert!(
            error.message.contains("format.toml:3:1 : clé inconnue « tabel »"),
            "{}",
            error.message
        );
        assert!(error.hints[0].contains("« table »"));
    }
}
