//! Reports: a release becomes a document (a plain value), then files. This crate is handed a release and nothing else: it
//! knows no record, no clock, no environment, so a figure that was not cleared cannot be printed, because it is not there.
//!
//! [`render`] is the door. [`declaration`] reads what statisticians declare in `documents/*.toml`, `build` interprets it,
//! [`document`] is the result, `retour` the same for the return that one site reads, [`html`] and [`files`] turn it into bytes; [`charts`] hides plotters; [`typography`] is French.

pub mod build;
pub mod charts;
pub mod custom;
pub mod declaration;
pub mod digest;
pub mod document;
pub mod error;
pub mod figures;
pub mod files;
pub mod format;
pub mod html;
mod package;
pub mod pdf;
pub mod retour;
mod spreadsheet;
pub mod typography;
mod workbook;

use std::path::{Path, PathBuf};

use lake::release::Release;
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
/// stand beside those of another. `custom` may hold `documents/<name>.toml` and `modeles/*` that take the place of the embedded
/// ones. The files of `formats` come first, in the order of [`Format::ALL`].
pub fn render(
    release: &Release,
    document: &str,
    out: &Path,
    custom: Option<&Path>,
    formats: &[Format],
) -> Result<Rendered, ReportError> {
    let declaration = Declaration::load(document, custom)?;
    let built = build::build(release, &declaration);
    let mut warnings = built.warnings;
    warnings.extend(custom.map(custom::misplaced).unwrap_or_default());
    warnings.extend(
        html::duplicate_ids(&built.document)
            .into_iter()
            .map(|id| format!("identifiant « {id} » : deux sections, tableaux ou graphiques le portent")),
    );
    let frame = &release.frame;
    let name = format!("{document}-{}", frame.period);
    let folder = out.join(&name);
    let pages: Vec<Format> = Format::ALL.into_iter().filter(|format| formats.contains(format)).collect();
    // Each format reads the same value: none waits for another.
    let files = pages.par_iter().map(|format| {
        let path = folder.join(format!("{name}.{}", format.as_str()));
        match format {
            Format::Html => files::write(&path, html::render(&built.document, custom)?.as_bytes())?,
            Format::Pdf => files::write(&path, &pdf::render(&built.document, custom)?)?,
            Format::Xlsx => files::write(&path, &workbook::of_document(&built.document, frame)?)?,
            Format::Donnees => return package::write(&built.document, release, &built.figures, &folder),
        }
        Ok(vec![path])
    });
    let files = files
        .collect::<Result<Vec<_>, ReportError>>()?
        .into_iter()
        .flatten()
        .collect();
    Ok(Rendered { files, warnings })
}

/// The document as a value, for tests and other formats.
pub fn document(release: &Release, name: &str, custom: Option<&Path>) -> Result<Document, ReportError> {
    Ok(build::build(release, &Declaration::load(name, custom)?).document)
}
