//! `oru catalogue`: validates the declarations; writes the reference pages.

use std::collections::BTreeMap;
use std::path::PathBuf;

use transform::Catalogue;

use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::exit::Exit;
use crate::{declarations, extra, pages, reading, sites, talk};

/// Déclarations : les vérifie, écrit leurs pages de référence
///
/// Exemple : oru catalogue check
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Vérifie règles, indicateurs et genres, ceux du programme et ceux de [catalogue] extra, et les documents de [rapports]
    /// modeles, les registres de [sites] : fichier, ligne, colonne
    Check,
    /// Écrit les pages de référence : colonnes, règles, indicateurs, genres, commandes, codes de sortie
    Build {
        /// Dossier des pages
        #[arg(long, value_name = "DOSSIER", default_value = "docs/reference")]
        sortie: PathBuf,
    },
}

pub fn cmd_catalogue(args: &Args, context: &Context) -> Result<Exit> {
    match &args.action {
        Action::Check => check(context),
        Action::Build { sortie } => build(sortie),
    }
}

fn check(context: &Context) -> Result<Exit> {
    let files = extra::files(&context.config)?.declarations;
    let kinds = reading::kinds(&context.config)?;
    let (catalogue, mistakes) = match Catalogue::load_with(&files, &context.config.bornes) {
        Ok(catalogue) => {
            let mistakes = catalogue.check();
            (catalogue, mistakes)
        }
        Err(mistakes) => (Catalogue::default(), mistakes),
    };
    let texts: BTreeMap<&str, &str> = catalogue
        .files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    for mistake in &mistakes {
        let read = std::fs::read_to_string(&mistake.file).ok();
        let text = texts.get(mistake.file.as_str()).copied().or(read.as_deref());
        talk::print(&format!("{}\n\n", declarations::show(mistake, text)));
    }
    if !mistakes.is_empty() {
        return Err(CommandError::work(format!(
            "{} erreur(s) dans les déclarations",
            mistakes.len()
        )));
    }
    if let Some(clash) = ingest::clashes(&kinds).first() {
        return Err(CommandError::work(format!(
            "les genres {} reconnaissent le même en-tête : « {} »",
            clash.kinds.join(" et "),
            clash.header
        ))
        .hint("donner à l'un des colonnes de reconnaissance que l'autre n'a pas, ou des noms à lui dans [alias]"));
    }
    documents(context)?;
    sites::parametres(&context.config)?;
    sites::ruptures(&context.config)?;
    reading::structures(&context.config)?;
    // Parameters set in the configuration must name rules that exist.
    declarations::catalogue(&context.config)?;
    talk::print(&format!(
        "{} règles, {} indicateurs, {} populations, {} genres d'extraits : aucune erreur\n",
        catalogue.regles.len(),
        catalogue.indicateurs.len(),
        catalogue.populations.len(),
        kinds.iter().count()
    ));
    Ok(Exit::Done)
}

/// The documents of the region, in the folder of `[rapports] modeles`.
fn documents(context: &Context) -> Result<()> {
    let Some(folder) = &context.config.rapports.modeles else {
        return Ok(());
    };
    let mistakes = reports::custom::check(folder);
    for mistake in &mistakes {
        talk::print(&format!("{mistake}\n\n"));
    }
    match mistakes.len() {
        0 => Ok(()),
        count => Err(CommandError::work(format!(
            "{count} erreur(s) dans les documents de {}",
            folder.display()
        ))),
    }
}

fn build(folder: &std::path::Path) -> Result<Exit> {
    let written = pages::write(folder, &pages::pages())?;
    match written.is_empty() {
        true => talk::print("les pages de référence sont à jour\n"),
        false => talk::print(&format!("pages écrites dans {} : {}\n", folder.display(), written.join(", "))),
    }
    Ok(Exit::Done)
}
