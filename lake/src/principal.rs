//! Which CIM-10 codes may be a principal diagnosis (RPU-C17). Reception and the rules on the lake both read it here, so that they
//! never judge a code differently. The declaration is `codes/cim10_principal.csv`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::code_list::code_list;
use crate::reference::cim10;

/// Whether a code, as written, is admitted; nothing when no list knows it. An unknown code is what it is once shortened, which
/// is the caller's to do.
pub fn is_admitted(code: &str) -> Option<bool> {
    match code.bytes().next() {
        Some(first) if is_forbidden_chapter(first) => Some(false),
        _ => known().get(code).copied(),
    }
}

/// Whether every code that starts with this letter is forbidden, known or not: external causes.
pub fn is_forbidden_chapter(letter: u8) -> bool {
    static LETTERS: OnceLock<BTreeSet<u8>> = OnceLock::new();
    let letters = LETTERS.get_or_init(|| {
        let rows = declared("chapitre").filter(|(_, admitted)| !admitted);
        rows.flat_map(|(code, _)| code.bytes().next()).collect()
    });
    letters.contains(&letter)
}

/// Every code of the CIM-10 shipped and of the SFMU thesaurus. The thesaurus dates from 2013: a code that later editions withdrew
/// is admitted all the same.
pub fn known() -> &'static BTreeMap<&'static str, bool> {
    static CODES: OnceLock<BTreeMap<&str, bool>> = OnceLock::new();
    CODES.get_or_init(|| {
        let positions: BTreeMap<&str, bool> = declared("position").collect();
        let refused = |code: &str| code.bytes().next().is_some_and(is_forbidden_chapter);
        let thesaurus = code_list("rpu_motif_thesaurus").into_iter().flat_map(|list| &list.codes);
        let mut codes: BTreeMap<&str, bool> = thesaurus.map(|row| (row.code.as_str(), !refused(&row.code))).collect();
        codes.extend(cim10().iter().map(|(code, position)| {
            let admitted = positions.get(position).copied().unwrap_or_default();
            (*code, admitted && !refused(code))
        }));
        codes
    })
}

/// Rows of one nature, each with whether it admits.
fn declared(nature: &'static str) -> impl Iterator<Item = (&'static str, bool)> {
    let rows = code_list("cim10_principal").into_iter().flat_map(|list| &list.codes);
    rows.filter(move |row| row.autres["nature"] == nature)
        .map(|row| (row.code.as_str(), row.autres["admis"] == "oui"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_of_the_cim10_is_declared() {
        let positions: BTreeSet<&str> = declared("position").map(|(code, _)| code).collect();
        for (code, position) in cim10() {
            let chapter = code.bytes().next().is_some_and(is_forbidden_chapter);
            assert!(chapter || positions.contains(position), "{code}: position {position}");
        }
    }

    #[test]
    fn a_code_is_admitted_by_its_position_or_the_thesaurus() {
        for (code, admitted) in [
            ("A000", Some(true)),
            ("A00", Some(true)),
            ("W19", Some(false)),
            ("Y9999", Some(false)),
            ("U999", None),
        ] {
            assert_eq!(is_admitted(code), admitted, "{code}");
        }
    }
}
