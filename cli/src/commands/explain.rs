//! `oru explain`: what a name means and where it comes from.

mod catalogue;
mod declared;
mod figure;

use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::exit::Exit;
use crate::{declarations, reading, talk};

/// Explique un nom : règle, indicateur, population, colonne, table, liste de codes, chiffre publié
///
/// Un chiffre publié se désigne par son nom court (12 caractères hexadécimaux) : l'explication dit de quel calcul et de quels envois
/// il vient.
///
/// Exemple : oru explain mode_sortie
#[derive(clap::Args)]
pub struct Args {
    /// Identifiant : RPU-X04, RPU-I10, rpu.mode_sortie, rpu_orientation, 4f1d09aa72c3
    nom: String,
}

pub fn cmd_explain(args: &Args, context: &Context) -> Result<Exit> {
    let name = args.nom.trim();
    let catalogue = declarations::catalogue(&context.config)?;
    let kinds = reading::kinds(&context.config)?;
    let mut parts: Vec<String> = catalogue::explain(name, &catalogue, &kinds).into_iter().collect();
    parts.extend(declared::explain(name));
    if parts.is_empty() && figure::is_name(name) {
        parts.push(figure::explain(name, &catalogue, context)?);
    }
    if parts.is_empty() {
        let mut known = declared::names();
        known.extend(catalogue::names(&catalogue, &kinds));
        let error = CommandError::unknown("nom inconnu", name, known.iter().map(String::as_str));
        return Err(error.hint("`oru list` énumère ce qui est déclaré"));
    }
    talk::print(&parts.join("\n"));
    Ok(Exit::Done)
}
