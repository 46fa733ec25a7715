//! Rules judged on the series that a declaration makes.

use super::*;

fn days(from: &str, count: i64) -> Vec<jiff::civil::Date> {
    let first: jiff::civil::Date = from.parse().unwrap();
    (0..count).map(|day| first + jiff::Span::new().days(day)).collect()
}

/// Four missions a day from 1 January; none from 20 to 22 February, eighteen on the 23rd.
#[test]
fn days_of_a_smur_beside_its_own_past() {
    let mut rows = Vec::new();
    for day in days("2025-01-01", 54) {
        let missions = match day.to_string().as_str() {
            "2025-02-20" | "2025-02-21" | "2025-02-22" => 0,
            "2025-02-23" => 18,
            _ => 4,
        };
        rows.extend((0..missions).map(|rank| {
            format!(
                "finess_smur_geo=310783048;id_samu=samu310;numero_dossier=D;id_mission={day}-{rank};\
                 date_heure_decision={day} 10:{rank:02};date_heure_decision_local={day} 11:{rank:02};date_heure_extraction={day} 23:00"
            )
        }));
    }
    let mut region = Region::new(&[]).with("smur_rpis", &rows).only(&["SMUR-C60", "SMUR-C61"]);
    region.inputs.observe_au = Some("2025-02-23".parse().unwrap());
    let judged = region.judge();
    let of = |rule: &str, period: &str| judged.of(rule, "etablissement", "310783048", period);
    assert_eq!(
        of("SMUR-C60", "2025-02"),
        "4/23/0 anomaly",
        "three days without mission and one with too many"
    );
    assert_eq!(of("SMUR-C61", "2025-02"), "1/23/0 anomaly", "the third day in a row");
}

/// Hourly intervals on the days around the clock change of 30 March 2025, which has twenty-three; one is missing on the 31st.
#[test]
fn a_day_of_clock_change_has_its_own_number_of_intervals() {
    let mut rows = Vec::new();
    for day in days("2025-03-29", 3) {
        let missing = match day.to_string().as_str() {
            "2025-03-30" => Some(2),
            "2025-03-31" => Some(17),
            _ => None,
        };
        rows.extend((0..24).filter(|hour| Some(*hour) != missing).map(|hour| {
            format!(
                "id_samu=samu310;file_appels=15;pas_minutes=60;debut_intervalle={day} {hour:02}:00;\
                 debut_intervalle_local={day} {hour:02}:00;appels_presentes=5;appels_decroches=5;date_heure_extraction={day} 23:59"
            )
        }));
    }
    let judged = Region::new(&[])
        .with("samu_appels_agreges", &rows)
        .only(&["SAMU-C50"])
        .judge();
    assert_eq!(judged.of("SAMU-C50", "departement", "31", "2025-03"), "1/3/0 anomaly");
}

/// A unit of ten beds whose counts stay the same for eight days, beside one that changes.
#[test]
fn a_unit_whose_counts_are_frozen() {
    let mut rows = Vec::new();
    for (rank, day) in days("2025-02-03", 8).into_iter().enumerate() {
        for (unit, occupied) in [("GELE", 8), ("VIVANTE", 5 + rank % 3)] {
            rows.push(format!(
                "finess_geo=310783048;unite_id={unit};nature=01;temporalite=01;n_installes=10;n_fermes=0;n_occupes={occupied};\
                 n_disponibles={};ts_etat={day} 09:00;ts_etat_local={day} 10:00;ts_maj={day} 09:00;ts_extraction={day} 09:30",
                10 - occupied
            ));
        }
    }
    let mut region = Region::new(&[]).with("lits", &rows).only(&["BED-C10"]);
    region.inputs.observe_au = Some("2025-02-10".parse().unwrap());
    let judged = region.judge();
    assert_eq!(
        judged.of("BED-C10", "etablissement", "310783048", "2025-02"),
        "2/16/0 anomaly",
        "the seventh and eighth days of one unit"
    );
}

/// Thirty days at one passage in two coded, then a day without any code: once it had the time to be coded, it stands out; the morning
/// after, when the days before were coded within the week, it says nothing.
#[test]
fn a_day_without_diagnoses_stands_out() {
    let judged = |last_extract: &str| {
        let mut rows = Vec::new();
        for (rank, day) in days("2025-02-01", 31).into_iter().enumerate() {
            let extract = if rank < 30 { "2025-03-10 03:25" } else { last_extract };
            rows.extend((0..20).map(|passage| {
                let dp = if rank < 30 && passage % 2 == 0 { "I10" } else { "" };
                format!("entree={day} 10:00;extract={extract};dp={dp}")
            }));
        }
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let judged = Region::new(&rows).only(&["RPU-T05"]).judge();
        judged.of("RPU-T05", "etablissement", "310783048", "2025-03")
    };
    assert_eq!(judged("2025-03-10 03:25"), "1/3/0 anomaly");
    assert_eq!(judged("2025-03-04 03:25"), "0/2/0 ok");
}

/// Six sites whose outcomes are shared, but one that says « domicile » for every passage.
#[test]
fn a_transcoding_error_stands_out_of_the_other_sites() {
    let sites: Vec<_> = lake::reference::structures()
        .iter()
        .filter(|site| site.ordre == 0)
        .take(6)
        .collect();
    let mut rows = Vec::new();
    for (rank, site) in sites.iter().enumerate() {
        rows.extend((0..100).map(|passage| {
            let outcome = if rank == 0 || passage % 2 == 0 { "8" } else { "6" };
            format!("finess={};ordre=0;mode_sortie={outcome}", site.finess)
        }));
    }
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let judged = Region::new(&rows).only(&["RPU-T06"]).judge();
    let of = |rank: usize| judged.of("RPU-T06a", "etablissement", &sites[rank].finess, "2025-02");
    assert_eq!(of(0), "2/2/0 anomaly", "one code alone, the other absent");
    assert_eq!(of(1), "0/2/0 ok");
}

/// Two anomalies of the same rule at a site: the quarter keeps their two days and no other, so that what is declared later is known.
#[test]
fn a_false_alarm_declared_after_a_quarter_was_judged_is_counted_by_day() {
    let mut region = Region::new(&[
        "entree=2025-02-03 10:00;mode_entree=8;provenance=1",
        "entree=2025-02-04 10:00;mode_entree=8;provenance=1",
        "entree=2025-02-05 10:00;mode_entree=6;provenance=5",
    ])
    .only(&["RPU-X01"]);
    let judged = region.judge();
    let days: Vec<&str> = judged
        .findings
        .iter()
        .filter(|found| found.period_kind == "day")
        .map(|found| &*found.period)
        .collect();
    assert_eq!(days, ["2025-02-03", "2025-02-04"]);
    let declared =
        "[[fausse_alerte]]\nregle = \"RPU-X01\"\ndu = \"2025-02-04\"\nau = \"2025-02-04\"\nraison = \"essai\"\npar = \"DIM\"\n";
    region.catalogue.add("site.toml", declared).unwrap();
    let said = crate::judgement::judge(&judged.findings, &region.catalogue);
    for level in ["etablissement", "region"] {
        let quarter = said
            .iter()
            .find(|said| said.constat.level == level && said.constat.period == "2025-Q1")
            .unwrap();
        assert_eq!((quarter.constat.violated, quarter.excusees), (2, 1), "{level}");
    }
}

/// Ten files every hour from 1 February, but from 9 to 12 on 20 February.
#[test]
fn three_hours_without_a_file_where_there_are_thirty() {
    let mut rows = Vec::new();
    for day in days("2025-02-01", 20) {
        let silent = day.to_string() == "2025-02-20";
        for hour in (0..24).filter(|hour| !(silent && (9..12).contains(hour))) {
            rows.extend((0..10).map(|minute| {
                format!(
                    "id_samu=samu310;numero_dossier={day}-{hour}-{minute};categorie_dossier=DR;date_heure_creation={day} {hour:02}:{minute:02};\
                     date_heure_creation_local={day} {hour:02}:{minute:02};date_heure_extraction={day} 23:59"
                )
            }));
        }
    }
    let mut region = Region::new(&[]).with("samu_rdr", &rows).only(&["SAMU-C36"]);
    region.inputs.observe_au = Some("2025-02-20".parse().unwrap());
    assert_eq!(
        region.judge().of("SAMU-C36", "departement", "31", "2025-02"),
        "1/19/1 anomaly",
        "nothing says what is usual on the first day"
    );
}

/// Quarters of an hour without a call from 23:00 to 01:15: the stretch ends on the second day. It is judged where the three nights
/// before had calls at these hours, and a centre whose nights are quiet is not cut off.
#[test]
fn two_hours_without_a_call_across_midnight() {
    let interval = |day: &str, hour: u32, minute: u32, calls: u32| {
        format!(
            "id_samu=samu310;file_appels=15;pas_minutes=15;debut_intervalle={day} {hour:02}:{minute:02};\
             debut_intervalle_local={day} {hour:02}:{minute:02};appels_presentes={calls};appels_decroches={calls};\
             date_heure_extraction=2025-02-05 03:00"
        )
    };
    for (usual, found) in [(4, "1/4/0 anomaly"), (0, "absent")] {
        let mut rows = Vec::new();
        for minute in [0, 15, 30, 45] {
            for eve in ["2025-01-31", "2025-02-01", "2025-02-02"] {
                rows.push(interval(eve, 23, minute, usual));
            }
            for day in ["2025-02-01", "2025-02-02", "2025-02-03"] {
                rows.push(interval(day, 0, minute, 1));
            }
            rows.push(interval("2025-02-03", 22, minute, 4));
            rows.push(interval("2025-02-03", 23, minute, 0));
            rows.push(interval("2025-02-04", 0, minute, 0));
            rows.push(interval("2025-02-04", 1, minute, u32::from(minute > 0)));
        }
        let judged = Region::new(&[])
            .with("samu_appels_agreges", &rows)
            .only(&["SAMU-C52"])
            .judge();
        assert_eq!(judged.of("SAMU-C52", "departement", "31", "2025-02"), found);
    }
}

/// Five open hours with four consultations each, a closed one among them, then four with five.
#[test]
fn a_count_that_is_copied_from_hour_to_hour() {
    let hour = |hour: u32, status: &str, count: &str| {
        format!(
            "id_mmg=MMG1;pas_minutes=60;statut={status};nb_consultations={count};debut_intervalle=2025-02-02 {hour:02}:00;\
             debut_local=2025-02-02 {hour:02}:00;date_heure_extraction=2025-02-03 03:00"
        )
    };
    let mut rows: Vec<String> = [8, 9, 10, 12, 13].map(|at| hour(at, "OUVERT", "4")).into();
    rows.push(hour(11, "FERME", ""));
    rows.extend([14, 15, 16, 17].map(|at| hour(at, "OUVERT", "5")));
    let judged = Region::new(&[])
        .with("mmg_activite_horaire", &rows)
        .only(&["MMG-C11"])
        .judge();
    assert_eq!(judged.of("MMG-C11", "region", "76", "2025-02"), "1/1/0 anomaly");
}

/// From Rangueil: Montauban in twenty minutes is too fast by road, in thirty it is not; in Toulouse no distance is judged.
#[test]
fn a_speed_that_no_road_allows() {
    let mission = |rank: u32, commune: &str, minutes: u32| {
        format!(
            "finess_smur_geo=310783048;id_samu=samu310;numero_dossier=D{rank};id_mission=M{rank};vecteur_aller=SMUR.VLM;\
             commune_intervention={commune};date_heure_decision=2025-02-03 10:00;date_heure_decision_local=2025-02-03 11:00;\
             date_heure_depart=2025-02-03 10:05;date_heure_arrivee_lieux=2025-02-03 10:{:02};date_heure_extraction=2025-02-04 03:00",
            5 + minutes
        )
    };
    let rows = [mission(1, "82121", 20), mission(2, "82121", 30), mission(3, "31555", 1)];
    let judged = Region::new(&[]).with("smur_rpis", &rows).only(&["SMUR-C32"]).judge();
    assert_eq!(
        judged.of("SMUR-C32", "etablissement", "310783048", "2025-02"),
        "1/2/0 anomaly"
    );
}

/// Ten o'clock told at sixty minutes and again by four quarters; eleven o'clock at sixty alone; noon at fifteen alone; the next day
/// whole, and by hours.
#[test]
fn calls_told_at_two_steps_are_counted_once() {
    let interval = |step: u32, start: &str| {
        format!(
            "id_samu=samu310;file_appels=15;pas_minutes={step};debut_intervalle=2025-02-{start};debut_intervalle_local=2025-02-{start};\
             appels_presentes=4;appels_decroches=4;date_heure_extraction=2025-02-05 03:00"
        )
    };
    let mut rows = vec![interval(60, "03 10:00"), interval(60, "03 11:00"), interval(15, "03 12:00")];
    rows.extend(["10:00", "10:15", "10:30", "10:45"].map(|at| interval(15, &format!("03 {at}"))));
    rows.extend([interval(1440, "04 00:00"), interval(60, "04 09:00")]);
    let judged = Region::new(&[])
        .with("samu_appels_agreges", &rows)
        .only(&["SAMU-C42"])
        .judge();
    assert_eq!(
        judged.of("SAMU-C42", "departement", "31", "2025-02"),
        "2/9/0 anomaly",
        "the hour at sixty minutes and the whole day"
    );
}

/// Ten files an hour, then a silent morning: on the first day nothing says that it is unusual. A small SAMU has no usual hours at all.
#[test]
fn a_silence_without_history_is_not_judged() {
    let file = |samu: &str, day: &str, hour: usize, rank: usize| {
        format!(
            "id_samu={samu};numero_dossier={day}-{hour}-{rank};date_heure_creation={day} {hour:02}:00;\
             date_heure_creation_local={day} {hour:02}:00;date_heure_extraction=2025-02-05 03:00"
        )
    };
    let mut rows = Vec::new();
    for day in ["2025-02-01", "2025-02-02", "2025-02-03"] {
        let silent = day == "2025-02-03";
        for hour in (0..24).filter(|hour| !(silent && (8..14).contains(hour))) {
            rows.extend((0..10).map(|rank| file("samu310", day, hour, rank)));
            rows.extend((0..1).map(|rank| file("samu090", day, hour, rank)));
        }
    }
    let mut region = Region::new(&[]).with("samu_rdr", &rows).only(&["SAMU-C36"]);
    region.inputs.observe_au = Some("2025-02-03".parse().unwrap());
    let judged = region.judge();
    assert_eq!(judged.of("SAMU-C36", "departement", "31", "2025-02"), "1/2/1 anomaly");
    assert_eq!(judged.of("SAMU-C36", "departement", "09", "2025-02"), "0/0/1 not_judged");
}
