use super::*;
use crate::store::pile;
use crate::table::table;
use arrow::array::{ArrayRef, BooleanArray, Date32Array, TimestampMicrosecondArray, UInt64Array, new_null_array};
use arrow::compute::concat_batches;

/// One row per day given, its rank being its place.
fn batch(days: &[i32]) -> RecordBatch {
    let schema = table("rpu").unwrap().record_schema();
    let ranks: Vec<u32> = (1..=days.len() as u32).collect();
    let arrays = schema.fields().iter().map(|field| -> ArrayRef {
        match field.name().as_str() {
            "entree" => Arc::new(TimestampMicrosecondArray::from_iter_values(
                days.iter().map(|day| i64::from(*day) * crate::days::MICROS_PER_DAY),
            )),
            "cle" | "empreinte" => Arc::new(UInt64Array::from_iter_values(ranks.iter().map(|rank| u64::from(*rank)))),
            "rang" | "ligne" => Arc::new(UInt32Array::from(ranks.clone())),
            "delivery" => Arc::new(arrow::array::StringArray::from(vec!["a"; days.len()])),
            "hors_fenetre" => Arc::new(BooleanArray::from_iter(days.iter().map(|day| Some(*day > 50)))),
            _ => new_null_array(field.data_type(), days.len()),
        }
    });
    RecordBatch::try_new(schema.clone(), arrays.collect()).unwrap()
}

fn spool(limit: usize, days: &[i32]) -> Spool {
    let folder = tempfile::tempdir().unwrap();
    let shared = Arc::new(Shared {
        room: Room::of(limit),
        ..Shared::default()
    });
    let path = folder.path().join("livraison.tmp");
    let mut sink = Sink::new(shared.clone(), &"a".to_owned(), table("rpu").unwrap(), &path);
    for days in days.chunks(4) {
        sink.rows(batch(days)).unwrap();
    }
    drop(sink);
    let mut spool = shared.done.lock().unwrap().pop().unwrap().unwrap();
    for waiting in spool.months.values_mut() {
        let batches = pile::fetch(std::mem::take(waiting)).unwrap();
        let month = concat_batches(&batches[0].schema(), &batches).unwrap();
        waiting.push(Waiting::Memory(month));
    }
    spool
}

#[test]
fn rows_go_to_their_month_whether_in_memory_or_on_disk() {
    // Days in order, then months that alternate.
    for days in [vec![0, 1, 30, 31, 32, 58, 59], vec![0, 31, 1, 32, 2, 33, 3, 34, 59]] {
        let expected: Vec<(String, Vec<i32>)> = ["1970-01", "1970-02", "1970-03"]
            .map(|month| {
                let of = |day: &&i32| Month::of_epoch_day(**day).unwrap().to_string() == month;
                (month.to_owned(), days.iter().filter(of).copied().collect())
            })
            .to_vec();
        for limit in [0, usize::MAX] {
            let spool = spool(limit, &days);
            let found: Vec<(String, Vec<i32>)> = spool
                .months
                .iter()
                .map(|(month, waiting)| {
                    let Waiting::Memory(batch) = &waiting[0] else {
                        panic!("fetched above")
                    };
                    (month.to_string(), days_of(batch, spool.table).unwrap())
                })
                .collect();
            assert_eq!(found, expected);
            assert_eq!(
                spool.outside.values().sum::<u32>() as usize,
                days.iter().filter(|day| **day > 50).count()
            );
        }
    }
}

#[test]
fn a_row_without_month_fails_the_delivery_even_if_the_reader_goes_on() {
    let schema = table("rpu_declares").unwrap().record_schema();
    let arrays = schema.fields().iter().map(|field| -> ArrayRef {
        match field.name().as_str() {
            "mois" => Arc::new(Date32Array::from(vec![None])),
            "cle" | "empreinte" => Arc::new(UInt64Array::from(vec![1])),
            "rang" | "ligne" => Arc::new(UInt32Array::from(vec![1])),
            "delivery" => Arc::new(arrow::array::StringArray::from(vec!["a"])),
            "hors_fenetre" => Arc::new(BooleanArray::from(vec![false])),
            _ => new_null_array(field.data_type(), 1),
        }
    });
    let batch = RecordBatch::try_new(schema.clone(), arrays.collect()).unwrap();
    let shared = Arc::new(Shared::default());
    let mut sink = Sink::new(
        shared.clone(),
        &"a".to_owned(),
        table("rpu_declares").unwrap(),
        Path::new("a"),
    );
    assert!(sink.rows(batch).is_err());
    drop(sink);
    assert!(shared.done.lock().unwrap()[0].is_err());
}
