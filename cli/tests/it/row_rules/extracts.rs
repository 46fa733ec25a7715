//! Small extracts of beds, regulation and outings whose columns each run through a list of their own, so that every fault comes.

use crate::support::RANGUEIL;

/// (name of the file, its text, least number of rules that find something in it).
pub fn every() -> Vec<(&'static str, String, usize)> {
    vec![
        ("BED-SNAP_310783048_202502030700.csv", beds(), 9),
        ("SAMU-RDR_samu310_202502030400.csv", files(), 14),
        ("SAMU-APPELS_samu310_202502030400.csv", calls(), 5),
        ("SAS-RDV_samu310_202502030400.csv", appointments(), 4),
        ("SMUR-RPIS_310783048_202502030400.csv", outings(), 20),
    ]
}

/// A header and its rows: the columns with the same values in every row are written as they are, the others in turn.
fn table(columns: &[(&str, &[&str])], rows: usize) -> String {
    let header: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let mut text = header.join(";") + "\n";
    for rank in 0..rows {
        let cells: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(place, (_, values))| values[(rank + rank / 7 * place) % values.len()].replace("{n}", &format!("{rank:03}")))
            .collect();
        text.push_str(&cells.join(";"));
        text.push('\n');
    }
    text
}

fn beds() -> String {
    table(
        &[
            ("schema_version", &["BED-SNAP/1"]),
            ("finess_geo", &[RANGUEIL]),
            ("unite_id", &["U{n}"]),
            ("champ_activite", &["01"]),
            ("discipline", &["MED", "REA", "UHCD", "CHIR", "USC"]),
            ("nature", &["01"]),
            ("ts_etat", &["2025-02-02T07:00:00+01:00"]),
            (
                "ts_maj",
                &[
                    "2025-02-02T07:00:00+01:00",
                    "2025-02-02T16:30:00+01:00",
                    "2025-02-03T06:59:30+01:00",
                ],
            ),
            ("ts_extraction", &["2025-02-03T07:00:00+01:00"]),
            ("temporalite", &["01"]),
            ("n_installes", &["20", "0", "501", "12"]),
            ("n_fermes", &["", "0", "3"]),
            ("n_fermes_reactivables", &["", "0", "3"]),
            ("n_supp_mobilises", &["", "2"]),
            ("n_occupes", &["18", "0", "999", "22", "12"]),
            ("n_reserves", &["", "1"]),
            ("n_disponibles", &["2", "0", "30", "1"]),
            ("n_dispo_f", &["", "1"]),
            ("n_dispo_h", &["", "1", "0"]),
            ("source", &["01"]),
        ],
        180,
    )
}

fn files() -> String {
    let at = "2025-02-02T";
    let times = |hours: &[&str]| -> Vec<String> {
        hours
            .iter()
            .map(|hour| {
                if hour.is_empty() {
                    String::new()
                } else {
                    format!("{at}{hour}:00+01:00")
                }
            })
            .collect()
    };
    let of = |times: &[String]| -> Vec<&'static str> { times.iter().map(|time| &*time.clone().leak()).collect() };
    let presentation = of(&times(&["10:00", "10:05", ""]));
    let pick_up = of(&times(&["10:01", "09:58", "11:30", "", "10:06"]));
    let creation = of(&times(&["10:02", "09:40", "10:07", "12:40"]));
    let regulation = of(&times(&["10:06", "09:50", "", "23:50"]));
    let closing = of(&times(&["10:30", "09:00", ""]));
    table(
        &[
            ("version_format", &["SAMU-RDR/1"]),
            (
                "date_heure_extraction",
                &["2025-02-03T02:00:00+01:00", "2025-02-05T02:00:00+01:00"],
            ),
            ("id_samu", &["samu310"]),
            (
                "numero_dossier",
                &["DRFR1531025033{n}01", "DRFR1581025099{n}01", "DRFR1531025400{n}01", "D{n}"],
            ),
            ("date_heure_creation", &creation),
            ("date_heure_presentation", &presentation),
            ("date_heure_decroche", &pick_up),
            ("date_heure_regulation", &regulation),
            ("date_heure_cloture", &closing),
            ("etat_dossier", &["ACTIF", "CLOTURE", "", "PROGRAM"]),
            ("attribution", &["DRM.MRL.MG", "", "DR", "DRM.MRU"]),
            ("categorie_dossier", &["DRM", "DR", "D"]),
            ("priorite", &["P2", "NR", ""]),
            ("niveau_soins", &["", "R1", "R4"]),
            ("motif_recours", &["M01.01", "M99.99", ""]),
            ("commune_insee", &["31555", "99999", "81004", ""]),
            ("age", &["45", "2", "P30M", "130", "", "P61D"]),
            ("type_patient", &["ADULTE", "NOURRISSON", "SENIOR", "ENCEINTE", ""]),
            ("sexe", &["F", "M", ""]),
        ],
        210,
    )
}

fn calls() -> String {
    table(
        &[
            ("id_samu", &["samu310"]),
            ("file_appels", &["15"]),
            ("debut_intervalle", &["2025-02-02T{h}"]),
            ("pas_minutes", &["15", "30", "60"]),
            ("appels_entrants", &["12", "30", ""]),
            ("appels_rejetes", &["0", "1"]),
            ("appels_traites_automatiquement", &["1", "0"]),
            ("appels_presentes", &["10", "11", "20"]),
            ("appels_decroches", &["9", "10"]),
            ("appels_decroches_60s", &["8", "5", ""]),
            ("appels_perdus", &["1", "4", ""]),
            ("appels_perdus_15s", &["0", "2", "6"]),
            ("attente_cumulee_s", &["100", "9000", "10"]),
            ("attente_max_s", &["40", "3700", ""]),
            ("date_heure_extraction", &["2025-02-03T02:00:00+01:00"]),
        ],
        140,
    )
    .lines()
    .enumerate()
    .map(|(rank, line)| {
        let minutes = rank * 10;
        line.replace("{h}", &format!("{:02}:{:02}:00+01:00", minutes / 60 % 24, minutes % 60)) + "\n"
    })
    .collect()
}

fn appointments() -> String {
    table(
        &[
            ("id_rdv", &["a-{n}"]),
            ("methode", &["CreateAppointment"]),
            (
                "date_heure_prise",
                &["2025-02-01T10:00:00+01:00", "2025-01-10T10:00:00+01:00"],
            ),
            (
                "date_heure_debut",
                &[
                    "2025-02-01T18:30:00+01:00",
                    "2025-02-01T09:30:00+01:00",
                    "2025-02-20T09:00:00+01:00",
                ],
            ),
            (
                "date_heure_fin",
                &["2025-02-01T18:45:00+01:00", "", "2025-02-20T12:00:00+01:00"],
            ),
            ("statut", &["booked", "fulfilled", "noshow", "cancelled"]),
            ("rpps_ps", &["810000000017", ""]),
            ("id_structure", &["", "S1"]),
            ("id_samu", &["samu310"]),
            (
                "date_heure_extraction",
                &["2025-02-02T02:00:00+01:00", "2025-02-12T02:00:00+01:00"],
            ),
        ],
        120,
    )
}

fn outings() -> String {
    let at: Vec<&'static str> = ["10:00", "10:04", "09:50", "10:20", "", "11:10", "15:59"]
        .iter()
        .map(|hour| match *hour {
            "" => "",
            hour => &*format!("2025-02-02T{hour}:00+01:00").leak(),
        })
        .collect();
    table(
        &[
            ("version_format", &["SMUR-RPIS/1"]),
            (
                "date_heure_extraction",
                &[
                    "2025-02-03T02:00:00+01:00",
                    "2025-02-02T12:00:00+01:00",
                    "2025-02-05T02:00:00+01:00",
                ],
            ),
            ("id_mission", &["M{n}"]),
            (
                "id_patient_rpis",
                &["samu310.DRFR1531025033{n}01.1", "fr.health.samu310.D{n}.1", "autre", ""],
            ),
            ("id_samu", &["samu310"]),
            ("numero_dossier", &["DRFR1531025033{n}01", "D{n}", "DRFR1581025033{n}01"]),
            ("finess_smur_geo", &[RANGUEIL]),
            ("type_structure", &["0", "1", "2"]),
            ("type_sortie", &["PRIMAIRE", "SECONDAIRE", "TIIH", ""]),
            ("niveau_engage", &["MED", "PARAMED"]),
            ("equipe_medecin", &["1", "0"]),
            ("equipe_infirmier", &["1", "0", ""]),
            ("date_heure_creation_dossier", &at[..3]),
            (
                "date_heure_decision",
                &["2025-02-02T10:00:00+01:00", "2025-02-02T10:03:00+01:00"],
            ),
            ("date_heure_depart", &at),
            ("date_heure_arrivee_lieux", &at[1..]),
            ("date_heure_depart_lieux", &at[2..]),
            ("date_heure_arrivee_destination", &at[3..]),
            ("date_heure_disponible", &at[1..6]),
            ("date_heure_retour_base", &at[2..]),
            ("annulation", &["0", "1", ""]),
            ("commune_intervention", &["31555", "99999", ""]),
            ("type_lieu", &["L04.07.00", "", "L01.00.00"]),
            ("finess_lieu", &["", RANGUEIL]),
            ("age", &["45", "12", "P3M", "130", ""]),
            ("ccmu", &["2", "D", "4", ""]),
            ("devenir", &["OK", "REA", "SEUL", "INEDIT", ""]),
            ("finess_destination", &[RANGUEIL, ""]),
            ("vecteur_transport", &["SMUR.VLM", "SMUR.AR", ""]),
            ("niveau_transport", &["MED", "SANS", ""]),
        ],
        420,
    )
}
