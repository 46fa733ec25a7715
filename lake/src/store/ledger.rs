//! What a delivery adds, changes, leaves and removes, against the view as it stood just before it. Deliveries of one run are
//! taken in the order of (EXTRACT, content hash). A delivery that is held, or older than what is current, is counted all the
//! same: the counts then say what it would do.

use rustc_hash::{FxHashMap, FxHashSet};

use super::guards::window;
use super::manifest::Manifest;
use super::plan::{Owners, Plan, Slot};
use super::state::{State, is_windowed};
use crate::days::epoch_day;
use crate::month::Month;
use crate::table::Table;

/// One row, as far as counting goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub day: i32,
    pub cle: u64,
    pub empreinte: u64,
    pub outside: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Delta {
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub removed: u64,
}

impl Delta {
    pub fn add(&mut self, other: Delta) {
        self.added += other.added;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.removed += other.removed;
    }
}

/// The rows of one month that are current for one group, deliveries after deliveries.
pub(super) struct Ledger {
    rows: Vec<Entry>,
    /// Loads of the run in force that have, in other months, keys of this one.
    abroad: FxHashMap<u64, Vec<usize>>,
    /// Load that covers each day of the month; empty for tables replaced by key.
    owners: Vec<Option<usize>>,
    first: i32,
    windowed: bool,
}

impl Ledger {
    /// `rows` are those of the view before the run, for the group that has this index in `before`.
    pub fn new(
        table: &Table,
        month: Month,
        rows: Vec<Entry>,
        abroad: FxHashMap<u64, Vec<usize>>,
        before: Option<(&Plan, usize)>,
    ) -> Ledger {
        let (first, last) = (epoch_day(month.first_day()), epoch_day(month.last_day()));
        let mut owners = vec![None; (last - first + 1) as usize];
        if let Some((
            Plan {
                owners: Owners::Window { slots, .. },
                ..
            },
            group,
        )) = before
        {
            for (owner, slot) in owners.iter_mut().zip(slots.get(&group).into_iter().flatten()) {
                *owner = match slot {
                    Slot::Covered(load) => Some(*load),
                    Slot::Nobody | Slot::Outside(_) => None,
                };
            }
        }
        Ledger {
            rows,
            abroad,
            owners,
            first,
            windowed: is_windowed(table),
        }
    }

    /// Counts one delivery, then lets it replace what it covers if it is in force. `more` says whether another follows.
    pub fn count(&mut self, manifest: &Manifest, after: &State, load: usize, rows: &[Entry], more: bool) -> Delta {
        let delta = self.compare(manifest, load, rows);
        if more
            && after
                .group_of(load)
                .is_some_and(|group| after.groups[group].in_force.contains(&load))
        {
            self.replace(manifest, load, rows);
        }
        delta
    }

    fn compare(&self, manifest: &Manifest, load: usize, rows: &[Entry]) -> Delta {
        let mut delta = Delta::default();
        let inside = rows.iter().filter(|row| !row.outside);
        if self.rows.is_empty() && self.abroad.is_empty() {
            delta.added = inside.count() as u64;
            return delta;
        }
        let identical: FxHashSet<(u64, u64)> = self.rows.iter().map(|row| (row.cle, row.empreinte)).collect();
        let known: FxHashSet<u64> = self.rows.iter().map(|row| row.cle).collect();
        for row in inside {
            if identical.contains(&(row.cle, row.empreinte)) {
                delta.unchanged += 1;
            } else if known.contains(&row.cle) || self.came_elsewhere(manifest, load, row.cle) {
                delta.changed += 1;
            } else {
                delta.added += 1;
            }
        }
        if let Some((from, to)) = window(&manifest.loads[load]).filter(|_| self.windowed) {
            let kept: FxHashSet<u64> = rows.iter().map(|row| row.cle).collect();
            let covered = self.rows.iter().filter(|row| (from..=to).contains(&row.day));
            delta.removed = covered.filter(|row| !kept.contains(&row.cle)).count() as u64;
        }
        delta
    }

    /// Whether a delivery before this one has the key in another month.
    fn came_elsewhere(&self, manifest: &Manifest, load: usize, cle: u64) -> bool {
        let order = |load: usize| manifest.loads[load].order();
        let mut others = self.abroad.get(&cle).into_iter().flatten();
        others.any(|other| order(*other) < order(load))
    }

    fn replace(&mut self, manifest: &Manifest, load: usize, rows: &[Entry]) {
        if !self.windowed {
            let latest: FxHashMap<u64, Entry> = rows.iter().map(|row| (row.cle, *row)).collect();
            self.rows.retain(|row| !latest.contains_key(&row.cle));
            self.rows.extend(latest.into_values());
            return;
        }
        let Some((from, to)) = window(&manifest.loads[load]) else {
            return;
        };
        let order = manifest.loads[load].order();
        let mut taken = FxHashSet::default();
        for (owner, day) in self.owners.iter_mut().zip(self.first..) {
            if (from..=to).contains(&day) && owner.is_none_or(|owner| manifest.loads[owner].order() < order) {
                *owner = Some(load);
                taken.insert(day);
            }
        }
        self.rows.retain(|row| !taken.contains(&row.day));
        let mine = rows.iter().filter(|row| !row.outside && taken.contains(&row.day));
        self.rows.extend(mine);
        // Out of its window, a delivery adds to the days that nobody covers, and takes nothing away.
        let known: FxHashSet<u64> = self.rows.iter().map(|row| row.cle).collect();
        let covered = |day: i32| {
            usize::try_from(day - self.first)
                .ok()
                .and_then(|day| self.owners.get(day).copied().flatten())
        };
        let strays = rows.iter().filter(|row| row.outside && covered(row.day).is_none());
        let strays: Vec<Entry> = strays.filter(|row| !known.contains(&row.cle)).copied().collect();
        self.rows.extend(strays);
    }
}
