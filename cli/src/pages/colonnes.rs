//! `colonnes.md`: the declared tables and their columns.

use lake::table::{Column, Replacement, Table, tables};

use super::cell;

pub fn page() -> String {
    let mut text = String::from(
        "# Tables et colonnes\n\n\
         Une colonne qui a un état `x_etat` (`conforme`, `non_conforme`, `manquant`) est vide quand la valeur reçue n'est pas conforme. \
         Chaque enregistrement porte aussi les colonnes techniques `cle`, `empreinte`, `delivery`, `rang`, `ligne`, `hors_fenetre`, et dans \
         la vue courante `flux` et `extract`.\n",
    );
    for table in tables() {
        text.push_str(&section(table));
    }
    text
}

fn section(table: &Table) -> String {
    let mut text = format!(
        "\n## `{}` — {}\n\nSource : {}. {}\n\n| colonne | type | élément | codes | état | libellé |\n|---|---|---|---|---|---|\n",
        table.nom,
        table.libelle,
        table.source,
        replacement(table)
    );
    for column in &table.colonnes {
        text.push_str(&format!(
            "| `{}` | {} | {} | {} | {} | {} |\n",
            column.nom,
            column.kind.label_fr(),
            column.tag.as_deref().map(|tag| format!("`{tag}`")).unwrap_or_default(),
            column.codes.as_deref().map(|codes| format!("`{codes}`")).unwrap_or_default(),
            if column.etat { "oui" } else { "" },
            cell(&label(column))
        ));
    }
    text
}

/// How a delivery replaces earlier ones, in words.
pub fn replacement(table: &Table) -> String {
    match &table.remplacement {
        Replacement::Fenetre { jour } => {
            format!(
                "Annule et remplace par fenêtre : pour chaque site et jour de `{jour}`, l'extraction la plus récente l'emporte."
            )
        }
        Replacement::Cle { cle, .. } => {
            format!(
                "Annule et remplace par clé ({}) : la mise à jour la plus récente l'emporte.",
                cle.join(", ")
            )
        }
    }
}

/// The label of a column with its unit, its compulsory presence, the meaning of an empty cell and its own source.
pub fn label(column: &Column) -> String {
    let mut text = column.libelle.clone();
    if let Some(unit) = &column.unite {
        text.push_str(&format!(", en {unit}"));
    }
    if column.obligatoire {
        text.push_str(" ; obligatoire");
    }
    if let Some(meaning) = &column.vide_signifie {
        text.push_str(&format!(" ; vide signifie : {meaning}"));
    }
    if let Some(source) = &column.source {
        text.push_str(&format!(" ({source})"));
    }
    text
}
