//! Sources as a reader of the report sees them: the catalogue writes where a definition comes from in its own words.

/// The source without the words of the trade: internal documents are left out, marks are said in French.
pub fn in_french(source: &str) -> String {
    let kept: Vec<String> = source
        .split(" ; ")
        .filter(|part| !part.contains(".md §") || part.contains('('))
        .map(said)
        .collect();
    kept.join(" ; ")
}

fn said(part: &str) -> String {
    let part = match (part.find(" ("), part.find(".md §")) {
        (Some(open), Some(reference)) if open < reference => &part[..open],
        _ => part,
    };
    [
        ("base UNVERIFIED — common practice", "base : usage courant, non vérifié"),
        ("UNVERIFIED — common practice", "usage courant, non vérifié"),
        ("UNVERIFIED", "non vérifié"),
        ("calcul project-defined", "calcul propre à l'observatoire"),
        ("project-defined", "définition propre à l'observatoire"),
    ]
    .into_iter()
    .fold(part.to_owned(), |text, (mark, french)| text.replace(mark, french))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_english_is_left_in_a_source() {
        assert_eq!(in_french("UNVERIFIED — common practice"), "usage courant, non vérifié");
        assert_eq!(
            in_french("project-defined, d'après FEDORU, 2015"),
            "définition propre à l'observatoire, d'après FEDORU, 2015"
        );
        assert_eq!(
            in_french("project-defined (beds.md §4)"),
            "définition propre à l'observatoire"
        );
        assert_eq!(in_french("listes nationales ANS ; beds.md §3"), "listes nationales ANS");
    }
}
