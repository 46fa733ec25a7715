//! A lake in a temporary folder, and the runs that fill it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use lake::store::{RunReport, Store, Writer};

use crate::sends::Received;

/// A lake in a temporary folder, whose runs are an hour apart.
pub struct Lake {
    folder: tempfile::TempDir,
    hours: i64,
}

pub fn instant(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    start + jiff::SignedDuration::from_hours(hours)
}

impl Lake {
    pub fn new() -> Lake {
        let folder = tempfile::tempdir().unwrap();
        Store::create(&folder.path().join("lac"), true).unwrap();
        Lake { folder, hours: 0 }
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("lac")
    }

    pub fn store(&self) -> Store {
        Store::open(&self.root()).unwrap()
    }

    pub fn writer(&self) -> Writer {
        self.store().writer().unwrap()
    }

    /// The instant of the last run.
    pub fn now(&self) -> Timestamp {
        instant(self.hours)
    }

    pub fn tick(&mut self) -> (String, Timestamp) {
        self.hours += 1;
        (format!("essai{}", self.hours), self.now())
    }

    /// One run that receives all this.
    pub fn receive<R: Into<Received> + Clone>(&mut self, received: &[R]) -> RunReport {
        let (name, at) = self.tick();
        receive(&mut self.writer(), &name, at, received)
    }

    /// Bytes of each view of a table, as known now or at an instant.
    pub fn view(&self, table: &str, as_of: Option<Timestamp>) -> Vec<Vec<u8>> {
        view(&self.root(), table, as_of)
    }

    /// Fails unless the whole lake is sound.
    pub fn check(&self) {
        let found = self.store().verify().unwrap();
        assert!(found.is_sound(), "{:#?}", found.problems);
    }
}

pub fn receive<R: Into<Received> + Clone>(writer: &mut Writer, name: &str, at: Timestamp, received: &[R]) -> RunReport {
    let run = writer.begin(name, at).unwrap();
    let received: Vec<Received> = received.iter().cloned().map(Into::into).collect();
    for item in &received {
        item.read_into(&run);
        let delivery = item.delivery();
        run.keep_raw(&delivery.raw, &delivery.file, &mut item.content().as_bytes())
            .unwrap();
    }
    run.commit(received.iter().map(Received::delivery).collect()).unwrap()
}

pub fn view(root: &Path, table: &str, as_of: Option<Timestamp>) -> Vec<Vec<u8>> {
    let (from, to) = ("1900-01".parse().unwrap(), "2100-12".parse().unwrap());
    let view = Store::open(root).unwrap().view(table, from, to, as_of).unwrap();
    view.files.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Bytes of every file under a folder, in the order of names.
pub fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    entries
        .iter()
        .flat_map(|path| match path.is_dir() {
            true => files(path),
            false => vec![std::fs::read(path).unwrap()],
        })
        .collect()
}
