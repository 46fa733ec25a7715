//! Reading one declaration file: TOML, with every mistake placed.

use serde::Deserialize;
use toml::Spanned;

use super::{Declared, Diagnostic, nearest};
use crate::indicators::{Dimension, Grain, Indicator, Population};
use crate::judgement::{FausseAlerte, Seuil, SeuilUsuel};
use crate::rules::{RuleRow, ValuesRow};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    #[serde(default)]
    pub regle: Vec<RuleRow>,
    #[serde(default)]
    pub valeurs: Vec<ValuesRow>,
    #[serde(default)]
    pub indicateur: Vec<Spanned<Indicator>>,
    #[serde(default)]
    pub population: Vec<Spanned<Population>>,
    #[serde(default)]
    pub dimension: Vec<Spanned<Dimension>>,
    #[serde(default)]
    pub grain: Vec<Spanned<Grain>>,
    #[serde(default)]
    pub seuil: Vec<Spanned<Seuil>>,
    #[serde(default)]
    pub seuil_usuel: Vec<Spanned<SeuilUsuel>>,
    #[serde(default)]
    pub fausse_alerte: Vec<Spanned<FausseAlerte>>,
}

pub fn content(name: &str, text: &str) -> Result<Content, Diagnostic> {
    toml::from_str(text).map_err(|error| mistake(name, text, &error))
}

pub fn declared<T>(rows: Vec<Spanned<T>>, file: usize) -> impl Iterator<Item = Declared<T>> {
    rows.into_iter().map(move |row| Declared {
        offset: row.span().start,
        file,
        what: row.into_inner(),
    })
}

/// serde says « unknown field `x`, expected one of `a`, `b` » and « missing field `x` » in English: said again in French,
/// with the nearest known name.
fn mistake(name: &str, text: &str, error: &toml::de::Error) -> Diagnostic {
    let offset = error.span().map_or(0, |span| span.start);
    let said = error.message();
    let mut quoted = said.split('`').skip(1).step_by(2);
    let found = quoted.next().unwrap_or_default();
    let known: Vec<&str> = quoted.collect();
    let place = |message: String| Diagnostic::at(name, text, offset, message);
    let known_ones = || match nearest(found, known.iter().copied()) {
        Some(near) => format!("la plus proche est « {near} »"),
        None => format!("connues : {}", known.join(", ")),
    };
    if said.starts_with("unknown field") {
        place(format!("clé inconnue « {found} »")).hint(known_ones())
    } else if said.starts_with("unknown variant") {
        place(format!("valeur inconnue « {found} »")).hint(known_ones())
    } else if said.starts_with("missing field") {
        place(format!("clé absente : « {found} »"))
    } else {
        place(format!("déclaration illisible : {}", said.lines().next().unwrap_or_default()))
    }
}
