//! What a row of `transform/indicators/*.toml` may say: an indicator, the grains it is published at, and the
//! populations and dimensions it names. Expressions are SQL in the subset of the catalogue; nothing here computes.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::formula::Formula;
use super::plan::JUDGED;

/// One `[[indicateur]]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Permanent: never reused, never renumbered. `ORU-…` are project-defined.
    pub id: String,
    pub titre: String,
    pub domaine: String,
    /// `passages`, `fraction`, `minutes`, `ans`, `passages/jour`, `pour_1000`, `ratio`, `lits`, `jours`, `flux`.
    pub unite: String,
    /// Digits after the decimal comma when printed.
    #[serde(default)]
    pub chiffres: u8,
    /// `haut` or `bas`: which direction is a difficulty; empty when neither.
    #[serde(default)]
    pub sens: String,
    /// Record table it reads.
    #[serde(default = "rpu")]
    pub table: String,
    pub formule: Formula,
    /// Records left out because the item is missing or does not conform: a predicate. `{dim}` stands for the dimension.
    pub manquants: Option<String>,
    /// Records left out by the definition: a predicate.
    pub exclus: Option<String>,
    /// Breakdowns: each is a list of zero, one or two dimensions. Without the key, the indicator is not broken down.
    #[serde(default = "whole")]
    pub ventilations: Vec<Vec<String>>,
    /// Whether records where the dimension is empty are a category of their own, `manquant`.
    #[serde(default)]
    pub avec_manquants: bool,
    /// Whether the denominator is broken down too; otherwise each category is a share of the whole.
    #[serde(default)]
    pub denominateur_ventile: bool,
    /// Expression that names the département a record counts for, in place of the site's. Only région and départements.
    pub aire: Option<String>,
    /// Names of `[[grain]]`.
    pub grains: Vec<String>,
    /// Formula in words.
    pub mots: String,
    /// Who leaves the denominator, in words.
    #[serde(default)]
    pub exclusions: String,
    /// Document and year; « project-defined » and « UNVERIFIED » where no national text decides.
    pub source: String,
    #[serde(default)]
    pub secret: Secret,
    /// What the figure counts among the categories of a dimension that other indicators count too: disclosure control protects
    /// them together.
    pub parts: Option<Parts>,
    /// Indicators at the same place that are masked together with it: one could be computed from the others.
    #[serde(default)]
    pub masque_avec: Vec<String>,
    /// Months of history it reads, the last of its period included, when they are more than the period and the one it is
    /// compared with.
    pub historique_mois: Option<i32>,
    /// The side of the formula that counts installed beds, by which disclosure control sizes a unit.
    pub taille: Option<Taille>,
    /// Fewer records than this in the numerator: the figure is not published.
    pub effectif_min: Option<u32>,
}

fn rpu() -> String {
    "rpu".to_owned()
}

fn whole() -> Vec<Vec<String>> {
    vec![Vec::new()]
}

/// What disclosure control protects in the figures of an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secret {
    /// Counts of patients' passages.
    #[default]
    Personnes,
    /// How well an item is filled: says nothing of a patient; only the floor of percentages applies.
    Remplissage,
    /// Beds: organisational, except in units so small that they describe one patient.
    Lits,
    /// Organisation (flux, days): free.
    Aucun,
}

/// Categories of a dimension whose records a figure counts. An indicator broken down by the dimension counts each of them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parts {
    pub dimension: String,
    /// Those of the numerator, added up.
    #[serde(default)]
    pub modalites: Vec<String>,
    /// Those of the denominator; empty: all of them.
    #[serde(default)]
    pub denominateur: Vec<String>,
    /// Those that the definition leaves out, when they are all it leaves out.
    #[serde(default)]
    pub exclus: Vec<String>,
}

/// A side of a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taille {
    Numerateur,
    Denominateur,
}

/// One `[[population]]`: a named filter.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    pub id: String,
    pub titre: String,
    pub expression: String,
    /// Ages it keeps, when inhabitants can be counted for the same ages: five-year classes.
    #[serde(default, deserialize_with = "age")]
    pub age_min: Option<u8>,
    /// Populations of one family do not overlap: what they leave of everyone is counted by disclosure control.
    pub famille: Option<String>,
    pub source: String,
}

/// A number of years, or the text that stands for a bound once the bound is in its place.
fn age<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Age {
        Years(u8),
        Bound(String),
    }
    match Age::deserialize(deserializer)? {
        Age::Years(years) => Ok(Some(years)),
        Age::Bound(text) => text.parse().map(Some).map_err(D::Error::custom),
    }
}

/// One `[[dimension]]`: a way of breaking figures down.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    pub id: String,
    /// Name written in figures, when several dimensions are ways into the same one.
    pub nom: Option<String>,
    pub titre: String,
    /// Expression whose value is the category.
    pub expression: String,
    /// Numbers are written with that many digits.
    #[serde(default)]
    pub largeur: usize,
    /// Code list the categories come from, in its order.
    pub codes: Option<String>,
    /// Categories written here, in order, each with its label.
    #[serde(default)]
    pub modalites: Vec<(String, String)>,
    /// Whether categories without any record in the region are left out, in place of published as zero.
    #[serde(default)]
    pub seulement_presentes: bool,
    #[serde(default)]
    pub source: String,
}

/// One `[[grain]]`: where and when figures are published.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grain {
    pub id: String,
    /// region, departement, type_etablissement, etablissement, flux.
    pub niveaux: Vec<String>,
    /// day, week, month, quarter, year, rolling12.
    pub periodes: Vec<String>,
    /// Whether the period of comparison is published too.
    #[serde(default = "yes")]
    pub avec_n1: bool,
    pub populations: Vec<String>,
    /// `tous`, `constant`.
    #[serde(default = "everything")]
    pub perimetres: Vec<String>,
}

fn yes() -> bool {
    true
}

fn everything() -> Vec<String> {
    vec!["tous".to_owned()]
}

impl Dimension {
    /// What the column `dim` of a figure holds.
    pub fn name(&self) -> &str {
        self.nom.as_deref().unwrap_or(&self.id)
    }

    /// Categories in order, with their labels.
    pub fn categories(&self) -> Vec<(String, String)> {
        match self.codes.as_deref().and_then(lake::code_list::code_list) {
            Some(list) => list
                .codes
                .iter()
                .map(|code| (code.code.clone(), code.label_fr.clone()))
                .collect(),
            None => self.modalites.clone(),
        }
    }
}

impl Indicator {
    /// Every SQL text of the row, with the name of its key, `{dim}` not replaced.
    pub fn expressions(&self) -> Vec<(&'static str, &str)> {
        let mut texts = Vec::new();
        match &self.formule {
            Formula::Count { filtre } => texts.push(("filtre", filtre.as_str())),
            Formula::Sum { expression, filtre } | Formula::Mean { expression, filtre } => {
                texts.extend([("expression", expression.as_str()), ("filtre", filtre.as_str())]);
            }
            Formula::Quantile { expression, filtre, .. } => {
                texts.extend([("expression", expression.as_str()), ("filtre", filtre.as_str())]);
            }
            Formula::Quotient {
                numerateur,
                denominateur,
                ..
            } => {
                texts.extend(numerateur.expressions("numerateur"));
                texts.extend(denominateur.expressions("denominateur"));
            }
            Formula::Stock {
                numerateur,
                denominateur,
                ..
            } => {
                texts.extend(numerateur.expressions("numerateur"));
                texts.extend(denominateur.iter().flat_map(|side| side.expressions("denominateur")));
            }
            Formula::Standardise { numerateur, .. } => texts.push(("numerateur", numerateur.as_str())),
            Formula::Attendu {
                numerateur,
                denominateur,
                ..
            } => texts.extend([("numerateur", numerateur.as_str()), ("denominateur", denominateur.as_str())]),
            Formula::Native { compteurs, .. } => texts.extend(compteurs.iter().map(|text| ("compteurs", text.as_str()))),
            Formula::Reduce { .. } | Formula::Derived { .. } | Formula::Rule { .. } | Formula::Jours { .. } => {}
        }
        texts.extend(self.manquants.as_deref().map(|text| ("manquants", text)));
        texts.extend(self.exclus.as_deref().map(|text| ("exclus", text)));
        texts
    }

    /// Dimensions that the formula goes through, besides those the figure is broken down by.
    pub fn strates(&self) -> &[String] {
        match &self.formule {
            Formula::Standardise { strates, .. } | Formula::Attendu { strates, .. } => strates,
            _ => &[],
        }
    }

    /// Indicators this one is computed from.
    pub fn depends_on(&self) -> &[String] {
        match &self.formule {
            Formula::Derived { de, .. } => de,
            Formula::Reduce { de, .. } => std::slice::from_ref(de),
            _ => &[],
        }
    }

    /// Table the counters read: the daily state of the beds for a stock.
    pub fn table(&self) -> &str {
        match self.formule {
            Formula::Stock { .. } => super::beds::TABLE,
            Formula::Rule { .. } => JUDGED,
            _ => &self.table,
        }
    }

    /// Table of the deliveries it is computed from.
    pub fn received(&self) -> &str {
        match self.formule {
            Formula::Stock { .. } => "lits",
            _ => crate::made::received(&self.table),
        }
    }

    /// Whether its records name a site, which may have no emergency department.
    pub fn is_of_sites(&self) -> bool {
        lake::table::table(self.received()).is_some_and(|table| table.ordre().is_none())
    }

    /// Table whose records say which structures transmit all along.
    pub fn followed(&self) -> &str {
        match self.formule {
            Formula::Rule { .. } => "rpu",
            _ => self.table(),
        }
    }
}
