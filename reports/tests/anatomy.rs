//! Every table and chart of the anatomy of public reports is in a document, or in the written list of what is left out.

use std::collections::BTreeSet;

use reports::declaration::{BlockDecl, Declaration, EMBEDDED};

const ANATOMY: &str = include_str!("anatomie.txt");
const LEFT_OUT: &str = include_str!("../../docs/rapports.md");

#[test]
fn every_table_and_chart_is_in_a_document_or_left_out_with_a_reason() {
    let printed = printed();
    let left_out = left_out();
    for id in ANATOMY.lines().filter(|line| !line.starts_with('#')) {
        let (told, reason) = (printed.contains(id), left_out.contains(id));
        assert!(told || reason, "{id} : ni dans un document, ni dans docs/rapports.md");
        assert!(!(told && reason), "{id} : dans un document, et dite absente");
    }
}

#[test]
fn what_is_left_out_has_a_reason_of_some_length() {
    let rows = LEFT_OUT
        .lines()
        .filter(|line| line.starts_with("| Q-") || line.starts_with("| E-") || line.starts_with("| D-"));
    for row in rows {
        let reason = row.split('|').nth(3).unwrap_or_default().trim();
        assert!(reason.chars().count() > 30, "{row}");
    }
}

fn printed() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (name, text) in EMBEDDED {
        let declaration = Declaration::parse(name, name, text).unwrap();
        for block in declaration.sections.iter().flat_map(|section| &section.blocs) {
            let id = match block {
                BlockDecl::Tableau(table) => &table.id,
                BlockDecl::Graphique(chart) => &chart.id,
                BlockDecl::Coherence(table) => &table.id,
                BlockDecl::Faits(table) => &table.id,
                _ => continue,
            };
            found.insert(id.clone());
        }
    }
    found
}

/// First column of the table under « Lignes absentes ».
fn left_out() -> BTreeSet<String> {
    let (_, rest) = LEFT_OUT.split_once("## Lignes absentes").unwrap();
    let rows = rest.lines().filter_map(|line| line.strip_prefix("| "));
    rows.filter_map(|row| row.split(" |").next())
        .filter(|id| id.contains("-T") || id.contains("-G"))
        .map(str::to_owned)
        .collect()
}
