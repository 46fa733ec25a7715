//! A declared rule: one row of `rules/<domain>.toml`, or several when the row says `pour_chaque`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::text::{Parameter, SqlText};
use crate::finding::Effect;

/// What a rule is about (Kahn et al., 2016).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    Conformance,
    Completeness,
    Plausibility,
}

/// What one judgement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// An item of a list.
    Element,
    Row,
    /// Rows compared with one another.
    Group,
    /// A derived table by site and period.
    Series,
    /// Against another table.
    Reference,
    /// Judged on the file, by ingest or by the store: the catalogue describes it, deliveries carry its counts.
    File,
}

/// Who applies the effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Applied {
    /// The value is already null in the lake: counted here, nothing left to void.
    Ingest,
    #[default]
    Transform,
}

/// One clause of a rule, ready to be compiled.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Permanent public identifier, `RPU-X01`.
    pub id: String,
    /// `a`, `b`… when one identifier has several clauses; empty otherwise.
    pub clause: String,
    pub titre: String,
    pub table: String,
    pub categorie: Category,
    pub portee: Scope,
    pub effet: Effect,
    /// Column that the effect voids.
    pub cible: Option<String>,
    /// What the companion of the voided column then holds (`non_conforme` by default).
    pub etat: Option<String>,
    /// Column of the usable rows that holds the verdict.
    pub marque: Option<String>,
    pub applique: Applied,
    /// Eligible rows; absent for scope `file` only.
    pub parmi: Option<SqlText>,
    pub anomalie: Option<SqlText>,
    /// Columns that an anomaly points at.
    pub champs: Vec<String>,
    pub source: String,
    /// How the sender mends it, and what it breaks downstream: in the certificate of a file. Empty when nobody says it.
    pub correction: String,
    pub consequence: String,
    /// Rules that explain this one where they strike the same record, by their names: the certificate says one cause, with what follows.
    pub suite_de: Vec<String>,
    pub parametres: BTreeMap<String, Parameter>,
    /// An anomaly means that nothing came from the site: it is said first.
    pub silence: bool,
    /// Greatest share of anomalies that is not yet one: a verdict is `anomaly` above it.
    pub seuil: f64,
    /// Index of the declaration file in the catalogue, and byte offset of the row in it.
    pub file: usize,
    pub offset: usize,
}

impl Rule {
    /// `RPU-X29b`, `RPU-E19.SEXE`: identifier and clause, as file findings and messages write them.
    pub fn name(&self) -> String {
        match self.clause.len() {
            0 | 1 => format!("{}{}", self.id, self.clause),
            _ => format!("{}.{}", self.id, self.clause),
        }
    }

    /// Sets a parameter that the rule has.
    pub fn set(&mut self, parameter: &str, value: &Parameter) -> Result<(), String> {
        let name = self.name();
        if parameter == "seuil" {
            self.seuil = match value {
                Parameter::Number(number) => *number,
                Parameter::Integer(number) => *number as f64,
                _ => return Err(format!("{name} : seuil attend un nombre")),
            };
            return Ok(());
        }
        let known: Vec<String> = self.parametres.keys().cloned().collect();
        match self.parametres.get_mut(parameter) {
            Some(slot) => {
                *slot = value.clone();
                Ok(())
            }
            None => Err(format!(
                "{name} : paramètre inconnu « {parameter} » (connus : seuil {})",
                known.join(" ")
            )),
        }
    }

    /// `RPU`: the prefix of the identifier, in lower case.
    pub fn domaine(&self) -> String {
        self.id.split('-').next().unwrap_or_default().to_lowercase()
    }
}

/// A row as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleRow {
    pub id: Spanned<String>,
    #[serde(default)]
    clause: String,
    titre: String,
    table: Spanned<String>,
    categorie: Category,
    portee: Scope,
    effet: Effect,
    cible: Option<String>,
    etat: Option<String>,
    marque: Option<String>,
    #[serde(default)]
    applique: Applied,
    parmi: Option<Spanned<String>>,
    anomalie: Option<Spanned<String>>,
    #[serde(default)]
    champs: Vec<String>,
    source: String,
    #[serde(default)]
    correction: String,
    #[serde(default)]
    consequence: String,
    #[serde(default)]
    suite_de: Vec<String>,
    #[serde(default)]
    parametres: BTreeMap<String, Parameter>,
    #[serde(default)]
    silence: bool,
    #[serde(default)]
    seuil: f64,
    /// One rule per name, with `{item}` replaced by it everywhere, `{ITEM}` by its tag or by it in capitals.
    #[serde(default)]
    pour_chaque: Vec<String>,
}

impl RuleRow {
    /// The rules that a row declares. `text` is the file it comes from.
    pub fn expand(self, file: usize, text: &str) -> Vec<Rule> {
        if self.pour_chaque.is_empty() {
            return vec![self.rule(None, file, text)];
        }
        self.pour_chaque
            .iter()
            .map(|item| self.rule(Some(item), file, text))
            .collect()
    }

    fn rule(&self, item: Option<&str>, file: usize, text: &str) -> Rule {
        let named = |template: &str| match item {
            Some(item) => template.replace("{item}", item).replace("{ITEM}", &item.to_uppercase()),
            None => template.to_owned(),
        };
        let mut parametres = self.parametres.clone();
        if let Some(item) = item {
            parametres.insert("item".to_owned(), Parameter::Name(item.to_owned()));
        }
        let sql = |written: &Option<Spanned<String>>| written.as_ref().map(|written| SqlText::new(written, text));
        Rule {
            id: self.id.get_ref().clone(),
            clause: named(&self.clause),
            titre: named(&self.titre),
            table: self.table.get_ref().clone(),
            categorie: self.categorie,
            portee: self.portee,
            effet: self.effet,
            cible: self.cible.as_deref().map(named),
            etat: self.etat.clone(),
            marque: self.marque.clone(),
            applique: self.applique,
            parmi: sql(&self.parmi),
            anomalie: sql(&self.anomalie),
            champs: self.champs.iter().map(|champ| named(champ)).collect(),
            source: self.source.clone(),
            correction: named(&self.correction),
            consequence: named(&self.consequence),
            suite_de: self.suite_de.iter().map(|cause| named(cause)).collect(),
            parametres,
            silence: self.silence,
            seuil: self.seuil,
            file,
            offset: self.id.span().start,
        }
    }
}
