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
pub mod html;
pub mod pdf;
pub mod retour;
mod spreadsheet;
pub mod typography;

use std::path::{Path, PathBuf};

use lake::release::Release;

use declaration::Declaration;
pub use document::Document;
pub use error::ReportError;

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
/// ones.
pub fn render(release: &Release, document: &str, out: &Path, custom: Option<&Path>) -> Result<Rendered, ReportError> {
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
    let page = folder.join(format!("{name}.html"));
    files::write(&page, html::render(&built.document, custom)?.as_bytes())?;
    let printed = folder.join("chiffres_du_rapport.csv");
    let read = built.figures.iter().filter_map(|rank| release.figures.get(*rank));
    files::write(&printed, &files::figures_csv(read, frame))?;
    let figures = folder.join("figures.csv");
    files::write(&figures, &files::figures_csv(&release.figures, frame))?;
    let parquet = folder.join("figures.parquet");
    lake::results::write_figures(&parquet, &release.figures, frame.as_of, &frame.run)?;
    let mut files = vec![page, printed, parquet, figures];
    files.extend(files::write_parts(&built.document, &folder)?);
    Ok(Rendered { files, warnings })
}

/// The document as a value, for tests and other formats.
pub fn document(release: &Release, name: &str, custom: Option<&Path>) -> Result<Document, ReportError> {
    Ok(build::build(release, &Declaration::load(name, custom)?).document)
}
