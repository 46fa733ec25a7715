//! The manifest: which deliveries were loaded, which files hold their rows, what was decided, run after run. One small
//! segment per run, merged now and then into a checkpoint. It is the only thing that says what the lake holds; everything
//! else can be an orphan of a crash, or derived.

mod checkpoint;
mod day_counts;
mod details;
mod model;
mod segment;

use std::path::PathBuf;

use jiff::Timestamp;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

pub(super) use checkpoint::write as write_checkpoint;
pub(super) use day_counts::DayCounts;
pub use model::{Act, Decision, RunEntry};
pub(super) use model::{Load, Move, Part, PartKind, RawFile, Ruling};
pub(super) use segment::{Segment, check_chain, publish as publish_segment};

use super::error::{Result, StoreError};
use super::files;
use super::layout::Layout;
use super::settings::Settings;
use crate::delivery::{Delivery, DeliveryId, Verdict};
use crate::month::Month;

pub(super) const FORMAT: u32 = 2;

/// Everything the segments say, in the order of their sequence numbers (from 1).
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub format: u32,
    pub seq: u64,
    /// Chained hash of the segments: names this state of the lake. Empty before the first run.
    pub head: String,
    pub runs: Vec<RunEntry>,
    pub loads: Vec<Load>,
    pub parts: Vec<Part>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<Move>,
    pub rulings: Vec<Ruling>,
    /// Contents received again, with the instant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub again: Vec<(Timestamp, DeliveryId)>,
    pub settings: Vec<(u64, Settings)>,
    pub raw: std::collections::BTreeMap<DeliveryId, RawFile>,
    /// Where the details of the loads of merged segments are, in order.
    archives: Vec<checkpoint::Archive>,
    #[serde(skip)]
    known: FxHashMap<DeliveryId, usize>,
    /// Loads that proposed ones hide, to be found again when these are taken back.
    #[serde(skip)]
    hidden: Vec<(DeliveryId, usize)>,
    #[serde(skip)]
    checkpoint: Option<PathBuf>,
    #[serde(skip)]
    segments: Vec<PathBuf>,
    /// The folder's files when it was read. Their names carry the chained hash: the same names are the same manifest.
    #[serde(skip)]
    listed: Vec<PathBuf>,
}

impl Manifest {
    /// Reads the manifest. A writer may merge segments meanwhile: a file that has gone makes us look again.
    pub fn load(layout: &Layout) -> Result<Manifest> {
        let mut attempts = 0;
        loop {
            match Self::load_once(layout) {
                Err(error) if error.is_missing_file() && attempts < 5 => attempts += 1,
                outcome => return outcome,
            }
        }
    }

    /// The manifest as it is now: this one, when no file of its folder came or went since it was read.
    pub fn reload(&self, layout: &Layout) -> Result<Manifest> {
        if !self.listed.is_empty() && files::entries(&layout.manifest())? == self.listed {
            return Ok(self.clone());
        }
        Self::load(layout)
    }

    fn load_once(layout: &Layout) -> Result<Manifest> {
        let folder = layout.manifest();
        let entries = files::entries(&folder)?;
        let mut manifest = match entries.iter().rev().find(|path| checkpoint::head_of(path).is_some()) {
            Some(path) => checkpoint::read(path)?,
            None => Manifest {
                format: FORMAT,
                ..Manifest::default()
            },
        };
        for path in entries.iter().filter(|path| checkpoint::head_of(path).is_none()) {
            let Some((seq, head)) = segment::name_of(path) else {
                continue;
            };
            if seq <= manifest.seq {
                continue;
            }
            let segment = segment::read(path)?;
            if seq != manifest.seq + 1 || segment.seq != seq || segment.previous != manifest.head {
                return Err(StoreError::damaged(path, "il ne suit pas le segment précédent"));
            }
            manifest.apply(segment, head);
            manifest.segments.push(path.clone());
        }
        manifest.index();
        manifest.listed = entries;
        Ok(manifest)
    }

    /// Adds what a segment says.
    pub fn apply(&mut self, segment: Segment, head: String) {
        let seq = segment.seq;
        self.seq = seq;
        self.runs.push(RunEntry {
            seq,
            run: segment.run,
            at: segment.at,
            act: segment.act,
            head: head.clone(),
            deliveries: (segment.loads.len() + segment.again.len()) as u64,
        });
        self.head = head;
        for id in &segment.requeued {
            if let Some(index) = self.known.remove(id).or_else(|| self.position(id)) {
                self.loads[index].forgotten = Some(seq);
            }
        }
        for load in segment.loads {
            self.known.insert(load.id.clone(), self.loads.len());
            self.loads.push(load);
        }
        if !segment.dropped.is_empty() {
            self.parts.retain(|part| !segment.dropped.contains(&part.path));
        }
        self.parts.extend(segment.parts);
        self.moves.extend(segment.moves);
        self.again.extend(segment.again.into_iter().map(|(id, _)| (segment.at, id)));
        self.rulings.extend(segment.rulings);
        self.settings.extend(segment.settings.map(|settings| (seq, settings)));
        self.raw.extend(segment.raw.into_iter().map(|raw| (raw.id.clone(), raw)));
        for id in &segment.purged {
            self.raw.remove(id);
        }
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.loads.iter().rposition(|load| load.id == id && load.forgotten.is_none())
    }

    fn index(&mut self) {
        let present = self.loads.iter().enumerate().filter(|(_, load)| load.forgotten.is_none());
        self.known = present.map(|(index, load)| (load.id.clone(), index)).collect();
    }

    /// The load of a delivery, unless it was forgotten for a replay.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.known.get(id).copied()
    }

    /// Whether a content need not be read again: it was received, and not refused.
    pub fn is_received(&self, id: &str) -> bool {
        self.find(id).is_some_and(|load| self.loads[load].verdict != Verdict::Refusee)
    }

    /// Adds loads that no segment names yet, with the keys that they move, to see what they would change; `truncate` takes them
    /// back.
    pub fn propose(&mut self, loads: Vec<Load>, moves: Vec<Move>) -> std::ops::Range<usize> {
        self.moves.extend(moves);
        let first = self.loads.len();
        for load in loads {
            let hidden = self.known.insert(load.id.clone(), self.loads.len());
            self.hidden.extend(hidden.map(|hidden| (load.id.clone(), hidden)));
            self.loads.push(load);
        }
        first..self.loads.len()
    }

    pub fn truncate(&mut self, length: usize) {
        for load in self.loads.drain(length..) {
            self.known.remove(&load.id);
        }
        self.known.extend(self.hidden.drain(..));
        self.moves.retain(|key| key.seq <= self.seq);
        self.rulings.retain(|ruling| ruling.seq <= self.seq);
    }

    /// Sequence number and head at an instant: the last run published at or before it.
    pub fn as_known(&self, as_of: Option<Timestamp>) -> (u64, &str) {
        match as_of {
            None => (self.seq, &self.head),
            Some(instant) => {
                let last = self.runs.partition_point(|run| run.at <= instant);
                last.checked_sub(1)
                    .map_or((0, ""), |last| (self.runs[last].seq, self.runs[last].head.as_str()))
            }
        }
    }

    /// Parts of one kind that hold rows of a table and month, oldest first.
    pub fn parts_of<'a>(&'a self, kind: PartKind, table: &'a str, month: Month) -> impl Iterator<Item = &'a Part> {
        self.parts
            .iter()
            .filter(move |part| part.kind == kind && part.table == table && part.month == Some(month))
    }

    /// Keys of a month that are in other months too.
    pub fn moves_of<'a>(&'a self, table: &'a str, month: Month) -> impl Iterator<Item = &'a Move> {
        self.moves.iter().filter(move |key| key.month == month && key.table == table)
    }

    /// Months of a table that hold rows, in order.
    pub fn months_of(&self, table: &str) -> std::collections::BTreeSet<Month> {
        let parts = self.parts.iter().filter(|part| part.table == table);
        parts.filter_map(|part| part.month).collect()
    }

    /// Deliveries as they were loaded, for the loads asked for (in increasing order).
    pub fn details(&self, layout: &Layout, wanted: &[usize]) -> Result<Vec<Delivery>> {
        details::read(self, &layout.manifest(), wanted)
    }

    /// Segments after the checkpoint, in order.
    pub fn segments(&self) -> &[PathBuf] {
        &self.segments
    }

    /// Head of the manifest before those segments.
    pub fn checkpoint_head(&self) -> String {
        self.checkpoint.as_deref().and_then(checkpoint::head_of).unwrap_or_default()
    }

    /// Remembers where a segment just published lies.
    pub fn add_segment_file(&mut self, path: PathBuf) {
        self.segments.push(path);
    }
}
