//! `oru quarantine`: deliveries of sites that the structures do not know.

use std::path::PathBuf;

use ingest::FinessAlias;
use jiff::civil::Date;
use lake::delivery::{Delivery, Verdict};
use lake::finding::Effect;
use lake::finess::Finess;
use lake::reference::Structure;
use serde_json::json;

use crate::account::short;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::exit::Exit;
use crate::listing::{Form, Listing};
use crate::{aliases, reading, stages, talk, written};

/// Quarantaine : envois dont le site est inconnu
///
/// Exemple : oru quarantine map 310000000 310783048 ; oru quarantine replay
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Liste les envois en quarantaine, avec leur numéro reçu et leur raison
    List {
        /// Forme de la liste
        #[arg(long, value_name = "FORME", default_value = "text")]
        format: Form,
    },
    /// Dit qu'un numéro reçu désigne un site connu ; l'écrit dans [structures] correspondances
    Map(Mapping),
    /// Relit les envois en quarantaine avec les correspondances d'aujourd'hui ; rien n'est compté deux fois
    Replay {
        /// Relit plutôt les envois chargés dont des enregistrements ont été rejetés, une fois corrigé ce qui les rejetait (structures,
        /// genre d'extrait) : ceux qui en acceptent davantage remplacent leur première lecture
        #[arg(long)]
        rejets: bool,
        /// Seulement ces envois (avec --rejets) ; leur début suffit
        #[arg(value_name = "ENVOI", requires = "rejets")]
        envois: Vec<String>,
    },
}

#[derive(clap::Args)]
struct Mapping {
    /// FINESS reçu
    #[arg(value_name = "RECU", value_parser = finess)]
    from: String,
    /// FINESS du site connu
    #[arg(value_name = "FINESS", value_parser = finess)]
    to: String,
    /// Seulement pour ce numéro d'ordre reçu
    #[arg(long, value_name = "N")]
    ordre: Option<i16>,
    /// Numéro d'ordre du site connu ; inchangé si absent
    #[arg(long, value_name = "N")]
    vers_ordre: Option<i16>,
    /// Premier jour où la correspondance vaut (AAAA-MM-JJ) ; depuis toujours si absent
    #[arg(long, value_name = "JOUR", value_parser = written::day)]
    du: Option<Date>,
    /// Dernier jour où elle vaut (AAAA-MM-JJ) ; jusqu'à nouvel ordre si absent
    #[arg(long, value_name = "JOUR", value_parser = written::day)]
    au: Option<Date>,
    /// Même si le numéro reçu est celui d'une structure ouverte, dont les envois seront lus comme ceux de l'autre site
    #[arg(long)]
    force: bool,
}

fn finess(text: &str) -> std::result::Result<String, String> {
    match Finess::parse(text) {
        Some((finess, _)) => Ok(finess.as_str().to_owned()),
        None => Err("un FINESS a neuf caractères".to_owned()),
    }
}

pub fn cmd_quarantine(args: &Args, context: &Context) -> Result<Exit> {
    match &args.action {
        Action::List { format } => list(context, *format),
        Action::Map(mapping) => map(context, mapping),
        Action::Replay { rejets: true, envois } => Ok(stages::reread::reread(context, envois)?.exit),
        Action::Replay { rejets: false, .. } => Ok(stages::replay::replay(context)?.exit),
    }
}

/// Records that wait in a delivery: those of which the rules that would reject one were judged.
fn waiting_records(delivery: &Delivery) -> u64 {
    let of_records = delivery
        .findings
        .iter()
        .filter(|finding| finding.effect == Effect::RejectRecord);
    of_records.map(|finding| finding.eligible).max().unwrap_or_default()
}

fn list(context: &Context, format: Form) -> Result<Exit> {
    let mut listing = Listing::new(
        "quarantaine",
        &[
            "envoi",
            "finess",
            "ordre",
            "genre",
            "du",
            "au",
            "enregistrements",
            "fichier",
            "raison",
        ],
    )
    .showing(&["envoi", "finess", "ordre", "genre", "du", "au", "enregistrements", "fichier"]);
    let waiting = waiting(stages::deliveries(&stages::open(context)?)?);
    if waiting.is_empty() && format == Form::Text {
        talk::print("rien en quarantaine\n");
        return Ok(Exit::Done);
    }
    for delivery in waiting {
        listing.push([
            json!(short(&delivery.id)),
            json!(delivery.finess),
            json!(delivery.ordre),
            json!(delivery.kind),
            json!(delivery.date_from),
            json!(delivery.date_to),
            json!(waiting_records(&delivery)),
            json!(delivery.file),
            json!(delivery.reason),
        ]);
    }
    talk::print(&listing.render(format));
    Ok(Exit::Done)
}

/// Deliveries in quarantine, in the order of reception.
pub fn waiting(deliveries: Vec<Delivery>) -> Vec<Delivery> {
    let mut waiting: Vec<Delivery> = deliveries
        .into_iter()
        .filter(|delivery| delivery.verdict == Verdict::EnQuarantaine)
        .collect();
    waiting.sort_by(|a, b| (a.received_at, &a.file, &a.id).cmp(&(b.received_at, &b.file, &b.id)));
    waiting
}

fn map(context: &Context, mapping: &Mapping) -> Result<Exit> {
    let file: &PathBuf = context.config.structures.correspondances.as_ref().ok_or_else(|| {
        CommandError::work("aucun fichier de correspondances")
            .hint("le nommer dans [structures] correspondances de la configuration")
    })?;
    let structures = reading::structures(&context.config)?;
    let known = structures.iter().filter(|structure| structure.finess == mapping.to);
    if known.clone().next().is_none() {
        let names = structures.iter().map(|structure| structure.finess.as_str());
        return Err(CommandError::unknown(
            "FINESS absent des structures de la région",
            &mapping.to,
            names,
        ));
    }
    if let Some(ordre) = mapping.vers_ordre
        && !known.clone().any(|structure| structure.ordre == ordre)
    {
        return Err(CommandError::usage(format!(
            "le site {} n'a pas de structure d'ordre {ordre}",
            mapping.to
        )));
    }
    if let (Some(from), Some(to)) = (mapping.du, mapping.au)
        && from > to
    {
        return Err(CommandError::usage(format!("--du {from} est après --au {to}")));
    }
    let taken = taken(mapping, &structures)?;
    let alias = FinessAlias {
        finess: mapping.from.clone(),
        ordre: mapping.ordre,
        vers_finess: mapping.to.clone(),
        vers_ordre: mapping.vers_ordre,
        du: mapping.du,
        au: mapping.au,
    };
    aliases::add(file, alias)?;
    talk::print(&format!(
        "{} désigne {} : écrit dans {} ; `oru quarantine replay` relit les envois en quarantaine\n",
        mapping.from,
        mapping.to,
        file.display()
    ));
    if let Some(name) = taken {
        tracing::warn!(
            "{} est aussi {name} : ses prochains envois remplaceront ceux de {} pour les jours de leur fenêtre",
            mapping.from,
            mapping.to
        );
    }
    Ok(Exit::Done)
}

/// The open structure of the region that has the received number: whoever maps it says from when, or says so twice.
fn taken<'s>(mapping: &Mapping, structures: &'s [Structure]) -> Result<Option<&'s str>> {
    if mapping.from == mapping.to && mapping.vers_ordre.is_none_or(|ordre| mapping.ordre == Some(ordre)) {
        return Err(CommandError::usage(format!(
            "{} désigne déjà ce site : rien à écrire",
            mapping.from
        )));
    }
    let is_open = |structure: &&Structure| {
        structure.finess == mapping.from
            && mapping.ordre.is_none_or(|ordre| ordre == structure.ordre)
            && structure.ouvert_du <= mapping.au.unwrap_or(Date::MAX)
            && structure.ouvert_au.is_none_or(|end| mapping.du.unwrap_or(Date::MIN) <= end)
    };
    let Some(structure) = structures.iter().find(is_open).filter(|_| mapping.from != mapping.to) else {
        return Ok(None);
    };
    if mapping.force || mapping.du.is_some() {
        return Ok(Some(&structure.nom));
    }
    Err(CommandError::usage(format!(
        "{} est une structure ouverte de la région ({}) : ses envois seraient lus comme ceux de {}, et remplaceraient les siens",
        mapping.from, structure.nom, mapping.to
    ))
    .hint("--du dit depuis quel jour, s'il s'agit d'une fusion ; --force, s'il est réutilisé"))
}
