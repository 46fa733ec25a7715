//! The case files of the rules, `cases/rules/<ID>.csv`: small records with the verdict expected of each. A first column
//! `clause` names the clause, `verdict` is `anomalie`, `ok`, `non_juge` or `hors_champ`, the others are columns of the table.
//! A companion that is not written follows from its column. A line `# non_juge impossible : …` says why a kind is absent.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use polars::prelude::*;

use super::{Rule, Scope, compile};
use crate::Catalogue;
use crate::catalogue::columns;
use crate::testing::{Row, frame};

struct Cases {
    /// (clause, expected verdict, cells)
    rows: Vec<(String, String, Row)>,
    notes: Vec<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/rules")
}

fn read(id: &str) -> Cases {
    let path = folder().join(format!("{id}.csv"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("no case file {}", path.display()));
    let notes = text
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .map(str::to_owned)
        .collect();
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let rows = reader.records().map(|record| {
        let mut cells: Row = headers
            .iter()
            .zip(record.unwrap().iter())
            .map(|(h, v)| (h.to_owned(), v.to_owned()))
            .collect();
        let clause = cells.remove("clause").unwrap_or_default();
        (clause, cells.remove("verdict").unwrap(), cells)
    });
    Cases {
        rows: rows.collect(),
        notes,
    }
}

fn judged_rules() -> (Catalogue, Vec<Rule>) {
    let catalogue = Catalogue::load(&[]).unwrap();
    let rules = catalogue
        .regles
        .iter()
        .filter(|rule| rule.portee != Scope::File)
        .cloned()
        .collect();
    (catalogue, rules)
}

/// What the engine says of each row: `parmi` and verdict give the four words.
fn verdicts(rule: &Rule, catalogue: &Catalogue, rows: &[Row]) -> Vec<&'static str> {
    let compiled = compile(rule, catalogue).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let table = columns::table(&rule.table).unwrap();
    let mut names: Vec<&str> = compiled.columns.iter().map(String::as_str).collect();
    // So that there is a row even for a rule that names no column.
    if !names.contains(&"jour") {
        names.push("jour");
    }
    let judged = frame(table, &names, rows)
        .lazy()
        .with_columns([compiled.parmi.clone().alias("parmi"), compiled.verdict().alias("verdict")])
        .collect()
        .unwrap();
    let (among, verdict) = (
        judged.column("parmi").unwrap().bool().unwrap(),
        judged.column("verdict").unwrap().bool().unwrap(),
    );
    let words = among.iter().zip(verdict.iter()).map(|pair| match pair {
        (Some(false), _) => "hors_champ",
        (None, _) | (_, None) => "non_juge",
        (_, Some(true)) => "anomalie",
        (_, Some(false)) => "ok",
    });
    words.collect()
}

#[test]
fn every_case_has_the_verdict_written_beside_it() {
    let (catalogue, rules) = judged_rules();
    let mut wrong = Vec::new();
    for rule in &rules {
        let cases = read(&rule.id);
        let mine: Vec<_> = cases.rows.into_iter().filter(|(clause, ..)| *clause == rule.clause).collect();
        let rows: Vec<Row> = mine.iter().map(|(_, _, cells)| cells.clone()).collect();
        for ((_, expected, cells), found) in mine.iter().zip(verdicts(rule, &catalogue, &rows)) {
            if expected != found {
                wrong.push(format!("{}: expected {expected}, found {found}: {cells:?}", rule.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case_of_each_kind() {
    let (catalogue, rules) = judged_rules();
    let mut missing = Vec::new();
    for rule in &rules {
        let cases = read(&rule.id);
        let compiled = compile(rule, &catalogue).unwrap();
        let table = columns::table(&rule.table).unwrap();
        let nullable = compiled.columns.iter().any(|name| table.column(name).unwrap().nullable);
        for kind in ["anomalie", "ok", "non_juge"] {
            let there = cases
                .rows
                .iter()
                .any(|(clause, verdict, _)| *clause == rule.clause && verdict == kind);
            let excused = cases
                .notes
                .iter()
                .any(|note| note.starts_with(&format!("{kind} impossible : ")));
            if !there && !excused && (kind != "non_juge" || nullable) {
                missing.push(format!("{}: no case « {kind} »", rule.name()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_case_belongs_to_a_clause_and_names_its_columns() {
    let (catalogue, rules) = judged_rules();
    let mut by_id: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in &rules {
        by_id.entry(&rule.id).or_default().push(rule);
    }
    for (id, clauses) in &by_id {
        let used: Vec<String> = clauses
            .iter()
            .flat_map(|rule| compile(rule, &catalogue).unwrap().columns)
            .collect();
        for (clause, verdict, cells) in read(id).rows {
            assert!(clauses.iter().any(|rule| rule.clause == clause), "{id}: no clause {clause}");
            assert!(
                ["anomalie", "ok", "non_juge", "hors_champ"].contains(&verdict.as_str()),
                "{id}: {verdict}"
            );
            for (column, value) in cells.iter().filter(|(_, value)| !value.is_empty()) {
                let source = column.strip_suffix("_etat").unwrap_or(column).to_owned();
                let looked_at = [column, &source, &format!("{column}_etat")]
                    .iter()
                    .any(|name| used.contains(name));
                assert!(looked_at, "{id}: {column}={value} is not looked at");
            }
        }
    }
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let id = name.strip_suffix(".csv").unwrap_or(&name);
        assert!(by_id.contains_key(id), "{name}: no such rule");
    }
}
