//! `oru report`: a document from a release.

use lake::release::Audience;

use crate::commands::period::OfQuarter;
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::{stages, written};

/// Rédige un document à partir d'une diffusion : HTML, chiffres en Parquet et CSV, graphiques en SVG
///
/// Exemple : oru report --quarter 2025-Q1 --audience partenaire
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    period: OfQuarter,
    /// Pour qui : public, partenaire, interne
    #[arg(long, value_name = "AUDIENCE", value_parser = written::audience, default_value = "partenaire")]
    audience: Audience,
    /// Quel document (`oru list documents`)
    #[arg(long, value_name = "NOM", default_value = "trimestriel")]
    document: String,
}

pub fn cmd_report(args: &Args, context: &Context) -> Result<Exit> {
    let scope = args.period.scope(context);
    Ok(stages::report::report(context, &scope, args.period.as_of, args.audience, &args.document)?.exit)
}
