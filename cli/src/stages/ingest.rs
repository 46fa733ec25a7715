//! Ingest: the inbox, or the files given, into the lake. Files are read in parallel; the result does not depend on it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ingest::{Fate, Inbox, ReadFile, Received, Stamp};
use lake::delivery::{Delivery, DeliveryId, Verdict};
use lake::store::{Run, RunReport, Store};

use crate::account::{self, Account, count};
use crate::commands::check;
use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::reading::{self, Window};
use crate::stages::{self, Done};
use crate::{certificate, held, talk, words};

/// Where files come from.
pub enum From<'a> {
    /// `depot/<source>/`: files are taken out once published.
    Inbox,
    /// Files and folders of the command line: left where they are.
    Paths(&'a [PathBuf]),
}

/// Reads, stores, tells. Nothing received is not an error.
pub fn ingest(context: &Context, from: &From, window: &Window) -> Result<Done> {
    let store = stages::open(context)?;
    certificate::prepare(&context.config.certificats)?;
    let key = stages::key(context, &store)?;
    let reader = reading::reader(context, key, window)?;
    let Inbox {
        ready: received,
        too_young,
    } = received(context, from)?;
    let young = match too_young {
        0 => String::new(),
        several => format!(
            "{}, repris au prochain passage (age_minimal_s = {})\n",
            count(several as u64, "fichier trop récent", "fichiers trop récents"),
            context.config.inbox.age_minimal_s
        ),
    };
    let mut writer = stages::writer(&store, context)?;
    if received.is_empty() {
        talk::print(if young.is_empty() {
            "aucun fichier à recevoir\n"
        } else {
            &young
        });
        return Ok(Done::nothing());
    }
    let mut run = writer.begin("reception", context.now).map_err(|error| words::store(&error))?;
    let files = read(context, &received, &reader, &run)?;
    let rows = certificate::row_findings(&files);
    let kept = keep(&run, &received, files)?;
    let run_id = identifier(context, &kept.deliveries);
    run.named(&run_id).map_err(|error| words::store(&error))?;
    tracing::info!(run = run_id, etape = "ingest", fichiers = received.len(), "réception");
    let report = run.commit(kept.deliveries).map_err(|error| words::store(&error))?;
    if matches!(from, From::Inbox) {
        take_out(&received, &kept.taken, &run_id)?;
    }
    let mut done = tell(&report, &writer.store(), &kept.left)?;
    certificate::publish(context, &reader.kinds, &report.deliveries, &rows)?;
    for path in &kept.changed {
        tracing::warn!(
            run = run_id,
            "{} : modifié pendant sa lecture ; rien n'en est chargé, le recevoir de nouveau une fois entier",
            path.display()
        );
        done.exit = done.exit.max(Exit::WithRefusals);
    }
    talk::print(&young);
    Ok(done)
}

/// Reads files in parallel, each into its sink. They come in the order of paths, whatever the threads.
pub fn read(context: &Context, received: &[Received], reader: &ingest::Context, run: &Run) -> Result<Vec<ReadFile>> {
    read_unless(context, received, reader, run, &|id| run.is_known(id))
}

/// The same, but for the contents that are `known`.
pub fn read_unless(
    context: &Context,
    received: &[Received],
    reader: &ingest::Context,
    run: &Run,
    known: &ingest::Known,
) -> Result<Vec<ReadFile>> {
    let progress = Progress::start(context.log, "envois lus", received.len());
    let open = |delivery: &Delivery| {
        progress.step();
        let table = lake::table::table(&delivery.table).ok_or_else(|| std::io::Error::other("table non déclarée"))?;
        run.sink(&delivery.id, table).map_err(std::io::Error::other)
    };
    let aside = || run.aside().map_err(std::io::Error::other);
    let files = ingest::read_all(received, reader, known, &open, Some(&aside));
    progress.finish();
    files.map_err(|error| {
        CommandError::work(error).hint(
            "rien n'est chargé et la boîte de réception est intacte : vérifier le disque, sa place et les droits, puis relancer",
        )
    })
}

/// Hash of the instant and of what is received, whatever it is called.
fn identifier(context: &Context, deliveries: &[Delivery]) -> String {
    let now = context.now.to_string();
    let ids: BTreeSet<&str> = deliveries.iter().map(|delivery| delivery.id.as_str()).collect();
    stages::run_id(&["ingest", now.as_str()].into_iter().chain(ids).collect::<Vec<_>>())
}

/// What there is to read, sorted by path.
fn received(context: &Context, from: &From) -> Result<Inbox> {
    match from {
        From::Inbox => {
            let inbox = &context.config.inbox;
            if !inbox.depot.is_dir() {
                return Err(
                    CommandError::work(format!("la boîte de réception {} n'existe pas", inbox.depot.display()))
                        .hint("la créer, avec un dossier par source ; [inbox] depot de la configuration dit où"),
                );
            }
            let age = Duration::from_secs(inbox.age_minimal_s);
            let found = ingest::discover(&inbox.depot, age, context.now, left_at);
            found.doing(format!("lecture de la boîte de réception {}", inbox.depot.display()))
        }
        From::Paths(paths) => Ok(Inbox {
            ready: given(context, paths)?,
            too_young: 0,
        }),
    }
}

/// The last change of the entry: a sender may keep the date of the content, not this one.
#[cfg(unix)]
fn left_at(metadata: &std::fs::Metadata) -> Option<jiff::Timestamp> {
    use std::os::unix::fs::MetadataExt;
    jiff::Timestamp::from_second(metadata.ctime()).ok()
}

#[cfg(not(unix))]
fn left_at(metadata: &std::fs::Metadata) -> Option<jiff::Timestamp> {
    jiff::Timestamp::try_from(metadata.modified().ok()?).ok()
}

/// The files of the command line, those of its folders included.
pub fn given(context: &Context, paths: &[PathBuf]) -> Result<Vec<Received>> {
    let mut files = BTreeSet::new();
    for path in paths {
        reading::must_exist(path)?;
        walk(path, &mut files)?;
    }
    let received = files.into_iter().map(|path| Received {
        path,
        source: String::new(),
        received_at: context.now,
        depose_le: None,
    });
    Ok(received.collect())
}

fn walk(path: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    if !std::fs::symlink_metadata(path).is_ok_and(|found| found.is_dir()) {
        files.insert(path.to_owned());
        return Ok(());
    }
    let entries = std::fs::read_dir(path).doing(format!("lecture du dossier {}", path.display()))?;
    for entry in entries {
        let entry = entry.doing(format!("lecture du dossier {}", path.display()))?.path();
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with('.') && !name.ends_with(".part") && !name.ends_with(".tmp") {
            walk(&entry, files)?;
        }
    }
    Ok(())
}

/// What became of the files received.
#[derive(Default)]
struct Kept {
    deliveries: Vec<Delivery>,
    /// Places of the files that the lake has, as they were when read.
    taken: Vec<(usize, Option<Stamp>)>,
    /// Deliveries whose file could not be opened.
    left: BTreeSet<DeliveryId>,
    /// Files written in while they were read.
    changed: Vec<PathBuf>,
}

/// Keeps each file as received, unless the lake has it already. A file that changed brings nothing, nor does a copy of it which
/// was not read because the first one was: both stay where they are.
fn keep(run: &Run, received: &[Received], files: Vec<ReadFile>) -> Result<Kept> {
    let mut fates: BTreeMap<usize, Fate> = BTreeMap::new();
    for file in &files {
        let new = file.deliveries.iter().find(|delivery| delivery.verdict != Verdict::DejaRecue);
        let fate = match (file.fate, new, &file.copy) {
            (Fate::Read, Some(delivery), Some(copy)) => {
                let path = &received[file.place].path;
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                let kept = run.keep_copy(&delivery.raw, &name, &copy.path, copy.bytes);
                kept.map_err(|error| words::store(&error))?;
                Fate::Read
            }
            // It disappeared before it could be copied.
            (Fate::Read, Some(_), None) => Fate::Changed,
            (fate, ..) => fate,
        };
        fates.insert(file.place, fate);
    }
    let has_changed = |file: &&ReadFile| fates[&file.place] == Fate::Changed;
    let dropped: BTreeSet<DeliveryId> = files
        .iter()
        .filter(has_changed)
        .flat_map(|file| file.deliveries.iter().map(|delivery| delivery.id.clone()))
        .filter(|id| !run.is_known(id))
        .collect();
    let mut kept = Kept::default();
    for file in files {
        let copy = |delivery: &Delivery| delivery.verdict == Verdict::DejaRecue && dropped.contains(&delivery.id);
        let fate = match file.deliveries.iter().any(copy) {
            true => Fate::Changed,
            false => fates[&file.place],
        };
        match fate {
            Fate::Changed => {
                kept.changed.push(received[file.place].path.clone());
                continue;
            }
            Fate::Closed => kept.left.extend(file.deliveries.iter().map(|delivery| delivery.id.clone())),
            Fate::Read => kept.taken.push((file.place, file.stamp)),
        }
        kept.deliveries.extend(file.deliveries);
    }
    Ok(kept)
}

/// Takes the published files out of the inbox: `raw/` has them, and the same name may come again. A file that took the name of one
/// of them since it was read stays.
fn take_out(received: &[Received], taken: &[(usize, Option<Stamp>)], run: &str) -> Result<()> {
    for (place, stamp) in taken {
        let path = &received[*place].path;
        let is_out = ingest::take_out(path, *stamp).doing(format!("retrait de {} de la boîte de réception", path.display()))?;
        if !is_out {
            tracing::warn!(
                run,
                "{} : remplacé depuis sa lecture ; laissé dans la boîte de réception pour le prochain passage",
                path.display()
            );
        }
    }
    Ok(())
}

/// How many deliveries another flux of their site stands for: kept and counted, not added.
fn not_followed(deliveries: &[Delivery], store: &Store) -> String {
    let settings = store.settings(None);
    let aside = deliveries
        .iter()
        .filter(|delivery| delivery.verdict.is_loaded() && !settings.is_followed(delivery))
        .count();
    match aside {
        0 => String::new(),
        several => format!(
            "hors foi  : {} d'un flux qui ne fait pas foi pour son site, conservés et comptés, sans effet sur les chiffres \
             ([[flux]] de la configuration)\n",
            count(several as u64, "envoi", "envois")
        ),
    }
}

/// One line for each delivery that waits for somebody, then the summary. `left`: those whose file stays where it is.
pub fn tell(report: &RunReport, store: &Store, left: &BTreeSet<DeliveryId>) -> Result<Done> {
    let run = report.run.as_str();
    for delivery in &report.deliveries {
        if let Some(notice) = account::notice(delivery, left.contains(&delivery.id)) {
            tracing::warn!(run, envoi = account::short(&delivery.id), "{notice}");
        }
    }
    // An older, fuller file that comes late puts a newer, emptier one on hold.
    let earlier = match report.newly_held[..] {
        [] => Vec::new(),
        _ => stages::deliveries(store)?,
    };
    let turned = |delivery: &Delivery| report.newly_held.contains(&delivery.id);
    let earlier: Vec<Delivery> = earlier.into_iter().filter(turned).collect();
    for delivery in &earlier {
        if let Some(notice) = account::notice(delivery, false) {
            tracing::warn!(run, envoi = account::short(&delivery.id), "envoi antérieur, {notice}");
        }
    }
    let held = |delivery: &&Delivery| delivery.verdict == Verdict::EnAttente;
    let waiting: Vec<Delivery> = report.deliveries.iter().chain(&earlier).filter(held).cloned().collect();
    talk::print(&held::text(store, &waiting)?);
    let account = Account::of(&report.deliveries);
    talk::print(&account.summary());
    talk::print(&not_followed(&report.deliveries, store));
    let mut tallies = account.tallies();
    tallies.absorb(&check::rules(&report.deliveries));
    let held = if report.newly_held.is_empty() {
        Exit::Done
    } else {
        Exit::WithRefusals
    };
    Ok(Done {
        exit: account.exit().max(held),
        tallies: vec![tallies],
        touched: report.months.values().flatten().copied().collect(),
        execution: None,
    })
}
