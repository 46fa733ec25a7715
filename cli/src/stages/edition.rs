//! The life of a document: which edition is being written, and the three states that it goes through.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lake::edition::{Corrige, Edition, Etat};
use lake::release::Release;
use reports::state::{self, State};

use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::stages::{self, release};
use crate::words;

/// What `oru report` may do.
pub enum Next {
    /// Write this edition.
    Write(Edition),
    /// Nothing: this one is published, and no reason was given to correct it.
    Published { folder: PathBuf, version: u32, same: bool },
}

/// The edition that comes now: a draft again while nothing is published; then another version, which needs a reason.
pub fn next(context: &Context, released: &Release, document: &str, motif: Option<&str>) -> Result<Next> {
    let out = &context.config.rapports.sortie;
    let mut frame = released.frame.clone();
    let mut last: Option<(PathBuf, State)> = None;
    loop {
        let folder = reports::folder(out, document, &frame);
        let known = folder.join(state::FILE).is_file().then(|| state::read(&folder));
        match known.transpose().doing("lecture de l'état du document")? {
            Some(known) if known.edition.etat == Etat::Publie => {
                frame.edition.version = known.edition.version + 1;
                last = Some((folder, known));
            }
            _ => break,
        }
    }
    let Some((folder, published)) = last else {
        return Ok(Next::Write(Edition::default()));
    };
    let Some(motif) = motif else {
        let same = published.diffusion == released.frame.id;
        let version = published.edition.version;
        return Ok(Next::Published { folder, version, same });
    };
    Ok(Next::Write(Edition {
        version: published.edition.version + 1,
        corrige: Some(corrected(context, released, &folder, &published, motif)?),
        ..Edition::default()
    }))
}

/// What the new version changes among the figures that the published one printed.
fn corrected(context: &Context, released: &Release, folder: &Path, published: &State, motif: &str) -> Result<Corrige> {
    let store = stages::open(context)?;
    let former = release::of_document(context, &store, published)?;
    let deliveries = store.deliveries(None).map_err(|error| words::store(&error))?;
    let printed = printed(folder)?;
    let mut revisions = transform::revisions::compare(&former, released, &deliveries).revisions;
    revisions.retain(|revision| printed.is_empty() || printed.contains(&revision.figure));
    Ok(Corrige {
        version: published.edition.version,
        publie_le: published.edition.publie_le,
        diffusion: published.diffusion.clone(),
        motif: motif.to_owned(),
        revisions,
    })
}

/// Short names of the figures that a document prints; none when its data were not written.
fn printed(folder: &Path) -> Result<BTreeSet<String>> {
    let path = folder.join("chiffres_du_rapport.csv");
    if !path.is_file() {
        return Ok(BTreeSet::new());
    }
    let text = std::fs::read_to_string(&path).doing(format!("lecture de {}", path.display()))?;
    let names = text.lines().skip(1).filter_map(|line| line.split(';').next());
    Ok(names.map(str::to_owned).collect())
}

/// Writes the document of a folder again in another state. Its files must be those that were written, and its release in the
/// lake: what is validated is what was read.
pub fn advance(context: &Context, folder: &Path, change: impl FnOnce(&mut Edition) -> Result<()>) -> Result<State> {
    let known = state::read(folder).map_err(|error| {
        CommandError::usage(error).hint("donner le dossier d'un document rendu par `oru report`, celui où se trouve etat.json")
    })?;
    if let Some(place) = &known.sujet {
        return Err(CommandError::usage(format!(
            "un document d'un seul lieu ({place}) n'a pas d'éditions : il est refait à chaque trimestre"
        )));
    }
    if let Some((name, _)) = state::alterations(folder, &known)
        .doing("lecture du dossier")?
        .first_key_value()
    {
        return Err(
            CommandError::work(format!("{name} n'est pas tel que le document a été rendu"))
                .hint("`oru verify` dit ce qui diffère ; `oru report` refait le document"),
        );
    }
    let store = stages::open(context)?;
    let mut released = release::of_document(context, &store, &known)?;
    change(&mut released.frame.edition)?;
    let rapports = &context.config.rapports;
    // Beside, then in its place: a document is never half of two editions.
    let aside = rapports.sortie.join(".edition");
    let _ = std::fs::remove_dir_all(&aside);
    let rendered = reports::render(
        &released,
        &known.document,
        &aside,
        rapports.modeles.as_deref(),
        &known.formats,
    )
    .doing(format!("document {}", known.document))?;
    let written = rendered.files.first().and_then(|file| file.parent().map(Path::to_owned));
    let written = written.ok_or_else(|| CommandError::bug("un document sans fichier"))?;
    std::fs::remove_dir_all(folder).doing(format!("remplacement de {}", folder.display()))?;
    std::fs::rename(&written, folder).doing(format!("remplacement de {}", folder.display()))?;
    let _ = std::fs::remove_dir_all(&aside);
    state::read(folder).doing("lecture de l'état du document")
}

/// Nobody writes by mistake in what is published.
pub fn seal(folder: &Path, known: &State) -> Result<()> {
    for name in known.fichiers.keys().map(String::as_str).chain([state::FILE]) {
        let path = folder.join(name);
        let mut permissions = std::fs::metadata(&path)
            .doing(format!("lecture de {}", path.display()))?
            .permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions).doing(format!("protection de {}", path.display()))?;
    }
    Ok(())
}
