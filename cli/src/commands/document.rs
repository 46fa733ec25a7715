//! `oru document`: draft, validated, published.

use std::path::PathBuf;

use lake::edition::Etat;
use reports::state;

use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::exit::Exit;
use crate::stages::edition::{advance, seal};
use crate::{stages, talk, words};

/// Vie d'un document : brouillon, validé par quelqu'un, publié
///
/// Un document publié n'est plus jamais réécrit : ce qui le corrige est une autre version, avec un erratum et la liste des chiffres
/// révisés (`oru report --motif`).
///
/// Exemple : oru document validate out/trimestriel-2025-Q1 --par "A. Martin" ; oru document publish out/trimestriel-2025-Q1
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Dit où en est un document : état, version, qui en répond, diffusion
    Show {
        /// Dossier du document, celui où se trouve etat.json
        dossier: PathBuf,
    },
    /// Valide un brouillon : quelqu'un en répond ; son nom et la date y sont imprimés
    Validate {
        /// Dossier du document, celui où se trouve etat.json
        dossier: PathBuf,
        /// Qui valide
        #[arg(long, value_name = "NOM")]
        par: String,
    },
    /// Publie un document validé : ses fichiers ne changent plus
    Publish {
        /// Dossier du document, celui où se trouve etat.json
        dossier: PathBuf,
    },
}

pub fn cmd_document(args: &Args, context: &Context) -> Result<Exit> {
    let folder = match &args.action {
        Action::Show { dossier } => dossier,
        Action::Validate { dossier, par } => {
            if par.trim().is_empty() {
                return Err(CommandError::usage("un document est validé par quelqu'un").hint("donner --par NOM"));
            }
            advance(context, dossier, |edition| {
                if edition.etat == Etat::Publie {
                    return Err(published(edition.version));
                }
                edition.etat = Etat::Valide;
                par.trim().clone_into(&mut edition.valide_par);
                edition.valide_le = Some(context.now);
                Ok(())
            })?;
            dossier
        }
        Action::Publish { dossier } => {
            let known = advance(context, dossier, |edition| match edition.etat {
                Etat::Valide => {
                    edition.etat = Etat::Publie;
                    edition.publie_le = Some(context.now);
                    Ok(())
                }
                Etat::Publie => Err(published(edition.version)),
                Etat::Brouillon => Err(
                    CommandError::usage("un brouillon ne se publie pas : personne n'en répond encore")
                        .hint("le valider d'abord : oru document validate DOSSIER --par NOM"),
                ),
            })?;
            let writer = stages::writer(&stages::open(context)?, context)?;
            let noted = writer.note_published(known.audience, &known.diffusion, &known.document);
            noted.map_err(|error| words::store(&error))?;
            seal(dossier, &known)?;
            dossier
        }
    };
    let known = state::read(folder).doing("lecture de l'état du document")?;
    let edition = &known.edition;
    let mut text = format!(
        "document  : {} {} ; {} ; version {}\ndiffusion : {} pour « {} »\n",
        known.document,
        known.periode,
        edition.etat.label_fr().to_lowercase(),
        edition.version,
        known.diffusion,
        known.audience.as_str()
    );
    if let Some(at) = edition.valide_le {
        text.push_str(&format!(
            "validé    : par {}, {}\n",
            edition.valide_par,
            reports::typography::instant(at)
        ));
    }
    if let Some(at) = edition.publie_le {
        text.push_str(&format!("publié    : {}\n", reports::typography::instant(at)));
    }
    if let Some(corrected) = &edition.corrige {
        text.push_str(&format!(
            "corrige   : la version {} ({} chiffres imprimés révisés) ; motif : {}\n",
            corrected.version,
            corrected.revisions.len(),
            corrected.motif
        ));
    }
    talk::print(&text);
    Ok(Exit::Done)
}

fn published(version: u32) -> CommandError {
    CommandError::usage(format!("la version {version} est publiée : elle ne change plus"))
        .hint("une correction est une autre version : oru report --motif \"ce qui est corrigé\"")
}
