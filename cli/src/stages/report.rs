//! Report: a release becomes files in the output folder.

use jiff::Timestamp;
use lake::release::Audience;
use reports::Format;

use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::stages::basis::basis;
use crate::stages::scope::Scope;
use crate::stages::{self, Done, release, retour};
use crate::talk;

/// Renders `document` from the release of this scope for this audience, as these formats; none: those of the configuration.
pub fn report(
    context: &Context,
    scope: &Scope,
    as_of: Option<Timestamp>,
    audience: Audience,
    document: &str,
    formats: &[Format],
) -> Result<Done> {
    if document == reports::retour::NAME {
        return retour::retour(context, scope, as_of, &retour::Sites::All);
    }
    let known: Vec<&str> = reports::documents().collect();
    let rapports = &context.config.rapports;
    if !known.contains(&document) && rapports.modeles.is_none() {
        return Err(CommandError::unknown("document inconnu", document, known));
    }
    let basis = basis(context, stages::open(context)?, scope, as_of)?;
    let released = release::read(context, &basis, audience)?;
    tracing::info!(
        run = basis.run,
        etape = "report",
        document,
        diffusion = released.frame.id,
        "rédaction"
    );
    let formats = if formats.is_empty() { &rapports.formats } else { formats };
    let out = &rapports.sortie;
    std::fs::create_dir_all(out).doing(format!("création de {}", out.display()))?;
    let rendered =
        reports::render(&released, document, out, rapports.modeles.as_deref(), formats).doing(format!("document {document}"))?;
    for warning in &rendered.warnings {
        tracing::warn!(run = basis.run, "{warning}");
    }
    let mut text = String::new();
    let first = rendered.files.iter().take(SHOWN);
    for (rank, file) in first.enumerate() {
        let label = if rank == 0 { "rapport   :" } else { "           " };
        text.push_str(&format!("{label} {}\n", file.display()));
    }
    let folder = rendered.files.first().and_then(|page| page.parent()).unwrap_or(out);
    if rendered.files.len() > SHOWN {
        text.push_str(&format!(
            "            et {} autres fichiers dans {}\n",
            rendered.files.len() - SHOWN,
            folder.display()
        ));
    }
    talk::print(&text);
    Ok(Done::nothing())
}

/// The document in its formats, and the description of its data.
const SHOWN: usize = 4;
