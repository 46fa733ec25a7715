//! A statistician reorders, drops or adds without rebuilding; a mistake is told with its place.

use std::fs;
use std::path::Path;

use crate::sample;

const EMBEDDED: &str = include_str!("../documents/trimestriel.toml");

#[test]
fn a_custom_document_takes_the_place_of_the_embedded_one() {
    let custom = tempfile::tempdir().unwrap();
    write(
        custom.path(),
        "documents/trimestriel.toml",
        r#"
titre = "Note – {region} – {periode}"
[[section]]
id = "une"
titre = "Une section"
[[section.bloc]]
type = "tableau"
id = "X-T1"
titre = "Nuit"
entete = "Département"
colonne = [{ titre = "% la nuit", indicateur = "RPU-I30" }]
[[section.bloc.groupe]]
lignes_par = "departement"
"#,
    );
    let document = reports::document(&sample::release(), "trimestriel", Some(custom.path())).unwrap();
    assert_eq!(document.title, "Note – Occitanie – 1er\u{a0}trimestre\u{a0}2025");
    assert_eq!(document.sections.len(), 1);
    let table = document.tables().next().unwrap();
    assert_eq!(table.groups[0].rows.len(), 13);
    assert!(table.groups[0].rows[0].cells[0].text.ends_with('%'));
}

#[test]
fn sections_can_be_dropped_and_reordered() {
    let custom = tempfile::tempdir().unwrap();
    let (head, rest) = EMBEDDED.split_once("\n[[section]]").unwrap();
    let mut sections: Vec<&str> = rest.split("\n[[section]]").collect();
    sections.reverse();
    sections.retain(|section| !section.contains("id = \"lits\"") && !section.contains("reprend"));
    write(
        custom.path(),
        "documents/trimestriel.toml",
        &format!("{head}\n[[section]]{}", sections.join("\n[[section]]")),
    );
    let document = reports::document(&sample::release(), "trimestriel", Some(custom.path())).unwrap();
    assert_eq!(document.sections[0].id, "glossaire");
    assert!(document.sections.iter().all(|section| section.id != "lits"));
}

#[test]
fn a_custom_template_takes_the_place_of_the_embedded_one() {
    let custom = tempfile::tempdir().unwrap();
    write(
        custom.path(),
        "modeles/document.html",
        "<html lang=\"fr\"><h1>{{ doc.title }}</h1></html>",
    );
    let out = tempfile::tempdir().unwrap();
    let rendered = reports::render(
        &sample::release(),
        "trimestriel",
        out.path(),
        Some(custom.path()),
        sample::WITHOUT_PDF,
    )
    .unwrap();
    let html = fs::read_to_string(&rendered.files[0]).unwrap();
    assert!(html.starts_with("<html lang=\"fr\"><h1>Activité des structures d’urgence"));
}

#[test]
fn a_mistake_names_the_file_the_section_the_block_and_the_word() {
    let broken = EMBEDDED.replacen("indicateur = \"RPU-E06\"", "indicatuer = \"RPU-E06\"", 1);
    let message = failure("documents/trimestriel.toml", &broken);
    for word in [
        "trimestriel.toml",
        "ligne ",
        "section « recueil »",
        "bloc n° 1 (Q-G01)",
        "indicatuer",
        "indicateur",
    ] {
        assert!(message.contains(word), "{word}: {message}");
    }
}

#[test]
fn a_file_in_the_wrong_place_is_told_with_its_place() {
    let custom = tempfile::tempdir().unwrap();
    write(custom.path(), "trimestriel.toml", EMBEDDED);
    write(custom.path(), "modeles/blocs.htm", "");
    let out = tempfile::tempdir().unwrap();
    let warnings = reports::render(
        &sample::release(),
        "trimestriel",
        out.path(),
        Some(custom.path()),
        sample::WITHOUT_PDF,
    )
    .unwrap()
    .warnings;
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].contains("modeles/blocs.html"), "{warnings:?}");
    assert!(
        warnings[1].ends_with("place attendue d'un document : documents/trimestriel.toml"),
        "{warnings:?}"
    );
    assert_eq!(reports::custom::check(custom.path()), warnings);
}

#[test]
fn a_broken_template_names_its_line() {
    let message = failure("modeles/blocs.html", "\n{% macro bloc(block) %}{{ block.kind ");
    assert!(message.contains("blocs.html") && message.contains("ligne 2"), "{message}");
}

#[test]
fn an_unknown_document_names_the_known_ones() {
    let error = reports::document(&sample::release(), "trimestrel", None)
        .unwrap_err()
        .to_string();
    assert!(error.contains("trimestrel") && error.contains("trimestriel"), "{error}");
}

#[test]
fn an_indicator_that_the_release_lacks_is_a_warning() {
    let custom = tempfile::tempdir().unwrap();
    let changed = EMBEDDED
        .replacen("indicateur = \"RPU-I30\"", "indicateur = \"RPU-I3O\"", 1)
        .replacen("regles = [\"volume\"", "regles = [\"volumes\"", 1);
    write(custom.path(), "documents/trimestriel.toml", &changed);
    let out = tempfile::tempdir().unwrap();
    let warnings = reports::render(
        &sample::release(),
        "trimestriel",
        out.path(),
        Some(custom.path()),
        sample::WITHOUT_PDF,
    )
    .unwrap()
    .warnings;
    assert!(warnings.iter().any(|warning| warning.contains("RPU-I3O")), "{warnings:?}");
    assert!(warnings.iter().any(|warning| warning.contains("« volumes »")), "{warnings:?}");
}

fn failure(name: &str, text: &str) -> String {
    let custom = tempfile::tempdir().unwrap();
    write(custom.path(), name, text);
    let out = tempfile::tempdir().unwrap();
    reports::render(
        &sample::release(),
        "trimestriel",
        out.path(),
        Some(custom.path()),
        sample::WITHOUT_PDF,
    )
    .unwrap_err()
    .to_string()
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
