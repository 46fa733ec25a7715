//! `oru diff`: which figures moved between two releases, and why.

use std::collections::BTreeMap;

use lake::edition::{Cause, Revision};
use lake::figure::{KEY, Status};
use lake::release::{Audience, Release};
use lake::store::Store;
use serde_json::json;

use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::exit::Exit;
use crate::listing::{Form, Listing};
use crate::stages::release;
use crate::words::grouped;
use crate::{stages, talk, words};

/// Rows of the text form; the other forms have all.
const SHOWN: usize = 40;

/// Compare deux diffusions d'une même période : quels chiffres ont bougé, de combien et pourquoi
///
/// Les causes : enregistrements reçus depuis, corrigés ou retirés depuis, définition ou déclarations modifiées, périmètre, secret
/// statistique. Les formes csv et json donnent tous les chiffres.
///
/// Exemple : oru diff 2025-Q1-b500381d8c7c 2025-Q1-77aa01c2d3e4
#[derive(clap::Args)]
pub struct Args {
    /// Diffusion de départ, ou le début de son nom (`oru lake status` les liste)
    avant: String,
    /// Diffusion d'arrivée, ou le début de son nom
    apres: String,
    /// Seulement les chiffres de cet indicateur
    #[arg(long, value_name = "ID")]
    indicateur: Option<String>,
    /// Forme de la liste
    #[arg(long, value_name = "FORME", default_value = "text")]
    format: Form,
}

pub fn cmd_diff(args: &Args, context: &Context) -> Result<Exit> {
    let store = stages::open(context)?;
    let (before, after) = (named(&store, &args.avant)?, named(&store, &args.apres)?);
    let (one, other) = (&before.frame, &after.frame);
    if (one.audience, &one.period) != (other.audience, &other.period) {
        let said = |frame: &lake::release::Frame| format!("{} pour « {} »", frame.period, frame.audience.as_str());
        return Err(CommandError::usage(format!(
            "ces diffusions ne se comparent pas : {} et {}",
            said(one),
            said(other)
        ))
        .hint("donner deux diffusions de la même période et de la même audience"));
    }
    let compared = transform::revisions::compare(&before, &after, &stages::deliveries(&store)?);
    let mut revisions: Vec<&Revision> = compared.revisions.iter().collect();
    if let Some(wanted) = &args.indicateur {
        revisions.retain(|revision| revision.cle[0] == *wanted);
    }
    if args.format == Form::Text {
        talk::print(&account(compared.identical, &revisions));
        revisions.sort_by(|a, b| rank(a).cmp(&rank(b)).then(moved(b).total_cmp(&moved(a))));
        revisions.truncate(SHOWN);
    }
    talk::print(&listing(&revisions).render(args.format));
    Ok(Exit::Done)
}

/// The release of that name, or of the only name that begins so.
fn named(store: &Store, name: &str) -> Result<Release> {
    let releases = store.releases().map_err(|error| words::store(&error))?;
    let found: Vec<&(Audience, String)> = releases.iter().filter(|(_, id)| id.starts_with(name)).collect();
    let exact = found.iter().find(|(_, id)| id == name).copied();
    let one = exact.or_else(|| found.first().copied().filter(|_| found.len() == 1));
    let Some((audience, id)) = one else {
        let said = match found.len() {
            0 => format!("aucune diffusion ne s'appelle « {name} »"),
            count => format!("{count} diffusions commencent par « {name} »"),
        };
        return Err(CommandError::usage(said).hint("`oru lake status` liste les diffusions"));
    };
    release::named(store, *audience, id)
}

fn account(identical: u64, revisions: &[&Revision]) -> String {
    let mut causes: BTreeMap<Cause, u64> = BTreeMap::new();
    for cause in revisions.iter().flat_map(|revision| &revision.causes) {
        *causes.entry(*cause).or_default() += 1;
    }
    let mut text = format!(
        "chiffres  : {} identiques, {} révisés\n",
        grouped(identical),
        grouped(revisions.len() as u64)
    );
    for (cause, count) in causes {
        text.push_str(&format!("  {} : {}\n", cause.label_fr(), grouped(count)));
    }
    if revisions.len() > SHOWN {
        text.push_str(&format!("Les {SHOWN} plus grands, la région d'abord ; tous : --format csv\n"));
    }
    text
}

fn listing(revisions: &[&Revision]) -> Listing {
    let columns = &[
        "figure",
        "indicator",
        "level",
        "area",
        "period",
        "population",
        "perimetre",
        "dim",
        "modalite",
        "unit",
        "avant",
        "apres",
        "causes",
        "envois",
    ];
    let shown = &[
        "indicator",
        "level",
        "area",
        "period",
        "population",
        "modalite",
        "avant",
        "apres",
        "causes",
    ];
    let mut listing = Listing::new("revisions", columns).showing(shown);
    for revision in revisions {
        let part = |name: &str| {
            let rank = KEY.iter().position(|known| *known == name).unwrap_or_default();
            json!(revision.cle[rank])
        };
        let side = |value: Option<f64>, status: &str| match value {
            Some(value) => json!(value),
            None if status.is_empty() => json!("absent"),
            None => json!(Status::parse(status).and_then(Status::printed).unwrap_or(status)),
        };
        let causes: Vec<&str> = revision.causes.iter().map(|cause| cause.label_fr()).collect();
        listing.push([
            json!(revision.figure),
            part("indicator"),
            part("level"),
            part("area"),
            part("period"),
            part("population"),
            part("perimetre"),
            part("dim"),
            part("modalite"),
            json!(revision.unite),
            side(revision.avant, &revision.statut_avant),
            side(revision.apres, &revision.statut_apres),
            json!(causes.join(" ; ")),
            json!(revision.envois),
        ]);
    }
    listing
}

/// The widest places first, totals before their breakdowns.
fn rank(revision: &Revision) -> (usize, bool) {
    let levels = ["region", "departement", "type_etablissement", "etablissement"];
    let level = levels
        .iter()
        .position(|level| revision.cle[2] == *level)
        .unwrap_or(levels.len());
    (level, !revision.cle[8].is_empty())
}

/// Relative change; one that appears or goes is as large as can be.
fn moved(revision: &Revision) -> f64 {
    match (revision.avant, revision.apres) {
        (Some(before), Some(after)) if before != 0.0 => ((after - before) / before).abs(),
        _ => f64::INFINITY,
    }
}
