//! The inbox: `depot/<source>/…`, where senders leave files.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use crate::context::Received;

/// Files that are ready, in the order of their paths. Ignored: names ending in `.part` or `.tmp` or starting with a dot, and
/// files changed less than `min_age` before `now` (a file that claims to be younger than `now` is taken: clocks differ).
/// A folder that cannot be read is left out with its files; the inbox itself must be readable.
pub fn discover(inbox: &Path, min_age: Duration, now: Timestamp) -> io::Result<Vec<Received>> {
    let mut received = Vec::new();
    for entry in std::fs::read_dir(inbox)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            walk(&path, &name, min_age, now, &mut received);
        } else {
            consider(path, "", min_age, now, &mut received);
        }
    }
    received.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(received)
}

fn walk(folder: &Path, source: &str, min_age: Duration, now: Timestamp, received: &mut Vec<Received>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        // A link to a folder is not followed: it could lead back here.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(&path, source, min_age, now, received);
        } else {
            consider(path, source, min_age, now, received);
        }
    }
}

fn consider(path: PathBuf, source: &str, min_age: Duration, now: Timestamp, received: &mut Vec<Received>) {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    if name.starts_with('.') || name.ends_with(".part") || name.ends_with(".tmp") {
        return;
    }
    let changed = std::fs::metadata(&path)
        .and_then(|metadata| metadata.modified())
        .ok()
        .and_then(|changed| Timestamp::try_from(changed).ok());
    let at = match changed {
        Some(changed) if changed <= now => {
            let age = now.as_second() - changed.as_second();
            if age < min_age.as_secs() as i64 {
                return;
            }
            changed
        }
        _ => now,
    };
    received.push(Received {
        path,
        source: source.to_owned(),
        received_at: at,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let found = discover(inbox.path(), Duration::from_secs(60), later).unwrap();
        let names: Vec<_> = found
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
        assert!(discover(inbox.path(), Duration::from_secs(age), later).unwrap().is_empty());
    }
}
