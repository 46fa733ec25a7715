//! A delivery: one extract as received (a file, or one entry of an archive), what it says of itself, what was read in it
//! and what became of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// Hash of the content: 32 lower-case hexadecimal characters (first 128 bits of BLAKE3, without key: it names a file, not a
/// person).
pub type DeliveryId = String;

/// The identifier of a content.
pub fn delivery_id(content: &[u8]) -> DeliveryId {
    blake3::hash(content).to_hex()[..32].to_owned()
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Conforme,
    ConformeAvecReserves,
    /// Loaded, but with anomalies beyond what is bearable.
    NonConforme,
    /// Nothing loaded; kept with its reason.
    Refusee,
    /// Well formed, but its site is unknown: waits for a mapping.
    EnQuarantaine,
    /// A guard holds it (EXTRACT in the future, shrinking resend): waits for a decision.
    EnAttente,
    /// The same content was received before.
    DejaRecue,
}

impl Verdict {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conforme => "conforme",
            Self::ConformeAvecReserves => "conforme_avec_reserves",
            Self::NonConforme => "non_conforme",
            Self::Refusee => "refusee",
            Self::EnQuarantaine => "en_quarantaine",
            Self::EnAttente => "en_attente",
            Self::DejaRecue => "deja_recue",
        }
    }

    pub fn label_fr(self) -> &'static str {
        match self {
            Self::Conforme => "conforme",
            Self::ConformeAvecReserves => "conforme avec réserves",
            Self::NonConforme => "non conforme",
            Self::Refusee => "refusée",
            Self::EnQuarantaine => "en quarantaine",
            Self::EnAttente => "en attente",
            Self::DejaRecue => "déjà reçue",
        }
    }

    /// Whether the records of such a delivery are in the lake.
    pub fn is_loaded(self) -> bool {
        matches!(
            self,
            Self::Conforme | Self::ConformeAvecReserves | Self::NonConforme | Self::EnAttente
        )
    }
}

/// Every record read is counted once on the left, once on the right:
/// `rows_read = accepted + rejected + duplicates + out_of_window`, `accepted = added + changed + unchanged`.
/// `removed` (rows of the former view that the delivery no longer carries) stands apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub rows_read: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub duplicates: u64,
    pub out_of_window: u64,
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub removed: u64,
}

impl Counts {
    /// The first equation, which holds as soon as a delivery is read.
    pub fn reading_balances(&self) -> bool {
        self.rows_read == self.accepted + self.rejected + self.duplicates + self.out_of_window
    }

    /// Both equations, which hold once it is stored.
    pub fn balances(&self) -> bool {
        self.reading_balances() && self.accepted == self.added + self.changed + self.unchanged
    }
}

/// Outcome of one rule clause on one delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFinding {
    /// `RPU-F08`, `RPU-C08a`…
    pub rule: String,
    pub violated: u64,
    pub eligible: u64,
    pub not_judged: u64,
    /// Lower-case name of the effect, `lake::finding::Effect`.
    pub effect: crate::finding::Effect,
    /// Where it was first seen: line of the file, from 1.
    pub first_line: Option<u32>,
    /// The first lines, at most a thousand, each once; known while the file is read, not kept in the manifest.
    #[serde(skip)]
    pub lines: Vec<u32>,
    /// French sentence for the sender: what, and what to do. Never a patient's value.
    pub message: Option<String>,
}

/// A delivery as the manifest keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    pub id: DeliveryId,
    /// Extract kind (`rpu_oscour`, `lits_snap`, `rpu_declares`…), empty when not recognised.
    pub kind: String,
    /// One authoritative flux per site and date; here the kind's flux (`oscour`, `syrius`, `plat`, `lits`…).
    pub flux: String,
    /// Record table it feeds.
    pub table: String,
    /// Name as received; an archive entry is written `archive.zip!entry.xml`.
    pub file: String,
    /// Inbox folder it came through.
    pub source: String,
    /// Hash of the file kept in `raw/` (the archive's, for an entry).
    pub raw: DeliveryId,
    pub bytes: u64,
    pub finess: Option<String>,
    pub ordre: Option<i16>,
    /// When the sender produced it, local civil time.
    pub extract: Option<DateTime>,
    pub date_from: Option<Date>,
    pub date_to: Option<Date>,
    /// First reception, UTC.
    pub received_at: Timestamp,
    /// When the file was left in the inbox, UTC, not after its reception; none for what was given by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depose_le: Option<Timestamp>,
    /// Encoding used, and the number of characters that could not be decoded.
    pub encoding: String,
    pub replacements: u64,
    /// Identifier of the key that made its hashes.
    pub kid: String,
    pub counts: Counts,
    /// Accepted records by day of the window (days without record are absent). Empty for tables replaced by key.
    pub days: BTreeMap<Date, u32>,
    pub verdict: Verdict,
    pub findings: Vec<FileFinding>,
    /// Unknown elements or columns met, with their number of occurrences.
    pub unknown: BTreeMap<String, u64>,
    /// French reason of a refusal, quarantine or hold.
    pub reason: Option<String>,
    /// Why none of its rows count although nothing is wrong with what was sent, which reads as refused; decided by people, so that no
    /// manifest keeps it with the delivery.
    #[serde(skip)]
    pub aside: Option<Aside>,
}

/// How the observatory put a delivery out of what counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// Set aside by somebody.
    Ecartee,
    /// Read again: what the new reading loaded counts in its place.
    Relue,
}

impl Delivery {
    /// Whether it was read again: the new reading is shown, under the same name, since one file was sent.
    pub fn is_reread(&self) -> bool {
        self.aside == Some(Aside::Relue)
    }

    /// When its sender had done with it: what punctuality is judged on.
    pub fn arrived_at(&self) -> Timestamp {
        self.depose_le.unwrap_or(self.received_at)
    }

    /// Whether its records count: loaded, and nothing holds it. A delivery set aside reads as refused.
    pub fn is_in_force(&self) -> bool {
        self.verdict.is_loaded() && self.verdict != Verdict::EnAttente
    }
}

/// A record set aside whole: kept in `restricted/`, never in the lake proper.
#[derive(Debug, Clone, PartialEq)]
pub struct RejectedRecord {
    pub rang: u32,
    pub ligne: u32,
    pub rule: String,
    pub champ: String,
    /// The record as received, cut at 4 000 characters.
    pub texte: String,
}

/// The text of a cell that does not conform: kept in `restricted/valeurs`, at most 40 characters.
#[derive(Debug, Clone, PartialEq)]
pub struct RawValue {
    pub rang: u32,
    pub ligne: u32,
    pub colonne: String,
    pub texte: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accounting_identity() {
        let counts = Counts {
            rows_read: 10,
            accepted: 6,
            rejected: 2,
            duplicates: 1,
            out_of_window: 1,
            added: 3,
            changed: 2,
            unchanged: 1,
            removed: 4,
        };
        assert!(counts.balances());
        assert!(!Counts { rejected: 1, ..counts }.reading_balances());
        assert!(!Counts { added: 4, ..counts }.balances());
    }

    #[test]
    fn the_same_content_has_the_same_name() {
        assert_eq!(delivery_id(b"a"), delivery_id(b"a"));
        assert_ne!(delivery_id(b"a"), delivery_id(b"b"));
        assert_eq!(delivery_id(b"").len(), 32);
    }
}
