//! `genres.md`: the extract kinds.

use ingest::{Kind, Kinds};

use super::cell;

pub fn page(kinds: &Kinds) -> String {
    let mut text = String::from(
        "# Genres d'extraits\n\n\
         Ce qu'un envoi peut être, et la table qu'il remplit. Un envoi qui répond à plusieurs genres est refusé, jamais deviné.\n",
    );
    for kind in kinds.iter() {
        text.push_str(&section(kind));
    }
    text
}

fn section(kind: &Kind) -> String {
    let mut text = format!(
        "\n## `{}` — {}\n\nSource : {}.\n\n- table : `{}` ; flux : `{}`\n",
        kind.nom, kind.libelle, kind.source, kind.table, kind.flux
    );
    let recognition = &kind.reconnaissance;
    let mut line = |what: &str, values: &[String]| {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(|value| format!("`{}`", cell(value))).collect();
            text.push_str(&format!("- {what} : {}\n", values.join(", ")));
        }
    };
    line("racines reconnues", &recognition.racines);
    line("colonnes reconnues", &recognition.colonnes);
    let names: Vec<String> = kind.nom_fichier.iter().map(|name| name.modele.clone()).collect();
    line("noms de fichier", &names);
    let aliases: Vec<String> = kind
        .alias
        .iter()
        .map(|(column, seen)| format!("{} → {column}", seen.join(", ")))
        .collect();
    line("autres en-têtes", &aliases);
    let ignored: Vec<String> = kind.ignorees.keys().cloned().collect();
    line("connus et non conservés", &ignored);
    text
}
