//! Which file a path names: a sender may write in it, or put another one under its name, while it is read and stored.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What changes when a file is written in, or when another takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    length: u64,
    changed: Option<SystemTime>,
    /// The file itself, whatever its name.
    file: u64,
}

impl Stamp {
    pub fn of(path: &Path) -> Option<Stamp> {
        let found = std::fs::symlink_metadata(path).ok()?;
        Some(Stamp {
            length: found.len(),
            changed: found.modified().ok(),
            #[cfg(unix)]
            file: std::os::unix::fs::MetadataExt::ino(&found),
            #[cfg(not(unix))]
            file: 0,
        })
    }

    pub fn length(&self) -> u64 {
        self.length
    }
}

/// Removes a file if it is still the one that was read; says whether it did. It is set aside first: what is removed is what was
/// compared, even when another file takes its name in between.
pub fn take_out(path: &Path, read: Option<Stamp>) -> io::Result<bool> {
    if read.is_none() || Stamp::of(path) != read {
        return Ok(false);
    }
    let aside = beside(path, "oru-retrait");
    std::fs::rename(path, &aside)?;
    if Stamp::of(&aside) == read {
        return std::fs::remove_file(&aside).map(|()| true);
    }
    // Back under its name, unless a third file has it by now: the next run then finds it beside.
    let visible = |number: u32| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.with_file_name(format!("{number}-{name}"))
    };
    let names = std::iter::once(path.to_owned()).chain((1..).map(visible));
    for name in names {
        match std::fs::hard_link(&aside, &name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(()) => return std::fs::remove_file(&aside).map(|()| false),
        }
    }
    Ok(false)
}

/// A hidden name in the same folder, which no reception reads.
fn beside(path: &Path, why: &str) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{why}"));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_took_the_name_of_the_one_read_is_left_in_the_inbox() {
        let inbox = tempfile::tempdir().unwrap();
        let path = inbox.path().join("nuit.xml");
        std::fs::write(&path, "lundi").unwrap();
        let read = Stamp::of(&path);
        // Same length, and under its final name in one move, as a careful sender does.
        std::fs::write(inbox.path().join("nuit.part"), "mardi").unwrap();
        std::fs::rename(inbox.path().join("nuit.part"), &path).unwrap();
        assert!(!take_out(&path, read).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mardi");
        assert!(take_out(&path, Stamp::of(&path)).unwrap());
        assert_eq!(std::fs::read_dir(inbox.path()).unwrap().count(), 0);
    }
}
