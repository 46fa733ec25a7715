//! Bodies on their way to their part: each content of a record stored once, in the order of the view.

use std::path::Path;

use arrow::array::RecordBatch;
use arrow::row::OwnedRow;
use rustc_hash::FxHashSet;

use super::encode::Encoded;
use super::error::{Result, StoreError};
use super::ledger::Entry;
use super::load::{Context, Job};
use super::manifest::{Load, PartKind};
use super::narrow::{Comparable, Technical};
use super::plan::Owners;
use super::renvois::Renvois;
use super::rows::{OutRow, RowWriter, Tag};

/// Bodies on their way to their part.
pub(super) struct Bodies<'a> {
    writer: RowWriter<'a>,
    order: Comparable,
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
            order: Comparable::order(job.table),
            seen,
            rows: 0,
            last: None,
            sorted: true,
        })
    }

    /// Takes the rows of one site; `loads` give the batches of each delivery. Returns the rows of each, for the counts.
    pub fn take(
        &mut self,
        context: &Context,
        job: &Job,
        sources: &[RecordBatch],
        loads: &[(usize, std::ops::Range<usize>)],
        renvois: &mut Renvois,
    ) -> Result<Vec<(usize, Vec<Entry>)>> {
        let mut keys = Vec::with_capacity(sources.len());
        let mut bodies: Vec<OutRow> = Vec::new();
        let mut entries = Vec::with_capacity(loads.len());
        for (load, batches) in loads {
            let unusable = |cause: String| StoreError::Unusable {
                delivery: context.manifest.loads[*load].id.clone(),
                cause,
            };
            let mut rows = Vec::new();
            for source in batches.clone() {
                let batch = &sources[source];
                let columns = Technical::of(batch, job.table).map_err(unusable)?;
                keys.push(self.order.rows(batch).map_err(unusable)?);
                for row in 0..batch.num_rows() {
                    let (cle, empreinte) = columns.identity(row);
                    let entry = Entry {
                        day: columns.days[row],
                        cle,
                        empreinte,
                        outside: columns.outside.value(row),
                    };
                    let tag = Tag {
                        load: *load,
                        rang: columns.rang.value(row),
                        ligne: columns.ligne.value(row),
                        outside: entry.outside,
                    };
                    if self.seen.insert((cle, empreinte)) {
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
        bodies.sort_by(|a, b| {
            let by_key = keys[a.source].row(a.row).cmp(&keys[b.source].row(b.row));
            by_key
                .then_with(|| all[a.tag.load].id.cmp(&all[b.tag.load].id))
                .then(a.tag.rang.cmp(&b.tag.rang))
        });
        if let (Some(first), Some(last)) = (bodies.first(), bodies.last()) {
            let first = keys[first.source].row(first.row);
            self.sorted &= self.last.as_ref().is_none_or(|before| before.row() < first);
            self.last = Some(keys[last.source].row(last.row).owned());
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
