//! The message of passages in XML (OSCOUR, and SYRIUS of the same structure): one header, then one PATIENT after another, handed
//! over as they are met. The XML parser sees every byte that the quick lane does not recognise.

pub mod lane;
pub mod passage;
pub mod record;
pub mod steps;
pub mod tags;
pub mod walk;

use std::collections::BTreeMap;
use std::io;

use lake::system;

use crate::context::Caps;
use crate::oscour::record::RawRecord;
use crate::oscour::tags::{HeaderField, Tags};
use crate::oscour::walk::Walk;
use crate::rules::Clause;
use crate::window::Window;

/// Why a message was not read to its end.
#[derive(Debug)]
pub enum Failure {
    /// The file is not what it should be: French reason, and the rule that says so where there is one.
    Refused { clause: Option<Clause>, reason: String },
    /// What was read could not be kept.
    Sink(io::Error),
    /// The file could not be read to its end, and its content is not at fault.
    Machine(io::Error),
}

impl Failure {
    pub fn refused(clause: Clause, reason: impl Into<String>) -> Failure {
        Failure::Refused {
            clause: Some(clause),
            reason: reason.into(),
        }
    }
}

/// The header as written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Header {
    pub finess: String,
    pub ordre: String,
    pub extract: String,
    pub date_debut: String,
    pub date_fin: String,
}

impl Header {
    /// The text of one of its fields.
    pub fn of(&mut self, field: HeaderField) -> &mut String {
        match field {
            HeaderField::Finess => &mut self.finess,
            HeaderField::Ordre => &mut self.ordre,
            HeaderField::Extract => &mut self.extract,
            HeaderField::DateDebut => &mut self.date_debut,
            HeaderField::DateFin => &mut self.date_fin,
        }
    }
}

/// What the walk met besides records.
#[derive(Debug, Default)]
pub struct Walked {
    pub header: Header,
    /// Whether the header came before the records, its elements in the order of the schema.
    pub in_order: bool,
    pub unknown: BTreeMap<String, u64>,
}

/// Receives each record with the text its spans point into.
pub type OnRecord<'f> = dyn FnMut(&RawRecord, &[u8]) -> io::Result<()> + 'f;

/// Reads the header only: the walk stops after it.
pub fn read_header(window: &mut Window, tags: &Tags, caps: Caps) -> Result<Header, Failure> {
    let mut walk = Walk::new(window, tags, caps);
    walk.headers_only = true;
    walk.document(&mut |_, _| Ok(()))?;
    Ok(walk.finish().header)
}

/// Reads the whole message.
pub fn read_records(window: &mut Window, tags: &Tags, caps: Caps, on_record: &mut OnRecord) -> Result<Walked, Failure> {
    let mut walk = Walk::new(window, tags, caps);
    walk.document(on_record)?;
    Ok(walk.finish())
}

/// A source that fails in the middle: damaged archive or cap passed, which the content is refused for; or the disk, which only
/// gives a code of the system.
pub fn unreadable(error: &io::Error) -> Failure {
    match error.raw_os_error() {
        Some(code) => Failure::Machine(io::Error::from_raw_os_error(code)),
        None => Failure::Refused {
            clause: None,
            reason: format!("lecture interrompue : {}", system::french(error)),
        },
    }
}
