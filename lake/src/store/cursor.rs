//! A part read forward, whole rows, keeping only the batches that are still needed.

use std::collections::VecDeque;
use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::record_batch::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::error::{Result, StoreError};
use super::narrow::BATCH;
use crate::table::Table;

pub(super) struct Cursor {
    path: PathBuf,
    /// Columns of a record: those of the view but the last two, which are made anew.
    columns: usize,
    reader: ParquetRecordBatchReader,
    next: usize,
    held: VecDeque<(usize, RecordBatch)>,
}

impl Cursor {
    pub fn open(path: &Path, table: &Table) -> Result<Cursor> {
        let columns = table.record_schema().fields().len();
        Ok(Cursor {
            path: path.to_owned(),
            columns,
            reader: reader(path, columns)?,
            next: 0,
            held: VecDeque::new(),
        })
    }

    /// Holds the rows from `first` to `last`, both included; earlier ones are forgotten. Cheap when `first` never decreases.
    pub fn cover(&mut self, first: usize, last: usize) -> Result<()> {
        let start = self.held.front().map_or(self.next, |(start, _)| *start);
        if first < start {
            self.reader = reader(&self.path, self.columns)?;
            self.next = 0;
            self.held.clear();
        }
        while self
            .held
            .front()
            .is_some_and(|(start, batch)| start + batch.num_rows() <= first)
        {
            self.held.pop_front();
        }
        while self.next <= last {
            let batch = self
                .reader
                .next()
                .ok_or_else(|| StoreError::damaged(&self.path, "il est trop court"))?;
            let batch = batch.map_err(|error| StoreError::damaged(&self.path, error))?;
            let start = self.next;
            self.next += batch.num_rows();
            if self.next > first {
                self.held.push_back((start, batch));
            }
        }
        Ok(())
    }

    /// Batches held, each with the number of its first row.
    pub fn held(&self) -> impl Iterator<Item = &(usize, RecordBatch)> {
        self.held.iter()
    }
}

fn reader(path: &Path, columns: usize) -> Result<ParquetRecordBatchReader> {
    let file = File::open(path).map_err(StoreError::io("lecture de", path))?;
    let damaged = |error: parquet::errors::ParquetError| StoreError::damaged(path, error);
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(damaged)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), 0..columns);
    builder.with_projection(mask).with_batch_size(BATCH).build().map_err(damaged)
}
