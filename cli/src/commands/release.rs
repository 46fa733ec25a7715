//! `oru release`: what an audience may read.

use lake::release::Audience;

use crate::commands::period::OfRelease;
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::{stages, written};

/// Passe les chiffres d'un trimestre ou d'une année par le contrôle de diffusion, pour une audience
///
/// Demande les résultats de `oru transform` sur les mêmes données.
///
/// Exemple : oru release --quarter 2025-Q1 --audience public ; oru release --year 2024
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    period: OfRelease,
    /// Pour qui : public, partenaire, interne
    #[arg(long, value_name = "AUDIENCE", value_parser = written::audience, default_value = "partenaire")]
    audience: Audience,
}

pub fn cmd_release(args: &Args, context: &Context) -> Result<Exit> {
    let scope = args.period.scope(context);
    Ok(stages::release::release(context, &scope, args.period.as_of(), args.audience)?.exit)
}
