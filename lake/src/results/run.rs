//! The results of one run, as a folder.

use std::fs;
use std::path::Path;

use jiff::Timestamp;

use super::{FIGURES, FINDINGS, ResultsError, write_anomalies, write_deliveries, write_figures, write_findings};
use crate::delivery::Delivery;
use crate::figure::Figure;
use crate::finding::{Anomaly, Finding};

pub const ANOMALIES: &str = "anomalies.parquet";
pub const DELIVERIES: &str = "deliveries.parquet";

/// What a run computed, on the data as known at `as_of`.
#[derive(Debug, Clone, Copy)]
pub struct Results<'a> {
    pub figures: &'a [Figure],
    pub findings: &'a [Finding],
    pub anomalies: &'a [Anomaly],
    pub deliveries: &'a [Delivery],
    pub as_of: Timestamp,
}

/// Writes `figures`, `findings`, `anomalies` and `deliveries` into `folder`, created if need be.
pub fn write_results(folder: &Path, run: &str, results: &Results) -> Result<(), ResultsError> {
    fs::create_dir_all(folder).map_err(|error| ResultsError::write(folder)(error.to_string()))?;
    write_figures(&folder.join(FIGURES), results.figures, results.as_of, run)?;
    write_findings(&folder.join(FINDINGS), results.findings)?;
    write_anomalies(&folder.join(ANOMALIES), results.anomalies)?;
    write_deliveries(&folder.join(DELIVERIES), results.deliveries)
}
