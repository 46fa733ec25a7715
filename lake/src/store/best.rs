//! Tables replaced by key: of each key, the row of the greatest (version, EXTRACT, content hash, rank) is current, in whatever
//! month it is.

use rustc_hash::{FxHashMap, FxHashSet};

use super::assembly::{Assembly, Finder};
use super::error::{Result, StoreError};
use super::layout::Layout;
use super::manifest::{Manifest, PartKind};
use super::narrow::{self, Comparable, Technical};
use super::renvois::renvois_schema;
use super::rows::Tag;
use crate::month::Month;
use crate::table::Table;

/// The best row of each key of a month.
pub(super) struct Best {
    version: Comparable,
    /// Place of each load in the order of (EXTRACT, content hash).
    ranks: FxHashMap<usize, usize>,
    rows: FxHashMap<u64, Winner>,
}

struct Winner {
    version: Box<[u8]>,
    rank: usize,
    rang: u32,
    place: usize,
    /// Another month has a greater row of the key: this one does not count.
    overtaken: bool,
}

impl Best {
    /// `loads`: those that may have a row of the month, or of one of its keys elsewhere.
    pub fn new(table: &Table, version: &[String], manifest: &Manifest, loads: impl Iterator<Item = usize>) -> Best {
        let mut loads: Vec<usize> = loads.collect();
        loads.sort_by(|a, b| manifest.loads[*a].order().cmp(&manifest.loads[*b].order()));
        Best {
            version: Comparable::new(table, version),
            ranks: loads.into_iter().enumerate().map(|(rank, load)| (load, rank)).collect(),
            rows: FxHashMap::default(),
        }
    }

    pub fn counts(&self, load: usize) -> bool {
        self.ranks.contains_key(&load)
    }

    /// The versions of a batch, comparable; none when the table has no version.
    pub fn versions(&self, batch: &arrow::array::RecordBatch) -> std::result::Result<Option<arrow::row::Rows>, String> {
        match self.version.is_empty() {
            true => Ok(None),
            false => self.version.rows(batch).map(Some),
        }
    }

    /// Keeps the row if it is the greatest of its key so far. `sorted` is its sorting key.
    pub fn meet(&mut self, rows: &mut Assembly, cle: u64, version: &[u8], row: usize, tag: Tag, sorted: arrow::row::Row) {
        let rank = self.rank(tag.load);
        let won = |place| Winner {
            version: version.into(),
            rank,
            rang: tag.rang,
            place,
            overtaken: false,
        };
        match self.rows.get_mut(&cle) {
            None => {
                let place = rows.choose(row, tag, sorted);
                self.rows.insert(cle, won(place));
            }
            Some(best) if (&*best.version, best.rank, best.rang) < (version, rank, tag.rang) => {
                rows.replace(best.place, row, tag, sorted);
                *best = won(best.place);
            }
            Some(_) => {}
        }
    }

    /// Once the rows of the month are all met: those of the same keys in other months, from these loads.
    pub fn meet_elsewhere(
        &mut self,
        layout: &Layout,
        manifest: &Manifest,
        table: &Table,
        elsewhere: &[(Month, usize)],
    ) -> Result<()> {
        for month in elsewhere.chunk_by(|a, b| a.0 == b.0) {
            let loads: FxHashSet<usize> = month.iter().map(|(_, load)| *load).collect();
            self.meet_month(layout, manifest, table, month[0].0, &loads)?;
        }
        Ok(())
    }

    /// The places of the rows that a greater one of another month takes out.
    pub fn overtaken(&self) -> FxHashSet<usize> {
        let overtaken = self.rows.values().filter(|winner| winner.overtaken);
        overtaken.map(|winner| winner.place).collect()
    }

    fn rank(&self, load: usize) -> usize {
        self.ranks.get(&load).copied().unwrap_or_default()
    }

    fn meet_month(
        &mut self,
        layout: &Layout,
        manifest: &Manifest,
        table: &Table,
        month: Month,
        loads: &FxHashSet<usize>,
    ) -> Result<()> {
        let mut finder = Finder::default();
        let mut repeated: FxHashMap<(u64, u64), Vec<Tag>> = FxHashMap::default();
        let schema = renvois_schema();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        for part in manifest.parts_of(PartKind::Renvois, &table.nom, month) {
            let path = layout.at(&part.path);
            narrow::scan(&path, &names, |_, batch| {
                let columns = Technical::of_renvois(batch).map_err(|cause| StoreError::damaged(&path, cause))?;
                for row in 0..batch.num_rows() {
                    let identity = columns.identity(row);
                    if !self.rows.contains_key(&identity.0) {
                        continue;
                    }
                    let load = finder.find(manifest, columns.delivery.value(row));
                    if let Some(load) = load.filter(|load| loads.contains(load)) {
                        repeated.entry(identity).or_default().push(columns.tag(row, load));
                    }
                }
                Ok(())
            })?;
        }
        for part in manifest.parts_of(PartKind::Records, &table.nom, month) {
            let path = layout.at(&part.path);
            let damaged = |cause: String| StoreError::damaged(&path, cause);
            narrow::scan(&path, &narrow::deciding_columns(table), |_, batch| {
                let columns = Technical::of(batch, table).map_err(damaged)?;
                let versions = self.versions(batch).map_err(damaged)?;
                for row in 0..batch.num_rows() {
                    let identity = columns.identity(row);
                    if !self.rows.contains_key(&identity.0) {
                        continue;
                    }
                    let load = finder.find(manifest, columns.delivery.value(row));
                    let own = load.filter(|load| loads.contains(load)).map(|load| columns.tag(row, load));
                    let others = repeated.remove(&identity).into_iter().flatten();
                    let version: &[u8] = versions.as_ref().map_or(&[], |versions| versions.row(row).data());
                    own.into_iter()
                        .chain(others)
                        .for_each(|tag| self.overtake(identity.0, version, tag));
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn overtake(&mut self, cle: u64, version: &[u8], tag: Tag) {
        let rank = self.rank(tag.load);
        if let Some(best) = self.rows.get_mut(&cle) {
            best.overtaken |= (&*best.version, best.rank, best.rang) < (version, rank, tag.rang);
        }
    }
}
