//! A run in progress: sinks receive rows, raw files are put aside; `commit` makes all of it true at once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::decide::Motif;
use super::error::{Result, StoreError};
use super::files;
use super::layout::is_plain_name;
use super::manifest::{Decision, RawFile, Ruling};
use super::sink::{Shared, Sink};
use super::writer::Writer;
use crate::delivery::DeliveryId;
use crate::month::Month;
use crate::sink::RecordSink;
use crate::table::Table;

/// A run: what it was given disappears if it is dropped without `commit`.
#[derive(Debug)]
pub struct Run<'w> {
    pub(super) writer: &'w mut Writer,
    pub(super) name: String,
    pub(super) at: Timestamp,
    pub(super) staging: PathBuf,
    pub(super) shared: Arc<Shared>,
    sinks: AtomicUsize,
    /// Deliveries that this run takes the place of, and why.
    pub(super) replaced: Vec<Ruling>,
    /// Raw files put aside: where they are, what they will be.
    pub(super) raw: Mutex<BTreeMap<DeliveryId, (PathBuf, RawFile)>>,
}

impl<'w> Run<'w> {
    pub(super) fn new(writer: &'w mut Writer, name: &str, at: Timestamp) -> Result<Run<'w>> {
        let name = plain(name)?;
        let staging = writer.layout.staging().join(&name);
        files::create_folder(&staging)?;
        Ok(Run {
            writer,
            name,
            at,
            staging,
            shared: Arc::default(),
            sinks: AtomicUsize::new(0),
            replaced: Vec::new(),
            raw: Mutex::default(),
        })
    }

    /// Whether a content was received before, except those that were refused or are called back for a replay.
    pub fn is_known(&self, id: &str) -> bool {
        self.writer.is_known(id)
    }

    /// Where the rows of a delivery go. Drop the sink when the delivery is read: that completes it. The rows count only if
    /// `commit` is given the delivery with a verdict that loads it.
    pub fn sink(&self, id: &DeliveryId, table: &'static Table) -> Result<Box<dyn RecordSink>> {
        let number = self.sinks.fetch_add(1, Ordering::Relaxed);
        let path = self.staging.join(format!("livraison-{number}.tmp"));
        Ok(Box::new(Sink::new(self.shared.clone(), id, table, &path)))
    }

    /// Sets a delivery aside at the very instant the run becomes true: what it reads again takes its place, so that nothing is
    /// lost nor counted twice.
    pub fn replaces(&mut self, id: &DeliveryId, why: Motif<'_>) {
        self.replaced.push(Ruling {
            seq: self.writer.manifest.seq + 1,
            at: self.at,
            delivery: id.clone(),
            decision: Decision::Reread,
            motif: why.motif.to_owned(),
            auteur: why.auteur.to_owned(),
        });
    }

    /// Keeps a file as received, under the identifier of its content; `name` gives the extension. Already kept, it is left
    /// as it is.
    pub fn keep_raw(&self, id: &DeliveryId, name: &str, bytes: &mut dyn Read) -> Result<()> {
        self.keep(id, name, |aside| {
            let mut file = files::create_file(aside)?;
            let bytes = io::copy(bytes, &mut file).map_err(StoreError::io("copie vers", aside))?;
            Ok(bytes)
        })
    }

    /// A new file for the copy of what is received. It disappears with the run unless it is kept.
    pub fn aside(&self) -> Result<(PathBuf, fs::File)> {
        let number = self.sinks.fetch_add(1, Ordering::Relaxed);
        let path = self.staging.join(format!("copie-{number}"));
        let file = files::create_file(&path)?;
        Ok((path, file))
    }

    /// Keeps a copy made [`aside`](Self::aside), whose content `id` names.
    pub fn keep_copy(&self, id: &DeliveryId, name: &str, copy: &Path, bytes: u64) -> Result<()> {
        self.keep(id, name, |aside| {
            fs::rename(copy, aside).map_err(StoreError::io("mise de côté de", copy))?;
            Ok(bytes)
        })
    }

    /// Names the run once what it received is known.
    pub fn named(&mut self, name: &str) -> Result<()> {
        self.name = plain(name)?;
        Ok(())
    }

    fn keep(&self, id: &DeliveryId, name: &str, put: impl FnOnce(&Path) -> Result<u64>) -> Result<()> {
        if !is_plain_name(id) {
            return Err(StoreError::Refused {
                demand: format!("« {id} » n'est pas l'identifiant d'un contenu"),
            });
        }
        let known = self.writer.manifest.raw.get(id);
        if known.is_some_and(|raw| self.writer.layout.at(&raw.path).exists()) || self.kept().contains_key(id) {
            return Ok(());
        }
        // Contents are put aside in parallel: a name of its own for each.
        let number = self.sinks.fetch_add(1, Ordering::Relaxed);
        let aside = self.staging.join(format!("raw-{id}-{number}"));
        let bytes = put(&aside)?;
        let month = Month::of(self.at.to_zoned(jiff::tz::TimeZone::UTC).date());
        let file = RawFile {
            id: id.clone(),
            path: format!("raw/{month}/{id}{}", extension(name)),
            bytes,
            at: self.at,
        };
        match self.kept().entry(id.clone()) {
            Entry::Occupied(_) => files::remove(&aside),
            Entry::Vacant(place) => {
                place.insert((aside, file));
                Ok(())
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<DeliveryId, (PathBuf, RawFile)>> {
        self.raw.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn plain(name: &str) -> Result<String> {
    match is_plain_name(name) {
        true => Ok(name.to_owned()),
        false => Err(StoreError::Refused {
            demand: format!("« {name} » ne peut nommer une exécution : lettres, chiffres, - _ . +"),
        }),
    }
}

/// `.xml`, `.xml.gz`, `.zip`: what a name ends with, when it is plain.
fn extension(name: &str) -> String {
    let plain = |part: &&str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut parts = name.rsplit('.');
    let last = parts.next().filter(plain).filter(|last| last.len() < name.len());
    match last.map(str::to_ascii_lowercase) {
        None => String::new(),
        Some(last) if last == "gz" => {
            let before = parts.next().filter(plain).filter(|_| name.matches('.').count() > 1);
            before.map_or(format!(".{last}"), |before| {
                format!(".{}.{last}", before.to_ascii_lowercase())
            })
        }
        Some(last) => format!(".{last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions() {
        for (name, expected) in [
            ("O310000001_0_20250203032510.xml", ".xml"),
            ("A.XML.GZ", ".xml.gz"),
            ("a.gz", ".gz"),
            ("a", ""),
            ("a.b c", ""),
            ("a.../etc", ""),
        ] {
            assert_eq!(extension(name), expected, "{name}");
        }
    }
}
