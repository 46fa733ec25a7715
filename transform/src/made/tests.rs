//! Made tables on the worked examples of beds.md and mmg.md.

mod expected;
mod mmg;
mod yearly;

use lake::month::Month;
use polars::prelude::*;

use super::*;
use crate::testing::{Row, row, write_view};

/// The made table in a month, from the rows of tables of the lake.
fn rows(table: &str, month: &str, views: &[(&str, &[&str])]) -> DataFrame {
    let folder = tempfile::tempdir().unwrap();
    let mut inputs = Inputs {
        structures: lake::reference::structures().to_vec(),
        region: "76".to_owned(),
        ..Inputs::default()
    };
    for (name, cells) in views {
        let path = folder.path().join(format!("{name}.parquet"));
        let cells: Vec<Row> = cells.iter().map(|cells| row(cells)).collect();
        write_view(&path, name, &cells);
        inputs.views.insert((*name).to_owned(), vec![path]);
    }
    let catalogue = Catalogue::load(&[]).unwrap();
    let month: Month = month.parse().unwrap();
    let made = made(table).unwrap();
    (made.frame)(&inputs, &catalogue, month).unwrap().collect().unwrap()
}

fn matching(frame: &DataFrame, sql: &str) -> usize {
    let kept = frame.clone().lazy().filter(polars::sql::sql_expr(sql).unwrap());
    kept.collect().unwrap().height()
}

/// The passages of beds.md §5.3, 14 and 15 January 2025; ages of C, D and F are 77, 91 and 80.
const NIGHT: &[&str] = &[
    "entree=2025-01-14 08:55; sortie=2025-01-14 19:30; mode_sortie=8", // A
    "entree=2025-01-14 09:40; sortie=2025-01-14 12:10; mode_sortie=8", // B
    "entree=2025-01-14 13:05; sortie=2025-01-15 09:15; mode_sortie=6; age=77", // C
    "entree=2025-01-14 15:00; sortie=2025-01-15 08:00; mode_sortie=6; age=91", // D
    "entree=2025-01-14 16:20; sortie=2025-01-14 18:00; mode_sortie=8", // E
    "entree=2025-01-14 17:59; sortie=2025-01-15 11:00; mode_sortie=7; age=80", // F
    "entree=2025-01-14 20:10; sortie=2025-01-14 23:50; mode_sortie=6; age=84", // G
    "entree=2025-01-14 21:00; mode_sortie=6; age=90",                  // its exit is not known
    "entree=2025-01-14 16:00; sortie=2025-01-15 10:00; mode_sortie=6; age=88; orient=UHCD", // a stay of the UHCD
];

fn night() -> Vec<String> {
    let cells = |row: &&str| format!("finess=310783048; ordre=0; extract=2025-01-20 03:00; {row}");
    NIGHT.iter().map(cells).collect()
}

fn of_the_night(table: &str, kept: usize) -> DataFrame {
    let night = night();
    let cells: Vec<&str> = night.iter().take(kept).map(String::as_str).collect();
    rows(table, "2025-01", &[("rpu", &cells)])
}

#[test]
fn patients_present_at_the_hours_of_the_worked_day() {
    let frame = of_the_night("rpu_presence", 7);
    for (hour, present) in [(10, 2), (15, 3), (18, 4), (20, 3)] {
        let found = matching(&frame, &format!("heure = {hour} AND jour = DATE '2025-01-14'"));
        assert_eq!(found, present, "{hour} h");
    }
    assert_eq!(
        matching(&frame, "heure = 0 AND jour = DATE '2025-01-15'"),
        3,
        "across midnight"
    );
}

#[test]
fn patients_present_are_told_by_the_band_of_their_arrival() {
    let frame = of_the_night("rpu_presence", 7);
    // At 18 h: A came in the morning, C and D early in the afternoon, F late in it.
    for (band, present) in [("H1", 1), ("H2", 2), ("H3", 1), ("VEILLE", 0)] {
        let found = matching(
            &frame,
            &format!("heure = 18 AND jour = DATE '2025-01-14' AND arrivee = '{band}'"),
        );
        assert_eq!(found, present, "{band}");
    }
    let found = matching(&frame, "heure = 0 AND jour = DATE '2025-01-15' AND arrivee = 'VEILLE'");
    assert_eq!(found, 3, "who is there at midnight came the day before");
}

#[test]
fn a_passage_whose_exit_is_unknown_is_not_counted_as_present() {
    let frame = of_the_night("rpu_presence", 8);
    assert_eq!(matching(&frame, "heure = 22 AND NOT connu"), 1);
    assert_eq!(
        matching(&frame, "jour = DATE '2025-01-15' AND NOT connu"),
        0,
        "nothing is said of the next day"
    );
}

#[test]
fn nights_on_a_stretcher_of_the_worked_night() {
    let frame = of_the_night("rpu_nuits", 9);
    let day = "jour = DATE '2025-01-15'";
    assert_eq!(
        matching(&frame, &format!("{day} AND geriatrie AND hospitalise AND nuit")),
        3,
        "C, D and F"
    );
    let patients = format!("{day} AND geriatrie AND hospitalise AND (a_minuit OR admis_veille)");
    assert_eq!(matching(&frame, &patients), 4, "G left for a ward at 23:50");
    assert_eq!(matching(&frame, &format!("{day} AND NOT connu")), 1);
    assert_eq!(matching(&frame, "NOT (geriatrie)"), 0, "those who went home spend no night");
}

#[test]
fn requests_wait_from_the_decision_to_the_departure() {
    let request = |id: &str, from: &str, to: &str| {
        format!(
            "finess_geo_demandeur=310783048; id_demande={id}; issue=INTERNE; decision_locale=2025-01-14 {from}; depart_local={to}"
        )
    };
    let requests = [
        request("c", "17:45", "2025-01-15 09:15"),
        request("d", "21:30", "2025-01-15 08:00"),
        request("g", "23:10", "2025-01-14 23:50"),
    ];
    let cells: Vec<&str> = requests.iter().map(String::as_str).collect();
    let frame = rows("lits_demandes_presence", "2025-01", &[("lits_demandes", &cells)]);
    for (day, hour, waiting) in [
        (14, 17, 0),
        (14, 18, 1),
        (14, 22, 2),
        (15, 0, 2),
        (15, 8, 1),
        (15, 9, 1),
        (15, 10, 0),
    ] {
        let found = matching(&frame, &format!("heure = {hour} AND jour = DATE '2025-01-{day}'"));
        assert_eq!(found, waiting, "{day} January, {hour} h");
    }
}

#[test]
fn the_day_of_a_site_is_what_its_tension_is_compared_with() {
    let folder = tempfile::tempdir().unwrap();
    let mut inputs = Inputs {
        structures: lake::reference::structures().to_vec(),
        region: "76".to_owned(),
        ..Inputs::default()
    };
    let passages: Vec<Row> = night().iter().map(|cells| row(cells)).collect();
    let unit = |id: &str, discipline: &str| {
        row(&format!(
            "finess_geo=310783048; unite_id={id}; discipline={discipline}; {SNAPSHOT}"
        ))
    };
    let beds = [unit("M", "MED"), unit("U", "UHCD"), unit("R", "REA")];
    for (table, rows) in [("rpu", &passages[..]), ("lits", &beds[..])] {
        let path = folder.path().join(format!("{table}.parquet"));
        write_view(&path, table, rows);
        inputs.views.insert(table.to_owned(), vec![path]);
    }
    let catalogue = Catalogue::load(&[]).unwrap();
    let made = daily::daily(&inputs, &catalogue, ["2025-01".parse().unwrap()].into_iter()).unwrap();
    let day = |day: &str| made.sites["310783048"].get(day.parse().unwrap()).unwrap();
    let first = day("2025-01-14");
    // Nine passages, six of them known to be hospitalised; of one the exit is unknown. C, D and the stay of the UHCD at 15:00… B left.
    assert_eq!((first.visits, first.elderly, first.hospitalised, first.known), (9, 6, 6, 9));
    assert_eq!((first.timed, first.at_15, first.exits), (5, 3, 1));
    assert_eq!(first.minutes, 1210.0 + 1020.0 + 1021.0 + 220.0 + 1080.0);
    assert_eq!(day("2025-01-15").exits, 4);
    assert_eq!(
        first.available,
        Some(4.0),
        "intensive care is not downstream of the emergency department"
    );
}

const SNAPSHOT: &str = "nature=01; temporalite=01; ts_etat=2025-01-14 06:00; ts_etat_local=2025-01-14 07:00; \
    ts_maj=2025-01-14 06:00; ts_extraction=2025-01-14 06:05; n_installes=10; n_fermes=0; n_supp_mobilises=0; n_reserves=0; n_occupes=8; n_disponibles=2";

fn activity(stays: &[&str], blocked: &[&str]) -> DataFrame {
    let beds = format!("finess_geo=310783048; unite_id=MED01; discipline=MED; {SNAPSHOT}");
    let elsewhere = format!("finess_geo=310781406; unite_id=MED01; discipline=MED; {SNAPSHOT}");
    let frame = rows(
        "lits_activite_jour",
        "2025-01",
        &[("lits", &[&beds, &elsewhere]), ("sejours", stays), ("lits_blocages", blocked)],
    );
    let day = polars::sql::sql_expr("jour = DATE '2025-01-14'").unwrap();
    frame
        .lazy()
        .filter(day)
        .sort(["unite"], SortMultipleOptions::default())
        .collect()
        .unwrap()
}

fn values(frame: &DataFrame, column: &str) -> Vec<Option<f64>> {
    let column = frame.column(column).unwrap().cast(&DataType::Float64).unwrap();
    column.f64().unwrap().iter().collect()
}

#[test]
fn bed_days_are_patients_present_at_midnight_in_the_units_whose_stays_are_known() {
    let stay = |id: &str, from: &str, to: &str| {
        format!(
            "finess_geo=310783048; id_sejour={id}; unite_id=MED01; discipline=MED; ts_entree=2025-01-01 00:00; \
             entree_locale=2025-01-{from}; sortie_locale={to}; ts_extraction=2025-01-14 08:00"
        )
    };
    let stays = [
        stay("1", "10 15:00", "2025-01-14 11:00"),
        stay("2", "14 00:00", "2025-01-15 10:00"),
        stay("3", "14 02:00", "2025-01-14 20:00"),
    ];
    let cells: Vec<&str> = stays.iter().map(String::as_str).collect();
    let frame = activity(&cells, &[]);
    // The site whose stays are not sent has no bed-day, rather than none of them.
    assert_eq!(values(&frame, "journees"), [None, Some(2.0)]);
    assert_eq!(values(&frame, "sorties"), [None, Some(2.0)]);
    assert_eq!(values(&frame, "bloques"), [None, None]);
}

#[test]
fn a_patient_ready_to_leave_holds_a_bed_until_the_day_of_the_exit() {
    let blocked =
        |out: &str| format!("finess_geo=310783048; unite_id=MED01; id_pseudo=p; date_medicalement_sortant=2025-01-12; {out}");
    for (out, held) in [
        ("", 1.0),
        ("date_sortie_effective=2025-01-15", 1.0),
        ("date_sortie_effective=2025-01-14", 0.0),
    ] {
        let frame = activity(&[], &[&blocked(out)]);
        assert_eq!(values(&frame, "bloques")[1], Some(held), "{out}");
    }
}

#[test]
fn a_stay_has_the_nights_of_its_unit_and_those_of_the_whole() {
    let frame = rows(
        "sejours_termines",
        "2025-01",
        &[(
            "sejours",
            &[
                "finess_geo=310783048; id_sejour=1; unite_id=UHCD01; discipline=UHCD; ts_entree=2025-01-10 00:00; entree_locale=2025-01-10 15:00; sortie_locale=2025-01-11 09:00; ts_extraction=2025-01-20 00:00",
                "finess_geo=310783048; id_sejour=1; unite_id=MED01; discipline=MED; ghm=28Z041; ts_entree=2025-01-11 00:00; entree_locale=2025-01-11 09:00; sortie_locale=2025-01-14 11:59; ts_extraction=2025-01-20 00:00",
            ],
        )],
    );
    assert_eq!(values(&frame, "duree_jours"), [Some(1.0), Some(3.0)]);
    assert_eq!(values(&frame, "duree_sejour_jours"), [Some(1.0), Some(4.0)]);
    assert_eq!(matching(&frame, "seance"), 1);
    assert_eq!(matching(&frame, "heure_sortie < 12"), 2);
}

#[test]
fn admissions_in_medicine_are_those_of_the_sites_that_keep_the_register() {
    let asked = |id: &str, rest: &str| {
        format!("finess_geo=310783048; id_demande={id}; demande_locale=2025-01-14 10:00; discipline=MEDECINE; {rest}")
    };
    let register = [
        asked(
            "1",
            "type_demandeur=MEDECIN_VILLE; reponse=ACCEPTEE; admission_locale=2025-01-14 16:00",
        ),
        asked("2", "type_demandeur=MEDECIN_VILLE; reponse=ACCEPTEE"),
        asked("3", "type_demandeur=SAS; reponse=ACCEPTEE; admission_locale=2025-01-14 16:00"),
    ];
    let passage = |finess: &str, mode: &str| {
        format!(
            "finess={finess}; ordre=0; entree=2025-01-14 10:00; sortie=2025-01-14 18:00; extract=2025-01-20 03:00; orient=MED; mode_sortie={mode}"
        )
    };
    let passages = [
        passage("310783048", "6"),
        passage("310783048", "8"),
        passage("310781406", "6"),
    ];
    let register: Vec<&str> = register.iter().map(String::as_str).collect();
    let passages: Vec<&str> = passages.iter().map(String::as_str).collect();
    let frame = rows(
        "admissions_medecine",
        "2025-01",
        &[("admissions_directes", &register), ("rpu", &passages)],
    );
    assert_eq!((matching(&frame, "directe"), matching(&frame, "NOT directe")), (1, 1));
}

#[test]
fn missions_of_a_smur_are_open_from_the_decision_until_the_team_is_available() {
    let mission = |id: &str, decided: &str, available: &str| {
        format!(
            "finess_smur_geo=310783048; id_mission={id}; id_patient_rpis={id}-1; date_heure_decision=2025-01-14 {decided}; \
             date_heure_decision_local=2025-01-14 {decided}; date_heure_depart=2025-01-14 {decided}; \
             date_heure_disponible={available}"
        )
    };
    let missions = [
        mission("a", "10:00", "2025-01-14 11:30"),
        mission("b", "10:30", "2025-01-14 11:00"),
        mission("c", "23:30", "2025-01-15 00:15"),
    ];
    let cells: Vec<&str> = missions.iter().map(String::as_str).collect();
    let frame = rows("smur_charge", "2025-01", &[("smur_rpis", &cells)]);
    let ten = "heure = 10 AND ouvertes = 90 AND au_moins_1 = 60 AND au_moins_2 = 30 AND au_moins_3 = 0 AND maximum = 2";
    assert_eq!(matching(&frame, ten), 1);
    assert_eq!(matching(&frame, "heure = 11 AND ouvertes = 30 AND maximum = 1"), 1);
    assert_eq!(matching(&frame, "heure = 23 AND ouvertes = 30"), 1);
    assert_eq!(
        frame.height(),
        24,
        "every hour of the days observed, those without a mission too"
    );
}
