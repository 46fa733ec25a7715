//! Columns of result tables, to and from Parquet.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float64Array, Int16Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    UInt32Array, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Float64Type, Int16Type, Schema, TimestampMicrosecondType, UInt32Type, UInt64Type};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use rustc_hash::FxHashSet;

use super::ResultsError;

/// A named column under construction.
pub(super) struct Named(pub &'static str, pub ArrayRef, pub bool);

pub(super) fn text<'a>(name: &'static str, values: impl Iterator<Item = &'a str>) -> Named {
    Named(name, Arc::new(StringArray::from_iter_values(values)), false)
}

pub(super) fn maybe_text<'a>(name: &'static str, values: impl Iterator<Item = Option<&'a str>>) -> Named {
    Named(name, Arc::new(values.collect::<StringArray>()), true)
}

pub(super) fn maybe_number(name: &'static str, values: impl Iterator<Item = Option<f64>>) -> Named {
    Named(name, Arc::new(values.collect::<Float64Array>()), true)
}

pub(super) fn count(name: &'static str, values: impl Iterator<Item = u64>) -> Named {
    Named(name, Arc::new(UInt64Array::from_iter_values(values)), false)
}

pub(super) fn rank(name: &'static str, values: impl Iterator<Item = u32>) -> Named {
    Named(name, Arc::new(UInt32Array::from_iter_values(values)), false)
}

pub(super) fn maybe_small(name: &'static str, values: impl Iterator<Item = Option<i16>>) -> Named {
    Named(name, Arc::new(values.collect::<Int16Array>()), true)
}

pub(super) fn maybe_date(name: &'static str, values: impl Iterator<Item = Option<Date>>) -> Named {
    let days = values.map(|date| date.map(crate::days::epoch_day));
    Named(name, Arc::new(days.collect::<Date32Array>()), true)
}

pub(super) fn maybe_civil(name: &'static str, values: impl Iterator<Item = Option<DateTime>>) -> Named {
    let micros = values.map(|instant| instant.map(crate::days::civil_micros));
    Named(name, Arc::new(micros.collect::<TimestampMicrosecondArray>()), true)
}

pub(super) fn instant(name: &'static str, values: impl Iterator<Item = Timestamp>) -> Named {
    let micros = TimestampMicrosecondArray::from_iter_values(values.map(Timestamp::as_microsecond));
    Named(name, Arc::new(micros.with_timezone("UTC")), false)
}

/// Writes the columns as one Parquet file.
pub(super) fn write(path: &Path, columns: Vec<Named>) -> Result<(), ResultsError> {
    let fail = ResultsError::write(path);
    let fields: Vec<Field> = columns
        .iter()
        .map(|Named(name, array, nullable)| Field::new(*name, array.data_type().clone(), *nullable))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let arrays = columns.into_iter().map(|Named(_, array, _)| array).collect();
    let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(|error| fail(error.to_string()))?;
    let level = ZstdLevel::try_new(3).expect("3 is a zstd level");
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
    let file = File::create(path).map_err(|error| fail(error.to_string()))?;
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties)).map_err(|error| fail(error.to_string()))?;
    writer.write(&batch).map_err(|error| fail(error.to_string()))?;
    writer.close().map_err(|error| fail(error.to_string()))?;
    Ok(())
}

/// Names of the columns of a result file, in order.
pub fn columns_of(path: &Path) -> Result<Vec<String>, ResultsError> {
    let fail = ResultsError::read(path);
    let file = File::open(path).map_err(|error| fail(error.to_string()))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| fail(error.to_string()))?;
    Ok(reader.schema().fields().iter().map(|field| field.name().clone()).collect())
}

/// Reads a whole file, batch by batch, each given to `take` with the path for its errors.
pub(super) fn read<T>(
    path: &Path,
    mut take: impl FnMut(&Columns, &mut Vec<T>) -> Result<(), String>,
) -> Result<Vec<T>, ResultsError> {
    let fail = ResultsError::read(path);
    let file = File::open(path).map_err(|error| fail(error.to_string()))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(8192).build())
        .map_err(|error| fail(error.to_string()))?;
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|error| fail(error.to_string()))?;
        take(&Columns(batch), &mut rows).map_err(&fail)?;
    }
    Ok(rows)
}

/// The columns of one batch, by name, with their type checked.
pub(super) struct Columns(RecordBatch);

impl Columns {
    pub fn rows(&self) -> usize {
        self.0.num_rows()
    }

    pub fn text(&self, name: &str) -> Result<&StringArray, String> {
        self.get(name)?.as_string_opt().ok_or_else(|| self.wrong(name))
    }

    pub fn number(&self, name: &str) -> Result<&Float64Array, String> {
        self.get(name)?
            .as_primitive_opt::<Float64Type>()
            .ok_or_else(|| self.wrong(name))
    }

    pub fn count(&self, name: &str) -> Result<&UInt64Array, String> {
        self.get(name)?
            .as_primitive_opt::<UInt64Type>()
            .ok_or_else(|| self.wrong(name))
    }

    pub fn rank(&self, name: &str) -> Result<&UInt32Array, String> {
        self.get(name)?
            .as_primitive_opt::<UInt32Type>()
            .ok_or_else(|| self.wrong(name))
    }

    pub fn small(&self, name: &str) -> Result<&Int16Array, String> {
        self.get(name)?
            .as_primitive_opt::<Int16Type>()
            .ok_or_else(|| self.wrong(name))
    }

    pub fn date(&self, name: &str) -> Result<&Date32Array, String> {
        self.get(name)?.as_primitive_opt().ok_or_else(|| self.wrong(name))
    }

    pub fn micros(&self, name: &str) -> Result<&TimestampMicrosecondArray, String> {
        self.get(name)?
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(|| self.wrong(name))
    }

    fn get(&self, name: &str) -> Result<&ArrayRef, String> {
        self.0
            .column_by_name(name)
            .ok_or_else(|| format!("la colonne « {name} » manque"))
    }

    fn wrong(&self, name: &str) -> String {
        let found = self
            .0
            .column_by_name(name)
            .map_or(DataType::Null, |array| array.data_type().clone());
        format!("la colonne « {name} » est du type inattendu {found}")
    }
}

/// The value of a cell that may be null.
pub(super) fn cell(array: &Float64Array, row: usize) -> Option<f64> {
    array.is_valid(row).then(|| array.value(row))
}

/// Shares equal texts: a hundred thousand figures hold a few hundred different words.
#[derive(Default)]
pub(super) struct Words(FxHashSet<Arc<str>>);

impl Words {
    pub fn get(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let word: Arc<str> = text.into();
        self.0.insert(word.clone());
        word
    }
}
