//! The months whose view a run or a decision may change, and their update.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::current::{self, Building, Former};
use super::error::Result;
use super::files;
use super::guards::window;
use super::load::{Incoming, Job};
use super::manifest::{DayCounts, Load, Manifest, Part};
use super::plan::Plan;
use super::sink::Spool;
use super::state::{State, is_windowed};
use super::writer::{ABREAST, Writer};
use crate::days::epoch_day;
use crate::delivery::DeliveryId;
use crate::month::Month;
use crate::table::Table;

/// One job per table and month that receives rows, or whose view may change.
pub(super) fn jobs(
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
            if touched.is_empty() && incoming.is_empty() && !overtakes(manifest, &moving, table, month) {
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

/// Whether some of these deliveries have, in another month, keys of this one.
pub(super) fn overtakes(manifest: &Manifest, moving: &[usize], table: &Table, month: Month) -> bool {
    let mut moves = manifest.moves_of(&table.nom, month);
    moves.any(|key| manifest.find(&key.delivery).is_some_and(|load| moving.contains(&load)))
}

/// Brings the views of the jobs' months up to date. Returns those that changed.
pub(super) fn update_views(
    writer: &Writer,
    before: &State,
    after: &State,
    jobs: &[Job],
    first_new: usize,
    new_parts: &[&Part],
    staging: &Path,
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
    staging: &Path,
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
