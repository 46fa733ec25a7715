//! Rows of delimited text, after its header line. A quote that is opened and never closed swallows every line after it: such a
//! content is refused, since nobody can say what it lost.

use std::io::{self, Chain, Read};

use csv::ByteRecord;

use crate::oscour::{Failure, unreadable};
use crate::window::{TOO_LONG, Window};

/// Reads the rows of a window.
pub struct TextRows<'w, 'a> {
    reader: csv::Reader<Chain<&'w mut Window<'a>, &'static [u8]>>,
    row: ByteRecord,
    is_header: bool,
    /// Line that the last row starts on.
    last: u32,
    /// Whether the last line met is [`LAST`].
    ended: bool,
    /// Bytes that a row may hold.
    longest: usize,
}

/// A line of our own, after the content: met as a line, it says that no quote is open. Alone on a line, its character is the end
/// of file of DOS, and no row.
const LAST: &[u8] = b"\n\x1A\n";

impl<'w, 'a> TextRows<'w, 'a> {
    /// `quotes`: whether a cell may be quoted.
    pub fn new(window: &'w mut Window<'a>, separator: u8, quotes: bool, longest: usize) -> TextRows<'w, 'a> {
        let reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .quoting(quotes)
            .has_headers(false)
            .flexible(true)
            // A pair of CR and LF would be cut in the middle, and lines counted one short: cells are trimmed anyway.
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(window.chain(LAST));
        TextRows {
            reader,
            row: ByteRecord::new(),
            is_header: true,
            last: 1,
            ended: false,
            longest,
        }
    }

    /// The next row that is not blank; none at the end.
    pub fn next(&mut self) -> Result<Option<&ByteRecord>, Failure> {
        loop {
            self.reader.get_mut().get_mut().0.allow();
            if !self.reader.read_byte_record(&mut self.row).map_err(failure)? {
                return if self.ended { Ok(None) } else { Err(self.unclosed()) };
            }
            self.last = line(&self.row);
            self.ended = self.row.len() == 1 && self.row.as_slice().trim_ascii() == b"\x1A";
            if self.row.as_slice().len() > self.longest {
                return Err(unreadable(&io::Error::new(io::ErrorKind::InvalidData, TOO_LONG)));
            }
            let blank = self.ended || self.row.iter().all(|cell| cell.trim_ascii().is_empty());
            if !blank && !std::mem::take(&mut self.is_header) {
                return Ok(Some(&self.row));
            }
        }
    }

    fn unclosed(&self) -> Failure {
        Failure::Refused {
            clause: None,
            reason: format!(
                "ligne {} : un guillemet ouvert n'est jamais fermé, et les lignes qui suivent ne peuvent pas être lues ; renvoyer le fichier",
                self.last
            ),
        }
    }
}

/// The line that a row starts on.
pub fn line(row: &ByteRecord) -> u32 {
    row.position().map_or(0, |position| position.line() as u32)
}

fn failure(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => unreadable(&error),
        _ => Failure::Refused {
            clause: None,
            reason: "texte délimité illisible".to_owned(),
        },
    }
}
