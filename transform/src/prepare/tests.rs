//! Derived columns on small tables: the frames have what is declared; the patient, the outcome and the diagnosis.

mod calendar;
mod durations;
mod lits;
mod regulation;

use std::collections::BTreeSet;

use super::*;
use crate::catalogue::columns;
use crate::testing::{Row, row, write_view};

fn inputs(table: &str, rows: &[Row]) -> (tempfile::TempDir, Inputs) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("{table}.parquet"));
    write_view(&path, table, rows);
    let mut inputs = Inputs {
        structures: lake::reference::structures().to_vec(),
        region: "76".to_owned(),
        ponts: BTreeSet::from(["2025-05-09".parse().unwrap(), "2025-11-10".parse().unwrap()]),
        ..Inputs::default()
    };
    inputs.views.insert(table.to_owned(), vec![path]);
    (folder, inputs)
}

/// The prepared rows of 2025, and what one column holds, as text.
fn prepared(inputs: &Inputs, table: &str) -> DataFrame {
    let catalogue = Catalogue::load(&[]).unwrap();
    let (from, to) = ("2025-01-01".parse().unwrap(), "2025-12-31".parse().unwrap());
    let frame = match table {
        "rpu" => prepare(inputs, &catalogue, from, to),
        _ => prepare_lits(inputs, &catalogue, from, to),
    };
    frame
        .unwrap()
        .sort(["rang"], SortMultipleOptions::default())
        .collect()
        .unwrap()
}

fn text(frame: &DataFrame, column: &str) -> Vec<String> {
    let values = frame.column(column).unwrap().cast(&DataType::String).unwrap();
    values
        .str()
        .unwrap()
        .iter()
        .map(|value| value.unwrap_or("-").to_owned())
        .collect()
}

/// One row each, entered in the first hours of 2025 unless said otherwise, and the values of these columns.
fn check(rows: &[(&str, &[(&str, &str)])]) {
    let written: Vec<Row> = rows
        .iter()
        .map(|(cells, _)| {
            row(&format!(
                "finess=310783048; ordre=0; entree=2025-02-03 10:00; extract=2025-02-10 03:00; {cells}"
            ))
        })
        .collect();
    let (_folder, inputs) = inputs("rpu", &written);
    let frame = prepared(&inputs, "rpu");
    for (index, (cells, expected)) in rows.iter().enumerate() {
        for (column, value) in *expected {
            assert_eq!(text(&frame, column)[index], *value, "{cells}: {column}");
        }
    }
}

#[test]
fn the_prepared_frames_have_the_declared_columns() {
    for table in ["rpu", "lits"] {
        for rows in [
            vec![],
            vec![row(
                "finess=310783048; ordre=0; entree=2025-02-03 10:00; finess_geo=310783048; ts_etat_local=2025-02-03 10:00",
            )],
        ] {
            let (_folder, inputs) = inputs(table, &rows);
            let frame = prepared(&inputs, table);
            assert_eq!(frame.height(), rows.len());
            let found: BTreeSet<(String, String)> = frame
                .schema()
                .iter()
                .filter(|(name, _)| !["cle", "empreinte", "rang", "ligne", "lien"].contains(&name.as_str()))
                .map(|(name, kind)| (name.to_string(), kind.to_string()))
                .collect();
            let declared = columns::table(table).unwrap().schema();
            let declared: BTreeSet<_> = declared
                .iter()
                .map(|(name, kind)| (name.to_string(), kind.to_string()))
                .collect();
            assert_eq!(found, declared);
        }
        // Without any file, the same columns.
        let empty = prepared(&Inputs::default(), table);
        assert_eq!(empty.height(), 0);
    }
}

#[test]
fn the_patient() {
    check(&[
        (
            "age=0; residence_classe=region",
            &[
                ("age_5", "00-04"),
                ("pediatrie", "true"),
                ("geriatrie", "false"),
                ("resident", "1"),
            ],
        ),
        (
            "age=17; residence_classe=france",
            &[("age_5", "15-19"), ("pediatrie", "true"), ("resident", "0")],
        ),
        (
            "age=18; residence_classe=etranger",
            &[("pediatrie", "false"), ("resident", "0")],
        ),
        (
            "age=75; residence_classe=indetermine",
            &[("age_5", "75-79"), ("geriatrie", "true"), ("resident", "-")],
        ),
        ("age=94; residence_classe=manquant", &[("age_5", "90-94"), ("resident", "-")]),
        (
            "age=95",
            &[("age_5", "95+"), ("resident", "-"), ("residence_provenance", "-")],
        ),
        (
            "residence_classe=france; residence_departement=64",
            &[("resident", "0"), ("residence_provenance", "limitrophe")],
        ),
        (
            "residence_classe=france; residence_departement=75",
            &[("residence_provenance", "france")],
        ),
        ("residence_classe=france", &[("residence_provenance", "france")]),
        ("age=120", &[("age_5", "95+")]),
        ("", &[("age_5", "-"), ("pediatrie", "-"), ("geriatrie", "-")]),
    ]);
}

#[test]
fn the_outcome_and_the_diagnosis() {
    check(&[
        ("orient=UHCD; mode_sortie=6", &[("uhcd", "true"), ("hospitalise", "true")]),
        ("orient=MED; mode_sortie=7", &[("uhcd", "false"), ("hospitalise", "true")]),
        ("mode_sortie=8", &[("uhcd", "false"), ("hospitalise", "false")]),
        ("mode_sortie=9", &[("hospitalise", "false")]),
        ("mode_sortie_etat=non_conforme", &[("hospitalise", "-"), ("uhcd", "false")]),
        (
            "dp=S525",
            &[
                ("type_urgence", "TRAUMA"),
                ("chapitre", "Traumatisme du membre supérieur"),
                ("avc", "-"),
            ],
        ),
        (
            "dp=I639",
            &[("type_urgence", "MED-CHIR"), ("avc", "2"), ("dp_interdit", "false")],
        ),
        (
            "",
            &[
                ("type_urgence", "-"),
                ("dp_sfmu", "-"),
                ("departement", "31"),
                ("type_etablissement", "chu"),
                ("flux_id", "310783048/0"),
            ],
        ),
        ("finess=990000010", &[("departement", "-"), ("flux_id", "990000010/0")]),
    ]);
}

#[test]
fn what_is_expected_after_each_orientation() {
    for orient in ["FUGUE", "PSA", "REO"] {
        let left = [("sans_soins", "true"), ("gravite_attendu", "false"), ("dp_attendu", "false")];
        check(&[(&format!("orient={orient}"), &left)]);
    }
    for (row, left) in [("orient=SCAM", "false"), ("orient=MED", "false"), ("", "-")] {
        check(&[(
            row,
            &[("sans_soins", left), ("gravite_attendu", "true"), ("dp_attendu", "true")],
        )]);
    }
}

#[test]
fn a_site_says_after_which_orientations_no_diagnosis_is_expected() {
    let rows = ["SCAM", "FUGUE"].map(|orient| {
        row(&format!(
            "finess=310783048; ordre=0; entree=2025-02-03 10:00; orient={orient}"
        ))
    });
    let (_folder, mut inputs) = inputs("rpu", &rows);
    inputs.bornes.dp_exclus = vec!["SCAM".to_owned()];
    let frame = prepared(&inputs, "rpu");
    assert_eq!(text(&frame, "dp_attendu"), ["false", "true"]);
    assert_eq!(text(&frame, "gravite_attendu"), ["true", "false"]);
}
