//! Columns that declarations compute for the SAMU, the SAS and the SMUR: each derivation of samu.md and smur.md.

use super::*;
use crate::catalogue::derived::derivations;
use crate::prepare::{polars_type, usable};

/// Rows of several tables, written as `column=value` words with what every row has.
struct Region {
    folder: tempfile::TempDir,
    inputs: Inputs,
}

const COMMON: &str = "delivery=d;hors_fenetre=false;flux=f;extract=2025-02-10 03:00;date_heure_extraction=2025-02-10 02:00;\
id_samu=samu310;numero_dossier=D1";

impl Region {
    fn new() -> Region {
        let (folder, inputs) = inputs("rpu", &[]);
        Region { folder, inputs }
    }

    fn with(mut self, table: &str, base: &str, rows: &[&str]) -> Region {
        let path = self.folder.path().join(format!("{table}.parquet"));
        let rows: Vec<Row> = rows.iter().map(|cells| row(&format!("{COMMON};{base};{cells}"))).collect();
        write_view(&path, table, &rows);
        self.inputs.views.insert(table.to_owned(), vec![path]);
        self
    }

    fn of(&self, table: &str) -> DataFrame {
        let catalogue = Catalogue::load(&[]).unwrap();
        let (from, to) = ("2025-02-01".parse().unwrap(), "2025-02-28".parse().unwrap());
        let frame = usable(lake::table::table(table).unwrap(), &self.inputs, &catalogue, from, to).unwrap();
        frame.sort(["rang"], SortMultipleOptions::default()).collect().unwrap()
    }
}

const FILE: &str = "date_heure_creation=2025-02-03 09:00;date_heure_creation_local=2025-02-03 10:00";
const DECISION: &str = "date_heure_decision=2025-02-03 09:08;date_heure_decision_local=2025-02-03 10:08;type_decision=ORIENT";
const MISSION: &str = "finess_smur_geo=310783048;id_mission=M1;id_patient_rpis=P1;date_heure_decision=2025-02-03 09:08;\
date_heure_decision_local=2025-02-03 10:08";

#[test]
fn declared_columns_exist_with_their_types_even_without_any_record() {
    let region = Region::new();
    for derivation in derivations() {
        let frame = region.of(&derivation.table);
        let joined = derivation.jointures.iter().flat_map(|join| &join.colonnes);
        for column in joined.chain(&derivation.colonnes) {
            let found = frame
                .column(&column.nom)
                .unwrap_or_else(|_| panic!("{}: {}", derivation.table, column.nom));
            assert_eq!(
                *found.dtype(),
                polars_type(column.kind),
                "{}: {}",
                derivation.table,
                column.nom
            );
        }
    }
}

#[test]
fn the_day_the_hour_and_the_departement_of_a_samu() {
    let region = Region::new().with(
        "samu_rdr",
        "",
        &["date_heure_creation=2025-02-02 23:30;date_heure_creation_local=2025-02-03 00:30"],
    );
    let frame = region.of("samu_rdr");
    for (column, value) in [
        ("jour", "2025-02-03"),
        ("heure", "0"),
        ("periode_pdsa", "NUIT_PROFONDE"),
        ("en_pdsa", "true"),
        ("departement", "31"),
        ("flux_id", "samu310/0"),
    ] {
        assert_eq!(text(&frame, column), [value], "{column}");
    }
}

#[test]
fn a_withdrawn_file_is_not_counted() {
    let region = Region::new().with("samu_rdr", FILE, &["supprime=true", "supprime=false", ""]);
    assert_eq!(region.of("samu_rdr").height(), 2);
}

/// samu.md §2.1 and its list: what each attribution says of the need, of the regulator and of the category.
#[test]
fn attributions() {
    let list = lake::code_list::code_list("samu_attribution").unwrap();
    let cells: Vec<String> = list
        .codes
        .iter()
        .map(|code| format!("attribution={};categorie_dossier=DR", code.code))
        .collect();
    let region = Region::new().with("samu_rdr", FILE, &cells.iter().map(String::as_str).collect::<Vec<_>>());
    let frame = region.of("samu_rdr");
    let (categories, needs, regulators) = (
        text(&frame, "categorie"),
        text(&frame, "besoin_regulation"),
        text(&frame, "regulateur_effectif"),
    );
    for (rank, code) in list.codes.iter().enumerate() {
        let note = |key: &str| {
            let note = &code.autres["note"];
            let found = note.split("; ").find_map(|part| part.strip_prefix(key));
            found.map(|value| value.split(' ').next().unwrap_or_default().to_owned())
        };
        assert_eq!(categories[rank], note("categorie=").unwrap(), "{}", code.code);
        let second = code.code.split('.').nth(1).filter(|_| code.code.starts_with("DRM"));
        assert_eq!(needs[rank], second.unwrap_or("-"), "{}", code.code);
        let level_two = match code.code.as_str() {
            "DRM.MRU" => Some("MU"),
            "DRM.MRL" => Some("ML"),
            "DRM.SPE" => Some("SPE"),
            _ => None,
        };
        let expected = note("regulateur=").or(level_two.map(str::to_owned));
        assert_eq!(regulators[rank], expected.unwrap_or_else(|| "-".to_owned()), "{}", code.code);
    }
}

#[test]
fn a_category_is_that_received_when_there_is_no_attribution() {
    let region = Region::new().with("samu_rdr", FILE, &["categorie_dossier=DRM", ""]);
    let frame = region.of("samu_rdr");
    assert_eq!(text(&frame, "categorie"), ["DRM", "-"]);
    assert_eq!(text(&frame, "dr"), ["true", "-"]);
}

/// samu.md §6.1: the first rule that matches on any decision of the file.
#[test]
fn main_decisions() {
    for (decisions, expected, smur) in [
        (
            vec!["type_decision=INTER;type_ressource=SMUR.ADULT", "type_ressource=SIS.SP"],
            "SMUR",
            "true",
        ),
        (
            vec!["type_decision=INTER;type_ressource=SMUR.CUMP"],
            "AUTRE_ORIENTATION",
            "false",
        ),
        (vec!["type_ressource=TSU", "type_ressource=SIS"], "POMPIERS", "false"),
        (vec!["type_ressource=AASC"], "POMPIERS", "false"),
        (vec!["type_ressource=TSU;type_orientation=URGENCES"], "AMBULANCE", "false"),
        (
            vec!["type_decision=INTER;type_ressource=LIBERAL.SOS"],
            "EFFECTEUR_MOBILE",
            "false",
        ),
        (vec!["type_ressource=LIBERAL.MMG"], "MMG", "false"),
        (vec!["type_decision=INTER;type_ressource=LIBERAL.MMG"], "MMG", "false"),
        (vec!["type_orientation=CABINET"], "CABINET", "false"),
        (vec!["type_ressource=LIBERAL.PHARM"], "CABINET", "false"),
        (vec!["type_orientation=URGENCES"], "URGENCES_MOYENS_PROPRES", "false"),
        (vec!["type_orientation=EPHAD"], "AUTRE_ORIENTATION", "false"),
        (vec!["type_decision=CONSEIL", "type_decision=PMT"], "PMT", "false"),
        (vec!["type_decision=PASPLUS", "type_decision=CONSEIL"], "CONSEIL", "false"),
        (vec!["type_decision=PASPLUS"], "SANS_SUITE", "false"),
        (vec![], "-", "-"),
    ] {
        let numbered: Vec<String> = decisions
            .iter()
            .enumerate()
            .map(|(rank, cells)| format!("rang_decision={};{cells}", rank + 1))
            .collect();
        let region = Region::new().with("samu_rdr", FILE, &[""]).with(
            "samu_decisions",
            DECISION,
            &numbered.iter().map(String::as_str).collect::<Vec<_>>(),
        );
        let frame = region.of("samu_rdr");
        assert_eq!(text(&frame, "decision"), [expected], "{decisions:?}");
        assert_eq!(text(&frame, "smur"), [smur], "{decisions:?}");
    }
}

#[test]
fn a_file_without_decisions_keeps_what_it_says_of_itself() {
    let region = Region::new().with(
        "samu_rdr",
        FILE,
        &["decision_principale=CONSEIL;smur_engage=false;type_orientation=URGENCES"],
    );
    let frame = region.of("samu_rdr");
    assert_eq!(text(&frame, "decision"), ["CONSEIL"]);
    assert_eq!(
        (text(&frame, "smur"), text(&frame, "vers_urgences")),
        (vec!["false".to_owned()], vec!["true".to_owned()])
    );
}

#[test]
fn access_to_a_physician_runs_from_the_pick_up_else_from_the_creation() {
    let region = Region::new().with(
        "samu_rdr",
        FILE,
        &[
            "date_heure_decroche=2025-02-03 08:58;date_heure_regulation=2025-02-03 09:03",
            "date_heure_regulation=2025-02-03 09:03",
            "date_heure_regulation=2025-02-03 08:59",
            "date_heure_regulation=2025-02-03 21:00:01",
            "",
        ],
    );
    let frame = region.of("samu_rdr");
    assert_eq!(text(&frame, "acces_min"), ["5.0", "3.0", "-", "-", "-"]);
    assert_eq!(text(&frame, "acces_exclu"), ["false", "false", "true", "true", "-"]);
}

#[test]
fn delays_of_appointments() {
    let base = "id_rdv=R;statut=booked;date_heure_prise=2025-02-03 09:00;date_heure_prise_local=2025-02-03 10:00";
    let region = Region::new().with(
        "sas_rdv",
        base,
        &[
            "date_heure_debut=2025-02-03 17:30",
            "date_heure_debut=2025-02-03 08:50",
            "date_heure_debut=2025-02-03 08:40",
            "date_heure_debut=2025-02-18 09:00",
        ],
    );
    let frame = region.of("sas_rdv");
    assert_eq!(text(&frame, "delai_rdv_h"), ["8.5", "0.0", "-", "-"]);
    assert_eq!(text(&frame, "passe"), ["true", "true", "true", "false"]);
}

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
