//! Which wrong texts a return may show. A field filled with its neighbour's content, by a shifted column, must not bring a name, a
//! date of birth or an address into a document: only what has the shape of a code of the field is shown, and never what is rare.

use super::declared::{Item, Nature};
use super::valeurs::{aliases, plain};

/// Characters of a text that may be the code of a list; a longer one must begin as a code of that list.
const SHORT: usize = 3;

/// Whether a text has the shape of a code of the item.
pub fn is_shaped_as_code(item: &Item, text: &str) -> bool {
    match item.valeurs {
        Some(Nature::Cim10) => is_cim10(text),
        Some(Nature::Ccam) => is_ccam(text),
        Some(Nature::Liste) => is_of_list(item, text),
        None => false,
    }
}

/// `R07`, `r07.4`, `A999**`: a letter, two digits, and at most five characters of a subdivision.
fn is_cim10(text: &str) -> bool {
    let [letter, tens, units, rest @ ..] = text.as_bytes() else {
        return false;
    };
    let subdivision = |byte: &u8| byte.is_ascii_alphanumeric() || b".,+*".contains(byte);
    // A date glued to a letter has more digits than a code.
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    letter.is_ascii_alphabetic()
        && tens.is_ascii_digit()
        && units.is_ascii_digit()
        && rest.len() <= 5
        && digits <= 5
        && rest.iter().all(subdivision)
}

/// `ZBQK002`, `ZBQK002-1`: four letters, three digits, and at most the activity and the phase.
fn is_ccam(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7
        && bytes.len() <= 11
        && bytes[..4].iter().all(u8::is_ascii_alphabetic)
        && bytes[4..7].iter().all(u8::is_ascii_digit)
        && bytes[7..].iter().all(|byte| byte.is_ascii_digit() || b"-/ ".contains(byte))
}

/// A code, a label or a known alias written otherwise, a text as short as the codes, or one that begins as a code.
fn is_of_list(item: &Item, text: &str) -> bool {
    let list = item
        .column()
        .and_then(|column| column.codes.as_deref())
        .and_then(lake::code_list::code_list);
    let Some(list) = list.filter(|_| {
        text.chars()
            .all(|symbol| symbol.is_alphanumeric() || symbol == '-' || symbol == ' ')
    }) else {
        return false;
    };
    let bare = plain(text);
    let known = list
        .codes
        .iter()
        .flat_map(|code| [plain(&code.code), plain(&code.label_fr)])
        .chain(
            aliases()
                .into_iter()
                .filter(|row| row.0 == item.tag())
                .map(|row| plain(&row.1)),
        );
    let mut known = known.filter(|word| !word.is_empty());
    let most_digits = list.codes.iter().map(|code| digits(&code.code)).max().unwrap_or(0) + 1;
    let longest = list.codes.iter().map(|code| code.code.len()).max().unwrap_or(0);
    let begins = list
        .codes
        .iter()
        .any(|code| code.code.len() >= SHORT && bare.starts_with(&plain(&code.code)));
    let is_word = text.chars().all(char::is_alphanumeric) && digits(text) <= most_digits;
    known.any(|word| word == bare) || is_word && (text.len() <= SHORT.min(longest + 1) || begins)
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retour::declared::items;

    #[test]
    fn a_name_a_birth_date_or_a_post_code_typed_in_a_coded_field_is_no_code() {
        let shown =
            |column: &str, text: &str| is_shaped_as_code(items().iter().find(|item| item.colonne == column).unwrap(), text);
        let personal = [
            "DUPONT",
            "DUPONT 47",
            "Mme Roy 1932",
            "Roux 82 ans",
            "3/5/80",
            "M. 12/3/58",
            "31000",
            "12/05/1980",
            "1932",
            "M12031958",
            "19580312",
            "PAUL",
            "Li Na",
        ];
        for item in items() {
            for text in personal {
                assert!(!shown(&item.colonne, text), "{} : {text}", item.colonne);
            }
        }
        for (column, text) in [
            ("dp", "R07.4"),
            ("dp", "A999**"),
            ("motif", "R99X"),
            ("sexe", "H"),
            ("sexe", "masculin"),
            ("mode_sortie", "08"),
            ("transport", "perso"),
            ("transport", "AMBULANCE"),
            ("orient", "PAS"),
            ("actes", "ZBQK002-1"),
        ] {
            assert!(shown(column, text), "{column} : {text}");
        }
        for column in ["cp", "commune", "naissance", "entree", "sortie"] {
            assert!(!shown(column, "R074"), "{column}");
        }
    }
}
