//! Names of sites as printed.

use crate::typography as typo;

/// Longest name that the national register of establishments gives: it cuts there.
const CUT: usize = 38;

/// A name in French typography; one that may have been cut ends with an ellipsis.
pub fn site_name(name: &str) -> String {
    let name = name.trim();
    let end = if name.chars().count() == CUT { "…" } else { "" };
    format!("{}{end}", typo::french(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cut_by_the_register_is_elided_and_takes_a_curly_apostrophe() {
        assert_eq!(
            site_name("CL CAPIO LA CROIX DU SUD QUINT FONSEGR"),
            "CL CAPIO LA CROIX DU SUD QUINT FONSEGR…"
        );
        assert_eq!(site_name("CL D'OCCITANIE MURET"), "CL D’OCCITANIE MURET");
    }
}
