//! Rows on their way to a file: picked from sources, tagged with the delivery they now stand for, written in chunks.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array, new_null_array};

use super::encode::{CHUNK, Encoded, Encoder, MONTH_KEY, TABLE_KEY, VIEW_KEY};
use super::error::{Result, StoreError};
use super::gather::Picks;
use super::manifest::Load;
use crate::days::civil_micros;
use crate::month::Month;
use crate::table::Table;

/// Whose row it is: the delivery, the record's rank and line in it, whether its day is out of the delivery's window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag {
    pub load: usize,
    pub rang: u32,
    pub ligne: u32,
    pub outside: bool,
}

/// A row to write: where its content is, and its tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct OutRow {
    pub source: usize,
    pub row: usize,
    pub tag: Tag,
}

/// Writes rows with the columns of the view. Records have the same columns, so that a part which is exactly a view can be
/// published as one without being written again.
pub(super) struct RowWriter<'a> {
    encoder: Encoder,
    loads: &'a [Load],
    path: &'a Path,
    names: [usize; 6],
    sources: Vec<RecordBatch>,
    waiting: Vec<OutRow>,
}

impl<'a> RowWriter<'a> {
    pub fn create(path: &'a Path, table: &Table, loads: &'a [Load]) -> Result<RowWriter<'a>> {
        let schema = table.view_schema();
        let index = |name: &str| schema.index_of(name).expect("a technical column of the view");
        let names = ["delivery", "rang", "ligne", "hors_fenetre", "flux", "extract"].map(index);
        // `flux` may also be a declared column; the technical one comes last.
        Ok(RowWriter {
            encoder: Encoder::create(path, schema.clone())?,
            loads,
            path,
            names,
            sources: Vec::new(),
            waiting: Vec::new(),
        })
    }

    /// Adds rows of some sources (whose first columns are those of a record); `rows` index into `sources`.
    pub fn push(&mut self, sources: &[RecordBatch], rows: impl IntoIterator<Item = OutRow>) -> Result<()> {
        let first = self.sources.len();
        self.sources.extend_from_slice(sources);
        self.waiting.extend(rows.into_iter().map(|row| OutRow {
            source: first + row.source,
            ..row
        }));
        let mut done = 0;
        while self.waiting.len() - done >= CHUNK {
            self.write(done..done + CHUNK)?;
            done += CHUNK;
        }
        self.waiting.drain(..done);
        self.release();
        Ok(())
    }

    /// Forgets the sources that no waiting row needs.
    fn release(&mut self) {
        let mut place = vec![usize::MAX; self.sources.len()];
        let mut kept = Vec::new();
        for row in &mut self.waiting {
            if place[row.source] == usize::MAX {
                place[row.source] = kept.len();
                kept.push(self.sources[row.source].clone());
            }
            row.source = place[row.source];
        }
        self.sources = kept;
    }

    fn write(&mut self, range: std::ops::Range<usize>) -> Result<()> {
        let (rows, sources, loads, names, path) = (&self.waiting[range], &self.sources, self.loads, self.names, self.path);
        let schema = self.encoder.schema().clone();
        let picks = Picks::new(rows.iter().map(|row| (row.source, row.row)).collect());
        self.encoder.write(picks.len(), |column| {
            let of = |row: &OutRow| &loads[row.tag.load];
            let array: ArrayRef = match names.iter().position(|name| *name == column) {
                Some(0) => Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &of(row).id))),
                Some(1) => Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| row.tag.rang))),
                Some(2) => Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| row.tag.ligne))),
                Some(3) => Arc::new(rows.iter().map(|row| Some(row.tag.outside)).collect::<BooleanArray>()),
                Some(4) => Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &of(row).flux))),
                Some(_) => Arc::new(
                    rows.iter()
                        .map(|row| of(row).extract.map(civil_micros))
                        .collect::<TimestampMicrosecondArray>(),
                ),
                None if sources.is_empty() => new_null_array(schema.field(column).data_type(), 0),
                None => {
                    let arrays: Vec<&ArrayRef> = sources.iter().map(|batch| batch.column(column)).collect();
                    picks.gather(&arrays).map_err(StoreError::encoding(path))?
                }
            };
            Ok(array)
        })
    }

    /// Ends the file; `view` is the fingerprint of the view that it is, if it is one.
    pub fn finish(mut self, table: &Table, month: Month, view: Option<&str>) -> Result<Encoded> {
        let rest = self.waiting.len();
        if rest > 0 {
            self.write(0..rest)?;
        }
        let month = month.to_string();
        let mut metadata = vec![(TABLE_KEY, table.nom.as_str()), (MONTH_KEY, month.as_str())];
        metadata.extend(view.map(|fingerprint| (VIEW_KEY, fingerprint)));
        self.encoder.finish(&metadata)
    }
}
