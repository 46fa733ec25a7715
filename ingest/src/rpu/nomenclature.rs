//! CIM-10 and CCAM codes: normalisation and reference lists, as packed words of eight bytes.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use crate::rpu::codes::{pack, packed_length};

/// Place of a well-formed code in the CIM-10 shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Known {
    Exact,
    /// Known once shortened from the right (three characters at least).
    Truncated,
    Unknown,
}

pub const KNOWN: [&str; 3] = ["exact", "tronque", "inconnu"];

/// A well-formed CIM-10 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Diagnosis {
    /// The code as normalised: kept even when unknown, the reference list ages.
    pub code: u64,
    pub known: Known,
    /// The known code that it is, or shortens to.
    pub reference: u64,
    /// In the SFMU thesaurus.
    pub sfmu: bool,
    /// Usable as main diagnosis; none when nothing tells.
    pub main: Option<bool>,
}

/// The CIM-10 shipped, in a table small enough to stay in the processor's cache: codes sorted by category (letter and two digits),
/// each in four bytes: three for what follows the category, one for what is known of it.
struct Cim10 {
    /// First entry of each category, and the end of the last.
    starts: Vec<u32>,
    entries: Vec<u32>,
}

const CATEGORIES: usize = 26 * 100;
const MAIN: u8 = 1;
const SFMU: u8 = 2;

impl Cim10 {
    fn new(codes: &BTreeMap<u64, u8>) -> Cim10 {
        let mut by_category: Vec<Vec<u32>> = vec![Vec::new(); CATEGORIES];
        for (code, known) in codes {
            if let Some(category) = category(*code) {
                by_category[category].push(tail(*code) << 8 | u32::from(*known));
            }
        }
        let mut cim10 = Cim10 {
            starts: vec![0],
            entries: Vec::new(),
        };
        for entries in by_category {
            cim10.entries.extend(entries);
            cim10.starts.push(cim10.entries.len() as u32);
        }
        cim10
    }

    /// What is known of a shaped code.
    fn get(&self, code: u64) -> Option<u8> {
        let category = category(code)?;
        let entries = &self.entries[self.starts[category] as usize..self.starts[category + 1] as usize];
        let wanted = tail(code);
        entries.iter().find(|entry| **entry >> 8 == wanted).map(|entry| *entry as u8)
    }
}

/// Rank of the letter and the two digits that begin a code.
fn category(code: u64) -> Option<usize> {
    let [letter, tens, units, ..] = code.to_le_bytes();
    let digit = |byte: u8| usize::from(byte.wrapping_sub(b'0'));
    let rank = usize::from(letter.wrapping_sub(b'A')) * 100 + digit(tens) * 10 + digit(units);
    (letter.is_ascii_uppercase() && digit(tens) < 10 && digit(units) < 10).then_some(rank)
}

/// The three bytes after the category.
fn tail(code: u64) -> u32 {
    (code >> 24) as u32 & 0x00FF_FFFF
}

pub(super) struct Lists {
    cim10: Cim10,
    ccam: FxHashSet<u64>,
}

pub(super) fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| {
        let word = |text: &str| pack(text.as_bytes());
        let mut codes: BTreeMap<u64, u8> = BTreeMap::new();
        for (code, admitted) in lake::principal::known() {
            if let Some(code) = word(code) {
                codes.insert(code, if *admitted { MAIN } else { 0 });
            }
        }
        let thesaurus = lake::code_list::code_list("rpu_motif_thesaurus").expect("the thesaurus is embedded");
        for code in thesaurus.codes.iter().filter_map(|row| word(&row.code)) {
            *codes.entry(code).or_default() |= SFMU;
        }
        Lists {
            cim10: Cim10::new(&codes),
            ccam: lake::reference::ccam().iter().filter_map(|code| word(code)).collect(),
        }
    })
}

/// Chapter XVIII or Z codes (RPU-C19).
pub fn is_vague(code: u64) -> bool {
    matches!(code as u8, b'R' | b'Z')
}

/// Reads a CIM-10 code: capitals, without `.`, `,`, spaces and `*`; `+` belongs to French PMSI extensions and stays. `None` when
/// the result has not the shape `[A-Z][0-9]{2}[0-9+]{0,3}` (RPU-C15).
pub fn diagnosis(text: &[u8]) -> Option<Diagnosis> {
    let mut bytes = [0; 8];
    let mut length = 0;
    for byte in text {
        if matches!(byte, b'.' | b',' | b' ' | b'*') {
            continue;
        }
        if length == 6 {
            return None;
        }
        bytes[length] = byte.to_ascii_uppercase();
        length += 1;
    }
    let shaped = length >= 3
        && bytes[0].is_ascii_uppercase()
        && bytes[1].is_ascii_digit()
        && bytes[2].is_ascii_digit()
        && bytes[3..length].iter().all(|byte| byte.is_ascii_digit() || *byte == b'+');
    shaped.then(|| place(u64::from_le_bytes(bytes)))
}

fn place(code: u64) -> Diagnosis {
    let cim10 = &lists().cim10;
    let mut reference = code;
    let mut found = cim10.get(reference);
    while found.is_none() && packed_length(reference) > 3 {
        reference &= !(0xFF << (8 * (packed_length(reference) - 1)));
        found = cim10.get(reference);
    }
    Diagnosis {
        code,
        known: match found {
            Some(_) if reference == code => Known::Exact,
            Some(_) => Known::Truncated,
            None => Known::Unknown,
        },
        reference,
        sfmu: found.is_some_and(|known| known & SFMU != 0),
        main: match found {
            Some(known) => Some(known & MAIN != 0),
            None => lake::principal::is_forbidden_chapter(code as u8).then_some(false),
        },
    }
}

/// Reads a CCAM act: capitals, seven first characters `[A-Z]{4}[0-9]{3}` (RPU-C22), the rest left aside. The second value says
/// whether the CCAM shipped knows it.
pub fn act(text: &[u8]) -> Option<(u64, bool)> {
    let code = pack(text.get(..7)?)?;
    let bytes = code.to_le_bytes();
    let shaped = bytes[..4].iter().all(u8::is_ascii_uppercase) && bytes[4..7].iter().all(u8::is_ascii_digit);
    shaped.then(|| (code, lists().ccam.contains(&code)))
}

/// Classes of a MOTIF (RPU-C13).
pub const MOTIVES: [&str; 5] = ["sfmu", "cim10", "ancien_sfmu", "texte_libre", "manquant"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Motive {
    Sfmu,
    Cim10,
    FormerSfmu,
    FreeText,
    Missing,
}

/// Class of a trimmed MOTIF, with its code when it belongs to the thesaurus.
pub fn motive(text: &[u8]) -> (Motive, u64) {
    if text.is_empty() {
        return (Motive::Missing, 0);
    }
    match diagnosis(text) {
        Some(found) if found.sfmu => (Motive::Sfmu, found.reference),
        Some(_) => (Motive::Cim10, 0),
        None if is_former_sfmu(text) => (Motive::FormerSfmu, 0),
        None => (Motive::FreeText, 0),
    }
}

/// Codes of the SFMU list before CIM-10: a word of three to ten letters and two digits (`GASTRO04`).
fn is_former_sfmu(text: &[u8]) -> bool {
    let Some((word, digits)) = text.len().checked_sub(2).map(|cut| text.split_at(cut)) else {
        return false;
    };
    (3..=10).contains(&word.len()) && word.iter().all(u8::is_ascii_alphabetic) && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(word: u64) -> String {
        String::from_utf8(word.to_le_bytes()[..packed_length(word)].to_vec()).unwrap()
    }

    #[test]
    fn diagnoses_seen_in_real_flows() {
        for (text, code, known) in [
            ("I214", "I214", Known::Exact),
            ("i21.4", "I214", Known::Exact),
            ("R10.4", "R104", Known::Exact),
            ("R53.+1", "R53+1", Known::Exact),
            ("H60,9", "H609", Known::Exact),
            ("N23 0", "N230", Known::Truncated),
            ("I200+", "I200+", Known::Truncated),
            ("I10**", "I10", Known::Exact),
            ("W5700", "W5700", Known::Truncated),
            ("U999", "U999", Known::Unknown),
        ] {
            let found = diagnosis(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((written(found.code).as_str(), found.known), (code, known), "{text}");
        }
    }

    #[test]
    fn what_has_not_the_shape_of_a_diagnosis() {
        for text in [
            "", "I", "I1", "11A", "IAB", "I10A", "I102345", "DOULEUR", "I10é", "+I10", "...",
        ] {
            assert_eq!(diagnosis(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn main_diagnoses() {
        for (text, main) in [
            ("I214", Some(true)),
            ("W57", Some(false)),
            ("Y9999", Some(false)),
            ("U999", None),
        ] {
            assert_eq!(diagnosis(text.as_bytes()).unwrap().main, main, "{text}");
        }
    }

    #[test]
    fn acts() {
        assert_eq!(
            act(b"DEQP003").map(|(code, known)| (written(code), known)),
            Some(("DEQP003".into(), true))
        );
        assert_eq!(act(b"deqp003+01").map(|(code, _)| written(code)), Some("DEQP003".into()));
        assert_eq!(act(b"ZZZZ999").map(|(_, known)| known), Some(false));
        for text in ["", "DEQP", "DEQP00", "DEQ0003", "1234567", "DEQPé03"] {
            assert_eq!(act(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn motives() {
        for (text, class) in [
            ("R074", Motive::Sfmu),
            ("r07.4", Motive::Sfmu),
            ("U999", Motive::Cim10),
            ("GASTRO04", Motive::FormerSfmu),
            ("Divers23", Motive::FormerSfmu),
            ("douleur abdominale", Motive::FreeText),
            ("04", Motive::FreeText),
            ("", Motive::Missing),
        ] {
            assert_eq!(motive(text.as_bytes()).0, class, "{text}");
        }
    }
}
