//! The data of a document, for machines: each table as CSV and as Parquet, each chart as SVG, the figures printed, and
//! `datapackage.json` (Frictionless Data Package 1.0), which says what every file and column is. Every number of the text
//! and of the charts is in one of them.

use std::path::{Path, PathBuf};

use lake::figure::{KEY, NUMBERS, Status};
use lake::release::{Frame, Release};
use lake::results::{PRINTED, Printed, meaning, write_printed};
use rayon::prelude::*;
use serde_json::{Value, json};

use crate::build::envois;
use crate::charts::{self, Caption};
use crate::document::{Document, Row, Table};
use crate::error::ReportError;
use crate::files::{self, FIGURE_COLUMNS};
use crate::html::anchor;
use crate::spreadsheet::{fields, plain, table_csv};

/// Writes all the data of a document below `out`; the paths written, the description first. `printed` are the ranks of the
/// figures that the document prints.
pub fn write(document: &Document, release: &Release, printed: &[usize], out: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let frame = &release.frame;
    let (description, figures) = (out.join("datapackage.json"), out.join("chiffres_du_rapport.csv"));
    let read = printed.iter().filter_map(|rank| release.figures.get(*rank));
    files::write(&figures, &files::figures_csv(read, frame))?;
    let parquet = out.join("figures.parquet");
    lake::results::write_figures(&parquet, &release.figures, frame.as_of, &frame.run)?;
    let mut paths = vec![description.clone(), figures, parquet];
    if !frame.envois.is_empty() {
        let envois = out.join(envois::FILE);
        files::write(&envois, &envois::csv(frame))?;
        paths.push(envois);
    }
    paths.extend(write_parts(document, out)?);
    files::write(&description, &descriptor(document, frame))?;
    Ok(paths)
}

/// Writes `tables/*.csv`, `tables/*.parquet` and `graphiques/*.svg`; the paths written, in order.
fn write_parts(document: &Document, out: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let tables = tables(document);
    let folder = out.join("tables");
    std::fs::create_dir_all(&folder).map_err(|source| ReportError::Write {
        path: folder.clone(),
        source,
    })?;
    let written = tables.par_iter().map(|table| {
        let name = anchor(&table.id);
        let (csv, parquet) = (folder.join(format!("{name}.csv")), folder.join(format!("{name}.parquet")));
        files::write(&csv, &table_csv(table))?;
        let partial = parquet.with_added_extension("part");
        write_printed(&partial, &printed(table))?;
        std::fs::rename(&partial, &parquet).map_err(|source| ReportError::Write {
            path: parquet.clone(),
            source,
        })?;
        Ok([csv, parquet])
    });
    let mut paths: Vec<PathBuf> = written
        .collect::<Result<Vec<_>, ReportError>>()?
        .into_iter()
        .flatten()
        .collect();
    let charts: Vec<_> = document.charts().collect();
    let drawn = charts.par_iter().map(|chart| {
        let caption = Caption {
            title: &chart.title,
            subtitle: &chart.subtitle,
            source: &chart.source,
        };
        let svg = charts::draw_file(&chart.id, &chart.drawing, &chart.alternative, &caption)?;
        let path = out.join("graphiques").join(format!("{}.svg", anchor(&chart.id)));
        files::write(&path, svg.as_bytes())?;
        Ok(path)
    });
    paths.extend(drawn.collect::<Result<Vec<_>, ReportError>>()?);
    Ok(paths)
}

/// Tables of the text, then those of the charts.
pub fn tables(document: &Document) -> Vec<&Table> {
    document.tables().chain(document.charts().map(|chart| &chart.data)).collect()
}

/// A table cell by cell, each text with its number.
pub fn printed(table: &Table) -> Vec<Printed> {
    let titles = || table.columns.iter().skip(1).map(|column| plain(&column.title));
    let cells = |group: &str, row: &Row| -> Vec<Printed> {
        titles()
            .zip(&row.cells)
            .map(|(colonne, cell)| {
                let number = cell.number.as_ref().filter(|_| cell.status.is_none());
                Printed {
                    groupe: plain(group),
                    ligne: plain(&row.title),
                    colonne,
                    texte: cell.text.clone(),
                    valeur: number.map(|number| number.value),
                    unite: number.map_or("", |number| number.unit).to_owned(),
                    jusqu_a: number.and_then(|number| number.to),
                    relatif: number.and_then(|number| number.relative),
                    statut: cell.status.unwrap_or_default().to_owned(),
                    provisoire: if cell.provisional { "oui" } else { "" }.to_owned(),
                    figures: cell.figures.join(" "),
                }
            })
            .collect()
    };
    table
        .groups
        .iter()
        .flat_map(|group| group.rows.iter().flat_map(|row| cells(&group.title, row)))
        .collect()
}

/// `datapackage.json`: the files of the folder, each with its columns.
fn descriptor(document: &Document, frame: &Frame) -> Vec<u8> {
    let mut resources = vec![
        figures(
            "chiffres_du_rapport",
            "chiffres_du_rapport.csv",
            "Chiffres de la publication imprimés dans le document",
        ),
        figures(
            "figures",
            "figures.parquet",
            "Chiffres de la publication qui accompagnent le document",
        ),
    ];
    if !frame.envois.is_empty() {
        let fields = envois::COLUMNS
            .iter()
            .map(|(name, said)| of_field(name, false, said))
            .collect();
        let title = "Envois dont les chiffres sont tirés, avec l'empreinte de chacun";
        resources.push(csv("envois", envois::FILE, title, "", fields));
    }
    for table in tables(document) {
        resources.extend(of_table(table));
    }
    let package = json!({
        "profile": "data-package",
        "name": format!("{}-{}", anchor(&document.id), anchor(&frame.id)),
        "id": frame.id,
        "title": plain(&document.title),
        "description": format!("Données du document, arrêtées au {}. s : masqué par le secret statistique ; un vide n'est jamais zéro.", plain(&document.cover.as_of)),
        "version": frame.oru_version,
        "created": frame.as_of.to_string(),
        "language": "fr",
        "contributors": [{"title": plain(&document.cover.kicker), "role": "publisher"}],
        "oru": {"publication": frame.id, "execution": frame.run, "catalogue": frame.catalogue, "diffusion": frame.audience.as_str(), "synthetique": frame.synthetique},
        "resources": resources,
    });
    let mut text = serde_json::to_vec_pretty(&package).expect("a value in memory is always written");
    text.push(b'\n');
    text
}

/// Both files of a table.
fn of_table(table: &Table) -> [Value; 2] {
    let name = anchor(&table.id);
    let title = format!("{} {}", table.id, plain(&table.title));
    let notes: Vec<String> = table.notes.iter().map(|note| plain(note)).collect();
    let described = [vec![plain(&table.subtitle)], notes, vec![plain(&table.source)]].concat();
    let described = described
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let columns: Vec<Value> = fields(table)
        .into_iter()
        .map(|field| of_field(&field.title, field.numeric, ""))
        .collect();
    let cells: Vec<Value> = PRINTED
        .iter()
        .map(|(column, said)| of_field(column, ["valeur", "jusqu_a", "relatif"].contains(column), said))
        .collect();
    [
        csv(&name, &format!("tables/{name}.csv"), &title, &described, columns),
        parquet(
            &format!("{name}-cases"),
            &format!("tables/{name}.parquet"),
            &title,
            &described,
            cells,
        ),
    ]
}

fn figures(name: &str, path: &str, title: &str) -> Value {
    let fields = FIGURE_COLUMNS
        .iter()
        .map(|column| of_field(column, NUMBERS.contains(column), &meaning(column).replace('`', "")));
    let fields: Vec<Value> = fields.collect();
    debug_assert!(fields.len() > KEY.len());
    if path.ends_with(".csv") {
        csv(name, path, title, "", fields)
    } else {
        parquet(name, path, title, "", fields)
    }
}

fn csv(name: &str, path: &str, title: &str, description: &str, fields: Vec<Value>) -> Value {
    let mut marks: Vec<&str> = Status::ALL.iter().filter_map(|status| status.printed()).collect();
    marks.push("");
    marks.sort_unstable();
    marks.dedup();
    json!({
        "profile": "tabular-data-resource", "name": name, "path": path, "title": title, "description": description,
        "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "dialect": {"delimiter": ";", "lineTerminator": "\r\n", "header": true},
        "schema": {"fields": fields, "missingValues": marks},
    })
}

fn parquet(name: &str, path: &str, title: &str, description: &str, fields: Vec<Value>) -> Value {
    json!({
        "name": name, "path": path, "title": title, "description": description,
        "format": "parquet", "mediatype": "application/vnd.apache.parquet", "schema": {"fields": fields},
    })
}

fn of_field(name: &str, numeric: bool, description: &str) -> Value {
    let mut field = if numeric {
        json!({"name": name, "type": "number", "decimalChar": ","})
    } else {
        json!({"name": name, "type": "string"})
    };
    if let (Some(field), false) = (field.as_object_mut(), description.is_empty()) {
        field.insert("description".to_owned(), description.into());
    }
    field
}
