//! The SYRIUS message of one structure, in its archive.

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

use jiff::civil::{Date, DateTime};
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::export::complement::Complement;
use crate::export::element;
use crate::export::forward::TAGS;
use crate::export::passages::Passages;
use crate::oscour::record::Field;

/// What the header says.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    pub finess: String,
    pub ordre: i16,
    /// Civil time.
    pub extract: DateTime,
    /// First and last day, both included.
    pub from: Date,
    pub to: Date,
}

/// What the message says less well than what was received, in numbers of passages (of cells for `withheld`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Losses {
    /// The piece received is no longer kept: geographic code by département, no age in days, no code that does not conform.
    pub without_piece: u64,
    /// The geographic code is the département, or 99999, in place of a code that is not known.
    pub coarser_residence: u64,
    /// AGE and AGE_JOURS are 0 because nothing better is known.
    pub unknown_age: u64,
    /// AGE and AGE_JOURS are 0 because the patient was born on the day of entry.
    pub born_that_day: u64,
    /// Texts that do not conform and have not the shape of a code, by element: they do not leave.
    pub withheld: BTreeMap<&'static str, u64>,
}

impl Losses {
    pub fn absorb(&mut self, other: &Losses) {
        self.without_piece += other.without_piece;
        self.coarser_residence += other.coarser_residence;
        self.unknown_age += other.unknown_age;
        self.born_that_day += other.born_that_day;
        for (element, count) in &other.withheld {
            *self.withheld.entry(element).or_default() += count;
        }
    }

    pub(super) fn withholds(&mut self, field: Field, count: u64) {
        if count > 0 {
            *self.withheld.entry(TAGS[field as usize]).or_default() += count;
        }
    }
}

const ROOT: &str = "SYRIUS";
const BLOCK: usize = 64 << 10;

/// The archive of one message, as it is written.
pub struct Archive<W: Write + Seek> {
    zip: ZipWriter<W>,
    buffer: Vec<u8>,
    pub passages: u64,
    pub losses: Losses,
}

impl<W: Write + Seek> Archive<W> {
    pub fn begin(out: W, header: &Header) -> io::Result<Archive<W>> {
        let mut zip = ZipWriter::new(out);
        // A fixed date, so that the same passages give the same bytes.
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o600);
        let stamp = header.extract.strftime("%Y%m%d%H%M%S");
        zip.start_file(format!("{}_{}{stamp}.rpu.xml", header.finess, header.ordre), options)?;
        let mut buffer = Vec::with_capacity(2 * BLOCK);
        element::beginning(
            &mut buffer,
            ROOT,
            &header.finess,
            header.ordre,
            header.extract,
            header.from,
            header.to,
        );
        Ok(Archive {
            zip,
            buffer,
            passages: 0,
            losses: Losses::default(),
        })
    }

    /// Adds one passage; without a complement, what the view has of it.
    pub fn add(&mut self, passages: &Passages, row: usize, complement: Option<&Complement>) -> io::Result<()> {
        self.passages += 1;
        passages.write(row, complement, &mut self.buffer, &mut self.losses);
        match self.buffer.len() > BLOCK {
            true => self.flush(),
            false => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// Ends the message and its archive.
    pub fn finish(mut self) -> io::Result<W> {
        element::end(&mut self.buffer, ROOT);
        self.flush()?;
        Ok(self.zip.finish()?)
    }
}
