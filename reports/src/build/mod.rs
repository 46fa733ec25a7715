//! From a declaration and a release to a document. Nothing here knows a format; nothing here can print what the release does
//! not hold.

mod annexes;
mod attention;
mod attribute;
mod breaks;
mod cell;
mod charts;
mod coherence;
mod context;
mod cover;
pub(crate) mod envois;
mod facts;
mod legend;
mod modality;
mod names;
mod pooled;
pub(crate) mod proof;
mod rank;
mod revisions;
mod scope;
mod selection;
mod sentences;
mod sources;
mod table;
mod words;

use lake::release::Release;

use crate::declaration::{BlockDecl, Declaration, Measure, Selection, TableDecl};
use crate::document::{Block, Card, Cell, Definition, Document, Section};
use context::Context;
use words::Words;

pub(crate) use names::site_name;
pub use sentences::RULES;

/// A document, and what the reader of the log should know: indicators asked for that the release does not have.
pub struct Built {
    pub document: Document,
    /// Figures that the document was made from, as ranks in the release.
    pub figures: Vec<usize>,
    pub warnings: Vec<String>,
}

/// Interprets every section in order.
pub fn build(release: &Release, declaration: &Declaration) -> Built {
    let context = Context::new(release, &declaration.contours, &declaration.faits);
    let words = Words::new(&release.frame);
    let mut tables: Vec<&TableDecl> = Vec::new();
    let mut warnings = Vec::new();
    let mut sections = Vec::new();
    let has_something = |si: &String| context.figures.measures(si);
    for declared in &declaration.sections {
        if !declared.si.iter().all(has_something) {
            continue;
        }
        let mut blocks = Vec::new();
        for block in &declared.blocs {
            if let BlockDecl::Tableau(table) = block {
                if let Some(id) = &table.reprend
                    && !tables.iter().any(|earlier| earlier.id == *id)
                {
                    warnings.push(format!(
                        "tableau {} : « reprend = \"{id}\" » ne nomme aucun tableau plus haut",
                        table.id
                    ));
                }
                tables.push(table);
            }
            blocks.extend(build_block(&context, &words, block, &tables, &mut warnings));
        }
        // Each of its blocks had nothing to say.
        if blocks.is_empty() {
            continue;
        }
        sections.push(Section {
            id: declared.id.clone(),
            title: words.french(&declared.titre),
            annex: declared.annexe,
            layout: declared.disposition,
            page: declared.page,
            blocks,
        });
    }
    for indicator in context.used() {
        let is_indicator = indicator.contains('-');
        if is_indicator && !context.figures.knows(&indicator) {
            warnings.push(format!("indicateur {indicator} : absent de la publication, imprimé « nd »"));
        }
    }
    warnings.extend(facts::unknown_charts(&context, declaration));
    let cover = cover::cover(&context, &words, &declaration.surtitre, &declaration.titre);
    Built {
        figures: context.read(),
        document: Document {
            id: declaration.id.clone(),
            period: release.frame.period.clone(),
            title: words.french(&declaration.titre),
            form: declaration.format,
            cover,
            sections,
        },
        warnings,
    }
}

fn build_block(
    context: &Context,
    words: &Words,
    block: &BlockDecl,
    tables: &[&TableDecl],
    warnings: &mut Vec<String>,
) -> Vec<Block> {
    let silent = |si: &Option<String>| si.as_ref().is_some_and(|si| !context.figures.measures(si));
    match block {
        BlockDecl::Intertitre(text) | BlockDecl::Paragraphe(text) | BlockDecl::Note(text) if silent(&text.si) => Vec::new(),
        BlockDecl::Tableau(table) if silent(&table.si) => Vec::new(),
        BlockDecl::Graphique(chart) if silent(&chart.si) => Vec::new(),
        BlockDecl::Intertitre(text) => vec![Block::Heading {
            text: words.french(&text.texte),
        }],
        BlockDecl::Paragraphe(text) => vec![Block::Paragraph {
            text: words.french(&text.texte),
        }],
        BlockDecl::Note(text) => vec![Block::Note {
            text: words.french(&text.texte),
        }],
        BlockDecl::Messages(messages) => {
            let (mut items, unknown) = sentences::sentences(context, &messages.regles);
            items.truncate(messages.au_plus.unwrap_or(usize::MAX));
            if items.is_empty() {
                items.extend(messages.sinon.as_ref().map(|text| words.french(text)));
            }
            warnings.extend(unknown.into_iter().map(|rule| {
                let known: Vec<&str> = RULES.iter().map(|(name, _)| *name).collect();
                format!("phrase « {rule} » : règle inconnue ; règles connues : {}", known.join(", "))
            }));
            if items.is_empty() {
                Vec::new()
            } else {
                vec![Block::Messages { items }]
            }
        }
        BlockDecl::Cartes(cards) => vec![Block::Cards {
            cards: cards.carte.iter().map(|declared| card(context, words, declared)).collect(),
        }],
        BlockDecl::Perimetre(_) => vec![Block::Scope {
            items: scope::scope(context),
        }],
        BlockDecl::Faits(declared) => facts::chronology(context, words, declared),
        BlockDecl::Calendrier(title) => vec![Block::Table(scope::calendar(context, words, title))],
        BlockDecl::Tableau(declared) => vec![Block::Table(table::table(context, words, declared, tables))],
        BlockDecl::Coherence(declared) => coherence::coherence(context, words, declared)
            .map(Block::Table)
            .into_iter()
            .collect(),
        BlockDecl::Graphique(declared) => charts::chart(context, words, declared)
            .map(Block::Chart)
            .into_iter()
            .collect(),
        BlockDecl::Structures(title) => vec![Block::Table(annexes::structures(context, words, title))],
        BlockDecl::Methode(_) => annexes::method(context),
        BlockDecl::Effectifs(title) => vec![Block::Table(annexes::counts(context, words, title))],
        BlockDecl::Qualite(declared) => vec![Block::Note {
            text: proof::quality(context, words, declared),
        }],
        BlockDecl::Envois(title) => envois::table(context, words, title).map(Block::Table).into_iter().collect(),
        BlockDecl::Erratum(_) => revisions::erratum(context),
        BlockDecl::Revisions(title) => revisions::revisions(context, words, title),
        BlockDecl::Reproductibilite(_) => vec![Block::Definitions {
            items: annexes::provenance(context),
        }],
        BlockDecl::Glossaire(glossary) => vec![Block::Definitions {
            items: glossary
                .terme
                .iter()
                .map(|term| Definition {
                    term: words.french(&term.sigle),
                    text: words.french(&term.sens),
                    lines: Vec::new(),
                })
                .collect(),
        }],
    }
}

fn card(context: &Context, words: &Words, declared: &Selection) -> Card {
    let change = if declared.sans.contains(&Measure::Evolution) {
        Cell::default()
    } else {
        cell::cell(
            context,
            &Selection {
                mesure: Some(Measure::Evolution),
                ..declared.clone()
            },
        )
    };
    Card {
        label: words.french(&declared.titre),
        value: cell::cell(context, declared),
        change,
        context: words.french(&declared.sous_titre),
    }
}
