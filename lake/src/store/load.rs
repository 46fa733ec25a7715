//! The rows that a run brings to one table and month: bodies not seen before go to a part, rows that repeat a body become
//! renvois, and each delivery's effect on the view is counted. Sites come one after the other, so that memory holds one site.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, RecordBatch, StringArray, UInt32Array, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::row::OwnedRow;
use rustc_hash::{FxHashMap, FxHashSet};

use super::encode::{CHUNK, Encoded, Encoder, MONTH_KEY, TABLE_KEY};
use super::error::{Result, StoreError};
use super::layout::Layout;
use super::ledger::{Delta, Entry, Ledger};
use super::manifest::{Manifest, PartKind};
use super::narrow::{self, Comparable, IDENTITY, Technical};
use super::pile::{self, Waiting};
use super::plan::{Owners, Plan};
use super::rows::{OutRow, RowWriter, Tag};
use super::state::{State, is_windowed};
use crate::month::Month;
use crate::table::Table;

/// What the run knows: the manifest with its own loads proposed, before and after them.
pub(super) struct Context<'a> {
    pub layout: &'a Layout,
    pub manifest: &'a Manifest,
    pub before: &'a State,
    pub after: &'a State,
    /// Folder of unfinished files.
    pub staging: &'a Path,
}

/// Loads, each with its batches.
pub(super) type Incoming = Vec<(usize, Vec<Waiting>)>;

/// The rows for one table and month, and the plans of its view on both sides of the run.
pub(super) struct Job {
    pub table: &'static Table,
    pub month: Month,
    pub incoming: Incoming,
    /// Loads whose window touches the month, with or without rows in it.
    pub concerned: Vec<usize>,
    pub before: Option<Plan>,
    pub after: Option<Plan>,
}

/// Files written aside, and the effect of each delivery.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub files: Vec<NewFile>,
    pub effects: Vec<(usize, Delta)>,
}

#[derive(Debug)]
pub(super) struct NewFile {
    pub kind: PartKind,
    pub path: PathBuf,
    pub encoded: Encoded,
    /// Fingerprint of the view that the file also is.
    pub view: Option<String>,
}

pub(super) fn load(context: &Context, job: &mut Job) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut ledgers = ledgers(context, job)?;
    let incoming = std::mem::take(&mut job.incoming);
    let with_rows: FxHashSet<usize> = incoming.iter().map(|(load, _)| *load).collect();
    // Deliveries that only empty days of this month have an effect too.
    let silent: Vec<usize> = job
        .concerned
        .iter()
        .copied()
        .filter(|load| !with_rows.contains(load))
        .collect();
    let mut clusters: BTreeMap<(String, i16), Incoming> = BTreeMap::new();
    for (load, waiting) in incoming.into_iter().chain(silent.into_iter().map(|load| (load, Vec::new()))) {
        let delivery = &context.manifest.loads[load];
        let site = match is_windowed(job.table) {
            true => (delivery.finess.clone(), delivery.ordre),
            false => (String::new(), 0),
        };
        clusters.entry(site).or_default().push((load, waiting));
    }
    if with_rows.is_empty() {
        for (_, cluster) in clusters {
            let loads = ordered(context, cluster)
                .into_iter()
                .map(|(load, _)| (load, Vec::new()))
                .collect();
            count(context, job, &mut ledgers, loads, &mut outcome);
        }
        return Ok(outcome);
    }

    let path = context.staging.join(format!("records-{}-{}", job.table.nom, job.month));
    let mut bodies = Bodies {
        writer: RowWriter::create(&path, job.table, &context.manifest.loads)?,
        order: Comparable::order(job.table),
        seen: existing(context, job)?,
        rows: 0,
        last: None,
        sorted: true,
    };
    let mut renvois = Renvois::default();
    for (_, cluster) in clusters {
        let mut loads = Vec::new();
        let mut sources = Vec::new();
        for (load, waiting) in ordered(context, cluster) {
            let batches = pile::fetch(waiting)?;
            loads.push((load, sources.len()..sources.len() + batches.len()));
            sources.extend(batches);
        }
        let entries = bodies.take(context, job, &sources, &loads, &mut renvois)?;
        count(context, job, &mut ledgers, entries, &mut outcome);
    }
    let view = bodies.is_the_view(context, job, &renvois);
    let rows = bodies.rows;
    let encoded = bodies.writer.finish(job.table, job.month, view.as_deref())?;
    if rows > 0 {
        outcome.files.push(NewFile {
            kind: PartKind::Records,
            path: path.clone(),
            encoded,
            view,
        });
    }
    if !renvois.cle.is_empty() {
        let path = context.staging.join(format!("renvois-{}-{}", job.table.nom, job.month));
        let encoded = renvois.write(&path, &job.table.nom, job.month, &context.manifest.loads)?;
        outcome.files.push(NewFile {
            kind: PartKind::Renvois,
            path,
            encoded,
            view: None,
        });
    }
    Ok(outcome)
}

/// Deliveries of one site in the order of (EXTRACT, content hash).
fn ordered<T>(context: &Context, mut cluster: Vec<(usize, T)>) -> Vec<(usize, T)> {
    let loads = &context.manifest.loads;
    cluster.sort_by(|(a, _), (b, _)| loads[*a].order().cmp(&loads[*b].order()));
    cluster
}

/// Identities of the bodies stored before.
fn existing(context: &Context, job: &Job) -> Result<FxHashSet<(u64, u64)>> {
    let mut seen = FxHashSet::default();
    for part in context.manifest.parts_of(PartKind::Records, &job.table.nom, job.month) {
        let path = context.layout.at(&part.path);
        let damaged = |cause| StoreError::damaged(&path, cause);
        seen.reserve(part.rows as usize);
        narrow::scan(&path, &IDENTITY, |_, batch| {
            let cle = narrow::numbers::<arrow::datatypes::UInt64Type>(batch, "cle").map_err(damaged)?;
            let empreinte = narrow::numbers::<arrow::datatypes::UInt64Type>(batch, "empreinte").map_err(damaged)?;
            seen.extend(cle.values().iter().copied().zip(empreinte.values().iter().copied()));
            Ok(())
        })?;
    }
    Ok(seen)
}

/// The rows of the view before the run, for the groups that the run's deliveries belong to.
fn ledgers(context: &Context, job: &Job) -> Result<FxHashMap<usize, Ledger>> {
    let loads = job.incoming.iter().map(|(load, _)| load).chain(&job.concerned);
    let groups: FxHashSet<usize> = loads.filter_map(|load| context.after.group_of(*load)).collect();
    let mut rows: FxHashMap<usize, Vec<Entry>> = FxHashMap::default();
    if job.before.is_some() {
        let path = context.layout.view(&job.table.nom, job.month);
        let damaged = |cause| StoreError::damaged(&path, cause);
        let mut last: Option<(String, Option<usize>)> = None;
        narrow::scan(&path, &narrow::deciding_columns(job.table), |_, batch| {
            let columns = Technical::of(batch, job.table).map_err(damaged)?;
            for row in 0..batch.num_rows() {
                let delivery = columns.delivery.value(row);
                if last.as_ref().is_none_or(|(id, _)| id != delivery) {
                    let group = context.manifest.find(delivery).and_then(|load| context.after.group_of(load));
                    last = Some((delivery.to_owned(), group));
                }
                let Some(group) = last
                    .as_ref()
                    .and_then(|(_, group)| *group)
                    .filter(|group| groups.contains(group))
                else {
                    continue;
                };
                let (cle, empreinte) = columns.identity(row);
                rows.entry(group).or_default().push(Entry {
                    day: columns.days[row],
                    cle,
                    empreinte,
                    outside: columns.outside.value(row),
                });
            }
            Ok(())
        })?;
    }
    let ledger = |group: usize| {
        let key = &context.after.groups[group].key;
        let before = context.before.groups.iter().position(|group| group.key == *key);
        let before = job.before.as_ref().zip(before);
        Ledger::new(job.table, job.month, rows.remove(&group).unwrap_or_default(), before)
    };
    let mut ledger = ledger;
    Ok(groups.into_iter().map(|group| (group, ledger(group))).collect())
}

fn count(
    context: &Context,
    job: &Job,
    ledgers: &mut FxHashMap<usize, Ledger>,
    loads: Vec<(usize, Vec<Entry>)>,
    outcome: &mut Outcome,
) {
    let group = |load: usize| context.after.group_of(load).expect("a loaded delivery has a group");
    for (at, (load, rows)) in loads.iter().enumerate() {
        let more = loads[at + 1..].iter().any(|(next, _)| group(*next) == group(*load));
        let ledger = ledgers.get_mut(&group(*load)).expect("each group concerned has its ledger");
        outcome
            .effects
            .push((*load, ledger.count(context.manifest, context.after, *load, rows, more)));
    }
    debug_assert!(
        loads
            .iter()
            .all(|(load, _)| context.manifest.loads[*load].table == job.table.nom)
    );
}

/// Bodies on their way to their part.
struct Bodies<'a> {
    writer: RowWriter<'a>,
    order: Comparable,
    seen: FxHashSet<(u64, u64)>,
    rows: u64,
    last: Option<OwnedRow>,
    sorted: bool,
}

impl Bodies<'_> {
    /// Takes the rows of one site; `loads` give the batches of each delivery. Returns the rows of each, for the counts.
    fn take(
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
    fn is_the_view(&self, context: &Context, job: &Job, renvois: &Renvois) -> Option<String> {
        let plan = job.after.as_ref()?;
        let Owners::Window { rows, shared: false, .. } = &plan.owners else {
            return None;
        };
        let alone = [PartKind::Records, PartKind::Renvois]
            .into_iter()
            .all(|kind| context.manifest.parts_of(kind, &job.table.nom, job.month).next().is_none());
        let whole = *rows == self.rows && renvois.cle.is_empty();
        (alone && whole && self.sorted).then(|| plan.fingerprint.clone())
    }
}

/// Rows that repeat a body.
#[derive(Default)]
pub(super) struct Renvois {
    load: Vec<usize>,
    cle: Vec<u64>,
    empreinte: Vec<u64>,
    rang: Vec<u32>,
    ligne: Vec<u32>,
    outside: Vec<bool>,
    day: Vec<i32>,
}

impl Renvois {
    pub fn push(&mut self, entry: Entry, tag: Tag) {
        self.load.push(tag.load);
        self.cle.push(entry.cle);
        self.empreinte.push(entry.empreinte);
        self.rang.push(tag.rang);
        self.ligne.push(tag.ligne);
        self.outside.push(tag.outside);
        self.day.push(entry.day);
    }

    pub fn write(&self, path: &Path, table: &str, month: Month, loads: &[super::manifest::Load]) -> Result<Encoded> {
        let mut encoder = Encoder::create(path, renvois_schema())?;
        for start in (0..self.cle.len()).step_by(CHUNK) {
            let rows = start..(start + CHUNK).min(self.cle.len());
            encoder.write(rows.len(), |column| {
                let rows = rows.clone();
                let array: ArrayRef = match column {
                    0 => Arc::new(StringArray::from_iter_values(
                        self.load[rows].iter().map(|load| &loads[*load].id),
                    )),
                    1 => Arc::new(UInt64Array::from(self.cle[rows].to_vec())),
                    2 => Arc::new(UInt64Array::from(self.empreinte[rows].to_vec())),
                    3 => Arc::new(UInt32Array::from(self.rang[rows].to_vec())),
                    4 => Arc::new(UInt32Array::from(self.ligne[rows].to_vec())),
                    5 => Arc::new(BooleanArray::from(self.outside[rows].to_vec())),
                    _ => Arc::new(Date32Array::from(self.day[rows].to_vec())),
                };
                Ok(array)
            })?;
        }
        encoder.finish(&[(TABLE_KEY, table), (MONTH_KEY, &month.to_string())])
    }
}

/// Columns of `renvois/`.
pub(super) fn renvois_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("delivery", DataType::Utf8, false),
        Field::new("cle", DataType::UInt64, false),
        Field::new("empreinte", DataType::UInt64, false),
        Field::new("rang", DataType::UInt32, false),
        Field::new("ligne", DataType::UInt32, false),
        Field::new("hors_fenetre", DataType::Boolean, false),
        Field::new("jour", DataType::Date32, false),
    ]))
}
