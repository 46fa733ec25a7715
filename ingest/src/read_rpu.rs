//! One delivery of passages, whatever its form, from its content to its verdict.

use lake::delivery::{Counts, Delivery, Verdict};

use crate::check::Discard;
use crate::context::Context;
use crate::encoding::Plan;
use crate::kinds::Kind;
use crate::name;
use crate::oscour::{Failure, Header, OnRecord, Walked};
use crate::read::{OpenSink, failed, received_again};
use crate::rpu;
use crate::rpu::derived::Entries;
use crate::rpu::header::{self, Sender};
use crate::rpu::reading::Reading;
use crate::rules::{Clause, Tally};
use crate::unit::Unit;
use crate::verdict;
use crate::window::Window;

/// A form in which passages are sent.
pub(crate) trait Form {
    /// Who sends, when, and for which days.
    fn header(&self, window: &mut Window) -> Result<Header, Failure>;
    /// Every passage, one after another.
    fn records(&self, window: &mut Window, on_record: &mut OnRecord) -> Result<Walked, Failure>;
}

#[allow(clippy::too_many_arguments, reason = "what recognition found, one argument each")]
pub(crate) fn read(
    unit: &Unit,
    mut delivery: Delivery,
    plan: Plan,
    kind: &Kind,
    form: &dyn Form,
    context: &Context,
    again: bool,
    open: &OpenSink,
) -> Result<Delivery, Failure> {
    let read = unit.within(plan, context, |window| form.header(window));
    let header = match read {
        Ok((header, _)) => header,
        Err(failure) => return failed(delivery, failure),
    };
    let mut tally = Tally::default();
    let mut sender = match header::judge(&header, context, &mut tally) {
        Ok(sender) => sender,
        Err(failure) => return failed(delivery, failure),
    };
    identify(&mut delivery, &sender);
    delivery.encoding = plan.label(0);
    if again {
        return Ok(received_again(delivery));
    }
    let parts = name::read(&delivery.file, kind.nom_fichier.iter().map(|name| &name.modele));
    header::judge_name(parts.as_ref(), &header, &sender, &mut tally);
    match kind.quotidien {
        true => header::judge_timeliness(unit.received, &sender, context, &mut tally),
        false => [Clause::F13, Clause::F14]
            .into_iter()
            .for_each(|clause| tally.at(clause).skip()),
    }
    let derived = sender.window.is_none();
    if derived {
        let mut entries = Entries::before(sender.extract);
        let read = unit.within(plan, context, |window| {
            form.records(window, &mut |record, text| entries.record(record, text))
        });
        if let Err(failure) = read {
            return failed(delivery, failure);
        }
        sender.window = entries.window();
        identify(&mut delivery, &sender);
    }
    // Communes and nomenclatures at once: a check of one file has nobody to load them beforehand.
    rpu::load_references();
    let sink = match sender.quarantine {
        Some(_) => Ok(Box::new(Discard) as _),
        None => open(&delivery),
    };
    let sink = match sink {
        Ok(sink) => sink,
        Err(error) => return failed(delivery, Failure::Sink(error)),
    };
    let mut reading = Reading::new(&delivery.id, &delivery.source, sender.clone(), kind, context, sink);
    reading.tally = tally;
    reading.derived = derived;
    let read = unit.within(plan, context, |window| {
        form.records(window, &mut |record, text| reading.record(record, text))
    });
    let (walked, replacements) = match read {
        Ok(read) => read,
        Err(failure) => return failed(delivery, failure),
    };
    if let Err(error) = reading.finish() {
        return failed(delivery, Failure::Sink(error));
    }
    let delivery = conclude(delivery, &mut reading, sender, walked, replacements, plan, kind);
    reading.release(context);
    Ok(delivery)
}

fn identify(delivery: &mut Delivery, sender: &Sender) {
    delivery.finess = Some(sender.finess.clone());
    delivery.ordre = Some(sender.ordre);
    delivery.extract = sender.extract_civil();
    if let Some((first, last)) = sender.window {
        delivery.date_from = crate::dates::Day::from_number(first).civil();
        delivery.date_to = crate::dates::Day::from_number(last).civil();
    }
}

fn conclude(
    mut delivery: Delivery,
    reading: &mut Reading,
    sender: Sender,
    walked: Walked,
    replacements: u64,
    plan: Plan,
    kind: &Kind,
) -> Delivery {
    for clause in [Clause::F01, Clause::F02, Clause::F10] {
        reading.tally.at(clause).judge(false, 0);
    }
    let undecoded = reading.tally.at(Clause::F15);
    undecoded.judge(replacements > 0, 0);
    undecoded.total = replacements;
    if !walked.in_order {
        reading.tally.at(Clause::F16).judge(true, 1);
    }
    delivery.encoding = plan.label(replacements);
    delivery.replacements = replacements;
    delivery.unknown = walked.unknown;
    delivery.findings = reading.tally.findings();
    match sender.quarantine {
        Some(reason) => {
            // Counted only once a mapping lets it in: the accounting of the lake is about records that are, or were refused by, it.
            delivery.verdict = Verdict::EnQuarantaine;
            delivery.reason = Some(format!("{reason} ({} passages en attente)", reading.counts.rows_read));
            delivery.counts = Counts::default();
        }
        None => {
            delivery.counts = reading.counts;
            delivery.days = reading.days();
            let fields = field_counts(kind, reading);
            (delivery.verdict, delivery.reason) = verdict::of(&kind.verdict, &reading.counts, &delivery.findings, &fields);
            if !delivery.verdict.is_loaded() {
                delivery.days.clear();
            }
        }
    }
    delivery
}

/// Rows where each field that the verdict looks at conforms.
fn field_counts(kind: &Kind, reading: &Reading) -> Vec<(&'static str, u64)> {
    ["cp", "naissance", "sexe"]
        .into_iter()
        .zip(["CP", "NAISSANCE", "SEXE"])
        .zip(reading.conforming)
        .filter(|((name, _), _)| kind.verdict.champs.iter().any(|field| field == name))
        .map(|((_, label), count)| (label, count))
        .collect()
}
