//! The commit of a run: deliveries are judged, their rows stored, the segment published, the views brought up to date.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use rayon::prelude::*;

use super::current::{self, Building, Former};
use super::deliveries::as_judged;
use super::error::{Result, StoreError};
use super::files;
use super::guards::window;
use super::history;
use super::layout::{self, Layout};
use super::ledger::Delta;
use super::load::{self, Context, Incoming, Job, Outcome};
use super::manifest::{Act, DayCounts, Load, Manifest, Part, RawFile, Segment};
use super::plan::{Plan, check_window};
use super::restricted;
use super::run::Run;
use super::sink::Spool;
use super::state::{State, is_windowed};
use super::writer::{ABREAST, Writer};
use crate::days::epoch_day;
use crate::delivery::{Counts, Delivery, DeliveryId, Verdict};
use crate::month::Month;
use crate::table::{Table, table};

/// What a run did.
#[derive(Debug, Clone, PartialEq)]
pub struct RunReport {
    pub run: String,
    pub seq: u64,
    /// Head of the manifest after the run.
    pub head: String,
    /// The deliveries given to `commit`, with their counts complete and the verdict of the guards.
    pub deliveries: Vec<Delivery>,
    /// Deliveries of earlier runs that a guard now holds, and those it no longer holds.
    pub newly_held: Vec<DeliveryId>,
    pub released: Vec<DeliveryId>,
    /// Months whose view changed, by table.
    pub months: BTreeMap<String, BTreeSet<Month>>,
    /// Bodies stored, rows stored as repetitions of a body, bytes of the files written.
    pub bodies: u64,
    pub renvois: u64,
    pub bytes: u64,
}

impl Run<'_> {
    /// Publishes the run: all of it, or nothing if it fails or is interrupted before its segment. Once the segment is
    /// published the run is true; views that an interruption leaves behind are completed by the next writer.
    pub fn commit(self, deliveries: Vec<Delivery>) -> Result<RunReport> {
        let known = self.writer.manifest.loads.len();
        let seq = self.writer.manifest.seq;
        let Run {
            writer,
            name,
            at,
            staging,
            shared,
            raw,
            ..
        } = self;
        let raw = raw.into_inner().unwrap_or_else(PoisonError::into_inner);
        let commit = Commit { name, at, staging, raw };
        let outcome = match Arc::try_unwrap(shared) {
            Err(_) => Err(StoreError::Refused {
                demand: "une livraison est encore en cours de lecture".to_owned(),
            }),
            Ok(shared) => {
                let spools = shared.done.into_inner().unwrap_or_else(PoisonError::into_inner);
                commit.run(writer, deliveries, spools)
            }
        };
        if outcome.is_err() && writer.manifest.seq == seq {
            writer.manifest.truncate(known);
        }
        outcome
    }
}

struct Commit {
    name: String,
    at: jiff::Timestamp,
    staging: PathBuf,
    raw: BTreeMap<DeliveryId, (PathBuf, RawFile)>,
}

type Spools = Vec<std::result::Result<Spool, (DeliveryId, std::io::Error)>>;

impl Commit {
    fn run(self, writer: &mut Writer, mut deliveries: Vec<Delivery>, spools: Spools) -> Result<RunReport> {
        let mut segment = Segment::after(&writer.manifest, &self.name, self.at, Act::Ingest);
        let fresh = sort_out(writer, &mut deliveries, &mut segment);
        let mut spools = by_delivery(spools, &deliveries, &fresh)?;
        let loads = new_loads(&mut deliveries, &fresh, &spools, segment.seq)?;

        let before = State::at(&writer.manifest, writer.manifest.seq)?;
        let new = writer.manifest.propose(loads.clone());
        let first_new = new.start;
        let after = State::at(&writer.manifest, segment.seq)?;
        let mut jobs = jobs(&writer.manifest, &before, &after, new.clone(), &mut spools);
        let outcomes = self.store(writer, &before, &after, &mut jobs)?;

        let mut effects: BTreeMap<usize, Delta> = BTreeMap::new();
        for (load, delta) in outcomes.iter().flat_map(|outcome| &outcome.effects) {
            effects.entry(*load).or_default().add(*delta);
        }
        for (index, load) in fresh.iter().zip(new.clone()) {
            let delivery = &mut deliveries[*index];
            if delivery.verdict.is_loaded() {
                complete(delivery, effects.get(&load).copied().unwrap_or_default())?;
                history::complete(&writer.manifest, &after, load, delivery);
            }
        }

        let (parts, mut staged) = self.parts(&writer.layout, segment.seq, &jobs, outcomes);
        let restricted = restricted::write(&self.staging, segment.seq, &deliveries, &fresh, spools)?;
        staged.extend(
            restricted
                .iter()
                .map(|(path, part)| (path.clone(), writer.layout.at(&part.path))),
        );
        segment.raw = self.raw.values().map(|(_, raw)| raw.clone()).collect();
        // A night keeps some sixty small files: their syncs wait for the disk together.
        self.raw.par_iter().try_for_each(|(_, (path, _))| files::sync_file(path))?;
        staged.extend(
            self.raw
                .values()
                .map(|(path, raw)| (path.clone(), writer.layout.at(&raw.path))),
        );
        publish_files(&writer.layout, &staged)?;

        let bytes = parts.iter().map(|part| part.bytes).sum();
        let rows = |kind| parts.iter().filter(|part| part.kind == kind).map(|part| part.rows).sum();
        let (bodies, renvois) = (
            rows(super::manifest::PartKind::Records),
            rows(super::manifest::PartKind::Renvois),
        );
        segment.parts = parts;
        segment.parts.extend(restricted.into_iter().map(|(_, part)| part));
        segment.loads = loads;
        let details: Vec<Delivery> = fresh.iter().map(|index| without_days(&deliveries[*index])).collect();
        // The loads come back with the segment.
        writer.manifest.truncate(first_new);
        let new_parts = segment.parts.clone();
        writer.publish(segment, &details)?;
        writer.requeued.clear();

        let former_parts: Vec<&Part> = new_parts.iter().collect();
        let changed = update_views(writer, &before, &after, &jobs, first_new, &former_parts, &self.staging)?;
        files::remove(&self.staging)?;

        for (index, load) in fresh.iter().zip(new) {
            let delivery = &mut deliveries[*index];
            *delivery = as_judged(delivery.clone(), &writer.manifest, writer.manifest.seq, after.standing(load));
        }
        let (newly_held, released) = history::turned(&writer.manifest, &before, &after, first_new);
        Ok(RunReport {
            run: self.name,
            seq: writer.manifest.seq,
            head: writer.manifest.head.clone(),
            deliveries,
            newly_held,
            released,
            months: changed,
            bodies,
            renvois,
            bytes,
        })
    }

    /// Writes the parts of every month aside, some months abreast.
    fn store(&self, writer: &Writer, before: &State, after: &State, jobs: &mut [Job]) -> Result<Vec<Outcome>> {
        let context = Context {
            layout: &writer.layout,
            manifest: &writer.manifest,
            before,
            after,
            staging: &self.staging,
        };
        let mut outcomes = Vec::with_capacity(jobs.len());
        for batch in jobs.chunks_mut(ABREAST) {
            let done: Result<Vec<Outcome>> = batch.par_iter_mut().map(|job| load::load(&context, job)).collect();
            outcomes.extend(done?);
        }
        Ok(outcomes)
    }

    /// The parts, and each file with its final place.
    fn parts(&self, layout: &Layout, seq: u64, jobs: &[Job], outcomes: Vec<Outcome>) -> (Vec<Part>, Vec<(PathBuf, PathBuf)>) {
        let mut parts = Vec::new();
        let mut staged = Vec::new();
        for (job, outcome) in jobs.iter().zip(outcomes) {
            for file in outcome.files {
                let path = layout::part_path(file.kind.zone(), &job.table.nom, job.month, seq);
                staged.push((file.path, layout.at(&path)));
                parts.push(Part {
                    kind: file.kind,
                    table: job.table.nom.clone(),
                    month: Some(job.month),
                    path,
                    rows: file.encoded.rows,
                    bytes: file.encoded.bytes,
                    blake3: file.encoded.blake3,
                    view: file.view,
                });
            }
        }
        (parts, staged)
    }
}

/// Gives their final name to files that are synced already, then makes the names durable.
pub(super) fn publish_files(layout: &Layout, staged: &[(PathBuf, PathBuf)]) -> Result<()> {
    for (from, to) in staged {
        files::rename_into_place(from, to)?;
    }
    files::sync_folders_of(layout.root(), staged.iter().map(|(_, to)| to.as_path()))
}

/// Tells new contents from those received before; returns the places of the new ones.
fn sort_out(writer: &Writer, deliveries: &mut [Delivery], segment: &mut Segment) -> Vec<usize> {
    let mut fresh = Vec::new();
    let mut met = BTreeSet::new();
    for (index, delivery) in deliveries.iter_mut().enumerate() {
        let known = writer.manifest.find(&delivery.id);
        let called_back = writer.requeued.contains(&delivery.id);
        if delivery.verdict != Verdict::DejaRecue && (known.is_none() || called_back) && met.insert(delivery.id.clone()) {
            if known.is_some() {
                segment.requeued.push(delivery.id.clone());
            }
            fresh.push(index);
            continue;
        }
        delivery.verdict = Verdict::DejaRecue;
        delivery.counts = Counts::default();
        delivery.days.clear();
        segment.again.push((delivery.id.clone(), delivery.file.clone()));
    }
    fresh
}

/// What the sinks hold, for the deliveries that are loaded. A content that came twice in the run was read twice: one is kept.
/// A sink that lost rows stops the run, whatever the reader made of it: the disk is at fault, not the delivery.
fn by_delivery(spools: Spools, deliveries: &[Delivery], fresh: &[usize]) -> Result<BTreeMap<DeliveryId, Spool>> {
    let loaded: BTreeSet<&str> = fresh
        .iter()
        .map(|index| &deliveries[*index])
        .filter(|delivery| delivery.verdict.is_loaded())
        .map(|delivery| delivery.id.as_str())
        .collect();
    let mut found = BTreeMap::new();
    let mut failed = BTreeMap::new();
    for spool in spools {
        match spool {
            Ok(spool) if loaded.contains(spool.delivery.as_str()) => {
                found.insert(spool.delivery.clone(), spool);
            }
            Err((id, error)) => {
                failed.insert(id, error);
            }
            Ok(_) => {}
        }
    }
    failed.retain(|id, _| !found.contains_key(id));
    match failed.pop_first() {
        Some((delivery, source)) => Err(StoreError::Spool { delivery, source }),
        None => Ok(found),
    }
}

/// The loads of the new deliveries, once their rows are those they say.
fn new_loads(deliveries: &mut [Delivery], fresh: &[usize], spools: &BTreeMap<DeliveryId, Spool>, seq: u64) -> Result<Vec<Load>> {
    let mut loads = Vec::with_capacity(fresh.len());
    for index in fresh {
        let delivery = &mut deliveries[*index];
        delivery.days.clear();
        let spool = spools.get(&delivery.id);
        let counts = |days: Option<&BTreeMap<i32, u32>>| days.map(DayCounts::from_map).unwrap_or_default();
        let days = counts(spool.map(|spool| &spool.days));
        let outside = counts(spool.map(|spool| &spool.outside));
        let load = Load::new(delivery, seq, days, outside);
        if delivery.verdict.is_loaded() {
            let table = spool.map(|spool| spool.table).or_else(|| table(&delivery.table));
            let table = table
                .filter(|table| table.nom == delivery.table)
                .ok_or_else(|| StoreError::Unusable {
                    delivery: delivery.id.clone(),
                    cause: format!("table « {} » inconnue", delivery.table),
                })?;
            check_window(table, &load)?;
            check_rows(table, &load, &delivery.counts)?;
            if is_windowed(table) {
                delivery.days = load.days.to_dates();
            }
        }
        loads.push(load);
    }
    Ok(loads)
}

/// The rows received are those the delivery counted, each on its side of the window.
fn check_rows(table: &Table, load: &Load, counts: &Counts) -> Result<()> {
    let broken = |detail: String| StoreError::Accounting {
        delivery: load.id.clone(),
        detail,
    };
    if !counts.reading_balances() {
        return Err(broken(format!(
            "{} lus ≠ {} acceptés + {} rejetés + {} doublons + {} hors fenêtre",
            counts.rows_read, counts.accepted, counts.rejected, counts.duplicates, counts.out_of_window
        )));
    }
    let (inside, outside) = (load.days.total(), load.outside.total());
    if (inside, outside) != (counts.accepted, counts.out_of_window) {
        return Err(broken(format!(
            "{} acceptés et {} hors fenêtre annoncés, {inside} et {outside} lignes reçues",
            counts.accepted, counts.out_of_window
        )));
    }
    if let Some((from, to)) = window(load).filter(|_| is_windowed(table)) {
        let misplaced = load.days.iter().any(|(day, _)| !(from..=to).contains(&day))
            || load.outside.iter().any(|(day, _)| (from..=to).contains(&day));
        if misplaced {
            return Err(broken("des lignes sont du mauvais côté de la fenêtre".to_owned()));
        }
    }
    Ok(())
}

/// Fills the counts that only the store can know, and checks the identity of `ARCHITECTURE.md` §5.7.
fn complete(delivery: &mut Delivery, effect: Delta) -> Result<()> {
    let counts = &mut delivery.counts;
    counts.added = effect.added;
    counts.changed = effect.changed;
    counts.unchanged = effect.unchanged;
    counts.removed = effect.removed;
    match counts.balances() {
        true => Ok(()),
        false => Err(StoreError::Accounting {
            delivery: delivery.id.clone(),
            detail: format!(
                "{} acceptés ≠ {} ajoutés + {} modifiés + {} inchangés",
                counts.accepted, counts.added, counts.changed, counts.unchanged
            ),
        }),
    }
}

fn without_days(delivery: &Delivery) -> Delivery {
    Delivery {
        days: BTreeMap::new(),
        ..delivery.clone()
    }
}

/// One job per table and month that receives rows, or whose view may change.
fn jobs(
    manifest: &Manifest,
    before: &State,
    after: &State,
    new: std::ops::Range<usize>,
    spools: &mut BTreeMap<DeliveryId, Spool>,
) -> Vec<Job> {
    let mut incoming: BTreeMap<(&str, Month), Incoming> = BTreeMap::new();
    for load in new.clone() {
        let Some(spool) = spools.get_mut(&manifest.loads[load].id) else {
            continue;
        };
        for (month, waiting) in std::mem::take(&mut spool.months) {
            incoming.entry((&spool.table.nom, month)).or_default().push((load, waiting));
        }
    }
    let turned = (0..new.start).filter(|load| before.standing(*load) != after.standing(*load));
    let moving: Vec<usize> = turned
        .chain(new.clone())
        .filter(|load| manifest.loads[*load].verdict.is_loaded())
        .collect();

    let mut jobs = Vec::new();
    for table in crate::table::tables() {
        let mut months = manifest.months_of(&table.nom);
        months.extend(
            incoming
                .keys()
                .filter(|(name, _)| *name == table.nom)
                .map(|(_, month)| *month),
        );
        for month in months {
            let touched: Vec<usize> = moving
                .iter()
                .copied()
                .filter(|load| touches(&manifest.loads[*load], table, month))
                .collect();
            let incoming = incoming.remove(&(table.nom.as_str(), month)).unwrap_or_default();
            if touched.is_empty() && incoming.is_empty() {
                continue;
            }
            jobs.push(Job {
                table,
                month,
                incoming,
                concerned: touched.into_iter().filter(|load| new.contains(load)).collect(),
                before: Plan::of(manifest, before, table, month),
                after: Plan::of(manifest, after, table, month),
            });
        }
    }
    jobs
}

/// Whether a delivery has rows in the month, or a window that covers some of it.
pub(super) fn touches(load: &Load, table: &Table, month: Month) -> bool {
    let (first, last) = (epoch_day(month.first_day()), epoch_day(month.last_day()));
    let covers = is_windowed(table) && window(load).is_some_and(|(from, to)| from <= last && first <= to);
    let rows = |days: &DayCounts| days.between(first, last).next().is_some();
    load.table == table.nom && (covers || rows(&load.days) || rows(&load.outside))
}

/// Brings the views of the jobs' months up to date. Returns those that changed.
pub(super) fn update_views(
    writer: &Writer,
    before: &State,
    after: &State,
    jobs: &[Job],
    first_new: usize,
    new_parts: &[&Part],
    staging: &std::path::Path,
) -> Result<BTreeMap<String, BTreeSet<Month>>> {
    let print = |plan: &Option<Plan>| plan.as_ref().map(|plan| plan.fingerprint.clone());
    let changed: Vec<&Job> = jobs.iter().filter(|job| print(&job.before) != print(&job.after)).collect();
    for batch in changed.chunks(ABREAST) {
        batch
            .par_iter()
            .try_for_each(|job| update_view(writer, before, after, job, first_new, new_parts, staging))?;
    }
    let paths: Vec<PathBuf> = changed
        .iter()
        .map(|job| writer.layout.view(&job.table.nom, job.month))
        .collect();
    writer.views_are_done(&paths)?;
    let mut months: BTreeMap<String, BTreeSet<Month>> = BTreeMap::new();
    for job in changed {
        months.entry(job.table.nom.clone()).or_default().insert(job.month);
    }
    Ok(months)
}

fn update_view(
    writer: &Writer,
    before: &State,
    after: &State,
    job: &Job,
    first_new: usize,
    new_parts: &[&Part],
    staging: &std::path::Path,
) -> Result<()> {
    let (layout, manifest) = (&writer.layout, &writer.manifest);
    let staging = staging.join(format!("{}-{}", job.table.nom, job.month));
    files::create_folder(&staging)?;
    let building = job.after.as_ref().map(|plan| Building {
        layout,
        manifest,
        state: after,
        table: job.table,
        plan,
    });
    if let (Some(building), Some(plan)) = (&building, &job.before)
        && current::part_that_is(manifest, &job.table.nom, job.month, &building.plan.fingerprint).is_none()
    {
        let of_month = |part: &&&Part| part.table == job.table.nom && part.month == Some(job.month);
        let former = Former {
            state: before,
            plan,
            first_new,
            parts: new_parts.iter().filter(of_month).copied().collect(),
        };
        let aside = staging.join("vue");
        building.update(&former, &aside)?;
        return files::rename_into_place(&aside, &layout.view(&job.table.nom, job.month));
    }
    current::rebuild(building.as_ref(), layout, job.table, job.month, &staging)
}
