//! A received file opened: its contents hashed, each with its identity, or refused without having been read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lake::delivery::{Counts, Delivery, DeliveryId, FileFinding, Verdict, delivery_id};

use crate::content::{self, Content, Listed, Trouble};
use crate::context::{Context, Received};
use crate::encoding::Plan;
use crate::oscour::{Failure, unreadable};
use crate::rules::{Clause, Tally, rule};
use crate::stamp::Stamp;
use crate::window::{BLOCK, Window};

/// Opens a new file, for the copy of a received one.
pub type Aside<'f> = dyn Fn() -> io::Result<(PathBuf, File)> + Sync + 'f;

/// The copy of a received file, which is what was read: its sender may go on writing in his.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    pub path: PathBuf,
    pub bytes: u64,
}

/// A received file, with its contents.
pub(crate) struct Opened {
    /// Its place in what was given to read.
    pub place: usize,
    /// As it was before it was opened.
    pub stamp: Option<Stamp>,
    /// Whether nothing of it could be opened.
    pub closed: bool,
    pub copy: Option<Copy>,
    pub contents: Vec<Result<Unit, Box<Delivery>>>,
}

impl Opened {
    /// Whether the file is still the one that was hashed.
    pub fn is_still(&self, file: &Received) -> bool {
        let hashed =
            |unit: &Unit| !unit.content.is_plain() || self.stamp.is_some_and(|stamp| stamp.length() == unit.delivery.bytes);
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

/// What a reading of all the bytes tells.
#[derive(Clone)]
struct Hashed {
    id: DeliveryId,
    bytes: u64,
    /// The first bytes.
    head: Vec<u8>,
}

impl Unit {
    /// Reads the content through a window; the second value is the number of characters replaced.
    pub fn within<T>(
        &self,
        plan: Plan,
        context: &Context,
        read: impl FnOnce(&mut Window) -> Result<T, Failure>,
    ) -> Result<(T, u64), Failure> {
        let outcome = self.content.with(|reader| {
            let mut window = Window::new(reader, plan, context.caps.field);
            let outcome = read(&mut window);
            Ok(outcome.map(|value| (value, window.replacements())))
        });
        outcome.map_err(|error: io::Error| unreadable(&error))?
    }
}

/// Opens a file: copied if it is to be, its contents hashed. An error is the machine's.
pub(crate) fn open(
    place: usize,
    file: &Received,
    context: &Context,
    reception: bool,
    aside: Option<&Aside>,
) -> Result<Opened, Failure> {
    let stamp = Stamp::of(&file.path);
    let copied = match aside {
        Some(aside) => copy(file, aside)?,
        None => None,
    };
    let path = copied.as_ref().map_or(&file.path, |(copy, _)| &copy.path);
    let name = file.path.file_name().unwrap_or(file.path.as_os_str());
    let name = name.to_string_lossy().into_owned();
    let listed = content::list(path, &name, context.caps);
    // A plain file is its own content: one hash does for both.
    let plain = matches!(&listed[..], [one] if one.content.as_ref().is_ok_and(Content::is_plain));
    let (copy, raw) = match copied {
        Some((copy, hashed)) => (Some(copy), Some(hashed)),
        None if plain => (None, None),
        None => (None, hash_file(file)?),
    };
    let mut opened = Opened {
        place,
        stamp,
        closed: false,
        copy,
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
    raw: Option<&Hashed>,
    context: &Context,
    reception: bool,
    closed: &mut bool,
) -> Result<Result<Unit, Box<Delivery>>, Failure> {
    let mut delivery = blank(file, &listed.name, context);
    let outcome = listed.content.and_then(|content| {
        let hashed = match raw {
            Some(raw) if content.is_plain() => Ok(raw.clone()),
            _ => content.with(|reader| hash(reader, None).map_err(of_reading)),
        };
        Ok((content, hashed.map_err(Trouble::of)?))
    });
    let reason = match outcome {
        Ok((content, hashed)) => {
            delivery.raw = raw.unwrap_or(&hashed).id.clone();
            delivery.id = hashed.id;
            delivery.bytes = hashed.bytes;
            return Ok(Ok(Unit {
                content,
                delivery,
                plan: Plan::of(&hashed.head),
                received: reception.then_some(file.depose_le.unwrap_or(file.received_at)),
            }));
        }
        Err(Trouble::Machine(error)) => return Err(Failure::Machine(error)),
        Err(Trouble::Closed(reason)) => {
            *closed = true;
            reason
        }
        Err(Trouble::Content(reason)) => reason,
    };
    delivery.raw = raw.map_or_else(|| of_closed(file), |raw| raw.id.clone());
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

/// Copies a file while it is hashed; nothing when it cannot be opened, which its listing will tell.
fn copy(file: &Received, aside: &Aside) -> Result<Option<(Copy, Hashed)>, Failure> {
    let Some(mut from) = regular(&file.path)? else {
        return Ok(None);
    };
    let (path, mut to) = aside().map_err(Failure::Sink)?;
    let hashed = hash(&mut from, Some(&mut to))?;
    let copy = Copy {
        path,
        bytes: hashed.bytes,
    };
    Ok(Some((copy, hashed)))
}

/// The hash of a file as received; none when it cannot be opened.
fn hash_file(file: &Received) -> Result<Option<Hashed>, Failure> {
    let Some(mut from) = regular(&file.path)? else {
        return Ok(None);
    };
    match hash(&mut from, None) {
        Ok(hashed) => Ok(Some(hashed)),
        Err(Failure::Machine(error)) => closed(error),
        Err(failure) => Err(failure),
    }
}

/// A regular file that can be opened.
fn regular(path: &Path) -> Result<Option<File>, Failure> {
    if !std::fs::symlink_metadata(path).is_ok_and(|found| found.is_file()) {
        return Ok(None);
    }
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) => closed(error),
    }
}

fn closed<T>(error: io::Error) -> Result<Option<T>, Failure> {
    match Trouble::of(error) {
        Trouble::Machine(error) => Err(Failure::Machine(error)),
        Trouble::Closed(_) | Trouble::Content(_) => Ok(None),
    }
}

/// The error of a reading that writes nothing.
fn of_reading(failure: Failure) -> io::Error {
    match failure {
        Failure::Machine(error) | Failure::Sink(error) => error,
        Failure::Refused { reason, .. } => io::Error::other(reason),
    }
}

/// Hashes all the bytes, which are also written in `copy`.
fn hash(reader: &mut dyn io::Read, mut copy: Option<&mut File>) -> Result<Hashed, Failure> {
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0; BLOCK];
    let mut head = Vec::new();
    let mut bytes = 0;
    loop {
        let count = match reader.read(&mut block) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::Machine(error)),
        };
        hasher.update(&block[..count]);
        if let Some(copy) = &mut copy {
            copy.write_all(&block[..count]).map_err(Failure::Sink)?;
        }
        if head.len() < 4096 {
            head.extend_from_slice(&block[..count.min(4096 - head.len())]);
        }
        bytes += count as u64;
    }
    Ok(Hashed {
        id: hasher.finalize().to_hex()[..32].to_owned(),
        bytes,
        head,
    })
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
        depose_le: file.depose_le,
        encoding: String::new(),
        replacements: 0,
        kid: context.key.kid(),
        counts: Counts::default(),
        days: BTreeMap::new(),
        verdict: Verdict::Refusee,
        findings: Vec::new(),
        unknown: BTreeMap::new(),
        reason: None,
        aside: None,
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
