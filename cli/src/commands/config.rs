//! `oru config`: the configuration as documentation.

use crate::config;
use crate::error::Result;
use crate::exit::Exit;
use crate::talk;

/// Configuration : imprime le fichier par défaut, commenté
///
/// Exemple : oru config default > pipelines.toml
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Imprime pipelines.toml tel qu'il s'applique sans configuration, avec ses commentaires
    Default,
}

pub fn cmd_config(args: &Args) -> Result<Exit> {
    match args.action {
        Action::Default => talk::print(config::DEFAULT),
    }
    Ok(Exit::Done)
}
