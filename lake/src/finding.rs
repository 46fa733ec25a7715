//! Verdicts of rules: effects, findings (counts by area and period) and anomalies (where, never the value).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What an anomaly does, from the mildest to the most severe. Correspondence with the domain documents: B = `reject_record`,
/// N = `void_field` or `void_derived`, W = `flag`, I = `info`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Counted, never listed record by record.
    Info,
    Flag,
    VoidItem,
    VoidField,
    VoidDerived,
    Quarantine,
    HoldFile,
    RejectRecord,
    RejectFile,
    BlockRelease,
}

impl Effect {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Flag => "flag",
            Self::VoidItem => "void_item",
            Self::VoidField => "void_field",
            Self::VoidDerived => "void_derived",
            Self::Quarantine => "quarantine",
            Self::HoldFile => "hold_file",
            Self::RejectRecord => "reject_record",
            Self::RejectFile => "reject_file",
            Self::BlockRelease => "block_release",
        }
    }

    /// What it does, for the sender.
    pub fn label_fr(self) -> &'static str {
        match self {
            Self::Info => "pour information",
            Self::Flag => "signalement",
            Self::VoidItem => "élément écarté",
            Self::VoidField => "valeur écartée",
            Self::VoidDerived => "durée écartée",
            Self::Quarantine => "mise en quarantaine",
            Self::HoldFile => "mise en attente",
            Self::RejectRecord => "enregistrement rejeté",
            Self::RejectFile => "fichier refusé",
            Self::BlockRelease => "diffusion bloquée",
        }
    }
}

/// Outcome of one rule clause for one area and period. `violated + ok + not_judged` need not equal all records: `eligible`
/// holds those that the rule is about and could judge (`violated ≤ eligible`), `not_judged` those it could not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub rule: String,
    pub clause: String,
    pub domaine: String,
    pub level: String,
    pub area: String,
    pub period_kind: String,
    pub period: String,
    /// Last day judged, when the period goes on after it.
    pub jusqu_au: Option<Date>,
    pub violated: u64,
    pub eligible: u64,
    pub not_judged: u64,
    /// violated / eligible as a fraction; none when nothing is eligible.
    pub share: Option<f64>,
    pub effect: String,
    /// `ok`, `anomaly`, `not_judged`, `not_applicable`, `error`.
    pub verdict: String,
    pub run: String,
}

/// One record and rule clause: where to look in the file as received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anomaly {
    pub delivery: String,
    pub record: u32,
    pub line: u32,
    pub rule: String,
    pub clause: String,
    pub champ: String,
}
