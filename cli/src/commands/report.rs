//! `oru report`: a document from a release.

use lake::release::Audience;
use reports::Format;

use crate::commands::period::OfQuarter;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::exit::Exit;
use crate::stages::retour::Sites;
use crate::{stages, written};

/// Rédige un document à partir d'une diffusion : HTML, PDF, classeur, tableaux et chiffres en CSV et Parquet, graphiques en SVG
///
/// Le retour qualité (`retour-qualite`) s'adresse à chaque établissement : une page HTML et un classeur XLSX par site, où les autres
/// sites ne sont jamais nommés.
///
/// Exemples : oru report --quarter 2025-Q1 --audience partenaire ; oru report retour-qualite --quarter 2025-Q1 --all
#[derive(clap::Args)]
pub struct Args {
    /// Quel document (`oru list documents`) ; sinon trimestriel
    #[arg(value_name = "DOCUMENT")]
    nom: Option<String>,
    #[command(flatten)]
    period: OfQuarter,
    /// Pour qui : public, partenaire, interne
    #[arg(long, value_name = "AUDIENCE", value_parser = written::audience, default_value = "partenaire")]
    audience: Audience,
    /// En quels formats : html, pdf, xlsx, donnees ; sinon ceux de la configuration
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', value_parser = written::format)]
    formats: Vec<Format>,
    /// Autre façon de dire quel document
    #[arg(long, value_name = "NOM", conflicts_with = "nom")]
    document: Option<String>,
    /// Retour qualité : le site dont on veut le document
    #[arg(long, value_name = "FINESS", conflicts_with = "all")]
    site: Option<String>,
    /// Retour qualité : tous les sites, un document chacun
    #[arg(long)]
    all: bool,
}

pub fn cmd_report(args: &Args, context: &Context) -> Result<Exit> {
    let scope = args.period.scope(context);
    let document = args.nom.as_deref().or(args.document.as_deref()).unwrap_or("trimestriel");
    let sites = match (&args.site, args.all) {
        (Some(finess), _) => Some(Sites::One(finess.clone())),
        (None, true) => Some(Sites::All),
        (None, false) => None,
    };
    let done = match (document == reports::retour::NAME, sites) {
        (true, Some(sites)) => stages::retour::retour(context, &scope, args.period.as_of, &sites)?,
        (true, None) => {
            return Err(
                CommandError::usage("un retour qualité s'adresse à un site").hint("donner --site FINESS, ou --all pour tous")
            );
        }
        (false, Some(_)) => {
            return Err(CommandError::usage(format!(
                "--site et --all ne vont qu'avec le document {}",
                reports::retour::NAME
            )));
        }
        (false, None) => stages::report::report(context, &scope, args.period.as_of, args.audience, document, &args.formats)?,
    };
    Ok(done.exit)
}
