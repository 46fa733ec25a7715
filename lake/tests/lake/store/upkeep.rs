//! Lock, modes, raw files, verification, compaction, purge.

use jiff::civil::{Date, date};
use lake::delivery::{RawValue, RejectedRecord, Verdict};
use lake::store::{Store, StoreError};
use lake::table::table;

use super::replacement::count;
use crate::place::{Lake, receive};
use crate::sends::{Received, Send};

const A: &str = "310000001";

fn jan(day: i8) -> Date {
    date(2025, 1, day)
}

#[test]
fn one_writer_and_readers_that_never_wait() {
    let lake = Lake::new();
    let writer = lake.writer();
    match lake.store().writer() {
        Err(error @ StoreError::Locked { .. }) => assert!(error.to_string().contains("verrou"), "{error}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(count(&lake, "rpu"), 0);
    drop(writer);
    lake.writer();
}

#[test]
fn a_folder_without_lake_is_not_one() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Store::open(folder.path()), Err(StoreError::Absent { .. })));
    Store::create(folder.path(), false).unwrap();
    assert!(!Store::open(folder.path()).unwrap().is_synthetic());
    assert!(matches!(
        Store::create(folder.path(), false),
        Err(StoreError::AlreadyThere { .. })
    ));
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let mut lake = Lake::new();
    lake.receive(&[Send::full(A, jan(8), jan(1), jan(7), 5)]);
    let mut folders = vec![lake.root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            let expected = if entry.path().is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode, expected, "{}", entry.path().display());
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
        }
    }
}

#[test]
fn a_run_that_is_dropped_leaves_nothing() {
    let mut lake = Lake::new();
    let (name, at) = lake.tick();
    let mut writer = lake.writer();
    let run = writer.begin(&name, at).unwrap();
    Received::from(Send::full(A, jan(8), jan(1), jan(7), 5)).read_into(&run);
    drop(run);
    drop(writer);
    assert!(lake.store().runs().is_empty());
    lake.writer();
    assert!(std::fs::read_dir(lake.root().join(".staging")).unwrap().next().is_none());
}

#[test]
fn counts_that_do_not_add_up_stop_the_run_and_leave_the_lake_as_it_was() {
    let mut lake = Lake::new();
    let send = Send::full(A, jan(8), jan(1), jan(7), 5);
    let (name, at) = lake.tick();
    let mut writer = lake.writer();
    for wrong in [1_i64, -1] {
        let run = writer.begin(&name, at).unwrap();
        Received::from(send.clone()).read_into(&run);
        let mut delivery = send.delivery();
        delivery.counts.accepted = delivery.counts.accepted.checked_add_signed(wrong).unwrap();
        delivery.counts.rows_read = delivery.counts.accepted;
        assert!(matches!(run.commit(vec![delivery]), Err(StoreError::Accounting { .. })));
    }
    let report = receive(&mut writer, &name, at, &[send]);
    assert_eq!(report.deliveries[0].counts.added, 35);
    drop(writer);
    lake.check();
}

#[test]
fn rejected_records_and_raw_values_stay_in_the_restricted_zone() {
    let mut lake = Lake::new();
    let send = Send::full(A, jan(8), jan(1), jan(7), 5);
    let (name, at) = lake.tick();
    let mut writer = lake.writer();
    let run = writer.begin(&name, at).unwrap();
    let mut sink = run.sink(&send.id(), table("rpu").unwrap()).unwrap();
    sink.rows(send.batch()).unwrap();
    sink.rejected(RejectedRecord {
        rang: 36,
        ligne: 400,
        rule: "RPU-C08a".into(),
        champ: "ENTREE".into(),
        texte: "<PATIENT/>".into(),
    })
    .unwrap();
    sink.raw_value(RawValue {
        rang: 2,
        ligne: 20,
        colonne: "dp".into(),
        texte: "é".repeat(60),
    })
    .unwrap();
    drop(sink);
    let mut delivery = send.delivery();
    delivery.counts.rows_read += 1;
    delivery.counts.rejected += 1;
    run.commit(vec![delivery]).unwrap();
    drop(writer);
    let path = lake.root().join("restricted/valeurs/000001.parquet");
    let file = std::fs::File::open(path).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file)
        .unwrap()
        .build()
        .unwrap();
    let batch = reader.last().unwrap().unwrap();
    let text = arrow::array::AsArray::as_string::<i32>(batch.column_by_name("texte").unwrap())
        .value(0)
        .to_owned();
    assert_eq!(text, "é".repeat(40));
    assert_eq!(lake.store().status().unwrap().restricted, 2);
    lake.check();

    // Retention.
    let (name, at) = lake.tick();
    let later = at + jiff::SignedDuration::from_hours(24 * 91);
    let report = lake.writer().purge(90, &name, later).unwrap();
    assert_eq!((report.rejected_rows, report.value_rows, report.raw_files), (1, 1, 0));
    assert_eq!(lake.store().status().unwrap().restricted, 0);
    assert_eq!(count(&lake, "rpu"), 35);
    lake.check();
}

#[test]
fn raw_files_are_kept_once_and_purged_by_age() {
    let mut lake = Lake::new();
    let send = Send::full(A, jan(8), jan(1), jan(7), 5);
    lake.receive(std::slice::from_ref(&send));
    lake.receive(std::slice::from_ref(&send));
    let raw = lake.store().raw(&send.id()).unwrap();
    assert!(raw.ends_with(format!("raw/2026-01/{}.xml", send.id())), "{}", raw.display());
    let (name, at) = lake.tick();
    let mut writer = lake.writer();
    assert_eq!(writer.purge(90, &name, at).unwrap().raw_files, 0);
    let report = writer
        .purge(90, "plus-tard", at + jiff::SignedDuration::from_hours(24 * 91))
        .unwrap();
    assert_eq!((report.raw_files, report.quarantined), (1, 0));
    drop(writer);
    assert!(!raw.exists());
    assert!(lake.store().raw(&send.id()).is_none());
    lake.check();
}

#[test]
fn a_copy_made_aside_is_kept_and_another_disappears_with_the_run() {
    let mut lake = Lake::new();
    let (name, at) = lake.tick();
    let mut writer = lake.writer();
    let run = writer.begin(&name, at).unwrap();
    let copy = |text: &str| {
        let (path, mut file) = run.aside().unwrap();
        std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
        path
    };
    let id = lake::delivery::delivery_id(b"x");
    let other = copy("of a content that the lake has already");
    run.keep_copy(&id, "A.XML.GZ", &copy("x"), 1).unwrap();
    run.commit(vec![]).unwrap();
    drop(writer);
    let kept = lake.root().join(format!("raw/2026-01/{id}.xml.gz"));
    assert_eq!(std::fs::read(&kept).unwrap(), b"x");
    assert!(!other.exists());
    lake.check();
}

#[test]
fn a_raw_file_that_changed_is_named() {
    let mut lake = Lake::new();
    let send = Send::full(A, jan(8), jan(1), jan(7), 2);
    lake.receive(std::slice::from_ref(&send));
    let path = lake.store().raw(&send.id()).unwrap();
    std::fs::write(&path, "autre chose").unwrap();
    let found = lake.store().verify().unwrap();
    assert_eq!(found.problems.len(), 1, "{:?}", found.problems);
    assert!(found.problems[0].contains(&send.id()), "{:?}", found.problems);
}

#[test]
fn compaction_merges_parts_and_keeps_the_views() {
    let mut lake = Lake::new();
    for day in 8..20 {
        lake.receive(&[Send::versions(A, jan(day), jan(day - 7), jan(day - 1), 20, day as u8 % 3)]);
    }
    let (before, at) = (lake.view("rpu", None), lake.now());
    let (name, now) = lake.tick();
    let done = lake.writer().compact(&name, now).unwrap();
    assert_eq!(done.months, [("rpu".to_owned(), "2025-01".parse().unwrap())]);
    assert_eq!((done.parts_before, done.parts_after), (21, 2));
    assert_eq!(std::fs::read_dir(lake.root().join("manifest")).unwrap().count(), 2);
    assert_eq!(lake.view("rpu", None), before);
    assert_eq!(lake.view("rpu", Some(at)), before);
    assert_eq!(lake.store().deliveries(None).unwrap().len(), 12);
    lake.check();
    // Life goes on after a checkpoint.
    lake.receive(&[Send::full(A, jan(20), jan(13), jan(19), 20)]);
    assert_eq!(lake.store().runs().len(), 14);
    assert_eq!(lake.store().deliveries(None).unwrap().len(), 13);
    lake.check();
}

#[test]
fn the_manifest_stays_small_over_the_runs() {
    let mut lake = Lake::new();
    for day in 0..70_i32 {
        let to = jan(8).checked_add(jiff::ToSpan::days(day)).unwrap();
        let from = to.checked_sub(jiff::ToSpan::days(6)).unwrap();
        lake.receive(&[Send::full(A, to.tomorrow().unwrap(), from, to, 2)]);
    }
    let files = std::fs::read_dir(lake.root().join("manifest")).unwrap().count();
    assert!(files <= 64, "{files} files");
    let deliveries = lake.store().deliveries(None).unwrap();
    assert_eq!(deliveries.len(), 70);
    assert!(
        deliveries
            .iter()
            .all(|delivery| delivery.counts.balances() && delivery.verdict == Verdict::Conforme)
    );
    lake.check();
}

#[test]
fn verification_sees_a_damaged_part_a_missing_one_and_an_orphan() {
    let mut lake = Lake::new();
    lake.receive(&[Send::full(A, jan(8), jan(1), jan(7), 5)]);
    lake.receive(&[Send::full(A, date(2025, 2, 8), date(2025, 2, 1), date(2025, 2, 7), 5)]);
    let part = lake.root().join("records/rpu/mois=2025-01/000001.parquet");
    let mut bytes = std::fs::read(&part).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&part, bytes).unwrap();
    std::fs::remove_file(lake.root().join("records/rpu/mois=2025-02/000002.parquet")).unwrap();
    std::fs::write(lake.root().join("records/orphelin"), "").unwrap();
    let found = lake.store().verify().unwrap();
    assert!(
        found
            .problems
            .iter()
            .any(|problem| problem.contains("mois=2025-01/000001.parquet n'a plus")),
        "{found:?}"
    );
    assert!(
        found
            .problems
            .iter()
            .any(|problem| problem.contains("mois=2025-02/000002.parquet manque"))
    );
    assert_eq!(found.orphans.len(), 1);
}

#[test]
fn a_stale_view_is_rebuilt_by_the_next_writer() {
    let mut lake = Lake::new();
    lake.receive(&[Send::full(A, jan(8), jan(1), jan(7), 5)]);
    let before = lake.view("rpu", None);
    let path = lake.root().join("current/rpu/mois=2025-01/donnees.parquet");
    std::fs::remove_file(&path).unwrap();
    // A reader does not wait for the next writer, nor takes a lost file for a month without passage.
    assert_eq!(lake.view("rpu", None), before);
    std::fs::remove_file(lake.root().join("current/tete")).unwrap();
    lake.writer();
    assert_eq!(std::fs::read(&path).unwrap(), before[0]);
    lake.check();
}

#[test]
fn the_last_reception_is_not_the_last_care_of_the_lake() {
    let mut lake = Lake::new();
    lake.receive(&[Send::full(A, jan(8), jan(1), jan(7), 2)]);
    let received = lake.now();
    let (name, at) = lake.tick();
    lake.writer().purge(90, &name, at).unwrap();
    let store = lake.store();
    assert_eq!(store.last_reception(None), Some(received));
    assert_eq!(
        store.last_reception(Some(received - jiff::SignedDuration::from_secs(1))),
        None
    );
    assert_eq!(store.kid(), Some("essai"));
}
