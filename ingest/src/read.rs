//! From received files to deliveries: list, hash, recognise, read. Files and archive entries are read in parallel; the result
//! depends neither on their order nor on the number of threads.

use std::collections::BTreeMap;
use std::io;

use lake::delivery::{Delivery, DeliveryId, FileFinding, Verdict};
use lake::sink::RecordSink;
use lake::system;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use thiserror::Error;

use crate::context::{Context, Received};
use crate::flat::passages::Rows;
use crate::oscour::Failure;
use crate::read_oscour::Message;
use crate::recognise::{Recognised, recognise};
use crate::row_rules::Judges;
use crate::rules::{Clause, Tally, rule};
use crate::stamp::Stamp;
use crate::unit::{self, Aside, Copy, Opened, Unit, refuse};
use crate::window::Window;
use crate::{kinds, read_flat, read_rpu, rpu, verdict};

/// Says whether a content was received before.
pub type Known<'f> = dyn Fn(&str) -> bool + Sync + 'f;
/// Opens the sink of a delivery, of which kind, table, site and EXTRACT are known by then.
pub type OpenSink<'f> = dyn Fn(&Delivery) -> io::Result<Box<dyn RecordSink>> + Sync + 'f;

/// One received file once read.
#[derive(Debug)]
pub struct ReadFile {
    /// Its place in what was given to read.
    pub place: usize,
    pub fate: Fate,
    /// As it was when it was read; none when it could not be found.
    pub stamp: Option<Stamp>,
    /// Its copy, when it was made.
    pub copy: Option<Copy>,
    /// One delivery, or one for each entry of an archive.
    pub deliveries: Vec<Delivery>,
    /// What the row rules found in those that are loaded, when they were judged: for their certificate.
    pub row_findings: BTreeMap<DeliveryId, Vec<FileFinding>>,
}

/// What the file of deliveries may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Read: it can be put away.
    Read,
    /// Nothing of it could be opened, or it is no regular file: refused, and left where it is.
    Closed,
    /// It changed while it was read, or disappeared: its deliveries must not be loaded, a later reading will tell.
    Changed,
}

/// The machine failed, not a file: nothing that was read may be kept.
#[derive(Debug, Error)]
pub enum Stopped {
    #[error("lecture de {file} : {}", system::french(source))]
    Reading { file: String, source: io::Error },
    #[error("écriture de ce qui est lu dans {file} : {}", system::french(source))]
    Writing { file: String, source: io::Error },
}

/// Reads received files in parallel. They come in the order of their paths, entries in the order of their archive. Of two
/// identical contents the first one is read, the other is « déjà reçue ». Never panics on a content; one that cannot be read
/// comes back refused, with its reason, and the others go on. With `aside`, each file is copied while it is hashed, and it is the
/// copy that is read: what is loaded is what is kept.
pub fn read_all(
    received: &[Received],
    context: &Context,
    known: &Known,
    open: &OpenSink,
    aside: Option<&Aside>,
) -> Result<Vec<ReadFile>, Stopped> {
    let judges = context.lignes.then(Judges::default);
    run(received, context, known, open, aside, true, judges.as_ref())
}

pub(crate) fn run(
    received: &[Received],
    context: &Context,
    known: &Known,
    open: &OpenSink,
    aside: Option<&Aside>,
    reception: bool,
    judges: Option<&Judges>,
) -> Result<Vec<ReadFile>, Stopped> {
    let judging = |delivery: &Delivery| {
        let sink = open(delivery)?;
        Ok(match judges {
            Some(judges) => judges.on_the_way(delivery, sink),
            None => sink,
        })
    };
    let mut order: Vec<usize> = (0..received.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&received[*a], &received[*b]);
        (&a.path, &a.source).cmp(&(&b.path, &b.source))
    });
    let opened = || {
        each(
            &order,
            |_| 0,
            |_, place| opened(*place, &received[*place], context, reception, aside),
        )
    };
    let opened = match order[..] {
        [_] => opened(),
        // Each reader would wait for the references, which one thread loads: they are ready when hashing is done.
        _ => rayon::join(opened, rpu::load_references).0,
    };
    let opened: Vec<Opened> = opened.into_iter().collect::<Result<_, _>>()?;
    let listed: Vec<&Result<Unit, Box<Delivery>>> = opened.iter().flat_map(|file| &file.contents).collect();
    let mut first: FxHashMap<&DeliveryId, usize> = FxHashMap::default();
    for (rank, unit) in listed.iter().enumerate() {
        if let Ok(unit) = unit {
            first.entry(&unit.delivery.id).or_insert(rank);
        }
    }
    let bytes = |unit: &&Result<Unit, Box<Delivery>>| unit.as_ref().map_or(0, |unit| unit.delivery.bytes);
    let read = each(&listed, bytes, |rank, unit| match unit {
        Err(refused) => Ok(refused.as_ref().clone()),
        Ok(unit) => {
            let again = first[&unit.delivery.id] != rank || known(&unit.delivery.id);
            one(unit, context, again, &judging)
        }
    });
    let mut read = read.into_iter();
    let mut files = Vec::with_capacity(opened.len());
    for file in &opened {
        let contents = read.by_ref().take(file.contents.len());
        let mut file = read_file(file, &received[file.place], contents, reception)?;
        if let Some(judges) = judges {
            say_rows(&mut file, judges, context);
        }
        files.push(file);
    }
    Ok(files)
}

/// What the row rules found in the deliveries of a file, and what it makes of their verdicts.
fn say_rows(file: &mut ReadFile, judges: &Judges, context: &Context) {
    for delivery in file.deliveries.iter_mut().filter(|delivery| delivery.verdict.is_loaded()) {
        let findings = judges.findings(&delivery.id);
        if let Some(kind) = context.kinds.get(&delivery.kind) {
            verdict::with_row_rules(&kind.verdict, delivery, &findings);
        }
        if !findings.is_empty() {
            file.row_findings.insert(delivery.id.clone(), findings);
        }
    }
}

fn opened(place: usize, file: &Received, context: &Context, reception: bool, aside: Option<&Aside>) -> Result<Opened, Stopped> {
    let name = || file.path.display().to_string();
    unit::open(place, file, context, reception, aside).map_err(|failure| match failure {
        Failure::Sink(source) => Stopped::Writing { file: name(), source },
        Failure::Machine(source) => Stopped::Reading { file: name(), source },
        Failure::Refused { reason, .. } => Stopped::Reading {
            file: name(),
            source: io::Error::other(reason),
        },
    })
}

/// A file and what its contents became.
fn read_file(
    opened: &Opened,
    file: &Received,
    contents: impl Iterator<Item = Result<Delivery, Failure>>,
    reception: bool,
) -> Result<ReadFile, Stopped> {
    let mut fate = match (opened.closed, opened.contents.iter().any(Result::is_ok)) {
        (false, _) => Fate::Read,
        (true, false) => Fate::Closed,
        (true, true) => Fate::Changed,
    };
    let mut deliveries = Vec::with_capacity(opened.contents.len());
    let place = || file.path.display().to_string();
    for (content, described) in contents.zip(&opened.contents) {
        match content {
            Ok(delivery) => deliveries.push(delivery),
            Err(Failure::Sink(source)) => return Err(Stopped::Writing { file: place(), source }),
            // It could be opened, to be hashed: its sender took it back since.
            Err(Failure::Machine(error))
                if [io::ErrorKind::NotFound, io::ErrorKind::PermissionDenied].contains(&error.kind()) =>
            {
                fate = Fate::Changed;
                deliveries.extend(described.as_ref().ok().map(|unit| unit.delivery.clone()));
            }
            Err(Failure::Machine(source)) => return Err(Stopped::Reading { file: place(), source }),
            Err(Failure::Refused { clause, reason }) => {
                let unit = described.as_ref().ok().map(|unit| unit.delivery.clone());
                deliveries.extend(unit.map(|delivery| refuse(delivery, clause, reason)));
            }
        }
    }
    if reception && !opened.is_still(file) {
        fate = Fate::Changed;
    }
    Ok(ReadFile {
        place: opened.place,
        fate,
        stamp: opened.stamp,
        copy: opened.copy.clone(),
        deliveries,
        row_findings: BTreeMap::new(),
    })
}

/// Applies `work` to every item, in parallel, keeping their order. The longest begin first, so that no thread is left alone with
/// one at the end. A single item stays on this thread.
fn each<T: Sync, U: Send>(items: &[T], length: impl Fn(&T) -> u64, work: impl Fn(usize, &T) -> U + Sync) -> Vec<U> {
    if let [item] = items {
        return vec![work(0, item)];
    }
    let mut ranks: Vec<usize> = (0..items.len()).collect();
    ranks.sort_by_key(|rank| std::cmp::Reverse(length(&items[*rank])));
    // A bridge hands the items out one by one, in this order.
    let mut done: Vec<(usize, U)> = ranks
        .into_iter()
        .par_bridge()
        .map(|rank| (rank, work(rank, &items[rank])))
        .collect();
    done.sort_by_key(|(rank, _)| *rank);
    done.into_iter().map(|(_, result)| result).collect()
}

fn one(unit: &Unit, context: &Context, again: bool, open: &OpenSink) -> Result<Delivery, Failure> {
    let outcome = beginning(unit).and_then(|(head, whole)| {
        let found = recognise(&head, whole, &context.kinds)?;
        Ok((found, head))
    });
    let (found, head) = match outcome {
        Ok(found) => found,
        Err(failure) => return failed(unit.delivery.clone(), failure),
    };
    let Recognised { kind, separator } = found;
    let mut delivery = unit.delivery.clone();
    if let Some(name) = context.renamed.get(&delivery.id) {
        delivery.id.clone_from(name);
    }
    delivery.kind.clone_from(&kind.nom);
    delivery.flux.clone_from(&kind.flux);
    delivery.table.clone_from(&kind.table);
    let plan = unit.plan.or_default(kind.encodage.as_deref());
    match kind.lecteur {
        kinds::Reader::Oscour => {
            let form = Message::of(kind, context);
            read_rpu::read(unit, delivery, plan, kind, &form, context, again, open)
        }
        kinds::Reader::RpuPlat => match Rows::of(kind, header(&head), separator, &delivery, context) {
            Ok(form) => read_rpu::read(unit, delivery, plan, kind, &form, context, again, open),
            Err(reason) => failed(delivery, Failure::Refused { clause: None, reason }),
        },
        kinds::Reader::Plat | kinds::Reader::Json => {
            read_flat::read(unit, delivery, plan, kind, header(&head), separator, context, again, open)
        }
    }
}

/// The header line of a flat content.
pub(crate) fn header(head: &str) -> &str {
    let text = head.trim_start_matches('\u{FEFF}').trim_start();
    text.lines().next().unwrap_or_default()
}

/// Decoded beginning of a content, and whether that is all of it.
pub(crate) fn beginning(unit: &Unit) -> Result<(String, bool), Failure> {
    let head = unit.content.with(|reader| {
        let mut window = Window::new(reader, unit.plan, usize::MAX);
        let mut more = true;
        while more && window.available().len() < 64 << 10 {
            more = window.extend()?;
        }
        let text = window.available();
        let end = (0..=text.len().min(64 << 10))
            .rev()
            .find(|end| std::str::from_utf8(&text[..*end]).is_ok())
            .unwrap_or(0);
        Ok((String::from_utf8_lossy(&text[..end]).into_owned(), !more))
    });
    head.map_err(|error| crate::oscour::unreadable(&error))
}

/// The delivery of a failed reading: refused when its content is at fault.
pub(crate) fn failed(delivery: Delivery, failure: Failure) -> Result<Delivery, Failure> {
    match failure {
        Failure::Refused { clause, reason } => Ok(refuse(delivery, clause, reason)),
        Failure::Sink(_) | Failure::Machine(_) => Err(failure),
    }
}

/// The delivery of a content received before.
pub(crate) fn received_again(mut delivery: Delivery) -> Delivery {
    let mut tally = Tally::default();
    tally.at(Clause::F10).judge(true, 0);
    let rule = rule(Clause::F10.id()).expect("every clause is declared");
    delivery.findings = vec![tally.get(Clause::F10).finding(rule)];
    delivery.verdict = Verdict::DejaRecue;
    delivery.reason = Some(rule.message.clone());
    delivery
}
