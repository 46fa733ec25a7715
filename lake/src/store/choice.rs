//! The rows of a view: chosen in the parts, or in an earlier view, by the plan.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::assembly::{Assembly, Finder};
use super::best::Best;
use super::encode::Encoded;
use super::error::{Result, StoreError};
use super::layout::Layout;
use super::manifest::Manifest;
use super::narrow::{self, Technical};
use super::plan::{Owners, Plan, Slot};
use super::renvois::renvois_schema;
use super::rows::Tag;
use super::state::State;
use crate::table::{Replacement, Table};

/// Rows chosen so far, from the files read so far.
pub(super) struct Choice<'a> {
    manifest: &'a Manifest,
    state: &'a State,
    table: &'a Table,
    plan: &'a Plan,
    rows: Assembly<'a>,
    best: Option<Best>,
    /// Rows chosen for days that several deliveries share, out of their window.
    strays: Vec<Stray>,
    /// Rows of later deliveries that repeat a body, by the identity of the body, until it is met.
    pub wanted: FxHashMap<(u64, u64), Vec<Tag>>,
}

/// A row of a shared day: of one key, those of the greatest delivery stay.
struct Stray {
    place: usize,
    group: usize,
    cle: u64,
    load: usize,
}

impl<'a> Choice<'a> {
    pub fn new(manifest: &'a Manifest, state: &'a State, table: &'a Table, plan: &'a Plan) -> Choice<'a> {
        let best = match (&table.remplacement, &plan.owners) {
            (Replacement::Cle { version, .. }, Owners::Key { loads, elsewhere }) => {
                let elsewhere: FxHashSet<usize> = elsewhere.iter().map(|(_, load)| *load).collect();
                let others = elsewhere.into_iter().filter(|load| !loads.contains(load));
                Some(Best::new(table, version, manifest, loads.iter().copied().chain(others)))
            }
            _ => None,
        };
        Choice {
            manifest,
            state,
            table,
            plan,
            rows: Assembly::new(table),
            best,
            strays: Vec::new(),
            wanted: FxHashMap::default(),
        }
    }

    /// Reads renvois: those that are current wait for their body.
    pub fn read_renvois(&mut self, path: &Path) -> Result<()> {
        let damaged = |cause: String| StoreError::damaged(path, cause);
        let mut finder = Finder::default();
        let schema = renvois_schema();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        narrow::scan(path, &names, |_, batch| {
            let columns = Technical::of_renvois(batch).map_err(damaged)?;
            for row in 0..batch.num_rows() {
                let Some(load) = finder.find(self.manifest, columns.delivery.value(row)) else {
                    continue;
                };
                let tag = columns.tag(row, load);
                if self.is_current(tag, columns.days[row]) {
                    self.wanted.entry(columns.identity(row)).or_default().push(tag);
                }
            }
            Ok(())
        })
    }

    /// Reads the rows of a part or of an earlier view: those that are current, and the bodies that renvois wait for.
    pub fn read_rows(&mut self, path: &Path) -> Result<()> {
        let damaged = |cause: String| StoreError::damaged(path, cause);
        self.rows.begin(path);
        let mut finder = Finder::default();
        let names = narrow::deciding_columns(self.table);
        narrow::scan(path, &names, |first, batch| {
            let columns = Technical::of(batch, self.table).map_err(damaged)?;
            let keys = self.rows.keys(batch).map_err(damaged)?;
            let versions = match &self.best {
                Some(best) => best.versions(batch).map_err(damaged)?,
                None => None,
            };
            for row in 0..batch.num_rows() {
                let load = finder.find(self.manifest, columns.delivery.value(row));
                let own = load.map(|load| columns.tag(row, load));
                let own = own.filter(|tag| self.is_current(*tag, columns.days[row]));
                let waiting = match self.wanted.is_empty() {
                    true => None,
                    false => self.wanted.remove(&columns.identity(row)),
                };
                for tag in own.into_iter().chain(waiting.into_iter().flatten()) {
                    let sorted = keys.row(row);
                    match &mut self.best {
                        Some(best) => {
                            let version: &[u8] = versions.as_ref().map_or(&[], |versions| versions.row(row).data());
                            let (cle, _) = columns.identity(row);
                            best.meet(&mut self.rows, cle, version, first + row, tag, sorted);
                        }
                        None => {
                            let place = self.rows.choose(first + row, tag, sorted);
                            let group = self.state.group_of(tag.load).filter(|_| tag.outside);
                            let shared = group
                                .filter(|group| self.plan.slot(*group, columns.days[row]).is_some_and(Slot::is_shared))
                                .map(|group| Stray {
                                    place,
                                    group,
                                    cle: columns.identity(row).0,
                                    load: tag.load,
                                });
                            self.strays.extend(shared);
                        }
                    }
                }
            }
            Ok(())
        })
    }

    /// Once every row of the month is read: those of other months that have the same keys.
    pub fn read_elsewhere(&mut self, layout: &Layout) -> Result<()> {
        match (&mut self.best, &self.plan.owners) {
            (Some(best), Owners::Key { elsewhere, .. }) => best.meet_elsewhere(layout, self.manifest, self.table, elsewhere),
            _ => Ok(()),
        }
    }

    fn is_current(&self, tag: Tag, day: i32) -> bool {
        match &self.best {
            Some(best) => best.counts(tag.load),
            None => {
                let group = self.state.group_of(tag.load);
                group.is_some_and(|group| self.plan.owns(group, tag.load, day, tag.outside))
            }
        }
    }

    /// Writes the view, once the number of rows is the one the deliveries announced.
    pub fn write(mut self, path: &Path) -> Result<Encoded> {
        if let Owners::Window { rows, shared, .. } = &self.plan.owners
            && (!fits(self.rows.len() as u64, *rows, *shared) || !self.wanted.is_empty())
        {
            let cause = format!(
                "les parts de {} {} donnent {} lignes courantes au lieu de {rows}",
                self.table.nom,
                self.plan.month,
                self.rows.len()
            );
            return Err(StoreError::damaged(path, cause));
        }
        self.rows.discard(&replaced(&self.strays, self.manifest));
        if let Some(best) = &self.best {
            self.rows.discard(&best.overtaken());
        }
        let fingerprint = Some(self.plan.fingerprint.as_str());
        self.rows.write(path, &self.manifest.loads, self.plan.month, fingerprint)
    }
}

/// Whether the rows chosen are those that the deliveries announced. An earlier view no longer has the rows replaced in a shared
/// day.
fn fits(chosen: u64, announced: u64, shared: bool) -> bool {
    chosen == announced || (shared && chosen <= announced)
}

/// The places of the rows that give way to a row of the same key in a greater delivery.
fn replaced(strays: &[Stray], manifest: &Manifest) -> FxHashSet<usize> {
    let order = |load: usize| manifest.loads[load].order();
    let mut greatest: FxHashMap<(usize, u64), usize> = FxHashMap::default();
    for stray in strays {
        let best = greatest.entry((stray.group, stray.cle)).or_insert(stray.load);
        if order(*best) < order(stray.load) {
            *best = stray.load;
        }
    }
    let loses = |stray: &&Stray| greatest[&(stray.group, stray.cle)] != stray.load;
    strays.iter().filter(loses).map(|stray| stray.place).collect()
}
