//! `etat.json`, beside each document: what it was made from, how far it has come, and the hash of every file, so that anyone can
//! tell whether they are those that were written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lake::edition::Edition;
use lake::release::{Audience, Frame};
use serde::{Deserialize, Serialize};

use crate::error::ReportError;
use crate::files;
use crate::format::Format;

/// Name of the file.
pub const FILE: &str = "etat.json";

/// Version of its form; changes when a reader would have to.
pub const VERSION: u32 = 1;

/// What the file says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub version: u32,
    /// `trimestriel`.
    pub document: String,
    /// Release that it was made from.
    pub diffusion: String,
    pub audience: Audience,
    pub periode: String,
    /// FINESS or code of the département that the document is about; none: the region.
    #[serde(default)]
    pub sujet: Option<String>,
    pub oru_version: String,
    pub edition: Edition,
    pub formats: Vec<Format>,
    /// Hash (first 128 bits of BLAKE3) of every file, by its path in the folder.
    pub fichiers: BTreeMap<String, String>,
}

/// What happened to a file since it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alteration {
    Modifie,
    Absent,
    /// Nobody wrote it.
    EnTrop,
}

/// Writes the state of a document whose files are all there. Files of the edition that stood there before, and that this one
/// does not have, go.
pub fn write(
    folder: &Path,
    document: &str,
    frame: &Frame,
    formats: &[Format],
    written: &[PathBuf],
) -> Result<PathBuf, ReportError> {
    let mut fichiers = BTreeMap::new();
    for path in written {
        fichiers.insert(relative(folder, path), hash(path)?);
    }
    for name in read(folder).map(|former| former.fichiers).unwrap_or_default().into_keys() {
        let path = folder.join(&name);
        if !fichiers.contains_key(&name) && path.is_file() {
            std::fs::remove_file(&path).map_err(|source| ReportError::Write { path, source })?;
        }
    }
    let state = State {
        version: VERSION,
        document: document.to_owned(),
        diffusion: frame.id.clone(),
        audience: frame.audience,
        periode: frame.period.clone(),
        sujet: frame.sujet.as_ref().map(|subject| subject.zone.clone()),
        oru_version: frame.oru_version.clone(),
        edition: frame.edition.clone(),
        formats: formats.to_vec(),
        fichiers,
    };
    let path = folder.join(FILE);
    let mut text = serde_json::to_vec_pretty(&state).expect("a value in memory is always written");
    text.push(b'\n');
    files::write(&path, &text)?;
    Ok(path)
}

/// The state of a folder; fails when it holds no document.
pub fn read(folder: &Path) -> Result<State, ReportError> {
    let path = folder.join(FILE);
    let text = std::fs::read(&path).map_err(|source| ReportError::Read {
        path: path.clone(),
        source,
    })?;
    serde_json::from_slice(&text).map_err(|error| ReportError::Read {
        path,
        source: std::io::Error::other(error),
    })
}

/// Files that are not those that were written, in order.
pub fn alterations(folder: &Path, state: &State) -> Result<BTreeMap<String, Alteration>, ReportError> {
    let mut found = BTreeMap::new();
    let mut there = BTreeMap::new();
    for path in files_under(folder)? {
        there.insert(relative(folder, &path), path);
    }
    for (name, expected) in &state.fichiers {
        match there.remove(name) {
            None => {
                found.insert(name.clone(), Alteration::Absent);
            }
            Some(path) if hash(&path)? != *expected => {
                found.insert(name.clone(), Alteration::Modifie);
            }
            Some(_) => {}
        }
    }
    there.remove(FILE);
    found.extend(there.into_keys().map(|name| (name, Alteration::EnTrop)));
    Ok(found)
}

fn files_under(folder: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ReportError::Read { path, source }
    };
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).map_err(failed(&next))? {
            let path = entry.map_err(failed(&next))?.path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    Ok(found)
}

fn relative(folder: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

fn hash(path: &Path) -> Result<String, ReportError> {
    let bytes = std::fs::read(path).map_err(|source| ReportError::Read {
        path: path.to_owned(),
        source,
    })?;
    Ok(lake::delivery::delivery_id(&bytes))
}
