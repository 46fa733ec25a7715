//! The row rules of passages (`lake/rules/*.toml`), judged on the records of one file while they are read, as `transform` judges
//! them on the lake: same declarations, same three truth values, same counts. Deliberately without polars, which a check of one
//! file must not need. A rule that names what one file does not hold is not judged, and is named.

mod columns;
mod expr;
mod judge;
mod read;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use lake::rules::{RPU, Rule, RuleRow, Scope};
use lake::table::Table;
use serde::Deserialize;

use columns::Source;
use expr::{Expr, Kind};
use read::Refused;

pub use judge::{Judge, Judging};

/// The row rules of a table.
pub struct RowRules {
    judged: Vec<Judged>,
    /// Those that one file is not enough to judge, with why, in French.
    not_judged: Vec<(Rule, String)>,
    /// Columns that the expressions name by their place here.
    columns: Vec<Source>,
}

/// A rule that can be judged.
struct Judged {
    rule: Rule,
    name: String,
    parmi: Expr,
    anomalie: Expr,
}

/// The row rules of a table; none when none is declared for it.
pub fn of(table: &str) -> Option<&'static RowRules> {
    static RULES: OnceLock<Option<RowRules>> = OnceLock::new();
    match table {
        "rpu" => RULES.get_or_init(|| lake::table::table("rpu").map(RowRules::new)).as_ref(),
        _ => None,
    }
}

/// A rule by its name, clause included, judged here or not.
pub fn rule(name: &str) -> Option<&'static Rule> {
    let judged = of("rpu")?.judged.iter();
    judged
        .map(|judged| (&judged.name, &judged.rule))
        .find(|(known, _)| *known == name)
        .map(|(_, rule)| rule)
}

/// Names of the rules that are judged.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    of("rpu")
        .into_iter()
        .flat_map(|rules| rules.judged.iter().map(|judged| judged.name.as_str()))
}

/// Names of those that one file is not enough to judge.
pub fn names_not_judged() -> impl Iterator<Item = String> + Clone {
    of("rpu")
        .into_iter()
        .flat_map(|rules| rules.not_judged.iter().map(|(rule, _)| rule.name()))
}

impl RowRules {
    fn new(table: &Table) -> RowRules {
        let mut rules = RowRules {
            judged: Vec::new(),
            not_judged: Vec::new(),
            columns: Vec::new(),
        };
        let mut names: Vec<String> = Vec::new();
        for rule in declared() {
            if rule.table != table.nom || rule.portee != Scope::Row {
                let why = format!("demande la table {}, faite sur le lac", rule.table);
                rules.not_judged.push((rule, why));
                continue;
            }
            let mut place = |name: &str| {
                let (source, kind) = columns::source(table, name)?;
                let known = names.iter().position(|known| known == name);
                let place = known.unwrap_or_else(|| {
                    names.push(name.to_owned());
                    rules.columns.push(source);
                    names.len() - 1
                });
                Some((place, kind))
            };
            match read_rule(&rule, &mut place) {
                Ok((parmi, anomalie)) => rules.judged.push(Judged {
                    name: rule.name(),
                    rule,
                    parmi,
                    anomalie,
                }),
                Err(Refused::Column(name)) => {
                    let why = format!("demande la colonne « {name} », calculée sur le lac");
                    rules.not_judged.push((rule, why));
                }
                Err(Refused::Form) => rules
                    .not_judged
                    .push((rule, "écrite dans une forme jugée sur le lac seulement".to_owned())),
            }
        }
        rules
    }

    /// Rules that are declared and not judged, with why.
    pub fn not_judged(&self) -> impl Iterator<Item = (&Rule, &str)> {
        self.not_judged.iter().map(|(rule, why)| (rule, why.as_str()))
    }
}

/// Both conditions of a rule.
fn read_rule(rule: &Rule, place: &mut dyn FnMut(&str) -> Option<(usize, Kind)>) -> Result<(Expr, Expr), Refused> {
    let mut read = |sql: &Option<lake::rules::SqlText>| {
        let sql = sql.as_ref().ok_or(Refused::Form)?;
        read::condition(&sql.fill(&rule.parametres).sql, place)
    };
    Ok((read(&rule.parmi)?, read(&rule.anomalie)?))
}

/// The declarations, in the order of the files.
fn declared() -> Vec<Rule> {
    #[derive(Deserialize)]
    struct File {
        regle: Vec<RuleRow>,
    }
    let files = RPU.iter().enumerate();
    let rules = files.flat_map(|(rank, (_, text))| {
        let file: File = toml::from_str(text).expect("the embedded rules are valid");
        file.regle.into_iter().flat_map(move |row| row.expand(rank, text))
    });
    rules.collect()
}
