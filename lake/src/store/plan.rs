//! Which delivery is current, for one table and month: a pure function of what is known. Its fingerprint names the view that
//! follows from it, so that a view can be recognised without reading a row.

use rustc_hash::FxHashMap;

use super::error::{Result, StoreError};
use super::guards::{Standing, window};
use super::manifest::{Load, Manifest};
use super::state::{State, is_windowed};
use crate::days::{date_of, epoch_day};
use crate::month::Month;
use crate::table::Table;

/// Changes when the bytes of a view would change although its rows do not.
const VIEW_FORMAT: &str = "oru view 1";

/// Who is current on one day, for one flux and site.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Slot {
    #[default]
    Nobody,
    /// The load whose window covers the day.
    Covered(usize),
    /// No window covers the day; the loads that have records of it, out of their own window, in increasing order. None of them
    /// takes away what another one has (RPU-F08): only a record of the same key is replaced.
    Outside(Vec<usize>),
}

impl Slot {
    /// The loads that have rows of the day, in increasing order.
    pub fn loads(&self) -> &[usize] {
        match self {
            Self::Nobody => &[],
            Self::Covered(load) => std::slice::from_ref(load),
            Self::Outside(loads) => loads,
        }
    }

    /// Whether several loads may have the same record of the day.
    pub fn is_shared(&self) -> bool {
        self.loads().len() > 1
    }

    /// Rows received for the day by the loads of the slot.
    pub fn rows(&self, manifest: &Manifest, day: i32) -> u64 {
        let loads = self.loads().iter().map(|load| &manifest.loads[*load]);
        let counts = loads.map(|load| match self {
            Self::Outside(_) => load.outside.get(day),
            Self::Nobody | Self::Covered(_) => load.days.get(day),
        });
        counts.map(u64::from).sum()
    }
}

/// The slots of the days of a month; absent groups have nobody.
pub(super) type Slots = FxHashMap<usize, Vec<Slot>>;

#[derive(Debug)]
pub(super) struct Plan {
    pub month: Month,
    pub fingerprint: String,
    pub owners: Owners,
}

#[derive(Debug)]
pub(super) enum Owners {
    /// By window: days of the month, by group. `rows` is the number of rows of the view, or what it cannot pass when a slot is
    /// shared.
    Window { slots: Slots, rows: u64, shared: bool },
    /// By key: every delivery in force with rows in the month, in increasing order of (EXTRACT, content hash); and those that
    /// have rows of the same keys elsewhere, by month, then in the same order.
    Key {
        loads: Vec<usize>,
        elsewhere: Vec<(Month, usize)>,
    },
}

impl Plan {
    /// The plan of a month, or none when its view has no row.
    pub fn of(manifest: &Manifest, state: &State, table: &Table, month: Month) -> Option<Plan> {
        let owners = match is_windowed(table) {
            true => by_window(manifest, state, table, month),
            false => by_key(manifest, state, table, month),
        };
        let empty = match &owners {
            Owners::Window { rows, .. } => *rows == 0,
            Owners::Key { loads, .. } => loads.is_empty(),
        };
        (!empty).then(|| Plan {
            month,
            fingerprint: fingerprint(manifest, state, table, month, &owners),
            owners,
        })
    }

    /// Whether a row is current: the slot of its group and day is its delivery, in or out of window as the row is.
    pub fn owns(&self, group: usize, load: usize, day: i32, outside: bool) -> bool {
        match &self.owners {
            Owners::Key { .. } => true,
            Owners::Window { .. } => match self.slot(group, day) {
                Some(Slot::Covered(owner)) => *owner == load && !outside,
                Some(Slot::Outside(owners)) => outside && owners.contains(&load),
                Some(Slot::Nobody) | None => false,
            },
        }
    }

    /// The slot of a group and day; none in a table replaced by key.
    pub fn slot(&self, group: usize, day: i32) -> Option<&Slot> {
        match &self.owners {
            Owners::Key { .. } => None,
            Owners::Window { slots, .. } => {
                let place = usize::try_from(day - epoch_day(self.month.first_day())).ok()?;
                slots.get(&group)?.get(place)
            }
        }
    }
}

fn by_window(manifest: &Manifest, state: &State, table: &Table, month: Month) -> Owners {
    let (first, last) = (epoch_day(month.first_day()), epoch_day(month.last_day()));
    let length = (last - first + 1) as usize;
    let mut all = Slots::default();
    let (mut rows, mut shared) = (0, false);
    for (index, group) in state.groups_of(&table.nom) {
        let mut slots = vec![Slot::Nobody; length];
        let mut seen = false;
        // In increasing order, so that the greatest (EXTRACT, hash) writes last.
        for load in &group.in_force {
            let delivery = &manifest.loads[*load];
            for (day, _) in delivery.outside.between(first, last) {
                match &mut slots[(day - first) as usize] {
                    Slot::Covered(_) => continue,
                    Slot::Outside(loads) => loads.push(*load),
                    slot @ Slot::Nobody => *slot = Slot::Outside(vec![*load]),
                }
                seen = true;
            }
            let Some((from, to)) = window(delivery) else { continue };
            for day in from.max(first)..=to.min(last) {
                slots[(day - first) as usize] = Slot::Covered(*load);
                seen = true;
            }
        }
        if !seen {
            continue;
        }
        for (slot, day) in slots.iter_mut().zip(first..) {
            let authority = |day| {
                state
                    .settings
                    .has_authority(&table.nom, &group.key.finess, &group.key.flux, day)
            };
            if !date_of(day).is_some_and(authority) {
                *slot = Slot::Nobody;
            }
            rows += slot.rows(manifest, day);
            shared |= slot.is_shared();
        }
        all.insert(index, slots);
    }
    Owners::Window {
        slots: all,
        rows,
        shared,
    }
}

fn by_key(manifest: &Manifest, state: &State, table: &Table, month: Month) -> Owners {
    let (first, last) = (epoch_day(month.first_day()), epoch_day(month.last_day()));
    let mut loads: Vec<usize> = state
        .groups_of(&table.nom)
        .flat_map(|(_, group)| group.in_force.iter().copied())
        .filter(|load| manifest.loads[*load].days.between(first, last).next().is_some())
        .collect();
    loads.sort_by(|a, b| manifest.loads[*a].order().cmp(&manifest.loads[*b].order()));
    let moves = manifest.moves_of(&table.nom, month).filter(|key| key.seq <= state.seq);
    let mut elsewhere: Vec<(Month, usize)> = moves
        .filter_map(|key| Some((key.other, manifest.find(&key.delivery)?)))
        .filter(|(_, load)| *state.standing(*load) == Standing::InForce)
        .collect();
    elsewhere.sort_by(|(a, one), (b, two)| {
        a.cmp(b)
            .then_with(|| manifest.loads[*one].order().cmp(&manifest.loads[*two].order()))
    });
    Owners::Key { loads, elsewhere }
}

fn fingerprint(manifest: &Manifest, state: &State, table: &Table, month: Month, owners: &Owners) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut say = |text: &str| {
        hasher.update(text.as_bytes());
        hasher.update(b"\x1f");
    };
    say(VIEW_FORMAT);
    say(&table.nom);
    say(&month.to_string());
    match owners {
        Owners::Key { loads, elsewhere } => {
            loads.iter().for_each(|load| name(&manifest.loads[*load], &mut say));
            for (other, load) in elsewhere {
                say(&other.to_string());
                name(&manifest.loads[*load], &mut say);
            }
        }
        Owners::Window { slots, .. } => {
            // Groups are in the order of their keys, which do not depend on the order of arrival.
            let mut groups: Vec<&usize> = slots.keys().collect();
            groups.sort();
            for group in groups {
                let key = &state.groups[*group].key;
                let mut previous = None;
                for (day, slot) in slots[group].iter().enumerate() {
                    if *slot == Slot::Nobody {
                        continue;
                    }
                    if previous != Some(slot) {
                        say(&key.flux);
                        say(if matches!(slot, Slot::Outside(_)) { "hors" } else { "dans" });
                        slot.loads().iter().for_each(|load| name(&manifest.loads[*load], &mut say));
                        previous = Some(slot);
                    }
                    say(&day.to_string());
                }
            }
        }
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// What the rows of the view take from a delivery.
fn name(load: &Load, say: &mut impl FnMut(&str)) {
    say(&load.id);
    say(&load.kid);
    say(&load.finess);
    say(&load.ordre.to_string());
    say(&load.flux);
    say(&load.extract.map_or_else(String::new, |extract| extract.to_string()));
}

/// A delivery that replaces by window says which one, and for which site.
pub(super) fn check_window(table: &Table, load: &Load) -> Result<()> {
    if !is_windowed(table) || (load.extract.is_some() && window(load).is_some() && !load.finess.is_empty()) {
        return Ok(());
    }
    Err(StoreError::Unusable {
        delivery: load.id.clone(),
        cause: "FINESS, EXTRACT, DATEDEBUT ou DATEFIN manque, ou DATEDEBUT suit DATEFIN".to_owned(),
    })
}
