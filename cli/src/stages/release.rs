//! Release: the figures of a run, once past the gate of an audience. The only thing that reports can read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use lake::figure::Figure;
use lake::finding::Finding;
use lake::release::{Audience, Frame, Release};
use lake::results::{FIGURES, FINDINGS, FRAME};
use lake::store::Store;
use reports::declaration::Declaration;
use reports::state::State;
use transform::disclosure::Pattern;
use transform::release::FrameInputs;

use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::stages::basis::{Basis, basis};
use crate::stages::scope::Scope;
use crate::stages::{self, Done};
use crate::words::grouped;
use crate::{talk, words};

/// Passes the results of the same scope through the gate and publishes what is left.
pub fn release(context: &Context, scope: &Scope, as_of: Option<Timestamp>, audience: Audience) -> Result<Done> {
    let period = released(scope)?;
    let writer = stages::writer(&stages::open(context)?, context)?;
    let basis = basis(context, writer.store(), scope, as_of)?;
    let folder = basis.store.results(&basis.run).ok_or_else(|| {
        CommandError::work(format!(
            "aucun résultat pour {period} avec les données et les déclarations (règles, seuils, sites) d'aujourd'hui"
        ))
        .hint(format!("les calculer d'abord : oru transform {}", scope.option()))
    })?;
    let figures = lake::results::read_figures(&folder.join(FIGURES)).doing("lecture des chiffres")?;
    let findings = lake::results::read_findings(&folder.join(FINDINGS)).doing("lecture des constats")?;
    let former = former(&basis, audience)?;
    let made = made(context, &basis, as_of, (audience, &former), figures, &findings)?;
    writer.publish_release(&made).map_err(|error| words::store(&error))?;
    let hidden: u64 = made.frame.gate.masques.values().sum();
    tracing::info!(
        run = basis.run,
        etape = "release",
        diffusion = made.frame.id,
        chiffres = made.figures.len(),
        masques = hidden,
        "diffusion publiée"
    );
    talk::print(&format!(
        "diffusion : {} pour « {} » ; {} chiffres, dont {} sans valeur par le contrôle de diffusion\n",
        made.frame.id,
        audience.as_str(),
        grouped(made.figures.len() as u64),
        grouped(hidden)
    ));
    Ok(Done::nothing())
}

/// The figures of a computation, once past the gate. `former`: published releases for this audience; what they masked stays masked.
pub fn made(
    context: &Context,
    basis: &Basis,
    as_of: Option<Timestamp>,
    (audience, former): (Audience, &[String]),
    figures: Vec<Figure>,
    findings: &[Finding],
) -> Result<Release> {
    let period = released(&basis.scope)?;
    // All of them: the first day of a site may be years before the days computed.
    let mut deliveries = basis.store.deliveries(as_of).map_err(|error| words::store(&error))?;
    deliveries.retain(|delivery| !delivery.is_reread());
    let pattern = pattern(&basis.store, audience, former)?;
    let inputs = FrameInputs {
        catalogue: &basis.catalogue,
        region: &basis.inputs.region,
        structures: &basis.inputs.structures,
        deliveries: &deliveries,
        quarter: &period,
        as_of: basis.as_of,
        run: &basis.run,
        cut: basis.cut,
        consolide_au: basis.inputs.consolide_au,
        ruptures: &basis.inputs.ruptures,
        synthetique: basis.store.is_synthetic(),
        pattern: &pattern,
        oru_version: env!("CARGO_PKG_VERSION"),
    };
    let policy = context.config.diffusion.policy(audience);
    transform::release::release(figures, findings, &inputs, audience, &policy).doing("contrôle de diffusion")
}

/// Published releases for an audience, but for those of this very computation.
fn former(basis: &Basis, audience: Audience) -> Result<Vec<String>> {
    let mut others = Vec::new();
    for id in basis.store.published(audience).map_err(|error| words::store(&error))? {
        if frame(&folder_of(&basis.store, audience, &id)?)?.run != basis.run {
            others.push(id);
        }
    }
    Ok(others)
}

/// What releases masked. Inside, nothing is.
fn pattern(store: &Store, audience: Audience, former: &[String]) -> Result<Pattern> {
    let mut pattern = Pattern::default();
    for id in former.iter().filter(|_| audience != Audience::Interne) {
        let file = folder_of(store, audience, id)?.join(FIGURES);
        let masked = lake::results::read_masked(&file).doing(format!("lecture de la diffusion {id}"))?;
        pattern.add(id, masked.iter().map(String::as_str));
    }
    Ok(pattern)
}

/// A release of the lake by its name, whole.
pub fn named(store: &Store, audience: Audience, id: &str) -> Result<Release> {
    lake::results::read_release(&folder_of(store, audience, id)?).doing(format!("lecture de la diffusion {id}"))
}

/// The release that a rendered document was made from: what it may print of it, in the edition that it is.
pub fn of_document(context: &Context, store: &Store, known: &State) -> Result<Release> {
    let custom = context.config.rapports.modeles.as_deref();
    let declared = Declaration::load(&known.document, custom).doing(format!("document {}", known.document))?;
    let (named, folder) = (declared.indicators(), folder_of(store, known.audience, &known.diffusion)?);
    let read = lake::results::read_release_where(&folder, |key| may_print(key, &named));
    let mut released = read.doing(format!("lecture de la diffusion {}", known.diffusion))?;
    released.frame.edition = known.edition.clone();
    Ok(released)
}

fn folder_of(store: &Store, audience: Audience, id: &str) -> Result<PathBuf> {
    store.release(audience, id).ok_or_else(|| {
        CommandError::work(format!("la diffusion {id} n'est pas dans ce lac"))
            .hint("le lac est celui de [lake] racine ; une diffusion faite ailleurs se lit là-bas")
    })
}

/// The release that was made from this basis for this audience, with the policy of today: what a document that names these
/// indicators may print of it.
pub fn read(context: &Context, basis: &Basis, audience: Audience, named: &BTreeSet<String>) -> Result<Release> {
    let (folder, frame) = find(context, basis, audience)?;
    lake::results::read_release_where(&folder, |key| may_print(key, named)).doing(format!("lecture de la diffusion {}", frame.id))
}

/// Whether a document may print a figure: weeks, months and days, which are three quarters of a release, only of the indicators that
/// it names.
pub fn may_print(key: &[&str; 12], named: &BTreeSet<String>) -> bool {
    let [indicator, _, _, _, kind, ..] = key;
    matches!(*kind, "quarter" | "rolling12" | "year") || named.contains(*indicator)
}

/// Its folder, and its frame.
pub fn find(context: &Context, basis: &Basis, audience: Audience) -> Result<(PathBuf, Frame)> {
    let policy = context.config.diffusion.policy(audience);
    let releases = basis.store.releases().map_err(|error| words::store(&error))?;
    let mut found: Option<(PathBuf, Frame)> = None;
    for (_, id) in releases.into_iter().filter(|(of, _)| *of == audience) {
        let folder = folder_of(&basis.store, audience, &id)?;
        let frame = frame(&folder)?;
        // What was published since only adds to what is masked: the one that follows the most is the last.
        let follows = |one: &Frame| one.gate.reprises.len();
        let is_later = found.as_ref().is_none_or(|(_, known)| follows(&frame) > follows(known));
        if frame.run == basis.run && frame.gate.politique == policy.name() && is_later {
            found = Some((folder, frame));
        }
    }
    if let Some(found) = found {
        return Ok(found);
    }
    let (scope, audience) = (basis.scope.name(), audience.as_str());
    Err(CommandError::work(format!(
        "aucune diffusion de {scope} pour « {audience} » avec les données et les déclarations (règles, seuils, sites) d'aujourd'hui"
    ))
    .hint(format!(
        "la faire d'abord : oru release --quarter {scope} --audience {audience}"
    )))
}

fn frame(folder: &Path) -> Result<Frame> {
    let file = folder.join(FRAME);
    let text = std::fs::read_to_string(&file).doing(format!("lecture de {}", file.display()))?;
    serde_json::from_str(&text).doing(format!("lecture de {}", file.display()))
}

/// What a release may be about.
fn released(scope: &Scope) -> Result<String> {
    match scope {
        Scope::Quarter(_) | Scope::Year(_) => Ok(scope.name()),
        Scope::Days(_) | Scope::Week(_) => Err(CommandError::usage("une diffusion porte sur un trimestre ou une année")
            .hint("donner --quarter 2025-Q1 ou --year 2024")),
    }
}
