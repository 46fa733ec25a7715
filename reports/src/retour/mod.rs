//! The quality return of one site, from its own release: an HTML page and a workbook. Every sentence is made from what was found,
//! with its number and its denominator; nothing here knows another site.
//!
//! `documents/retour-qualite.toml` declares the blocks and their words; each block is a function of `blocs`, which gives what the
//! page shows and the sheets of the workbook.

mod actions;
mod blocs;
mod declaration;
mod parts;
mod workbook;

use std::path::Path;

use jiff::civil::Date;
use lake::retour::Retour;

use crate::Rendered;
use crate::build::site_name;
use crate::document::{Block, Cover, Document, Form, Layout, Section, Table};
use crate::error::ReportError;
use crate::{files, html, typography as typo};

pub use declaration::Declared;

/// Name of the document.
pub const NAME: &str = "retour-qualite";

/// What one block gives: what the page shows, and the tables of the workbook, whole.
#[derive(Debug, Default)]
pub struct Part {
    pub blocks: Vec<Block>,
    pub sheets: Vec<Table>,
}

/// The document, and the sheets of its workbook.
pub struct Built {
    pub document: Document,
    pub sheets: Vec<Table>,
}

/// Renders the return of one site into `out/retour-qualite-2025-Q1/<finess>/`: a folder that can be sent as it is.
pub fn render(retour: &Retour, out: &Path, custom: Option<&Path>) -> Result<Rendered, ReportError> {
    let declared = Declared::load(custom)?;
    let built = build(retour, &declared);
    let name = format!("{NAME}-{}-{}", retour.cadre.periode, retour.site.finess);
    let folder = out.join(format!("{NAME}-{}", retour.cadre.periode)).join(&retour.site.finess);
    let (page, book) = (folder.join(format!("{name}.html")), folder.join(format!("{name}.xlsx")));
    files::write(&page, html::render(&built.document, custom)?.as_bytes())?;
    files::write(&book, &workbook::bytes(&built, retour)?)?;
    let twice = html::duplicate_ids(&built.document).into_iter();
    Ok(Rendered {
        files: vec![page, book],
        warnings: twice
            .map(|id| format!("identifiant « {id} » : deux sections, tableaux ou graphiques le portent"))
            .collect(),
    })
}

/// The document as a value.
pub fn build(retour: &Retour, declared: &Declared) -> Built {
    let words = Words::new(retour);
    let (mut sections, mut sheets) = (Vec::new(), Vec::new());
    for section in &declared.section {
        let mut part = blocs::block(section, retour);
        let mut blocks = Vec::new();
        if !section.texte.is_empty() {
            let text = words.french(&section.texte);
            blocks.push(Block::Paragraph { text });
        }
        if part.blocks.is_empty() {
            part.blocks.push(Block::Note {
                text: words.french(&section.vide),
            });
        }
        blocks.extend(part.blocks);
        sections.push(Section {
            id: section.bloc.name().to_owned(),
            title: words.french(&section.titre),
            annex: false,
            layout: Layout::Flux,
            page: false,
            blocks,
        });
        sheets.extend(part.sheets);
    }
    let document = Document {
        id: NAME.to_owned(),
        period: retour.cadre.periode.clone(),
        title: words.french(&declared.titre),
        form: Form::Rapport,
        cover: cover(retour, &words, declared),
        sections,
    };
    Built { document, sheets }
}

/// Words of the declaration with the names of the return in their places.
struct Words(Vec<(&'static str, String)>);

impl Words {
    fn new(retour: &Retour) -> Words {
        let frame = &retour.cadre;
        Words(vec![
            ("{site}", site_name(&retour.site.nom)),
            ("{periode}", typo::period(&frame.periode)),
            ("{region}", frame.region_nom.clone()),
            ("{du}", typo::long_date(frame.du)),
            ("{au}", typo::long_date(frame.au)),
            ("{verification}", typo::long_date(frame.verification)),
            ("{minimum}", retour.pairs.minimum.to_string()),
        ])
    }

    fn french(&self, text: &str) -> String {
        let filled = self
            .0
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
        typo::french(&filled)
    }
}

fn cover(retour: &Retour, words: &Words, declared: &Declared) -> Cover {
    let frame = &retour.cadre;
    let consolidated = |day: Date| format!("journées consolidées jusqu'au {}", typo::long_date(day.min(frame.au)));
    let whole = !frame.en_cours && frame.consolide_au.is_some_and(|day| day >= frame.au);
    Cover {
        kicker: words.french(&declared.surtitre),
        headline: words.french("Retour qualité des données"),
        period: words.french("{site} ({finess}) – {periode}").replace("{finess}", &retour.site.finess),
        facts: Vec::new(),
        issuer: None,
        as_of: typo::instant(frame.as_of),
        status: if whole { "Consolidé" } else { "Provisoire" }.to_owned(),
        status_detail: typo::french(&frame.consolide_au.map_or("aucune journée consolidée".to_owned(), consolidated)),
        edition: String::new(),
        audience: "L’établissement seul".to_owned(),
        synthetic: frame.synthetique.then(|| {
            typo::french("Données synthétiques : ce document est une démonstration. Aucun chiffre ne décrit un envoi réel, aucun patient n'existe.")
        }),
        release: frame.id.clone(),
        run: frame.run.clone(),
        version: frame.oru_version.clone(),
    }
}
