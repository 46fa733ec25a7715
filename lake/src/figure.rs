//! A figure: numerator, denominator, missing, excluded, value and status. Absent is never zero.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Why a figure has, or has not, a value. Each status has one printed form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Ok,
    /// Hidden by disclosure control: fewer units than the threshold.
    Masked,
    /// Denominator under the print floor.
    TooFew,
    NoDenominator,
    NotCollected,
    NotApplicable,
    NotComputable,
    TooLittleHistory,
    /// Has a value, on days that are not consolidated.
    Provisional,
}

impl Status {
    pub const ALL: [Status; 9] = [
        Self::Ok,
        Self::Masked,
        Self::TooFew,
        Self::NoDenominator,
        Self::NotCollected,
        Self::NotApplicable,
        Self::NotComputable,
        Self::TooLittleHistory,
        Self::Provisional,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Masked => "masked",
            Self::TooFew => "too_few",
            Self::NoDenominator => "no_denominator",
            Self::NotCollected => "not_collected",
            Self::NotApplicable => "not_applicable",
            Self::NotComputable => "not_computable",
            Self::TooLittleHistory => "too_little_history",
            Self::Provisional => "provisional",
        }
    }

    pub fn parse(text: &str) -> Option<Status> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// What a reader sees in place of the value; none when the value itself is printed.
    pub fn printed(self) -> Option<&'static str> {
        match self {
            Self::Ok | Self::Provisional => None,
            Self::Masked => Some("s"),
            Self::TooFew => Some("eff. insuff."),
            Self::NoDenominator => Some("sans dén."),
            Self::NotCollected => Some("nd"),
            Self::NotApplicable => Some("–"),
            Self::NotComputable => Some("n. calc."),
            Self::TooLittleHistory => Some("hist. insuff."),
        }
    }
}

/// One figure. The key is everything up to `modalite2`; `figure` is its short name.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// `RPU-I01`…
    pub indicator: Arc<str>,
    pub domaine: Arc<str>,
    /// region, departement, type_etablissement, etablissement, flux…
    pub level: Arc<str>,
    /// Code within the level: `76`, `31`, `chu`, `310783048`, `310783048/0`.
    pub area: Arc<str>,
    /// day, week, month, quarter, year, rolling12.
    pub period_kind: Arc<str>,
    /// `2025-02-14`, `2025-W07`, `2025-02`, `2025-Q1`, `2025`; rolling12: its last month.
    pub period: Arc<str>,
    /// `tous` or `constant`.
    pub perimetre: Arc<str>,
    /// `tous`, `pediatrie`, `geriatrie`, or another declared population.
    pub population: Arc<str>,
    /// Name of the dimension, empty when none.
    pub dim: Arc<str>,
    pub modalite: Arc<str>,
    pub dim2: Arc<str>,
    pub modalite2: Arc<str>,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    /// Records left out because the item is missing or does not conform.
    pub missing: Option<f64>,
    /// Records left out by the definition (duration void, UHCD…).
    pub excluded: Option<f64>,
    /// Shares are fractions; × 100 is display.
    pub value: Option<f64>,
    /// 95 % interval, where the indicator has one.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub unit: Arc<str>,
    pub status: Status,
}

/// Columns of the key, in the order of `Figure::key`.
pub const KEY: [&str; 12] = [
    "indicator",
    "domaine",
    "level",
    "area",
    "period_kind",
    "period",
    "perimetre",
    "population",
    "dim",
    "modalite",
    "dim2",
    "modalite2",
];

/// Columns of the numbers, in the order of `Figure::numbers`.
pub const NUMBERS: [&str; 7] = ["numerator", "denominator", "missing", "excluded", "value", "low", "high"];

impl Figure {
    /// What the figure is about: no two figures of a run have the same.
    pub fn key(&self) -> [&Arc<str>; 12] {
        [
            &self.indicator,
            &self.domaine,
            &self.level,
            &self.area,
            &self.period_kind,
            &self.period,
            &self.perimetre,
            &self.population,
            &self.dim,
            &self.modalite,
            &self.dim2,
            &self.modalite2,
        ]
    }

    /// What it says.
    pub fn numbers(&self) -> [Option<f64>; 7] {
        [
            self.numerator,
            self.denominator,
            self.missing,
            self.excluded,
            self.value,
            self.low,
            self.high,
        ]
    }

    /// Short permanent name: 12 hexadecimal characters of the hash of the key columns.
    pub fn name(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for part in self.key() {
            hasher.update(part.as_bytes());
            hasher.update(b"\x1f");
        }
        hasher.finalize().to_hex()[..12].to_owned()
    }

    /// Whether a value may be printed.
    pub fn printable(&self) -> bool {
        matches!(self.status, Status::Ok | Status::Provisional) && self.value.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_without_value_has_its_own_printed_form() {
        let mut forms: Vec<_> = Status::ALL.into_iter().filter_map(Status::printed).collect();
        let count = forms.len();
        forms.sort();
        forms.dedup();
        assert_eq!(count, forms.len());
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
        }
    }
}
