//! A document as a tagged PDF (PDF/UA-1): the same value that the HTML prints, set in pages by typst. The template
//! `document.typ` reads the document as `/document.json` and its drawings as `/dessins/<id>.svg`; nothing else is there to be
//! read, no clock and no network, so that the same document gives the same bytes.

mod packed;
mod world;

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;
use serde_json::Value;
use typst::WorldExt;
use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::charts::{self, Width};
use crate::document::{Chart, Document, Issuer, Layout};
use crate::error::ReportError;
use crate::html::{anchor, template};
use world::{FAMILY, Pages};

/// The template, which a file of the same name in `custom/modeles/` takes the place of.
pub const TEMPLATE: (&str, &str) = ("document.typ", include_str!("../../templates/document.typ"));

/// The document as bytes of PDF. Fails with the line of the template when it cannot be set, or when what it makes is not
/// accessible (a drawing without its text, a heading that skips a level).
pub fn render(document: &Document, custom: Option<&Path>) -> Result<Vec<u8>, ReportError> {
    let pages = pages(document, custom)?;
    let set = set(&pages)?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| unusable(error.message()))?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("{}\u{1f}{}", document.title, document.cover.release)),
        creator: Smart::Custom(Some(format!("oru {}", document.cover.version))),
        standards,
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&set, &options).map_err(|errors| failed(&pages, &errors));
    // What typst remembers of a document serves no other one.
    typst::comemo::evict(0);
    bytes.map(packed::packed)
}

/// Fails with the lines of the template of a region that typst cannot read.
pub fn check(custom: &Path) -> Result<(), ReportError> {
    let (name, embedded) = TEMPLATE;
    let pages = Pages::new(name, template(name, embedded, Some(custom))?, BTreeMap::new());
    let (errors, _) = pages.template().root().errors_and_warnings();
    if errors.is_empty() {
        return Ok(());
    }
    let errors: Vec<SourceDiagnostic> = errors.into_iter().map(SourceDiagnostic::from).collect();
    Err(failed(&pages, &errors))
}

/// The template with all it may read.
fn pages(document: &Document, custom: Option<&Path>) -> Result<Pages, ReportError> {
    let (name, embedded) = TEMPLATE;
    let mut files = drawings(document)?;
    let logo = document.cover.issuer.as_ref().and_then(logo);
    let name_of_logo = logo.as_ref().map(|(name, _)| name.clone());
    files.extend(logo);
    files.insert("document.json".to_owned(), as_json(document, name_of_logo)?);
    Ok(Pages::new(name, template(name, embedded, custom)?, files))
}

fn set(pages: &Pages) -> Result<PagedDocument, ReportError> {
    typst::compile(pages).output.map_err(|errors| failed(pages, &errors))
}

/// Every drawing, in the family that the pages embed.
fn drawings(document: &Document) -> Result<BTreeMap<String, Vec<u8>>, ReportError> {
    let charts: Vec<(&Chart, Layout)> = document.laid_out_charts();
    charts
        .par_iter()
        .map(|(chart, layout)| {
            let width = match layout {
                Layout::Flux => Width::Wide,
                Layout::Grille => Width::Compact,
            };
            let svg = charts::draw(&chart.id, &chart.drawing, width, &chart.alternative)?;
            let svg = svg.replace("font-family=\"sans-serif\"", &format!("font-family=\"'{FAMILY}'\""));
            Ok((format!("dessins/{}.svg", anchor(&chart.id)), svg.into_bytes()))
        })
        .collect()
}

/// The logo of the issuer as a file.
fn logo(issuer: &Issuer) -> Option<(String, Vec<u8>)> {
    let (kind, text) = issuer.logo.as_deref()?.split_once(";base64,")?;
    let name = if kind.contains("svg") { "logo.svg" } else { "logo.png" };
    Some((name.to_owned(), crate::issuer::from_base64(text)?))
}

/// The document without the values of its drawings, each block with the anchor that names its file.
fn as_json(document: &Document, logo: Option<String>) -> Result<Vec<u8>, ReportError> {
    let failed = |error: serde_json::Error| unusable(error);
    let mut value = serde_json::to_value(document).map_err(failed)?;
    if let Some(issuer) = value.pointer_mut("/cover/issuer").and_then(Value::as_object_mut) {
        issuer.remove("logo");
        issuer.insert(
            "fichier".to_owned(),
            logo.map_or(Value::Null, |name| format!("/{name}").into()),
        );
    }
    let sections = value.get_mut("sections").and_then(Value::as_array_mut).into_iter().flatten();
    for block in sections
        .filter_map(|section| section.get_mut("blocks")?.as_array_mut())
        .flatten()
    {
        let Some(block) = block.as_object_mut() else { continue };
        block.remove("drawing");
        let name = block.get("id").and_then(Value::as_str).map(anchor);
        block.insert("ancre".to_owned(), name.map_or(Value::Null, Value::String));
    }
    serde_json::to_vec(&value).map_err(failed)
}

fn failed(pages: &Pages, errors: &[SourceDiagnostic]) -> ReportError {
    let said = errors.iter().map(|error| {
        let line = pages.range(error.span).and_then(|range| pages.line(range.start));
        let place = line.map(|line| format!("ligne {line} : ")).unwrap_or_default();
        format!("{place}{}", error.message)
    });
    unusable(said.collect::<Vec<_>>().join(" ; "))
}

fn unusable(message: impl ToString) -> ReportError {
    ReportError::Template {
        name: TEMPLATE.0.to_owned(),
        message: message.to_string(),
    }
}

#[cfg(test)]
mod tests;
