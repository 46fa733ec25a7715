//! Records that come back, under their key, in another month.

use arrow::array::AsArray;
use jiff::Timestamp;
use lake::store::Decision;

use super::decisions::ESSAI;
use super::replacement::rows;
use crate::cases::Cases;
use crate::place::Lake;

/// Minutes around the end of January 2026.
fn midnight(minutes: i64) -> Timestamp {
    let turn: Timestamp = "2026-02-01T00:00:00Z".parse().unwrap();
    turn + jiff::SignedDuration::from_mins(minutes)
}

fn file(extracted: i64, cases: &[(u8, i64, bool)]) -> Cases {
    Cases {
        extracted: midnight(extracted),
        cases: cases.iter().map(|(number, at, out)| (*number, midnight(*at), *out)).collect(),
    }
}

/// What counts: number of each file, month, whether it is withdrawn.
fn current(lake: &Lake) -> Vec<(String, String, bool)> {
    let mut found = Vec::new();
    for batch in rows(lake, "samu_rdr") {
        let numbers = batch.column_by_name("numero_dossier").unwrap().as_string::<i32>().clone();
        let withdrawn = batch.column_by_name("supprime").unwrap().as_boolean().clone();
        let created = batch.column_by_name("date_heure_creation_local").unwrap();
        let created = created.as_primitive::<arrow::datatypes::TimestampMicrosecondType>().clone();
        for row in 0..batch.num_rows() {
            let at = Timestamp::from_microsecond(created.value(row)).unwrap();
            let month = at.to_string()[..7].to_owned();
            found.push((numbers.value(row).to_owned(), month, withdrawn.value(row)));
        }
    }
    found.sort();
    found
}

fn counted(number: &str, month: &str, withdrawn: bool) -> (String, String, bool) {
    (number.to_owned(), month.to_owned(), withdrawn)
}

#[test]
fn a_file_whose_creation_passes_midnight_counts_once() {
    let first = file(60, &[(1, -2, false), (2, -30, false)]);
    let next = file(24 * 60, &[(1, 2, false)]);
    for order in [[&first, &next], [&next, &first]] {
        let mut lake = Lake::new();
        lake.receive(&[order[0].clone()]);
        let report = lake.receive(&[order[1].clone()]);
        let moved = report.deliveries[0].counts;
        assert_eq!((moved.changed, moved.added), (1, order[1].cases.len() as u64 - 1));
        assert_eq!(
            current(&lake),
            [counted("D1", "2026-02", false), counted("D2", "2026-01", false)]
        );
        lake.check();
    }
    let mut lake = Lake::new();
    let report = lake.receive(&[next, first]);
    assert_eq!(current(&lake).len(), 2);
    assert_eq!(
        report.deliveries.iter().map(|delivery| delivery.counts.changed).sum::<u64>(),
        1
    );
    lake.check();
}

#[test]
fn a_withdrawal_with_a_corrected_date_withdraws_the_former_row() {
    let mut lake = Lake::new();
    lake.receive(&[file(60, &[(1, -2, false)])]);
    lake.receive(&[file(120, &[(1, 2, true)])]);
    assert_eq!(current(&lake), [counted("D1", "2026-02", true)]);
    lake.check();
}

#[test]
fn a_record_comes_back_to_its_month_when_the_one_that_moved_it_is_set_aside() {
    let mut lake = Lake::new();
    lake.receive(&[file(60, &[(1, -2, false)])]);
    let before = lake.now();
    let known = lake.view("samu_rdr", None);
    let next = file(120, &[(1, 2, false)]);
    lake.receive(std::slice::from_ref(&next));
    let (run, at) = lake.tick();
    lake.writer().decide(&next.id(), Decision::SetAside, &run, at, ESSAI).unwrap();
    assert_eq!(current(&lake), [counted("D1", "2026-01", false)]);
    lake.check();
    let (run, at) = lake.tick();
    lake.writer().decide(&next.id(), Decision::Undo, &run, at, ESSAI).unwrap();
    assert_eq!(current(&lake), [counted("D1", "2026-02", false)]);
    assert_eq!(lake.view("samu_rdr", Some(before)), known);
    lake.check();
}

#[test]
fn a_night_that_moves_nothing_leaves_the_other_months_alone() {
    let mut lake = Lake::new();
    lake.receive(&[file(60, &[(1, -2, false), (2, -30, false)])]);
    lake.receive(&[file(120, &[(1, 2, false)])]);
    let report = lake.receive(&[file(180, &[(3, 5, false)])]);
    let months: Vec<String> = report.months["samu_rdr"].iter().map(ToString::to_string).collect();
    assert_eq!(months, ["2026-02"]);
}

/// Both numbers are empty in the lake, and are not the same: their keys, made of what was received, tell them apart.
#[test]
fn records_whose_key_cannot_be_read_do_not_collapse_into_one() {
    let mut lake = Lake::new();
    let report = lake.receive(&[file(60, &[(200, -2, false), (201, -30, false)])]);
    assert_eq!(report.deliveries[0].counts.added, 2);
    assert_eq!(super::replacement::count(&lake, "samu_rdr"), 2);
    lake.check();
}
