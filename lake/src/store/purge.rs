//! Retention: files as received and restricted parts older than so many days are removed, and counted.

use std::path::PathBuf;

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::Store;
use super::error::{Result, StoreError};
use super::files;
use super::layout::Layout;
use super::manifest::{Act, Manifest, PartKind, Segment};
use super::writer::Writer;
use crate::delivery::Verdict;

/// What a purge removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgeReport {
    pub run: String,
    pub at: Timestamp,
    pub days: u16,
    /// Everything received before this instant was removed.
    pub before: Timestamp,
    pub raw_files: u64,
    pub raw_bytes: u64,
    pub rejected_rows: u64,
    pub value_rows: u64,
    pub restricted_bytes: u64,
    /// Deliveries in quarantine whose file is gone: they cannot be replayed any more.
    pub quarantined: u64,
}

impl Store {
    /// What a purge at that instant would remove.
    pub fn purgeable(&self, days: u16, run: &str, at: Timestamp) -> Result<PurgeReport> {
        Ok(chosen(&self.layout, &self.manifest, days, run, at)?.report)
    }
}

impl Writer {
    /// Removes the files of `raw/` and `restricted/` received more than `days` days before `at`. The report is also kept in
    /// `results/purges/`.
    pub fn purge(&mut self, days: u16, run: &str, at: Timestamp) -> Result<PurgeReport> {
        let Chosen { report, segment, gone } = chosen(&self.layout, &self.manifest, days, run, at)?;
        if !gone.is_empty() {
            self.publish(segment, &[])?;
            self.views_are_done(&[])?;
            gone.iter().try_for_each(|path| files::remove(path))?;
        }
        let to = self.layout.results("purges").join(format!("{:06}.json", self.manifest.seq));
        let text = serde_json::to_vec_pretty(&report).map_err(StoreError::encoding(&to))?;
        files::publish_bytes(&self.layout.staging(), &to, &text)?;
        Ok(report)
    }
}

/// What is old enough to go, and the segment that says so.
struct Chosen {
    report: PurgeReport,
    segment: Segment,
    gone: Vec<PathBuf>,
}

fn chosen(layout: &Layout, manifest: &Manifest, days: u16, run: &str, at: Timestamp) -> Result<Chosen> {
    let before = at
        .checked_sub(i64::from(days).saturating_mul(24).hours())
        .map_err(|error| StoreError::Refused {
            demand: format!("rétention de {days} jours : {error}"),
        })?;
    let mut report = PurgeReport {
        run: run.to_owned(),
        at,
        days,
        before,
        raw_files: 0,
        raw_bytes: 0,
        rejected_rows: 0,
        value_rows: 0,
        restricted_bytes: 0,
        quarantined: 0,
    };
    let mut segment = Segment::after(manifest, run, at, Act::Purge);
    let mut gone = Vec::new();
    for raw in manifest.raw.values().filter(|raw| raw.at < before) {
        segment.purged.push(raw.id.clone());
        gone.push(layout.at(&raw.path));
        report.raw_files += 1;
        report.raw_bytes += raw.bytes;
        let waiting = |load: &&super::manifest::Load| {
            load.raw == raw.id && load.verdict == Verdict::EnQuarantaine && load.forgotten.is_none()
        };
        report.quarantined += manifest.loads.iter().filter(waiting).count() as u64;
    }
    let kept_from = manifest
        .runs
        .iter()
        .find(|run| run.at >= before)
        .map_or(u64::MAX, |run| run.seq);
    for part in &manifest.parts {
        // A restricted part is named after the run that made it.
        let old = part.seq().is_some_and(|seq| seq < kept_from);
        match part.kind {
            PartKind::Rejets if old => report.rejected_rows += part.rows,
            PartKind::Valeurs if old => report.value_rows += part.rows,
            _ => continue,
        }
        report.restricted_bytes += part.bytes;
        segment.dropped.push(part.path.clone());
        gone.push(layout.at(&part.path));
    }
    Ok(Chosen { report, segment, gone })
}
