//! Batches that wait for the commit: in memory while there is room, on disk (Arrow IPC under `.staging/`) beyond.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ipc::reader::FileReader;
use arrow::ipc::writer::FileWriter;
use arrow::record_batch::RecordBatch;

use super::error::{Result, StoreError};
use super::files;

/// Bytes of batches that a run keeps in memory before it spills. A night fits; a region-year does not.
const ROOM: usize = 224 << 20;

/// What the piles of a run hold in memory together.
#[derive(Debug)]
pub(super) struct Room {
    used: AtomicUsize,
    limit: usize,
}

impl Default for Room {
    fn default() -> Room {
        Room::of(ROOM)
    }
}

impl Room {
    pub fn of(limit: usize) -> Room {
        Room {
            used: AtomicUsize::new(0),
            limit,
        }
    }

    fn take(&self, bytes: usize) -> bool {
        let before = self.used.fetch_add(bytes, Ordering::Relaxed);
        let fits = before + bytes <= self.limit;
        if !fits {
            self.used.fetch_sub(bytes, Ordering::Relaxed);
        }
        fits
    }
}

/// Batches of one schema, in the order they came.
pub(super) struct Pile {
    schema: SchemaRef,
    path: PathBuf,
    batches: Vec<Waiting>,
    file: Option<FileWriter<io::BufWriter<File>>>,
    spilled: usize,
}

/// One batch that waits.
#[derive(Debug, Clone)]
pub(super) enum Waiting {
    Memory(RecordBatch),
    Spilled { path: PathBuf, index: usize },
}

impl Pile {
    /// `path` is where batches go when there is no room.
    pub fn new(schema: SchemaRef, path: PathBuf) -> Pile {
        Pile {
            schema,
            path,
            batches: Vec::new(),
            file: None,
            spilled: 0,
        }
    }

    /// Adds a batch that stands for `bytes` of memory.
    pub fn push(&mut self, room: &Room, batch: RecordBatch, bytes: usize) -> io::Result<()> {
        // Once a pile has a file it keeps using it: its batches stay together and the memory goes to the piles that fit.
        if self.file.is_none() && room.take(bytes) {
            self.batches.push(Waiting::Memory(batch));
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let file = files::create_file(&self.path).map_err(io::Error::other)?;
                let file = io::BufWriter::with_capacity(1 << 18, file);
                self.file.insert(FileWriter::try_new(file, &self.schema).map_err(of_arrow)?)
            }
        };
        file.write(&batch).map_err(of_arrow)?;
        self.batches.push(Waiting::Spilled {
            path: self.path.clone(),
            index: self.spilled,
        });
        self.spilled += 1;
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.batches.len()
    }

    /// No more batches: gives them all.
    pub fn close(mut self) -> io::Result<Vec<Waiting>> {
        if let Some(file) = &mut self.file {
            file.finish().map_err(of_arrow)?;
        }
        Ok(self.batches)
    }
}

/// The batches themselves; those of one file are read through one handle.
pub(super) fn fetch(waiting: Vec<Waiting>) -> Result<Vec<RecordBatch>> {
    let mut open: Option<(PathBuf, FileReader<BufReader<File>>)> = None;
    let mut batches = Vec::with_capacity(waiting.len());
    for item in waiting {
        match item {
            Waiting::Memory(batch) => batches.push(batch),
            Waiting::Spilled { path, index } => {
                let reader = match &mut open {
                    Some((opened, reader)) if *opened == path => reader,
                    _ => &mut open.insert((path.clone(), reader(&path)?)).1,
                };
                reader.set_index(index).map_err(|error| StoreError::damaged(&path, error))?;
                let batch = reader.next().ok_or_else(|| StoreError::damaged(&path, "il est trop court"))?;
                batches.push(batch.map_err(|error| StoreError::damaged(&path, error))?);
            }
        }
    }
    Ok(batches)
}

/// The error of the disk, where there is one under that of the format.
fn of_arrow(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        other => io::Error::other(other),
    }
}

fn reader(path: &Path) -> Result<FileReader<BufReader<File>>> {
    let file = File::open(path).map_err(StoreError::io("lecture de", path))?;
    FileReader::try_new(BufReader::with_capacity(1 << 16, file), None).map_err(|error| StoreError::damaged(path, error))
}
