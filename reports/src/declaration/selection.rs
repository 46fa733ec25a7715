//! What a cell prints: part of the name of a figure, and what is done with it.

use std::collections::{BTreeMap, BTreeSet};

use lake::month::Month;
use serde::{Deserialize, Serialize};

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
    /// That of what the document is about, unless said; `sujet` says it again where a row says another.
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
    /// Levels at which the figure makes no sense print « – ».
    pub sans_niveau: Vec<String>,
    /// For a column: indicator without any value of which the column has nothing to say, and is left out.
    pub si: Option<String>,
    /// Printed with its sign: the value is itself a change.
    pub signe: bool,
    /// A month in the place of the period, in the tables and charts that list months; its year before is twelve months earlier.
    #[serde(skip)]
    pub mois: Option<Month>,
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
    /// The same as a ratio: « 1,06 ».
    Quotient,
    /// Place among the modalities of its dimension, from the highest value.
    Rang,
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

impl Selection {
    /// An indicator, wherever the rest says.
    pub fn of(indicator: &str) -> Selection {
        Selection {
            indicateur: Some(indicator.to_owned()),
            ..Selection::default()
        }
    }

    /// Every indicator that it names.
    pub(super) fn names(&self, named: &mut BTreeSet<String>) {
        named.extend(self.indicateur.clone());
        named.extend(self.remplace.values().cloned());
        if let Some(base) = &self.base {
            base.names(named);
        }
    }
}
