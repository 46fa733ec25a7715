//! Judges the row rules that name only columns of the view over the passages of a year, and writes what each found as JSON: the side of
//! `oru` in `bench/pointblank_main.py`, which does the same with pointblank on the same files.
//!
//!     juger <folder of current/rpu> <year>

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::json;
use transform::catalogue::columns;
use transform::rules::{Days, Grains, Scope, compile};
use transform::{Catalogue, Inputs, judge};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, year] = &arguments[..] else {
        panic!("usage : juger <dossier> <année>");
    };
    let year: i16 = year.parse().expect("a year");
    let mut catalogue = Catalogue::load(&[]).expect("the shipped declarations are valid");
    let shipped = catalogue.clone();
    catalogue.regles.retain(|rule| {
        let is_row = rule.table == "rpu" && rule.portee == Scope::Row;
        is_row && compile(rule, &shipped).is_ok_and(|compiled| compiled.columns.iter().all(|name| is_of_the_view(name)))
    });
    let mut files: Vec<PathBuf> = Vec::new();
    for month in std::fs::read_dir(folder).expect("the folder of a view") {
        files.push(month.expect("a month").path().join("donnees.parquet"));
    }
    files.retain(|file| Path::exists(file));
    files.sort();
    let inputs = Inputs {
        views: BTreeMap::from([("rpu".to_owned(), files)]),
        structures: lake::reference::structures().to_vec(),
        region: "76".to_owned(),
        run: "banc".to_owned(),
        ..Inputs::default()
    };
    let (from, to) = (Date::constant(year, 1, 1), Date::constant(year, 12, 31));
    let grains = Grains {
        days: Days::None,
        month: true,
        quarter: false,
    };
    let judged = judge(&inputs, &catalogue, from, to, grains).expect("the rules are judged");
    let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for finding in judged.findings.iter().filter(|finding| finding.level == "region") {
        let name = transform::judgement::name_of(finding);
        let count = counts.entry(name).or_default();
        count.0 += finding.violated;
        count.1 += finding.eligible;
    }
    println!("{}", json!(counts));
}

fn is_of_the_view(name: &str) -> bool {
    let table = columns::table("rpu").expect("a table of the lake");
    table.column(name).is_some_and(|column| !column.derived)
}
