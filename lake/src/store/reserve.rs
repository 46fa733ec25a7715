//! What was counted of the months of a view, kept from a night to the next: a night reads the records of the months that changed,
//! not those of three years. Nothing here is a source: what is lost, damaged or out of date is counted again.

use std::fs;
use std::path::PathBuf;

use super::Store;
use super::error::{Result, StoreError};
use super::files;
use super::layout::Layout;
use super::narrow;
use crate::month::Month;

/// Counts of months, in the cache of a lake.
#[derive(Debug, Clone)]
pub struct Reserve {
    layout: Layout,
}

impl Store {
    /// Where the counts of this lake are kept.
    pub fn reserve(&self) -> Reserve {
        Reserve {
            layout: self.layout.clone(),
        }
    }
}

impl Reserve {
    /// Name of what is counted from these files of the view and by these words (bounds, declarations, version of the counting).
    /// Nothing when a file does not say what it was made from.
    pub fn origin(&self, files: &[PathBuf], words: &[&str]) -> Option<String> {
        let mut origin = blake3::Hasher::new();
        let mut say = |word: &str| {
            origin.update(&(word.len() as u64).to_le_bytes());
            origin.update(word.as_bytes());
        };
        for file in files {
            say(&narrow::fingerprint_of(file)?);
        }
        words.iter().for_each(|word| say(word));
        Some(origin.finalize().to_hex()[..32].to_owned())
    }

    /// What was counted of a month from that origin, when it is kept and whole.
    pub fn read(&self, what: &str, month: Month, origin: &str) -> Option<Vec<u8>> {
        let mut content = fs::read(self.layout.counted(what, month, origin)).ok()?;
        let counts = content.split_off(blake3::OUT_LEN.min(content.len()));
        (blake3::hash(&counts).as_bytes()[..] == content[..]).then_some(counts)
    }

    /// Keeps what was counted of a month in place of what was kept of it before.
    pub fn keep(&self, what: &str, month: Month, origin: &str, counts: &[u8]) -> Result<()> {
        let kept = self.layout.counted(what, month, origin);
        let former = kept.parent().map(files::entries).transpose()?.unwrap_or_default();
        let aside = self.layout.aside()?;
        let written = fs::write(&aside, [blake3::hash(counts).as_bytes(), counts].concat())
            .map_err(StoreError::io("écriture de", &aside))
            .and_then(|()| files::rename_into_place(&aside, &kept));
        if written.is_err() {
            files::remove(&aside)?;
        }
        written?;
        let mut others = former.iter().filter(|path: &&PathBuf| **path != kept);
        others.try_for_each(|path| files::remove(path))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn reserve(root: &Path) -> Reserve {
        Reserve {
            layout: Layout::new(root),
        }
    }

    #[test]
    fn counts_are_those_of_their_origin_and_replace_the_former_ones() {
        let lake = tempfile::tempdir().unwrap();
        let (reserve, march) = (reserve(lake.path()), "2025-03".parse().unwrap());
        assert_eq!(reserve.read("jours", march, "a"), None);
        reserve.keep("jours", march, "a", b"132").unwrap();
        assert_eq!(reserve.read("jours", march, "a").as_deref(), Some(&b"132"[..]));
        assert_eq!(reserve.read("jours", "2025-04".parse().unwrap(), "a"), None);
        reserve.keep("jours", march, "b", b"133").unwrap();
        assert_eq!(reserve.read("jours", march, "a"), None, "its files changed since");
        assert_eq!(reserve.read("jours", march, "b").as_deref(), Some(&b"133"[..]));
    }

    #[test]
    fn damaged_counts_are_not_read() {
        let lake = tempfile::tempdir().unwrap();
        let (reserve, march) = (reserve(lake.path()), "2025-03".parse().unwrap());
        reserve.keep("jours", march, "a", b"132").unwrap();
        let file = reserve.layout.counted("jours", march, "a");
        for damaged in [&b""[..], b"132", &fs::read(&file).unwrap()[..34]] {
            fs::write(&file, damaged).unwrap();
            assert_eq!(reserve.read("jours", march, "a"), None);
        }
    }

    #[test]
    fn a_file_that_does_not_say_what_it_was_made_from_has_no_origin() {
        let lake = tempfile::tempdir().unwrap();
        let (reserve, file) = (reserve(lake.path()), lake.path().join("x.parquet"));
        fs::write(&file, "PAR1").unwrap();
        assert_eq!(reserve.origin(&[file], &["75"]), None);
        assert_ne!(reserve.origin(&[], &["75"]), reserve.origin(&[], &["80"]));
        assert_ne!(reserve.origin(&[], &["ab", "c"]), reserve.origin(&[], &["a", "bc"]));
    }
}
