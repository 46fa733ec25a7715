//! What the lake knows at one point of its history: for each delivery, whether it counts, and in which order.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

use super::error::{Result, StoreError};
use super::guards::{self, Standing};
use super::manifest::{Decision, Load, Manifest};
use super::settings::Settings;
use crate::table::{Replacement, Table, table};

/// Deliveries that replace one another: those of a flux, a site and a table. Tables replaced by key have one group per flux,
/// whose site is empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GroupKey {
    pub table: String,
    pub finess: String,
    pub ordre: i16,
    pub flux: String,
}

#[derive(Debug)]
pub(super) struct Group {
    pub key: GroupKey,
    /// Loads in the order of (EXTRACT, content hash), those in force only.
    pub in_force: Vec<usize>,
}

/// The manifest read up to a sequence number.
#[derive(Debug)]
pub(super) struct State {
    /// The last segment that is known.
    pub seq: u64,
    pub settings: Settings,
    /// In the order of their keys.
    pub groups: Vec<Group>,
    standings: Vec<Standing>,
    group_of: Vec<u32>,
}

impl State {
    /// What is known once segment `seq` is published; loads of later segments are ignored.
    pub fn at(manifest: &Manifest, seq: u64) -> Result<State> {
        let settings = manifest.settings.iter().rev().find(|(since, _)| *since <= seq);
        let settings = settings.map(|(_, settings)| settings.clone()).unwrap_or_default();
        let zone = TimeZone::get(&settings.fuseau).map_err(|error| StoreError::Refused {
            demand: format!("fuseau « {} » inconnu : {error}", settings.fuseau),
        })?;
        let rulings = last_rulings(manifest, seq);

        let mut standings = vec![Standing::Unknown; manifest.loads.len()];
        let mut members: BTreeMap<GroupKey, Vec<usize>> = BTreeMap::new();
        for (index, load) in manifest.loads.iter().enumerate() {
            if load.seq > seq || load.forgotten.is_some_and(|since| since <= seq) {
                continue;
            }
            standings[index] = Standing::NotLoaded;
            if load.verdict.is_loaded() {
                members.entry(group_key(load)).or_default().push(index);
            }
        }

        let mut group_of = vec![u32::MAX; manifest.loads.len()];
        let mut groups = Vec::with_capacity(members.len());
        for (key, mut loads) in members {
            loads.sort_by(|a, b| manifest.loads[*a].order().cmp(&manifest.loads[*b].order()));
            let judged: Vec<_> = loads
                .iter()
                .map(|index| &manifest.loads[*index])
                .map(|load| (load, rulings.get(load.id.as_str()).copied()))
                .collect();
            for (index, standing) in loads.iter().zip(guards::judge(&settings, &zone, &judged)) {
                group_of[*index] = groups.len() as u32;
                standings[*index] = standing;
            }
            loads.retain(|index| standings[*index] == Standing::InForce);
            groups.push(Group { key, in_force: loads });
        }
        Ok(State {
            seq,
            settings,
            groups,
            standings,
            group_of,
        })
    }

    pub fn standing(&self, load: usize) -> &Standing {
        self.standings.get(load).unwrap_or(&Standing::Unknown)
    }

    /// The group of a loaded delivery.
    pub fn group_of(&self, load: usize) -> Option<usize> {
        let group = *self.group_of.get(load)?;
        (group != u32::MAX).then_some(group as usize)
    }

    /// Groups of a table.
    pub fn groups_of<'a>(&'a self, table: &'a str) -> impl Iterator<Item = (usize, &'a Group)> {
        self.groups
            .iter()
            .enumerate()
            .filter(move |(_, group)| group.key.table == table)
    }
}

fn last_rulings(manifest: &Manifest, seq: u64) -> FxHashMap<&str, Decision> {
    let rulings = manifest.rulings.iter().filter(|ruling| ruling.seq <= seq);
    rulings.map(|ruling| (ruling.delivery.as_str(), ruling.decision)).collect()
}

fn group_key(load: &Load) -> GroupKey {
    let windowed = table(&load.table).is_some_and(is_windowed);
    GroupKey {
        table: load.table.clone(),
        finess: if windowed { load.finess.clone() } else { String::new() },
        ordre: if windowed { load.ordre } else { 0 },
        flux: load.flux.clone(),
    }
}

/// Whether deliveries replace one another by window (otherwise by key).
pub(super) fn is_windowed(table: &Table) -> bool {
    matches!(table.remplacement, Replacement::Fenetre { .. })
}
