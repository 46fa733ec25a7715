//! The deliveries that the figures come from: how many of each flux, what became of them, and one hash for their list. The list itself,
//! hundreds of lines, stands beside the document.

use std::collections::{BTreeMap, BTreeSet};

use lake::delivery::Verdict;
use lake::release::{EnvoiRecu, Frame, empreinte_de_liste};

use super::Context;
use super::words::Words;
use crate::declaration::TitleDecl;
use crate::document::{Cell, Column, Group, Role, Row, Table};
use crate::files;
use crate::typography as typo;

/// File of the list, in the folder of the document.
pub const FILE: &str = "envois.csv";

/// Its columns, each with what it holds.
pub const COLUMNS: [(&str, &str); 6] = [
    ("table", "Table alimentée ; vide si le fichier n'a pas été reconnu"),
    ("finess", "FINESS de la structure ; vide si elle n'a pas été reconnue"),
    ("ordre", "Ordre de la structure dans le site"),
    ("recu_le", "Première réception, UTC"),
    ("verdict", "Ce que l'envoi est devenu"),
    (
        "empreinte",
        "Empreinte du contenu reçu : 128 premiers bits de BLAKE3, en hexadécimal",
    ),
];

/// Characters of a hash that are printed: enough to tell lists apart by eye, the rest is in the file.
const SHORT: usize = 16;

/// One row for each table of the lake that was fed, then all of them.
pub fn table(context: &Context, words: &Words, declared: &TitleDecl) -> Option<Table> {
    let frame = context.frame();
    let mut by_table: BTreeMap<&str, Vec<&EnvoiRecu>> = BTreeMap::new();
    for envoi in &frame.envois {
        by_table.entry(&envoi.table).or_default().push(envoi);
    }
    if by_table.is_empty() {
        return None;
    }
    let rows = by_table
        .iter()
        .map(|(table, envois)| row(&label(table), Role::Detail, envois))
        .chain(std::iter::once(row(
            "Tous",
            Role::Total,
            &frame.envois.iter().collect::<Vec<_>>(),
        )))
        .collect();
    let column = |(title, numeric): (&str, bool)| Column {
        title: title.to_owned(),
        numeric,
    };
    Some(Table {
        id: declared.id.clone(),
        title: words.french(&declared.titre),
        subtitle: words.french("{sujet}, fichiers dont la fenêtre touche la période : {periode}"),
        columns: [
            ("Table", false),
            ("Structures", true),
            ("Envois", true),
            ("Chargés", true),
            ("Refusés, en attente ou en quarantaine", true),
            ("Dernier reçu", false),
            ("Empreinte de la liste", false),
        ]
        .map(column)
        .to_vec(),
        groups: vec![Group {
            title: String::new(),
            rows,
        }],
        notes: vec![words.french(&format!(
            "La liste, avec l'empreinte de chaque fichier (128 premiers bits de BLAKE3), est dans {FILE}. Empreinte de la liste : celle des empreintes \
             triées, une par ligne, dont les {SHORT} premiers caractères sont imprimés."
        ))],
        source: words.source(Some("manifeste du lac")),
        dense: true,
    })
}

fn row(title: &str, role: Role, envois: &[&EnvoiRecu]) -> Row {
    let number = |count: usize| Cell::number(typo::count(count as f64), count as f64, "");
    let structures: BTreeSet<_> = envois
        .iter()
        .filter_map(|envoi| Some((envoi.finess.as_ref()?, envoi.ordre)))
        .collect();
    let loaded = envois.iter().filter(|envoi| in_force(envoi)).count();
    let last = envois.iter().map(|envoi| envoi.recu_le).max();
    Row {
        title: title.to_owned(),
        role,
        depth: 0,
        cells: vec![
            number(structures.len()),
            number(envois.len()),
            number(loaded),
            number(envois.len() - loaded),
            Cell::words(last.map_or_else(String::new, |at| typo::short_date(typo::paris(at).date()))),
            Cell::words(short(envois.iter().copied())),
        ],
    }
}

fn in_force(envoi: &EnvoiRecu) -> bool {
    envoi.verdict.is_loaded() && envoi.verdict != Verdict::EnAttente
}

fn label(table: &str) -> String {
    let known = lake::table::tables().iter().find(|known| known.nom == table);
    match (known, table) {
        (Some(known), _) => typo::french(&known.libelle),
        (None, "") => "Fichiers non reconnus".to_owned(),
        (None, other) => other.to_owned(),
    }
}

fn short<'a>(envois: impl Iterator<Item = &'a EnvoiRecu>) -> String {
    let mut hash = empreinte_de_liste(envois);
    hash.truncate(SHORT);
    hash
}

/// « 97 envois reçus pour la période (liste dans envois.csv, empreinte 5c1e9a70d2f4a81b) », for the proof of a document of a few pages.
pub fn sentence(frame: &Frame) -> String {
    if frame.envois.is_empty() {
        let received: u64 = frame.deliveries.iter().map(|site| site.received).sum();
        return super::proof::counted(received, "envoi reçu pour la période", "envois reçus pour la période");
    }
    format!(
        "{} (liste dans {FILE}, empreinte {})",
        super::proof::counted(
            frame.envois.len() as u64,
            "envoi reçu pour la période",
            "envois reçus pour la période"
        ),
        short(frame.envois.iter())
    )
}

/// The list as CSV, in the order of the release.
pub fn csv(frame: &Frame) -> Vec<u8> {
    let mut writer = files::writer();
    files::push(&mut writer, &COLUMNS.map(|(name, _)| name.to_owned()));
    for envoi in &frame.envois {
        let ordre = envoi.ordre.map(|ordre| ordre.to_string());
        files::push(
            &mut writer,
            &[
                envoi.table.clone(),
                envoi.finess.clone().unwrap_or_default(),
                ordre.unwrap_or_default(),
                envoi.recu_le.to_string(),
                envoi.verdict.label_fr().to_owned(),
                envoi.empreinte.clone(),
            ],
        );
    }
    files::finish(writer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envoi(empreinte: &str) -> EnvoiRecu {
        EnvoiRecu {
            table: "rpu".to_owned(),
            finess: Some("310783048".to_owned()),
            ordre: Some(0),
            recu_le: "2025-04-02T06:00:00Z".parse().unwrap(),
            empreinte: empreinte.to_owned(),
            verdict: Verdict::Conforme,
        }
    }

    #[test]
    fn the_hash_of_a_list_does_not_depend_on_its_order() {
        let (a, b) = (envoi("aa"), envoi("bb"));
        assert_eq!(
            empreinte_de_liste([&a, &b].into_iter()),
            empreinte_de_liste([&b, &a].into_iter())
        );
        assert_ne!(empreinte_de_liste([&a].into_iter()), empreinte_de_liste([&a, &b].into_iter()));
    }
}
