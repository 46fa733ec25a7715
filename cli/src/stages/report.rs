//! Report: a release becomes files in the output folder.

use jiff::Timestamp;
use lake::release::Audience;
use reports::Format;
use reports::declaration::{Declaration, Subject};

use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::stages::basis::basis;
use crate::stages::edition::{self, Next};
use crate::stages::fiches::{self, Wanted};
use crate::stages::scope::Scope;
use crate::stages::{self, Done, release, retour};
use crate::talk;

/// Renders `document` from the release of this scope for this audience, as these formats; none: those of the configuration.
/// `wanted`: of which places, for a document that is about one.
pub fn report(
    context: &Context,
    scope: &Scope,
    as_of: Option<Timestamp>,
    audience: Option<Audience>,
    (document, formats): (&str, &[Format]),
    (wanted, motif): (Option<&Wanted>, Option<&str>),
) -> Result<Done> {
    if document == reports::retour::NAME {
        return retour::retour(context, scope, as_of, &retour::Sites::All);
    }
    let known: Vec<&str> = reports::documents().collect();
    let rapports = &context.config.rapports;
    let formats = if formats.is_empty() { &rapports.formats } else { formats };
    if !known.contains(&document) && rapports.modeles.is_none() {
        return Err(CommandError::unknown("document inconnu", document, known));
    }
    let declared = Declaration::load(document, rapports.modeles.as_deref()).doing(format!("document {document}"))?;
    let audience = allowed(&declared, audience)?;
    let level = declared.sujet.level();
    if !matches!((declared.sujet, wanted), (Subject::Region, None)) {
        return match (declared.sujet, wanted) {
            (Subject::Region, Some(_)) => Err(CommandError::usage(format!(
                "--site, --departement et --all ne vont pas avec {document}, qui porte sur la région"
            ))),
            (_, Some(wanted)) if wanted.level().is_some_and(|asked| asked != level) => Err(CommandError::usage(format!(
                "{document} porte sur un autre niveau : {}",
                wanted.option()
            ))
            .hint(hint(declared.sujet))),
            (_, wanted) => {
                let wanted = wanted.cloned().unwrap_or(Wanted::All);
                fiches::fiches(context, (scope, as_of), audience, (&declared, formats), &wanted)
            }
        };
    }
    let basis = basis(context, stages::open(context)?, scope, as_of)?;
    let mut released = release::read(context, &basis, audience, &declared.indicators())?;
    tracing::info!(
        run = basis.run,
        etape = "report",
        document,
        diffusion = released.frame.id,
        "rédaction"
    );
    match edition::next(context, &released, document, motif)? {
        Next::Write(edition) => released.frame.edition = edition,
        Next::Published { folder, version, same } => {
            let said = if same {
                "les données sont les mêmes"
            } else {
                "les données ont changé depuis"
            };
            talk::print(&format!(
                "rapport   : la version {version} est publiée dans {} ; rien n'est réécrit, {said}\n            une correction : oru report --motif \"ce qui est corrigé\"\n",
                folder.display()
            ));
            return Ok(Done::nothing());
        }
    }
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

/// The audience asked for, else the first that the document is for; `partenaire` when it is for anyone.
fn allowed(declared: &Declaration, asked: Option<Audience>) -> Result<Audience> {
    let allowed = &declared.audiences;
    let audience = asked.or(allowed.first().copied()).unwrap_or(Audience::Partenaire);
    if allowed.is_empty() || allowed.contains(&audience) {
        return Ok(audience);
    }
    let names: Vec<&str> = allowed.iter().map(|audience| audience.as_str()).collect();
    let (document, audience) = (&declared.id, audience.as_str());
    Err(
        CommandError::usage(format!("{document} n'est pas fait pour l'audience « {audience} »"))
            .hint(format!("audience de ce document : {}", names.join(", "))),
    )
}

fn hint(subject: Subject) -> &'static str {
    match subject {
        Subject::Etablissement => "donner --site FINESS, ou --all pour tous",
        _ => "donner --departement CODE, ou --all pour tous",
    }
}

/// The document in its formats, and the description of its data.
const SHOWN: usize = 4;
