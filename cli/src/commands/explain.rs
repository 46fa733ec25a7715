//! `oru explain`: what a name means and where it comes from.

mod declared;

use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::exit::Exit;
use crate::talk;

/// Explique un nom : règle, indicateur, population, colonne, table, liste de codes, chiffre publié
///
/// Un chiffre publié se désigne par son nom court (12 caractères hexadécimaux) : l'explication dit de quels envois il vient.
///
/// Exemple : oru explain mode_sortie
#[derive(clap::Args)]
pub struct Args {
    /// Identifiant : RPU-X04, RPU-I10, rpu.mode_sortie, rpu_orientation, 4f1d09aa72c3
    nom: String,
}

pub fn cmd_explain(args: &Args, _context: &Context) -> Result<Exit> {
    let name = args.nom.trim();
    let found = declared::explain(name);
    match found {
        Some(text) => {
            talk::print(&text);
            Ok(Exit::Done)
        }
        None => {
            let known = declared::names();
            Err(CommandError::unknown("nom inconnu", name, known.iter().map(String::as_str))
                .hint("`oru list` énumère ce qui est déclaré"))
        }
    }
}
