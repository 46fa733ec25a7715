use super::*;
use crate::delivery::Verdict;
use crate::store::manifest::DayCounts;
use jiff::civil::{Date, date};

/// A delivery extracted on a day at 3 h, with the records of the days from `from` on.
fn delivery(extract: Date, from: Date, counts: &[u32]) -> Load {
    let first = epoch_day(from);
    let days: BTreeMap<i32, u32> = counts.iter().enumerate().map(|(at, n)| (first + at as i32, *n)).collect();
    let extract = extract.at(3, 0, 0, 0);
    Load {
        id: format!("{extract}{counts:?}"),
        seq: 1,
        forgotten: None,
        follows: None,
        table: "rpu".into(),
        flux: "oscour".into(),
        finess: "310000001".into(),
        ordre: 0,
        extract: Some(extract),
        from: Some(from),
        to: date_of(first + counts.len() as i32 - 1),
        received_at: TimeZone::get("Europe/Paris").unwrap().to_timestamp(extract).unwrap(),
        kid: "k".into(),
        verdict: Verdict::Conforme,
        raw: String::new(),
        days: DayCounts::from_map(&days),
        outside: DayCounts::default(),
    }
}

fn held(deliveries: &[Load]) -> Vec<bool> {
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let alone: Vec<_> = deliveries.iter().map(|load| (load, None)).collect();
    let standings = judge(&Settings::default(), &zone, &alone);
    standings
        .iter()
        .map(|standing| matches!(standing, Standing::Held(_)))
        .collect()
}

const START: Date = date(2025, 1, 1);

#[test]
fn one_recent_day_under_half_is_let_through() {
    let full = delivery(date(2025, 1, 4), START, &[20, 20, 20]);
    assert_eq!(
        held(&[full.clone(), delivery(date(2025, 1, 5), START, &[20, 20, 9])]),
        [false, false]
    );
    assert_eq!(held(&[full, delivery(date(2025, 1, 5), START, &[20, 9, 9])]), [false, true]);
}

#[test]
fn one_consolidated_day_under_half_is_held() {
    let full = delivery(date(2025, 1, 4), START, &[20, 20, 20]);
    assert_eq!(
        held(&[full.clone(), delivery(date(2025, 1, 7), START, &[9, 20, 20])]),
        [false, false]
    );
    assert_eq!(
        held(&[full.clone(), delivery(date(2025, 1, 8), START, &[9, 20, 20])]),
        [false, true]
    );
    assert_eq!(
        held(&[full, delivery(date(2025, 1, 8), START, &[10, 20, 20])]),
        [false, false]
    );
}

#[test]
fn a_bed_snapshot_takes_nothing_away_from_the_one_before() {
    let mut morning = delivery(date(2025, 2, 1), date(2025, 1, 10), &[60, 60]);
    let mut evening = delivery(date(2025, 2, 2), date(2025, 1, 10), &[5, 5]);
    morning.table = "lits".into();
    evening.table = "lits".into();
    assert_eq!(held(&[morning, evening]), [false, false]);
}

#[test]
fn very_small_windows_are_not_judged() {
    let full = delivery(date(2025, 1, 4), START, &[1, 1, 2]);
    assert_eq!(held(&[full, delivery(date(2025, 2, 1), START, &[0, 0, 0])]), [false, false]);
}

#[test]
fn a_nearly_empty_year_of_a_small_structure_is_held() {
    let year = delivery(date(2025, 12, 31), START, &[4; 350]);
    let nearly_empty = delivery(date(2026, 1, 2), START, &[&[4_u32; 3][..], &[0; 347]].concat());
    assert_eq!(held(&[year.clone(), nearly_empty.clone()]), [false, true]);
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let standings = judge(&Settings::default(), &zone, &[(&year, None), (&nearly_empty, None)]);
    let Standing::Held(hold) = &standings[1] else {
        panic!("not held")
    };
    assert!(hold.reason_fr().contains("1400 → 12"), "{}", hold.reason_fr());
}

#[test]
fn a_small_structure_that_sends_its_days_again_is_let_through() {
    let full = delivery(date(2025, 1, 4), START, &[4, 3, 4]);
    assert_eq!(held(&[full, delivery(date(2025, 1, 5), START, &[4, 1, 4])]), [false, false]);
}

#[test]
fn an_extract_a_second_beyond_the_tolerance_is_ahead_for_the_check_as_for_the_lake() {
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let ahead =
        |received: &str| crate::advance::minutes_ahead(date(2025, 2, 3).at(4, 0, 0, 0), received.parse().unwrap(), &zone, 60);
    assert_eq!(ahead("2025-02-03T02:00:00Z"), None);
    assert_eq!(ahead("2025-02-03T01:59:59Z"), Some(61));
}

#[test]
fn a_held_delivery_does_not_lower_the_bar_for_the_next() {
    let full = delivery(date(2025, 1, 4), START, &[20, 20, 20]);
    let empty = delivery(date(2025, 1, 5), START, &[0, 0, 0]);
    let low = delivery(date(2025, 1, 6), START, &[5, 5, 5]);
    assert_eq!(held(&[full, empty, low]), [false, true, true]);
}

#[test]
fn a_clock_ahead_by_more_than_an_hour_is_held() {
    let mut ahead = delivery(date(2025, 1, 4), START, &[20]);
    ahead.received_at -= jiff::SignedDuration::from_mins(60);
    assert_eq!(held(std::slice::from_ref(&ahead)), [false]);
    ahead.received_at -= jiff::SignedDuration::from_mins(1);
    assert_eq!(held(&[ahead]), [true]);
}

#[test]
fn a_decision_overrules_the_guards() {
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let full = delivery(date(2025, 1, 4), START, &[20, 20, 20]);
    let empty = delivery(date(2025, 1, 5), START, &[0, 0, 0]);
    let judged = |first, second| judge(&Settings::default(), &zone, &[(&full, first), (&empty, second)]);
    assert_eq!(judged(None, Some(Decision::Accept))[1], Standing::InForce);
    assert_eq!(
        judged(Some(Decision::SetAside), None),
        [Standing::SetAside, Standing::InForce]
    );
    assert!(matches!(judged(None, Some(Decision::Undo))[1], Standing::Held(_)));
}

#[test]
fn the_reason_of_an_older_extract_that_comes_late_names_only_the_days_it_would_change() {
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let first = delivery(date(2025, 1, 4), START, &[67, 95, 90]);
    let cut = delivery(date(2025, 1, 5), START, &[40, 0, 0]);
    let newer = delivery(date(2025, 1, 6), date(2025, 1, 2), &[95, 90, 88]);
    let whole = delivery(date(2025, 1, 6), START, &[67, 95, 90]);
    let reason = |last: &Load| {
        let standings = judge(&Settings::default(), &zone, &[(&first, None), (&cut, None), (last, None)]);
        match &standings[1] {
            Standing::Held(hold) => hold.reason_fr(),
            other => panic!("{other:?}"),
        }
    };
    let said = reason(&newer);
    assert!(said.contains("2025-01-01 67 → 40") && !said.contains("95 → 0"), "{said}");
    assert!(reason(&whole).contains("n'enlèverait rien"), "{}", reason(&whole));
}
