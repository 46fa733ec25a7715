//! The rows that a run brings to one table and month: bodies not seen before go to a part, rows that repeat a body become
//! renvois, and each delivery's effect on the view is counted. Sites come one after the other, so that memory holds two: one
//! that is written and the next.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::arrival::Arrival;
use super::bodies::Bodies;
use super::encode::Encoded;
use super::error::{Result, StoreError};
use super::journeys::Journeys;
use super::layout::Layout;
use super::ledger::{Delta, Entry, Ledger};
use super::manifest::{Manifest, PartKind};
use super::narrow::{self, Comparable, IDENTITY, Technical};
use super::pile::Waiting;
use super::plan::Plan;
use super::renvois::Renvois;
use super::state::{State, is_windowed};
use crate::month::Month;
use crate::table::Table;

/// What the run knows: the manifest with its own loads proposed, before and after them.
pub(super) struct Context<'a> {
    pub layout: &'a Layout,
    pub manifest: &'a Manifest,
    pub before: &'a State,
    pub after: &'a State,
    /// Keys of the run that are in several months.
    pub journeys: &'a Journeys,
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
    let mut bodies = Bodies::create(&path, job, &context.manifest.loads, existing(context, job)?)?;
    let mut renvois = Renvois::default();
    let order = Comparable::order(job.table);
    let fetch = |cluster| Arrival::fetch(context, job.table, &order, ordered(context, cluster));
    let mut clusters = clusters.into_values();
    let mut next = clusters.next().map(fetch).transpose()?;
    while let Some(arrival) = next {
        // A run often ends with one month alone: one site is written while the next is fetched.
        let (taken, following) = rayon::join(
            || bodies.take(context, &arrival, &mut renvois),
            || clusters.next().map(fetch).transpose(),
        );
        count(context, job, &mut ledgers, taken?, &mut outcome);
        next = following?;
    }
    let view = bodies.is_the_view(context, job, &renvois);
    let rows = bodies.rows;
    let encoded = bodies.finish(job, view.as_deref())?;
    if rows > 0 {
        outcome.files.push(NewFile {
            kind: PartKind::Records,
            path: path.clone(),
            encoded,
            view,
        });
    }
    if !renvois.is_empty() {
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

/// The rows of the view before the run, for the groups that the run's deliveries belong to; those of other months with a key
/// that the run brings to this one.
fn ledgers(context: &Context, job: &Job) -> Result<FxHashMap<usize, Ledger>> {
    let loads = job.incoming.iter().map(|(load, _)| load).chain(&job.concerned);
    let groups: FxHashSet<usize> = loads.filter_map(|load| context.after.group_of(*load)).collect();
    let mut rows: FxHashMap<usize, Vec<Entry>> = FxHashMap::default();
    let mut keep = |group: Option<usize>, entry: Entry| {
        if let Some(group) = group.filter(|group| groups.contains(group)) {
            rows.entry(group).or_default().push(entry);
        }
    };
    if job.before.is_some() {
        rows_of_view(context, job.table, job.month, &mut keep)?;
    }
    let abroad = context.journeys.abroad(job.table, job.month);
    let months: BTreeSet<Month> = abroad.values().flatten().map(|(month, _)| *month).collect();
    for month in months {
        rows_of_view(context, job.table, month, &mut |group, entry: Entry| {
            if abroad.contains_key(&entry.cle) {
                keep(group, entry);
            }
        })?;
    }
    let mut ledger = |group: usize| {
        let key = &context.after.groups[group].key;
        let before = context.before.groups.iter().position(|group| group.key == *key);
        let before = job.before.as_ref().zip(before);
        let is_new = |load: usize| context.manifest.loads[load].seq > context.before.seq;
        let counts = |load: &usize| is_new(*load) && context.after.groups[group].in_force.contains(load);
        let abroad = abroad.iter().map(|(cle, stops)| {
            let loads = stops.iter().map(|(_, load)| *load).filter(counts);
            (*cle, loads.collect())
        });
        let rows = rows.remove(&group).unwrap_or_default();
        Ledger::new(job.table, job.month, rows, abroad.collect(), before)
    };
    Ok(groups.iter().map(|group| (*group, ledger(*group))).collect())
}

/// The rows of a view before the run, with their group.
fn rows_of_view(context: &Context, table: &Table, month: Month, each: &mut impl FnMut(Option<usize>, Entry)) -> Result<()> {
    let path = context.layout.view(&table.nom, month);
    if !path.exists() {
        return Ok(());
    }
    let damaged = |cause| StoreError::damaged(&path, cause);
    let mut last: Option<(String, Option<usize>)> = None;
    narrow::scan(&path, &narrow::deciding_columns(table), |_, batch| {
        let columns = Technical::of(batch, table).map_err(damaged)?;
        for row in 0..batch.num_rows() {
            let delivery = columns.delivery.value(row);
            if last.as_ref().is_none_or(|(id, _)| id != delivery) {
                let group = context.manifest.find(delivery).and_then(|load| context.after.group_of(load));
                last = Some((delivery.to_owned(), group));
            }
            each(last.as_ref().and_then(|(_, group)| *group), columns.entry(row));
        }
        Ok(())
    })
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
