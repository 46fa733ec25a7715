//! `oru lake`: care of the store.

mod state;

use lake::delivery::{Delivery, Verdict};
use lake::store::{Decision, Motif, Store};

use crate::account::{Account, count, short};
use crate::author::Author;
use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::exit::Exit;
use crate::{held, stages, talk, words};

/// Soin du lac : le créer, le vérifier, décider d'un envoi en attente
///
/// Exemple : oru lake status
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Crée un lac vide dans [lake] racine
    Init {
        /// Marque le lac comme synthétique : il n'accepte que la clé de démonstration, et ses documents le disent
        #[arg(long)]
        synthetique: bool,
    },
    /// Dit ce que le lac contient, ce qui attend une décision, jusqu'où remonte --as-of
    Status,
    /// Relit tout : empreintes des fichiers, identité des comptes, vue courante égale à sa reconstruction
    Verify,
    /// Réunit les petits fichiers des mois consolidés et retire les orphelins
    Compact,
    /// Efface les pièces reçues et les valeurs restreintes plus vieilles que la rétention ; imprime le compte de ce qui est effacé
    Purge {
        /// Rétention, en jours : un an et un mois, car un fichier SYRIUS porte l'année depuis le 1er janvier
        #[arg(long, value_name = "N", default_value_t = 400)]
        jours: u16,
        /// Efface ; sans cette option, dit seulement ce qui le serait
        #[arg(long)]
        oui: bool,
    },
    /// Accepte un envoi en attente : il devient courant ; imprime la différence par site et par jour
    Accept(Choice),
    /// Écarte un envoi chargé : ses passages ne comptent plus ; imprime la différence
    SetAside(Choice),
    /// Annule la dernière décision sur un envoi : les garde-fous en jugent de nouveau ; imprime la différence
    Undo(Choice),
}

#[derive(clap::Args)]
struct Choice {
    /// Identifiant de l'envoi, ou son début (`oru list deliveries`)
    envoi: String,
    /// Pourquoi, en quelques mots : demandé pour accepter ou écarter, montré par `oru list decisions`
    #[arg(long, value_name = "TEXTE", default_value = "")]
    motif: String,
    #[command(flatten)]
    auteur: Author,
}

pub fn cmd_lake(args: &Args, context: &Context) -> Result<Exit> {
    match &args.action {
        Action::Init { synthetique } => init(context, *synthetique),
        Action::Status => status(context),
        Action::Verify => verify(context),
        Action::Compact => compact(context),
        Action::Purge { jours, oui } => purge(context, *jours, *oui),
        Action::Accept(choice) => decide(context, choice, Decision::Accept),
        Action::SetAside(choice) => decide(context, choice, Decision::SetAside),
        Action::Undo(choice) => decide(context, choice, Decision::Undo),
    }
}

fn init(context: &Context, synthetic: bool) -> Result<Exit> {
    let root = &context.config.lake.racine;
    Store::create(root, synthetic).map_err(|error| words::store(&error))?;
    let nature = if synthetic { "synthétique" } else { "réel" };
    talk::print(&format!("lac {nature} créé dans {}\n", root.display()));
    let depot = &context.config.inbox.depot;
    if !depot.exists() {
        std::fs::create_dir_all(depot).doing(format!("création de la boîte de réception {}", depot.display()))?;
        talk::print(&format!(
            "boîte de réception créée dans {} : un dossier par source\n",
            depot.display()
        ));
    }
    Ok(Exit::Done)
}

fn status(context: &Context) -> Result<Exit> {
    let store = stages::open(context)?;
    let status = store.status().map_err(|error| words::store(&error))?;
    let deliveries = stages::deliveries(&store)?;
    let copies = store.received_again(jiff::Timestamp::MIN, None).len();
    let account = Account::of(&deliveries).again(copies as u64);
    let waiting: Vec<Delivery> = deliveries
        .into_iter()
        .filter(|delivery| delivery.verdict == Verdict::EnAttente)
        .collect();
    let held = held::text(&store, &waiting)?;
    let mut current = Vec::new();
    for table in &status.tables {
        current.push(match (table.first, table.last) {
            (Some(first), Some(last)) => {
                let view = store.view(&table.table, first, last, None);
                view.and_then(|view| view.rows()).map_err(|error| words::store(&error))?
            }
            _ => 0,
        });
    }
    talk::print(&state::text(&held, &status, &account, &current, &context.config.lake.racine));
    Ok(Exit::Done)
}

/// Status 1 when the lake is damaged: a scheduler must see it.
fn verify(context: &Context) -> Result<Exit> {
    let found = stages::open(context)?.verify().map_err(|error| words::store(&error))?;
    talk::print(&format!(
        "{}, {}, {}, {} relus ; {} (sans effet, `oru lake compact` les retire)\n",
        count(found.parts, "fichier d'enregistrements", "fichiers d'enregistrements"),
        count(found.deliveries, "envoi", "envois"),
        count(found.raw, "pièce reçue", "pièces reçues"),
        count(found.views, "vue", "vues"),
        count(found.orphans.len() as u64, "fichier orphelin", "fichiers orphelins"),
    ));
    if found.is_sound() {
        talk::print("le lac est sain\n");
        return Ok(Exit::Done);
    }
    for problem in &found.problems {
        talk::print(&format!("problème : {problem}\n"));
    }
    Err(CommandError::work(format!(
        "le lac est endommagé : {}",
        count(found.problems.len() as u64, "problème", "problèmes")
    ))
    .hint("restaurer la sauvegarde du dossier du lac ; les pièces de raw/ permettent de tout recharger dans un lac neuf"))
}

fn compact(context: &Context) -> Result<Exit> {
    let store = stages::open(context)?;
    let mut writer = stages::writer(&store, context)?;
    let run = run_id(context, "compact", "");
    let done = writer.compact(&run, context.now).map_err(|error| words::store(&error))?;
    talk::print(&format!(
        "{} mois : {} au lieu de {} ; {}\n",
        done.months.len(),
        count(done.parts_after as u64, "fichier", "fichiers"),
        done.parts_before,
        count(
            done.orphans_removed as u64,
            "fichier orphelin retiré",
            "fichiers orphelins retirés"
        ),
    ));
    Ok(Exit::Done)
}

/// Without `--oui`, only says what would go: nothing brings it back.
fn purge(context: &Context, days: u16, sure: bool) -> Result<Exit> {
    let store = stages::open(context)?;
    let run = run_id(context, "purge", &days.to_string());
    let done = match sure {
        true => stages::writer(&store, context)?.purge(days, &run, context.now),
        false => store.purgeable(days, &run, context.now),
    };
    let done = done.map_err(|error| words::store(&error))?;
    let verb = if sure { "effacé" } else { "serait effacé" };
    let day = done.before.strftime("%Y-%m-%d");
    talk::print(&format!(
        "{verb}, reçu avant le {day} ({days} jours) : {} ({}), {}, {}\n",
        count(done.raw_files, "pièce", "pièces"),
        state::megabytes(done.raw_bytes),
        count(done.rejected_rows, "enregistrement rejeté", "enregistrements rejetés"),
        count(done.value_rows, "valeur restreinte", "valeurs restreintes"),
    ));
    if done.quarantined > 0 {
        let (said, gone) = if sure {
            ("ne peuvent plus", "est effacée")
        } else {
            ("ne pourraient plus", "serait effacée")
        };
        talk::print(&format!(
            "en quarantaine, {} : {said} être rejoués, leur pièce {gone}\n",
            count(done.quarantined, "envoi", "envois")
        ));
    }
    if !sure {
        talk::print("rien n'est effacé : relancer avec --oui pour effacer\n");
    }
    Ok(Exit::Done)
}

fn decide(context: &Context, choice: &Choice, decision: Decision) -> Result<Exit> {
    if decision != Decision::Undo && choice.motif.trim().is_empty() {
        return Err(CommandError::usage("une décision demande son motif")
            .hint("ajouter --motif \"confirmé par le DIM le 3 avril\" : il est gardé avec la décision (oru list decisions)"));
    }
    let store = stages::open(context)?;
    let id = find(&store, &choice.envoi)?;
    let auteur = choice.auteur.name()?;
    let why = Motif {
        motif: &choice.motif,
        auteur: &auteur,
    };
    let mut writer = stages::writer(&store, context)?;
    let run = run_id(context, "decide", &id);
    let difference = writer
        .decide(&id, decision, &run, context.now, why)
        .map_err(|error| words::store(&error))?;
    talk::print(&state::difference(&difference));
    Ok(match difference.newly_held.is_empty() {
        true => Exit::Done,
        false => Exit::WithRefusals,
    })
}

fn run_id(context: &Context, action: &str, of: &str) -> String {
    stages::run_id(&[action, of, &context.now.to_string()])
}

/// The one delivery whose identifier begins so.
fn find(store: &Store, start: &str) -> Result<String> {
    let deliveries = store.deliveries(None).map_err(|error| words::store(&error))?;
    let found: Vec<String> = deliveries
        .into_iter()
        .map(|delivery| delivery.id)
        .filter(|id| id.starts_with(start))
        .collect();
    match &found[..] {
        [only] => Ok(only.clone()),
        [] => {
            Err(CommandError::usage(format!("aucun envoi ne commence par « {start} »")).hint("`oru list deliveries` les énumère"))
        }
        several => {
            let shown: Vec<&str> = several.iter().take(5).map(|id| short(id)).collect();
            Err(CommandError::usage(format!(
                "{} envois commencent par « {start} » : {}",
                several.len(),
                shown.join(", ")
            )))
        }
    }
}
