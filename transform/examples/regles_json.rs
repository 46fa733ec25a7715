//! Writes the predicates of every rule as JSON, parameters put in, with the columns they name: what `portabilite.py` replays
//! on another engine.

use serde_json::json;
use transform::Catalogue;
use transform::catalogue::columns;
use transform::rules::{Scope, compile};

fn main() {
    let catalogue = Catalogue::load(&[]).expect("the shipped declarations are valid");
    let rules = catalogue.regles.iter().filter(|rule| rule.portee != Scope::File);
    let rows: Vec<_> = rules
        .map(|rule| {
            let compiled = compile(rule, &catalogue).expect("the shipped predicates are valid");
            let table = columns::table(&rule.table).expect("the table of a compiled rule is known");
            let kinds: Vec<_> = compiled
                .columns
                .iter()
                .filter_map(|name| table.column(name))
                .map(|column| (&column.nom, column.kind))
                .collect();
            json!({
                "id": rule.id,
                "clause": rule.clause,
                "nom": rule.name(),
                "table": rule.table,
                "portee": rule.portee,
                "derivees": compiled.columns.iter().filter(|name| table.column(name).is_some_and(|column| column.derived)).count(),
                "parmi": compiled.parmi_sql,
                "anomalie": compiled.anomalie_sql,
                "colonnes": kinds,
            })
        })
        .collect();
    println!("{}", serde_json::Value::from(rows));
}
