//! `[pipelines.<name>]`: which stages, over which period, for whom.

use lake::release::Audience;
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    pub etapes: Vec<Stage>,
    pub periode: Periode,
    /// Days before the present one whose months a night judges again, besides those it touched.
    #[serde(default = "default_days")]
    pub jours: u16,
    #[serde(default = "default_audience")]
    pub audience: Audience,
    #[serde(default = "default_document")]
    pub document: String,
}

/// One arrow of the data path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Ingest,
    Transform,
    Release,
    Report,
    Digest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Periode {
    Nuit,
    Trimestre,
}

impl Stage {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Transform => "transform",
            Self::Release => "release",
            Self::Report => "report",
            Self::Digest => "digest",
        }
    }
}

impl Pipeline {
    /// Stages must follow the data path: each one reads what the one before wrote.
    pub fn is_ordered(&self) -> bool {
        self.etapes.windows(2).all(|pair| pair[0] < pair[1])
    }
}

/// Twice the window that hospitals send again each night: a day that neither moved nor lies within it is judged already.
pub const RECENT_DAYS: u16 = 14;

fn default_days() -> u16 {
    RECENT_DAYS
}

fn default_audience() -> Audience {
    Audience::Partenaire
}

fn default_document() -> String {
    "trimestriel".to_owned()
}
