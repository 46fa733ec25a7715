//! The few columns that decide: read without the others, from parts, views or waiting batches.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, PrimitiveArray, RecordBatch, StringArray};
use arrow::datatypes::{ArrowPrimitiveType, Date32Type, UInt32Type, UInt64Type};
use arrow::row::{RowConverter, Rows, SortField};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;

use super::encode::VIEW_KEY;
use super::error::{Result, StoreError};
use super::ledger::Entry;
use super::rows::Tag;
use super::sink::days_of;
use crate::table::{Replacement, Table};

/// Rows read at once.
pub(super) const BATCH: usize = 8192;

pub(super) const IDENTITY: [&str; 2] = ["cle", "empreinte"];
const TECHNICAL: [&str; 6] = ["cle", "empreinte", "delivery", "rang", "ligne", "hors_fenetre"];

/// Names of the columns that say where a row stands: site, order, month, version, and the technical ones.
pub(super) fn deciding_columns(table: &Table) -> Vec<&str> {
    let mut names: Vec<&str> = table
        .site
        .iter()
        .chain(&table.tri)
        .chain([&table.mois])
        .map(String::as_str)
        .collect();
    if let Replacement::Cle { version, .. } = &table.remplacement {
        names.extend(version.iter().map(String::as_str));
    }
    names.extend(TECHNICAL);
    names
}

/// Reads some columns of a file, in order; each batch comes with the number of its first row.
pub(super) fn scan(path: &Path, names: &[&str], mut each: impl FnMut(usize, &RecordBatch) -> Result<()>) -> Result<()> {
    let mut first = 0;
    for batch in reader(path, names)? {
        let batch = batch.map_err(|error| StoreError::damaged(path, error))?;
        each(first, &batch)?;
        first += batch.num_rows();
    }
    Ok(())
}

/// Reads some columns of a file, in order.
pub(super) fn reader(path: &Path, names: &[&str]) -> Result<ParquetRecordBatchReader> {
    let file = File::open(path).map_err(StoreError::io("lecture de", path))?;
    let damaged = |error: ParquetError| StoreError::damaged(path, error);
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(damaged)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), names.iter().copied());
    builder.with_projection(mask).with_batch_size(BATCH).build().map_err(damaged)
}

/// The fingerprint a view says it was built from; none when the file is absent, unreadable or says nothing.
pub(super) fn fingerprint_of(path: &Path) -> Option<String> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).ok()?).ok()?;
    let metadata = builder.metadata().file_metadata().key_value_metadata()?;
    metadata.iter().find(|entry| entry.key == VIEW_KEY)?.value.clone()
}

/// The technical columns of a batch, and the day of each row.
pub(super) struct Technical {
    pub cle: PrimitiveArray<UInt64Type>,
    pub empreinte: PrimitiveArray<UInt64Type>,
    pub delivery: StringArray,
    pub rang: PrimitiveArray<UInt32Type>,
    pub ligne: PrimitiveArray<UInt32Type>,
    pub outside: BooleanArray,
    pub days: Vec<i32>,
}

impl Technical {
    pub fn of(batch: &RecordBatch, table: &Table) -> std::result::Result<Technical, String> {
        let days = days_of(batch, table).map_err(|error| error.to_string())?;
        Self::with_days(batch, days)
    }

    fn with_days(batch: &RecordBatch, days: Vec<i32>) -> std::result::Result<Technical, String> {
        Ok(Technical {
            cle: numbers(batch, "cle")?,
            empreinte: numbers(batch, "empreinte")?,
            delivery: texts(batch, "delivery")?,
            rang: numbers(batch, "rang")?,
            ligne: numbers(batch, "ligne")?,
            outside: column(batch, "hors_fenetre")?
                .as_boolean_opt()
                .ok_or("la colonne hors_fenetre n'est pas booléenne")?
                .clone(),
            days,
        })
    }

    /// The same of a batch of renvois, whose day is a column.
    pub fn of_renvois(batch: &RecordBatch) -> std::result::Result<Technical, String> {
        let days: PrimitiveArray<Date32Type> = numbers(batch, "jour")?;
        Self::with_days(batch, days.values().to_vec())
    }

    pub fn identity(&self, row: usize) -> (u64, u64) {
        (self.cle.value(row), self.empreinte.value(row))
    }

    /// What counting knows of a row.
    pub fn entry(&self, row: usize) -> Entry {
        let (cle, empreinte) = self.identity(row);
        Entry {
            day: self.days[row],
            cle,
            empreinte,
            outside: self.outside.value(row),
        }
    }

    pub fn tag(&self, row: usize, load: usize) -> Tag {
        Tag {
            load,
            rang: self.rang.value(row),
            ligne: self.ligne.value(row),
            outside: self.outside.value(row),
        }
    }
}

pub(super) fn column<'a>(batch: &'a RecordBatch, name: &str) -> std::result::Result<&'a ArrayRef, String> {
    batch.column_by_name(name).ok_or_else(|| format!("la colonne {name} manque"))
}

pub(super) fn texts(batch: &RecordBatch, name: &str) -> std::result::Result<StringArray, String> {
    let array = column(batch, name)?.as_string_opt::<i32>();
    array.cloned().ok_or_else(|| format!("la colonne {name} n'est pas du texte"))
}

pub(super) fn numbers<T: ArrowPrimitiveType>(batch: &RecordBatch, name: &str) -> std::result::Result<PrimitiveArray<T>, String> {
    let array = column(batch, name)?.as_primitive_opt::<T>();
    let array = array.ok_or_else(|| format!("la colonne {name} n'est pas du type attendu"))?;
    if array.null_count() > 0 {
        return Err(format!("la colonne {name} a des cases vides"));
    }
    Ok(array.clone())
}

/// Rows of some columns as comparable bytes; an empty cell comes before any value.
pub(super) struct Comparable {
    names: Vec<String>,
    converter: Arc<RowConverter>,
}

impl Comparable {
    pub fn new<'a>(table: &Table, names: impl IntoIterator<Item = &'a String>) -> Comparable {
        let schema = table.record_schema();
        let names: Vec<String> = names.into_iter().cloned().collect();
        let fields = names.iter().map(|name| {
            let field = schema
                .field_with_name(name)
                .expect("a declared column, as the tests of the tables check");
            SortField::new(field.data_type().clone())
        });
        Comparable {
            converter: Arc::new(RowConverter::new(fields.collect()).expect("scalar columns can be compared")),
            names,
        }
    }

    /// The order of rows in parts and views: site, then `tri`.
    pub fn order(table: &Table) -> Comparable {
        Comparable::new(table, table.site.iter().chain(&table.tri))
    }

    pub fn rows(&self, batch: &RecordBatch) -> std::result::Result<Rows, String> {
        if self.names.is_empty() {
            return Ok(self.converter.empty_rows(0, 0));
        }
        let mut columns = Vec::with_capacity(self.names.len());
        for name in &self.names {
            columns.push(column(batch, name)?.clone());
        }
        self.converter.convert_columns(&columns).map_err(|error| error.to_string())
    }

    pub fn empty(&self) -> Rows {
        self.converter.empty_rows(0, 0)
    }

    /// Whether there is nothing to compare: every row is then equal.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}
