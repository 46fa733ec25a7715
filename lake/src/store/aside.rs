//! Runs set aside: their results stay, and nothing is compared with them any more.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Store;
use super::error::{Result, StoreError};
use super::files;
use super::writer::Writer;

/// Why a run is set aside, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ecart {
    pub run: String,
    pub motif: String,
    pub le: Timestamp,
    /// Who decided, as the command line knows it; empty in a note written before it was kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub auteur: String,
}

const SUFFIX: &str = ".ecart.json";

impl Writer {
    /// Sets the results of a run aside, or changes the reason. Refused when the lake has no results of that name.
    pub fn set_run_aside(&self, run: &str, motif: &str, auteur: &str, le: Timestamp) -> Result<()> {
        if self.store().results(run).is_none() {
            return Err(StoreError::Refused {
                demand: format!("aucun résultat de l'exécution « {run} » ; `oru list runs` les nomme"),
            });
        }
        let ecart = Ecart {
            run: run.to_owned(),
            motif: motif.to_owned(),
            le,
            auteur: auteur.to_owned(),
        };
        let path = self.note(run);
        let bytes = serde_json::to_vec_pretty(&ecart).map_err(|error| StoreError::damaged(&path, error))?;
        files::publish_bytes(&self.layout.staging(), &path, &bytes)
    }

    /// Takes the results of a run back; nothing happens when they were not aside.
    pub fn take_run_back(&self, run: &str) -> Result<()> {
        files::remove(&self.note(run))
    }

    fn note(&self, run: &str) -> PathBuf {
        self.layout.root().join("results").join(format!("{run}{SUFFIX}"))
    }
}

impl Store {
    /// The runs set aside, by name.
    pub fn runs_aside(&self) -> Result<BTreeMap<String, Ecart>> {
        let mut found = BTreeMap::new();
        for path in files::entries(&self.layout.root().join("results"))? {
            let is_note = path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(SUFFIX));
            if is_note {
                let text = std::fs::read(&path).map_err(StoreError::io("lecture de", &path))?;
                let ecart: Ecart = serde_json::from_slice(&text).map_err(|error| StoreError::damaged(&path, error))?;
                found.insert(ecart.run.clone(), ecart);
            }
        }
        Ok(found)
    }
}
