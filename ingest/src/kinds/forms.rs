//! Forms that a flat kind may declare besides its columns: headers that are refused, and a long form turned into wide rows.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Kind;

/// Headers whose presence refuses the file: what identifies a person has no place in it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forbidden {
    /// The rule that refuses, as it is said to the sender.
    pub regle: String,
    /// Why, and what to do.
    pub raison: String,
    pub colonnes: Vec<String>,
}

/// A long form, one number a line: the lines of one key make one wide row.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pivot {
    /// Headers that name a wide row.
    pub cle: Vec<String>,
    /// Header of the number.
    pub valeur: String,
    /// Header of the instant by which the latest of two lines that say the same thing wins.
    pub version: String,
    /// Header that says what is counted.
    pub sur: String,
    /// A header left empty takes the value of another.
    #[serde(default)]
    pub defaut: BTreeMap<String, String>,
    #[serde(rename = "cas")]
    pub cas: Vec<Case>,
}

/// Which lines fill which wide column: their numbers are added up. Of a detail, the line that leaves it empty is the total.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub colonne: String,
    /// Value of `sur`.
    pub vaut: String,
    /// Header of a detail of the number, and the values that count; without values, the total.
    pub detail: Option<String>,
    #[serde(default)]
    pub parmi: Vec<String>,
}

impl Pivot {
    /// Headers that the wide form has not.
    pub fn consumed(&self) -> impl Iterator<Item = &String> {
        let details = self.cas.iter().filter_map(|case| case.detail.as_ref());
        [&self.valeur, &self.sur].into_iter().chain(details)
    }

    pub(super) fn lower(&mut self) {
        let names = [&mut self.valeur, &mut self.version, &mut self.sur];
        let details = self.cas.iter_mut().filter_map(|case| case.detail.as_mut());
        names
            .into_iter()
            .chain(&mut self.cle)
            .chain(details)
            .for_each(|name| *name = name.trim().to_lowercase());
    }
}

impl Kind {
    /// The rule that refuses a header line whatever follows, and why; nothing when no header is forbidden.
    pub fn forbids(&self, headers: &[String]) -> Option<(&str, String)> {
        let forbidden = self.interdites.as_ref()?;
        let found = headers.iter().find(|name| forbidden.colonnes.contains(name))?;
        let reason = format!("{} : colonne « {found} » : {}", forbidden.regle, forbidden.raison);
        Some((&forbidden.regle, reason))
    }
}
