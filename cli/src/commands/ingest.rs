//! `oru ingest`: what was received, into the lake.

use std::path::PathBuf;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::fail_on::{self, Threshold};
use crate::reading::Window;
use crate::stages::{self, ingest::From};

/// Charge dans le lac la boîte de réception, ou les fichiers donnés
///
/// Un envoi qui ne peut pas servir est refusé, mis en quarantaine (site inconnu) ou en attente (garde-fou), avec sa raison ; les
/// autres sont chargés. Une ligne par envoi écarté sur la sortie d'erreur, le bilan sur la sortie standard.
///
/// Exemple : oru ingest ; oru ingest rattrapage_2024.zip
#[derive(clap::Args)]
pub struct Args {
    /// Fichiers ou dossiers ; sinon la boîte de réception, dont les fichiers publiés sont retirés
    #[arg(value_name = "CHEMIN")]
    chemins: Vec<PathBuf>,
    #[command(flatten)]
    window: Window,
    /// Code de sortie 4 si le seuil est dépassé : refusees=0, rejetes=1%, RPU-C08a=0 (répétable)
    #[arg(long, value_name = "SEUIL")]
    fail_on: Vec<Threshold>,
}

pub fn cmd_ingest(args: &Args, context: &Context) -> Result<Exit> {
    fail_on::verify(&args.fail_on, ingest::rules().iter().map(|rule| rule.id.as_str()))?;
    let from = match args.chemins.is_empty() {
        true => From::Inbox,
        false => From::Paths(&args.chemins),
    };
    let done = stages::ingest::ingest(context, &from, &args.window)?;
    Ok(done.judged(&args.fail_on))
}
