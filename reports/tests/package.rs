//! What stands beside a document for machines: its tables, its workbook, and the description of both.

use std::path::PathBuf;

use lake::results::{Printed, read_printed};
use serde_json::Value;

use crate::files;
use crate::sample;
use crate::sections;

fn rendered() -> PathBuf {
    files::rendered().join("trimestriel-2025-Q1")
}

/// `every number of the text exists in the data`: each cell of each table, and its number, are read back from the Parquet.
#[test]
fn every_printed_cell_is_in_the_data_with_its_number() {
    let folder = rendered();
    let document = sections::document();
    let mut checked = 0;
    for table in document.tables().chain(document.charts().map(|chart| &chart.data)) {
        let name = format!("{}.parquet", reports::html::anchor(&table.id));
        let mut read: Vec<Printed> = read_printed(&folder.join("tables").join(name)).unwrap();
        read.reverse();
        for row in table.groups.iter().flat_map(|group| &group.rows) {
            for cell in &row.cells {
                let found = read.pop().expect("one row per cell");
                assert_eq!(found.texte, cell.text, "{} {}", table.id, row.title);
                assert_eq!(found.figures, cell.figures.join(" "));
                let number = cell.number.as_ref().filter(|_| cell.status.is_none());
                assert_eq!(found.valeur, number.map(|number| number.value), "{} {}", table.id, row.title);
                if let Some(value) = found.valeur.filter(|_| found.unite.is_empty() && found.relatif.is_none()) {
                    let whole = sections::plain(&found.texte).replace([' ', '+'], "").replace('\u{2212}', "-");
                    let whole: f64 = whole.replace(',', ".").parse().unwrap_or(value);
                    assert!(
                        (whole - value).abs() <= 0.5,
                        "{} {} : « {} » for {value}",
                        table.id,
                        row.title,
                        found.texte
                    );
                }
                checked += 1;
            }
        }
        assert!(read.is_empty(), "{}: cells that are not printed", table.id);
    }
    assert!(checked > 3_000, "only {checked} cells");
}

#[test]
fn a_masked_cell_is_s_in_the_data_and_has_no_number() {
    let mut release = sample::release();
    for figure in &mut release.figures {
        if &*figure.indicator == "RPU-I70" {
            figure.status = lake::figure::Status::Masked;
        }
    }
    let folder = tempfile::tempdir().unwrap();
    reports::render(&release, "trimestriel", folder.path(), None, sample::WITHOUT_PDF).unwrap();
    let tables = folder.path().join("trimestriel-2025-Q1").join("tables");
    let read = read_printed(&tables.join("q-t01.parquet")).unwrap();
    let row = read.iter().find(|row| row.ligne == "Hospitalisation").unwrap();
    assert_eq!((row.texte.as_str(), row.valeur, row.figures.as_str()), ("s", None, ""));
}

/// The description names every file of data, and the columns that each of them has.
#[test]
fn the_description_names_every_file_and_its_columns() {
    let folder = rendered();
    let text = std::fs::read_to_string(folder.join("datapackage.json")).unwrap();
    let package: Value = serde_json::from_str(&text).unwrap();
    let resources = package["resources"].as_array().unwrap();
    let mut described: Vec<&str> = resources.iter().map(|resource| resource["path"].as_str().unwrap()).collect();
    for resource in resources {
        let path = folder.join(resource["path"].as_str().unwrap());
        let fields: Vec<&str> = resource["schema"]["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        if resource["format"] == "csv" {
            let text = std::fs::read_to_string(&path).unwrap();
            let header = text.trim_start_matches('\u{feff}').lines().next().unwrap().to_owned();
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(b';')
                .has_headers(false)
                .from_reader(header.as_bytes());
            let read = reader.records().next().unwrap().unwrap();
            assert_eq!(read.iter().collect::<Vec<_>>(), fields, "{}", path.display());
        } else {
            assert_eq!(lake::results::columns_of(&path).unwrap(), fields, "{}", path.display());
        }
    }
    let mut files: Vec<String> = ["chiffres_du_rapport.csv", "envois.csv", "figures.parquet"]
        .map(str::to_owned)
        .to_vec();
    for entry in std::fs::read_dir(folder.join("tables")).unwrap() {
        files.push(format!("tables/{}", entry.unwrap().file_name().to_string_lossy()));
    }
    files.sort();
    described.sort_unstable();
    assert_eq!(described, files);
}

/// A column that is said to hold numbers holds numbers, or a mark that is said to stand for one.
#[test]
fn a_column_of_numbers_holds_numbers_or_a_mark() {
    let folder = rendered();
    let package: Value = serde_json::from_slice(&std::fs::read(folder.join("datapackage.json")).unwrap()).unwrap();
    let mut numbers = 0;
    for resource in package["resources"].as_array().unwrap() {
        if resource["format"] != "csv" {
            continue;
        }
        let marks: Vec<&str> = resource["schema"]["missingValues"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let bytes = std::fs::read(folder.join(resource["path"].as_str().unwrap())).unwrap();
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(&bytes[3..]);
        for record in reader.records() {
            let record = record.unwrap();
            for (field, text) in resource["schema"]["fields"].as_array().unwrap().iter().zip(&record) {
                if field["type"] == "number" && !marks.contains(&text) {
                    let read: Result<f64, _> = text.replace(',', ".").parse();
                    assert!(read.is_ok(), "{} {} : « {text} »", resource["path"], field["name"]);
                    numbers += 1;
                }
            }
        }
    }
    assert!(numbers > 3_000, "only {numbers} numbers");
}

/// A workbook: what a spreadsheet shows of Q-T01 is what the page prints.
#[test]
fn the_workbook_holds_numbers_and_one_sheet_per_table() {
    use calamine::{Data, Reader};

    let folder = rendered();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(folder.join("trimestriel-2025-Q1.xlsx")).unwrap();
    let document = sections::document();
    let tables = document.tables().count() + document.charts().count();
    assert_eq!(book.sheet_names().len(), tables + 2, "lisez-moi, tables, données");
    let name = book
        .sheet_names()
        .into_iter()
        .find(|name| name.starts_with("Q-T01 "))
        .unwrap();
    let sheet = book.worksheet_range(&name).unwrap();
    let passages = sheet
        .rows()
        .find(|row| row[1] == Data::String("Passages (RPU)".to_owned()))
        .unwrap();
    let table = sections::table(&document, "Q-T01");
    let printed = sections::cell(&table, "Passages (RPU)", 1).number.clone().unwrap();
    // Beside its unit, which differs from row to row.
    assert_eq!(passages[3], Data::Float(printed.value));
    let tidy = book.worksheet_range("Données").unwrap();
    let cells: usize = document
        .tables()
        .chain(document.charts().map(|chart| &chart.data))
        .flat_map(|table| &table.groups)
        .flat_map(|group| &group.rows)
        .map(|row| row.cells.len())
        .sum();
    assert_eq!(tidy.height(), cells + 1);
}
