//! Keys that change month. A date corrected at the turn of a month sends a record to another part, and its former row must not
//! count beside it. What is recorded is which deliveries have, in another month, a key of this one: the plan of a month then
//! names all that its view depends on, and no other month is read.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::assembly::Finder;
use super::error::{Result, StoreError};
use super::layout::Layout;
use super::manifest::{Load, Manifest, Move, PartKind};
use super::narrow;
use super::sink::Spool;
use crate::delivery::DeliveryId;
use crate::month::Month;
use crate::table::Table;

/// Where the keys of a run that are in several months are, by table.
#[derive(Debug, Default)]
pub(super) struct Journeys(BTreeMap<&'static str, Stops>);

/// Months and loads of each key that is in several months.
type Stops = FxHashMap<u64, Vec<(Month, usize)>>;

/// A key, with a month and a load that have it.
type Stop = (u64, Month, usize);

impl Journeys {
    /// Those of the rows that new loads bring, among themselves and with what is stored. `loads` are to be proposed next.
    pub fn of(
        layout: &Layout,
        manifest: &Manifest,
        spools: &mut BTreeMap<DeliveryId, Spool>,
        loads: &[Load],
    ) -> Result<Journeys> {
        let mut incoming: BTreeMap<&'static str, (&'static Table, Vec<Stop>)> = BTreeMap::new();
        for (load, new) in (manifest.loads.len()..).zip(loads) {
            let Some(spool) = spools.get_mut(&new.id) else { continue };
            let (_, rows) = incoming.entry(&spool.table.nom).or_insert((spool.table, Vec::new()));
            for (month, keys) in mem::take(&mut spool.keys) {
                rows.extend(keys.into_iter().map(|cle| (cle, month, load)));
            }
        }
        let mut journeys = Journeys::default();
        for (name, (table, rows)) in incoming {
            let stops = stops(layout, manifest, table, rows)?;
            if !stops.is_empty() {
                journeys.0.insert(name, stops);
            }
        }
        Ok(journeys)
    }

    /// What the manifest does not know of them yet.
    pub fn moves(&self, manifest: &Manifest, loads: &[Load], seq: u64) -> Vec<Move> {
        let id = |load: usize| match load.checked_sub(manifest.loads.len()) {
            Some(new) => &loads[new].id,
            None => &manifest.loads[load].id,
        };
        let known: FxHashSet<(&str, Month, Month, &str)> = manifest.moves.iter().map(Move::content).collect();
        let mut moves = BTreeSet::new();
        for (table, stops) in &self.0 {
            for stops in stops.values() {
                let months: BTreeSet<Month> = stops.iter().map(|(month, _)| *month).collect();
                for (other, load) in stops {
                    let from = months.iter().filter(|month| *month != other);
                    moves.extend(from.map(|month| (*table, *month, *other, id(*load).as_str())));
                }
            }
        }
        let new = moves.into_iter().filter(|content| !known.contains(content));
        new.map(|(table, month, other, delivery)| Move {
            seq,
            table: table.to_owned(),
            month,
            other,
            delivery: delivery.to_owned(),
        })
        .collect()
    }

    /// The keys of a month that are in others too, with these other months and their loads.
    pub fn abroad(&self, table: &Table, month: Month) -> Stops {
        let Some(stops) = self.0.get(table.nom.as_str()) else {
            return Stops::default();
        };
        let here = stops.iter().filter(|(_, stops)| stops.iter().any(|(stop, _)| *stop == month));
        here.map(|(cle, stops)| {
            let others = stops.iter().copied().filter(|(stop, _)| *stop != month);
            (*cle, others.collect())
        })
        .collect()
    }
}

fn stops(layout: &Layout, manifest: &Manifest, table: &Table, mut incoming: Vec<Stop>) -> Result<Stops> {
    incoming.sort_unstable();
    incoming.dedup();
    let neighbours = incoming.iter().zip(incoming.iter().skip(1));
    let mut moving: FxHashSet<u64> = neighbours
        .filter(|(one, next)| one.0 == next.0 && one.1 != next.1)
        .map(|(one, _)| one.0)
        .collect();
    let months: BTreeSet<Month> = incoming.iter().map(|(_, month, _)| *month).collect();
    let only = |month: &Month| months.len() == 1 && months.contains(month);
    let stored: Vec<Month> = manifest
        .months_of(&table.nom)
        .into_iter()
        .filter(|month| !only(month))
        .collect();
    let mut month_of: FxHashMap<u64, Month> = FxHashMap::default();
    if !stored.is_empty() {
        month_of.extend(incoming.iter().map(|(cle, month, _)| (*cle, *month)));
    }
    let elsewhere = |cle: u64, month: Month| moving.contains(&cle) || month_of.get(&cle).is_some_and(|other| *other != month);
    let met: Vec<FxHashSet<u64>> = stored
        .par_iter()
        .map(|month| {
            let mut met = FxHashSet::default();
            each_key(layout, manifest, table, *month, &mut |cle| {
                if elsewhere(cle, *month) {
                    met.insert(cle);
                }
            })?;
            Ok(met)
        })
        .collect::<Result<_>>()?;
    moving.extend(met.iter().flatten());
    let mut stops = Stops::default();
    for (cle, month, load) in incoming.into_iter().filter(|(cle, ..)| moving.contains(cle)) {
        stops.entry(cle).or_default().push((month, load));
    }
    for (month, met) in stored.iter().zip(&met).filter(|(_, met)| !met.is_empty()) {
        each_row(layout, manifest, table, *month, met, &mut |cle, load| {
            stops.entry(cle).or_default().push((*month, load));
        })?;
    }
    for stops in stops.values_mut() {
        stops.sort_unstable();
        stops.dedup();
    }
    Ok(stops)
}

/// The key of each body of a month: one narrow column.
fn each_key(layout: &Layout, manifest: &Manifest, table: &Table, month: Month, each: &mut impl FnMut(u64)) -> Result<()> {
    for part in manifest.parts_of(PartKind::Records, &table.nom, month) {
        let path = layout.at(&part.path);
        narrow::scan(&path, &["cle"], |_, batch| {
            let keys = narrow::numbers::<arrow::datatypes::UInt64Type>(batch, "cle");
            let keys = keys.map_err(|cause| StoreError::damaged(&path, cause))?;
            keys.values().iter().for_each(|cle| each(*cle));
            Ok(())
        })?;
    }
    Ok(())
}

/// The deliveries that have some keys in a month, repeated rows included.
fn each_row(
    layout: &Layout,
    manifest: &Manifest,
    table: &Table,
    month: Month,
    wanted: &FxHashSet<u64>,
    each: &mut impl FnMut(u64, usize),
) -> Result<()> {
    let mut finder = Finder::default();
    for kind in [PartKind::Records, PartKind::Renvois] {
        for part in manifest.parts_of(kind, &table.nom, month) {
            let path = layout.at(&part.path);
            let damaged = |cause: String| StoreError::damaged(&path, cause);
            narrow::scan(&path, &["cle", "delivery"], |_, batch| {
                let keys = narrow::numbers::<arrow::datatypes::UInt64Type>(batch, "cle").map_err(damaged)?;
                let deliveries = narrow::texts(batch, "delivery").map_err(damaged)?;
                for (row, cle) in keys.values().iter().enumerate().filter(|(_, cle)| wanted.contains(cle)) {
                    if let Some(load) = finder.find(manifest, deliveries.value(row)) {
                        each(*cle, load);
                    }
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}
