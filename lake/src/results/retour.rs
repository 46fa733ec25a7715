//! Quality returns as files: one JSON file for each site, so that a document is only ever handed its own.

use std::fs;
use std::path::{Path, PathBuf};

use super::ResultsError;
use crate::retour::Retour;

/// Writes the returns into `folder`, created if need be: `<finess>.json`.
pub fn write_returns(folder: &Path, returns: &[Retour]) -> Result<(), ResultsError> {
    fs::create_dir_all(folder).map_err(|error| ResultsError::write(folder)(error.to_string()))?;
    for retour in returns {
        let path = file(folder, &retour.site.finess);
        let fail = ResultsError::write(&path);
        let text = serde_json::to_vec_pretty(retour).map_err(|error| fail(error.to_string()))?;
        fs::write(&path, text).map_err(|error| fail(error.to_string()))?;
    }
    Ok(())
}

/// Reads the return of one site; none when the release has no such site.
pub fn read_return(folder: &Path, finess: &str) -> Result<Option<Retour>, ResultsError> {
    let path = file(folder, finess);
    let fail = ResultsError::read(&path);
    match fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(fail(error.to_string())),
        Ok(text) => serde_json::from_slice(&text)
            .map(Some)
            .map_err(|error| fail(error.to_string())),
    }
}

/// FINESS of the sites that have a return, in order.
pub fn returned_sites(folder: &Path) -> Result<Vec<String>, ResultsError> {
    let fail = ResultsError::read(folder);
    let mut sites = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| fail(error.to_string()))? {
        let path = entry.map_err(|error| fail(error.to_string()))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            sites.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    sites.sort();
    Ok(sites)
}

fn file(folder: &Path, finess: &str) -> PathBuf {
    folder.join(format!("{finess}.json"))
}
