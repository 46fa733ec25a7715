//! From a declared rule to two polars expressions: who is eligible, what is an anomaly.

use polars::prelude::*;

use super::{Filled, Rule, SqlText};
use crate::catalogue::sql::{self, Nature};
use crate::catalogue::{columns, nearest};
use crate::{Catalogue, Diagnostic};

/// A rule that can run.
#[derive(Debug, Clone)]
pub struct Compiled<'a> {
    pub rule: &'a Rule,
    pub parmi: Expr,
    pub anomalie: Expr,
    /// The same, as SQL with parameters put in.
    pub parmi_sql: String,
    pub anomalie_sql: String,
    /// Columns named by either.
    pub columns: Vec<String>,
}

impl Compiled<'_> {
    /// The same rule, about no row.
    pub fn silenced(&self) -> Self {
        Compiled {
            parmi: lit(false),
            anomalie: lit(false),
            ..self.clone()
        }
    }

    /// Null when not judged or not eligible, true for an anomaly.
    pub fn verdict(&self) -> Expr {
        when(self.parmi.clone())
            .then(self.anomalie.clone())
            .otherwise(lit(NULL).cast(DataType::Boolean))
    }
}

/// Reads the predicates of a rule, whose scope is not `file`; all their mistakes otherwise.
pub fn compile<'a>(rule: &'a Rule, catalogue: &Catalogue) -> Result<Compiled<'a>, Vec<Diagnostic>> {
    let missing = |what: &str| vec![catalogue.mistake(rule.file, rule.offset, format!("{} : {what}", rule.name()))];
    let table = columns::table(&rule.table).ok_or_else(|| missing(&format!("table inconnue « {} »", rule.table)))?;
    let (Some(parmi), Some(anomalie)) = (&rule.parmi, &rule.anomalie) else {
        return Err(missing("« parmi » et « anomalie » sont obligatoires"));
    };
    let unknown: Vec<Diagnostic> = [parmi, anomalie]
        .into_iter()
        .flat_map(|sql| unknown_parameters(rule, sql, catalogue))
        .collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let (parmi, anomalie) = (parmi.fill(&rule.parametres), anomalie.fill(&rule.parametres));
    let read = |filled: &Filled| {
        let expr = sql::expression(&filled.sql, table, Nature::Rule);
        expr.map_err(|problems| {
            let placed = problems.into_iter().map(|problem| {
                let message = format!("{} : {}", rule.name(), problem.message);
                let mut mistake = catalogue.mistake(rule.file, filled.place(problem.offset), message);
                mistake.hint = problem.hint;
                mistake
            });
            placed.collect::<Vec<_>>()
        })
    };
    let (read_parmi, read_anomalie) = match (read(&parmi), read(&anomalie)) {
        (Ok(parmi), Ok(anomalie)) => (parmi, anomalie),
        (parmi, anomalie) => {
            let mistakes = [parmi.err(), anomalie.err()];
            return Err(mistakes.into_iter().flatten().flatten().collect());
        }
    };
    let mut named = Vec::new();
    for filled in [&parmi, &anomalie] {
        for name in sql::columns_of(&filled.sql, table, Nature::Rule).unwrap_or_default() {
            if !named.contains(&name) {
                named.push(name);
            }
        }
    }
    Ok(Compiled {
        rule,
        parmi: read_parmi,
        anomalie: read_anomalie,
        parmi_sql: parmi.sql,
        anomalie_sql: anomalie.sql,
        columns: named,
    })
}

fn unknown_parameters(rule: &Rule, sql: &SqlText, catalogue: &Catalogue) -> Vec<Diagnostic> {
    let unknown = sql.names().into_iter().filter(|name| !rule.parametres.contains_key(*name));
    let said = unknown.map(|name| {
        let message = format!("{} : paramètre inconnu « {name} »", rule.name());
        let mistake = catalogue.mistake(rule.file, sql.place_of(name), message);
        match nearest(name, rule.parametres.keys().map(String::as_str)) {
            Some(near) => mistake.hint(format!("le plus proche est « {near} »")),
            None => mistake.hint("le déclarer dans « parametres »"),
        }
    });
    said.collect()
}
