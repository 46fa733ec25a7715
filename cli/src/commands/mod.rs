//! The verbs. One file each: an `Args` struct whose documentation comments are the help (French: users read it), then
//! `cmd_<verb>`. This file is their table of contents.

mod catalogue;
pub mod check;
mod config;
mod diff;
mod document;
mod explain;
mod export;
mod ingest;
mod key;
mod lake;
mod list;
mod period;
mod quality;
pub mod quarantine;
mod release;
mod report;
mod run;
mod shell;
mod transform;
mod verify;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use jiff::Timestamp;

use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::exit::Exit;
use crate::{french, talk, written};

/// Des extraits reçus des hôpitaux au rapport trimestriel.
///
/// Exemple : oru run nightly, puis oru run quarterly --quarter 2025-Q1
#[derive(Parser)]
#[command(name = "oru", version)]
pub struct Oru {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// Circumstances of this execution; what has a meaning is in `pipelines.toml`.
#[derive(clap::Args)]
pub struct Common {
    /// Fichier de configuration ; sinon pipelines.toml du dossier courant, sinon les valeurs par défaut
    #[arg(long, global = true, value_name = "FICHIER")]
    pub config: Option<PathBuf>,
    /// Nombre de fils de lecture ; sinon un par processeur. Le calcul suit la variable POLARS_MAX_THREADS. Le résultat ne dépend
    /// ni de l'un ni de l'autre
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Instant pris pour l'heure courante (rejeu, essais), par exemple 2025-02-03T04:00:00Z
    #[arg(long, global = true, value_name = "INSTANT", value_parser = written::instant)]
    pub now: Option<Timestamp>,
    /// Format du journal sur la sortie d'erreur ; sinon texte sur un terminal, JSON ailleurs
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<talk::Format>,
    /// Journal détaillé ; deux fois : très détaillé
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

#[derive(Subcommand)]
pub enum Command {
    Run(run::Args),
    Check(check::Args),
    Ingest(ingest::Args),
    Transform(transform::Args),
    Release(release::Args),
    Report(report::Args),
    Document(document::Args),
    Diff(diff::Args),
    Verify(verify::Args),
    Export(export::Args),
    List(list::Args),
    Explain(explain::Args),
    Catalogue(catalogue::Args),
    Lake(lake::Args),
    Quarantine(quarantine::Args),
    Quality(quality::Args),
    Key(key::Args),
    Config(config::Args),
    Completions(shell::CompletionsArgs),
    Man(shell::ManArgs),
}

/// Runs the command line and says what came of it.
pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let oru = match french::french(Oru::command())
        .try_get_matches_from(arguments)
        .and_then(|matches| Oru::from_arg_matches(&matches))
    {
        Ok(oru) => oru,
        Err(error) => return french::report(&error),
    };
    match run(oru) {
        Ok(exit) => exit.into(),
        Err(error) => {
            talk::error(&error);
            ExitCode::from(error.code())
        }
    }
}

fn run(oru: Oru) -> Result<Exit> {
    // Printing the template must work when the present configuration does not.
    match &oru.command {
        Command::Config(args) => return config::cmd_config(args),
        Command::Completions(args) => return shell::cmd_completions(args),
        Command::Man(args) => return shell::cmd_man(args),
        _ => {}
    }
    let context = Context::new(&oru.common)?;
    match &oru.command {
        Command::Run(args) => run::cmd_run(args, &context),
        Command::Check(args) => check::cmd_check(args, &context),
        Command::Ingest(args) => ingest::cmd_ingest(args, &context),
        Command::Transform(args) => transform::cmd_transform(args, &context),
        Command::Release(args) => release::cmd_release(args, &context),
        Command::Report(args) => report::cmd_report(args, &context),
        Command::Document(args) => document::cmd_document(args, &context),
        Command::Diff(args) => diff::cmd_diff(args, &context),
        Command::Verify(args) => verify::cmd_verify(args, &context),
        Command::Export(args) => export::cmd_export(args, &context),
        Command::List(args) => list::cmd_list(args, &context),
        Command::Explain(args) => explain::cmd_explain(args, &context),
        Command::Catalogue(args) => catalogue::cmd_catalogue(args, &context),
        Command::Lake(args) => lake::cmd_lake(args, &context),
        Command::Quarantine(args) => quarantine::cmd_quarantine(args, &context),
        Command::Quality(args) => quality::cmd_quality(args, &context),
        Command::Key(args) => key::cmd_key(args, &context),
        Command::Config(_) | Command::Completions(_) | Command::Man(_) => {
            Err(CommandError::bug("cette commande est traitée plus haut"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGES: [&str; 3] = [
        include_str!("../../../README.md"),
        include_str!("../../../CONTRIBUTING.md"),
        include_str!("../../../docs/exploitation.md"),
    ];

    /// The words of a command line of a page, without its comment; `[]` when the line is not one.
    fn words(line: &str) -> Vec<String> {
        let line = line
            .trim()
            .split(" #")
            .next()
            .unwrap_or_default()
            .split(" > ")
            .next()
            .unwrap_or_default();
        let line = line.strip_prefix("sudo -u oru ").unwrap_or(line);
        if !line.starts_with("oru ") || line.contains('…') {
            return Vec::new();
        }
        // Quoted words hold spaces.
        let parts = line.split('"').enumerate();
        let words = parts.flat_map(|(rank, part)| match rank % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        });
        words.collect()
    }

    #[test]
    fn every_command_of_the_pages_is_understood() {
        let mut seen = 0;
        for line in PAGES.iter().flat_map(|page| page.lines()) {
            let words = words(line);
            if words.is_empty() {
                continue;
            }
            seen += 1;
            if let Err(error) = Oru::command().try_get_matches_from(&words) {
                panic!("{line}\n{error}");
            }
        }
        assert!(seen > 15, "{seen}");
    }
}
