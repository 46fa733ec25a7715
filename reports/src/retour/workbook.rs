//! The workbook: a sheet that says how to read it, then one sheet for each table, whole. Numbers are numbers, dates are dates, the
//! header stays in sight, no cell is merged; every text is a string, so that none that a hospital wrote can be run as a formula.

use lake::retour::Retour;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::Built;
use crate::document::{Cell, Table};
use crate::error::ReportError;
use crate::typography::{self as typo, strip_thin_spaces};

/// Longest name of a sheet.
const NAME: usize = 31;

/// The workbook as bytes: same return, same bytes.
pub fn bytes(built: &Built, retour: &Retour) -> Result<Vec<u8>, ReportError> {
    write(built, retour).map_err(|error| ReportError::Workbook {
        message: error.to_string(),
    })
}

fn write(built: &Built, retour: &Retour) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The instant of the data, so that the file does not depend on when it is written.
    let at = typo::paris(retour.cadre.as_of);
    let created = ExcelDateTime::from_timestamp(at.timestamp().as_second())?;
    book.set_properties(
        &DocProperties::new()
            .set_title(&built.document.title)
            .set_creation_datetime(&created),
    );
    let mut names = vec![READ_ME.to_owned()];
    for sheet in &built.sheets {
        names.push(sheet_name(&sheet.id, &sheet.title, &names));
    }
    read_me(book.add_worksheet(), built, retour, &names)?;
    for (sheet, name) in built.sheets.iter().zip(&names[1..]) {
        fill(book.add_worksheet(), sheet, name)?;
    }
    book.save_to_buffer()
}

const READ_ME: &str = "Lisez-moi";

fn read_me(sheet: &mut Worksheet, built: &Built, retour: &Retour, names: &[String]) -> Result<(), XlsxError> {
    let (bold, plain) = (
        Format::new().set_bold(),
        Format::new().set_text_wrap().set_align(FormatAlign::Top),
    );
    let frame = &retour.cadre;
    sheet.set_name(READ_ME)?;
    sheet.set_column_width(0, 26)?;
    sheet.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, READ_ME, &bold)?;
    sheet.write_string_with_format(0, 1, clean(&built.document.title), &bold)?;
    sheet.set_freeze_panes(1, 0)?;
    let mut lines = vec![
        ("Site".to_owned(), format!("{} ({})", retour.site.nom, retour.site.finess)),
        (
            "Période".to_owned(),
            format!("du {} au {}", typo::long_date(frame.du), typo::long_date(frame.au)),
        ),
        ("Données arrêtées au".to_owned(), typo::instant(frame.as_of)),
        ("Destinataire".to_owned(), "l'établissement seul".to_owned()),
        (
            "Autres sites".to_owned(),
            format!("parts calculées sur {} sites au moins, jamais nommés", retour.pairs.minimum),
        ),
        ("Prochaine vérification".to_owned(), typo::long_date(frame.verification)),
        (
            "Publication".to_owned(),
            format!("{}, exécution {}, oru {}", frame.id, frame.run, frame.oru_version),
        ),
    ];
    if frame.synthetique {
        lines.push((
            "Attention".to_owned(),
            "données synthétiques : aucun chiffre ne décrit un envoi réel".to_owned(),
        ));
    }
    lines.push((String::new(), String::new()));
    lines.push(("Feuille".to_owned(), "Contenu".to_owned()));
    for (name, table) in names[1..].iter().zip(&built.sheets) {
        let notes = table.notes.iter().map(|note| format!(" {note}")).collect::<String>();
        let title = match table.subtitle.as_str() {
            "" => table.title.clone(),
            subtitle => format!("{}. {subtitle}.", table.title),
        };
        lines.push((name.clone(), format!("{title}{notes}")));
    }
    for (row, (label, text)) in (1..).zip(lines) {
        string(sheet, row, 0, &label, &plain)?;
        string(sheet, row, 1, &text, &plain)?;
    }
    Ok(())
}

fn fill(sheet: &mut Worksheet, table: &Table, name: &str) -> Result<(), XlsxError> {
    let header = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let text = Format::new().set_align(FormatAlign::Top);
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 1)?;
    for (at, column) in (0u16..).zip(&table.columns) {
        sheet.write_string_with_format(0, at, clean(&column.title), &header)?;
        sheet.set_column_width(at, width(table, at))?;
    }
    let rows = table.groups.iter().flat_map(|group| &group.rows);
    for (at, row) in (1u32..).zip(rows) {
        match date(&row.title) {
            Some(day) => {
                sheet.write_datetime_with_format(at, 0, &day?, &day_format())?;
            }
            None => string(sheet, at, 0, &row.title, &text)?,
        }
        for (rank, cell) in (1u16..).zip(&row.cells) {
            put(sheet, at, rank, cell, &text)?;
        }
    }
    Ok(())
}

fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, text: &Format) -> Result<(), XlsxError> {
    match (&cell.number, date(&cell.text)) {
        (Some(number), _) if number.unit == "%" => {
            let format = Format::new().set_num_format("0.0%");
            sheet.write_number_with_format(row, column, number.value / 100.0, &format)?;
        }
        (Some(number), _) => {
            let whole = number.value.fract() == 0.0 && number.unit.is_empty();
            let format = Format::new().set_num_format(if whole { "#,##0" } else { "0.0####" });
            sheet.write_number_with_format(row, column, number.value, &format)?;
        }
        (None, Some(day)) => {
            sheet.write_datetime_with_format(row, column, &day?, &day_format())?;
        }
        (None, None) => string(sheet, row, column, &cell.text, text)?,
    }
    Ok(())
}

fn day_format() -> Format {
    Format::new().set_num_format("dd/mm/yyyy")
}

/// A string cell; one that starts like a formula keeps its quote when the sheet is saved as text.
fn string(sheet: &mut Worksheet, row: u32, column: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
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
fn sheet_name(id: &str, title: &str, taken: &[String]) -> String {
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
fn width(table: &Table, column: u16) -> f64 {
    let column = usize::from(column);
    let cells = table.groups.iter().flat_map(|group| &group.rows).map(|row| match column {
        0 => row.title.chars().count(),
        _ => row.cells.get(column - 1).map_or(0, |cell| cell.text.chars().count()),
    });
    let title = table.columns.get(column).map_or(0, |column| column.title.chars().count());
    (cells.max().unwrap_or(0).max(title.min(18)) as f64 + 2.0).clamp(9.0, 60.0)
}

fn clean(text: &str) -> String {
    strip_thin_spaces(text)
        .replace('\u{ad}', "")
        .chars()
        .filter(|symbol| !symbol.is_control())
        .collect()
}
