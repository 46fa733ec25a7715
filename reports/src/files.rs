//! Files beside the document: every figure of the release, each table as CSV, each chart as SVG. CSV for people: semicolon,
//! decimal comma, UTF-8 with a byte order mark, and no cell that a spreadsheet would run as a formula.

use std::path::{Path, PathBuf};

use lake::figure::{Figure, KEY, NUMBERS};
use rayon::prelude::*;

use crate::charts::{self, Caption};
use crate::document::{Cell, Document, Table};
use crate::error::ReportError;
use crate::html::anchor;
use crate::typography::strip_thin_spaces;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Writes `tables/*.csv` and `graphiques/*.svg`; the paths written, in order.
pub fn write_parts(document: &Document, out: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let tables: Vec<&Table> = document.tables().chain(document.charts().map(|chart| &chart.data)).collect();
    let mut written = tables
        .par_iter()
        .map(|table| {
            let path = out.join("tables").join(format!("{}.csv", anchor(&table.id)));
            write(&path, &table_csv(table))?;
            Ok(path)
        })
        .collect::<Result<Vec<_>, ReportError>>()?;
    let charts: Vec<_> = document.charts().collect();
    written.extend(
        charts
            .par_iter()
            .map(|chart| {
                let caption = Caption {
                    title: &chart.title,
                    subtitle: &chart.subtitle,
                    source: &chart.source,
                };
                let svg = charts::draw_file(&chart.id, &chart.drawing, &chart.alternative, &caption)?;
                let path = out.join("graphiques").join(format!("{}.svg", anchor(&chart.id)));
                write(&path, svg.as_bytes())?;
                Ok(path)
            })
            .collect::<Result<Vec<_>, ReportError>>()?,
    );
    Ok(written)
}

/// Writes bytes under their final name only once they are whole.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    let failed = |source| ReportError::Write {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let partial = path.with_added_extension("part");
    std::fs::write(&partial, bytes).map_err(failed)?;
    std::fs::rename(&partial, path).map_err(failed)
}

/// A table as printed, with plain spaces: `344073`, `19,8 %`, `s`.
pub fn table_csv(table: &Table) -> Vec<u8> {
    let grouped = table.groups.iter().any(|group| !group.title.is_empty());
    let mut writer = writer();
    let mut header: Vec<String> = table.columns.iter().map(|column| plain(&column.title)).collect();
    if grouped {
        header.insert(0, "Groupe".to_owned());
    }
    push(&mut writer, &header);
    for group in &table.groups {
        for row in &group.rows {
            let mut cells: Vec<String> = row.cells.iter().map(cell).collect();
            cells.insert(0, guard(&plain(&row.title)));
            if grouped {
                cells.insert(0, guard(&plain(&group.title)));
            }
            push(&mut writer, &cells);
        }
    }
    finish(writer)
}

/// Every figure of the release, shares as fractions, in the order of the release.
pub fn figures_csv(figures: &[Figure]) -> Vec<u8> {
    let mut writer = writer();
    let header: Vec<String> = ["figure"]
        .into_iter()
        .chain(KEY)
        .chain(NUMBERS)
        .chain(["unit", "status"])
        .map(str::to_owned)
        .collect();
    push(&mut writer, &header);
    for figure in figures {
        let number = |value: Option<f64>| value.map(|value| value.to_string().replace('.', ",")).unwrap_or_default();
        let mut row = vec![figure.name()];
        row.extend(figure.key().map(|text| guard(text)));
        row.extend(figure.numbers().map(number));
        row.push(guard(&figure.unit));
        row.push(figure.status.as_str().to_owned());
        push(&mut writer, &row);
    }
    finish(writer)
}

/// Numbers that we printed keep their sign; any other text may not start a formula.
fn cell(cell: &Cell) -> String {
    let text = plain(&cell.text);
    if cell.figures.is_empty() { guard(&text) } else { text }
}

/// A text that cannot start a formula in a spreadsheet.
pub fn guard(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn plain(text: &str) -> String {
    strip_thin_spaces(text).replace('\u{ad}', "")
}

type Writer = csv::Writer<Vec<u8>>;

fn writer() -> Writer {
    csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(BOM.to_vec())
}

fn push(writer: &mut Writer, row: &[String]) {
    writer
        .write_record(row)
        .expect("a row in memory is always written, and rows have one length");
}

fn finish(writer: Writer) -> Vec<u8> {
    writer.into_inner().expect("bytes in memory are always flushed")
}
