//! `oru transform`: findings, anomalies and figures of a period.

use crate::commands::period::Period;
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::fail_on::Threshold;
use crate::stages;

/// Juge les règles et calcule les indicateurs d'une période ; publie les résultats dans le lac
///
/// Sans période : les mois des 14 derniers jours, jusqu'à la veille.
///
/// Exemple : oru transform --quarter 2025-Q1 ; oru transform --year 2024
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    period: Period,
    /// Code de sortie 4 si le seuil est dépassé : RPU-X04=10%, RPU-E15=0 (répétable)
    #[arg(long, value_name = "SEUIL")]
    fail_on: Vec<Threshold>,
}

pub fn cmd_transform(args: &Args, context: &Context) -> Result<Exit> {
    stages::transform::verify(context, &args.fail_on)?;
    let scope = args.period.scope(context)?;
    let done = stages::transform::transform(context, &scope, args.period.as_of)?;
    Ok(done.judged(&args.fail_on))
}
