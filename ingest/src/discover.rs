//! The inbox: `depot/<source>/…`, where senders leave files.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use crate::context::Received;

/// What the inbox holds.
#[derive(Debug, Default, PartialEq)]
pub struct Inbox {
    /// What can be received, in the order of paths. Reading refuses what is no regular file.
    pub ready: Vec<Received>,
    /// Files that their sender may still be writing.
    pub too_young: usize,
}

/// When a file took its place, as the machine of the inbox knows it; none when it cannot say.
pub type LeftAt = fn(&Metadata) -> Option<Timestamp>;

/// Looks at the inbox. Ignored: names ending in `.part` or `.tmp` or starting with a dot; counted apart, files changed less than
/// `min_age` before `now` (a file that claims to be younger than `now` is taken: clocks differ). That instant is the sender's
/// word: reception is `now`, and `left_at` says when the file was left. A folder that cannot be read stands for its files; the
/// inbox itself must be readable.
pub fn discover(inbox: &Path, min_age: Duration, now: Timestamp, left_at: LeftAt) -> io::Result<Inbox> {
    let mut look = Look {
        min_age,
        now,
        left_at,
        found: Inbox::default(),
    };
    for entry in std::fs::read_dir(inbox)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // The folder of a source may be a link to where its sender writes.
        if path.is_dir() {
            look.walk(&path, &name);
        } else {
            look.consider(path, "");
        }
    }
    look.found.ready.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(look.found)
}

struct Look {
    min_age: Duration,
    now: Timestamp,
    left_at: LeftAt,
    found: Inbox,
}

impl Look {
    fn walk(&mut self, folder: &Path, source: &str) {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return self.add(folder.to_owned(), source, None);
        };
        for entry in entries.flatten() {
            let path = entry.path();
            // A link to a folder is not followed: it could lead back here.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.walk(&path, source);
            } else {
                self.consider(path, source);
            }
        }
    }

    fn consider(&mut self, path: PathBuf, source: &str) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        if name.starts_with('.') || name.ends_with(".part") || name.ends_with(".tmp") {
            return;
        }
        let metadata = std::fs::symlink_metadata(&path).ok();
        let modified = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
        let changed = modified.and_then(|changed| Timestamp::try_from(changed).ok());
        let age = changed.map(|changed| self.now.as_second() - changed.as_second());
        match age {
            Some(age) if (0..self.min_age.as_secs() as i64).contains(&age) => self.found.too_young += 1,
            _ => self.add(path, source, metadata.as_ref().and_then(self.left_at)),
        }
    }

    fn add(&mut self, path: PathBuf, source: &str, left_at: Option<Timestamp>) {
        self.found.ready.push(Received {
            path,
            source: source.to_owned(),
            received_at: self.now,
            depose_le: left_at.map(|left_at| left_at.min(self.now)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(metadata: &Metadata) -> Option<Timestamp> {
        Timestamp::try_from(metadata.modified().ok()?).ok()
    }

    #[test]
    fn what_is_ready_in_the_inbox() {
        let inbox = tempfile::tempdir().unwrap();
        for name in [
            "chu/b.xml",
            "chu/a.xml",
            "chu/c.xml.part",
            "chu/.cache",
            "ch/2025/d.zip",
            "e.csv",
            "ch/f.TMP",
        ] {
            let path = inbox.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        let later: Timestamp = "2999-01-01T00:00:00Z".parse().unwrap();
        let found = discover(inbox.path(), Duration::from_secs(60), later, written).unwrap();
        assert!(found.ready.iter().all(|received| received.received_at == later));
        assert!(
            found
                .ready
                .iter()
                .all(|received| received.depose_le.is_some_and(|left| left < later))
        );
        let before: Timestamp = "2001-01-01T00:00:00Z".parse().unwrap();
        let found_before = discover(inbox.path(), Duration::from_secs(60), before, written).unwrap();
        let all_before = found_before.ready.iter().all(|received| received.depose_le == Some(before));
        assert!(all_before, "never after its reception");
        let names: Vec<_> = found
            .ready
            .iter()
            .map(|received| {
                let path = received.path.strip_prefix(inbox.path()).unwrap();
                (path.to_string_lossy().into_owned(), received.source.as_str())
            })
            .collect();
        let expected = [
            ("ch/2025/d.zip", "ch"),
            ("chu/a.xml", "chu"),
            ("chu/b.xml", "chu"),
            ("e.csv", ""),
        ];
        assert_eq!(names, expected.map(|(path, source)| (path.to_owned(), source)));
        let age = later.as_second() as u64;
        let found = discover(inbox.path(), Duration::from_secs(age), later, written).unwrap();
        assert_eq!((found.ready, found.too_young), (Vec::new(), 4));
    }
}
