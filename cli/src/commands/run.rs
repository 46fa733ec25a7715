//! `oru run`: the stages of a pipeline, in order.

use jiff::Timestamp;

use crate::config::{Pipeline, Stage};
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::exit::Exit;
use crate::fail_on::Threshold;
use crate::reading::Window;
use crate::stages::ingest::From;
use crate::stages::{self, Done, scope::Scope};
use crate::written::{self, Quarter, Week};

/// Exécute un traitement de pipelines.toml : ses étapes, dans l'ordre
///
/// Une étape qui échoue laisse acquises celles qui la précèdent, et dit comment reprendre.
///
/// Exemple : oru run nightly ; oru run quarterly --quarter 2025-Q1
#[derive(clap::Args)]
pub struct Args {
    /// Nom du traitement : nightly, quarterly, ou un autre de la configuration
    traitement: String,
    /// Données telles que connues à cet instant (2025-04-15, ou 2025-04-15T08:00) ; sinon tout ce que le lac a reçu
    #[arg(long, value_name = "INSTANT", value_parser = written::instant)]
    as_of: Option<Timestamp>,
    /// Trimestre ; sinon le dernier révolu
    #[arg(long, value_name = "AAAA-Qn", value_parser = written::quarter)]
    quarter: Option<Quarter>,
    /// Semaine ISO, pour les étapes ingest et transform
    #[arg(long, value_name = "AAAA-Wss", value_parser = written::week, conflicts_with = "quarter")]
    week: Option<Week>,
    /// Code de sortie 4 si le seuil est dépassé : refusees=0, RPU-X04=10% (répétable)
    #[arg(long, value_name = "SEUIL")]
    fail_on: Vec<Threshold>,
}

pub fn cmd_run(args: &Args, context: &Context) -> Result<Exit> {
    let name = &args.traitement;
    let known = context.config.pipelines.keys().map(String::as_str);
    let pipeline = context
        .config
        .pipelines
        .get(name)
        .ok_or_else(|| CommandError::unknown("traitement inconnu", name, known))?;
    if args.as_of.is_some() && pipeline.etapes.contains(&Stage::Ingest) {
        return Err(
            CommandError::usage(format!("--as-of regarde le passé, et {name} reçoit des fichiers"))
                .hint("lancer les étapes suivantes seules : oru transform --as-of …"),
        );
    }
    stages::transform::verify(context, &args.fail_on)?;
    let mut done = Done::nothing();
    if pipeline.etapes.contains(&Stage::Transform) && context.config.lake.racine.exists() {
        done.touched = stages::executions::left_over(&stages::open(context)?)?;
    }
    let mut finished: Vec<&str> = Vec::new();
    for stage in &pipeline.etapes {
        let next = step(*stage, pipeline, args, context, &done).map_err(|error| resume(error, *stage, &finished))?;
        done = done.then(next);
        finished.push(stage.as_str());
    }
    Ok(done.judged(&args.fail_on))
}

fn step(stage: Stage, pipeline: &Pipeline, args: &Args, context: &Context, before: &Done) -> Result<Done> {
    let scope = match args.week {
        Some(week) => Scope::Week(week),
        None => Scope::of(pipeline, args.quarter, &before.touched, context),
    };
    match stage {
        Stage::Ingest => stages::ingest::ingest(context, &From::Inbox, &Window::default()),
        Stage::Transform => stages::transform::transform(context, &scope, args.as_of),
        Stage::Release => stages::release::release(context, &scope, args.as_of, pipeline.audience),
        Stage::Digest => stages::digest::digest(context, before.execution.as_deref()),
        Stage::Report => stages::report::report(
            context,
            &scope,
            args.as_of,
            Some(pipeline.audience),
            (&pipeline.document, &[]),
            (None, None),
        ),
    }
}

/// Says what is done and stays done, and how to go on from there.
fn resume(error: CommandError, stage: Stage, finished: &[&str]) -> CommandError {
    let error = CommandError {
        message: format!("étape {} : {}", stage.as_str(), error.message),
        ..error
    };
    match finished {
        [] => error,
        finished => error.hint(format!(
            "acquis : {} ; la cause levée, relancer la même commande{}",
            finished.join(", "),
            alone(stage)
        )),
    }
}

/// The command of a stage that has one.
fn alone(stage: Stage) -> String {
    match stage {
        Stage::Digest => String::new(),
        stage => format!(", ou `oru {}` pour cette étape seule", stage.as_str()),
    }
}
