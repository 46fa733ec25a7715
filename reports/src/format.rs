//! In what forms a document is written.

use serde::{Deserialize, Serialize};

/// One form of a document, written `html`, `pdf`, `xlsx`, `donnees`; all hold the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One self-contained page, to read on a screen.
    Html,
    /// Tagged pages, to print and to file.
    Pdf,
    /// A workbook: a sheet per table, and all that is printed in one tidy sheet.
    Xlsx,
    /// Tables, figures and drawings as files for machines, with their description.
    Donnees,
}

impl Format {
    pub const ALL: [Format; 4] = [Format::Html, Format::Pdf, Format::Xlsx, Format::Donnees];

    /// As written in the configuration and on the command line, and the extension of its file.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Html => "html",
            Format::Pdf => "pdf",
            Format::Xlsx => "xlsx",
            Format::Donnees => "donnees",
        }
    }

    /// The format of a name; `None` when no format has it.
    pub fn parse(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.as_str() == name)
    }
}
