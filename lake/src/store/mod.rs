//! The store: records never edited, a manifest that says which are current, views derived from both.
//!
//! * A [`Store`] reads: it holds the manifest as it was when opened, and never locks.
//! * A [`Writer`] holds the lock. It begins [`Run`]s, whose sinks receive the rows of deliveries; `Run::commit` publishes all
//!   of a run by the rename of one manifest segment, then brings `current/` up to date.
//! * Which delivery is current for a site and a day is a pure function of the deliveries known (`guards`, `plan`), so the order
//!   of arrival never matters and a view as known earlier can be made again.
//!
//! Nothing here reads a clock, an environment variable or a terminal: instants are arguments.

mod admission;
mod arrival;
mod aside;
mod assembly;
mod best;
mod bodies;
mod choice;
mod commit;
mod compact;
mod current;
mod cursor;
mod decide;
mod deliveries;
mod encode;
mod error;
mod files;
mod gather;
mod guards;
mod history;
mod journeys;
mod layout;
mod ledger;
mod load;
mod manifest;
mod narrow;
mod pile;
mod plan;
mod publish;
mod purge;
mod raw_values;
mod renvois;
mod reserve;
mod restricted;
mod rows;
mod run;
mod settings;
mod side;
mod sink;
mod state;
mod status;
mod touched;
mod verify;
mod view;
mod views;
mod writer;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use aside::Ecart;
pub use commit::RunReport;
pub use compact::Compaction;
pub use decide::{Decided, Difference, DifferenceLine, Motif};
pub use error::{Result, StoreError};
pub use guards::Hold;
pub use manifest::{Act, Decision, RunEntry};
pub use purge::PurgeReport;
pub use raw_values::RawCell;
pub use reserve::Reserve;
pub use run::Run;
pub use settings::{Authority, Settings};
pub use status::{Status, TableStatus};
pub use verify::Verification;
pub use view::View;
pub use writer::Writer;

use layout::Layout;
use manifest::Manifest;

use crate::delivery::DeliveryId;
use crate::table::table;

/// A lake open for reading, as it was when opened.
#[derive(Debug, Clone)]
pub struct Store {
    layout: Layout,
    manifest: Manifest,
    identity: Identity,
}

/// `lac.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Identity {
    format: u32,
    synthetique: bool,
}

impl Store {
    /// Makes an empty lake. The root may exist if it holds no lake yet; `synthetique` says that every person in it is
    /// fictional, once and for all.
    pub fn create(root: &Path, synthetique: bool) -> Result<Store> {
        let layout = Layout::new(root);
        if layout.identity().exists() {
            return Err(StoreError::AlreadyThere { path: root.to_owned() });
        }
        files::create_folder(root)?;
        for folder in [
            "manifest",
            "records",
            "renvois",
            "current",
            "raw",
            "restricted",
            "results",
            "releases",
        ] {
            files::create_folder(&root.join(folder))?;
        }
        let identity = Identity {
            format: manifest::FORMAT,
            synthetique,
        };
        let text = serde_json::to_vec_pretty(&identity).map_err(StoreError::encoding(&layout.identity()))?;
        files::publish_bytes(&layout.staging(), &layout.identity(), &text)?;
        Store::open(root)
    }

    /// Opens a lake for reading.
    pub fn open(root: &Path) -> Result<Store> {
        let layout = Layout::new(root);
        let path = layout.identity();
        let bytes = match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::Absent { path: root.to_owned() });
            }
            read => read.map_err(StoreError::io("lecture de", &path))?,
        };
        let identity: Identity = serde_json::from_slice(&bytes).map_err(|error| StoreError::damaged(&path, error))?;
        if identity.format != manifest::FORMAT {
            let cause = format!("format {} inconnu de cette version", identity.format);
            return Err(StoreError::damaged(&path, cause));
        }
        let manifest = Manifest::load(&layout)?;
        let unknown = manifest.loads.iter().map(|load| load.table.as_str());
        // A refused delivery has no table. What has one must not drop out of every count because a declaration was forgotten.
        if let Some(name) = unknown.filter(|name| !name.is_empty()).find(|name| table(name).is_none()) {
            return Err(StoreError::Undeclared { table: name.to_owned() });
        }
        Ok(Store {
            layout,
            manifest,
            identity,
        })
    }

    /// Takes the lock and completes what an interrupted run left. The store itself does not see what the writer does: ask the
    /// writer for its own.
    pub fn writer(&self) -> Result<Writer> {
        Writer::open(self)
    }

    pub fn root(&self) -> &Path {
        self.layout.root()
    }

    /// Whether every person in the lake is fictional.
    pub fn is_synthetic(&self) -> bool {
        self.identity.synthetique
    }

    /// Identifier of the key that made the hashes of the records; none while there is no record.
    pub fn kid(&self) -> Option<&str> {
        let mut loaded = self.manifest.loads.iter().filter(|load| load.verdict.is_loaded());
        loaded.next().map(|load| load.kid.as_str())
    }

    /// When something was last received, as known at an instant; none when nothing ever was.
    pub fn last_reception(&self, as_of: Option<Timestamp>) -> Option<Timestamp> {
        let known = |run: &&RunEntry| as_of.is_none_or(|instant| run.at <= instant);
        let mut receptions = self.manifest.runs.iter().rev().filter(known);
        receptions.find(|run| run.act == Act::Ingest).map(|run| run.at)
    }

    /// Whether a content was received before. One that was refused is not: what refused it (a window that was not given, a kind
    /// not declared yet, a limit) may have changed.
    pub fn is_known(&self, id: &str) -> bool {
        self.manifest.is_received(id)
    }

    /// The history of the lake, oldest first.
    pub fn runs(&self) -> &[RunEntry] {
        &self.manifest.runs
    }

    /// When the lake last changed; none when it never received anything.
    pub fn last_change(&self) -> Option<Timestamp> {
        self.manifest.runs.last().map(|run| run.at)
    }

    /// Head of the manifest at an instant: names the state of the lake. Empty before the first run.
    pub fn head(&self, as_of: Option<Timestamp>) -> &str {
        self.manifest.as_known(as_of).1
    }

    /// The file kept in `raw/` for a content, unless purged.
    pub fn raw(&self, id: &DeliveryId) -> Option<PathBuf> {
        let raw = self.manifest.raw.get(id)?;
        let path = self.layout.at(&raw.path);
        path.exists().then_some(path)
    }

    /// The parameters in force at an instant.
    pub fn settings(&self, as_of: Option<Timestamp>) -> Settings {
        let (seq, _) = self.manifest.as_known(as_of);
        let known = self.manifest.settings.iter().rev().find(|(since, _)| *since <= seq);
        known.map(|(_, settings)| settings.clone()).unwrap_or_default()
    }
}
