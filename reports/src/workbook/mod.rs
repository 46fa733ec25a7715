//! A workbook that people open: a sheet that says how to read it, one sheet for each table, whole, and for a document the tidy
//! sheet of all that it prints. Numbers are numbers, dates are dates, the header stays in sight, no cell is merged; every text
//! is a string, so that none that a hospital wrote can be run as a formula.

mod sheet;

use jiff::Timestamp;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::build::proof;
use crate::document::{Document, Table};
use crate::error::ReportError;
use crate::package;
use crate::typography as typo;
use lake::release::Frame;

/// What a workbook says besides its tables.
pub struct Book<'a> {
    pub title: &'a str,
    /// The instant of the data, so that the file does not depend on when it is written.
    pub as_of: Timestamp,
    /// First lines of the first sheet, each with its label.
    pub lines: Vec<(String, String)>,
    pub tables: Vec<&'a Table>,
    /// Whether a last sheet lists every cell of every table, one by row.
    pub tidy: bool,
}

/// The workbook of a document.
pub fn of_document(document: &Document, frame: &Frame) -> Result<Vec<u8>, ReportError> {
    let line = |label: &str, text: String| (label.to_owned(), text);
    let mut lines = vec![
        line("Période", document.cover.period.clone()),
        line("Données arrêtées au", document.cover.as_of.clone()),
        line(
            "Statut",
            format!("{} {}", document.cover.status, document.cover.status_detail),
        ),
        line("Diffusion", document.cover.audience.clone()),
        line(
            "Lire une case",
            format!(
                "s : masqué (effectif de moins de {}, ou case qui en trahirait un) ; nd : non disponible ; – : sans objet ; 0 : vrai zéro",
                frame.gate.seuil
            ),
        ),
        line(
            "Nombres",
            "non arrondis ; les totaux peuvent différer de la somme des arrondis imprimés".to_owned(),
        ),
        line(
            "Publication",
            format!("{}, exécution {}, oru {}", frame.id, frame.run, frame.oru_version),
        ),
    ];
    lines.extend(proof::lines(frame));
    // What stands under the tables of the pages stands under those of the sheets; what concerns the whole document is said here.
    lines.extend(document.notes().map(|note| line("Note", note.to_owned())));
    if let Some(warning) = &document.cover.synthetic {
        lines.push(line("Attention", warning.clone()));
    }
    bytes(&Book {
        title: &document.title,
        as_of: frame.as_of,
        lines,
        tables: package::tables(document),
        tidy: true,
    })
}

/// The workbook as bytes: same tables, same bytes.
pub fn bytes(book: &Book<'_>) -> Result<Vec<u8>, ReportError> {
    write(book).map_err(|error| ReportError::Workbook {
        message: error.to_string(),
    })
}

const READ_ME: &str = "Lisez-moi";
const TIDY: &str = "Données";

fn write(book: &Book<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut file = Workbook::new();
    let at = typo::paris(book.as_of);
    let created = ExcelDateTime::from_timestamp(at.timestamp().as_second())?;
    file.set_properties(&DocProperties::new().set_title(book.title).set_creation_datetime(&created));
    let mut names = vec![READ_ME.to_owned()];
    for table in &book.tables {
        names.push(sheet::name(&table.id, &table.title, &names));
    }
    read_me(file.add_worksheet(), book, &names)?;
    for (table, name) in book.tables.iter().zip(&names[1..]) {
        sheet::fill(file.add_worksheet(), table, name)?;
    }
    if book.tidy {
        sheet::tidy(file.add_worksheet(), TIDY, &book.tables)?;
    }
    file.save_to_buffer()
}

fn read_me(sheet: &mut Worksheet, book: &Book<'_>, names: &[String]) -> Result<(), XlsxError> {
    let (bold, plain) = (
        Format::new().set_bold(),
        Format::new().set_text_wrap().set_align(FormatAlign::Top),
    );
    sheet.set_name(READ_ME)?;
    sheet.set_column_width(0, 26)?;
    sheet.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, READ_ME, &bold)?;
    sheet.write_string_with_format(0, 1, sheet::clean(book.title), &bold)?;
    sheet.set_freeze_panes(1, 0)?;
    let mut lines = book.lines.clone();
    lines.push((String::new(), String::new()));
    lines.push(("Feuille".to_owned(), "Contenu".to_owned()));
    for (name, table) in names[1..].iter().zip(&book.tables) {
        let notes = table.notes.iter().map(|note| format!(" {note}")).collect::<String>();
        let title = match table.subtitle.as_str() {
            "" => table.title.clone(),
            subtitle => format!("{}. {subtitle}.", table.title),
        };
        lines.push((name.clone(), format!("{title}{notes}")));
    }
    if book.tidy {
        let said = "Chaque case de chaque tableau, une par ligne : texte imprimé, nombre, unité, chiffres dont il est fait";
        lines.push((TIDY.to_owned(), said.to_owned()));
    }
    for (row, (label, text)) in (1..).zip(lines) {
        sheet::string(sheet, row, 0, &label, &plain)?;
        sheet::string(sheet, row, 1, &text, &plain)?;
    }
    Ok(())
}
