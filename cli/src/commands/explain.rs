//! `oru explain`: what a name means and where it comes from.

mod catalogue;
mod declared;
mod figure;
mod place;

use lake::release::Audience;

use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::exit::Exit;
use crate::{declarations, reading, talk, written};

/// Explique un nom : règle, indicateur, population, colonne, table, liste de codes, chiffre publié
///
/// Un chiffre publié se désigne par son nom court (12 caractères hexadécimaux) : l'explication dit de quel calcul et de quels envois
/// il vient, tel que l'audience peut le lire. Ce que le contrôle de diffusion masque n'est dit qu'avec --audience interne.
///
/// Exemple : oru explain mode_sortie
#[derive(clap::Args)]
pub struct Args {
    /// Identifiant : RPU-X04, RPU-I10, rpu.mode_sortie, rpu_orientation, 4f1d09aa72c3
    nom: String,
    /// Pour qui est expliqué un chiffre : public, partenaire, interne
    #[arg(long, value_name = "AUDIENCE", value_parser = written::audience, default_value = "partenaire")]
    audience: Audience,
}

pub fn cmd_explain(args: &Args, context: &Context) -> Result<Exit> {
    let name = args.nom.trim();
    let catalogue = declarations::catalogue(&context.config)?;
    let kinds = reading::kinds(&context.config)?;
    let said = |name: &str| -> Vec<String> {
        let parts = catalogue::explain(name, &catalogue, &kinds).into_iter();
        parts.chain(declared::explain(name)).collect()
    };
    let names = || {
        let mut known = declared::names();
        known.extend(catalogue::names(&catalogue, &kinds));
        known
    };
    let mut parts = said(name);
    // `MODE_SORTIE` is written so in the national formats, and `mode_sortie` in the lake.
    if parts.is_empty()
        && let Some(written) = names().iter().find(|known| known.to_lowercase() == name.to_lowercase())
    {
        parts = said(written);
    }
    if parts.is_empty() && figure::is_name(name) {
        parts.push(figure::explain(name, args.audience, &catalogue, context)?);
    }
    if parts.is_empty() {
        let error = CommandError::unknown("nom inconnu", name, names().iter().map(String::as_str));
        return Err(error.hint("`oru list` énumère ce qui est déclaré"));
    }
    talk::print(&parts.join("\n"));
    Ok(Exit::Done)
}
