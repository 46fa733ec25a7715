//! `oru list`: the catalogue and the history, as rows.

use serde_json::json;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::listing::{Form, Listing};
use crate::talk;

/// Listes : ce que le programme connaît, ce que le lac a reçu
///
/// Exemple : oru list deliveries --format json
#[derive(clap::Args)]
pub struct Args {
    /// Quelle liste
    quoi: What,
    /// Forme de la liste
    #[arg(long, value_name = "FORME", default_value = "text")]
    format: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Tables,
}

pub fn cmd_list(args: &Args, _context: &Context) -> Result<Exit> {
    let listing = match args.quoi {
        What::Tables => tables(),
    };
    talk::print(&listing.render(args.format));
    Ok(Exit::Done)
}

fn tables() -> Listing {
    let mut listing = Listing::new("tables", &["nom", "libelle", "colonnes", "mois", "remplacement", "source"]);
    for table in lake::table::tables() {
        let replacement = match &table.remplacement {
            lake::table::Replacement::Fenetre { .. } => "fenêtre",
            lake::table::Replacement::Cle { .. } => "clé",
        };
        listing.push([
            json!(table.nom),
            json!(table.libelle),
            json!(table.colonnes.len()),
            json!(table.mois),
            json!(replacement),
            json!(table.source),
        ]);
    }
    listing
}
