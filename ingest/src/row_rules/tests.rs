//! The interpreter against the cases of the rules, those that polars and DuckDB are held to: every rule of any table that it accepts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, DateTime};
use lake::rules::{Rule, RuleRow, Scope};
use serde::Deserialize;

use super::expr::{Expr, Kind, Row, Value};
use super::read::{Read, Refused};
use super::{columns, declared, read_rule, rule, time};

fn home(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder)
}

fn texts(folder: &str) -> Vec<String> {
    let mut paths: Vec<_> = std::fs::read_dir(home(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// The rules of every declaration file.
fn every_rule() -> Vec<Rule> {
    #[derive(Deserialize)]
    struct File {
        #[serde(default)]
        regle: Vec<RuleRow>,
    }
    let mut rules = Vec::new();
    for text in texts("lake/rules").into_iter().chain(texts("transform/rules")) {
        let Ok(file) = toml::from_str::<File>(&text) else { continue };
        rules.extend(file.regle.into_iter().flat_map(|row| row.expand(0, &text)));
    }
    rules.retain(|rule| rule.portee != Scope::File);
    rules
}

/// Kinds of the columns that transform derives, by table and name.
fn derived() -> BTreeMap<(String, String), Kind> {
    let mut kinds = BTreeMap::new();
    for text in texts("lake/columns").into_iter().chain(texts("transform/columns")) {
        let file: toml::Table = text.parse().unwrap();
        let Some(table) = file.get("table").and_then(toml::Value::as_str) else {
            continue;
        };
        for column in file.get("colonne").and_then(toml::Value::as_array).into_iter().flatten() {
            let kind = match column["type"].as_str().unwrap() {
                "text" | "etat" => Kind::Text,
                "bool" => Kind::Bool,
                "date" | "civil" | "instant" => Kind::Time,
                "list" => continue,
                _ => Kind::Number,
            };
            kinds.insert((table.to_owned(), column["nom"].as_str().unwrap().to_owned()), kind);
        }
    }
    kinds
}

/// A row of a case file; a companion that is not written follows from its column.
struct Case {
    cells: BTreeMap<String, String>,
    columns: Vec<(String, Kind)>,
}

impl<'a> Row<'a> for &'a Case {
    fn value(&self, column: usize) -> Value<'a> {
        let case: &'a Case = self;
        let (name, kind) = &case.columns[column];
        let Some(text) = case.cells.get(name).filter(|text| !text.is_empty()) else {
            let Some(source) = name.strip_suffix("_etat") else {
                return Value::Null;
            };
            return match case.cells.get(source).is_some_and(|value| !value.is_empty()) {
                true => Value::Text("conforme"),
                false => Value::Text("manquant"),
            };
        };
        match kind {
            Kind::Any | Kind::Text => Value::Text(text),
            Kind::Bool => Value::Bool(text.parse().unwrap()),
            Kind::Number => Value::Number(text.parse().unwrap()),
            Kind::Time => {
                let at: DateTime = text
                    .parse()
                    .or_else(|_| text.parse::<Date>().map(|day| day.at(0, 0, 0, 0)))
                    .unwrap();
                Value::Time(time::microseconds(at).unwrap())
            }
        }
    }
}

/// Cases of a rule: (expected verdict, cells).
fn cases(rule: &Rule) -> Vec<(String, BTreeMap<String, String>)> {
    let text = std::fs::read_to_string(home("transform/cases/rules").join(format!("{}.csv", rule.id))).unwrap();
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let rows = reader.records().map(|record| {
        let record = record.unwrap();
        let mut cells: BTreeMap<String, String> = headers
            .iter()
            .zip(record.iter())
            .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
            .collect();
        (
            cells.remove("clause").unwrap_or_default(),
            cells.remove("verdict").unwrap(),
            cells,
        )
    });
    rows.filter(|(clause, ..)| *clause == rule.clause)
        .map(|(_, verdict, cells)| (verdict, cells))
        .collect()
}

/// The four words of a case file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    HorsChamp,
    NonJuge,
    Ok,
    Anomalie,
}

/// What a rule says of a row.
pub(super) fn word<'a>(parmi: &'a Expr, anomalie: &'a Expr, row: &impl Row<'a>) -> Word {
    match parmi.is_true(row) {
        Some(false) => Word::HorsChamp,
        None => Word::NonJuge,
        Some(true) => match anomalie.is_true(row) {
            None => Word::NonJuge,
            Some(true) => Word::Anomalie,
            Some(false) => Word::Ok,
        },
    }
}

#[test]
fn every_case_of_every_rule_that_is_accepted_has_the_verdict_written_beside_it() {
    let derived = derived();
    let (mut wrong, mut refused, mut judged) = (Vec::new(), Vec::new(), 0);
    for rule in every_rule() {
        let mut named: Vec<(String, Kind)> = Vec::new();
        let mut place = |name: &str| -> Read {
            let declared = lake::table::table(&rule.table).and_then(|table| columns::source(table, name));
            let kind = declared
                .map(|(_, kind)| kind)
                .or_else(|| derived.get(&(rule.table.clone(), name.to_owned())).copied())
                .ok_or_else(|| Refused::Column(name.to_owned()))?;
            named.push((name.to_owned(), kind));
            Ok((Expr::Column(named.len() - 1), kind))
        };
        match read_rule(&rule, &mut place) {
            Err(why) => refused.push((rule.name(), why)),
            Ok((parmi, anomalie)) => {
                for (expected, cells) in cases(&rule) {
                    let case = Case {
                        cells,
                        columns: named.clone(),
                    };
                    let found = match word(&parmi, &anomalie, &&case) {
                        Word::HorsChamp => "hors_champ",
                        Word::NonJuge => "non_juge",
                        Word::Ok => "ok",
                        Word::Anomalie => "anomalie",
                    };
                    judged += 1;
                    if expected != found {
                        wrong.push(format!(
                            "{}: expected {expected}, found {found}: {:?}",
                            rule.name(),
                            case.cells
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(judged > 900, "{judged} cases");
    assert!(
        !refused
            .iter()
            .any(|(name, why)| name.starts_with("RPU-X") && *why == Refused::Form),
        "{refused:?}"
    );
}

#[test]
fn a_rule_that_one_file_cannot_judge_is_named_with_its_reason() {
    let rules = super::of("rpu").unwrap();
    let said: Vec<(String, &str)> = rules.not_judged().map(|(rule, why)| (rule.name(), why)).collect();
    assert_eq!(said.len() + rules.judged.len(), declared("rpu").len());
    let names: Vec<&str> = said.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["RPU-X24", "RPU-E20a", "RPU-E20b", "RPU-E21"], "{said:?}");
}

#[test]
fn every_row_rule_says_how_to_mend_it_and_what_it_breaks() {
    let judged = super::every().flat_map(|rules| &rules.judged).map(|judged| &judged.rule);
    for rule in judged {
        assert!(!rule.correction.is_empty() && !rule.consequence.is_empty(), "{}", rule.name());
        assert!(
            !rule.correction.contains('{') && !rule.consequence.contains('{'),
            "{}",
            rule.name()
        );
    }
}

#[test]
fn the_row_rules_of_every_table_are_judged_on_its_files() {
    let judged = |table: &str| -> Vec<&str> {
        let rules = super::of(table).unwrap_or_else(|| panic!("no rules for {table}"));
        rules.judged.iter().map(|judged| judged.name.as_str()).collect()
    };
    assert!(
        judged("lits").contains(&"BED-C03") && judged("lits").contains(&"BED-C09"),
        "{:?}",
        judged("lits")
    );
    assert!(judged("smur_rpis").contains(&"SMUR-C22"), "{:?}", judged("smur_rpis"));
    assert!(judged("smur_rpis").contains(&"SMUR-C29") && judged("smur_rpis").contains(&"SMUR-C12"));
    assert!(
        judged("samu_rdr").contains(&"SAMU-C04") && judged("samu_rdr").contains(&"SAMU-C23"),
        "{:?}",
        judged("samu_rdr")
    );
    assert!(judged("samu_appels_agreges").contains(&"SAMU-C41"));
    assert!(judged("sas_rdv").contains(&"SAS-C05"));
    assert!(judged("mmg_activite_horaire").contains(&"MMG-C08"));
    assert!(judged("mmg_consultations").contains(&"MMG-C20a"));
}

/// What a reading rejects never reaches the lake: a rule of rows there would find nothing, and say « ok ».
#[test]
fn what_a_comparison_rejects_is_judged_on_files_only() {
    for kind in crate::kinds::Kinds::embedded().iter() {
        let rejecting = kind
            .comparaison
            .iter()
            .filter(|row| row.effet == lake::finding::Effect::RejectRecord);
        for comparison in rejecting {
            let table = &kind.table().nom;
            assert!(
                rule(table, &comparison.regle).is_none(),
                "{} of {}",
                comparison.regle,
                kind.nom
            );
        }
    }
}
