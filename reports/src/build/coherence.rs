//! Rules in anomaly for the region, from the findings of the release.

use lake::figure::Status;
use lake::finding::Finding;
use lake::release::Audience;

use super::Context;
use super::cell::stand_in;
use super::legend::status_legend;
use super::words::Words;
use crate::declaration::CoherenceDecl;
use crate::document::{Cell, Column, Group, Role, Row, Table};
use crate::typography as typo;

/// The table, or none when no rule of that family is in anomaly.
pub fn coherence(context: &Context, words: &Words, declared: &CoherenceDecl) -> Option<Table> {
    let frame = context.frame();
    let mut found: Vec<&Finding> = context
        .figures
        .release
        .findings
        .iter()
        .filter(|finding| {
            declared.regles.iter().any(|start| finding.rule.starts_with(start.as_str()))
                && finding.level == "region"
                && finding.area == frame.region
                && finding.period == frame.period
                && finding.violated > 0
        })
        .collect();
    // A share of very few records says less than a number: the most frequent first.
    found.sort_by(|a, b| {
        let by_number = b.violated.cmp(&a.violated);
        by_number.then_with(|| (&a.rule, &a.clause).cmp(&(&b.rule, &b.clause)))
    });
    found.truncate(declared.lignes);
    let rows: Vec<Row> = found.iter().map(|finding| row(context, finding)).collect();
    if rows.is_empty() {
        return None;
    }
    let groups = vec![Group {
        title: String::new(),
        rows,
    }];
    let mut notes: Vec<String> = declared.notes.iter().map(|note| words.french(note)).collect();
    notes.extend(status_legend(&groups));
    Some(Table {
        id: declared.id.clone(),
        title: words.french(&declared.titre),
        subtitle: words.french(&declared.sous_titre),
        columns: [
            ("Règle", false),
            ("Identifiant", false),
            ("Jugés", true),
            ("Anomalies", true),
            ("Part", true),
            ("Non jugés", true),
        ]
        .map(|(title, numeric)| Column {
            title: title.to_owned(),
            numeric,
        })
        .to_vec(),
        groups,
        notes,
        source: words.source(None),
        dense: true,
    })
}

fn row(context: &Context, finding: &Finding) -> Row {
    let frame = context.frame();
    let count = |value: u64| Cell::number(typo::count(value as f64), value as f64, "");
    // Findings come without a gate of their own: a small number of records is hidden here, with its share.
    let hidden = frame.audience != Audience::Interne && finding.violated < u64::from(frame.gate.seuil);
    let (violated, share) = match (hidden, finding.share) {
        (true, _) => (stand_in(Status::Masked), stand_in(Status::Masked)),
        (false, Some(share)) => (count(finding.violated), Cell::number(typo::share(share), share * 100.0, "%")),
        (false, None) => (count(finding.violated), stand_in(Status::NoDenominator)),
    };
    // As rules write it: `RPU-X29b`, `RPU-E19.SEXE`.
    let id = match finding.clause.len() {
        0 | 1 => format!("{}{}", finding.rule, finding.clause),
        _ => format!("{}.{}", finding.rule, finding.clause),
    };
    let entry = context.figures.entry(&id).or_else(|| context.figures.entry(&finding.rule));
    Row {
        title: entry.map_or_else(|| finding.rule.clone(), |entry| typo::french(&entry.titre)),
        role: Role::Detail,
        depth: 0,
        cells: vec![
            Cell::words(id),
            count(finding.eligible),
            violated,
            share,
            count(finding.not_judged),
        ],
    }
}
