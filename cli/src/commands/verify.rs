//! `oru verify`: whether a document is what it was, and whether its figures can be made again.

use std::path::{Path, PathBuf};

use lake::release::Release;
use reports::state::{self, Alteration, State};

use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::exit::Exit;
use crate::stages::basis::basis;
use crate::stages::scope::Scope;
use crate::stages::{self, fiches, release, transform as computing};
use crate::words::grouped;
use crate::{talk, words, written};

/// Differences named one by one; beyond, they are counted.
const SHOWN: usize = 20;

/// Vérifie un document rendu : ses fichiers, sa rédaction refaite, ses chiffres recalculés depuis le lac
///
/// Dit « identique », ou ce qui diffère. Le calcul reprend les données telles qu'elles étaient connues à l'instant de la diffusion.
/// Code de sortie 4 s'il y a une différence.
///
/// Exemple : oru verify out/trimestriel-2025-Q1
#[derive(clap::Args)]
pub struct Args {
    /// Dossier du document, celui où se trouve etat.json
    dossier: PathBuf,
    /// Ne refait pas le calcul : seulement les fichiers et la rédaction
    #[arg(long)]
    sans_calcul: bool,
}

pub fn cmd_verify(args: &Args, context: &Context) -> Result<Exit> {
    let known = state::read(&args.dossier).map_err(|error| {
        CommandError::usage(error).hint("donner le dossier d'un document rendu par `oru report`, celui où se trouve etat.json")
    })?;
    let mut differences = altered(&args.dossier, &known)?;
    let store = stages::open(context)?;
    // What a document of one place prints was computed with the region.
    let (diffusion, released) = match &known.sujet {
        None => (known.diffusion.clone(), release::of_document(context, &store, &known)?),
        Some(place) => fiches::of_document(context, &store, &known, place)?,
    };
    differences += rendered_again(context, &args.dossier, &known, &released)?;
    if !args.sans_calcul {
        differences += computed_again(context, &release::named(&store, known.audience, &diffusion)?)?;
    }
    Ok(match differences {
        0 => Exit::Done,
        _ => Exit::ThresholdPassed,
    })
}

fn altered(folder: &Path, known: &State) -> Result<usize> {
    let found = state::alterations(folder, known).doing("lecture du dossier")?;
    let lines = found.iter().map(|(name, alteration)| {
        let said = match alteration {
            Alteration::Modifie => "modifié depuis la rédaction",
            Alteration::Absent => "absent",
            Alteration::EnTrop => "n'a pas été écrit par la rédaction",
        };
        format!("{name} : {said}")
    });
    say("fichiers", &format!("{} fichiers", known.fichiers.len()), lines.collect());
    Ok(found.len())
}

/// Writes the document again from the release, elsewhere, and compares with what was written then.
fn rendered_again(context: &Context, folder: &Path, known: &State, released: &Release) -> Result<usize> {
    if known.oru_version != env!("CARGO_PKG_VERSION") {
        talk::print(&format!(
            "rédaction : non refaite, ce document est d'oru {} et ce programme d'oru {}\n",
            known.oru_version,
            env!("CARGO_PKG_VERSION")
        ));
        return Ok(0);
    }
    let aside = context.config.rapports.sortie.join(".verification");
    let _ = std::fs::remove_dir_all(&aside);
    let custom = context.config.rapports.modeles.as_deref();
    let rendered = reports::render(released, &known.document, &aside, custom, &known.formats);
    let again = rendered.doing(format!("document {}", known.document)).and_then(|rendered| {
        let written = rendered.files.first().and_then(|file| file.parent());
        let written = written.ok_or_else(|| CommandError::bug("un document sans fichier"))?;
        state::read(written).doing("lecture de la rédaction refaite")
    });
    let _ = std::fs::remove_dir_all(&aside);
    let again = again?;
    let mut lines = Vec::new();
    for (name, expected) in &known.fichiers {
        match again.fichiers.get(name) {
            Some(hash) if hash == expected => {}
            Some(_) => lines.push(format!("{name} : la rédaction refaite en donne un autre")),
            None => lines.push(format!("{name} : la rédaction refaite ne le donne pas")),
        }
    }
    let extra = again.fichiers.keys().filter(|name| !known.fichiers.contains_key(*name));
    lines.extend(extra.map(|name| format!("{name} : seulement dans la rédaction refaite")));
    if !lines.is_empty() {
        lines.push(format!(
            "dossier vérifié : {} ; documents et modèles de la région ont pu changer depuis",
            folder.display()
        ));
    }
    let count = lines.len();
    say("rédaction", "refaite", lines);
    Ok(count)
}

/// Makes every figure again from the records, as they were known then.
fn computed_again(context: &Context, released: &Release) -> Result<usize> {
    let frame = &released.frame;
    let scope = match written::year(&frame.period) {
        Ok(year) => Scope::Year(year),
        Err(_) => Scope::Quarter(written::quarter(&frame.period).map_err(CommandError::work)?),
    };
    let basis = basis(context, stages::open(context)?, &scope, Some(frame.as_of))?;
    let (findings, _) = computing::judge(&basis)?;
    let figures = transform::indicators::figures(&basis.inputs, &basis.catalogue, &basis.request, &findings)
        .doing("calcul des indicateurs")?;
    let made = release::made(
        context,
        &basis,
        Some(frame.as_of),
        (frame.audience, &frame.gate.reprises),
        figures,
        &findings,
    )?;
    let deliveries = basis
        .store
        .deliveries(Some(frame.as_of))
        .map_err(|error| words::store(&error))?;
    let compared = transform::revisions::compare(released, &made, &deliveries);
    let lines = compared.revisions.iter().map(|revision| {
        let number = |value: Option<f64>| value.map_or("–".to_owned(), |value| value.to_string());
        let causes: Vec<&str> = revision.causes.iter().map(|cause| cause.label_fr()).collect();
        format!(
            "{} {} {} {} : {} → {} ({})",
            revision.figure,
            revision.cle[0],
            revision.cle[3],
            revision.cle[5],
            number(revision.avant),
            number(revision.apres),
            causes.join(", ")
        )
    });
    let count = compared.revisions.len();
    say(
        "calcul",
        &format!("{} chiffres refaits", grouped(compared.identical + count as u64)),
        lines.collect(),
    );
    Ok(count)
}

/// `fichiers : identique (42 fichiers)`, or the differences.
fn say(what: &str, of: &str, mut lines: Vec<String>) {
    if lines.is_empty() {
        talk::print(&format!("{what:<9} : identique ({of})\n"));
        return;
    }
    let count = lines.len();
    lines.truncate(SHOWN);
    talk::print(&format!("{what:<9} : {} différence(s) ({of})\n", grouped(count as u64)));
    for line in &lines {
        talk::print(&format!("  {line}\n"));
    }
    if count > SHOWN {
        talk::print(&format!("  et {} autres\n", grouped((count - SHOWN) as u64)));
    }
}
