//! Files beside the page.

use std::path::Path;

use crate::sample;

#[test]
fn a_render_writes_page_figures_tables_and_charts() {
    let folder = tempfile::tempdir().unwrap();
    let rendered = reports::render(&sample::release(), "trimestriel", folder.path(), None).unwrap();
    assert_eq!(rendered.warnings, Vec::<String>::new());
    let names: Vec<String> = rendered
        .files
        .iter()
        .map(|path| path.strip_prefix(folder.path()).unwrap().display().to_string())
        .collect();
    assert_eq!(names[..3], ["trimestriel-2025-Q1.html", "figures.parquet", "figures.csv"]);
    for name in [
        "tables/q-t01.csv",
        "tables/q-t03.csv",
        "tables/q-g06-donnees.csv",
        "graphiques/q-g01.svg",
        "graphiques/q-g17.svg",
    ] {
        assert!(names.iter().any(|known| known == name), "{name}");
    }
    assert!(rendered.files.iter().all(|path| path.is_file()));
    let read = lake::results::read_figures(&folder.path().join("figures.parquet")).unwrap();
    assert_eq!(read, sample::release().figures);
}

#[test]
fn two_renders_write_the_same_bytes() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for folder in [&first, &second] {
        reports::render(&sample::release(), "trimestriel", folder.path(), None).unwrap();
    }
    let list = reports::render(&sample::release(), "trimestriel", first.path(), None)
        .unwrap()
        .files;
    for path in list {
        let other = second.path().join(path.strip_prefix(first.path()).unwrap());
        assert_eq!(
            std::fs::read(&path).unwrap(),
            std::fs::read(other).unwrap(),
            "{}",
            path.display()
        );
    }
}

#[test]
fn csv_for_people_opens_in_a_french_spreadsheet() {
    let folder = tempfile::tempdir().unwrap();
    reports::render(&sample::release(), "trimestriel", folder.path(), None).unwrap();
    let bytes = std::fs::read(folder.path().join("tables/q-t03.csv")).unwrap();
    assert_eq!(&bytes[..3], b"\xEF\xBB\xBF");
    let text = String::from_utf8(bytes).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    assert_eq!(
        lines.next(),
        Some(
            "Groupe;Site;FINESS;Type;Premier jour;RPU transmis;Passages déclarés;Exhaustivité;Jours sans envoi;Jours sous seuil;Évolution"
        )
    );
    assert!(text.contains("Aude (11);CH NARBONNE;110000056;SMUR;01/01/2023;"));
    // Leading zeros stay; no thin space is left in a number.
    assert!(text.contains(";090000175;"));
    assert!(!text.contains('\u{202f}'));
}

#[test]
fn a_hospital_name_cannot_start_a_formula() {
    let mut release = sample::release();
    let names = ["=1+1", "+33", "-CH", "@SUM(A1)", "\tCH"];
    for (structure, name) in release.frame.structures.iter_mut().zip(names) {
        structure.nom = name.to_owned();
    }
    let folder = tempfile::tempdir().unwrap();
    reports::render(&release, "trimestriel", folder.path(), None).unwrap();
    for entry in std::fs::read_dir(folder.path().join("tables")).unwrap() {
        check_cells(&entry.unwrap().path());
    }
    check_cells(&folder.path().join("figures.csv"));
}

/// No cell starts a formula, but numbers keep their sign.
fn check_cells(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .from_reader(text.as_bytes());
    for row in reader.records() {
        for cell in &row.unwrap() {
            let number = cell
                .trim_start_matches(['+', '-'])
                .starts_with(|first: char| first.is_ascii_digit());
            assert!(
                number && cell != "+33" || !cell.starts_with(['=', '+', '-', '@', '\t']),
                "{}: {cell:?}",
                path.display()
            );
        }
    }
}
