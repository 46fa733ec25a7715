//! The row rules that a check of one file judges, against the same file judged on the lake.

mod extracts;

use std::collections::BTreeMap;
use std::fmt::Write;

use ingest::{Context, Received};
use lake::key::Key;

use crate::support::{Place, RANGUEIL, files};

/// Violated, eligible, not judged.
type Counts = (u64, u64, u64);

/// Passages with every fault that a row can have, in as many company as their number allows: each field runs through its own list.
fn faulty() -> String {
    let fields: [(&str, &[&str]); 14] = [
        ("CP", &["31000", "", "64100", "ABC"]),
        ("COMMUNE", &["TOULOUSE", "TOULOUSE", "", "BAYONNE", "12"]),
        (
            "NAISSANCE",
            &[
                "12/06/1985",
                "30/01/2025",
                "05/03/2026",
                "",
                "01/12/2024",
                "02/07/2019",
                "12/12/1931",
                "hier",
            ],
        ),
        ("SEXE", &["F", "M", "F", "", "M", "Z", "I"]),
        ("MODE_ENTREE", &["8", "6", "7", "8", "", "8", "5", "6", "8"]),
        ("PROVENANCE", &["5", "1", "7", "8", "", "5", "4", "9"]),
        ("TRANSPORT", &["PERSO", "SMUR", "HELI", "AMBU", "FO", "", "VSAB", "traîneau"]),
        ("TRANSPORT_PEC", &["AUCUN", "MED", "PARAMED", "", "AUCUN", "peut-être"]),
        ("MOTIF", &["R074", "", "S934", "douleur"]),
        ("GRAVITE", &["2", "1", "5", "D", "P", "", "3", "2", "9"]),
        ("DP", &["R074", "O800", "N40", "P070", "", "N800", "S934", "F329", "xx"]),
        ("MODE_SORTIE", &["8", "6", "9", "7", "8", "", "6", "8", "8", "5", "6"]),
        ("DESTINATION", &["", "1", "", "4", "6", "1", "2", "", "8"]),
        (
            "ORIENT",
            &[
                "", "UHCD", "PSA", "MED", "FUGUE", "HDT", "REA", "", "OBST", "SCAM", "X", "CHIR", "",
            ],
        ),
    ];
    let exits = [
        "01/02/2025 23:59",
        "02/02/2025 04:00",
        "31/01/2025 10:00",
        "",
        "07/02/2025 09:00",
        "02/02/2025 23:30",
        "08/04/2025 12:00",
        "03/02/2025 03:28",
        "bientôt",
        "30/03/2025 02:30",
    ];
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OSCOUR>\n<ETABLISSEMENT>\n<FINESS>{RANGUEIL}</FINESS>\n<ORDRE>0</ORDRE>\n\
         <EXTRACT>03/02/2025 03:25:10</EXTRACT>\n<DATEDEBUT>24/01/2025</DATEDEBUT>\n<DATEFIN>02/02/2025</DATEFIN>\n</ETABLISSEMENT>\n<PASSAGES>\n"
    );
    for rank in 0..900_usize {
        let (day, month) = if rank % 3 == 0 {
            (24 + rank % 8, 1)
        } else {
            (1 + rank % 2, 2)
        };
        let (hour, minute) = (rank / 60 % 24, rank % 60);
        let entry = format!("{day:02}/{month:02}/2025 {hour:02}:{minute:02}");
        text.push_str("<PATIENT>\n");
        // Another stride each time round, so that fields of as many values do not walk together.
        for (place, (tag, values)) in fields.iter().enumerate() {
            let value = values[(rank + rank / 13 * place) % values.len()];
            let _ = writeln!(text, "<{tag}>{value}</{tag}>");
        }
        let exit = match rank % 11 {
            0 => entry.clone(),
            1 => format!("{}{:02}", &entry[..14], minute.min(56) + 3),
            _ => exits[(rank + rank / 17) % exits.len()].to_owned(),
        };
        let acts = if rank % 5 == 0 { "<ACTE>DEQP003</ACTE>" } else { "" };
        let _ = writeln!(
            text,
            "<ENTREE>{entry}</ENTREE>\n<SORTIE>{exit}</SORTIE>\n<LISTE_DA/>\n<LISTE_ACTES>{acts}</LISTE_ACTES>\n</PATIENT>"
        );
    }
    text + "</PASSAGES>\n</OSCOUR>\n"
}

fn checked(place: &Place, name: &str) -> BTreeMap<String, Counts> {
    let mut context = Context::new(Key::from_bytes([0; 32]), Vec::new(), "76");
    context.sans_repertoire = true;
    let received = Received {
        path: place.path(name),
        source: String::new(),
        received_at: place.now.parse().unwrap(),
        depose_le: None,
    };
    let deliveries = ingest::check(&[received], &context).unwrap();
    assert!(deliveries[0].verdict.is_loaded(), "{name} {:?}", deliveries[0]);
    let judged: Vec<&str> = ingest::row_rule_names().collect();
    let findings = deliveries[0]
        .findings
        .iter()
        .filter(|finding| judged.contains(&finding.rule.as_str()));
    findings
        .map(|finding| (finding.rule.clone(), (finding.violated, finding.eligible, finding.not_judged)))
        .collect()
}

fn on_the_lake(place: &Place) -> BTreeMap<String, Counts> {
    place.oru(&["ingest"]).exits(0);
    place.oru(&["transform", "--du", "2025-01-01", "--au", "2025-02-28"]).exits(0);
    let results = place.path("lac/results");
    let file = files(&results)
        .into_iter()
        .find(|name| name.ends_with("findings.parquet"))
        .unwrap();
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    for finding in lake::results::read_findings(&results.join(file)).unwrap() {
        if finding.level != "region" || finding.period_kind != "month" {
            continue;
        }
        let name = match finding.clause.len() {
            0 | 1 => format!("{}{}", finding.rule, finding.clause),
            _ => format!("{}.{}", finding.rule, finding.clause),
        };
        let sum = counts.entry(name).or_default();
        *sum = (sum.0 + finding.violated, sum.1 + finding.eligible, sum.2 + finding.not_judged);
    }
    counts
}

#[test]
fn a_check_of_one_file_counts_what_the_lake_counts() {
    let place = Place::new();
    let text = faulty();
    place.write("a.xml", &text);
    place.receives("a.xml", &text);
    let (file, lake) = (checked(&place, "a.xml"), on_the_lake(&place));
    let mut wrong = Vec::new();
    for (rule, counts) in &file {
        let expected = lake.get(rule);
        if expected != Some(counts) {
            wrong.push(format!("{rule}: file {counts:?}, lake {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A test that judges nothing would pass. What is always filled once loaded, and what is not measured, cannot be found wrong.
    let silent: Vec<&str> = file
        .iter()
        .filter(|(_, counts)| counts.0 == 0)
        .map(|(rule, _)| rule.as_str())
        .collect();
    assert_eq!(silent, ["RPU-E05", "RPU-E13", "RPU-E14", "RPU-E19.ENTREE"]);
}

#[test]
fn a_check_of_beds_regulation_or_outings_counts_what_the_lake_counts() {
    let mut place = Place::new();
    place.now = "2025-02-20T04:30:00Z";
    let mut wrong = Vec::new();
    let extracts = extracts::every();
    for (name, text, _) in &extracts {
        place.write(name, text);
        place.receives(name, text);
    }
    let lake = on_the_lake(&place);
    for (name, _, least) in &extracts {
        let file = checked(&place, name);
        for (rule, counts) in &file {
            let expected = lake.get(rule);
            // What nothing is eligible for has no finding on the lake.
            if expected.copied().unwrap_or_default() != *counts {
                wrong.push(format!("{name} {rule}: file {counts:?}, lake {expected:?}"));
            }
        }
        let finding = file.values().filter(|counts| counts.0 > 0).count();
        if finding < *least {
            wrong.push(format!("{name}: {finding} rules find something, {least} wanted: {file:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
