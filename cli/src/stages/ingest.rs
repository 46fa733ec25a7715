//! Ingest: the inbox, or the files given, into the lake. Files are read in parallel; the result does not depend on it.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ingest::Received;
use lake::delivery::{Delivery, Verdict};
use lake::store::{Run, RunReport, Store};

use crate::account::{self, Account};
use crate::commands::check;
use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::reading::{self, Window};
use crate::stages::{self, Done};
use crate::{talk, words};

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
    let key = stages::key(context, &store)?;
    let reader = reading::reader(context, key, window)?;
    let received = received(context, from)?;
    let mut writer = stages::writer(&store, context)?;
    if received.is_empty() {
        talk::print("aucun fichier à recevoir\n");
        return Ok(Done::nothing());
    }
    let run_id = identifier(context, &received);
    let run = writer.begin(&run_id, context.now).map_err(|error| words::store(&error))?;
    tracing::info!(run = run_id, etape = "ingest", fichiers = received.len(), "réception");
    let deliveries = read(context, &received, &reader, &run);
    let left = keep(&run, &received, &deliveries)?;
    let report = run.commit(deliveries).map_err(|error| words::store(&error))?;
    if matches!(from, From::Inbox) {
        take_out(&received, &left)?;
    }
    tell(&report, &writer.store())
}

/// Reads files in parallel, each into its sink. Deliveries come in the order of paths, whatever the threads.
pub fn read(context: &Context, received: &[Received], reader: &ingest::Context, run: &Run) -> Vec<Delivery> {
    let progress = Progress::start(context.log, "envois lus", received.len());
    let deliveries = ingest::read_all(received, reader, &|id| run.is_known(id), &|delivery| {
        progress.step();
        let table = lake::table::table(&delivery.table).ok_or_else(|| std::io::Error::other("table non déclarée"))?;
        run.sink(&delivery.id, table).map_err(std::io::Error::other)
    });
    progress.finish();
    deliveries
}

fn identifier(context: &Context, received: &[Received]) -> String {
    let now = context.now.to_string();
    let paths: Vec<String> = received.iter().map(|file| file.path.display().to_string()).collect();
    let mut parts = vec!["ingest", now.as_str()];
    parts.extend(paths.iter().map(String::as_str));
    stages::run_id(&parts)
}

/// What there is to read, sorted by path.
fn received(context: &Context, from: &From) -> Result<Vec<Received>> {
    let files = match from {
        From::Inbox => {
            let inbox = &context.config.inbox;
            if !inbox.depot.is_dir() {
                return Err(
                    CommandError::work(format!("la boîte de réception {} n'existe pas", inbox.depot.display()))
                        .hint("la créer, avec un dossier par source ; [inbox] depot de la configuration dit où"),
                );
            }
            let age = Duration::from_secs(inbox.age_minimal_s);
            let found = ingest::discover(&inbox.depot, age, context.now);
            return found.doing(format!("lecture de la boîte de réception {}", inbox.depot.display()));
        }
        From::Paths(paths) => {
            let mut files = BTreeSet::new();
            for path in *paths {
                reading::must_exist(path)?;
                walk(path, &mut files)?;
            }
            files
        }
    };
    let received = files.into_iter().map(|path| Received {
        path,
        source: String::new(),
        received_at: context.now,
    });
    Ok(received.collect())
}

fn walk(path: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    if !path.is_dir() {
        files.insert(path.to_owned());
        return Ok(());
    }
    let entries = std::fs::read_dir(path).doing(format!("lecture du dossier {}", path.display()))?;
    for entry in entries {
        let entry = entry.doing(format!("lecture du dossier {}", path.display()))?.path();
        let name = file_name(&entry);
        if !name.starts_with('.') && !name.ends_with(".part") && !name.ends_with(".tmp") {
            walk(&entry, files)?;
        }
    }
    Ok(())
}

/// Keeps each file as received, unless the lake has it already. Returns the files that could not be opened: they stay where they
/// are, and their delivery is refused.
fn keep(run: &Run, received: &[Received], deliveries: &[Delivery]) -> Result<BTreeSet<PathBuf>> {
    let mut kept: BTreeSet<&str> = BTreeSet::new();
    let mut left = BTreeSet::new();
    for delivery in deliveries.iter().filter(|delivery| delivery.verdict != Verdict::DejaRecue) {
        if !kept.insert(&delivery.raw) {
            continue;
        }
        let path = place(delivery, received)?;
        match File::open(path) {
            Ok(_) => run.keep_raw_file(&delivery.raw, path).map_err(|error| words::store(&error))?,
            Err(_) => {
                left.insert(path.to_owned());
            }
        }
    }
    Ok(left)
}

/// The file a delivery came in. Two files of the same name in one reception are told apart by their content.
fn place<'a>(delivery: &Delivery, received: &'a [Received]) -> Result<&'a Path> {
    let name = delivery.file.split('!').next().unwrap_or_default();
    let named: Vec<&Path> = received
        .iter()
        .filter(|file| file.source == delivery.source && file_name(&file.path) == name)
        .map(|file| file.path.as_path())
        .collect();
    let found = match named[..] {
        [only] => Some(only),
        _ => named
            .into_iter()
            .find(|path| std::fs::read(path).is_ok_and(|content| lake::delivery::delivery_id(&content) == delivery.raw)),
    };
    found.ok_or_else(|| CommandError::bug(format!("l'envoi {} ne correspond à aucun fichier reçu", delivery.file)))
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// Takes the published files out of the inbox: `raw/` has them, and the same name may come again.
fn take_out(received: &[Received], left: &BTreeSet<PathBuf>) -> Result<()> {
    for file in received.iter().filter(|file| !left.contains(&file.path)) {
        std::fs::remove_file(&file.path).doing(format!("retrait de {} de la boîte de réception", file.path.display()))?;
    }
    Ok(())
}

/// One line for each delivery that waits for somebody, then the summary.
pub fn tell(report: &RunReport, store: &Store) -> Result<Done> {
    let run = report.run.as_str();
    for delivery in &report.deliveries {
        if let Some(notice) = account::notice(delivery) {
            tracing::warn!(run, envoi = account::short(&delivery.id), "{notice}");
        }
    }
    // An older, fuller file that comes late puts a newer, emptier one on hold.
    let earlier = match report.newly_held[..] {
        [] => Vec::new(),
        _ => stages::deliveries(store)?,
    };
    for delivery in earlier.iter().filter(|delivery| report.newly_held.contains(&delivery.id)) {
        if let Some(notice) = account::notice(delivery) {
            tracing::warn!(run, envoi = account::short(&delivery.id), "envoi antérieur, {notice}");
        }
    }
    let account = Account::of(&report.deliveries);
    talk::print(&account.summary());
    let mut tallies = account.tallies();
    tallies.absorb(&check::rules(&report.deliveries));
    let held = if report.newly_held.is_empty() {
        Exit::Done
    } else {
        Exit::WithRefusals
    };
    Ok(Done {
        exit: account.exit().max(held),
        tallies,
        touched: report.months.values().flatten().copied().collect(),
    })
}
