//! Where the rows of the current view come from: their site, their entry, their delivery and their rank in it.

use arrow::array::{Array, ArrayRef, AsArray, Int16Array, StringArray, UInt32Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType, UInt32Type};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use jiff::civil::Date;

use crate::dates::Day;

/// Columns that [`Places`] reads.
pub const PLACES: [&str; 5] = ["finess", "ordre", "entree", "delivery", "rang"];

/// The places of the rows of a batch.
pub struct Places {
    finess: StringArray,
    ordre: Int16Array,
    entree: arrow::array::TimestampMicrosecondArray,
    delivery: StringArray,
    rang: UInt32Array,
}

impl Places {
    /// # Errors
    /// A column is not there: the batch is not of the view of passages.
    pub fn of(batch: &RecordBatch) -> Result<Places, ArrowError> {
        Ok(Places {
            finess: text(batch, "finess")?,
            ordre: small(batch, "ordre")?,
            entree: moment(batch, "entree")?,
            delivery: text(batch, "delivery")?,
            rang: as_type(batch, "rang", &DataType::UInt32)?
                .as_primitive::<UInt32Type>()
                .clone(),
        })
    }

    pub fn rows(&self) -> usize {
        self.finess.len()
    }

    /// FINESS and ORDRE.
    pub fn site(&self, row: usize) -> (&str, i16) {
        (self.finess.value(row), self.ordre.value(row))
    }

    /// Identifier of the delivery, and rank in it.
    pub fn origin(&self, row: usize) -> (&str, u32) {
        (self.delivery.value(row), self.rang.value(row))
    }

    /// Day of entry.
    pub fn day(&self, row: usize) -> Option<Date> {
        Day::from_number(self.entree(row).div_euclid(86_400) as i32).civil()
    }

    /// Seconds since 1970-01-01 00:00 on the wall clock.
    pub(super) fn entree(&self, row: usize) -> i64 {
        self.entree.value(row).div_euclid(1_000_000)
    }
}

/// A column, in the type it is asked for: texts may have been stored as dictionaries.
pub(super) fn as_type(batch: &RecordBatch, name: &str, wanted: &DataType) -> Result<ArrayRef, ArrowError> {
    let found = batch
        .column_by_name(name)
        .ok_or_else(|| ArrowError::SchemaError(format!("colonne {name} absente")))?;
    match found.data_type() == wanted {
        true => Ok(found.clone()),
        false => cast(found, wanted),
    }
}

pub(super) fn text(batch: &RecordBatch, name: &str) -> Result<StringArray, ArrowError> {
    Ok(as_type(batch, name, &DataType::Utf8)?.as_string::<i32>().clone())
}

pub(super) fn small(batch: &RecordBatch, name: &str) -> Result<Int16Array, ArrowError> {
    Ok(as_type(batch, name, &DataType::Int16)?.as_primitive().clone())
}

pub(super) fn moment(batch: &RecordBatch, name: &str) -> Result<arrow::array::TimestampMicrosecondArray, ArrowError> {
    let wanted = DataType::Timestamp(TimeUnit::Microsecond, None);
    Ok(as_type(batch, name, &wanted)?
        .as_primitive::<TimestampMicrosecondType>()
        .clone())
}
