//! Small parts of a consolidated month merged into one, the manifest merged into a checkpoint, orphans removed. Views, those as
//! known earlier included, keep their bytes.

use std::path::PathBuf;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::assembly::{Assembly, Finder};
use super::commit::publish_files;
use super::error::{Result, StoreError};
use super::files;
use super::layout;
use super::manifest::{self, Act, Part, PartKind, Segment};
use super::narrow::{self, Technical};
use super::renvois::{Renvois, renvois_schema};
use super::verify::orphans;
use super::writer::Writer;
use crate::month::Month;
use crate::table::{Table, tables};

/// What a compaction did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compaction {
    /// Months whose parts were merged: table and month.
    pub months: Vec<(String, Month)>,
    pub parts_before: u64,
    pub parts_after: u64,
    pub orphans_removed: u64,
}

impl Writer {
    /// Compacts what was consolidated at `at`: months whose last day has left the resend window.
    pub fn compact(&mut self, run: &str, at: Timestamp) -> Result<Compaction> {
        let mut done = Compaction {
            parts_before: self.manifest.parts.len() as u64,
            ..Compaction::default()
        };
        let consolidated_to = consolidated_to(at, self.settings().consolidation_jours);
        let mut segment = Segment::after(&self.manifest, run, at, Act::Compaction);
        let staging = self.layout.staging().join("compaction");
        files::create_folder(&staging)?;
        let mut staged = Vec::new();
        for table in tables() {
            for month in self.manifest.months_of(&table.nom) {
                if consolidated_to.is_none_or(|day| month.last_day() > day) {
                    continue;
                }
                let mut merged = false;
                for kind in [PartKind::Records, PartKind::Renvois] {
                    let parts: Vec<&Part> = self.manifest.parts_of(kind, &table.nom, month).collect();
                    if parts.len() < 2 {
                        continue;
                    }
                    let aside = staging.join(format!("{}-{}-{month}", kind.zone(), table.nom));
                    let part = self.merge(kind, table, month, &parts, &aside, segment.seq)?;
                    segment.dropped.extend(parts.iter().map(|part| part.path.clone()));
                    staged.push((aside, self.layout.at(&part.path)));
                    segment.parts.push(part);
                    merged = true;
                }
                if merged {
                    done.months.push((table.nom.clone(), month));
                }
            }
        }
        if !segment.parts.is_empty() {
            publish_files(&self.layout, &staged)?;
            let replaced: Vec<PathBuf> = segment.dropped.iter().map(|path| self.layout.at(path)).collect();
            self.publish(segment, &[])?;
            // The plans are the same: only the head of the manifest has moved.
            self.views_are_done(&[])?;
            replaced.iter().try_for_each(|path| files::remove(path))?;
        }
        manifest::write_checkpoint(&self.layout, &mut self.manifest)?;
        for orphan in orphans(&self.layout, &self.manifest)? {
            files::remove(&orphan)?;
            done.orphans_removed += 1;
        }
        self.clear_cache(at)?;
        files::remove(&staging)?;
        done.parts_after = self.manifest.parts.len() as u64;
        Ok(done)
    }

    /// Removes what the cache has not been asked for since a day. A view is named after what it was made from: those that stay
    /// remain true, and a reader that holds a path, without a lock, can finish.
    fn clear_cache(&self, at: Timestamp) -> Result<()> {
        let limit = at - SignedDuration::from_hours(CACHE_HOURS);
        for path in files::files_under(&self.layout.cache())? {
            let used = std::fs::metadata(&path).and_then(|found| found.modified());
            let used = used.ok().and_then(|used| Timestamp::try_from(used).ok());
            if used.is_none_or(|used| used < limit) {
                files::remove(&path)?;
            }
        }
        Ok(())
    }

    fn merge(
        &self,
        kind: PartKind,
        table: &Table,
        month: Month,
        parts: &[&Part],
        aside: &std::path::Path,
        seq: u64,
    ) -> Result<Part> {
        let encoded = match kind {
            PartKind::Records => {
                let mut rows = Assembly::new(table);
                for part in parts {
                    self.add_rows(&mut rows, table, &self.layout.at(&part.path))?;
                }
                rows.write(aside, &self.manifest.loads, month, None)?
            }
            _ => {
                let mut rows = Renvois::default();
                for part in parts {
                    self.add_renvois(&mut rows, &self.layout.at(&part.path))?;
                }
                rows.write(aside, &table.nom, month, &self.manifest.loads)?
            }
        };
        Ok(Part {
            kind,
            table: table.nom.clone(),
            month: Some(month),
            path: layout::part_path(kind.zone(), &table.nom, month, seq),
            rows: encoded.rows,
            bytes: encoded.bytes,
            blake3: encoded.blake3,
            view: None,
        })
    }

    fn add_rows(&self, rows: &mut Assembly, table: &Table, path: &std::path::Path) -> Result<()> {
        let damaged = |cause: String| StoreError::damaged(path, cause);
        let mut finder = Finder::default();
        rows.begin(path);
        narrow::scan(path, &narrow::deciding_columns(table), |first, batch| {
            let columns = Technical::of(batch, table).map_err(damaged)?;
            let keys = rows.keys(batch).map_err(damaged)?;
            for row in 0..batch.num_rows() {
                let load = finder.find(&self.manifest, columns.delivery.value(row));
                let load = load.ok_or_else(|| damaged("il cite une livraison inconnue".to_owned()))?;
                rows.choose(first + row, columns.tag(row, load), keys.row(row));
            }
            Ok(())
        })
    }

    fn add_renvois(&self, rows: &mut Renvois, path: &std::path::Path) -> Result<()> {
        let damaged = |cause: String| StoreError::damaged(path, cause);
        let mut finder = Finder::default();
        let schema = renvois_schema();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        narrow::scan(path, &names, |_, batch| {
            let columns = Technical::of_renvois(batch).map_err(damaged)?;
            for row in 0..batch.num_rows() {
                let load = finder.find(&self.manifest, columns.delivery.value(row));
                let load = load.ok_or_else(|| damaged("il cite une livraison inconnue".to_owned()))?;
                rows.push(columns.entry(row), columns.tag(row, load));
            }
            Ok(())
        })
    }
}

/// Hours that a view of the cache is left to those who were given its path: nothing says when a reader has done with it.
const CACHE_HOURS: i64 = 24;

/// The last day that has left the resend window at `at`.
fn consolidated_to(at: Timestamp, days: u16) -> Option<Date> {
    let today = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    today.checked_sub(jiff::ToSpan::days(i64::from(days))).ok()
}
