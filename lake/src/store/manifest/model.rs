//! What the manifest records.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::DayCounts;
use crate::delivery::{Delivery, DeliveryId, Verdict};
use crate::month::Month;

/// Why a segment was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Ingest,
    Decision,
    Settings,
    Requeue,
    Compaction,
    Purge,
}

/// One line of the history of the lake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunEntry {
    /// From 1, without gap.
    pub seq: u64,
    pub run: String,
    pub at: Timestamp,
    pub act: Act,
    /// Head of the manifest after it.
    pub head: String,
    /// Deliveries received, repeated ones included.
    pub deliveries: u64,
}

/// What the store must know of a delivery to decide which is current; the delivery itself is a detail, read on demand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Load {
    pub id: DeliveryId,
    /// Segment that brought it.
    pub seq: u64,
    /// Segment that forgot it, so that it can be received again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgotten: Option<u64>,
    /// Segment that brought the same content before, when it was refused or in quarantine then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<u64>,
    pub table: String,
    pub flux: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub finess: String,
    #[serde(default)]
    pub ordre: i16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extract: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    pub received_at: Timestamp,
    pub kid: String,
    /// As given by the reader; the guards may put it on hold.
    pub verdict: Verdict,
    /// Content kept in `raw/`.
    pub raw: DeliveryId,
    /// Rows in the window, by day. Tables replaced by key: every row, by the day of the column that gives the month.
    #[serde(default, skip_serializing_if = "DayCounts::is_empty")]
    pub days: DayCounts,
    /// Rows out of the window, by day.
    #[serde(default, skip_serializing_if = "DayCounts::is_empty")]
    pub outside: DayCounts,
}

impl Load {
    pub fn new(delivery: &Delivery, seq: u64, days: DayCounts, outside: DayCounts) -> Load {
        Load {
            id: delivery.id.clone(),
            seq,
            forgotten: None,
            follows: None,
            table: delivery.table.clone(),
            flux: delivery.flux.clone(),
            finess: delivery.finess.clone().unwrap_or_default(),
            ordre: delivery.ordre.unwrap_or_default(),
            extract: delivery.extract,
            from: delivery.date_from,
            to: delivery.date_to,
            received_at: delivery.received_at,
            kid: delivery.kid.clone(),
            verdict: delivery.verdict,
            raw: delivery.raw.clone(),
            days,
            outside,
        }
    }

    /// The order in which deliveries replace one another: EXTRACT, then content hash.
    pub fn order(&self) -> (Option<DateTime>, &str) {
        (self.extract, &self.id)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PartKind {
    /// Bodies, each stored once.
    Records,
    /// Rows that repeat a body stored before.
    Renvois,
    Rejets,
    Valeurs,
}

impl PartKind {
    pub fn zone(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Renvois => "renvois",
            Self::Rejets => "restricted/rejets",
            Self::Valeurs => "restricted/valeurs",
        }
    }
}

/// One immutable file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub kind: PartKind,
    /// Empty for restricted parts, which hold every table.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub table: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<Month>,
    /// Relative to the root, with `/`.
    pub path: String,
    pub rows: u64,
    pub bytes: u64,
    /// BLAKE3 of the file.
    pub blake3: String,
    /// Fingerprint of the view that these very bytes are, when the part is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
}

impl Part {
    /// The segment that made the part, which its name gives.
    pub fn seq(&self) -> Option<u64> {
        let name = self.path.rsplit('/').next()?;
        name.strip_suffix(".parquet")?.parse().ok()
    }
}

/// What a person decides about a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Counts whatever the guards say.
    Accept,
    /// Does not count.
    SetAside,
    /// Was read again: what the new reading loaded counts in its place.
    Reread,
    /// Takes back the decision before: the guards judge again.
    Undo,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ruling {
    pub seq: u64,
    pub at: Timestamp,
    pub delivery: DeliveryId,
    pub decision: Decision,
    pub motif: String,
    /// Who decided, as the command line knows it; empty in a decision made before it was kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub auteur: String,
}

/// Keys of a month that are also those of rows that a delivery has in another month: which of the rows is current depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Move {
    pub seq: u64,
    pub table: String,
    pub month: Month,
    pub other: Month,
    pub delivery: DeliveryId,
}

impl Move {
    /// What it says, whenever it was learnt.
    pub fn content(&self) -> (&str, Month, Month, &str) {
        (&self.table, self.month, self.other, &self.delivery)
    }
}

/// A file kept as received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RawFile {
    pub id: DeliveryId,
    pub path: String,
    pub bytes: u64,
    pub at: Timestamp,
}
