//! The row rules of the tables (`lake/rules/*.toml`), judged on the records of one file while they are read, as `transform` judges
//! them on the lake: same declarations, same three truth values, same counts. Deliberately without polars, which a check of one
//! file must not need. A rule that names what one file does not hold is not judged, and is named.

mod columns;
mod computed;
mod conditions;
mod expr;
mod judge;
mod judges;
mod read;
#[cfg(test)]
mod tests;
mod time;
mod truths;
mod values;

use std::sync::OnceLock;

use lake::rules::{DECLARED, Rule, RuleRow, Scope};
use lake::table::Table;
use serde::Deserialize;

use crate::rules;
use columns::Source;
use computed::Known;
use conditions::Conditions;
use expr::Expr;
use read::{Columns, Refused};

pub use judges::Judges;

/// The row rules of a table.
pub struct RowRules {
    judged: Vec<Judged>,
    /// Those that one file is not enough to judge, with why, in French.
    not_judged: Vec<(Rule, String)>,
    conditions: Conditions,
    /// Columns that the expressions name by their place here.
    columns: Vec<Source>,
}

/// A rule that can be judged.
struct Judged {
    rule: Rule,
    name: String,
    /// By their ranks among the conditions of the table.
    parmi: usize,
    anomalie: usize,
}

/// The row rules of a table; none when none is declared for it.
pub fn of(table: &str) -> Option<&'static RowRules> {
    // Each table reads its own when a file of it comes: those of all would be felt by a check of one file.
    type OfTable = OnceLock<Option<RowRules>>;
    static RULES: OnceLock<Vec<OfTable>> = OnceLock::new();
    let tables = lake::table::tables();
    let rank = tables.iter().position(|known| known.nom == table)?;
    let rules = RULES.get_or_init(|| tables.iter().map(|_| OnceLock::new()).collect());
    rules.get(rank)?.get_or_init(|| RowRules::new(&tables[rank])).as_ref()
}

/// A rule of a table by its name, clause included, judged here or not.
pub fn rule(table: &str, name: &str) -> Option<&'static Rule> {
    let mut judged = of(table)?.judged.iter();
    judged.find(|judged| judged.name == name).map(|judged| &judged.rule)
}

/// Names of the rules of a table that are judged.
#[cfg(test)]
pub fn names_of(table: &str) -> impl Iterator<Item = &'static str> {
    of(table)
        .into_iter()
        .flat_map(|rules| rules.judged.iter().map(|judged| judged.name.as_str()))
}

/// Names of the rules that are judged, whatever the table.
pub fn names() -> impl Iterator<Item = &'static str> {
    every().flat_map(|rules| rules.judged.iter().map(|judged| judged.name.as_str()))
}

/// Names of those that one file is not enough to judge.
pub fn names_not_judged() -> impl Iterator<Item = String> {
    every().flat_map(|rules| rules.not_judged.iter().map(|(rule, _)| rule.name()))
}

fn every() -> impl Iterator<Item = &'static RowRules> {
    lake::table::tables().iter().filter_map(|table| of(&table.nom))
}

impl RowRules {
    fn new(table: &Table) -> Option<RowRules> {
        let (mut known, mut conditions) = (Known::of(table), Conditions::default());
        let (mut judged, mut not_judged) = (Vec::new(), Vec::new());
        for rule in declared(&table.nom) {
            if let Some(why) = elsewhere(&rule, table) {
                not_judged.extend(why.map(|why| (rule, why)));
                continue;
            }
            match read_rule(&rule, &mut known) {
                Ok((parmi, anomalie)) => judged.push(Judged {
                    name: rule.name(),
                    rule,
                    parmi: conditions.add(parmi),
                    anomalie: conditions.add(anomalie),
                }),
                Err(Refused::Column(name)) => {
                    let why = format!("demande la colonne « {name} », calculée sur le lac");
                    not_judged.push((rule, why));
                }
                Err(Refused::Form) => not_judged.push((rule, "écrite dans une forme jugée sur le lac seulement".to_owned())),
            }
        }
        let is_empty = judged.is_empty() && not_judged.is_empty();
        (!is_empty).then_some(RowRules {
            judged,
            not_judged,
            conditions,
            columns: known.sources,
        })
    }

    /// Rules that are declared and not judged, with why.
    pub fn not_judged(&self) -> impl Iterator<Item = (&Rule, &str)> {
        self.not_judged.iter().map(|(rule, why)| (rule, why.as_str()))
    }
}

/// Whether a rule is judged elsewhere than row by row, and why it is then said; nothing is said of a rule of the reading itself.
fn elsewhere(rule: &Rule, table: &Table) -> Option<Option<String>> {
    if rule.table != table.nom {
        return Some(Some(format!("demande la table {}, faite sur le lac", rule.table)));
    }
    let is_of_reading = || rules::rules().iter().any(|of_file| of_file.id == rule.id);
    match rule.portee {
        _ if rule.portee == Scope::File || is_of_reading() => Some(None),
        Scope::Group => Some(Some("compare l'enregistrement à d'autres, sur le lac".to_owned())),
        Scope::Reference => Some(Some("demande les autres extraits ou la table des structures".to_owned())),
        Scope::Element | Scope::Series => Some(Some("jugée sur le lac".to_owned())),
        _ => None,
    }
}

/// Both conditions of a rule.
fn read_rule(rule: &Rule, columns: &mut dyn Columns) -> Result<(Expr, Expr), Refused> {
    let mut read = |sql: &Option<lake::rules::SqlText>| {
        let sql = sql.as_ref().ok_or(Refused::Form)?;
        read::condition(&sql.fill(&rule.parametres).sql, columns)
    };
    Ok((read(&rule.parmi)?, read(&rule.anomalie)?))
}

/// The declarations of the files that speak of a table, in the order of the files. The completeness of passages has rules on the tables
/// that the lake makes of them: they go with the passages.
fn declared(table: &str) -> Vec<Rule> {
    #[derive(Deserialize)]
    struct File {
        regle: Vec<RuleRow>,
    }
    let of_table = format!("table = \"{table}\"");
    let files = DECLARED.iter().enumerate().filter(|(_, (_, text))| text.contains(&of_table));
    let rules = files.flat_map(|(rank, (_, text))| {
        let file: File = toml::from_str(text).expect("the embedded rules are valid");
        file.regle.into_iter().flat_map(move |row| row.expand(rank, text))
    });
    let made = |rule: &Rule| table == "rpu" && lake::table::table(&rule.table).is_none();
    rules.filter(|rule| rule.table == table || made(rule)).collect()
}
