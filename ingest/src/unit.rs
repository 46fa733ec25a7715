//! A received file opened: its contents hashed, each with its identity, or refused without having been read.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use lake::delivery::{Counts, Delivery, DeliveryId, FileFinding, Verdict, delivery_id};

use crate::content::{self, Content, Listed, Trouble};
use crate::context::{Context, Received};
use crate::encoding::Plan;
use crate::rules::{Clause, Tally, rule};

/// A received file, with its contents.
pub(crate) struct Opened {
    /// Its place in what was given to read.
    pub place: usize,
    /// As it was before it was opened.
    pub stamp: Option<Stamp>,
    /// Whether nothing of it could be opened.
    pub closed: bool,
    pub contents: Vec<Result<Unit, Box<Delivery>>>,
}

/// What changes when a file is written in: a sender may still be at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    length: u64,
    changed: Option<SystemTime>,
}

impl Stamp {
    pub fn of(path: &Path) -> Option<Stamp> {
        let found = std::fs::symlink_metadata(path).ok()?;
        Some(Stamp {
            length: found.len(),
            changed: found.modified().ok(),
        })
    }
}

impl Opened {
    /// Whether the file is still the one that was hashed.
    pub fn is_still(&self, file: &Received) -> bool {
        let hashed =
            |unit: &Unit| !unit.content.is_plain() || self.stamp.is_some_and(|stamp| stamp.length == unit.delivery.bytes);
        self.closed || (self.stamp == Stamp::of(&file.path) && self.contents.iter().flatten().all(hashed))
    }
}

/// One content with its identity.
pub(crate) struct Unit {
    pub content: Content,
    pub delivery: Delivery,
    pub plan: Plan,
    /// Reception, when it is one.
    pub received: Option<jiff::Timestamp>,
}

/// Opens a file: its contents, hashed. An error is the machine's.
pub(crate) fn open(place: usize, file: &Received, context: &Context, reception: bool) -> io::Result<Opened> {
    let stamp = Stamp::of(&file.path);
    let name = file.path.file_name().unwrap_or(file.path.as_os_str());
    let name = name.to_string_lossy().into_owned();
    let listed = content::list(&file.path, &name, context.caps);
    // A plain file is its own content: one hash does for both.
    let plain = matches!(&listed[..], [one] if one.content.as_ref().is_ok_and(Content::is_plain));
    let raw = match plain {
        true => None,
        false => hash_file(file)?,
    };
    let mut opened = Opened {
        place,
        stamp,
        closed: false,
        contents: Vec::with_capacity(listed.len()),
    };
    for one in listed {
        let content = unit(file, one, raw.as_ref(), context, reception, &mut opened.closed)?;
        opened.contents.push(content);
    }
    Ok(opened)
}

/// One content with its identity. One that cannot be read is named after its file and its place in it.
fn unit(
    file: &Received,
    listed: Listed,
    raw: Option<&DeliveryId>,
    context: &Context,
    reception: bool,
    closed: &mut bool,
) -> io::Result<Result<Unit, Box<Delivery>>> {
    let mut delivery = blank(file, &listed.name, context);
    let outcome = listed.content.and_then(|content| match hash_content(&content) {
        Ok(hashed) => Ok((content, hashed)),
        Err(error) => Err(Trouble::of(error)),
    });
    let reason = match outcome {
        Ok((content, (id, bytes, head))) => {
            delivery.raw = raw.unwrap_or(&id).clone();
            delivery.id = id;
            delivery.bytes = bytes;
            return Ok(Ok(Unit {
                content,
                delivery,
                plan: Plan::of(&head),
                received: reception.then_some(file.received_at),
            }));
        }
        Err(Trouble::Machine(error)) => return Err(error),
        Err(Trouble::Closed(reason)) => {
            *closed = true;
            reason
        }
        Err(Trouble::Content(reason)) => reason,
    };
    delivery.raw = raw.cloned().unwrap_or_else(|| of_closed(file));
    delivery.id = match listed.name.contains('!') {
        true => delivery_id(format!("{}!{}", delivery.raw, listed.name).as_bytes()),
        false => delivery.raw.clone(),
    };
    Ok(Err(Box::new(refuse(delivery, None, reason))))
}

/// Names what cannot be opened after its place and the instant: as long as it stays there, each reception says it again.
fn of_closed(file: &Received) -> DeliveryId {
    delivery_id(format!("illisible:{}:{}", file.path.display(), file.received_at).as_bytes())
}

/// The hash of a file as received; none when it cannot be opened.
fn hash_file(file: &Received) -> io::Result<Option<DeliveryId>> {
    if !std::fs::symlink_metadata(&file.path).is_ok_and(|found| found.is_file()) {
        return Ok(None);
    }
    let hashed = std::fs::File::open(&file.path).and_then(|mut reader| hash(&mut reader));
    match hashed {
        Ok((id, ..)) => Ok(Some(id)),
        Err(error) => match Trouble::of(error) {
            Trouble::Machine(error) => Err(error),
            Trouble::Closed(_) | Trouble::Content(_) => Ok(None),
        },
    }
}

fn hash_content(content: &Content) -> io::Result<(DeliveryId, u64, Vec<u8>)> {
    content.with(|reader| hash(reader))
}

/// Identifier, size and first bytes of a content.
fn hash(reader: &mut dyn io::Read) -> io::Result<(DeliveryId, u64, Vec<u8>)> {
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0; 256 << 10];
    let mut head = Vec::new();
    let mut bytes = 0;
    loop {
        let count = match reader.read(&mut block) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(&block[..count]);
        if head.len() < 4096 {
            head.extend_from_slice(&block[..count.min(4096 - head.len())]);
        }
        bytes += count as u64;
    }
    Ok((hasher.finalize().to_hex()[..32].to_owned(), bytes, head))
}

fn blank(file: &Received, name: &str, context: &Context) -> Delivery {
    Delivery {
        id: DeliveryId::new(),
        kind: String::new(),
        flux: String::new(),
        table: String::new(),
        file: name.to_owned(),
        source: file.source.clone(),
        raw: DeliveryId::new(),
        bytes: 0,
        finess: None,
        ordre: None,
        extract: None,
        date_from: None,
        date_to: None,
        received_at: file.received_at,
        encoding: String::new(),
        replacements: 0,
        kid: context.key.kid(),
        counts: Counts::default(),
        days: BTreeMap::new(),
        verdict: Verdict::Refusee,
        findings: Vec::new(),
        unknown: BTreeMap::new(),
        reason: None,
    }
}

/// The delivery as refused: nothing counted, the rule that refused it first.
pub(crate) fn refuse(mut delivery: Delivery, clause: Option<Clause>, reason: String) -> Delivery {
    delivery.counts = Counts::default();
    delivery.days = BTreeMap::new();
    delivery.unknown = BTreeMap::new();
    delivery.findings = clause.map_or(Vec::new(), |clause| vec![refusal(clause, &reason)]);
    delivery.verdict = Verdict::Refusee;
    delivery.reason = Some(reason);
    delivery
}

fn refusal(clause: Clause, reason: &str) -> FileFinding {
    let mut tally = Tally::default();
    tally.at(clause).judge(true, 0);
    let mut finding = tally
        .get(clause)
        .finding(rule(clause.id()).expect("every clause is declared"));
    finding.message = Some(reason.to_owned());
    finding
}
