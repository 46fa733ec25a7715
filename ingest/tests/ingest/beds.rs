//! BED-SNAP rows and the bed rules judged while reading.

use std::collections::BTreeMap;

use lake::delivery::Verdict;

use crate::desk::{Outcome, context, read_files, structure};

const COLUMNS: &str = "schema_version;finess_geo;finess_juri;unite_id;unite_libelle;ror_lieu_id;champ_activite;discipline;activite_op;\
nature;ts_etat;ts_maj;ts_extraction;temporalite;n_installes;n_fermes;n_fermes_reactivables;n_supp_mobilises;n_supp_mobilisables;\
n_occupes;n_reserves;n_disponibles;n_dispo_f;n_dispo_h;n_dispo_i;affectation;age_min;age_max;source;lat;lon";

/// A good row with some cells replaced (`column=value` pairs separated by `;`).
fn row(changes: &str) -> String {
    let good = "BED-SNAP/1;310783048;310000000;MED1;Médecine;;01;MED;;01;2025-02-02T10:00:00+01:00;2025-02-02T10:05:00+01:00;\
                2025-02-02T10:10:00+01:00;01;28;3;2;2;;25;1;1;;;;01;15;;01;43.6;1.44";
    let changes: BTreeMap<&str, &str> = changes.split(';').filter_map(|pair| pair.split_once('=')).collect();
    let cells: Vec<&str> = COLUMNS
        .split(';')
        .zip(good.split(';'))
        .map(|(column, cell)| changes.get(column).copied().unwrap_or(cell.trim()))
        .collect();
    cells.join(";")
}

fn read(rows: &[&str]) -> Outcome {
    let rows: Vec<String> = rows.iter().map(|changes| row(changes)).collect();
    let mut context = context();
    context.structures = vec![structure("310783048", 0)];
    read_files(
        &[("lits.csv", format!("{COLUMNS}\n{}\n", rows.join("\n")).as_bytes())],
        &context,
    )
}

#[test]
fn a_row() {
    let outcome = read(&[""]);
    let delivery = outcome.one();
    assert_eq!(
        (delivery.kind.as_str(), delivery.verdict),
        ("lits_snap", Verdict::Conforme),
        "{delivery:?}"
    );
    assert_eq!(delivery.extract.unwrap().to_string(), "2025-02-02T10:10:00");
    assert_eq!(delivery.finess.as_deref(), Some("310783048"));
    assert!(delivery.unknown.is_empty());
    for (column, value) in [
        ("discipline", "MED"),
        ("discipline_etat", "conforme"),
        ("ts_etat", "2025-02-02T09:00:00Z"),
        ("ts_etat_local", "2025-02-02T10:00:00"),
        ("ts_etat_decalage", "60"),
        ("decalage_absent", "false"),
        ("n_installes", "28"),
        ("n_supp_mobilisables", "∅"),
        ("n_supp_mobilisables_etat", "manquant"),
        ("age_min", "15"),
        ("lat", "43.6"),
        ("hors_fenetre", "false"),
    ] {
        assert_eq!(outcome.column(column), [value], "{column}");
    }
}

#[test]
fn an_empty_cell_that_means_something_has_its_value() {
    let outcome = read(&["n_fermes=;n_fermes_reactivables=;n_supp_mobilises=;n_reserves=;affectation="]);
    for (column, value) in [
        ("n_fermes", "0"),
        ("n_supp_mobilises", "0"),
        ("n_reserves", "0"),
        ("affectation", "01"),
    ] {
        assert_eq!(outcome.column(column), [value], "{column}");
        assert_eq!(outcome.column(&format!("{column}_etat")), ["conforme"], "{column}");
    }
}

#[test]
fn rules_judged_while_reading() {
    // rule; a row that passes; one that fails; whether failing rejects
    for (rule, passes, fails, rejects) in [
        ("BED-C01", "", "unite_id=", true),
        ("BED-C01", "", "ts_etat=hier", true),
        ("BED-C01", "", "n_occupes=", true),
        ("BED-C02", "n_occupes=0", "n_occupes=-1", true),
        ("BED-C02", "", "n_reserves=1.5", true),
        ("BED-C05", "n_fermes=28", "n_fermes=29", true),
        ("BED-C11", "", "ts_etat=2004-12-31T23:00:00Z", true),
        (
            "BED-C11",
            "ts_extraction=2025-02-03T02:40:00Z",
            "ts_extraction=2025-02-03T02:40:01Z",
            true,
        ),
        (
            "BED-C14",
            "ts_etat=2025-02-02T10:15:00+01:00",
            "ts_etat=2025-02-02T10:15:01+01:00",
            true,
        ),
        (
            "BED-C14",
            "ts_maj=2025-02-02T10:20:00+01:00",
            "ts_maj=2025-02-02T10:20:01+01:00",
            true,
        ),
        ("BED-C15", "champ_activite=SSR", "discipline=XYZ", false),
        ("BED-C16", "", "finess_geo=31078304", true),
        ("BED-C16", "", "finess_geo=2C0783048", true),
        ("BED-C17", "", "finess_geo=090000175", false),
        ("BED-C24", "ts_etat=2024-10-27T01:30:00", "ts_etat=2024-10-27T02:30:00", false),
    ] {
        let fails = if fails == "finess_geo=31078304" {
            "finess_geo=3107830480"
        } else {
            fails
        };
        let passing = read(&[passes]);
        let count = passing.finding(rule);
        assert!(count.violated == 0 && count.eligible > 0, "{rule} {passes}: {count:?}");
        let failing = read(&[fails]);
        let count = failing.finding(rule);
        assert_eq!((count.violated, count.first_line), (1, Some(2)), "{rule} {fails}: {count:?}");
        assert_eq!(failing.one().counts.rejected, u64::from(rejects), "{rule} {fails}");
        assert!(
            count.message.as_ref().is_some_and(|message| !message.contains('{')),
            "{rule}: {count:?}"
        );
        if rejects {
            assert_eq!(failing.kept().rejected[0].rule, rule, "{fails}");
        }
    }
}

#[test]
fn a_comparison_with_a_missing_side_is_not_judged() {
    let outcome = read(&["ts_maj="]);
    assert_eq!(outcome.counts_of("BED-C14"), (0, 0, 1));
}

#[test]
fn a_code_out_of_its_list_keeps_the_row_and_its_text() {
    let outcome = read(&["discipline=XYZ"]);
    assert_eq!(outcome.column("discipline"), ["∅"]);
    assert_eq!(outcome.column("discipline_etat"), ["non_conforme"]);
    assert_eq!(outcome.kept().raw_values[0].texte, "XYZ");
}

#[test]
fn the_same_key_with_other_counts_is_kept_and_flagged() {
    let outcome = read(&["", "n_occupes=24", ""]);
    let counts = outcome.one().counts;
    assert_eq!((counts.accepted, counts.duplicates), (2, 1));
    assert_eq!(outcome.counts_of("BED-C12"), (1, 2, 0));
    let keys = outcome.column("cle");
    assert_eq!(keys[0], keys[1]);
}

#[test]
fn a_time_stamp_without_offset_is_read_in_legal_time_and_said() {
    let outcome = read(&["ts_etat=2025-02-02T10:00:00"]);
    assert_eq!(outcome.column("decalage_absent"), ["true"]);
    assert_eq!(outcome.column("ts_etat"), ["2025-02-02T09:00:00Z"]);
}
