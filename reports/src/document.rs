//! A document as a plain value: sections of blocks, every text already in French typography, every number already printed
//! and traced to the figures it comes from. Formats read it; none of them computes anything.

use serde::{Deserialize, Serialize};

use crate::charts::Drawing;
use crate::declaration::Measure;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// `trimestriel`.
    pub id: String,
    /// `2025-Q1`.
    pub period: String,
    /// « Activité des structures d'urgence – Occitanie – 1er trimestre 2025 ».
    pub title: String,
    pub form: Form,
    pub cover: Cover,
    pub sections: Vec<Section>,
}

/// How a document is laid out. Formats that know one form only may ignore it: the content is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Contents, then sections, one under the other.
    #[default]
    Rapport,
    /// A few pages: a low header, no contents.
    Fiche,
}

/// Who issues the document.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Issuer {
    pub name: String,
    pub contact: String,
    /// A picture, as a `data:` address.
    pub logo: Option<String>,
}

/// What stands above the first section.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cover {
    pub kicker: String,
    pub headline: String,
    pub period: String,
    /// What the document is about, each with its label: FINESS, type, contact. Empty for a region.
    pub facts: Vec<(String, String)>,
    pub issuer: Option<Issuer>,
    /// « Données arrêtées au … ».
    pub as_of: String,
    /// « Provisoire », « Consolidé ».
    pub status: String,
    pub status_detail: String,
    /// « Brouillon, version 1 », « Publié le …, version 2 »; empty where documents have no editions.
    pub edition: String,
    pub audience: String,
    /// Set when the data are not real.
    pub synthetic: Option<String>,
    /// Release and run, for the colophon.
    pub release: String,
    pub run: String,
    pub version: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    pub id: String,
    pub title: String,
    pub annex: bool,
    pub layout: Layout,
    /// Whether it begins a printed sheet.
    pub page: bool,
    pub blocks: Vec<Block>,
}

/// How the blocks of a section stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// One under the other.
    #[default]
    Flux,
    /// Charts side by side where the page is wide enough, in their narrow drawing.
    Grille,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "a document has a few dozen blocks")]
pub enum Block {
    Heading { text: String },
    Paragraph { text: String },
    Messages { items: Vec<String> },
    Note { text: String },
    Cards { cards: Vec<Card> },
    Scope { items: Vec<ScopeItem> },
    Table(Table),
    Chart(Chart),
    Definitions { items: Vec<Definition> },
}

/// One key figure in large type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    pub label: String,
    pub value: Cell,
    pub change: Cell,
    pub context: String,
}

/// One line of the scope box: « Structures incluses » and what stands beside it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScopeItem {
    pub label: String,
    pub text: String,
    pub details: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Definition {
    pub term: String,
    pub text: String,
    /// Further lines, each with its own label: formula, denominator, exclusions, source.
    pub lines: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// `Q-T01`.
    pub id: String,
    pub title: String,
    pub subtitle: String,
    /// First column is the header of the rows.
    pub columns: Vec<Column>,
    pub groups: Vec<Group>,
    pub notes: Vec<String>,
    pub source: String,
    /// Wide tables scroll in their own box and print in smaller type.
    pub dense: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    pub title: String,
    /// Text goes left, numbers right.
    pub numeric: bool,
}

/// Rows under one heading; an empty title when the table has no groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    pub title: String,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    pub title: String,
    /// `detail`, `sous_total`, `total`.
    pub role: Role,
    /// Indentation of the heading, 0 or 1.
    pub depth: u8,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Detail,
    Subtotal,
    Total,
}

/// What is printed in one place, and where it comes from.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Cell {
    pub text: String,
    /// Set when the text stands for a status: what it means.
    pub status: Option<&'static str>,
    /// Names of the figures behind the text, numerator first; empty for words.
    pub figures: Vec<String>,
    /// The value includes days that are not consolidated.
    pub provisional: bool,
    /// What was done with them.
    pub measure: Option<Measure>,
    /// The same for a spreadsheet.
    pub number: Option<Number>,
}

/// What a cell prints, as a number: not rounded, in the unit a reader sees.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Number {
    pub value: f64,
    /// `%`, `min`, `points`…; empty for a count.
    pub unit: &'static str,
    /// With a change of a count: the same in percent.
    pub relative: Option<f64>,
    /// With a range: its end.
    pub to: Option<f64>,
}

impl Cell {
    /// A number worked out here from figures.
    pub fn number(text: impl Into<String>, value: f64, unit: &'static str) -> Cell {
        Cell {
            number: Some(Number {
                value,
                unit,
                ..Number::default()
            }),
            ..Cell::words(text)
        }
    }

    /// A text without figures behind it.
    pub fn words(text: impl Into<String>) -> Cell {
        Cell {
            text: text.into(),
            ..Cell::default()
        }
    }
}

/// A chart: what it shows in words, the drawing as data, and the same data as a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chart {
    /// `Q-G06`.
    pub id: String,
    /// The message when a rule finds one, else the measure.
    pub title: String,
    /// Measure, unit, population, period.
    pub subtitle: String,
    /// What a reader who does not see it would be told.
    pub alternative: String,
    pub source: String,
    pub notes: Vec<String>,
    pub drawing: Drawing,
    pub data: Table,
}

impl Document {
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }

    pub fn charts(&self) -> impl Iterator<Item = &Chart> {
        self.blocks().filter_map(|block| match block {
            Block::Chart(chart) => Some(chart),
            _ => None,
        })
    }

    /// What the document says of itself between its tables.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.blocks().filter_map(|block| match block {
            Block::Note { text } => Some(text.as_str()),
            _ => None,
        })
    }

    /// Charts, each with the layout of its section.
    pub fn laid_out_charts(&self) -> Vec<(&Chart, Layout)> {
        let mut found = Vec::new();
        for section in &self.sections {
            for block in &section.blocks {
                if let Block::Chart(chart) = block {
                    found.push((chart, section.layout));
                }
            }
        }
        found
    }

    fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.sections.iter().flat_map(|section| &section.blocks)
    }
}
