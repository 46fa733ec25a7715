//! The commit of a run: deliveries are judged, their rows stored, the segment published, the views brought up to date.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use rayon::prelude::*;

use super::admission::{Spools, by_delivery, complete, new_loads, sort_out, without_days};
use super::deliveries::as_judged;
use super::error::{Result, StoreError};
use super::files;
use super::history;
use super::journeys::Journeys;
use super::layout::{self, Layout};
use super::ledger::Delta;
use super::load::{self, Context, Job, Outcome};
use super::manifest::{Act, Part, RawFile, Ruling, Segment};
use super::restricted;
use super::run::Run;
use super::state::State;
use super::views::{jobs, update_views};
use super::writer::{ABREAST, Writer};
use crate::delivery::{Delivery, DeliveryId};
use crate::month::Month;

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
            replaced,
            ..
        } = self;
        let raw = raw.into_inner().unwrap_or_else(PoisonError::into_inner);
        let commit = Commit {
            name,
            at,
            staging,
            raw,
            replaced,
        };
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
    replaced: Vec<Ruling>,
}

impl Commit {
    fn run(self, writer: &mut Writer, mut deliveries: Vec<Delivery>, spools: Spools) -> Result<RunReport> {
        let mut segment = Segment::after(&writer.manifest, &self.name, self.at, Act::Ingest);
        let fresh = sort_out(writer, &mut deliveries, &mut segment);
        let mut spools = by_delivery(spools, &deliveries, &fresh)?;
        let loads = new_loads(&mut deliveries, &fresh, &spools, &writer.manifest)?;

        let before = State::at(&writer.manifest, writer.manifest.seq)?;
        let journeys = Journeys::of(&writer.layout, &writer.manifest, &mut spools, &loads)?;
        segment.moves = journeys.moves(&writer.manifest, &loads, segment.seq);
        let new = writer.manifest.propose(loads.clone(), segment.moves.clone());
        let first_new = new.start;
        segment.rulings = self.replaced.clone();
        writer.manifest.rulings.extend(self.replaced.clone());
        let after = State::at(&writer.manifest, segment.seq)?;
        let mut jobs = jobs(&writer.manifest, &before, &after, new.clone(), &mut spools);
        let context = Context {
            layout: &writer.layout,
            manifest: &writer.manifest,
            before: &before,
            after: &after,
            journeys: &journeys,
            staging: &self.staging,
        };
        let outcomes = self.store_and_sync(&context, &mut jobs)?;

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

    /// Writes the parts of every month aside while the disk makes the raw files durable: their syncs wait for it, not for a
    /// processor.
    fn store_and_sync(&self, context: &Context, jobs: &mut [Job]) -> Result<Vec<Outcome>> {
        let raw: Vec<&Path> = self.raw.values().map(|(path, _)| path.as_path()).collect();
        std::thread::scope(|scope| {
            let share = raw.len().div_ceil(ABREAST).max(1);
            let sync = |paths: &[&Path]| paths.iter().try_for_each(|path| files::sync_file(path));
            let waiting: Vec<_> = raw.chunks(share).map(|paths| scope.spawn(move || sync(paths))).collect();
            let outcomes = store(context, jobs);
            for thread in waiting {
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            }
            outcomes
        })
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

/// Writes the parts of every month aside, some months abreast.
fn store(context: &Context, jobs: &mut [Job]) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::with_capacity(jobs.len());
    for batch in jobs.chunks_mut(ABREAST) {
        let done: Result<Vec<Outcome>> = batch.par_iter_mut().map(|job| load::load(context, job)).collect();
        outcomes.extend(done?);
    }
    Ok(outcomes)
}

/// Gives their final name to files that are synced already, then makes the names durable.
pub(super) fn publish_files(layout: &Layout, staged: &[(PathBuf, PathBuf)]) -> Result<()> {
    for (from, to) in staged {
        files::rename_into_place(from, to)?;
    }
    files::sync_folders_of(layout.root(), staged.iter().map(|(_, to)| to.as_path()))
}
