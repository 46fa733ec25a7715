//! Times of flat files: the hour that counts is that of Paris, whatever offset the sender writes.

use crate::desk::{SITE, context, read_files};

/// Name, text where `{}` ends the time stamps of a summer day, the column in legal time.
const FILES: [(&str, &str, &str); 6] = [
    (
        "MMG_20240801.csv",
        "date_heure_extraction;id_mmg;id_consultation;date_heure_arrivee;date_heure_debut;age;sexe;mode_venue;issue\n\
         {06:00};MMG-ALBI;c1;{11:30};{11:50};P18M;F;REGULE_15;DOMICILE\n",
        "arrivee_locale",
    ),
    (
        "MMG_20240801.csv",
        "date_heure_extraction;id_mmg;debut_intervalle;pas_minutes;statut;nb_consultations;nb_patients_regules;nb_reorientes_urgences;nb_medecins\n\
         {06:00};MMG-ALBI;{11:30};60;OUVERT;4;3;0;1\n",
        "debut_local",
    ),
    (
        "MMG_20240801.csv",
        "date_heure_extraction;finess_geo;id_demande;date_heure_demande;type_demandeur;reponse;date_heure_admission;discipline;age\n\
         {06:00};SITE;a1;{11:30};MEDECIN_VILLE;ACCEPTEE;{16:30};MEDECINE;81\n",
        "demande_locale",
    ),
    (
        "REQ_20240801.csv",
        "id_demande;finess_geo_demandeur;ts_decision_hospit;ts_demande_lit;ts_attribution;ts_depart_urg;discipline_voulue;discipline_obtenue;classe_age;issue\n\
         d1;SITE;{11:30};;;{12:15};MED;MED;;INTERNE\n",
        "decision_locale",
    ),
    (
        "SEJ_20240801.csv",
        "schema_version;finess_geo;id_sejour;unite_id;discipline;ts_entree;ts_sortie;ts_extraction;ghm;mode_entree;provenance;demandeur;mode_sortie\n\
         BED-SEJ/1;SITE;s1;MED01;MED;{11:30};{12:00};{13:00};05M092;8;5;;8\n",
        "entree_locale",
    ),
    (
        "HET_20240801.csv",
        "finess_geo;ts_debut;ts_fin;niveau;perimetre;motif;declarant_role;actions\n\
         SITE;{11:30};;2;URG;afflux;directeur de garde;rappel|lits\n",
        "debut_local",
    ),
];

/// The text with each `{hh:mm}`, an hour in UTC of 14 July 2024, written at an offset.
fn written(text: &str, offset: &str, hours: i64) -> String {
    let mut text = text.replace("SITE", SITE);
    while let Some(start) = text.find('{') {
        let (hour, minute) = text[start + 1..start + 6].split_once(':').unwrap();
        let hour = hour.parse::<i64>().unwrap() + hours;
        let stamp = format!("2024-07-14T{hour:02}:{minute}:00{offset}");
        text.replace_range(start..start + 7, &stamp);
    }
    text
}

#[test]
fn a_time_in_utc_and_the_same_at_another_offset_give_the_same_row_in_legal_time() {
    for (name, text, column) in FILES {
        let rows = [("Z", 0), ("+01:00", 1), ("+02:00", 2), ("-04:00", -4)].map(|(offset, hours)| {
            let text = written(text, offset, hours);
            let outcome = read_files(&[(name, text.as_bytes())], &context());
            assert_eq!(outcome.one().counts.accepted, 1, "{text}: {:?}", outcome.one());
            assert_eq!(outcome.column(column), ["2024-07-14T13:30:00"], "{column} {offset}");
            let extract = outcome.one().extract;
            (outcome.column("cle"), outcome.column("empreinte"), extract)
        });
        assert!(rows.iter().all(|row| *row == rows[0]), "{column}: {rows:?}");
    }
}
