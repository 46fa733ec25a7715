//! Reports: a release becomes a document (a plain value), then files. This crate is handed a release and nothing else: it
//! knows no record, no clock, no environment, so a figure that was not cleared cannot be printed, because it is not there.
//!
//! [`render`] is the door. [`declaration`] reads what statisticians declare in `documents/*.toml`, `build` interprets it,
//! [`document`] is the result, `retour` the same for the return that one site reads, [`html`] and [`files`] turn it into bytes; [`charts`] hides plotters; [`typography`] is French.

pub mod build;
pub mod charts;
pub mod contours;
pub mod custom;
pub mod declaration;
pub mod digest;
pub mod document;
pub mod error;
pub mod evenements;
pub mod figures;
pub mod files;
pub mod format;
pub mod html;
mod issuer;
mod package;
mod page;
pub mod pdf;
pub mod retour;
mod spreadsheet;
pub mod state;
pub mod typography;
mod workbook;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use lake::figure::Figure;
use lake::release::{Frame, Release};
use rayon::prelude::*;

use declaration::Declaration;
pub use document::Document;
pub use error::ReportError;
pub use format::Format;

/// What was written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rendered {
    /// The document first, then figures, tables and charts.
    pub files: Vec<PathBuf>,
    /// What the document could not print, in French: unknown indicators, unknown sentence rules.
    pub warnings: Vec<String>,
}

/// Names of the documents that can be rendered.
pub fn documents() -> impl Iterator<Item = &'static str> {
    declaration::EMBEDDED.iter().map(|(name, _)| *name).chain([retour::NAME])
}

/// Renders a document of a release into its own folder of `out`, `trimestriel-2025-Q1/`, so that the files of one period never
/// stand beside those of another; that of one site or département in a folder of its own below,
/// `fiche-etablissement-2025-Q1/310783048/`, which can be sent as it is. `custom` may hold `documents/<name>.toml` and `modeles/*`
/// that take the place of the embedded ones. The files of `formats` come first, in the order of [`Format::ALL`].
pub fn render(
    release: &Release,
    document: &str,
    out: &Path,
    custom: Option<&Path>,
    formats: &[Format],
) -> Result<Rendered, ReportError> {
    let declaration = Declaration::load(document, custom)?;
    let mut built = build::build(release, &declaration);
    built.document.cover.issuer = issuer::load(custom)?;
    let mut warnings = built.warnings;
    warnings.extend(custom.map(custom::misplaced).unwrap_or_default());
    warnings.extend(
        html::duplicate_ids(&built.document)
            .into_iter()
            .map(|id| format!("identifiant « {id} » : deux sections, tableaux ou graphiques le portent")),
    );
    let frame = &release.frame;
    let (folder, name) = place(out, document, frame);
    let pages: Vec<Format> = Format::ALL.into_iter().filter(|format| formats.contains(format)).collect();
    // Each format reads the same value: none waits for another.
    let files = pages.par_iter().map(|format| {
        let path = folder.join(format!("{name}.{}", format.as_str()));
        match format {
            Format::Html => files::write(&path, html::render(&built.document, custom)?.as_bytes())?,
            Format::Pdf => files::write(&path, &pdf::render(&built.document, custom)?)?,
            Format::Xlsx => files::write(&path, &workbook::of_document(&built.document, frame)?)?,
            Format::Donnees => {
                let (kept, ranks) = kept(release, &built.figures);
                return package::write(&built.document, &kept, &ranks, &folder);
            }
        }
        Ok(vec![path])
    });
    let mut files: Vec<PathBuf> = files
        .collect::<Result<Vec<_>, ReportError>>()?
        .into_iter()
        .flatten()
        .collect();
    files.push(state::write(&folder, document, frame, &pages, &files)?);
    Ok(Rendered { files, warnings })
}

/// What stands beside a document, and the ranks of the figures that it prints: the whole release; of a document about one place,
/// which is one of many, the figures that it prints.
fn kept<'a>(release: &'a Release, printed: &[usize]) -> (Cow<'a, Release>, Vec<usize>) {
    if release.frame.sujet.is_none() {
        return (Cow::Borrowed(release), printed.to_vec());
    }
    let figures: Vec<Figure> = printed
        .iter()
        .filter_map(|rank| release.figures.get(*rank))
        .cloned()
        .collect();
    let ranks = (0..figures.len()).collect();
    let own = Release {
        frame: release.frame.clone(),
        figures,
        findings: Vec::new(),
    };
    (Cow::Owned(own), ranks)
}

/// Folder of a document and name of its files.
fn place(out: &Path, document: &str, frame: &Frame) -> (PathBuf, String) {
    let name = format!("{document}-{}", frame.period);
    match &frame.sujet {
        None => (folder(out, document, frame), name),
        Some(subject) => (out.join(&name).join(&subject.zone), format!("{name}-{}", subject.zone)),
    }
}

/// Folder of a document of the region: `trimestriel-2025-Q1`, and `trimestriel-2025-Q1-v2` once the first version is published.
pub fn folder(out: &Path, document: &str, frame: &Frame) -> PathBuf {
    match frame.edition.version {
        0 | 1 => out.join(format!("{document}-{}", frame.period)),
        version => out.join(format!("{document}-{}-v{version}", frame.period)),
    }
}

/// The document as a value, for tests and other formats.
pub fn document(release: &Release, name: &str, custom: Option<&Path>) -> Result<Document, ReportError> {
    let mut document = build::build(release, &Declaration::load(name, custom)?).document;
    document.cover.issuer = issuer::load(custom)?;
    Ok(document)
}
