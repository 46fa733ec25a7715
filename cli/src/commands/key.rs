//! `oru key`: makes the secret key of a lake.

use std::path::PathBuf;

use lake::key::Key;

use crate::clock;
use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::exit::Exit;
use crate::{keys, talk};

/// Clé secrète du lac : en fabrique une
///
/// La clé sert à reconnaître un passage d'un envoi à l'autre sans garder ce qui désigne une personne. Perdue, les envois suivants
/// ne se rattachent plus aux précédents ; copiée avec le lac, elle en annule la protection.
///
/// Exemple : oru key new /etc/oru/cle
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Écrit une clé neuve, tirée au hasard, dans un fichier lisible du seul propriétaire (mode 0600)
    New {
        /// Fichier à écrire ; sinon [cle] fichier de la configuration. Un fichier présent n'est jamais remplacé
        fichier: Option<PathBuf>,
        /// Écrit la clé de démonstration, publique : refusée sur un lac qui n'est pas marqué synthétique
        #[arg(long)]
        demonstration: bool,
    },
}

pub fn cmd_key(args: &Args, context: &Context) -> Result<Exit> {
    let Action::New { fichier, demonstration } = &args.action;
    let file = fichier.as_ref().or(context.config.cle.fichier.as_ref()).ok_or_else(|| {
        CommandError::usage("aucun fichier où écrire la clé").hint("donner un fichier : oru key new /etc/oru/cle")
    })?;
    let key = match demonstration {
        true => Key::demonstration(),
        false => Key::from_bytes(clock::random_bytes().doing("tirage de la clé")?),
    };
    keys::write(file, &key)?;
    talk::print(&format!("clé {} écrite dans {}\n", key.kid(), file.display()));
    Ok(Exit::Done)
}
