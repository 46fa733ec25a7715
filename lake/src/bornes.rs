//! Bounds that words quote: what « gériatrie » or « nuit profonde » means is set by each region, and a text that names an age or
//! an hour says the one that the figures were made with.

use serde::{Deserialize, Serialize};

use crate::code_list::code_list;

/// The bounds of a release. By default, those of the national documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BornesCitees {
    /// First hour after the band « nuit profonde ».
    pub nuit_profonde_fin: i8,
    /// Paediatrics: age strictly under, in years.
    pub pediatrie_moins_de: i16,
    /// Geriatrics: age from, in years.
    pub geriatrie_a_partir_de: i16,
    /// Orientations after which no principal diagnosis is expected.
    pub dp_exclus: Vec<String>,
    /// Share of the calls to be answered within 60 s, in percent.
    pub decroche_60s_cible: i16,
}

/// Orientations of somebody who left before any care, as `rpu_orientation` marks them.
pub fn sans_soins() -> impl Iterator<Item = &'static str> {
    let codes = code_list("rpu_orientation").into_iter().flat_map(|list| &list.codes);
    codes
        .filter(|row| row.autres["sans_soins"] == "oui")
        .map(|row| row.code.as_str())
}

impl Default for BornesCitees {
    fn default() -> BornesCitees {
        BornesCitees {
            nuit_profonde_fin: 8,
            pediatrie_moins_de: 18,
            geriatrie_a_partir_de: 75,
            dp_exclus: sans_soins().map(str::to_owned).collect(),
            decroche_60s_cible: 99,
        }
    }
}

impl BornesCitees {
    /// Names that a declared text may hold, in braces, with what stands in their place.
    pub fn words(&self) -> [(&'static str, String); 7] {
        // The bands of the trame commune and of the PDSA run from 0 h to 8 h whatever the bound: they are « nuit profonde » only
        // when it is the same.
        let to_eight = if self.nuit_profonde_fin == 8 {
            "nuit profonde"
        } else {
            "après minuit"
        };
        let excluded = match self.dp_exclus.as_slice() {
            [] => "aucune".to_owned(),
            codes => codes.join(", "),
        };
        [
            ("{pediatrie_moins_de}", self.pediatrie_moins_de.to_string()),
            ("{geriatrie_a_partir_de}", self.geriatrie_a_partir_de.to_string()),
            ("{adultes_jusqu_a}", (self.geriatrie_a_partir_de - 1).to_string()),
            ("{nuit_profonde_jusqu_a}", format!("{} h 59", self.nuit_profonde_fin - 1)),
            ("{minuit_a_8_h}", to_eight.to_owned()),
            ("{dp_exclus}", excluded),
            ("{decroche_60s_cible}", self.decroche_60s_cible.to_string()),
        ]
    }

    /// The text with the bounds in their places.
    pub fn fill(&self, text: &str) -> String {
        let words = self.words();
        words
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }
}
