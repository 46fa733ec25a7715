//! `oru catalogue`: validates the declarations; writes the reference pages.

use std::path::PathBuf;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::{pages, talk};

/// Déclarations : les vérifie, écrit leurs pages de référence
///
/// Exemple : oru catalogue check
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Écrit les pages de référence : colonnes, règles, indicateurs, genres, commandes, codes de sortie
    Build {
        /// Dossier des pages
        #[arg(long, value_name = "DOSSIER", default_value = "docs/reference")]
        sortie: PathBuf,
    },
}

pub fn cmd_catalogue(args: &Args, _context: &Context) -> Result<Exit> {
    match &args.action {
        Action::Build { sortie } => build(sortie),
    }
}

fn build(folder: &std::path::Path) -> Result<Exit> {
    let written = pages::write(folder, &pages::pages())?;
    match written.is_empty() {
        true => talk::print("les pages de référence sont à jour\n"),
        false => talk::print(&format!("pages écrites dans {} : {}\n", folder.display(), written.join(", "))),
    }
    Ok(Exit::Done)
}
