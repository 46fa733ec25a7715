//! One sheet: a table with its header in sight.

use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Worksheet, XlsxError};

use lake::results::PRINTED;

use crate::document::Table;
use crate::package;
use crate::spreadsheet::{GROUP, Value, grid};
use crate::typography::strip_thin_spaces;

/// Longest name of a sheet.
const NAME: usize = 31;

/// One table, with the columns of its CSV.
pub fn fill(sheet: &mut Worksheet, table: &Table, name: &str) -> Result<(), XlsxError> {
    let (fields, lines) = grid(table);
    sheet.set_name(name)?;
    let titles: Vec<&str> = fields.iter().map(|field| field.title.as_str()).collect();
    let headed = u16::from(fields.first().is_some_and(|field| field.title == GROUP)) + 1;
    header(sheet, &titles, headed)?;
    for (at, title) in (0u16..).zip(&titles) {
        let cells = lines.iter().filter_map(|line| line.get(usize::from(at)));
        sheet.set_column_width(at, width(title, cells))?;
    }
    let formats = Formats::new();
    for (at, line) in (1u32..).zip(&lines) {
        for (rank, value) in (0u16..).zip(line) {
            put(sheet, at, rank, *value, &formats)?;
        }
    }
    Ok(())
}

/// Every cell of every table, one by row: for a pivot table.
pub fn tidy(sheet: &mut Worksheet, name: &str, tables: &[&Table]) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    let titles: Vec<&str> = ["tableau"]
        .into_iter()
        .chain(PRINTED.iter().map(|(column, _)| *column))
        .collect();
    header(sheet, &titles, 1)?;
    for (at, characters) in (0u16..).zip([12.0, 26.0, 34.0, 22.0, 14.0, 12.0, 9.0, 10.0, 10.0, 16.0, 11.0, 28.0]) {
        sheet.set_column_width(at, characters)?;
    }
    let formats = Formats::new();
    let rows = tables
        .iter()
        .flat_map(|table| package::printed(table).into_iter().map(move |row| (&table.id, row)));
    let mut last_row = 0;
    for (at, (id, row)) in (1u32..).zip(rows) {
        last_row = at;
        let number = |value: Option<f64>| value.map_or(Value::Words(""), |value| Value::Number(value, ""));
        let line = [
            Value::Words(id),
            Value::Words(&row.groupe),
            Value::Words(&row.ligne),
            Value::Words(&row.colonne),
            Value::Words(&row.texte),
            number(row.valeur),
            Value::Words(&row.unite),
            number(row.jusqu_a),
            number(row.relatif),
            Value::Words(&row.statut),
            Value::Words(&row.provisoire),
            Value::Words(&row.figures),
        ];
        for (rank, value) in (0u16..).zip(line) {
            put(sheet, at, rank, value, &formats)?;
        }
    }
    let last = titles.len() as u16 - 1;
    sheet.autofilter(0, 0, last_row, last)?;
    Ok(())
}

/// Titles in bold that stay in sight, as the first columns do.
fn header(sheet: &mut Worksheet, titles: &[&str], columns: u16) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_freeze_panes(1, columns)?;
    for (at, title) in (0u16..).zip(titles) {
        sheet.write_string_with_format(0, at, clean(title), &bold)?;
    }
    Ok(())
}

struct Formats {
    text: Format,
    day: Format,
    share: Format,
    whole: Format,
    decimal: Format,
}

impl Formats {
    fn new() -> Formats {
        let number = |pattern: &str| Format::new().set_align(FormatAlign::Top).set_num_format(pattern);
        Formats {
            text: Format::new().set_align(FormatAlign::Top),
            day: number("dd/mm/yyyy"),
            share: number("0.0%"),
            whole: number("#,##0"),
            decimal: number("0.0####"),
        }
    }
}

fn put(sheet: &mut Worksheet, row: u32, column: u16, value: Value<'_>, formats: &Formats) -> Result<(), XlsxError> {
    match value {
        Value::Number(value, "%") => {
            sheet.write_number_with_format(row, column, value / 100.0, &formats.share)?;
        }
        Value::Number(value, unit) => {
            let whole = value.fract() == 0.0 && unit.is_empty();
            sheet.write_number_with_format(row, column, value, if whole { &formats.whole } else { &formats.decimal })?;
        }
        Value::Words(text) => match date(text) {
            Some(day) => {
                sheet.write_datetime_with_format(row, column, &day?, &formats.day)?;
            }
            None => string(sheet, row, column, text, &formats.text)?,
        },
    }
    Ok(())
}

/// A string cell; one that starts like a formula keeps its quote when the sheet is saved as text.
pub fn string(sheet: &mut Worksheet, row: u32, column: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
    let text = clean(text);
    if text.is_empty() {
        return Ok(());
    }
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let format = if risky {
        format.clone().set_quote_prefix()
    } else {
        format.clone()
    };
    sheet.write_string_with_format(row, column, text, &format)?;
    Ok(())
}

/// A date as printed in tables, `14/02/2025`.
fn date(text: &str) -> Option<Result<ExcelDateTime, XlsxError>> {
    let mut parts = text.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || (day.len(), month.len(), year.len()) != (2, 2, 4) {
        return None;
    }
    Some(ExcelDateTime::from_ymd(
        year.parse().ok()?,
        month.parse().ok()?,
        day.parse().ok()?,
    ))
}

/// `Champs R-T04`: its title cut short, and its number.
pub fn name(id: &str, title: &str, taken: &[String]) -> String {
    let id = id.trim_end_matches("-donnees").trim_end_matches("-tout");
    let allowed = |symbol: &char| !matches!(symbol, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'' | '’');
    let words: String = clean(title).chars().filter(allowed).collect();
    let words: String = words.chars().take(NAME - id.len() - 3).collect();
    let name = format!("{id} {}", words.trim());
    if taken.contains(&name) {
        format!("{id} b {}", words.trim())
    } else {
        name
    }
}

/// Characters that the column needs, within reason.
fn width<'a>(title: &str, cells: impl Iterator<Item = &'a Value<'a>>) -> f64 {
    let cells = cells.map(|value| match value {
        Value::Words(text) => text.chars().count(),
        Value::Number(..) => 8,
    });
    (cells.max().unwrap_or(0).max(title.chars().count().min(18)) as f64 + 2.0).clamp(9.0, 60.0)
}

pub fn clean(text: &str) -> String {
    strip_thin_spaces(text)
        .replace('\u{ad}', "")
        .chars()
        .filter(|symbol| !symbol.is_control())
        .collect()
}
