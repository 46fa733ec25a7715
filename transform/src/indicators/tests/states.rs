//! Beds at the reference time: the last snapshot that is not stale, a silent unit that is missing and not empty.

use polars::prelude::*;

use super::super::beds;

struct Snapshot {
    unit: &'static str,
    discipline: &'static str,
    nature: &'static str,
    /// Civil times, winter: UTC + 1 h.
    at: &'static str,
    updated: &'static str,
    occupied: i32,
}

fn snapshot(unit: &'static str, discipline: &'static str, at: &'static str, occupied: i32) -> Snapshot {
    Snapshot {
        unit,
        discipline,
        nature: "01",
        at,
        updated: at,
        occupied,
    }
}

/// (day, unit's discipline, occupied beds or none, fresh), in order.
fn states(snapshots: &[Snapshot], until: &str) -> Vec<(String, String, Option<i64>, bool)> {
    let micros = |time: &str| {
        let time: jiff::civil::DateTime = time.parse().unwrap();
        time.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_microsecond()
    };
    let civil = |times: Vec<i64>, name: &str| {
        Series::new(name.into(), times)
            .cast(&DataType::Datetime(TimeUnit::Microseconds, None))
            .unwrap()
    };
    let hour = 3_600_000_000;
    let of = |time: fn(&Snapshot) -> &'static str, shift: i64| snapshots.iter().map(|s| micros(time(s)) - shift).collect();
    let text = |get: fn(&Snapshot) -> &'static str| snapshots.iter().map(get).collect::<Vec<_>>();
    let number = |get: fn(&Snapshot) -> i32| snapshots.iter().map(get).collect::<Vec<_>>();
    let frame = df!(
        "finess_geo" => vec!["310783048"; snapshots.len()],
        "unite_id" => text(|s| s.unit),
        "affectation" => vec![None::<&str>; snapshots.len()],
        "discipline" => snapshots.iter().map(|s| Some(s.discipline).filter(|code| !code.is_empty())).collect::<Vec<_>>(),
        "nature" => text(|s| s.nature),
        "temporalite" => vec!["01"; snapshots.len()],
        "ts_etat_local" => civil(of(|s| s.at, 0), "a"),
        "ts_etat" => civil(of(|s| s.at, hour), "b"),
        "ts_maj" => civil(of(|s| s.updated, hour), "c"),
        "soins_critiques" => snapshots.iter().map(|s| s.discipline == "REA").collect::<Vec<_>>(),
        "n_installes" => number(|_| 30),
        "ouverts" => number(|_| 28),
        "capacite_exploit" => number(|_| 29),
        "n_occupes" => number(|s| s.occupied),
        "libres_calcules" => number(|s| 29 - s.occupied),
        "n_disponibles" => number(|s| 29 - s.occupied),
        "fermes" => number(|_| 2),
        "n_fermes_reactivables" => number(|_| 1),
    )
    .unwrap();
    let made = beds::states(
        frame.lazy(),
        ("2025-01".parse().unwrap(), "2025-01".parse().unwrap()),
        Some(until.parse().unwrap()),
        lake::reference::structures(),
        beds::Freshness::of(&crate::Catalogue::load(&[]).unwrap()).unwrap(),
    );
    let made = made.unwrap().collect().unwrap();
    let text = |name: &str| made.column(name).unwrap().cast(&DataType::String).unwrap();
    (0..made.height())
        .map(|row| {
            let cell = |name: &str| text(name).str().unwrap().get(row).unwrap_or_default().to_owned();
            assert_eq!(cell("flux_id"), "310783048/0");
            let occupied = made.column("n_occupes").unwrap().i64().unwrap().get(row);
            assert_eq!(occupied.is_some(), cell("renseigne") == "true");
            (cell("jour"), cell("discipline"), occupied, cell("frais") == "true")
        })
        .collect()
}

fn of(states: &[(String, String, Option<i64>, bool)], day: &str) -> (Option<i64>, bool) {
    let state = states.iter().find(|state| state.0 == day).unwrap();
    (state.2, state.3)
}

#[test]
fn the_last_snapshot_at_noon_counts() {
    let made = states(
        &[
            snapshot("A", "MED", "2025-01-01T07:00", 20),
            snapshot("A", "MED", "2025-01-01T11:59", 25),
            snapshot("A", "MED", "2025-01-01T12:01", 29),
        ],
        "2025-01-03",
    );
    assert_eq!(of(&made, "2025-01-01"), (Some(25), true));
    assert_eq!(of(&made, "2025-01-02"), (Some(29), true));
    assert_eq!(of(&made, "2025-01-03"), (None, false), "a day without news is missing");
    assert_eq!(made.len(), 3);
}

#[test]
fn a_stale_snapshot_is_passed_over() {
    let mut stale = snapshot("A", "MED", "2025-01-02T08:00", 3);
    stale.updated = "2024-12-28T08:00";
    let made = states(&[snapshot("A", "MED", "2025-01-01T18:00", 20), stale], "2025-01-02");
    assert_eq!(of(&made, "2025-01-02"), (Some(20), false));
    assert_eq!(made.len(), 1, "at noon on the first day the unit was not known yet");
}

/// The row of a state keeps the instants of its last repetition: what was said at noon does not depend on it.
#[test]
fn a_state_repeated_unchanged_the_next_evening_was_fresh_at_noon() {
    let mut said = snapshot("A", "MED", "2025-01-01T08:00", 20);
    said.updated = "2025-01-01T07:30";
    let made = states(&[said], "2025-01-02");
    assert_eq!(of(&made, "2025-01-01"), (Some(20), true));
    assert_eq!(
        of(&made, "2025-01-02"),
        (None, false),
        "more than a day old, however often it is sent again"
    );
}

#[test]
fn critical_care_is_stale_after_twelve_hours() {
    let seen = |discipline| {
        let made = states(&[snapshot("A", discipline, "2024-12-31T20:00", 9)], "2025-01-01");
        of(&made, "2025-01-01").0
    };
    assert_eq!(seen("MED"), Some(9));
    assert_eq!(seen("REA"), None);
    assert_eq!(seen("UHCD"), None);
}

#[test]
fn places_and_subsets_are_not_beds() {
    let mut places = snapshot("B", "MED", "2025-01-01T08:00", 5);
    places.nature = "02";
    let made = states(&[places, snapshot("C", "LISP", "2025-01-01T08:00", 2)], "2025-01-01");
    assert_eq!(made, []);
}

#[test]
fn beds_of_a_discipline_out_of_its_list_count_all_the_same() {
    let made = states(&[snapshot("A", "", "2025-01-01T08:00", 12)], "2025-01-01");
    assert_eq!(made, [("2025-01-01".to_owned(), String::new(), Some(12), true)]);
}

#[test]
fn a_unit_that_changes_discipline_counts_once() {
    let made = states(
        &[
            snapshot("A", "MED", "2025-01-01T08:00", 20),
            snapshot("A", "CHIR", "2025-01-01T11:00", 18),
        ],
        "2025-01-01",
    );
    assert_eq!(made, [("2025-01-01".to_owned(), "CHIR".to_owned(), Some(18), true)]);
}
