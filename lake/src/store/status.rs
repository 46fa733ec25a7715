//! What the lake holds, counted.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Store;
use super::error::Result;
use super::files;
use super::guards::Standing;
use super::manifest::PartKind;
use super::state::State;
use crate::delivery::{DeliveryId, Verdict};
use crate::month::Month;
use crate::table::tables;

#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    pub synthetique: bool,
    pub head: String,
    pub runs: u64,
    pub last_change: Option<Timestamp>,
    /// Earliest instant for which a view can be made again; none before the first run.
    pub horizon: Option<Timestamp>,
    pub tables: Vec<TableStatus>,
    /// Deliveries by verdict, guards and decisions included.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// Deliveries that wait for a decision, with the reason.
    pub waiting: Vec<(DeliveryId, String)>,
    /// Files kept as received, and their bytes.
    pub raw: (u64, u64),
    /// Rejected records and raw values kept, in rows.
    pub restricted: u64,
    /// Bytes of the parts named by the manifest, raw files apart.
    pub bytes: u64,
    /// Files of the manifest: segments since the last checkpoint.
    pub segments: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableStatus {
    pub table: String,
    /// Bodies stored, and rows stored as repetitions of one.
    pub bodies: u64,
    pub renvois: u64,
    pub parts: u64,
    pub first: Option<Month>,
    pub last: Option<Month>,
    pub months: u64,
}

impl Store {
    /// Counts from the manifest alone: no record is read.
    pub fn status(&self) -> Result<Status> {
        let manifest = &self.manifest;
        let state = State::at(manifest, manifest.seq)?;
        let mut verdicts = BTreeMap::new();
        let mut waiting = Vec::new();
        for (index, load) in manifest.loads.iter().enumerate() {
            let verdict = match state.standing(index) {
                // What was read again is counted by the new reading.
                Standing::Unknown | Standing::Reread => continue,
                Standing::Held(hold) => {
                    waiting.push((load.id.clone(), hold.reason_fr()));
                    Verdict::EnAttente
                }
                Standing::SetAside => Verdict::Refusee,
                Standing::InForce if load.verdict == Verdict::EnAttente => Verdict::ConformeAvecReserves,
                Standing::InForce | Standing::NotLoaded => load.verdict,
            };
            *verdicts.entry(verdict).or_default() += 1;
        }
        let rows = |kind| {
            manifest
                .parts
                .iter()
                .filter(move |part| part.kind == kind)
                .map(|part| part.rows)
                .sum::<u64>()
        };
        Ok(Status {
            synthetique: self.is_synthetic(),
            head: manifest.head.clone(),
            runs: manifest.seq,
            last_change: self.last_change(),
            horizon: manifest.runs.first().map(|run| run.at),
            tables: tables().iter().map(|table| self.table_status(&table.nom)).collect(),
            verdicts,
            waiting,
            raw: (manifest.raw.len() as u64, manifest.raw.values().map(|raw| raw.bytes).sum()),
            restricted: rows(PartKind::Rejets) + rows(PartKind::Valeurs),
            bytes: manifest.parts.iter().map(|part| part.bytes).sum(),
            segments: files::entries(&self.layout.manifest())?.len() as u64,
        })
    }

    fn table_status(&self, table: &str) -> TableStatus {
        let parts = || self.manifest.parts.iter().filter(|part| part.table == table);
        let rows = |kind| parts().filter(|part| part.kind == kind).map(|part| part.rows).sum();
        let months = self.manifest.months_of(table);
        TableStatus {
            table: table.to_owned(),
            bodies: rows(PartKind::Records),
            renvois: rows(PartKind::Renvois),
            parts: parts().count() as u64,
            first: months.first().copied(),
            last: months.last().copied(),
            months: months.len() as u64,
        }
    }
}
