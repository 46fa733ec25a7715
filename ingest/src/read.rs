//! From received files to deliveries: list, hash, recognise, read. Files and archive entries are read in parallel; the result
//! depends neither on their order nor on the number of threads.

use std::collections::BTreeMap;
use std::io;

use lake::delivery::{Counts, Delivery, DeliveryId, FileFinding, Verdict, delivery_id};
use lake::sink::RecordSink;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::content::{self, Content, Listed, describe};
use crate::context::{Context, Received};
use crate::encoding::Plan;
use crate::oscour::Failure;
use crate::recognise::{Recognised, recognise};
use crate::rules::{Clause, Tally, rule};
use crate::window::Window;
use crate::{kinds, read_flat, read_oscour, rpu};

/// Says whether a content was received before.
pub type Known<'f> = dyn Fn(&str) -> bool + Sync + 'f;
/// Opens the sink of a delivery, of which kind, table, site and EXTRACT are known by then.
pub type OpenSink<'f> = dyn Fn(&Delivery) -> io::Result<Box<dyn RecordSink>> + Sync + 'f;

/// Reads one received file: one delivery, or one for each entry of an archive. Never panics on a content; what cannot be read
/// comes back refused, with its reason.
pub fn read(received: &Received, context: &Context, known: &Known, open: &OpenSink) -> Vec<Delivery> {
    read_all(std::slice::from_ref(received), context, known, open)
}

/// Reads received files in parallel. Deliveries come in the order of the files' paths, entries in the order of their archive.
/// Of two identical contents the first one is read, the other is « déjà reçue ».
pub fn read_all(received: &[Received], context: &Context, known: &Known, open: &OpenSink) -> Vec<Delivery> {
    run(received, context, known, open, true)
}

/// Judges files without loading them, for `oru check`: no history, and `received_at` is when they are looked at. A delivery
/// whose EXTRACT is in the future is « en attente », as the store would decide.
pub fn check(received: &[Received], context: &Context) -> Vec<Delivery> {
    let mut deliveries = run(received, context, &|_| false, &|_| Ok(Box::new(Discard)), false);
    for delivery in &mut deliveries {
        if delivery.verdict.is_loaded()
            && let Some(reason) = extract_in_future(delivery, context)
        {
            delivery.verdict = Verdict::EnAttente;
            delivery.reason = Some(reason);
        }
    }
    deliveries
}

/// Tolerance between EXTRACT and reception, seconds (architecture §5.5).
const FUTURE: i64 = 3600;

/// Why a delivery must wait because it says it was produced after its reception, if it must.
pub fn extract_in_future(delivery: &Delivery, context: &Context) -> Option<String> {
    let extract = delivery.extract?.to_zoned(context.zone.clone()).ok()?.timestamp();
    let ahead = extract.as_second() - delivery.received_at.as_second();
    (ahead > FUTURE)
        .then(|| "EXTRACT est postérieur à la réception de plus d'une heure : vérifier l'horloge de l'émetteur".to_owned())
}

/// A sink that keeps nothing.
#[derive(Debug, Default)]
pub struct Discard;

impl RecordSink for Discard {
    fn rows(&mut self, _: arrow::record_batch::RecordBatch) -> io::Result<()> {
        Ok(())
    }

    fn rejected(&mut self, _: lake::delivery::RejectedRecord) -> io::Result<()> {
        Ok(())
    }

    fn raw_value(&mut self, _: lake::delivery::RawValue) -> io::Result<()> {
        Ok(())
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

fn run(received: &[Received], context: &Context, known: &Known, open: &OpenSink, reception: bool) -> Vec<Delivery> {
    let mut order: Vec<&Received> = received.iter().collect();
    order.sort_by(|a, b| (&a.path, &a.source).cmp(&(&b.path, &b.source)));
    let hashed = || each(&order, |_| 0, |_, file| units(file, context, reception));
    let listed = match order[..] {
        [_] => hashed(),
        // Each reader would wait for the references, which one thread loads: they are ready when hashing is done.
        _ => rayon::join(hashed, rpu::load_references).0,
    };
    let listed: Vec<Result<Unit, Box<Delivery>>> = listed.into_iter().flatten().collect();
    let mut first: FxHashMap<&DeliveryId, usize> = FxHashMap::default();
    for (rank, unit) in listed.iter().enumerate() {
        if let Ok(unit) = unit {
            first.entry(&unit.delivery.id).or_insert(rank);
        }
    }
    let bytes = |unit: &Result<Unit, Box<Delivery>>| unit.as_ref().map_or(0, |unit| unit.delivery.bytes);
    each(&listed, bytes, |rank, unit| match unit {
        Err(refused) => refused.as_ref().clone(),
        Ok(unit) => {
            let again = first[&unit.delivery.id] != rank || known(&unit.delivery.id);
            one(unit, context, again, open)
        }
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

/// The contents of a file, hashed.
fn units(file: &Received, context: &Context, reception: bool) -> Vec<Result<Unit, Box<Delivery>>> {
    let name = file.path.file_name().unwrap_or(file.path.as_os_str());
    let name = name.to_string_lossy().into_owned();
    let listed = content::list(&file.path, &name, context.caps);
    // A plain file is its own content: one hash does for both.
    let plain = matches!(&listed[..], [one] if one.content.as_ref().is_ok_and(Content::is_plain));
    let raw = match plain {
        true => None,
        false => Some(hash_file(file).unwrap_or_else(|_| delivery_id(format!("illisible:{name}").as_bytes()))),
    };
    listed
        .into_iter()
        .map(|one| unit(file, one, raw.as_ref(), context, reception))
        .collect()
}

/// One content with its identity. One that cannot be read is named after its file and its place in it.
fn unit(
    file: &Received,
    listed: Listed,
    raw: Option<&DeliveryId>,
    context: &Context,
    reception: bool,
) -> Result<Unit, Box<Delivery>> {
    let mut delivery = blank(file, &listed.name, context);
    let outcome = listed.content.and_then(|content| match hash_content(&content) {
        Ok(hashed) => Ok((content, hashed)),
        Err(error) => Err(format!("lecture interrompue : {}", describe(&error))),
    });
    match outcome {
        Ok((content, (id, bytes, head))) => {
            delivery.raw = raw.unwrap_or(&id).clone();
            delivery.id = id;
            delivery.bytes = bytes;
            Ok(Unit {
                content,
                delivery,
                plan: Plan::of(&head),
                received: reception.then_some(file.received_at),
            })
        }
        Err(reason) => {
            delivery.raw = raw
                .cloned()
                .unwrap_or_else(|| delivery_id(format!("illisible:{}", listed.name).as_bytes()));
            delivery.id = match listed.name.contains('!') {
                true => delivery_id(format!("{}!{}", delivery.raw, listed.name).as_bytes()),
                false => delivery.raw.clone(),
            };
            Err(Box::new(refuse(delivery, None, reason)))
        }
    }
}

fn hash_file(file: &Received) -> io::Result<DeliveryId> {
    let mut reader = std::fs::File::open(&file.path)?;
    hash(&mut reader).map(|(id, _, _)| id)
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

fn one(unit: &Unit, context: &Context, again: bool, open: &OpenSink) -> Delivery {
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
    delivery.kind.clone_from(&kind.nom);
    delivery.flux.clone_from(&kind.flux);
    delivery.table.clone_from(&kind.table);
    let plan = unit.plan.or_default(kind.encodage.as_deref());
    match kind.lecteur {
        kinds::Reader::Oscour => read_oscour::read(unit, delivery, plan, kind, context, again, open),
        kinds::Reader::Plat => {
            let header = head
                .trim_start_matches('\u{FEFF}')
                .trim_start()
                .lines()
                .next()
                .unwrap_or_default();
            read_flat::read(unit, delivery, plan, kind, header, separator, context, again, open)
        }
    }
}

/// Decoded beginning of a content, and whether that is all of it.
fn beginning(unit: &Unit) -> Result<(String, bool), Failure> {
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

/// The delivery of a failed reading.
pub(crate) fn failed(delivery: Delivery, failure: Failure) -> Delivery {
    match failure {
        Failure::Refused { clause, reason } => refuse(delivery, clause, reason),
        Failure::Sink(error) => refuse(delivery, None, format!("écriture impossible : {}", describe(&error))),
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
