//! The catalogue of rules, indicators and populations, as the configuration makes it; its mistakes, shown where they are.

use std::collections::{BTreeMap, BTreeSet};

use ingest::certificat::OnTheLake;
use lake::finding::Effect;
use lake::reference::Structure;
use transform::judgement::Places;
use transform::rules::{Rule, Scope, SqlText, examples, file_example};
use transform::{Catalogue, Diagnostic};

use crate::config::Config;
use crate::error::{CommandError, Result};
use crate::{extra, reading};

/// The embedded declarations and those of the configuration, with the parameters it sets.
pub fn catalogue(config: &Config) -> Result<Catalogue> {
    let files = extra::files(config)?.declarations;
    let mut catalogue = Catalogue::load_with(&files, &config.bornes).map_err(|mistakes| refusal(&mistakes))?;
    catalogue
        .set_parameters(&config.regles)
        .map_err(|reason| CommandError::work(format!("[regles] : {reason}")))?;
    catalogue.lieux = places(config)?;
    Ok(catalogue)
}

/// The rules that the files of the configuration declare, as a certificate names them.
pub fn of_region(config: &Config) -> Result<Vec<OnTheLake>> {
    let extra = extra::files(config)?.declarations.len();
    if extra == 0 {
        return Ok(Vec::new());
    }
    let catalogue = catalogue(config)?;
    let embedded = catalogue.files.len() - extra;
    let rules = catalogue.regles.iter().filter(|rule| rule.file >= embedded);
    Ok(rules
        .map(|rule| OnTheLake {
            table: rule.table.clone(),
            regle: rule.name(),
            titre: rule.titre.clone(),
        })
        .collect())
}

/// Département and type of the first structure of each site.
fn places(config: &Config) -> Result<Places> {
    let mut structures = reading::structures(config)?;
    structures.sort_by_key(|structure| std::cmp::Reverse(structure.ordre));
    let place = |structure: Structure| (structure.finess, (structure.departement, structure.type_structure));
    Ok(structures.into_iter().map(place).collect())
}

fn refusal(mistakes: &[Diagnostic]) -> CommandError {
    let shown: Vec<String> = mistakes.iter().map(|mistake| show(mistake, None)).collect();
    CommandError::work(format!("les déclarations ne se lisent pas\n{}", shown.join("\n")))
        .hint("`oru catalogue check` vérifie les déclarations sans rien calculer")
}

/// A rule as lists and pages show it, whoever judges it.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleLine {
    pub name: String,
    pub table: String,
    pub portee: String,
    /// Kahn et al., 2016.
    pub categorie: String,
    /// One record that conforms and one that does not, where there are.
    pub exemples: [Option<String>; 2],
    pub effet: Effect,
    pub titre: String,
    pub parmi: String,
    pub anomalie: String,
    pub source: String,
    /// How the sender corrects, and what it breaks; empty for a rule that asks for nothing of its own.
    pub correction: String,
    pub consequence: String,
    /// Rules that explain it where they strike the same record.
    pub suite_de: Vec<String>,
}

/// By rule: how to correct and what it breaks, whoever judges it.
pub fn corrections() -> BTreeMap<String, (String, String)> {
    let mut texts = transform::retour::corrections();
    for rule in ingest::rules() {
        texts.insert(rule.id.clone(), (rule.correction.clone(), rule.consequence.clone()));
    }
    texts
}

/// What is said of a clause, else of its rule.
pub fn correction<'t>(texts: &'t BTreeMap<String, (String, String)>, name: &str, id: &str) -> (&'t str, &'t str) {
    let found = texts.get(name).or_else(|| texts.get(id));
    found.map_or(("", ""), |(correction, consequence)| (correction, consequence))
}

/// The example of a rule judged on files, each way.
fn of_file(name: &str) -> [Option<String>; 2] {
    let example = file_example(name);
    [
        example.as_ref().map(|row| row.conforme.clone()),
        example.map(|row| row.anomalie),
    ]
}

/// The first example of a rule that has this verdict.
fn example(rule: &Rule, verdict: &str) -> Option<String> {
    let found = examples(rule).into_iter().find(|example| example.verdict == verdict);
    found.map(|example| example.words())
}

/// Every rule: those of the catalogue, then those judged while reading that it does not describe; sorted by name.
pub fn rules(catalogue: &Catalogue) -> Vec<RuleLine> {
    let sql = |text: &Option<SqlText>| text.as_ref().map(|text| text.template.clone()).unwrap_or_default();
    let texts = corrections();
    let said = |name: &str, id: &str| {
        let (correction, consequence) = correction(&texts, name, id);
        (correction.to_owned(), consequence.to_owned())
    };
    let mut lines: Vec<RuleLine> = catalogue
        .regles
        .iter()
        .map(|rule| match rule.correction.is_empty() {
            true => (rule, said(&rule.name(), &rule.id)),
            false => (rule, (rule.correction.clone(), rule.consequence.clone())),
        })
        .map(|(rule, (correction, consequence))| RuleLine {
            name: rule.name(),
            table: rule.table.clone(),
            portee: word(&rule.portee),
            categorie: word(&rule.categorie),
            exemples: match rule.portee {
                Scope::File => of_file(&rule.name()),
                _ => ["ok", "anomalie"].map(|verdict| example(rule, verdict)),
            },
            effet: rule.effet,
            titre: rule.titre.clone(),
            parmi: sql(&rule.parmi),
            anomalie: sql(&rule.anomalie),
            source: rule.source.clone(),
            correction,
            consequence,
            suite_de: match ingest::rules().iter().find(|read| read.id == rule.name()) {
                Some(read) => read.suite_de.clone(),
                None => rule.suite_de.clone(),
            },
        })
        .collect();
    let known: BTreeSet<String> = lines.iter().map(|line| line.name.clone()).collect();
    let while_reading = ingest::rules().iter().filter(|rule| !known.contains(&rule.id));
    lines.extend(while_reading.map(|rule| RuleLine {
        name: rule.id.clone(),
        table: String::new(),
        portee: "file".to_owned(),
        categorie: file_example(&rule.id).map(|example| example.categorie).unwrap_or_default(),
        exemples: of_file(&rule.id),
        effet: rule.effet,
        titre: rule.titre.clone(),
        parmi: String::new(),
        anomalie: String::new(),
        source: rule.source.clone(),
        correction: rule.correction.clone(),
        consequence: rule.consequence.clone(),
        suite_de: rule.suite_de.clone(),
    }));
    lines.sort_by(|a, b| a.name.cmp(&b.name));
    lines
}

/// A declared word, as the declaration files write it.
pub fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Names that `--fail-on` may hold: rules and their clauses, judged while reading or on the lake.
pub fn rule_names(catalogue: &Catalogue) -> Vec<String> {
    let mut names: Vec<String> = ingest::rules().iter().map(|rule| rule.id.clone()).collect();
    names.extend(catalogue.regles.iter().flat_map(|rule| [rule.id.clone(), rule.name()]));
    names.sort();
    names.dedup();
    names
}

/// A mistake with its place, the line it is on, and what to do. `text` is the file's, when it was read.
pub fn show(mistake: &Diagnostic, text: Option<&str>) -> String {
    let mut shown = format!("{}:{}:{} : {}", mistake.file, mistake.line, mistake.column, mistake.message);
    let line = text.and_then(|text| text.lines().nth(mistake.line.saturating_sub(1)));
    if let Some(line) = line {
        let number = mistake.line.to_string();
        let margin = " ".repeat(number.len());
        let before: String = line.chars().take(mistake.column.saturating_sub(1)).collect();
        let blank: String = before.chars().map(|letter| if letter == '\t' { '\t' } else { ' ' }).collect();
        shown.push_str(&format!("\n {number} | {line}\n {margin} | {blank}^"));
    }
    if let Some(hint) = &mistake.hint {
        shown.push_str(&format!("\n  conseil : {hint}"));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_shown_under_its_line() {
        let text = "titre = \"été\"\nanomalie = \"agee < 10\"\n";
        let mistake =
            Diagnostic::at("r.toml", text, text.find("agee").unwrap(), "colonne inconnue « agee »").hint("essayer « age »");
        assert_eq!(
            show(&mistake, Some(text)),
            "r.toml:2:13 : colonne inconnue « agee »\n 2 | anomalie = \"agee < 10\"\n   |             ^\n  conseil : essayer « age »"
        );
    }
}
