//! Documents as declared in `reports/documents/*.toml`: order of sections, tables, charts, titles, indicators, columns. The
//! words are French because statisticians write these files.

mod chart;
mod read;
mod selection;
mod table;

use std::collections::BTreeSet;

use lake::release::Audience;
use serde::Deserialize;

use crate::contours::Contours;
use crate::document::{Form, Layout};
use crate::evenements::{Categorie, Evenement};

pub use chart::{Backdrop, ChartDecl, ChartKind, FamilyDecl, MapDecl, ReliabilityDecl, Step};
pub use read::EMBEDDED;
pub(crate) use read::in_french;
pub use selection::{Measure, Period, Selection};
pub use table::{GroupDecl, RowsBy, SizeDecl, TableDecl};

/// A document before it meets a release.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    pub id: String,
    /// `{region}` and `{periode}` are replaced.
    pub titre: String,
    pub surtitre: String,
    pub format: Form,
    /// What one document is about.
    pub sujet: Subject,
    /// Who may be handed it; everyone when empty.
    pub audiences: Vec<Audience>,
    /// What its maps are drawn on.
    pub contours: Contours,
    /// What happened, as a region's own folder tells it.
    pub faits: Vec<Evenement>,
    pub sections: Vec<SectionDecl>,
}

/// What one document is about: the release it is made from says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    #[default]
    Region,
    Departement,
    Etablissement,
}

impl Subject {
    /// The level of its figures.
    pub fn level(self) -> &'static str {
        match self {
            Subject::Region => "region",
            Subject::Departement => "departement",
            Subject::Etablissement => "etablissement",
        }
    }
}

impl Declaration {
    /// Every indicator that it names, wherever it stands.
    pub fn indicators(&self) -> BTreeSet<String> {
        let mut named = BTreeSet::new();
        for block in self.sections.iter().flat_map(|section| &section.blocs) {
            match block {
                BlockDecl::Cartes(cards) => cards.carte.iter().for_each(|card| card.names(&mut named)),
                BlockDecl::Graphique(chart) => chart.selections().for_each(|one| one.names(&mut named)),
                BlockDecl::Qualite(quality) => quality.selections().for_each(|one| one.names(&mut named)),
                BlockDecl::Tableau(table) => table.selections().for_each(|one| one.names(&mut named)),
                _ => {}
            }
        }
        named
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct SectionDecl {
    pub id: String,
    pub titre: String,
    pub annexe: bool,
    pub disposition: Layout,
    /// Whether it begins a printed sheet.
    pub page: bool,
    /// Indicator without any value of which the section has nothing to say, and is left out.
    pub si: Option<String>,
    pub blocs: Vec<BlockDecl>,
}

/// One block; `type` says which.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "a declaration has a few dozen blocks")]
pub enum BlockDecl {
    /// A heading inside a section.
    Intertitre(TextDecl),
    Paragraphe(TextDecl),
    Note(TextDecl),
    /// Sentences by rule, in this order; a rule without its figures says nothing.
    Messages(MessagesDecl),
    /// Key figures in large type.
    Cartes(CardsDecl),
    /// Scope box: sites included, entering, leaving, without transmission, deliveries refused or held.
    Perimetre(EmptyDecl),
    /// Facts of the period, in the order of their dates.
    Faits(FactsDecl),
    /// Days of each kind in both periods.
    Calendrier(TitleDecl),
    Tableau(TableDecl),
    /// Rules in anomaly for the region.
    Coherence(CoherenceDecl),
    Graphique(ChartDecl),
    /// Structures of the region.
    Structures(TitleDecl),
    /// Formula, denominator, exclusions and source of each indicator used above.
    Methode(EmptyDecl),
    /// Numerator, denominator, missing and excluded of each indicator used above, for the region.
    Effectifs(TitleDecl),
    /// How well the fields that the document uses are filled and conform, in one sentence.
    Qualite(QualityDecl),
    /// Deliveries of the period, flux by flux, with the hash of their list; nothing in a release made before they were listed.
    Envois(TitleDecl),
    /// What a corrected version replaces, and why; nothing in a first version.
    Erratum(EmptyDecl),
    /// Figures that moved since the version that this one corrects, each with its cause.
    Revisions(TitleDecl),
    /// Parameters of the gate, run, catalogue, versions.
    Reproductibilite(EmptyDecl),
    Glossaire(GlossaryDecl),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmptyDecl {}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextDecl {
    pub texte: String,
    /// Indicator without any value of which the text is left out.
    #[serde(default)]
    pub si: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TitleDecl {
    pub id: String,
    pub titre: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactsDecl {
    pub id: String,
    pub titre: String,
    #[serde(default)]
    pub sous_titre: String,
    /// Facts of these categories only; all when empty.
    #[serde(default)]
    pub categories: Vec<Categorie>,
    /// Whether openings, closings and known breaks of the structures are listed too.
    #[serde(default)]
    pub structures: bool,
    /// What is said when nothing happened.
    pub sinon: String,
    #[serde(default)]
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoherenceDecl {
    pub id: String,
    pub titre: String,
    #[serde(default)]
    pub sous_titre: String,
    /// Starts of the identifiers listed: `RPU-X`, `LOC-` for the rules of the region.
    pub regles: Vec<String>,
    /// Longest list.
    pub lignes: usize,
    #[serde(default)]
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessagesDecl {
    pub regles: Vec<String>,
    /// The first ones that have something to say.
    #[serde(default)]
    pub au_plus: Option<usize>,
    /// What is said when no rule says anything.
    #[serde(default)]
    pub sinon: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardsDecl {
    pub carte: Vec<Selection>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualityDecl {
    /// What stands before the list.
    pub texte: String,
    /// Share filled and conform, whose category is the one that each field says.
    pub conforme: Selection,
    /// Share filled of each field.
    pub champ: Vec<Selection>,
}

impl QualityDecl {
    fn selections(&self) -> impl Iterator<Item = &Selection> {
        self.champ.iter().chain(std::iter::once(&self.conforme))
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlossaryDecl {
    pub terme: Vec<TermDecl>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermDecl {
    pub sigle: String,
    pub sens: String,
}
