//! From a CIM-10 code to its FEDORU type, chapter and sub-chapter, to the AVC list, the SFMU thesaurus and the PMSI's
//! position rules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use lake::code_list::code_list;
use polars::prelude::Expr;

use super::looked_up::{text, truth};

/// What the reference tables say of one code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnosis {
    pub type_urgence: Option<&'static str>,
    pub chapitre: Option<&'static str>,
    pub sous_chapitre: Option<&'static str>,
    pub avc: Option<&'static str>,
    pub sfmu: bool,
    /// None when the code is not in the CIM-10 shipped.
    pub interdit: Option<bool>,
}

/// `type_urgence`, `chapitre`, `sous_chapitre`, `avc`, `dp_sfmu`, `dp_interdit`, from `dp`; `motif_sous_chapitre`, from `motif`.
pub fn columns() -> [Expr; 7] {
    [
        text("dp", "type_urgence", |code| category(code).map(|category| category.0)),
        text("dp", "chapitre", |code| category(code).map(|category| category.1)),
        text("dp", "sous_chapitre", sub_chapter),
        text("dp", "avc", stroke),
        truth("dp", "dp_sfmu", |code| Some(is_in_thesaurus(code))),
        truth("dp", "dp_interdit", forbidden),
        text("motif", "motif_sous_chapitre", sub_chapter),
    ]
}

/// Looks a normalised code up (upper case, no dot).
pub fn diagnosis(code: &str) -> Diagnosis {
    let category = category(code);
    Diagnosis {
        type_urgence: category.map(|category| category.0),
        chapitre: category.map(|category| category.1),
        sous_chapitre: sub_chapter(code),
        avc: stroke(code),
        sfmu: is_in_thesaurus(code),
        interdit: forbidden(code),
    }
}

fn category(code: &str) -> Option<Category> {
    let references = references();
    let of_range = || {
        references
            .ranges
            .iter()
            .find(|range| range.holds(code))
            .map(|range| range.category)
    };
    longest_prefix(code, |prefix| references.categories.get(prefix).copied()).or_else(of_range)
}

fn sub_chapter(code: &str) -> Option<&'static str> {
    let name = longest_prefix(code, |prefix| references().sous_chapitres.get(prefix).copied());
    name.filter(|name| *name != "-")
}

fn stroke(code: &str) -> Option<&'static str> {
    references().avc.get(code).copied()
}

fn is_in_thesaurus(code: &str) -> bool {
    references().sfmu.contains(shortened(code))
}

/// A code that no list knows is what it is once shortened, three characters at least (rpu.md §6). As when the file is read.
fn shortened(code: &str) -> &str {
    longest_prefix(code, |prefix| lake::principal::known().get_key_value(prefix)).map_or(code, |(known, _)| known)
}

/// By the code once shortened too.
fn forbidden(code: &str) -> Option<bool> {
    longest_prefix(code, lake::principal::is_admitted).map(|admitted| !admitted)
}

type Category = (&'static str, &'static str);

struct Range {
    from: &'static str,
    to: &'static str,
    category: Category,
}

impl Range {
    fn holds(&self, code: &str) -> bool {
        code.get(..3).is_some_and(|head| self.from <= head && head <= self.to)
    }
}

struct References {
    categories: BTreeMap<&'static str, Category>,
    ranges: Vec<Range>,
    sous_chapitres: BTreeMap<&'static str, &'static str>,
    avc: BTreeMap<&'static str, &'static str>,
    sfmu: BTreeSet<&'static str>,
}

/// The longest prefix of the code, from its whole length to three characters, that the table knows.
fn longest_prefix<T>(code: &str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    (3..=code.len()).rev().find_map(|length| find(code.get(..length)?))
}

fn references() -> &'static References {
    static REFERENCES: OnceLock<References> = OnceLock::new();
    REFERENCES.get_or_init(|| {
        let list = |name| &code_list(name).expect("the code lists named here are embedded").codes;
        let (prefixes, ranges): (Vec<_>, Vec<_>) = list("rpu_dp_categories")
            .iter()
            .partition(|row| row.autres["rule"] == "prefix");
        References {
            categories: prefixes
                .iter()
                .map(|row| {
                    (
                        row.code.as_str(),
                        (row.autres["type_code"].as_str(), row.autres["chapitre"].as_str()),
                    )
                })
                .collect(),
            ranges: ranges
                .iter()
                .map(|row| Range {
                    from: &row.code,
                    to: &row.label_fr,
                    category: (&row.autres["type_code"], &row.autres["chapitre"]),
                })
                .collect(),
            sous_chapitres: list("rpu_dp_sous_chapitres")
                .iter()
                .map(|row| (row.code.as_str(), row.autres["sous_chapitre"].as_str()))
                .collect(),
            avc: list("rpu_avc_cim10")
                .iter()
                .map(|row| (row.code.as_str(), row.autres["categorie_code"].as_str()))
                .collect(),
            sfmu: list("rpu_motif_thesaurus").iter().map(|row| row.code.as_str()).collect(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Examples of rpu-indicators.md §7, all from the FEDORU grouping.
    #[test]
    fn types_and_chapters() {
        for (code, kind, chapter) in [
            ("A09", "MED-CHIR", "Douleurs abdominales, pathologies digestives"),
            ("R074", "MED-CHIR", "Douleurs thoraciques, pathologies cardio-vasculaires"),
            ("I639", "MED-CHIR", "Céphalées, pathologies neurologiques hors SNP"),
            ("J459", "MED-CHIR", "Dyspnées, pathologies des voies aériennes inférieures"),
            ("S525", "TRAUMA", "Traumatisme du membre supérieur"),
            ("W19", "TRAUMA", "Traumatisme autre et sans précision"),
            ("F100", "TOXICO", "Intoxication alcoolique"),
            ("F109", "PSY", "Troubles du psychisme, pathologies psychiatriques"),
            ("T391", "TOXICO", "Intoxication médicamenteuse"),
            ("T58", "TOXICO", "Intoxication au monoxyde de carbone"),
            ("T631", "TOXICO", "Intoxication par d'autres substances"),
            ("R458", "PSY", "Troubles du psychisme, pathologies psychiatriques"),
            ("Z480", "AUTRE", "Soins de contrôle, surveillances et entretien"),
            ("T784", "AUTRE", "Iatrogénie et complication post chirurgicale SAI"),
            ("U071", "AUTRE", "autre et sans précision"),
            // A code longer than any rule takes the longest prefix that has one.
            ("S52501", "TRAUMA", "Traumatisme du membre supérieur"),
        ] {
            let found = diagnosis(code);
            assert_eq!((found.type_urgence, found.chapitre), (Some(kind), Some(chapter)), "{code}");
        }
        assert_eq!(diagnosis("T63").type_urgence, Some("MED-CHIR"));
        assert_eq!(diagnosis("A000").sous_chapitre, Some("Diarrhée et gastro-entérite"));
    }

    #[test]
    fn the_stroke_list_is_exact() {
        assert_eq!(diagnosis("I639").avc, Some("2"));
        assert_eq!(diagnosis("G450").avc, Some("1"));
        assert_eq!(diagnosis("I6390").avc, None);
    }

    #[test]
    fn a_code_of_the_thesaurus_is_one_once_shortened() {
        assert!(diagnosis("A010").sfmu);
        assert!(diagnosis("A0109").sfmu, "as when the file is read");
        assert!(!diagnosis("A000").sfmu);
    }

    #[test]
    fn forbidden_as_principal_diagnosis() {
        assert_eq!(diagnosis("W19").interdit, Some(true), "external cause");
        assert_eq!(diagnosis("A000").interdit, Some(false));
        assert_eq!(diagnosis("A00").interdit, Some(false), "a category with subdivisions");
        assert_eq!(diagnosis("A0999").interdit, Some(false), "known once shortened");
        assert_eq!(diagnosis("Y9999").interdit, Some(true), "external cause, whatever follows");
        assert_eq!(diagnosis("U999").interdit, None, "unknown code");
    }
}
