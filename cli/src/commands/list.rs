//! `oru list`: the catalogue and the history, as rows.

mod declared;
mod expected;
mod history;
mod places;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::listing::Form;
use crate::talk;

/// Listes : ce que le programme connaît, ce que le lac a reçu
///
/// Exemple : oru list deliveries --finess 310783048 --du 2025-03-01 ; oru list structures --format csv
#[derive(clap::Args)]
pub struct Args {
    /// Quelle liste
    quoi: What,
    /// Forme de la liste
    #[arg(long, value_name = "FORME", default_value = "text")]
    format: Form,
    #[command(flatten)]
    wanted: history::Wanted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Tables,
    Kinds,
    Rules,
    Indicators,
    Populations,
    Documents,
    Structures,
    Sites,
    Ruptures,
    /// Livraisons attendues d'un jour (--du, --au ; aujourd'hui sinon) : reçue, en retard, silencieuse, incomplète, en double
    Expected,
    Deliveries,
    Runs,
    /// Décisions sur les envois : qui, quand, pourquoi
    Decisions,
}

/// A list that is empty because nobody declared its register says so.
fn say_without(format: Form, is_absent: bool, key: &str) {
    if is_absent && format == Form::Text {
        tracing::warn!("aucun registre : [sites] {key} de la configuration dit où il est (docs/sites.md)");
    }
}

pub fn cmd_list(args: &Args, context: &Context) -> Result<Exit> {
    let listing = match args.quoi {
        What::Tables => declared::tables(),
        What::Kinds => declared::kinds(context)?,
        What::Rules => declared::rules(context)?,
        What::Indicators => declared::indicators(context)?,
        What::Populations => declared::populations(context)?,
        What::Documents => declared::documents(),
        What::Structures => declared::structures(context)?,
        What::Sites => {
            say_without(args.format, context.config.sites.parametres.is_none(), "parametres");
            places::sites(context)?
        }
        What::Ruptures => {
            say_without(args.format, context.config.sites.ruptures.is_none(), "ruptures");
            places::ruptures(context)?
        }
        What::Expected => expected::expected(context, &args.wanted)?,
        What::Deliveries => history::deliveries(context, &args.wanted)?,
        What::Decisions => history::decisions(context)?,
        What::Runs => history::runs(context)?,
    };
    talk::print(&listing.render(args.format));
    Ok(Exit::Done)
}
