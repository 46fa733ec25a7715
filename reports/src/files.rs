//! Files beside the document: how bytes are written, and figures as CSV. CSV for people: semicolon,
//! decimal comma, UTF-8 with a byte order mark, and no cell that a spreadsheet would run as a formula.

use std::path::Path;
use std::sync::LazyLock;

use lake::figure::{Figure, KEY, NUMBERS, Status};
use lake::release::Frame;

use crate::error::ReportError;

const BOM: &[u8] = b"\xEF\xBB\xBF";

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

/// Columns of a file of figures, in order.
pub static FIGURE_COLUMNS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let context = ["unit", "status", "as_of", "run"];
    ["figure"].into_iter().chain(KEY).chain(NUMBERS).chain(context).collect()
});

/// Figures as CSV, shares as fractions, in the order given, with what they were made from. The value of a masked figure is its
/// printed mark, never empty (disclosure.md, DIS-C09).
pub fn figures_csv<'a>(figures: impl IntoIterator<Item = &'a Figure>, frame: &Frame) -> Vec<u8> {
    let mut writer = writer();
    push(
        &mut writer,
        &FIGURE_COLUMNS.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(),
    );
    let as_of = frame.as_of.to_string();
    for figure in figures {
        let number = |value: Option<f64>| value.map(|value| value.to_string().replace('.', ",")).unwrap_or_default();
        let mut row = vec![figure.name()];
        row.extend(figure.key().map(|text| guard(text)));
        row.extend(
            NUMBERS
                .into_iter()
                .zip(figure.numbers())
                .map(|(name, value)| match figure.status {
                    Status::Masked if name == "value" => Status::Masked.printed().unwrap_or_default().to_owned(),
                    _ => number(value),
                }),
        );
        row.push(guard(&figure.unit));
        row.push(figure.status.as_str().to_owned());
        row.push(as_of.clone());
        row.push(guard(&frame.run));
        push(&mut writer, &row);
    }
    finish(writer)
}

/// A text that cannot start a formula in a spreadsheet.
pub fn guard(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

pub(crate) type Writer = csv::Writer<Vec<u8>>;

pub(crate) fn writer() -> Writer {
    csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(BOM.to_vec())
}

pub(crate) fn push(writer: &mut Writer, row: &[String]) {
    writer
        .write_record(row)
        .expect("a row in memory is always written, and rows have one length");
}

pub(crate) fn finish(writer: Writer) -> Vec<u8> {
    writer.into_inner().expect("bytes in memory are always flushed")
}
