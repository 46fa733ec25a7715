//! The first sheet of an XLSX workbook, as delimited text: what follows reads it as any other content. Values are those that the
//! sender's software stored: no formula is evaluated, no link or macro is followed.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::panic::AssertUnwindSafe;
use std::path::Path;

use calamine::{Cell, DataRef, ExcelDateTime, Reader, Xlsx};
use zip::ZipArchive;

use crate::context::Caps;
use crate::expansion::{Capped, Lazy};

/// Separator of the text that comes out.
const SEPARATOR: char = ';';

/// Length of the text of a sheet, bytes, and its last line: a workbook is not a way of sending years of records.
const LENGTH: usize = 64 << 20;
/// Lines of a sheet, and columns: more are a mistake of the sender.
const PLACES: (u32, u32) = (500_000, 1_000);

/// Whether an archive is a workbook.
pub fn is_workbook(archive: &ZipArchive<Lazy>) -> bool {
    archive.index_for_name("xl/workbook.xml").is_some()
}

/// The first sheet, one line of text per line of the sheet, so that line numbers are those that the sender sees.
///
/// # Errors
/// `InvalidData`, with a French reason, when it is no workbook or passes a cap.
pub fn text(path: &Path, caps: Caps) -> io::Result<Vec<u8>> {
    weigh(path, caps)?;
    // The reader of workbooks multiplies what it reads without looking (a column of ten letters): its panic is a file refused, and
    // the others go on.
    let read = std::panic::catch_unwind(AssertUnwindSafe(|| first_sheet(path)));
    read.unwrap_or_else(|_| Err(refused("première feuille du classeur illisible")))
}

fn first_sheet(path: &Path) -> io::Result<Vec<u8>> {
    let mut workbook: Xlsx<_> = Xlsx::new(BufReader::new(File::open(path)?)).map_err(|_| refused("classeur illisible"))?;
    let first = workbook.sheet_names().first().cloned();
    let first = first.ok_or_else(|| refused("classeur sans feuille"))?;
    let mut cells = workbook
        .worksheet_cells_reader(&first)
        .map_err(|_| refused("première feuille du classeur illisible"))?;
    let mut sheet = Sheet::default();
    while let Some(cell) = cells
        .next_cell()
        .map_err(|_| refused("première feuille du classeur illisible"))?
    {
        sheet.put(&cell)?;
    }
    Ok(sheet.finish())
}

/// Expands every part once for nothing, since the reader of workbooks knows no cap.
fn weigh(path: &Path, caps: Caps) -> io::Result<()> {
    let mut archive = ZipArchive::new(Lazy::new(path)).map_err(|_| refused("classeur illisible"))?;
    let caps = Caps {
        expanded: caps.expanded.min(LENGTH as u64 * 2),
        ..caps
    };
    if archive.len() > caps.entries {
        return Err(refused("classeur de trop de parties"));
    }
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| refused("classeur illisible"))?;
        let size = part.compressed_size();
        io::copy(&mut Capped::new(part, size, caps), &mut io::sink())?;
    }
    Ok(())
}

/// The text of a sheet as it grows.
#[derive(Default)]
struct Sheet {
    text: String,
    /// Line being written, from 0, and cells already in it.
    line: u32,
    cells: u32,
    /// Cells of the header line: shorter lines are completed, since empty cells are not stored.
    width: u32,
    has_header: bool,
}

impl Sheet {
    fn put(&mut self, cell: &Cell<DataRef>) -> io::Result<()> {
        let value = written(cell.get_value());
        if value.is_empty() {
            return Ok(());
        }
        let (line, column) = cell.get_position();
        if line > PLACES.0 || column > PLACES.1 {
            return Err(refused("feuille trop grande : 500 000 lignes et 1 000 colonnes au plus"));
        }
        // Lines come in order in a sound sheet; one that goes back would be put elsewhere.
        if line < self.line || (line == self.line && column < self.cells) {
            return Err(refused("feuille dont les cellules ne sont pas dans l'ordre"));
        }
        while self.line < line {
            self.end_line();
            self.weighed()?;
        }
        while self.cells < column {
            self.separate();
        }
        if self.cells > 0 {
            self.text.push(SEPARATOR);
        }
        self.cells += 1;
        quoted(&mut self.text, &value);
        self.weighed()
    }

    /// Empty lines weigh too: a cell far below a wide header makes them all.
    fn weighed(&self) -> io::Result<()> {
        match self.text.len() > LENGTH {
            true => Err(refused("feuille trop grande : 64 Mo de texte au plus")),
            false => Ok(()),
        }
    }

    /// An empty cell.
    fn separate(&mut self) {
        if self.cells > 0 {
            self.text.push(SEPARATOR);
        }
        self.cells += 1;
    }

    fn end_line(&mut self) {
        if self.cells > 0 && !self.has_header {
            (self.has_header, self.width) = (true, self.cells);
        }
        // An empty line between two others is one of empty cells, so that the next one keeps its number.
        while self.cells < self.width {
            self.separate();
        }
        self.text.push('\n');
        self.line += 1;
        self.cells = 0;
    }

    fn finish(mut self) -> Vec<u8> {
        self.end_line();
        self.text.into_bytes()
    }
}

/// A value as a file of text would have it.
fn written(value: &DataRef) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => one_line(text),
        DataRef::SharedString(text) => one_line(text),
        DataRef::Bool(flag) => u8::from(*flag).to_string(),
        DataRef::DateTime(moment) => dated(moment),
        // A formula that failed: kept as text that no column reads.
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// Numbers that are a day, from 1 January 1900 to the end of 9999: the reader makes the nearest one of any other.
const DAYS: std::ops::Range<f64> = 1.0..2_958_466.0;

/// `2025-01-14T10:00:00`: a day is one at midnight. A number that is no day is left as it is, which no column reads.
fn dated(moment: &ExcelDateTime) -> String {
    if !DAYS.contains(&moment.as_f64()) {
        return moment.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

fn one_line(text: &str) -> String {
    text.split(['\r', '\n'])
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn quoted(out: &mut String, value: &str) {
    match value.contains([SEPARATOR, '"']) {
        true => {
            out.push('"');
            out.push_str(&value.replace('"', "\"\""));
            out.push('"');
        }
        false => out.push_str(value),
    }
}

fn refused(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_owned())
}

/// Lends the text as a reader.
pub fn with<T>(path: &Path, caps: Caps, read: impl FnOnce(&mut dyn Read) -> io::Result<T>) -> io::Result<T> {
    read(&mut text(path, caps)?.as_slice())
}
