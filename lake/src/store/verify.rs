//! Everything read again: files against their recorded hash, counts against one another, views against their rebuilding.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Store;
use super::current::Building;
use super::encode::VIEW_KEY;
use super::error::Result;
use super::files;
use super::layout::VIEW_FILE;
use super::manifest::{PartKind, check_chain};
use super::narrow;
use super::plan::Plan;
use super::state::State;
use super::writer::months_on_disk;
use crate::table::tables;

/// What was found. The lake is sound when `problems` is empty; orphans are harmless, `compact` removes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    pub parts: u64,
    pub deliveries: u64,
    pub views: u64,
    /// Files kept as received.
    pub raw: u64,
    /// French sentences: what, where.
    pub problems: Vec<String>,
    /// Files of `records/`, `renvois/`, `raw/`, `restricted/` that the manifest does not name.
    pub orphans: Vec<PathBuf>,
}

impl Verification {
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

impl Store {
    /// Checks the whole lake. Reads every byte; takes no lock, so a run that publishes meanwhile can be reported as a problem.
    pub fn verify(&self) -> Result<Verification> {
        let mut found = Verification::default();
        self.verify_manifest(&mut found)?;
        self.verify_parts(&mut found)?;
        self.verify_raw(&mut found)?;
        self.verify_deliveries(&mut found)?;
        self.verify_views(&mut found)?;
        found.orphans = self.orphans()?;
        Ok(found)
    }

    fn verify_manifest(&self, found: &mut Verification) -> Result<()> {
        if let Some(path) = check_chain(self.manifest.segments(), self.manifest.checkpoint_head())? {
            found
                .problems
                .push(format!("{} n'a pas le contenu que son nom annonce", path.display()));
        }
        Ok(())
    }

    fn verify_parts(&self, found: &mut Verification) -> Result<()> {
        for part in &self.manifest.parts {
            found.parts += 1;
            let path = self.layout.at(&part.path);
            if !path.exists() {
                found.problems.push(format!("{} manque", part.path));
                continue;
            }
            if files::hash_file(&path)? != part.blake3 {
                found.problems.push(format!("{} n'a plus l'empreinte enregistrée", part.path));
                continue;
            }
            let mut rows = 0;
            let columns: &[&str] = match part.kind {
                PartKind::Records | PartKind::Renvois => &["cle"],
                PartKind::Rejets | PartKind::Valeurs => &["rang"],
            };
            narrow::scan(&path, columns, |_, batch| {
                rows += batch.num_rows() as u64;
                Ok(())
            })?;
            if rows != part.rows {
                found
                    .problems
                    .push(format!("{} a {rows} lignes au lieu de {}", part.path, part.rows));
            }
        }
        Ok(())
    }

    /// Each file kept as received still has the content that its name announces.
    fn verify_raw(&self, found: &mut Verification) -> Result<()> {
        for raw in self.manifest.raw.values() {
            found.raw += 1;
            let path = self.layout.at(&raw.path);
            if !path.exists() {
                found.problems.push(format!("{} manque", raw.path));
            } else if !files::hash_file(&path)?.starts_with(raw.id.as_str()) {
                found.problems.push(format!(
                    "{} n'a plus le contenu reçu : le reprendre d'une sauvegarde, ou demander l'envoi de nouveau",
                    raw.path
                ));
            }
        }
        Ok(())
    }

    /// The identity of `ARCHITECTURE.md` §5.7, and the rows of the parts against those of the deliveries.
    fn verify_deliveries(&self, found: &mut Verification) -> Result<()> {
        for delivery in self.deliveries(None)? {
            found.deliveries += 1;
            let loaded = self.manifest.find(&delivery.id).map(|load| &self.manifest.loads[load]);
            let Some(load) = loaded.filter(|load| load.verdict.is_loaded()) else {
                if !delivery.counts.reading_balances() {
                    found
                        .problems
                        .push(format!("les comptes de la livraison {} ne tombent pas juste", delivery.id));
                }
                continue;
            };
            let rows = (load.days.total(), load.outside.total());
            if !delivery.counts.balances() || rows != (delivery.counts.accepted, delivery.counts.out_of_window) {
                found
                    .problems
                    .push(format!("les comptes de la livraison {} ne tombent pas juste", delivery.id));
            }
        }
        let loads = self
            .manifest
            .loads
            .iter()
            .filter(|load| load.verdict.is_loaded() && load.forgotten.is_none());
        let announced: u64 = loads.map(|load| load.days.total() + load.outside.total()).sum();
        let stored = self
            .manifest
            .parts
            .iter()
            .filter(|part| matches!(part.kind, PartKind::Records | PartKind::Renvois));
        let stored: u64 = stored.map(|part| part.rows).sum();
        if announced != stored {
            found
                .problems
                .push(format!("les parts ont {stored} lignes, les livraisons {announced}"));
        }
        Ok(())
    }

    fn verify_views(&self, found: &mut Verification) -> Result<()> {
        let state = State::at(&self.manifest, self.manifest.seq)?;
        for table in tables() {
            let mut months = self.manifest.months_of(&table.nom);
            months.extend(months_on_disk(&self.layout, table)?);
            for month in months {
                found.views += 1;
                let path = self.layout.view(&table.nom, month);
                let Some(plan) = Plan::of(&self.manifest, &state, table, month) else {
                    if path.exists() {
                        found.problems.push(format!("{} ne devrait pas exister", path.display()));
                    }
                    continue;
                };
                if !path.exists() {
                    found
                        .problems
                        .push(format!("{} manque : la prochaine écriture le refera", path.display()));
                    continue;
                }
                if narrow::fingerprint_of(&path).as_deref() != Some(&plan.fingerprint) {
                    found.problems.push(format!(
                        "{} n'est pas à jour ({VIEW_KEY}) : la prochaine écriture le refera",
                        path.display()
                    ));
                    continue;
                }
                let aside = self.layout.aside()?;
                let building = Building {
                    layout: &self.layout,
                    manifest: &self.manifest,
                    state: &state,
                    table,
                    plan: &plan,
                };
                let rebuilt = building.whole(&aside);
                files::remove(&aside)?;
                match rebuilt {
                    Ok(rebuilt) if rebuilt.blake3 == files::hash_file(&path)? => {}
                    Ok(_) => found
                        .problems
                        .push(format!("{} diffère de sa reconstruction", path.display())),
                    Err(error) => found
                        .problems
                        .push(format!("{} ne peut être reconstruit : {error}", path.display())),
                }
            }
        }
        Ok(())
    }

    /// Files under the zones of parts that the manifest does not name.
    pub(super) fn orphans(&self) -> Result<Vec<PathBuf>> {
        orphans(&self.layout, &self.manifest)
    }
}

pub(super) fn orphans(layout: &super::layout::Layout, manifest: &super::manifest::Manifest) -> Result<Vec<PathBuf>> {
    let named: BTreeSet<PathBuf> = manifest
        .parts
        .iter()
        .map(|part| layout.at(&part.path))
        .chain(manifest.raw.values().map(|raw| layout.at(&raw.path)))
        .collect();
    let mut orphans = Vec::new();
    for zone in ["records", "renvois", "raw", "restricted"] {
        let files = files::files_under(&layout.at(zone))?;
        orphans.extend(files.into_iter().filter(|path| !named.contains(path)));
    }
    debug_assert!(orphans.iter().all(|path| !path.ends_with(VIEW_FILE)));
    Ok(orphans)
}
