//! Flat extracts of the SAMU, the SAS and the SMUR.

use lake::delivery::Verdict;

use crate::desk::{Outcome, context, read_files, structure};

fn read(header: &str, rows: &[&str]) -> Outcome {
    let mut context = context();
    context.structures = vec![structure("310783048", 0)];
    let text = format!("{header}\n{}\n", rows.join("\n"));
    read_files(&[("extraction_20250203.csv", text.as_bytes())], &context)
}

const RDR: &str = "version_format;date_heure_extraction;id_samu;numero_dossier;date_heure_creation;attribution;priorite;motif_recours;\
risques;age;sexe;commune_insee;smur_engage;supprime";

fn file(row: &str) -> Outcome {
    read(RDR, &[row])
}

#[test]
fn a_regulation_file() {
    let outcome = file(
        "SAMU-RDR/1;2025-02-03T02:00:00+01:00;fr.health.samu310;DRFR153102503200012;2025-02-02T23:59:30Z;DRM.MRL.MG;P2;M01.01;\
         R02|R03;45;F;31555;0;",
    );
    let delivery = outcome.one();
    assert_eq!(
        (delivery.kind.as_str(), delivery.verdict),
        ("samu_rdr", Verdict::Conforme),
        "{delivery:?}"
    );
    for (column, value) in [
        ("id_samu", "samu310"),
        ("date_heure_creation", "2025-02-02T23:59:30Z"),
        ("attribution", "DRM.MRL.MG"),
        ("attribution_etat", "conforme"),
        ("risques", "[R02, R03]"),
        ("age", "45"),
        ("smur_engage", "false"),
        ("supprime", "∅"),
        ("date_heure_regulation_etat", "manquant"),
    ] {
        assert_eq!(outcome.column(column), [value], "{column}");
    }
}

#[test]
fn the_day_of_a_file_is_that_of_paris_whatever_the_offset_received() {
    let outcome = file("SAMU-RDR/1;2025-02-03T02:00:00+01:00;samu310;1;2025-02-02T23:59:30Z;DRM;;;;;;;;");
    assert_eq!(outcome.column("date_heure_creation_local"), ["2025-02-03T00:59:30"]);
    assert_eq!(outcome.column("date_heure_creation_decalage"), ["60"]);
}

#[test]
fn a_code_out_of_its_list_is_kept_apart_and_a_well_formed_one_of_a_large_list_stays() {
    let outcome =
        file("SAMU-RDR/1;2025-02-03T02:00:00+01:00;samu310;1;2025-02-02T22:00:00+01:00;DRM.XXX;p2;M99.99;R02|feu;quarante;;;;");
    for (column, value, etat) in [
        ("attribution", "∅", "non_conforme"),
        ("priorite", "P2", "conforme"),
        ("motif_recours", "M99.99", "conforme"),
        ("risques", "∅", "non_conforme"),
        ("age", "∅", "non_conforme"),
    ] {
        assert_eq!(outcome.column(column), [value], "{column}");
        assert_eq!(outcome.column(&format!("{column}_etat")), [etat], "{column}");
    }
    assert_eq!(outcome.finding("SAMU-C14").violated, 1);
    assert_eq!(outcome.finding("SAMU-C16").violated, 2);
}

#[test]
fn a_samu_that_cannot_be_named_rejects_its_row() {
    let outcome = file("SAMU-RDR/1;2025-02-03T02:00:00+01:00;310783048;1;2025-02-02T22:00:00+01:00;DRM;;;;;;;;");
    assert_eq!(outcome.finding("ORU-S01").violated, 1);
    assert_eq!(outcome.one().counts.rejected, 1);
}

#[test]
fn a_file_created_after_its_extraction_rejects_its_row() {
    let outcome = file("SAMU-RDR/1;2025-02-02T10:00:00+01:00;samu310;1;2025-02-02T10:05:01+01:00;DRM;;;;;;;;");
    assert_eq!(outcome.finding("SAMU-C02").violated, 1);
    let outcome = file("SAMU-RDR/1;2025-02-02T10:00:00+01:00;samu310;1;2025-02-02T10:05:00+01:00;DRM;;;;;;;;");
    assert_eq!(outcome.finding("SAMU-C02").violated, 0);
}

const SAS: &str = "id_rdv;methode;date_heure_prise;date_heure_debut;statut;rpps_ps;id_regulateur;id_samu;date_heure_extraction";
const RDV: &str = "a-1;createappointment;2025-02-01T10:00:00+01:00;2025-02-01T18:30:00+01:00;BOOKED;810000000017;reg7;samu310;\
2025-02-02T02:00:00+01:00";

#[test]
fn an_appointment_keeps_neither_the_practitioner_nor_the_regulator() {
    let outcome = read(SAS, &[RDV]);
    assert_eq!(outcome.column("statut"), ["booked"], "codes are compared whatever their case");
    assert_eq!(outcome.column("methode"), ["CreateAppointment"]);
    for column in ["rpps_ps", "id_regulateur"] {
        let kept = outcome.column(column).remove(0);
        assert_eq!(kept.len(), 16, "{kept}");
        assert!(!kept.contains("810000000017") && !kept.contains("reg7"));
    }
    assert_eq!(
        outcome.column("rpps_ps"),
        read(SAS, &[RDV]).column("rpps_ps"),
        "the same number, the same hash"
    );
}

#[test]
fn a_file_with_a_name_is_refused_whole_and_says_why() {
    for (header, row, rule) in [
        (format!("{SAS};Mail_Regulateur"), format!("{RDV};x@y.fr"), "SAS-C12"),
        (format!("{SMUR};date_naissance"), format!("{MISSION};1950-01-01"), "SMUR-C14"),
    ] {
        let outcome = read(&header, &[&row]);
        let delivery = outcome.one();
        assert_eq!(delivery.verdict, Verdict::Refusee, "{rule}");
        let reason = delivery.reason.clone().unwrap_or_default();
        assert!(reason.contains(rule) && reason.contains("nomme une personne"), "{reason}");
        assert!(!reason.contains("x@y.fr") && !reason.contains("1950"), "{reason}");
        assert_eq!(delivery.counts.accepted, 0);
    }
}

const SMUR: &str = "version_format;date_heure_extraction;id_mission;id_patient_rpis;id_samu;numero_dossier;finess_smur_geo;\
niveau_engage;equipe_medecin;date_heure_decision;date_heure_depart;commune_residence;actes;devenir";
const MISSION: &str = "SMUR-RPIS/1;2025-02-03T02:00:00+01:00;;P01;samu310;D7;310783048;MED;1;2025-02-02T10:00:00+01:00;\
2025-02-02T10:04:00+01:00;31555;X1|X2;INEDIT";

#[test]
fn a_mission_without_number_is_named_by_its_base_its_file_and_its_departure() {
    let outcome = read(SMUR, &[MISSION]);
    assert_eq!(outcome.one().verdict, Verdict::Conforme, "{:?}", outcome.one());
    assert_eq!(outcome.column("id_mission"), ["310783048-D7-202502021004"]);
    let cancelled = MISSION.replace("2025-02-02T10:04:00+01:00", "");
    assert_eq!(read(SMUR, &[&cancelled]).column("id_mission"), ["310783048-D7-202502021000"]);
    let named = MISSION.replace(";;P01", ";M9;P01");
    assert_eq!(read(SMUR, &[&named]).column("id_mission"), ["M9"]);
}

#[test]
fn a_residence_is_kept_from_ten_thousand_inhabitants() {
    let outcome = read(SMUR, &[MISSION]);
    assert_eq!(outcome.column("commune_residence"), ["31555"]);
    assert_eq!(outcome.column("residence_departement"), ["31"]);
    let village = read(SMUR, &[&MISSION.replace("31555", "09029")]);
    assert_eq!(village.column("commune_residence"), ["∅"]);
    assert_eq!(village.column("commune_residence_etat"), ["conforme"]);
    assert_eq!(village.column("residence_departement"), ["09"]);
}

#[test]
fn raw_lists_and_outcomes_out_of_a_draft_list_are_kept() {
    let outcome = read(SMUR, &[MISSION]);
    assert_eq!(outcome.column("actes"), ["[X1, X2]"]);
    assert_eq!(outcome.column("devenir"), ["INEDIT"]);
}

#[test]
fn telephony_counters_that_contradict_each_other_reject_their_row() {
    let header = "id_samu;file_appels;debut_intervalle;pas_minutes;appels_presentes;appels_decroches;appels_decroches_30s;\
                  appels_decroches_60s;date_heure_extraction";
    let row = |counts: &str| format!("samu310;15;2025-02-02T10:00:00+01:00;15;{counts};2025-02-03T02:00:00+01:00");
    for (counts, rule) in [
        ("10;11;;", "SAMU-C43"),
        ("10;9;8;7", "SAMU-C44"),
        ("10;9;;10", "SAMU-C44"),
        ("10;-1;;", "SAMU-C40"),
    ] {
        let outcome = read(header, &[&row(counts)]);
        assert_eq!(outcome.finding(rule).violated, 1, "{rule} {counts}");
        assert_eq!(outcome.one().counts.rejected, 1);
    }
    assert_eq!(read(header, &[&row("10;9;7;8")]).one().counts.accepted, 1);
}

#[test]
fn daily_and_monthly_counts() {
    let header = "id_samu;jour;unite_affaires;affaires;drm;date_heure_extraction";
    let outcome = read(header, &["samu310;2025-02-02;DR;300;210;2025-02-03T02:00:00+01:00"]);
    assert_eq!(outcome.one().kind, "samu_activite_jour");
    assert_eq!(outcome.column("affaires"), ["300"]);
    let undeclared = read(header, &["samu310;2025-02-02;;300;210;2025-02-03T02:00:00+01:00"]);
    assert_eq!(undeclared.finding("SAMU-C54").violated, 1);
    let outcome = read(
        "finess_smur_geo;mois;sorties_primaires;sorties_secondaires;tiih;sorties_annulees;dont_heliportees",
        &["310783048;2025-01;120;30;8;4;6"],
    );
    assert_eq!(outcome.one().kind, "smur_activite_mois");
    assert_eq!(outcome.column("mois"), ["2025-01-01"]);
}

#[test]
fn the_form_of_the_sae_as_it_is_published() {
    let header =
        "BOR;AN;FI;RS;FI_EJ;APP;APR15;APD;APMIN;DR;DRM;DRMLIB;ARM;HMR;SORTER1;SORTER2;dtTIH;SORAER1;SORAER2;SORMAR;SORTIES";
    let rows = [
        "SMURSAMU;2023;310783048;CHU;310781406;400000;20000;360000;300000;250000;200000;90000;812,5;400;4000;900;300;600;200;0;6000",
        "SMURSAMU;2023;110000023;CH;110780061;;;;;;;;;;700;200;0;0;0;0;900",
        "SMURSAMU;23;310783048;CHU;310781406;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1",
    ];
    let outcome = read(header, &rows);
    let delivery = outcome.one();
    assert_eq!(
        (delivery.kind.as_str(), delivery.counts.accepted, delivery.counts.rejected),
        ("sae_smursamu", 2, 1)
    );
    assert!(delivery.unknown.is_empty(), "{:?}", delivery.unknown);
    assert_eq!(outcome.column("annee"), ["2023-01-01", "2023-01-01"]);
    assert_eq!(outcome.column("arm"), ["812.5", "∅"]);
    assert_eq!(outcome.column("dttih"), ["300", "0"]);
    assert_eq!(outcome.column("dr"), ["250000", "∅"]);
}
