//! Files beside the page.

use std::path::Path;
use std::sync::LazyLock;

use crate::sample;
use crate::sections;

/// The sample release, rendered once for every test that only reads it.
pub fn rendered() -> &'static Path {
    static RENDERED: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        reports::render(&sample::release(), "trimestriel", folder.path(), None, sample::WITHOUT_PDF).unwrap();
        folder
    });
    RENDERED.path()
}

/// Where the files of the sample release go.
const FOLDER: &str = "trimestriel-2025-Q1";

#[test]
fn a_render_writes_page_figures_tables_and_charts() {
    let folder = tempfile::tempdir().unwrap();
    let rendered = reports::render(&sample::release(), "trimestriel", folder.path(), None, sample::WITHOUT_PDF).unwrap();
    assert_eq!(rendered.warnings, Vec::<String>::new());
    let names: Vec<String> = rendered
        .files
        .iter()
        .map(|path| path.strip_prefix(folder.path().join(FOLDER)).unwrap().display().to_string())
        .collect();
    let first = [
        "trimestriel-2025-Q1.html",
        "trimestriel-2025-Q1.xlsx",
        "datapackage.json",
        "chiffres_du_rapport.csv",
        "figures.parquet",
    ];
    assert_eq!(names[..5], first);
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
    let read = lake::results::read_figures(&folder.path().join(FOLDER).join("figures.parquet")).unwrap();
    assert_eq!(read, sample::release().figures);
}

#[test]
fn two_renders_write_the_same_bytes() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for folder in [&first, &second] {
        reports::render(&sample::release(), "trimestriel", folder.path(), None, sample::WITHOUT_PDF).unwrap();
    }
    let list = reports::render(&sample::release(), "trimestriel", first.path(), None, sample::WITHOUT_PDF)
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
    let bytes = std::fs::read(rendered().join(FOLDER).join("tables/q-t03.csv")).unwrap();
    assert_eq!(&bytes[..3], b"\xEF\xBB\xBF");
    let text = String::from_utf8(bytes).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    assert_eq!(
        lines.next(),
        Some(
            "Groupe;Site;FINESS;Type;Premier jour;RPU transmis;dont mois déclarés;Passages déclarés;Exhaustivité (%);Jours sans \
             envoi;Jours sous seuil;Évolution (%)"
        )
    );
    assert!(text.contains("Aude (11);CH NARBONNE;110000056;SMUR;01/01/2023;"));
    // Leading zeros stay; no thin space is left in a number.
    assert!(text.contains(";090000175;"));
    assert!(!text.contains('\u{202f}'));
}

#[test]
fn the_files_of_two_quarters_stand_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let mut release = sample::release();
    reports::render(&release, "trimestriel", folder.path(), None, sample::WITHOUT_PDF).unwrap();
    let first = folder.path().join(FOLDER).join("tables/q-t01.csv");
    let before = std::fs::read(&first).unwrap();
    release.frame.period = "2024-Q4".to_owned();
    let other = reports::render(&release, "trimestriel", folder.path(), None, sample::WITHOUT_PDF).unwrap();
    assert!(
        other
            .files
            .iter()
            .all(|path| path.starts_with(folder.path().join("trimestriel-2024-Q4")))
    );
    assert_eq!(std::fs::read(&first).unwrap(), before);
}

#[test]
fn a_masked_figure_has_its_mark_and_no_number() {
    let release = sample::release();
    let mut figure = release.figures[0].clone();
    (figure.numerator, figure.denominator, figure.value) = (None, None, None);
    figure.status = lake::figure::Status::Masked;
    let text = String::from_utf8(reports::files::figures_csv([&figure], &release.frame)).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().unwrap().clone();
    let row = reader.records().next().unwrap().unwrap();
    let cell = |name: &str| &row[header.iter().position(|column| column == name).unwrap()];
    assert_eq!(
        [cell("value"), cell("numerator"), cell("denominator"), cell("status")],
        ["s", "", "", "masked"]
    );
}

#[test]
fn the_short_file_holds_the_figures_of_the_report_and_where_they_come_from() {
    let folder = tempfile::tempdir().unwrap();
    let release = sample::release();
    reports::render(&release, "trimestriel", folder.path(), None, sample::WITHOUT_PDF).unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(FOLDER).join(name)).unwrap();
    let short = read("chiffres_du_rapport.csv");
    assert!(short.lines().count() < release.figures.len() / 2);
    for line in short.lines().skip(1) {
        assert!(line.ends_with(";2025-04-14T04:10:00Z;8b2e6f1d94c0"), "{line}");
    }
    let known: std::collections::HashSet<&str> = short.lines().filter_map(|line| line.split(';').next()).collect();
    let document = sections::document();
    let cells = document
        .tables()
        .flat_map(|table| &table.groups)
        .flat_map(|group| &group.rows);
    for name in cells.flat_map(|row| &row.cells).flat_map(|cell| &cell.figures) {
        assert!(known.contains(name.as_str()), "{name}");
    }
}

#[test]
fn tables_are_numbers_for_a_spreadsheet_under_headers_that_differ() {
    let tables = rendered().join(FOLDER).join("tables");
    for path in spreadsheets(&rendered().join(FOLDER)) {
        let text = std::fs::read_to_string(&path).unwrap();
        let header = text.trim_start_matches('\u{feff}').lines().next().unwrap().to_owned();
        let mut names: Vec<&str> = header.split(';').collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{}: {header}", path.display());
        assert!(
            !text.contains(" %;") && !text.contains(" min;"),
            "{}: a number with its unit",
            path.display()
        );
    }
    let band = std::fs::read_to_string(tables.join("q-t01.csv")).unwrap();
    assert!(
        band.contains("Groupe;Indicateur;Unité;T1 2025;T1 2024;Évolution;Évolution (%);12 mois glissants;"),
        "{band}"
    );
    assert!(band.contains("\r\nRecueil;Passages (RPU);;455400;"), "{band}");
    assert!(band.contains("Durée de passage (hors UHCD);Médiane;min;"), "{band}");
}

#[test]
fn a_hospital_name_cannot_start_a_formula() {
    let mut release = sample::release();
    let names = ["=1+1", "+33", "-CH", "@SUM(A1)", "\tCH"];
    for (structure, name) in release.frame.structures.iter_mut().zip(names) {
        structure.nom = name.to_owned();
    }
    let folder = tempfile::tempdir().unwrap();
    reports::render(&release, "trimestriel", folder.path(), None, sample::WITHOUT_PDF).unwrap();
    for path in spreadsheets(&folder.path().join(FOLDER)) {
        check_cells(&path);
    }
    check_cells(&folder.path().join(FOLDER).join("chiffres_du_rapport.csv"));
}

/// The tables of a rendered folder, as CSV.
fn spreadsheets(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder.join("tables")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .collect()
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

#[test]
fn a_header_says_its_unit_once() {
    for path in spreadsheets(&rendered().join(FOLDER)) {
        let text = std::fs::read_to_string(&path).unwrap();
        let header = text.trim_start_matches('\u{feff}').lines().next().unwrap().to_owned();
        for name in header.split(';') {
            assert!(
                !name.is_empty() && name.matches('%').count() < 2,
                "{}: {header}",
                path.display()
            );
        }
    }
}
