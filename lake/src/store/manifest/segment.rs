//! A segment: what one run changed. The first line is the segment, each following line the detail of one of its deliveries,
//! so that opening the lake parses one short line per run.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Act, FORMAT, Load, Manifest, Move, Part, RawFile, Ruling};
use crate::delivery::{Delivery, DeliveryId};
use crate::store::error::{Result, StoreError};
use crate::store::files;
use crate::store::layout::Layout;
use crate::store::settings::Settings;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Segment {
    pub format: u32,
    pub seq: u64,
    pub run: String,
    /// Never earlier than the segment before.
    pub at: Timestamp,
    /// Head of the manifest before it.
    pub previous: String,
    pub act: Act,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loads: Vec<Load>,
    /// Contents received again, with the name they came under.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub again: Vec<(DeliveryId, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Paths of parts that these replace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<Move>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rulings: Vec<Ruling>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raw: Vec<RawFile>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purged: Vec<DeliveryId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requeued: Vec<DeliveryId>,
}

impl Segment {
    /// The next segment of a manifest, empty.
    pub fn after(manifest: &Manifest, run: &str, at: Timestamp, act: Act) -> Segment {
        Segment {
            format: FORMAT,
            seq: manifest.seq + 1,
            run: run.to_owned(),
            // A clock set back must not make a later run look older: as-of views rest on this order.
            at: manifest.runs.last().map_or(at, |last| last.at.max(at)),
            previous: manifest.head.clone(),
            act,
            loads: Vec::new(),
            again: Vec::new(),
            parts: Vec::new(),
            dropped: Vec::new(),
            moves: Vec::new(),
            rulings: Vec::new(),
            settings: None,
            raw: Vec::new(),
            purged: Vec::new(),
            requeued: Vec::new(),
        }
    }
}

/// Publishes a segment with the details of its loads, in the order of `loads`, and adds it to the manifest. This rename is
/// the instant at which a run becomes true.
pub(crate) fn publish(layout: &Layout, manifest: &mut Manifest, segment: Segment, details: &[Delivery]) -> Result<()> {
    debug_assert_eq!(segment.loads.len(), details.len(), "each load has its detail");
    let folder = layout.manifest();
    let fail = StoreError::encoding(&folder);
    let mut bytes = serde_json::to_vec(&segment).map_err(&fail)?;
    bytes.push(b'\n');
    for detail in details {
        serde_json::to_writer(&mut bytes, detail).map_err(&fail)?;
        bytes.push(b'\n');
    }
    let head = head_after(&segment.previous, &bytes);
    let path = folder.join(format!("{:06}-{head}.json", segment.seq));
    files::publish_bytes(&layout.staging(), &path, &bytes)?;
    manifest.apply(segment, head);
    manifest.add_segment_file(path);
    Ok(())
}

/// The chained hash: first 32 hexadecimal characters of BLAKE3(previous head ‖ segment).
pub(crate) fn head_after(previous: &str, bytes: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(previous.as_bytes());
    hasher.update(bytes);
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Sequence number and head in the name of a segment.
pub(crate) fn name_of(path: &Path) -> Option<(u64, String)> {
    let (seq, head) = path.file_name()?.to_str()?.strip_suffix(".json")?.split_once('-')?;
    Some((seq.parse().ok()?, head.to_owned()))
}

/// Reads the first line.
pub(crate) fn read(path: &Path) -> Result<Segment> {
    let mut line = Vec::new();
    let file = File::open(path).map_err(StoreError::io("lecture de", path))?;
    BufReader::new(file)
        .read_until(b'\n', &mut line)
        .map_err(StoreError::io("lecture de", path))?;
    let segment: Segment = serde_json::from_slice(&line).map_err(|error| StoreError::damaged(path, error))?;
    match segment.format {
        FORMAT => Ok(segment),
        other => Err(StoreError::damaged(path, format!("format {other} inconnu de cette version"))),
    }
}

/// The details, as written: the lines after the first.
pub(crate) fn detail_lines(path: &Path) -> Result<Vec<String>> {
    let file = File::open(path).map_err(StoreError::io("lecture de", path))?;
    let lines: std::io::Result<Vec<String>> = BufReader::new(file).lines().skip(1).collect();
    lines.map_err(StoreError::io("lecture de", path))
}

/// Whether the name of each segment is the hash of its bytes. Gives the first that is not.
pub(crate) fn check_chain(paths: &[PathBuf], mut head: String) -> Result<Option<PathBuf>> {
    for path in paths {
        let bytes = std::fs::read(path).map_err(StoreError::io("lecture de", path))?;
        head = head_after(&head, &bytes);
        if name_of(path).is_none_or(|(_, named)| named != head) {
            return Ok(Some(path.clone()));
        }
    }
    Ok(None)
}
