//! Activity of the maisons médicales de garde.

use super::*;

const MMG: &str = "id_mmg=MMG-ALBI; nom=MMG; commune_insee=81004; date_debut=2020-01-01; finess_su=810000331";

#[test]
fn a_daily_total_is_left_out_where_the_hours_of_the_day_were_sent() {
    let hour = |at: &str, step: &str| {
        format!("id_mmg=MMG-ALBI; debut_local={at}; pas_minutes={step}; statut=OUVERT; nb_consultations=4")
    };
    let sent = [
        hour("2025-01-11 12:00", "60"),
        hour("2025-01-11 13:00", "60"),
        hour("2025-01-11 00:00", "1440"),
        hour("2025-01-12 00:00", "1440"),
    ];
    let cells: Vec<&str> = sent.iter().map(String::as_str).collect();
    let frame = rows(
        "mmg_activite",
        "2025-01",
        &[("mmg_activite_horaire", &cells), ("mmg_sites", &[MMG])],
    );
    assert_eq!(matching(&frame, "jour = DATE '2025-01-11'"), 2);
    assert_eq!(matching(&frame, "jour = DATE '2025-01-12'"), 1);
    assert_eq!(matching(&frame, "departement = '81' AND flux_id = 'MMG-ALBI/0'"), 3);
    assert_eq!(matching(&frame, "periode_pdsa = 'SAMEDI_APM'"), 2);
}

#[test]
fn expected_hours_follow_the_opening_hours_and_the_holidays() {
    let site = format!("{MMG}; plages=SA:1200-1430|DI:0800-1000|FE:0900-1000");
    let typed = "id_mmg=MMG-ALBI; debut_local=2025-01-04 12:00; pas_minutes=60; statut=FERME";
    let frame = rows(
        "mmg_saisie",
        "2025-01",
        &[("mmg_sites", &[&site]), ("mmg_activite_horaire", &[typed])],
    );
    // Four Saturdays of three begun hours, four Sundays of two, 1 January.
    assert_eq!(frame.height(), 4 * 3 + 4 * 2 + 1);
    assert_eq!(matching(&frame, "saisie"), 1);
    let months = rows(
        "mmg_sites_mois",
        "2025-01",
        &[("mmg_sites", &[&site]), ("mmg_activite_horaire", &[typed])],
    );
    assert_eq!(matching(&months, "attendues = 21 AND saisies = 1 AND NOT complet"), 1);
}

#[test]
fn light_passages_of_the_department_next_door_are_those_of_the_same_hours() {
    let open = "id_mmg=MMG-ALBI; debut_local=2025-01-11 12:00; pas_minutes=60; statut=OUVERT; nb_consultations=6";
    let passage = |at: &str, rest: &str| {
        format!("finess=810000331; ordre=0; entree=2025-01-11 {at}; sortie=2025-01-11 18:00; extract=2025-01-20 03:00; {rest}")
    };
    let passages = [
        passage("12:10", "gravite=1; mode_sortie=8"),
        passage("12:50", "gravite=2; mode_sortie=8"),
        passage("12:20", "gravite=3; mode_sortie=8"),
        passage("12:30", "gravite=1; mode_sortie=6"),
        passage("13:00", "gravite=1; mode_sortie=8"),
    ];
    let cells: Vec<&str> = passages.iter().map(String::as_str).collect();
    let frame = rows(
        "mmg_su",
        "2025-01",
        &[("mmg_sites", &[MMG]), ("mmg_activite_horaire", &[open]), ("rpu", &cells)],
    );
    assert_eq!(values(&frame, "consultations"), [Some(6.0)]);
    assert_eq!(values(&frame, "passages_legers"), [Some(2.0)]);
}
