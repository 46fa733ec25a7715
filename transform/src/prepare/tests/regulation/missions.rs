//! Missions of the SMUR: kinds of outings, outcomes, delays.

use super::*;

const MISSION: &str = "finess_smur_geo=310783048;id_mission=M1;id_patient_rpis=P1;date_heure_decision=2025-02-03 09:08;\
date_heure_decision_local=2025-02-03 10:08";

/// smur.md §5.1, step by step.
#[test]
fn kinds_of_outings() {
    for (file, mission, kind, deduced) in [
        ("type_intervention=T1", "type_sortie=SECONDAIRE", "SECONDAIRE", "false"),
        ("type_intervention=T1", "finess_lieu=310783048", "PRIMAIRE", "false"),
        ("type_intervention=T2-INTER", "equipe_medecin=true", "SECONDAIRE", "false"),
        (
            "type_intervention=T2-INTRA",
            "equipe_medecin=false;equipe_infirmier=true",
            "TIIH",
            "false",
        ),
        ("type_intervention=T2-INTER", "", "INCONNU", "false"),
        ("type_intervention=T3", "", "RETOUR", "false"),
        ("type_intervention=T4", "", "RAPATRIEMENT", "false"),
        ("", "finess_lieu=310783048;equipe_medecin=true", "SECONDAIRE", "true"),
        (
            "",
            "type_lieu=L04.07.01;equipe_medecin=false;equipe_infirmier=true",
            "TIIH",
            "true",
        ),
        ("", "type_lieu=L01.00.00", "PRIMAIRE", "true"),
        ("", "", "PRIMAIRE", "true"),
    ] {
        let region = Region::new()
            .with("samu_rdr", FILE, &[file])
            .with("smur_rpis", MISSION, &[mission]);
        let frame = region.of("smur_rpis");
        assert_eq!(text(&frame, "sortie"), [kind], "{file} {mission}");
        assert_eq!(text(&frame, "deduit"), [deduced], "{file} {mission}");
    }
}

#[test]
fn groups_of_outcomes_and_modes_are_those_of_the_lists() {
    let outcomes = &lake::code_list::code_list("smur_devenir_patient").unwrap().codes;
    let vehicles = &lake::code_list::code_list("smur_type_vecteur").unwrap().codes;
    for (codes, received, derived, key) in [
        (outcomes, "devenir", "groupe_devenir", "groupe="),
        (vehicles, "vecteur_aller", "mode_aller", "mode="),
    ] {
        let cells: Vec<String> = codes.iter().map(|code| format!("{received}={}", code.code)).collect();
        let region = Region::new().with("smur_rpis", MISSION, &cells.iter().map(String::as_str).collect::<Vec<_>>());
        let found = text(&region.of("smur_rpis"), derived);
        for (code, found) in codes.iter().zip(found) {
            let said = code.autres["note"].split("; ").find_map(|part| part.strip_prefix(key));
            let said = said.and_then(|value| value.split(' ').next()).unwrap_or("-");
            assert_eq!(found, said, "{}", code.code);
        }
    }
}

/// smur.md §5.2.
#[test]
fn classes_of_outcomes() {
    for (cells, class) in [
        ("devenir=OK;niveau_transport=MED", "TRANSPORT_MEDICALISE"),
        ("devenir=TEMP;niveau_transport=PARAMED", "TRANSPORT_PARAMEDICALISE"),
        ("devenir=OK;niveau_transport=SECOURS", "TRANSPORT_NON_MEDICALISE"),
        ("devenir=OK;niveau_transport=SANS", "TRANSPORT_NON_MEDICALISE"),
        ("devenir=OK", "TRANSPORT_NIVEAU_INCONNU"),
        ("devenir=MOYPERSO", "LAISSE_SUR_PLACE"),
        ("devenir=REFPAT", "LAISSE_SUR_PLACE"),
        ("devenir=AMED", "LAISSE_SUR_PLACE"),
        ("devenir=REA", "DECEDE"),
        ("devenir=INEDIT", "INCONNU"),
        ("", "-"),
    ] {
        let region = Region::new().with("smur_rpis", MISSION, &[cells]);
        assert_eq!(text(&region.of("smur_rpis"), "classe_devenir"), [class], "{cells}");
    }
}

/// smur.md §4, column 33.
#[test]
fn ages_of_the_patients_of_a_smur_are_in_years() {
    for (age, years) in [
        ("age=P82Y", "82.0"),
        ("age=P6M", "0.5"),
        ("age=P104Y", "104.0"),
        ("age=82", "82.0"),
        ("age=P121Y", "-"),
        ("", "-"),
    ] {
        let region = Region::new().with("smur_rpis", MISSION, &[age]);
        assert_eq!(text(&region.of("smur_rpis"), "age_ans"), [years], "{age}");
    }
}

#[test]
fn a_mission_of_two_patients_counts_once_and_one_without_patient_counts_too() {
    let region = Region::new().with(
        "smur_rpis",
        MISSION,
        &[
            "",
            "id_patient_rpis=P2",
            "id_mission=M2;id_patient_rpis=;annulation=true",
            "id_mission=M3;annulation=true",
        ],
    );
    let frame = region.of("smur_rpis");
    assert_eq!(text(&frame, "mission"), ["true", "false", "true", "true"]);
    assert_eq!(text(&frame, "patient"), ["true", "true", "false", "false"]);
}

/// smur.md §6, on a mission whose every step is ten minutes after the one before.
#[test]
fn delays_of_a_mission() {
    let chain = "date_heure_creation_dossier=2025-02-03 08:58;date_heure_declenchement=2025-02-03 09:10;date_heure_depart=2025-02-03 09:20;\
                 date_heure_arrivee_lieux=2025-02-03 09:30;date_heure_depart_lieux=2025-02-03 09:40;\
                 date_heure_arrivee_destination=2025-02-03 09:50;date_heure_fin_pec=2025-02-03 10:00;date_heure_disponible=2025-02-03 10:10;\
                 date_heure_retour_base=2025-02-03 10:20";
    let region = Region::new()
        .with(
            "samu_rdr",
            FILE,
            &["type_intervention=T1;date_heure_presentation=2025-02-03 08:55"],
        )
        .with("smur_rpis", MISSION, &[chain]);
    let frame = region.of("smur_rpis");
    for (delay, minutes) in [
        ("d1_min", "10.0"),
        ("d2_min", "10.0"),
        ("d3_min", "10.0"),
        ("d4_min", "22.0"),
        ("d5_min", "35.0"),
        ("d6_min", "10.0"),
        ("d6b_min", "-"),
        ("d7_min", "10.0"),
        ("d8_min", "10.0"),
        ("d9_min", "62.0"),
        ("d10_min", "60.0"),
        ("seconde_intention_min", "13.0"),
        ("seconde_intention", "true"),
    ] {
        assert_eq!(text(&frame, delay), [minutes], "{delay}");
    }
}

/// smur.md §7: every delay that uses either instant of a pair out of order is excluded, and counted; the others stay.
#[test]
fn a_contradicted_instant_excludes_every_delay_that_uses_it() {
    let cells = "date_heure_depart=2025-02-03 09:20;date_heure_arrivee_lieux=2025-02-03 09:15;date_heure_depart_lieux=2025-02-03 09:40;\
                 date_heure_arrivee_destination=2025-02-03 09:50;date_heure_disponible=2025-02-03 10:10";
    let region = Region::new().with("smur_rpis", MISSION, &[cells]);
    let frame = region.of("smur_rpis");
    for (delay, excluded) in [
        ("d2", "true"),
        ("d3", "true"),
        ("d4", "true"),
        ("d6", "true"),
        ("d7", "false"),
        ("d8", "false"),
        ("d9", "false"),
    ] {
        assert_eq!(text(&frame, &format!("{delay}_exclu")), [excluded], "{delay}");
        assert_eq!(text(&frame, &format!("{delay}_min"))[0] == "-", excluded == "true", "{delay}");
    }
}

#[test]
fn a_transfer_may_take_longer_to_leave_than_a_primary_mission() {
    let late = "date_heure_depart=2025-02-03 10:18";
    let region = Region::new().with(
        "smur_rpis",
        MISSION,
        &[&format!("type_sortie=PRIMAIRE;{late}"), &format!("type_sortie=TIIH;{late}")],
    );
    let frame = region.of("smur_rpis");
    assert_eq!(text(&frame, "d2_min"), ["-", "70.0"]);
    assert_eq!(text(&frame, "d2_exclu"), ["true", "false"]);
}

#[test]
fn only_the_first_mission_of_a_file_tells_a_second_intention() {
    let region = Region::new().with(
        "smur_rpis",
        MISSION,
        &[
            "",
            "id_mission=M2;date_heure_decision=2025-02-03 09:40;date_heure_decision_local=2025-02-03 10:40",
        ],
    );
    assert_eq!(text(&region.of("smur_rpis"), "premiere_du_dossier"), ["true", "false"]);
}

#[test]
fn a_nurse_who_becomes_a_smur() {
    let region = Region::new().with(
        "smur_rpis",
        MISSION,
        &[
            "niveau_engage=PARAMED;niveau_transport=MED",
            "niveau_engage=PARAMED;niveau_transport=SECOURS",
            "niveau_engage=PARAMED",
        ],
    );
    assert_eq!(text(&region.of("smur_rpis"), "passage_umhp_smur"), ["true", "false", "-"]);
}
