//! One delivery as an OSCOUR message: what was received, as it was received, in the order, the encoding and the dates of the schema.

use std::hash::Hasher as _;
use std::io::{self, Write};
use std::path::Path;

use lake::delivery::Delivery;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::context::Context;
use crate::dates::{parse_day, parse_moment};
use crate::export::ExportError;
use crate::export::element;
use crate::export::piece::Piece;
use crate::kinds::Residence;
use crate::oscour::record::{Field, RawRecord};

/// What became of the passages of one delivery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forwarded {
    pub passages: u64,
    /// Rows with more or fewer cells than their header: nothing in them can be told apart.
    pub misshapen: u64,
    /// Elements that the national format does not have, left out.
    pub unknown: u64,
    /// Passages, all written, that differed from another by nothing but such elements: read back, they are exact copies.
    pub merged: u64,
}

const ROOT: &str = "OSCOUR";

/// Writes the message of `delivery`, kept in the file `path`. The site, EXTRACT and the window are those of the delivery once read:
/// a number that the region maps to another one is forwarded as the other.
///
/// # Errors
/// The piece cannot make a message: unreadable, without window, or of a form that has neither postal code nor birth date.
pub fn forward(path: &Path, delivery: &Delivery, context: &Context, out: &mut dyn Write) -> Result<Forwarded, ExportError> {
    let piece = Piece::open(path, delivery, context)?;
    if piece.kind.residence == Residence::CodeGeographique {
        return Err(ExportError::Piece(
            "message SYRIUS : ni code postal ni date de naissance, il ne peut devenir un message OSCOUR".to_owned(),
        ));
    }
    let (Some(finess), Some(extract), Some(from), Some(to)) =
        (&delivery.finess, delivery.extract, delivery.date_from, delivery.date_to)
    else {
        return Err(ExportError::Piece(
            "ni fenêtre lisible ni passage : rien à transmettre".to_owned(),
        ));
    };
    let mut forwarded = Forwarded::default();
    let mut buffer = Vec::new();
    let mut written = Written::default();
    element::beginning(&mut buffer, ROOT, finess, delivery.ordre.unwrap_or(0), extract, from, to);
    let walked = piece.records(&mut |record, text| {
        if record.misshapen == Some(true) {
            forwarded.misshapen += 1;
            return Ok(());
        }
        forwarded.passages += 1;
        let start = buffer.len();
        passage(&mut buffer, record, text);
        forwarded.merged += u64::from(written.merges(&buffer[start..], record, text));
        match buffer.len() > BLOCK {
            true => flush(&mut buffer, out),
            false => Ok(()),
        }
    })?;
    forwarded.unknown = walked.unknown.values().sum();
    element::end(&mut buffer, ROOT);
    flush(&mut buffer, out).map_err(ExportError::Writing)?;
    Ok(forwarded)
}

/// The passages written so far, by a hash of their bytes. Elements left out are remembered only where there are some.
#[derive(Default)]
struct Written {
    first: FxHashMap<u64, u32>,
    others: FxHashSet<(u64, u32)>,
}

impl Written {
    /// Whether a passage that is read becomes, for want of the elements left out, the copy of one that is written.
    fn merges(&mut self, bytes: &[u8], record: &RawRecord, text: &[u8]) -> bool {
        if parse_moment(record.get(Field::Entree, text)).is_none() {
            return false;
        }
        let mut hasher = FxHasher::default();
        hasher.write(bytes);
        let hash = hasher.finish();
        let first = *self.first.entry(hash).or_insert(record.unknown);
        first != record.unknown && self.others.insert((hash, record.unknown))
    }
}

const BLOCK: usize = 64 << 10;

fn flush(buffer: &mut Vec<u8>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(buffer)?;
    buffer.clear();
    Ok(())
}

fn passage(out: &mut Vec<u8>, record: &RawRecord, text: &[u8]) {
    out.extend_from_slice(b"<PATIENT>\n");
    for field in Field::ALL.into_iter().filter(|field| field.is_national()) {
        let tag = TAGS[field as usize];
        let value = record.get(field, text);
        match field {
            Field::ListeDa => element::list(out, tag, "DA", record.da.iter().map(|span| span.of(text))),
            Field::ListeActes => element::list(out, tag, "ACTE", record.actes.iter().map(|span| span.of(text))),
            Field::Entree | Field::Sortie => match parse_moment(value) {
                Some(seconds) => element::text(out, tag, element::moment(seconds).as_bytes()),
                None => element::text(out, tag, value),
            },
            Field::Naissance => match parse_day(value) {
                Some(day) => {
                    let written = format!("{:02}/{:02}/{:04}", day.day, day.month, day.year);
                    element::text(out, tag, written.as_bytes());
                }
                None => element::text(out, tag, value),
            },
            _ => element::text(out, tag, value),
        }
    }
    out.extend_from_slice(b"</PATIENT>\n");
}

/// National names, by rank of the field.
pub(super) const TAGS: [&str; crate::oscour::record::FIELDS] = [
    "CP",
    "COMMUNE",
    "NAISSANCE",
    "AGE",
    "AGE_JOURS",
    "SEXE",
    "ENTREE",
    "MODE_ENTREE",
    "PROVENANCE",
    "TRANSPORT",
    "TRANSPORT_PEC",
    "MOTIF",
    "GRAVITE",
    "DP",
    "LISTE_DA",
    "LISTE_ACTES",
    "SORTIE",
    "MODE_SORTIE",
    "DESTINATION",
    "ORIENT",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_the_national_names() {
        for field in Field::ALL {
            assert_eq!(TAGS[field as usize], field.role().to_ascii_uppercase());
        }
    }
}
