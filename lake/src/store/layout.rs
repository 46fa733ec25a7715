//! Where things lie under the root. One folder per zone.
//!
//! ```text
//! lac.json                                  what the lake is: format, synthetic or not
//! verrou                                    lock of the one writer
//! manifest/000012-<head>.json               one segment per run; the name ends with the head after it
//! manifest/000012-<head>.checkpoint.json    every segment up to that one, merged
//! manifest/livraisons-000012.parquet        details of the deliveries of merged segments
//! records/<table>/mois=2025-01/000012.parquet      bodies, stored once
//! renvois/<table>/mois=2025-01/000012.parquet      rows of later deliveries that repeat a body
//! current/<table>/mois=2025-01/donnees.parquet     the current view
//! cache/<table>/mois=2025-01/<fingerprint>.parquet views as known earlier
//! cache/<counts>/mois=2025-01/<origin>.comptes     what was counted of a month
//! raw/2025-01/<delivery>.<ext>              files as received, by month of reception
//! restricted/{rejets,valeurs}/000012.parquet
//! results/ordre                             the runs, the last computed last
//! results/<run>/, releases/<audience>/<id>/
//! .staging/                                 unfinished work, swept by the next writer
//! ```

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::error::{Result, StoreError};
use super::files;
use crate::month::Month;

pub(super) const VIEW_FILE: &str = "donnees.parquet";

/// Paths under one root.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    root: PathBuf,
}

impl Layout {
    pub fn new(root: &Path) -> Layout {
        Layout { root: root.to_owned() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn identity(&self) -> PathBuf {
        self.root.join("lac.json")
    }

    pub fn lock(&self) -> PathBuf {
        self.root.join("verrou")
    }

    pub fn manifest(&self) -> PathBuf {
        self.root.join("manifest")
    }

    pub fn staging(&self) -> PathBuf {
        self.root.join(".staging")
    }

    pub fn current(&self) -> PathBuf {
        self.root.join("current")
    }

    /// The head of the manifest that every file of `current/` was built from, when it says so.
    pub fn current_head(&self) -> PathBuf {
        self.current().join("tete")
    }

    pub fn view(&self, table: &str, month: Month) -> PathBuf {
        self.current().join(table).join(month_folder(month)).join(VIEW_FILE)
    }

    pub fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }

    pub fn cached_view(&self, table: &str, month: Month, fingerprint: &str) -> PathBuf {
        let name = format!("{fingerprint}.parquet");
        self.cache().join(table).join(month_folder(month)).join(name)
    }

    /// What was counted of a month, by what it was counted from.
    pub fn counted(&self, what: &str, month: Month, origin: &str) -> PathBuf {
        self.cache()
            .join(what)
            .join(month_folder(month))
            .join(format!("{origin}.comptes"))
    }

    /// A new file name in the cache: readers run side by side, without a lock.
    pub fn aside(&self) -> Result<PathBuf> {
        let folder = self.cache();
        files::create_folder(&folder)?;
        for number in 0_u32.. {
            let path = folder.join(format!("en-cours-{number}.tmp"));
            match fs::OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(_) => return Ok(path),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(StoreError::io("création de", &path)(error)),
            }
        }
        unreachable!("a folder does not hold four thousand million unfinished files")
    }

    pub fn results(&self, run: &str) -> PathBuf {
        self.root.join("results").join(run)
    }

    pub fn releases(&self) -> PathBuf {
        self.root.join("releases")
    }

    /// A path the manifest gives relative to the root.
    pub fn at(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }
}

/// Relative path of a part.
pub(super) fn part_path(zone: &str, table: &str, month: Month, seq: u64) -> String {
    format!("{zone}/{table}/{}/{seq:06}.parquet", month_folder(month))
}

pub(super) fn month_folder(month: Month) -> String {
    format!("mois={month}")
}

/// Whether a name given from outside can be one component of a path.
pub(super) fn is_plain_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+');
    !name.is_empty() && name.len() <= 120 && !name.starts_with('.') && name.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_folder() {
        for name in ["", "..", ".x", "a/b", "a\\b", "a b", "é"] {
            assert!(!is_plain_name(name), "{name}");
        }
        assert!(is_plain_name("2025-Q1_v2.parquet"));
    }
}
