//! Charts as declared.

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
        self.serie.iter().chain(&self.couche).chain(axes)
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
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyDecl {
    pub titre: String,
    pub axe: Vec<Selection>,
}
