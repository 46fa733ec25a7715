//! The one writer: holds the lock, completes what an interrupted run left, and begins runs.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rayon::prelude::*;

use super::Store;
use super::current::{self, Building};
use super::error::{Result, StoreError};
use super::files;
use super::layout::Layout;
use super::manifest::{self, Act, Manifest, Segment};
use super::plan::Plan;
use super::run::Run;
use super::settings::Settings;
use super::state::State;
use crate::delivery::DeliveryId;
use crate::month::Month;
use crate::table::{Table, tables};

/// Months worked on at the same time: bounds the memory whatever the number of processors.
pub(super) const ABREAST: usize = 4;

/// Segments that accumulate before they are merged.
const SEGMENTS: usize = 64;

/// The right to write in a lake. Released when dropped, or when the program dies.
#[derive(Debug)]
pub struct Writer {
    pub(super) layout: Layout,
    pub(super) manifest: Manifest,
    pub(super) requeued: BTreeSet<DeliveryId>,
    identity: super::Identity,
    _lock: Lock,
}

impl Writer {
    pub(super) fn open(store: &Store) -> Result<Writer> {
        let lock = take_lock(&store.layout.lock())?;
        // Under the lock nobody else publishes: what is read now stays true.
        let mut writer = Writer {
            layout: store.layout.clone(),
            manifest: store.manifest.reload(&store.layout)?,
            requeued: BTreeSet::new(),
            identity: store.identity.clone(),
            _lock: lock,
        };
        writer.sweep()?;
        writer.refresh()?;
        Ok(writer)
    }

    /// The lake as this writer leaves it, for reading.
    pub fn store(&self) -> Store {
        Store {
            layout: self.layout.clone(),
            manifest: self.manifest.clone(),
            identity: self.identity.clone(),
        }
    }

    /// Begins a run. Nothing of it is visible, nor survives, until its `commit`.
    pub fn begin(&mut self, run: &str, at: Timestamp) -> Result<Run<'_>> {
        self.sweep()?;
        // A run that failed after its segment leaves views behind; the next one builds on them.
        self.refresh()?;
        Run::new(self, run, at)
    }

    /// Whether a content was received before, except those that were refused or are called back for a replay.
    pub fn is_known(&self, id: &str) -> bool {
        self.manifest.is_received(id) && !self.requeued.contains(id)
    }

    /// The parameters in force.
    pub fn settings(&self) -> Settings {
        self.manifest
            .settings
            .last()
            .map(|(_, settings)| settings.clone())
            .unwrap_or_default()
    }

    /// Puts parameters in force from `at` on, and brings the views up to date. The same ones again change nothing.
    pub fn configure(&mut self, settings: &Settings, run: &str, at: Timestamp) -> Result<()> {
        if self.settings() == *settings {
            return Ok(());
        }
        if !(settings.seuil > 0.0 && settings.seuil <= 1.0) {
            return Err(StoreError::Refused {
                demand: format!("le seuil {} des reprises amaigries n'est pas entre 0 et 1", settings.seuil),
            });
        }
        jiff::tz::TimeZone::get(&settings.fuseau).map_err(|error| StoreError::Refused {
            demand: format!("fuseau « {} » inconnu : {error}", settings.fuseau),
        })?;
        let mut segment = Segment::after(&self.manifest, run, at, Act::Settings);
        segment.settings = Some(settings.clone());
        self.publish(segment, &[])?;
        self.refresh()
    }

    pub(super) fn publish(&mut self, segment: Segment, details: &[crate::delivery::Delivery]) -> Result<()> {
        manifest::publish_segment(&self.layout, &mut self.manifest, segment, details)?;
        if self.manifest.segments().len() >= SEGMENTS {
            manifest::write_checkpoint(&self.layout, &mut self.manifest)?;
        }
        Ok(())
    }

    /// Removes unfinished work. Only the holder of the lock can have any.
    pub(super) fn sweep(&self) -> Result<()> {
        files::remove(&self.layout.staging())?;
        files::create_folder(&self.layout.staging())
    }

    /// Makes every month of `current/` what the manifest says. A run interrupted after its segment leaves some behind.
    pub(super) fn refresh(&mut self) -> Result<()> {
        if says_fresh(&self.layout, &self.manifest) {
            return Ok(());
        }
        let state = State::at(&self.manifest, self.manifest.seq)?;
        let mut stale = Vec::new();
        for table in tables() {
            let mut months = self.manifest.months_of(&table.nom);
            months.extend(months_on_disk(&self.layout, table)?);
            for month in months {
                let plan = Plan::of(&self.manifest, &state, table, month);
                if !current::is_fresh(&self.layout, table, month, plan.as_ref()) {
                    stale.push((table, month, plan));
                }
            }
        }
        for batch in stale.chunks(ABREAST) {
            batch.par_iter().try_for_each(|(table, month, plan)| {
                let building = plan.as_ref().map(|plan| Building {
                    layout: &self.layout,
                    manifest: &self.manifest,
                    state: &state,
                    table,
                    plan,
                });
                let staging = self.layout.staging().join(format!("{}-{month}", table.nom));
                files::create_folder(&staging)?;
                current::rebuild(building.as_ref(), &self.layout, table, *month, &staging)
            })?;
        }
        let paths: Vec<PathBuf> = stale
            .iter()
            .map(|(table, month, _)| self.layout.view(&table.nom, *month))
            .collect();
        self.views_are_done(&paths)?;
        self.sweep()
    }

    /// Says that `current/` is what the manifest says, once the views that changed are durable.
    pub(super) fn views_are_done(&self, changed: &[PathBuf]) -> Result<()> {
        let folders = changed
            .iter()
            .map(PathBuf::as_path)
            .filter(|path| path.parent().is_some_and(Path::exists));
        files::sync_folders_of(self.layout.root(), folders)?;
        files::publish_bytes(
            &self.layout.staging(),
            &self.layout.current_head(),
            self.manifest.head.as_bytes(),
        )
    }
}

/// The lock, given back at once when dropped: a child being started may still share the file's descriptor.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing releases it too; nothing can be done about a failure here.
        let _ = self.0.unlock();
    }
}

fn take_lock(path: &Path) -> Result<Lock> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(StoreError::io("ouverture du verrou", path))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(StoreError::io("prise du verrou", path)(error)),
    }
}

/// Whether `current/` was completed for this very manifest.
pub(super) fn says_fresh(layout: &Layout, manifest: &Manifest) -> bool {
    std::fs::read_to_string(layout.current_head()).is_ok_and(|head| head == manifest.head)
}

/// Months that have a view.
pub(super) fn months_on_disk(layout: &Layout, table: &Table) -> Result<Vec<Month>> {
    let folders = files::entries(&layout.current().join(&table.nom))?;
    let months = folders.iter().filter(|folder| folder.join(super::layout::VIEW_FILE).exists());
    let name = |folder: &PathBuf| folder.file_name()?.to_str()?.strip_prefix("mois=")?.parse().ok();
    Ok(months.filter_map(name).collect())
}
