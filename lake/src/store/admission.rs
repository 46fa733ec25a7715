//! Which deliveries of a run are new, and whether the rows received are those they announce.

use std::collections::{BTreeMap, BTreeSet};

use super::error::{Result, StoreError};
use super::guards::window;
use super::ledger::Delta;
use super::manifest::{DayCounts, Load, Manifest, Segment};
use super::plan::check_window;
use super::sink::Spool;
use super::state::is_windowed;
use super::writer::Writer;
use crate::delivery::{Counts, Delivery, DeliveryId, Verdict};
use crate::table::{Table, table};

/// What the sinks of a run left.
pub(super) type Spools = Vec<std::result::Result<Spool, (DeliveryId, std::io::Error)>>;

/// Tells new contents from those received before; returns the places of the new ones. A content that was refused is new: the
/// refusal stays in the history, what is read now takes its place.
pub(super) fn sort_out(writer: &Writer, deliveries: &mut [Delivery], segment: &mut Segment) -> Vec<usize> {
    let mut fresh = Vec::new();
    let mut met = BTreeSet::new();
    for (index, delivery) in deliveries.iter_mut().enumerate() {
        let is_new = delivery.verdict != Verdict::DejaRecue && !writer.is_known(&delivery.id);
        if is_new && met.insert(delivery.id.clone()) {
            if writer.manifest.find(&delivery.id).is_some() {
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
pub(super) fn by_delivery(spools: Spools, deliveries: &[Delivery], fresh: &[usize]) -> Result<BTreeMap<DeliveryId, Spool>> {
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
pub(super) fn new_loads(
    deliveries: &mut [Delivery],
    fresh: &[usize],
    spools: &BTreeMap<DeliveryId, Spool>,
    manifest: &Manifest,
) -> Result<Vec<Load>> {
    let mut loads = Vec::with_capacity(fresh.len());
    for index in fresh {
        let delivery = &mut deliveries[*index];
        delivery.days.clear();
        let spool = spools.get(&delivery.id);
        let counts = |days: Option<&BTreeMap<i32, u32>>| days.map(DayCounts::from_map).unwrap_or_default();
        let days = counts(spool.map(|spool| &spool.days));
        let outside = counts(spool.map(|spool| &spool.outside));
        let mut load = Load::new(delivery, manifest.seq + 1, days, outside);
        load.follows = manifest.find(&delivery.id).map(|before| manifest.loads[before].seq);
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
pub(super) fn complete(delivery: &mut Delivery, effect: Delta) -> Result<()> {
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

pub(super) fn without_days(delivery: &Delivery) -> Delivery {
    Delivery {
        days: BTreeMap::new(),
        ..delivery.clone()
    }
}
