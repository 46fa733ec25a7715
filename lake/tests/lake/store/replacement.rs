//! « Annule et remplace », counts and what is kept once.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::UInt32Type;
use jiff::civil::{Date, date};
use lake::delivery::Verdict;
use lake::store::{Authority, Settings};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::place::{Lake, instant};
use crate::sends::{Passage, Send};
use crate::snapshots::Beds;

const A: &str = "310000001";
const B: &str = "310000002";

fn jan(day: i8) -> Date {
    date(2025, 1, day)
}

/// The rows of the view: (delivery, day, gravite).
pub fn rows(lake: &Lake, table: &str) -> Vec<RecordBatch> {
    let (from, to) = ("1900-01".parse().unwrap(), "2100-12".parse().unwrap());
    let files = lake.store().view(table, from, to, None).unwrap().files;
    files
        .iter()
        .flat_map(|path| {
            ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(path).unwrap())
                .unwrap()
                .build()
                .unwrap()
        })
        .map(|batch| batch.unwrap())
        .collect()
}

pub fn count(lake: &Lake, table: &str) -> usize {
    rows(lake, table).iter().map(RecordBatch::num_rows).sum()
}

/// Number of rows that each delivery has in the view.
fn shares(lake: &Lake, sends: &[&Send]) -> Vec<usize> {
    let batches = rows(lake, "rpu");
    let of = |send: &&Send| -> usize {
        let id = send.id();
        let deliveries = batches
            .iter()
            .map(|batch| batch.column_by_name("delivery").unwrap().as_string::<i32>().clone());
        deliveries
            .map(|column| column.iter().filter(|value| *value == Some(id.as_str())).count())
            .sum()
    };
    sends.iter().map(of).collect()
}

#[test]
fn a_first_delivery_is_added_and_a_view_has_the_declared_columns() {
    let mut lake = Lake::new();
    let report = lake.receive(&[Send::full(A, jan(8), jan(1), jan(7), 10)]);
    let counts = report.deliveries[0].counts;
    assert_eq!(
        (counts.added, counts.changed, counts.unchanged, counts.removed),
        (70, 0, 0, 0)
    );
    assert_eq!(report.deliveries[0].days.len(), 7);
    assert_eq!(
        rows(&lake, "rpu")[0].schema().fields(),
        lake::table::table("rpu").unwrap().view_schema().fields()
    );
    assert_eq!(count(&lake, "rpu"), 70);
    lake.check();
}

#[test]
fn the_next_night_completes_records_and_stores_identical_ones_once() {
    let mut lake = Lake::new();
    let first = Send::full(A, jan(8), jan(1), jan(7), 10);
    let mut second = Send::full(A, jan(9), jan(2), jan(8), 10);
    second
        .passages
        .iter_mut()
        .filter(|passage| passage.day == jan(7))
        .for_each(|passage| passage.version = 1);
    second.passages.retain(|passage| passage.day != jan(2) || passage.minute != 0);
    lake.receive(std::slice::from_ref(&first));
    let report = lake.receive(std::slice::from_ref(&second));
    let counts = report.deliveries[0].counts;
    assert_eq!(
        (counts.added, counts.changed, counts.unchanged, counts.removed),
        (10, 10, 49, 1)
    );
    assert_eq!((report.bodies, report.renvois), (20, 49));
    assert_eq!(shares(&lake, &[&first, &second]), [10, 69]);
    lake.check();
}

#[test]
fn a_window_replaces_days_without_any_record() {
    let mut lake = Lake::new();
    lake.receive(&[Send::full(A, jan(8), jan(1), jan(7), 3)]);
    let mut emptier = Send::full(A, jan(9), jan(2), jan(8), 3);
    emptier.passages.retain(|passage| passage.day != jan(4));
    let report = lake.receive(&[emptier]);
    assert_eq!(report.deliveries[0].counts.removed, 3);
    assert_eq!(count(&lake, "rpu"), 3 * 7);
    lake.check();
}

/// Received in its turn, quarantined, and loaded once its site was known: the site sends in order.
#[test]
fn a_delivery_replayed_after_later_ones_is_not_said_to_be_out_of_order() {
    let mut lake = Lake::new();
    let newer = Send::versions(A, jan(9), jan(2), jan(8), 10, 2);
    let waited = Send::versions(A, jan(8), jan(1), jan(7), 10, 1);
    lake.receive(std::slice::from_ref(&newer));
    let report = lake.receive(std::slice::from_ref(&waited));
    assert_eq!(shares(&lake, &[&newer, &waited]), [70, 10]);
    assert_eq!(
        report.deliveries[0].verdict,
        Verdict::Conforme,
        "{:?}",
        report.deliveries[0].reason
    );
}

#[test]
fn an_older_extract_that_arrives_later_does_not_replace() {
    let mut lake = Lake::new();
    let newer = Send::versions(A, jan(9), jan(2), jan(8), 10, 2);
    let mut older = Send::versions(A, jan(8), jan(1), jan(7), 10, 1);
    older.received = Some("2025-01-10T06:00:00Z".parse().unwrap());
    lake.receive(std::slice::from_ref(&newer));
    let report = lake.receive(std::slice::from_ref(&older));
    assert_eq!(shares(&lake, &[&newer, &older]), [70, 10]);
    let finding = report.deliveries[0]
        .findings
        .iter()
        .find(|finding| finding.rule == "RPU-F11")
        .unwrap();
    assert_eq!((finding.violated, finding.eligible), (6, 6));
    assert_eq!(report.deliveries[0].verdict, Verdict::ConformeAvecReserves);
    assert_eq!(report.deliveries[0].reason.as_deref(), Some("à corriger : RPU-F11"));
    lake.check();
}

#[test]
fn the_same_content_twice_changes_nothing() {
    let mut lake = Lake::new();
    let send = Send::full(A, jan(8), jan(1), jan(7), 10);
    let report = lake.receive(&[send.clone(), send.clone()]);
    assert_eq!(report.deliveries[1].verdict, Verdict::DejaRecue);
    let before = lake.view("rpu", None);
    let report = lake.receive(&[send]);
    assert_eq!(report.deliveries[0].verdict, Verdict::DejaRecue);
    assert_eq!(report.deliveries[0].counts.rows_read, 0);
    assert_eq!(lake.view("rpu", None), before);
    assert_eq!(lake.store().deliveries(None).unwrap().len(), 1);
    lake.check();
}

#[test]
fn equal_extracts_are_decided_by_content_and_flagged() {
    let mut lake = Lake::new();
    let (one, two) = (
        Send::versions(A, jan(8), jan(1), jan(7), 10, 1),
        Send::versions(A, jan(8), jan(1), jan(7), 10, 2),
    );
    let report = lake.receive(&[one.clone(), two.clone()]);
    let winner = if one.id() > two.id() { [70, 0] } else { [0, 70] };
    assert_eq!(shares(&lake, &[&one, &two]), winner);
    assert!(report.deliveries.iter().all(is_contested));
    lake.check();
}

fn is_contested(delivery: &lake::delivery::Delivery) -> bool {
    let said = delivery.findings.iter().any(|finding| {
        finding.rule == "RPU-F11"
            && (finding.violated, finding.eligible) == (7, 7)
            && finding.message.as_ref().is_some_and(|text| text.contains("même EXTRACT"))
    });
    said && delivery.verdict == Verdict::ConformeAvecReserves
}

#[test]
fn equal_extracts_are_flagged_on_both_sides_in_any_order() {
    let (one, two) = (
        Send::versions(A, jan(8), jan(1), jan(7), 10, 1),
        Send::versions(A, jan(8), jan(1), jan(7), 10, 2),
    );
    for order in [[&one, &two], [&two, &one]] {
        let mut lake = Lake::new();
        lake.receive(&[order[0].clone()]);
        let report = lake.receive(&[order[1].clone()]);
        assert!(is_contested(&report.deliveries[0]));
        let known = lake.store().deliveries(None).unwrap();
        assert!(known.len() == 2 && known.iter().all(is_contested), "{known:#?}");
    }
}

#[test]
fn an_out_of_window_record_does_not_purge_another_one() {
    let stray = |minute| Passage {
        day: jan(1),
        minute,
        version: 0,
    };
    let mut first = Send::full(A, jan(8), jan(3), jan(7), 10);
    first.passages.push(stray(1000));
    let mut second = Send::full(A, jan(9), jan(4), jan(8), 10);
    second.passages.push(stray(1100));
    // The same record again, completed: of one key, the last version counts.
    let mut third = Send::full(A, jan(10), jan(5), jan(9), 10);
    third.passages.push(Passage {
        version: 1,
        ..stray(1000)
    });
    for order in [[&first, &second, &third], [&third, &second, &first]] {
        let mut lake = Lake::new();
        lake.receive(&[order[0].clone()]);
        lake.receive(&[order[1].clone()]);
        assert_eq!(count(&lake, "rpu") % 10, 2);
        lake.receive(&[order[2].clone()]);
        assert_eq!(shares(&lake, &[&first, &second, &third]), [10, 11, 51]);
        lake.check();
        // A window that covers the day takes them all away, and says how many.
        let report = lake.receive(&[Send::full(A, jan(4), jan(1), jan(1), 4)]);
        assert_eq!(report.deliveries[0].counts.removed, 2);
        assert_eq!(count(&lake, "rpu"), 70 + 4);
        lake.check();
    }
}

#[test]
fn out_of_window_records_enter_only_days_that_nobody_covers() {
    let mut lake = Lake::new();
    let stray = |day| Passage {
        day,
        minute: 1000,
        version: 0,
    };
    let mut send = Send::full(A, jan(8), jan(3), jan(7), 10);
    send.passages.extend([stray(jan(1)), stray(date(2024, 12, 31))]);
    let report = lake.receive(&[send.clone()]);
    assert_eq!(report.deliveries[0].counts.out_of_window, 2);
    assert_eq!(count(&lake, "rpu"), 52);
    let cover = Send::full(A, jan(4), jan(1), jan(1), 4);
    lake.receive(&[cover]);
    assert_eq!(count(&lake, "rpu"), 51 + 4);
    lake.check();
}

#[test]
fn sites_do_not_touch_one_another() {
    let mut lake = Lake::new();
    lake.receive(&[
        Send::full(B, jan(8), jan(1), jan(7), 5),
        Send::full(A, jan(8), jan(1), jan(7), 10),
    ]);
    lake.receive(&[Send::full(A, jan(9), jan(1), jan(8), 10)]);
    assert_eq!(count(&lake, "rpu"), 35 + 80);
    lake.check();
}

#[test]
fn a_year_to_date_file_of_another_flux_never_erases_oscour() {
    let mut lake = Lake::new();
    lake.receive(&[Send::full(A, jan(8), jan(1), jan(7), 10)]);
    let mut syrius = Send::versions(A, jan(31), jan(1), jan(30), 10, 3);
    syrius.flux = "syrius";
    lake.receive(std::slice::from_ref(&syrius));
    assert_eq!(shares(&lake, &[&syrius]), [0]);
    assert_eq!(count(&lake, "rpu"), 70);
    let mut settings = Settings::default();
    settings.autorites.push(Authority {
        table: "rpu".into(),
        finess: Some(A.into()),
        flux: "syrius".into(),
        du: Some(jan(5)),
        au: None,
    });
    let (run, at) = lake.tick();
    lake.writer().configure(&settings, &run, at).unwrap();
    assert_eq!(shares(&lake, &[&syrius]), [260]);
    assert_eq!(count(&lake, "rpu"), 40 + 260);
    lake.check();
}

#[test]
fn beds_keep_the_latest_update_of_each_key() {
    let state = |unit, at, update, available| (unit, instant(at), instant(update), available);
    let first = Beds {
        extract: date(2025, 12, 31).at(0, 0, 0, 0),
        states: vec![state(1, 0, 1, 5), state(2, 0, 1, 7)],
    };
    // Sent later, but its update of unit 1 is older.
    let second = Beds {
        extract: date(2025, 12, 31).at(1, 0, 0, 0),
        states: vec![state(1, 0, 0, 9), state(2, 0, 2, 8), state(1, 1, 2, 4)],
    };
    for order in [[&first, &second], [&second, &first]] {
        let mut lake = Lake::new();
        lake.receive(&[order[0].clone()]);
        lake.receive(&[order[1].clone()]);
        let mut available: Vec<i32> = Vec::new();
        for batch in rows(&lake, "lits") {
            available.extend(
                batch
                    .column_by_name("n_disponibles")
                    .unwrap()
                    .as_primitive::<arrow::datatypes::Int32Type>()
                    .values(),
            );
        }
        assert_eq!(available, [5, 4, 8]);
        lake.check();
    }
}

#[test]
fn a_row_says_where_it_is_in_the_delivery_that_is_current() {
    let mut lake = Lake::new();
    lake.receive(&[Send::full(A, jan(8), jan(1), jan(7), 2)]);
    lake.receive(&[Send::full(A, jan(9), jan(7), jan(8), 2)]);
    let batch = &rows(&lake, "rpu")[0];
    let ranks: Vec<u32> = batch
        .column_by_name("rang")
        .unwrap()
        .as_primitive::<UInt32Type>()
        .values()
        .to_vec();
    assert_eq!(ranks, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3, 4]);
}
