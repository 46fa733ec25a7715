//! Names and contents that identify a person and have no place in a figure (disclosure.md §8, DIS-C06): a dimension that a region
//! declares over a column of its own may bring them in.

use lake::figure::Figure;

/// Names of columns that hold a direct identifier.
const NAMES: [&str; 16] = [
    "nom",
    "prenom",
    "patient",
    "naissance",
    "date_naissance",
    "adresse",
    "telephone",
    "courriel",
    "mail",
    "email",
    "ins",
    "nir",
    "ipp",
    "iep",
    "numero_dossier",
    "cle",
];

/// A telephone number has ten digits, the NIR thirteen, the INS more; a FINESS has nine.
const DIGITS: usize = 10;

/// Whether a category of a figure is named after a direct identifier, or written like one.
pub fn identifies(figure: &Figure) -> bool {
    let names = [&figure.dim, &figure.dim2];
    let contents = [&figure.modalite, &figure.modalite2, &figure.area];
    names.iter().any(|name| NAMES.contains(&&***name)) || contents.iter().any(|content| is_written_like_one(content))
}

fn is_written_like_one(content: &str) -> bool {
    content.contains('@') || longest_number(content) >= DIGITS || is_day(content)
}

/// Digits in a row, whatever separates groups of them.
fn longest_number(content: &str) -> usize {
    let (mut longest, mut current) = (0, 0);
    for character in content.chars() {
        match character {
            '0'..='9' => current += 1,
            ' ' | '.' | '\u{A0}' if current > 0 => continue,
            _ => current = 0,
        }
        longest = longest.max(current);
    }
    longest
}

/// `JJ/MM/AAAA`, as a birth date is written.
fn is_day(content: &str) -> bool {
    let parts: Vec<&str> = content.split('/').collect();
    let numbers = |lengths: [usize; 3]| {
        let ok = |(part, length): (&&str, usize)| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        parts.len() == 3 && parts.iter().zip(lengths).all(ok)
    };
    numbers([2, 2, 4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_like_an_identifier() {
        for (content, found) in [
            ("310783048", false),
            ("310783048/0", false),
            ("2025-02-03", false),
            ("31555", false),
            ("A12", false),
            ("10-14", false),
            ("05 61 00 00 00", true),
            ("1 47 06 31 555 012 34", true),
            ("dupont@exemple.fr", true),
            ("14/06/1947", true),
        ] {
            assert_eq!(is_written_like_one(content), found, "{content}");
        }
    }
}
