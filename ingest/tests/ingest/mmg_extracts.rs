//! The extracts of the maisons médicales de garde, whose site has no FINESS always, and the register of direct admissions.

use lake::delivery::Verdict;

use crate::desk::{Outcome, SITE, context, read_files};

fn read(text: &str) -> Outcome {
    read_files(&[("MMG_20250201.csv", text.replace("SITE", SITE).as_bytes())], &context())
}

#[test]
fn the_extracts_are_read_by_their_declarations() {
    for (text, kind, column, value) in [
        (
            "id_mmg;nom;commune_insee;adosse_su;finess_su;plages;date_debut;date_fin\n\
             MMG-ALBI;MMG d'Albi;81004;1;SITE;SA:1200-2400|DI:0800-2400;2020-01-01;\n",
            "mmg_sites",
            "adosse_su",
            "true",
        ),
        (
            "date_heure_extraction;id_mmg;mois;nb_consultations;nb_patients_regules;nb_jours_ouverts;source\n\
             2025-02-01T06:00:00+01:00;MMG-ALBI;2025-01;412;280;31;CPOM\n",
            "mmg_activite_mois",
            "nb_patients_regules",
            "280",
        ),
        (
            "date_heure_extraction;id_mmg;debut_intervalle;pas_minutes;statut;nb_consultations;nb_patients_regules;nb_reorientes_urgences;nb_medecins\n\
             2025-02-01T06:00:00+01:00;MMG-ALBI;2025-01-14T20:00:00+01:00;60;OUVERT;4;3;0;1\n",
            "mmg_activite_horaire",
            "debut_local",
            "2025-01-14T20:00:00",
        ),
        (
            "date_heure_extraction;id_mmg;id_consultation;date_heure_arrivee;date_heure_debut;age;sexe;mode_venue;issue\n\
             2025-02-01T06:00:00+01:00;MMG-ALBI;c1;2025-01-14T20:05:00+01:00;2025-01-14T20:35:00+01:00;P18M;F;REGULE_15;DOMICILE\n",
            "mmg_consultations",
            "age_ans",
            "1",
        ),
        (
            "date_heure_extraction;finess_geo;id_demande;date_heure_demande;type_demandeur;reponse;date_heure_admission;discipline;age\n\
             2025-02-01T06:00:00+01:00;SITE;a1;2025-01-14T10:00:00+01:00;MEDECIN_VILLE;ACCEPTEE;2025-01-14T16:30:00+01:00;MEDECINE;81\n",
            "admissions_directes",
            "attente_min",
            "390",
        ),
    ] {
        let outcome = read(text);
        let delivery = outcome.one();
        assert_eq!(delivery.kind, kind, "{:?}", delivery.reason);
        assert_eq!(delivery.verdict, Verdict::Conforme, "{kind}: {:?}", delivery.reason);
        assert_eq!(outcome.column(column), [value], "{kind}");
    }
}

#[test]
fn an_identifier_of_a_site_is_no_finess_and_keeps_its_form() {
    let row =
        |id: &str| format!("date_heure_extraction;id_mmg;mois;nb_consultations\n2025-02-01T06:00:00+01:00;{id};2025-01;412\n");
    for (id, kept) in [("31MMG.01", 1), (SITE, 1), ("MMG Albi", 0), ("a/b", 0)] {
        let outcome = read(&row(id));
        assert_eq!(outcome.one().counts.accepted, kept, "{id}");
        if kept == 1 {
            assert_eq!(outcome.column("id_mmg"), [id]);
        }
    }
}

#[test]
fn a_column_with_names_refuses_the_file_before_any_row() {
    let outcome = read(
        "date_heure_extraction;id_mmg;id_consultation;date_heure_arrivee;Nom;age\n\
         2025-02-01T06:00:00+01:00;MMG-ALBI;c1;2025-01-14T20:05:00+01:00;DUPONT;45\n",
    );
    assert_eq!(outcome.one().verdict, Verdict::Refusee);
    assert!(outcome.kept().batches.is_empty());
    let reason = outcome.one().reason.clone().unwrap();
    assert!(reason.contains("MMG-C26") && !reason.contains("DUPONT"), "{reason}");
}
