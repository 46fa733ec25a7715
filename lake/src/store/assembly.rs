//! Rows of several files put in one order and written to one: what views and merged parts have in common.

use std::path::{Path, PathBuf};

use arrow::record_batch::RecordBatch;
use arrow::row::{Row, Rows};
use rustc_hash::FxHashSet;

use super::cursor::Cursor;
use super::encode::{CHUNK, Encoded};
use super::error::Result;
use super::manifest::{Load, Manifest};
use super::narrow::Comparable;
use super::rows::{OutRow, RowWriter, Tag};
use crate::month::Month;
use crate::table::Table;

/// Rows chosen so far. Only their keys and places are in memory; contents are read again, forward, when written.
pub(super) struct Assembly<'a> {
    table: &'a Table,
    sources: Vec<PathBuf>,
    order: Comparable,
    keys: Rows,
    chosen: Vec<Chosen>,
}

#[derive(Debug, Clone, Copy)]
struct Chosen {
    source: usize,
    row: usize,
    tag: Tag,
    /// Place of its sorting key in `keys`.
    key: usize,
}

impl<'a> Assembly<'a> {
    pub fn new(table: &'a Table) -> Assembly<'a> {
        let order = Comparable::order(table);
        Assembly {
            table,
            sources: Vec::new(),
            keys: order.empty(),
            order,
            chosen: Vec::new(),
        }
    }

    /// Rows chosen from now on come from this file.
    pub fn begin(&mut self, path: &Path) {
        self.sources.push(path.to_owned());
    }

    /// Sorting keys of a batch.
    pub fn keys(&self, batch: &RecordBatch) -> std::result::Result<Rows, String> {
        self.order.rows(batch)
    }

    /// Chooses a row of the last file begun; returns its place.
    pub fn choose(&mut self, row: usize, tag: Tag, key: Row) -> usize {
        self.chosen.push(self.chosen_row(row, tag));
        self.keys.push(key);
        self.chosen.len() - 1
    }

    /// Puts a row of the last file begun in the place of another.
    pub fn replace(&mut self, place: usize, row: usize, tag: Tag, key: Row) {
        self.chosen[place] = self.chosen_row(row, tag);
        self.keys.push(key);
    }

    /// Gives up the rows in these places; places chosen before no longer name a row.
    pub fn discard(&mut self, places: &FxHashSet<usize>) {
        if places.is_empty() {
            return;
        }
        let mut place = 0;
        self.chosen.retain(|_| {
            place += 1;
            !places.contains(&(place - 1))
        });
    }

    fn chosen_row(&self, row: usize, tag: Tag) -> Chosen {
        Chosen {
            source: self.sources.len() - 1,
            row,
            tag,
            key: self.keys.num_rows(),
        }
    }

    pub fn len(&self) -> usize {
        self.chosen.len()
    }

    /// Writes the rows in the order of site and `tri`, then of delivery and rank.
    pub fn write(mut self, path: &Path, loads: &[Load], month: Month, view: Option<&str>) -> Result<Encoded> {
        let keys = &self.keys;
        // Stable and adaptive: each source is in order already.
        self.chosen.sort_by(|a, b| {
            let by_key = keys.row(a.key).cmp(&keys.row(b.key));
            by_key
                .then_with(|| loads[a.tag.load].id.cmp(&loads[b.tag.load].id))
                .then(a.tag.rang.cmp(&b.tag.rang))
        });
        let mut cursors = Vec::with_capacity(self.sources.len());
        for source in &self.sources {
            cursors.push(Cursor::open(source, self.table)?);
        }
        let mut writer = RowWriter::create(path, self.table, loads)?;
        for chunk in self.chosen.chunks(CHUNK) {
            write_chunk(chunk, &mut cursors, &mut writer)?;
        }
        writer.finish(self.table, month, view)
    }
}

fn write_chunk(chunk: &[Chosen], cursors: &mut [Cursor], writer: &mut RowWriter) -> Result<()> {
    let mut bounds: Vec<Option<(usize, usize)>> = vec![None; cursors.len()];
    for chosen in chunk {
        let bound = bounds[chosen.source].get_or_insert((chosen.row, chosen.row));
        *bound = (bound.0.min(chosen.row), bound.1.max(chosen.row));
    }
    let mut batches = Vec::new();
    // For each source, its batches held: (first row, place in `batches`).
    let mut places: Vec<Vec<(usize, usize)>> = vec![Vec::new(); cursors.len()];
    for (source, cursor) in cursors.iter_mut().enumerate() {
        let Some((first, last)) = bounds[source] else { continue };
        cursor.cover(first, last)?;
        for (start, batch) in cursor.held() {
            places[source].push((*start, batches.len()));
            batches.push(batch.clone());
        }
    }
    let rows = chunk.iter().map(|chosen| {
        let held = &places[chosen.source];
        let (start, source) = held[held.partition_point(|(start, _)| *start <= chosen.row) - 1];
        OutRow {
            source,
            row: chosen.row - start,
            tag: chosen.tag,
        }
    });
    writer.push(&batches, rows)
}

/// Loads by delivery id; rows of one delivery mostly follow one another.
#[derive(Default)]
pub(super) struct Finder {
    last: Option<(String, Option<usize>)>,
}

impl Finder {
    pub fn find(&mut self, manifest: &Manifest, delivery: &str) -> Option<usize> {
        match &self.last {
            Some((id, load)) if id == delivery => *load,
            _ => {
                let load = manifest.find(delivery);
                self.last = Some((delivery.to_owned(), load));
                load
            }
        }
    }
}
