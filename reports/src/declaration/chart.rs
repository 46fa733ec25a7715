//! Charts as declared.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Selection;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartDecl {
    pub id: String,
    /// The measure; the title too when no message can be made.
    pub titre: String,
    #[serde(default)]
    pub sous_titre: String,
    /// Indicator without any value of which the chart has nothing to say, and is left out.
    #[serde(default)]
    pub si: Option<String>,
    pub dessin: ChartKind,
    #[serde(default)]
    pub serie: Vec<Selection>,
    /// What it is drawn over, in place of the year before or of the inhabitants: the same figures elsewhere.
    #[serde(default)]
    pub comparaison: Option<Selection>,
    /// Pyramid only: values written at the end of the bars, where the sheet is wide.
    #[serde(default)]
    pub etiquettes: bool,
    /// Map only.
    #[serde(default)]
    pub carte: Option<MapDecl>,
    /// Load only: the layers, from the first drawn.
    #[serde(default)]
    pub couche: Vec<Selection>,
    /// Calendar only: the value from which a day stands out.
    #[serde(default)]
    pub seuil: Option<u8>,
    /// Radar only.
    #[serde(default)]
    pub famille: Vec<FamilyDecl>,
    /// Curve only: the lower and the upper edge of a ribbon behind the first series.
    #[serde(default)]
    pub ruban: Vec<Selection>,
    /// Curve only: a level worth a line, in the unit that a reader sees.
    #[serde(default)]
    pub repere: Option<f64>,
    /// Stacked bars only: modalities outside the order of the others, drawn last and in grey.
    #[serde(default)]
    pub a_part: Vec<String>,
    /// Stacked bars and flow only: dimensions whose modalities are written by their code after a word: `{ gravite = "CCMU" }`.
    #[serde(default)]
    pub sigles: BTreeMap<String, String>,
    /// Heat map only: fractions from which a cell is of a better class, in order.
    #[serde(default)]
    pub classes: Vec<f64>,
    /// Control only: what one point is.
    #[serde(default)]
    pub pas: Step,
    /// Control only: header of what each value is computed on, when not passages.
    #[serde(default)]
    pub base: Option<String>,
    /// Days only: zone of the school holidays, `A`, `B` or `C`; all when absent.
    #[serde(default)]
    pub zone_vacances: Option<String>,
    /// Bars only: the share that says whether a bar can be trusted, and from which value it can.
    #[serde(default)]
    pub fiabilite: Option<ReliabilityDecl>,
    #[serde(default)]
    pub notes: Vec<String>,
    /// Where the figures come from, when not the RPU.
    #[serde(default)]
    pub source: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MapDecl {
    /// The areas that a rate fills.
    pub fond: Backdrop,
    /// Whether sites are drawn, as discs whose area is their passages.
    #[serde(default)]
    pub sites: bool,
    /// Whether the shape of a site says what it is: CHU, seat of a SAMU, of a SMUR, another.
    #[serde(default)]
    pub natures: bool,
    /// Whether a small map of the region says where this is.
    #[serde(default)]
    pub encart: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Backdrop {
    Departement,
    /// Those that the dimension of the series names.
    Epci,
}

impl Backdrop {
    /// Header of the names of the areas.
    pub fn title(self) -> &'static str {
        match self {
            Backdrop::Departement => "Département",
            Backdrop::Epci => "EPCI",
        }
    }
}

impl ChartDecl {
    /// Everything it selects.
    pub(super) fn selections(&self) -> impl Iterator<Item = &Selection> {
        let axes = self.famille.iter().flat_map(|family| &family.axe);
        self.serie.iter().chain(&self.couche).chain(&self.ruban).chain(axes)
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReliabilityDecl {
    pub indicateur: String,
    /// A fraction.
    pub seuil: f64,
    /// What is written beside a bar below it, in short: « fraîcheur ».
    pub mot: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Days of the period, with the year before.
    Jours,
    Heures,
    /// Weekdays, one panel per series.
    Semaine,
    Pyramide,
    /// Distribution by 15-minute steps and cumulative curve.
    Durees,
    Radar,
    /// One horizontal bar per modality, both periods.
    Barres,
    /// Who is present at each hour, in layers, with flows as lines.
    Charge,
    /// One row per site, one cell per day.
    Calendrier,
    /// Days of the period with their alert threshold.
    Production,
    /// Months in control charts (XmR), one panel per series.
    Controle,
    /// Areas and sites on their outlines; `carte` says which.
    Carte,
    /// One interval per site: median, quartiles, extreme deciles, in this order of series.
    Intervalles,
    /// A rate of the sites against its denominator, with the limits of a funnel.
    Entonnoir,
    /// One line per series over the modalities of a dimension, with a ribbon and a reference if need be.
    Courbe,
    /// The same over two years of months.
    Mois,
    /// Modalities of `dim2` within each of `dim`, as bars of 100 %.
    Empilees,
    /// One bar per site; a mark when there is a second series.
    Sites,
    /// Sites by modalities, each cell filled by its value and printed.
    Chaleur,
    /// From the modalities of `dim` to those of `dim2`, series after series.
    Flux,
}

/// What one point of a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    #[default]
    Mois,
    /// Days of the period.
    Jour,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyDecl {
    pub titre: String,
    pub axe: Vec<Selection>,
}
