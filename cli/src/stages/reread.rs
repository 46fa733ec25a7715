//! Rejected records read again: a delivery that was loaded without some of its records is read once more from `raw/`, with the
//! code lists, kinds and crosswalk of today. When more of it is accepted, what is read takes the place of the former reading, at one
//! instant: nothing is lost, nothing is counted twice. Otherwise nothing changes.

use std::collections::BTreeSet;
use std::path::PathBuf;

use ingest::Received;
use lake::delivery::{Delivery, Verdict, delivery_id};
use lake::store::{Decision, Motif, Writer};

use crate::account::{count, short};
use crate::context::Context;
use crate::error::Result;
use crate::reading::{self, Window};
use crate::stages::{self, Done, ingest as reception, replay::given};
use crate::{certificate, talk, words};

const ABOUT: Motif = Motif {
    motif: "relu après correction : la nouvelle lecture en prend la place",
    auteur: "oru quarantine replay --rejets",
};

/// Reads again the deliveries in force that have rejected records: those named (`starts`, the beginning of their identifiers), or all.
pub fn reread(context: &Context, starts: &[String]) -> Result<Done> {
    let store = stages::open(context)?;
    let key = stages::key(context, &store)?;
    let wanted = wanted(stages::deliveries(&store)?, starts);
    let mut reader = reading::reader(context, key, &Window::default())?;
    let mut writer = stages::writer(&store, context)?;
    let mut done = Done::nothing();
    let (mut tried, mut gained) = (0, 0);
    for former in &wanted {
        let Some(path) = store.raw(&former.raw) else {
            tracing::warn!("{} : la pièce reçue a été purgée ; demander un nouvel envoi", former.file);
            continue;
        };
        tried += 1;
        let again = one(context, &mut reader, &mut writer, former, path)?;
        if let Some(again) = again {
            gained += 1;
            done = done.then(again);
        }
    }
    talk::print(&format!(
        "rejets    : {} avec des enregistrements rejetés, {} relus, {} en apportent de nouveaux\n",
        count(wanted.len() as u64, "envoi", "envois"),
        tried,
        gained
    ));
    Ok(done)
}

/// Deliveries in force of which something was rejected, in the order of reception.
fn wanted(deliveries: Vec<Delivery>, starts: &[String]) -> Vec<Delivery> {
    let named = |delivery: &Delivery| starts.is_empty() || starts.iter().any(|start| delivery.id.starts_with(start.as_str()));
    let mut wanted: Vec<Delivery> = deliveries
        .into_iter()
        .filter(|delivery| delivery.is_in_force() && delivery.counts.rejected > 0 && named(delivery))
        .collect();
    wanted.sort_by(|a, b| (a.received_at, &a.file, &a.id).cmp(&(b.received_at, &b.file, &b.id)));
    wanted
}

/// None when the reading of today accepts no more than the former one.
fn one(
    context: &Context,
    reader: &mut ingest::Context,
    writer: &mut Writer,
    former: &Delivery,
    path: PathBuf,
) -> Result<Option<Done>> {
    // The content keeps its own name, so that the same file received again is still known; its new reading has another.
    let content = content(&former.id);
    let parts = [content, "relecture", &context.now.to_string()].join("\u{1f}");
    let name = format!("{}-{content}", short(&delivery_id(parts.as_bytes())));
    reader.options_of = [(name.clone(), given(former)), (content.to_owned(), given(former))].into();
    reader.renamed = [(content.to_owned(), name.clone())].into();
    let received = [Received {
        path,
        source: former.source.clone(),
        received_at: former.received_at,
        depose_le: former.depose_le,
    }];
    let run_id = stages::run_id(&["relecture", &name]);
    let mut run = writer.begin(&run_id, context.now).map_err(|error| words::store(&error))?;
    // The other entries of an archive have nothing to say.
    let files = reception::read_unless(context, &received, reader, &run, &|id| id != content)?;
    let rows = certificate::row_findings(&files);
    let read: Vec<Delivery> = files.into_iter().flat_map(|file| file.deliveries).collect();
    let Some(read) = read.into_iter().find(|read| read.id == name) else {
        return Ok(None);
    };
    if !read.verdict.is_loaded() || read.counts.rejected >= former.counts.rejected {
        return Ok(None);
    }
    run.replaces(&former.id, ABOUT);
    let again = Delivery {
        id: name.clone(),
        file: former.file.clone(),
        source: former.source.clone(),
        received_at: former.received_at,
        depose_le: former.depose_le,
        ..read
    };
    let report = run.commit(vec![again]).map_err(|error| words::store(&error))?;
    certificate::publish(context, &reader.kinds, &report.deliveries, &rows)?;
    let mut done = reception::tell(&report, &writer.store(), &BTreeSet::new())?;
    // What somebody accepted stays accepted.
    if report
        .deliveries
        .iter()
        .any(|delivery| delivery.verdict == Verdict::EnAttente)
    {
        let run_id = stages::run_id(&["decide", &name, &context.now.to_string()]);
        let decided = writer.decide(&name, Decision::Accept, &run_id, context.now, ABOUT);
        let difference = decided.map_err(|error| words::store(&error))?;
        done.touched.extend(difference.views.iter().map(|(_, month)| *month));
    }
    talk::print(&format!(
        "relu      : {} remplace {} ; {} rejetés au lieu de {}\n",
        short(&name),
        short(&former.id),
        report.deliveries.first().map_or(0, |delivery| delivery.counts.rejected),
        former.counts.rejected
    ));
    Ok(Some(done))
}

/// The hash of the content of a delivery, read again or not.
fn content(id: &str) -> &str {
    id.rsplit_once('-').map_or(id, |(_, content)| content)
}
