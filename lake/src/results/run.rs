//! The results of one run, as a folder.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{FIGURES, FINDINGS, ResultsError, write_anomalies, write_deliveries, write_figures, write_findings};
use crate::delivery::Delivery;
use crate::figure::Figure;
use crate::finding::{Anomaly, Finding};

pub const ANOMALIES: &str = "anomalies.parquet";
pub const DELIVERIES: &str = "deliveries.parquet";
/// The note of the run itself.
pub const EXECUTION: &str = "execution.json";

/// What a run computed, on the data as known at `as_of`.
#[derive(Debug, Clone, Copy)]
pub struct Results<'a> {
    pub figures: &'a [Figure],
    pub findings: &'a [Finding],
    pub anomalies: &'a [Anomaly],
    pub deliveries: &'a [Delivery],
    pub as_of: Timestamp,
    /// Name of what was computed: a quarter, a week, intervals of days.
    pub periode: &'a str,
}

/// What a run computed, in a few words: for the list of runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Execution {
    pub run: String,
    pub as_of: Timestamp,
    pub periode: String,
    pub chiffres: u64,
    pub constats: u64,
    pub signalements: u64,
}

/// Reads the note of the results in `folder`.
pub fn read_execution(folder: &Path) -> Result<Execution, ResultsError> {
    let path = folder.join(EXECUTION);
    let fail = ResultsError::read(&path);
    let text = fs::read(&path).map_err(|error| fail(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| fail(error.to_string()))
}

fn write_execution(folder: &Path, run: &str, results: &Results) -> Result<(), ResultsError> {
    let path = folder.join(EXECUTION);
    let execution = Execution {
        run: run.to_owned(),
        as_of: results.as_of,
        periode: results.periode.to_owned(),
        chiffres: results.figures.len() as u64,
        constats: results.findings.len() as u64,
        signalements: results.anomalies.len() as u64,
    };
    let fail = ResultsError::write(&path);
    let text = serde_json::to_vec_pretty(&execution).map_err(|error| fail(error.to_string()))?;
    fs::write(&path, text).map_err(|error| fail(error.to_string()))
}

/// Writes `figures`, `findings`, `anomalies`, `deliveries` and the note of the run into `folder`, created if need be.
pub fn write_results(folder: &Path, run: &str, results: &Results) -> Result<(), ResultsError> {
    fs::create_dir_all(folder).map_err(|error| ResultsError::write(folder)(error.to_string()))?;
    // The two great ones at once: packing their columns is most of what writing costs.
    let (figures, others) = rayon::join(
        || write_figures(&folder.join(FIGURES), results.figures, results.as_of, run),
        || {
            write_findings(&folder.join(FINDINGS), results.findings)?;
            write_anomalies(&folder.join(ANOMALIES), results.anomalies)
        },
    );
    figures.and(others)?;
    write_deliveries(&folder.join(DELIVERIES), results.deliveries)?;
    write_execution(folder, run, results)
}
