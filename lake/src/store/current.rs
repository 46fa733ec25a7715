//! Views of a month: built whole from the parts, or from the view before and what a run brought. Both give the same bytes.

use std::fs;
use std::path::Path;

use super::choice::Choice;
use super::encode::Encoded;
use super::error::{Result, StoreError};
use super::files;
use super::layout::Layout;
use super::manifest::{Manifest, Part, PartKind};
use super::narrow;
use super::plan::{Owners, Plan, Slot};
use super::state::State;
use crate::month::Month;
use crate::table::Table;

/// A view to build.
pub(super) struct Building<'a> {
    pub layout: &'a Layout,
    pub manifest: &'a Manifest,
    pub state: &'a State,
    pub table: &'a Table,
    pub plan: &'a Plan,
}

/// The view before a run, and what the run brought to the month.
pub(super) struct Former<'a> {
    pub state: &'a State,
    pub plan: &'a Plan,
    /// Loads from this index on are new.
    pub first_new: usize,
    pub parts: Vec<&'a Part>,
}

impl Building<'_> {
    /// Builds the view from all the parts of the month.
    pub fn whole(&self, out: &Path) -> Result<Encoded> {
        let mut choice = self.choice();
        for part in self.parts(PartKind::Renvois) {
            choice.read_renvois(&self.layout.at(&part.path))?;
        }
        for part in self.parts(PartKind::Records) {
            choice.read_rows(&self.layout.at(&part.path))?;
        }
        choice.read_elsewhere(self.layout)?;
        choice.write(out)
    }

    /// Builds the view from the one before, when every row that enters comes from the run; else from all the parts.
    pub fn update(&self, former: &Former, out: &Path) -> Result<Encoded> {
        if !self.only_new_rows_enter(former) {
            return self.whole(out);
        }
        let mut choice = self.choice();
        for part in former.parts.iter().filter(|part| part.kind == PartKind::Renvois) {
            choice.read_renvois(&self.layout.at(&part.path))?;
        }
        choice.read_rows(&self.layout.view(&self.table.nom, self.plan.month))?;
        for part in former.parts.iter().filter(|part| part.kind == PartKind::Records) {
            choice.read_rows(&self.layout.at(&part.path))?;
        }
        if !choice.wanted.is_empty() {
            // A delivery repeats a body that had left the view: the older parts have it.
            return self.whole(out);
        }
        choice.read_elsewhere(self.layout)?;
        choice.write(out)
    }

    fn choice(&self) -> Choice<'_> {
        Choice::new(self.manifest, self.state, self.table, self.plan)
    }

    fn parts(&self, kind: PartKind) -> impl Iterator<Item = &Part> {
        self.manifest.parts_of(kind, &self.table.nom, self.plan.month)
    }

    fn only_new_rows_enter(&self, former: &Former) -> bool {
        match (&self.plan.owners, &former.plan.owners) {
            (
                Owners::Key { loads, elsewhere },
                Owners::Key {
                    loads: before,
                    elsewhere: elsewhere_before,
                },
            ) => {
                // A row that gave way to one of another month comes back when that one goes.
                let kept = before.iter().all(|load| loads.contains(load))
                    && elsewhere_before.iter().all(|other| elsewhere.contains(other));
                kept && loads.iter().all(|load| *load >= former.first_new || before.contains(load))
            }
            (Owners::Window { slots, .. }, Owners::Window { slots: before, .. }) => slots.iter().all(|(group, slots)| {
                let key = &self.state.groups[*group].key;
                let same = former.state.groups.binary_search_by(|group| group.key.cmp(key)).ok();
                let before = same.and_then(|group| before.get(&group));
                slots.iter().enumerate().all(|(day, slot)| {
                    let was = before.map_or(&Slot::Nobody, |before| &before[day]);
                    let is_new = |load: &usize| *load >= former.first_new;
                    let grows = match (was, slot) {
                        // A record that gave way to another comes back when the other goes.
                        (Slot::Outside(was), Slot::Outside(is)) => was.iter().all(|load| is.contains(load)),
                        _ => false,
                    };
                    slot == was
                        || slot
                            .loads()
                            .iter()
                            .all(|load| is_new(load) || (grows && was.loads().contains(load)))
                })
            }),
            _ => false,
        }
    }
}

/// Publishes a view: a part that is one by a second name, without a copy where the file system allows it.
pub(super) fn link(layout: &Layout, part: &Part, staging: &Path, to: &Path) -> Result<()> {
    let from = layout.at(&part.path);
    let aside = staging.join("vue");
    files::remove(&aside)?;
    if fs::hard_link(&from, &aside).is_err() {
        fs::copy(&from, &aside).map_err(StoreError::io("copie de", &from))?;
        files::make_private(&aside).map_err(StoreError::io("protection de", &aside))?;
        files::sync_file(&aside)?;
    }
    files::rename_into_place(&aside, to)
}

/// The part whose bytes are the view that has this fingerprint.
pub(super) fn part_that_is<'a>(manifest: &'a Manifest, table: &'a str, month: Month, fingerprint: &str) -> Option<&'a Part> {
    let mut parts = manifest.parts_of(PartKind::Records, table, month);
    parts.find(|part| part.view.as_deref() == Some(fingerprint))
}

/// Whether the current view of a month is the one planned.
pub(super) fn is_fresh(layout: &Layout, table: &Table, month: Month, plan: Option<&Plan>) -> bool {
    let path = layout.view(&table.nom, month);
    match plan {
        None => !path.exists(),
        Some(plan) => narrow::fingerprint_of(&path).as_deref() == Some(&plan.fingerprint),
    }
}

/// Brings one month of `current/` to its plan, from whatever it is now.
pub(super) fn rebuild(building: Option<&Building>, layout: &Layout, table: &Table, month: Month, staging: &Path) -> Result<()> {
    let to = layout.view(&table.nom, month);
    let Some(building) = building else {
        files::remove(&to)?;
        return Ok(());
    };
    if let Some(part) = part_that_is(building.manifest, &table.nom, month, &building.plan.fingerprint) {
        return link(layout, part, staging, &to);
    }
    let aside = staging.join(format!("vue-{}-{month}", table.nom));
    building.whole(&aside)?;
    files::rename_into_place(&aside, &to)
}
