//! Bodies on their way to their part: each content of a record stored once, in the order of the view.

use std::path::Path;

use arrow::array::RecordBatch;
use arrow::row::OwnedRow;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::arrival::Arrival;
use super::encode::Encoded;
use super::error::Result;
use super::ledger::Entry;
use super::load::{Context, Job};
use super::manifest::{Load, PartKind};
use super::plan::Owners;
use super::renvois::Renvois;
use super::rows::{OutRow, RowWriter};

/// Bodies on their way to their part.
pub(super) struct Bodies<'a> {
    writer: RowWriter<'a>,
    seen: FxHashSet<(u64, u64)>,
    pub rows: u64,
    last: Option<OwnedRow>,
    sorted: bool,
}

impl<'a> Bodies<'a> {
    /// `seen`: identities of the bodies stored before.
    pub fn create(path: &'a Path, job: &Job, loads: &'a [Load], seen: FxHashSet<(u64, u64)>) -> Result<Bodies<'a>> {
        Ok(Bodies {
            writer: RowWriter::create(path, job.table, loads)?,
            seen,
            rows: 0,
            last: None,
            sorted: true,
        })
    }

    /// Takes the rows of one site. Returns those of each delivery, for the counts.
    pub fn take(&mut self, context: &Context, arrival: &Arrival, renvois: &mut Renvois) -> Result<Vec<(usize, Vec<Entry>)>> {
        let Arrival { sources, loads, read } = arrival;
        let mut bodies: Vec<OutRow> = Vec::with_capacity(sources.iter().map(RecordBatch::num_rows).sum());
        let mut entries = Vec::with_capacity(loads.len());
        for (load, batches) in loads {
            let mut rows = Vec::new();
            for source in batches.clone() {
                let columns = &read[source].0;
                rows.reserve(columns.days.len());
                for row in 0..columns.days.len() {
                    let (entry, tag) = (columns.entry(row), columns.tag(row, *load));
                    if self.seen.insert(columns.identity(row)) {
                        bodies.push(OutRow { source, row, tag });
                    } else {
                        renvois.push(entry, tag);
                    }
                    rows.push(entry);
                }
            }
            entries.push((*load, rows));
        }
        let all = &context.manifest.loads;
        let key = |row: &OutRow| read[row.source].1.row(row.row);
        bodies.par_sort_by(|a, b| {
            let by_key = key(a).cmp(&key(b));
            by_key
                .then_with(|| all[a.tag.load].id.cmp(&all[b.tag.load].id))
                .then(a.tag.rang.cmp(&b.tag.rang))
        });
        if let (Some(first), Some(last)) = (bodies.first(), bodies.last()) {
            let first = key(first);
            self.sorted &= self.last.as_ref().is_none_or(|before| before.row() < first);
            self.last = Some(key(last).owned());
        }
        self.rows += bodies.len() as u64;
        self.writer.push(sources, bodies)?;
        Ok(entries)
    }

    /// When the rows of a month are all there is of it, all current, and in order, the part is the view.
    pub fn is_the_view(&self, context: &Context, job: &Job, renvois: &Renvois) -> Option<String> {
        let plan = job.after.as_ref()?;
        let Owners::Window { rows, shared: false, .. } = &plan.owners else {
            return None;
        };
        let alone = [PartKind::Records, PartKind::Renvois]
            .into_iter()
            .all(|kind| context.manifest.parts_of(kind, &job.table.nom, job.month).next().is_none());
        let whole = *rows == self.rows && renvois.is_empty();
        (alone && whole && self.sorted).then(|| plan.fingerprint.clone())
    }

    /// Ends the part; `view` is the fingerprint of the view that it is, if it is one.
    pub fn finish(self, job: &Job, view: Option<&str>) -> Result<Encoded> {
        self.writer.finish(job.table, job.month, view)
    }
}
