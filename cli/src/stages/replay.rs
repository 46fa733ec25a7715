//! Replay: deliveries in quarantine are read again from `raw/`, with the crosswalk and the structures of today. A delivery is
//! received once: what the replay loads takes the place of what waited.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ingest::Received;
use lake::delivery::{Delivery, DeliveryId, Verdict};

use crate::commands::quarantine::waiting;
use crate::context::Context;
use crate::error::Result;
use crate::reading::{self, Window};
use crate::stages::{self, Done, ingest as reception};
use crate::{certificate, talk, words};

/// Reads again what waits in quarantine. What is still unknown stays there.
pub fn replay(context: &Context) -> Result<Done> {
    let store = stages::open(context)?;
    certificate::prepare(&context.config.certificats)?;
    let key = stages::key(context, &store)?;
    let mut reader = reading::reader(context, key, &Window::default())?;
    let waiting = waiting(stages::deliveries(&store)?);
    if waiting.is_empty() {
        talk::print("rien à rejouer : aucun envoi en quarantaine\n");
        return Ok(Done::nothing());
    }
    // What a form without window was given at its reception.
    reader.options_of = waiting
        .iter()
        .map(|delivery| (delivery.id.clone(), given(delivery)))
        .collect();
    let mut writer = stages::writer(&store, context)?;
    let mut pieces: BTreeMap<PathBuf, Received> = BTreeMap::new();
    let mut purged = Vec::new();
    for delivery in &waiting {
        match store.raw(&delivery.raw) {
            None => purged.push(delivery),
            Some(_) => {
                let path = writer.requeue(&delivery.id).map_err(|error| words::store(&error))?;
                pieces.insert(path.clone(), again(path, delivery));
            }
        }
    }
    for delivery in purged {
        tracing::warn!("{} : la pièce reçue a été purgée ; demander un nouvel envoi", delivery.file);
    }
    let received: Vec<Received> = pieces.into_values().collect();
    let names: Vec<String> = waiting.iter().map(|delivery| delivery.id.clone()).collect();
    let run_id = stages::run_id(&["replay", &context.now.to_string(), &names.join("+")]);
    let run = writer.begin(&run_id, context.now).map_err(|error| words::store(&error))?;
    let files = reception::read(context, &received, &reader, &run)?;
    let rows = certificate::row_findings(&files);
    let read = files.into_iter().flat_map(|file| file.deliveries).collect();
    let report = run.commit(named(read, &waiting)).map_err(|error| words::store(&error))?;
    certificate::publish(context, &reader.kinds, &report.deliveries, &rows)?;
    reception::tell(&report, &writer.store(), &BTreeSet::new())
}

/// What stood in for the form of a delivery when it was first read.
pub fn given(delivery: &Delivery) -> ingest::Options {
    ingest::Options {
        du: delivery.date_from,
        au: delivery.date_to,
        extrait_le: delivery.extract,
    }
}

/// The piece kept in `raw/`, as it was received.
fn again(path: PathBuf, delivery: &Delivery) -> Received {
    Received {
        path,
        source: delivery.source.clone(),
        received_at: delivery.received_at,
        depose_le: delivery.depose_le,
    }
}

/// What was waited for only (an archive may hold entries that were loaded before), under the name it was received with.
fn named(read: Vec<Delivery>, waiting: &[Delivery]) -> Vec<Delivery> {
    let first: BTreeMap<&DeliveryId, &Delivery> = waiting.iter().map(|delivery| (&delivery.id, delivery)).collect();
    let mut seen: BTreeSet<DeliveryId> = BTreeSet::new();
    read.into_iter()
        .filter(|delivery| delivery.verdict != Verdict::DejaRecue)
        .filter_map(|delivery| {
            let before = first.get(&delivery.id)?;
            seen.insert(delivery.id.clone()).then(|| Delivery {
                file: before.file.clone(),
                source: before.source.clone(),
                received_at: before.received_at,
                depose_le: before.depose_le,
                ..delivery
            })
        })
        .collect()
}
