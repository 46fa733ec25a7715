//! `oru report`: a document from a release.

use lake::release::Audience;
use reports::Format;

use crate::commands::period::OfQuarter;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::exit::Exit;
use crate::stages::fiches::Wanted;
use crate::stages::retour::Sites;
use crate::{stages, written};

/// Rédige un document à partir d'une diffusion : HTML, PDF, classeur, tableaux et chiffres en CSV et Parquet, graphiques en SVG
///
/// Les fiches (`fiche-etablissement`, `fiche-departement`) sont une par lieu : chacune ne contient que ce que son lecteur peut voir.
/// Le retour qualité (`retour-qualite`) s'adresse à chaque établissement : une page HTML et un classeur XLSX par site, où les autres
/// sites ne sont jamais nommés.
///
/// Exemples : oru report --quarter 2025-Q1 --audience partenaire ; oru report fiche-etablissement --quarter 2025-Q1 --all ;
/// oru report fiche-departement --quarter 2025-Q1 --departement 31
#[derive(clap::Args)]
pub struct Args {
    /// Quel document (`oru list documents`) ; sinon trimestriel
    #[arg(value_name = "DOCUMENT")]
    nom: Option<String>,
    #[command(flatten)]
    period: OfQuarter,
    /// Pour qui : public, partenaire, interne ; sinon celle à qui le document est destiné
    #[arg(long, value_name = "AUDIENCE", value_parser = written::audience)]
    audience: Option<Audience>,
    /// En quels formats : html, pdf, xlsx, donnees ; sinon ceux de la configuration
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', value_parser = written::format)]
    formats: Vec<Format>,
    /// Corrige une version publiée : écrit la suivante, avec un erratum et les chiffres révisés ; dit pourquoi
    #[arg(long, value_name = "TEXTE")]
    motif: Option<String>,
    /// Autre façon de dire quel document
    #[arg(long, value_name = "NOM", conflicts_with = "nom")]
    document: Option<String>,
    /// Document par établissement : celui de ce site
    #[arg(long, value_name = "FINESS", conflicts_with_all = ["all", "departement"])]
    site: Option<String>,
    /// Document par département : celui de ce département
    #[arg(long, value_name = "CODE", conflicts_with = "all")]
    departement: Option<String>,
    /// Document par établissement ou par département : tous, un document chacun
    #[arg(long)]
    all: bool,
}

pub fn cmd_report(args: &Args, context: &Context) -> Result<Exit> {
    let scope = args.period.scope(context);
    let document = args.nom.as_deref().or(args.document.as_deref()).unwrap_or("trimestriel");
    let wanted = match (&args.site, &args.departement, args.all) {
        (Some(finess), ..) => Some(Wanted::Site(finess.clone())),
        (_, Some(code), _) => Some(Wanted::Departement(code.clone())),
        (None, None, true) => Some(Wanted::All),
        (None, None, false) => None,
    };
    let as_of = args.period.as_of;
    let done = match (document == reports::retour::NAME, &wanted) {
        (true, Some(Wanted::All)) => stages::retour::retour(context, &scope, as_of, &Sites::All)?,
        (true, Some(Wanted::Site(finess))) => stages::retour::retour(context, &scope, as_of, &Sites::One(finess.clone()))?,
        (true, _) => {
            return Err(
                CommandError::usage("un retour qualité s'adresse à un site").hint("donner --site FINESS, ou --all pour tous")
            );
        }
        (false, wanted) => stages::report::report(
            context,
            &scope,
            as_of,
            args.audience,
            (document, &args.formats),
            (wanted.as_ref(), args.motif.as_deref()),
        )?,
    };
    Ok(done.exit)
}
