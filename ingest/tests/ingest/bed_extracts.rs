//! Bed extracts beside the snapshot: the long form, closures, requests, blocked stays, stays, declared tension.

use lake::delivery::Verdict;

use crate::desk::{Outcome, SITE, context, read_files};

fn read(name: &str, text: &str) -> Outcome {
    read_files(&[(name, text.replace("SITE", SITE).as_bytes())], &context())
}

const CAP: &str = "schema_version;finess_geo;unite_id;champ_activite;discipline;nature;ts_etat;ts_maj;ts_extraction;temporalite;source;affectation;statut;nombre;type_fermeture;type_supp;genre\n";

/// Lines of one place, each (status, number, typed at, details).
fn cap(lines: &[(&str, &str, &str, &str)]) -> Outcome {
    let mut text = CAP.to_owned();
    for (statut, nombre, hour, details) in lines {
        text.push_str(&format!(
            "BED-CAP/1;SITE;MED01;01;MED;01;;2025-02-02T{hour}:00+01:00;2025-02-02T20:00:00+01:00;01;01;;{statut};{nombre};{details}\n"
        ));
    }
    read("CAP.csv", &text)
}

/// The worked unit of beds.md §5.4, as the ROR tells it.
const WORKED: &[(&str, &str, &str, &str)] = &[
    ("01", "28", "08:00", ";;"),
    ("02", "1", "10:00", ";;"),
    ("03", "25", "10:00", ";;"),
    ("04", "1", "10:00", ";;"),
    ("05", "2", "08:00", "01;;"),
    ("05", "1", "08:00", "02;;"),
    ("06", "2", "08:00", ";01;"),
];

#[test]
fn the_long_form_makes_one_row_of_the_lines_of_a_place() {
    let outcome = cap(WORKED);
    let delivery = outcome.one();
    assert_eq!((delivery.kind.as_str(), delivery.table.as_str()), ("lits_cap", "lits"));
    assert_eq!(delivery.verdict, Verdict::Conforme, "{:?}", delivery.reason);
    for (column, value) in [
        ("n_installes", "28"),
        ("n_disponibles", "1"),
        ("n_occupes", "25"),
        ("n_reserves", "1"),
        ("n_fermes", "3"),
        ("n_fermes_reactivables", "2"),
        ("n_supp_mobilises", "2"),
        ("n_supp_mobilisables", "∅"),
        ("ts_maj", "2025-02-02T09:00:00Z"),
        ("ts_etat", "2025-02-02T09:00:00Z"),
        ("ligne", "2"),
    ] {
        assert_eq!(outcome.column(column), [value], "{column}");
    }
}

#[test]
fn of_two_lines_of_one_status_the_latest_typed_counts_and_is_said() {
    for lines in [
        [("03", "25", "10:00", ";;"), ("03", "20", "08:00", ";;")],
        [("03", "20", "08:00", ";;"), ("03", "25", "10:00", ";;")],
    ] {
        let mut all = vec![("01", "28", "08:00", ";;"), ("02", "1", "08:00", ";;")];
        all.extend(lines);
        let outcome = cap(&all);
        assert_eq!(outcome.column("n_occupes"), ["25"]);
        assert_eq!(outcome.counts_of("BED-C12"), (1, 1, 0));
    }
    assert_eq!(cap(WORKED).counts_of("BED-C12"), (0, 1, 0));
}

#[test]
fn a_line_of_the_long_form_that_says_nothing_known_loses_no_other() {
    let mut lines = WORKED.to_vec();
    lines.push(("09", "4", "10:00", ";;"));
    let outcome = cap(&lines);
    assert_eq!(outcome.column("n_occupes"), ["25"]);
    assert_eq!(outcome.counts_of("BED-C15").0, 1);
    let mut lines = WORKED.to_vec();
    lines[2].1 = "vingt";
    let outcome = cap(&lines);
    assert_eq!(outcome.counts_of("BED-C02"), (1, 1, 0));
    assert_eq!(outcome.one().counts.rejected, 1);
}

#[test]
fn the_flat_bed_extracts_are_read_by_their_declarations() {
    for (name, text, kind, column, value) in [
        (
            "CLOSE_20250201.csv",
            "finess_geo;unite_id;date_debut;date_fin;n_fermes;n_reouvrables;motif\nSITE;MED01;2025-02-01;2025-02-28;3;2;travaux\n",
            "lits_fermetures",
            "n_fermes",
            "3",
        ),
        (
            "REQ_20250201.csv",
            "id_demande;finess_geo_demandeur;ts_decision_hospit;ts_demande_lit;ts_attribution;ts_depart_urg;discipline_voulue;discipline_obtenue;classe_age;issue\n\
             d1;SITE;2025-01-14T17:45:00+01:00;;;2025-01-15T09:15:00+01:00;MED;MED;;INTERNE\n",
            "lits_demandes",
            "attente_min",
            "930",
        ),
        (
            "BLOCK_20250201.csv",
            "id_pseudo;finess_geo;unite_id;date_medicalement_sortant;date_sortie_effective;motif;solution_attendue\n\
             p1;SITE;GER01;2025-01-10;;EHPAD;place\n",
            "lits_blocages",
            "motif",
            "EHPAD",
        ),
        (
            "SEJ_20250201.csv",
            "schema_version;finess_geo;id_sejour;unite_id;discipline;ts_entree;ts_sortie;ts_extraction;ghm;mode_entree;provenance;demandeur;mode_sortie\n\
             BED-SEJ/1;SITE;s1;MED01;MED;2025-01-14T22:00:00+01:00;2025-01-20T11:00:00+01:00;2025-02-01T05:00:00+01:00;05M092;8;5;;8\n",
            "sejours",
            "entree_locale",
            "2025-01-14T22:00:00",
        ),
        (
            "HET_20250201.csv",
            "finess_geo;ts_debut;ts_fin;niveau;perimetre;motif;declarant_role;actions\n\
             SITE;2025-01-14T08:00:00+01:00;;2;URG;afflux;directeur de garde;rappel|lits\n",
            "het_declarations",
            "niveau",
            "2",
        ),
    ] {
        let outcome = read(name, text);
        let delivery = outcome.one();
        assert_eq!(delivery.kind, kind, "{:?}", delivery.reason);
        assert_eq!(delivery.verdict, Verdict::Conforme, "{kind}: {:?}", delivery.reason);
        assert_eq!(outcome.column(column), [value], "{kind}");
    }
}

#[test]
fn a_request_whose_times_do_not_follow_is_rejected() {
    let header = "id_demande;finess_geo_demandeur;ts_decision_hospit;ts_depart_urg;issue\n";
    for (departure, rejected) in [("17:50", 0), ("17:36", 0), ("17:34", 1)] {
        let row = format!("d1;SITE;2025-01-14T17:45:00+01:00;2025-01-14T{departure}:00+01:00;INTERNE\n");
        let outcome = read("REQ_20250201.csv", &format!("{header}{row}"));
        assert_eq!(outcome.one().counts.rejected, rejected, "{departure}");
    }
}

#[test]
fn a_column_that_identifies_a_person_refuses_the_extract() {
    let text = "id_pseudo;finess_geo;unite_id;date_medicalement_sortant;NIR\np1;SITE;GER01;2025-01-10;1470631\n";
    let outcome = read("BLOCK_20250201.csv", text);
    let delivery = outcome.one();
    assert_eq!(delivery.verdict, Verdict::Refusee);
    let reason = delivery.reason.as_deref().unwrap();
    assert!(reason.contains("« nir »") && !reason.contains("1470631"), "{reason}");
    assert_eq!(outcome.counts_of("MMG-C26"), (1, 1, 0));
}

/// Of six pairs of instants one out of order is enough to reject a request; one that is not told leaves the others unjudged.
#[test]
fn a_request_attributed_before_it_was_decided_is_rejected() {
    let lines = [
        ("2025-01-14T17:00", "", "2025-01-14T12:00", "2025-01-14T19:00"),
        ("2025-01-14T17:00", "2025-01-14T18:30", "", "2025-01-14T18:00"),
        ("2025-01-14T17:00", "", "2025-01-14T18:00", "2025-01-14T19:00"),
        ("2025-01-14T17:00", "2025-01-14T17:10", "2025-01-14T18:00", "2025-01-14T19:00"),
    ];
    let mut text = "id_demande;finess_geo_demandeur;ts_decision_hospit;ts_demande_lit;ts_attribution;ts_depart_urg;discipline_voulue;discipline_obtenue;classe_age;issue\n".to_owned();
    for (rank, (decision, request, attribution, departure)) in lines.into_iter().enumerate() {
        let at = |instant: &str| match instant {
            "" => String::new(),
            instant => format!("{instant}:00+01:00"),
        };
        let instants = [at(decision), at(request), at(attribution), at(departure)].join(";");
        text.push_str(&format!("d{rank};SITE;{instants};MED;MED;;INTERNE\n"));
    }
    let outcome = read("REQ_20250201.csv", &text);
    let delivery = outcome.one();
    let found = delivery.findings.iter().find(|finding| finding.rule == "BED-C27").unwrap();
    assert_eq!((found.violated, found.eligible, found.not_judged), (2, 3, 1));
    assert_eq!(delivery.counts.rejected, 2);
}
