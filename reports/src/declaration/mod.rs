//! Documents as declared in `reports/documents/*.toml`: order of sections, tables, charts, titles, indicators, columns. The
//! words are French because statisticians write these files.

mod chart;
mod read;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use chart::{ChartDecl, ChartKind, FamilyDecl, ReliabilityDecl};
pub use read::EMBEDDED;
pub(crate) use read::in_french;

/// A document before it meets a release.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    pub id: String,
    /// `{region}` and `{periode}` are replaced.
    pub titre: String,
    pub surtitre: String,
    pub sections: Vec<SectionDecl>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct SectionDecl {
    pub id: String,
    pub titre: String,
    pub annexe: bool,
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
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardsDecl {
    pub carte: Vec<Selection>,
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

/// Rows × columns, each a partial selection of a figure; the cell is what both say together.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableDecl {
    pub id: String,
    pub titre: String,
    #[serde(default)]
    pub sous_titre: String,
    /// Header of the first column.
    #[serde(default)]
    pub entete: String,
    pub colonne: Vec<Selection>,
    #[serde(default)]
    pub groupe: Vec<GroupDecl>,
    /// Takes the groups of an earlier table of the document, for another population.
    #[serde(default)]
    pub reprend: Option<String>,
    /// Rows of the earlier table left out, by title.
    #[serde(default)]
    pub sauf: Vec<String>,
    /// What every cell starts from.
    #[serde(default)]
    pub pour: Option<Selection>,
    #[serde(default)]
    pub notes: Vec<String>,
    /// Where the figures come from, when not the RPU.
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default)]
    pub dense: bool,
    /// Indicator without any value of which the table has nothing to say, and is left out.
    #[serde(default)]
    pub si: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupDecl {
    #[serde(default)]
    pub titre: String,
    #[serde(default)]
    pub ligne: Vec<Selection>,
    /// Makes the rows from what the release holds.
    #[serde(default)]
    pub lignes_par: Option<RowsBy>,
    /// With `lignes_par`: what each row starts from.
    #[serde(default)]
    pub modele: Option<Selection>,
    /// Leaves out the rows whose every count is a true zero.
    #[serde(default)]
    pub sans_nuls: bool,
    /// With `lignes_par = "taille"`: classes of sites by passages over twelve months, each below its bound.
    #[serde(default)]
    pub classe: Vec<SizeDecl>,
    /// Leaves out the rows of which nothing is known: the hospitals without a SMUR in a table of SMUR.
    #[serde(default)]
    pub sans_vides: bool,
    /// What an empty field means here, when it is not « Non renseigné ».
    #[serde(default)]
    pub titre_manquant: Option<String>,
    /// Indicator without any value of which the group is left out.
    #[serde(default)]
    pub si: Option<String>,
}

/// Sites of fewer passages over twelve months than a bound, and of no smaller class.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeDecl {
    pub titre: String,
    /// None for the largest.
    #[serde(default)]
    pub moins_de: Option<f64>,
}

/// Rows that the release gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowsBy {
    /// Each département.
    Departement,
    TypeEtablissement,
    /// Sites, one group per département with its subtotal, then the region.
    EtablissementParDepartement,
    /// Classes of sites by size, each with the totals of its sites.
    Taille,
    /// Modalities of the dimension of `modele`.
    Modalite,
    /// Modalities of the second dimension of `modele`.
    Modalite2,
}

/// Part of the name of a figure, and what to print of it. A cell is the selection of the table, then of the row, then of the
/// column, each filling what the earlier ones leave open (`mesure` of a column wins over that of a row).
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Selection {
    pub titre: String,
    pub sous_titre: String,
    pub retrait: u8,
    /// `total`, `sous_total`.
    pub role: Option<String>,
    pub indicateur: Option<String>,
    pub niveau: Option<String>,
    pub zone: Option<String>,
    pub periode: Option<Period>,
    pub perimetre: Option<String>,
    pub population: Option<String>,
    pub dim: Option<String>,
    pub modalite: Option<String>,
    pub dim2: Option<String>,
    pub modalite2: Option<String>,
    pub mesure: Option<Measure>,
    /// With `mesure = "part"`: the figure to divide by. With `mesure = "completude"`: the passages, for a figure whose own
    /// denominator does not count all of them.
    pub base: Option<Box<Selection>>,
    /// With `mesure = "attribut"`.
    pub attribut: Option<String>,
    /// Other indicators in this row: `{ "RPU-I61" = "ORU-I61-UHCD" }`.
    pub remplace: BTreeMap<String, String>,
    /// Measures that make no sense here print « – ».
    pub sans: Vec<Measure>,
    /// Periods over which the figure makes no sense print « – ».
    pub sans_periode: Vec<Period>,
    /// Printed with its sign: the value is itself a change.
    pub signe: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Courante,
    /// Same period of the year before.
    N1,
    DouzeMois,
    DouzeMoisN1,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Valeur,
    Numerateur,
    Denominateur,
    /// Both: « 82 / 90 ».
    Rapport,
    /// Divided by the days of the period.
    NumerateurParJour,
    DenominateurParJour,
    Manquants,
    Exclus,
    /// Records left out, of all: (missing + excluded) ÷ (denominator + missing + excluded).
    PartEcartee,
    /// Difference with the period before, in the unit of the indicator.
    Evolution,
    /// The same in percent only, for narrow columns.
    EvolutionRelative,
    /// Divided by the figure of `base`.
    Part,
    /// Its denominator divided by the figure of `base`: what of the whole could be judged.
    Couverture,
    /// 95 % interval of a share.
    Intervalle,
    /// From this figure to that of `base`: « 12 – 18 ».
    Plage,
    /// Records with the item usable: denominator ÷ (denominator + missing), or (`base` − missing) ÷ `base`.
    Completude,
    /// A word of the frame: FINESS, type, first day…
    Attribut,
}
