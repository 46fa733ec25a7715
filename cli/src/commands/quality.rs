//! `oru quality`: the findings of the runs, judged again, compared, followed.

mod filter;
mod show;

use std::collections::BTreeSet;

use lake::finding::Finding;
use lake::results::Execution;
use lake::store::Store;
use transform::Catalogue;
use transform::judgement::{Jugement, differences, judge, name_of, without_effect};

use self::filter::{Filter, Niveau};
use crate::author::Author;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::exit::Exit;
use crate::fail_on::Severite;
use crate::listing::Form;
use crate::stages::executions::{arrival, earlier, findings, history, none};
use crate::{declarations, reading, stages, talk, words};

/// Qualité : les constats d'une exécution, jugés avec les seuils d'aujourd'hui, comparés, suivis
///
/// Exemple : oru quality judge ; oru quality diff ; oru quality trend 310783048
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Juge les constats d'une exécution avec les seuils et les fausses alertes déclarés aujourd'hui ; aucune donnée n'est relue
    Judge(Judge),
    /// Dit ce qui a changé d'une exécution à une autre : problèmes nouveaux, résolus, persistants
    Diff(Diff),
    /// Suit un site d'exécution en exécution : anomalies et enregistrements jugés, règle par règle
    Trend(Trend),
    /// Met une exécution à l'écart : ses résultats restent, rien ne lui est plus comparé
    SetAside(SetAside),
    /// Reprend une exécution mise à l'écart
    TakeBack {
        /// Exécution (`oru list runs`)
        execution: String,
    },
}

#[derive(clap::Args)]
struct Judge {
    /// Exécution (`oru list runs`) ; sinon la dernière calculée qui n'est pas à l'écart
    execution: Option<String>,
    /// Un seul site : FINESS, ou code d'un SAMU
    #[arg(long, value_name = "SITE")]
    site: Option<String>,
    #[command(flatten)]
    filtre: Filter,
    /// Alertes de ce niveau, et non des sites
    #[arg(long, value_name = "NIVEAU")]
    niveau: Option<Niveau>,
    /// Tous les verdicts, à tous les niveaux et sur toutes les périodes, et non les seuls problèmes des sites
    #[arg(long)]
    tout: bool,
    /// Forme de la liste
    #[arg(long, value_name = "FORME", default_value = "text")]
    format: Form,
    /// Code de sortie 4 si un verdict au moins atteint cette gravité
    #[arg(long, value_name = "GRAVITE")]
    fail_on: Option<Severite>,
}

#[derive(clap::Args)]
struct Diff {
    /// Exécution de départ ; sinon l'avant-dernière de la même sorte de période
    avant: Option<String>,
    /// Exécution d'arrivée ; sinon la dernière de la même sorte de période, la dernière nuit si aucun départ n'est nommé
    apres: Option<String>,
    /// Un seul site : FINESS, ou code d'un SAMU
    #[arg(long, value_name = "SITE")]
    site: Option<String>,
    #[command(flatten)]
    filtre: Filter,
    /// Forme de la liste
    #[arg(long, value_name = "FORME", default_value = "text")]
    format: Form,
}

#[derive(clap::Args)]
struct Trend {
    /// FINESS, ou code d'un SAMU
    site: String,
    #[command(flatten)]
    filtre: Filter,
    /// Forme de la liste
    #[arg(long, value_name = "FORME", default_value = "text")]
    format: Form,
}

#[derive(clap::Args)]
struct SetAside {
    /// Exécution (`oru list runs`) ; son début suffit
    execution: String,
    /// Pourquoi : conservé avec la date
    #[arg(long, value_name = "TEXTE")]
    motif: String,
    #[command(flatten)]
    auteur: Author,
}

pub fn cmd_quality(args: &Args, context: &Context) -> Result<Exit> {
    let store = stages::open(context)?;
    match &args.action {
        Action::Judge(args) => cmd_judge(args, context, &store),
        Action::Diff(args) => cmd_diff(args, context, &store),
        Action::Trend(args) => cmd_trend(args, context, &store),
        Action::SetAside(args) => {
            let writer = stages::writer(&store, context)?;
            let run = named(&store, &args.execution)?.run;
            let aside = writer.set_run_aside(&run, &args.motif, &args.auteur.name()?, context.now);
            aside.map_err(|error| words::store(&error))?;
            talk::print(&format!("exécution {run} mise à l'écart : {}\n", args.motif));
            Ok(Exit::Done)
        }
        Action::TakeBack { execution } => {
            let writer = stages::writer(&store, context)?;
            let run = named(&store, execution)?.run;
            if !store.runs_aside().map_err(|error| words::store(&error))?.contains_key(&run) {
                return Err(CommandError::usage(format!("l'exécution {run} n'est pas à l'écart")).hint("`oru list runs` le dit"));
            }
            writer.take_run_back(&run).map_err(|error| words::store(&error))?;
            talk::print(&format!("exécution {run} reprise\n"));
            Ok(Exit::Done)
        }
    }
}

fn cmd_judge(args: &Judge, context: &Context, store: &Store) -> Result<Exit> {
    let run = match &args.execution {
        Some(name) => named(store, name)?,
        None => history(store)?.pop().ok_or_else(none)?,
    };
    let catalogue = declarations::catalogue(&context.config)?;
    let findings = findings(store, &run)?;
    let judged = judge(&findings, &catalogue);
    args.filtre.verify(&catalogue)?;
    if let Some(site) = &args.site {
        verify_site(context, site, &findings)?;
    }
    let is_asked = |finding: &Finding| {
        let of_site = args.site.as_ref().is_none_or(|site| *site == finding.area);
        let of_level = args.niveau.is_none_or(|niveau| niveau.as_str() == finding.level);
        of_site && of_level && args.filtre.takes(finding)
    };
    // What the account of the run counts, unless everything is asked for.
    let problems = differences::problems(&judged);
    let is_problem = |judged: &Jugement| {
        let key = (name_of(judged.constat), judged.constat.area.clone());
        let is_of_site = judged.constat.level == "etablissement";
        is_of_site
            && problems
                .get(&key)
                .is_some_and(|problem| problem.periode == judged.constat.period)
    };
    // A period or a level that is named is shown as it is, not by the last month of each problem.
    let is_named = args.filtre.periode.is_some() || args.niveau.is_some();
    let is_alert = |judged: &Jugement| judged.niveau >= transform::judgement::Niveau::Alerte && judged.constat.effect != "info";
    let of_sites = |judged: &Jugement| args.niveau.is_some() || judged.constat.level == "etablissement";
    let is_wrong = |judged: &Jugement| match is_named {
        _ if args.tout => true,
        true => is_alert(judged) && of_sites(judged),
        false => is_problem(judged),
    };
    // What a false alarm explains is shown too, and decides nothing.
    let concerned: Vec<_> = judged
        .iter()
        .filter(|judged| is_asked(judged.constat))
        .filter(|judged| is_wrong(judged) || judged.excusees > 0)
        .collect();
    talk::print(&show::judged(&run, &concerned).render(args.format));
    if args.format == Form::Text {
        talk::print(&show::account(&concerned));
    }
    warn_without_effect(&run.run, judged.iter(), &catalogue);
    // What is wrong decides, and a rule that could not run, which lists nothing.
    let errors = judged
        .iter()
        .filter(|judged| judged.niveau == transform::judgement::Niveau::Erreur);
    let errors = errors.filter(|judged| is_asked(judged.constat));
    let wrong = concerned.iter().copied().filter(|judged| is_wrong(judged));
    let worst = wrong.chain(errors).map(|judged| judged.niveau).max();
    Ok(match (args.fail_on, worst) {
        (Some(severity), Some(worst)) if worst >= severity.niveau() => Exit::ThresholdPassed,
        _ => Exit::Done,
    })
}

fn cmd_diff(args: &Diff, context: &Context, store: &Store) -> Result<Exit> {
    let start = args.avant.as_ref().map(|name| named(store, name)).transpose()?;
    let after = match &args.apres {
        Some(name) => named(store, name)?,
        None => arrival(store, start.as_ref())?.ok_or_else(none)?,
    };
    let before = match start {
        Some(start) => start,
        None => earlier(store, &after)?.ok_or_else(|| {
            CommandError::usage(format!("aucune exécution comparable avant {}", after.run)).hint("`oru list runs` les énumère")
        })?,
    };
    let catalogue = declarations::catalogue(&context.config)?;
    let (then, now) = (findings(store, &before)?, findings(store, &after)?);
    args.filtre.verify(&catalogue)?;
    if let Some(site) = &args.site {
        verify_site(context, site, &now)?;
    }
    let (then, now) = (judge(&then, &catalogue), judge(&now, &catalogue));
    let found = differences::differences(&then, &now);
    let found = args.filtre.of_differences(found, args.site.as_deref());
    talk::print(&show::differences(&found).render(args.format));
    if args.format == Form::Text {
        talk::print(&format!(
            "de {} ({}) à {} ({}) : {} nouveaux, {} résolus, {} persistants\n",
            before.run,
            before.periode,
            after.run,
            after.periode,
            found.nouveaux.len(),
            found.resolus.len(),
            found.persistants.len()
        ));
        let is_asked = |judged: &&Jugement| {
            let of_site = args.site.as_ref().is_none_or(|site| *site == judged.constat.area);
            of_site && args.filtre.takes(judged.constat)
        };
        let asked: Vec<&Jugement> = now.iter().filter(is_asked).collect();
        talk::print(&show::excused(&asked));
    }
    Ok(Exit::Done)
}

fn cmd_trend(args: &Trend, context: &Context, store: &Store) -> Result<Exit> {
    let catalogue = declarations::catalogue(&context.config)?;
    args.filtre.verify(&catalogue)?;
    let mut listing = show::trend();
    for (rank, run) in history(store)?.into_iter().enumerate() {
        let findings = findings(store, &run)?;
        if rank == 0 {
            verify_site(context, &args.site, &findings)?;
        }
        let judged = judge(&findings, &catalogue);
        let own = judged.iter().filter(|judged| judged.constat.area == args.site);
        warn_without_effect(&run.run, own, &catalogue);
        show::add_trend(&mut listing, &run, &judged, &args.site, &args.filtre);
    }
    talk::print(&listing.render(args.format));
    Ok(Exit::Done)
}

/// A false alarm that explains nothing of what its rule found is likely to have the wrong days.
fn warn_without_effect<'a>(run: &str, judged: impl Iterator<Item = &'a Jugement<'a>> + Clone, catalogue: &Catalogue) {
    for alarm in without_effect(judged, catalogue) {
        tracing::warn!(
            "fausse alerte sans effet sur l'exécution {run} : {}, du {} au {}, n'explique aucune anomalie de la période",
            alarm.regle,
            alarm.du,
            alarm.au
        );
    }
}

/// A site mistyped must not read as a site without problem.
fn verify_site(context: &Context, site: &str, findings: &[Finding]) -> Result<()> {
    let structures = reading::structures(&context.config)?;
    let mut known: BTreeSet<&str> = structures.iter().map(|structure| structure.finess.as_str()).collect();
    known.extend(findings.iter().map(|finding| finding.area.as_str()));
    match known.contains(site) {
        true => Ok(()),
        false => Err(CommandError::unknown("site inconnu", site, known)),
    }
}

fn named(store: &Store, name: &str) -> Result<Execution> {
    let executions = store.executions().map_err(|error| words::store(&error))?;
    let names: Vec<String> = executions.iter().map(|execution| execution.run.clone()).collect();
    let begins = |execution: &Execution| !name.is_empty() && execution.run.starts_with(name);
    let mut found = executions.into_iter().filter(begins);
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (Some(one), Some(other)) => Err(CommandError::usage(format!(
            "plusieurs exécutions commencent par « {name} » : {}, {}…",
            one.run, other.run
        ))),
        _ => Err(CommandError::unknown(
            "exécution inconnue",
            name,
            names.iter().map(String::as_str),
        )),
    }
}
