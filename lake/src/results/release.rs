//! A release as a folder: `frame.json`, `figures.parquet`, `findings.parquet`.

use std::fs;
use std::path::Path;

use super::{ResultsError, read_figures_where, read_findings, write_figures, write_findings};
use crate::figure::KEY;
use crate::release::Release;

pub const FRAME: &str = "frame.json";
pub const FIGURES: &str = "figures.parquet";
pub const FINDINGS: &str = "findings.parquet";

/// Writes the release into `folder`, created if need be.
pub fn write_release(folder: &Path, release: &Release) -> Result<(), ResultsError> {
    fs::create_dir_all(folder).map_err(|error| ResultsError::write(folder)(error.to_string()))?;
    let frame = folder.join(FRAME);
    let fail = ResultsError::write(&frame);
    let text = serde_json::to_string_pretty(&release.frame).map_err(|error| fail(error.to_string()))?;
    fs::write(&frame, text + "\n").map_err(|error| fail(error.to_string()))?;
    write_figures(
        &folder.join(FIGURES),
        &release.figures,
        release.frame.as_of,
        &release.frame.run,
    )?;
    write_findings(&folder.join(FINDINGS), &release.findings)
}

/// Reads the release of a folder.
pub fn read_release(folder: &Path) -> Result<Release, ResultsError> {
    read_release_where(folder, |_| true)
}

/// The same, with the figures whose key is wanted only.
pub fn read_release_where(folder: &Path, wanted: impl Fn(&[&str; KEY.len()]) -> bool) -> Result<Release, ResultsError> {
    let frame = folder.join(FRAME);
    let fail = ResultsError::read(&frame);
    let text = fs::read_to_string(&frame).map_err(|error| fail(error.to_string()))?;
    Ok(Release {
        frame: serde_json::from_str(&text).map_err(|error| fail(error.to_string()))?,
        figures: read_figures_where(&folder.join(FIGURES), wanted)?,
        findings: read_findings(&folder.join(FINDINGS))?,
    })
}
