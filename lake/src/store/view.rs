//! Views handed to readers: files of `current/` when they are what is asked for, otherwise files made in `cache/`.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::record_batch::RecordBatch;
use jiff::Timestamp;
use parquet::file::reader::{FileReader, SerializedFileReader};
use rayon::prelude::*;

use super::Store;
use super::current::{self, Building};
use super::error::{Result, StoreError};
use super::files;
use super::manifest::Manifest;
use super::narrow;
use super::plan::Plan;
use super::state::State;
use super::writer::{ABREAST, says_fresh};
use crate::month::Month;
use crate::table::{Table, table};

/// Parquet files with the columns of `Table::view_schema`, one per month that has rows, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub files: Vec<PathBuf>,
    /// Head of the manifest that the view was made from.
    pub head: String,
}

impl View {
    /// Rows of these files, as their footers say.
    pub fn rows(&self) -> Result<u64> {
        let rows = self.files.iter().map(|path| {
            let file = File::open(path).map_err(StoreError::io("ouverture de", path))?;
            let reader = SerializedFileReader::new(file).map_err(|error| StoreError::damaged(path, error))?;
            Ok(reader.metadata().file_metadata().num_rows().unsigned_abs())
        });
        rows.sum()
    }

    /// Some columns of one of these files, in the order of its rows, batch after batch.
    pub fn batches(file: &Path, columns: &[&str]) -> Result<impl Iterator<Item = Result<RecordBatch>>> {
        let reader = narrow::reader(file, columns)?;
        let file = file.to_owned();
        Ok(reader.map(move |batch| batch.map_err(|error| StoreError::damaged(&file, error))))
    }
}

impl Store {
    /// The current rows of a table for the months `from` to `to`, both included, as known at `as_of` (now when none).
    pub fn view(&self, name: &str, from: Month, to: Month, as_of: Option<Timestamp>) -> Result<View> {
        let table = table(name).ok_or_else(|| StoreError::Refused {
            demand: format!("table « {name} » inconnue"),
        })?;
        match self.view_of(&self.manifest, table, from, to, as_of) {
            // A writer merged parts since the manifest was read: the same history is in the manifest of now.
            Err(error) if error.is_missing_file() => {
                let manifest = Manifest::load(&self.layout)?;
                let as_of = as_of.or_else(|| self.manifest.runs.last().map(|run| run.at));
                self.view_of(&manifest, table, from, to, as_of)
            }
            outcome => outcome,
        }
    }

    fn view_of(&self, manifest: &Manifest, table: &Table, from: Month, to: Month, as_of: Option<Timestamp>) -> Result<View> {
        let (seq, head) = manifest.as_known(as_of);
        let months: Vec<Month> = manifest.months_of(&table.nom).range(from..=to).copied().collect();
        let mut files: Vec<PathBuf> = months.iter().map(|month| self.layout.view(&table.nom, *month)).collect();
        // A month without file has no row, or lost its file: the plan tells.
        let complete = seq == manifest.seq && says_fresh(&self.layout, manifest) && files.iter().all(|path| path.exists());
        if !complete {
            files.clear();
            let state = State::at(manifest, seq)?;
            for batch in months.chunks(ABREAST) {
                let found: Result<Vec<Option<PathBuf>>> = batch
                    .par_iter()
                    .map(|month| self.month(manifest, &state, table, *month))
                    .collect();
                files.extend(found?.into_iter().flatten());
            }
        }
        Ok(View {
            files,
            head: head.to_owned(),
        })
    }

    fn month(&self, manifest: &Manifest, state: &State, table: &Table, month: Month) -> Result<Option<PathBuf>> {
        let Some(plan) = Plan::of(manifest, state, table, month) else {
            return Ok(None);
        };
        let current = self.layout.view(&table.nom, month);
        if current::is_fresh(&self.layout, table, month, Some(&plan)) {
            return Ok(Some(current));
        }
        let cached = self.layout.cached_view(&table.nom, month, &plan.fingerprint);
        let aside = self.layout.aside()?;
        if cached.exists() {
            asked_again(&cached, &aside);
            files::remove(&aside)?;
            return Ok(Some(cached));
        }
        let building = Building {
            layout: &self.layout,
            manifest,
            state,
            table,
            plan: &plan,
        };
        let built = building.whole(&aside).and_then(|_| files::rename_into_place(&aside, &cached));
        if built.is_err() {
            files::remove(&aside)?;
        }
        built.map(|()| Some(cached))
    }
}

/// Gives a view of the cache the date of a file just made, so that a compaction leaves it to who asks for it. A view that cannot
/// be dated is served all the same.
fn asked_again(view: &Path, just_made: &Path) {
    let now = std::fs::metadata(just_made).and_then(|made| made.modified());
    if let (Ok(now), Ok(view)) = (now, File::options().append(true).open(view)) {
        let _ = view.set_modified(now);
    }
}
