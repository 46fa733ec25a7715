//! Parameters of the store that change what is current. They are recorded in the manifest with the instant they took effect,
//! so that a view as known earlier is judged by the parameters of then.

use crate::delivery::Delivery;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Thresholds of the guards (`ARCHITECTURE.md` §5.5) and authorities between flux (§5.3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// A delivery that would leave fewer than this share of the records of a day shrinks that day. Above 0, at most 1.
    pub seuil: f64,
    /// Days with fewer records than this before the delivery are not judged: half of very few is chance.
    pub minimum: u32,
    /// A day is consolidated for a delivery when it lies at least this number of days before the day of its EXTRACT. Seven:
    /// J−7 is the last day of the usual window, frozen afterwards (RESURAL, processing notes, 2013–2016).
    pub consolidation_jours: u16,
    /// An EXTRACT later than the reception by more than this number of minutes puts the delivery on hold.
    pub avance_minutes: u16,
    /// IANA zone of the civil times of EXTRACT.
    pub fuseau: String,
    /// Which flux has authority on a table; the last line that applies wins. A table without any line shows all its flux.
    pub autorites: Vec<Authority>,
}

/// One flux has authority for a table, from `du` to `au` (both included), for one site or all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    pub table: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finess: Option<String>,
    pub flux: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub du: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub au: Option<Date>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            seuil: 0.5,
            minimum: 5,
            consolidation_jours: 7,
            avance_minutes: crate::advance::TOLERATED,
            fuseau: "Europe/Paris".to_owned(),
            autorites: vec![Authority {
                table: "rpu".to_owned(),
                finess: None,
                flux: "oscour".to_owned(),
                du: None,
                au: None,
            }],
        }
    }
}

impl Settings {
    /// Whether a delivery counts somewhere: its flux is the authoritative one on a day that it covers.
    pub fn is_followed(&self, delivery: &Delivery) -> bool {
        let finess = delivery.finess.as_deref().unwrap_or_default();
        match (delivery.date_from, delivery.date_to) {
            (Some(from), Some(to)) => from
                .series(jiff::Span::new().days(1))
                .take_while(|day| *day <= to)
                .any(|day| self.has_authority(&delivery.table, finess, &delivery.flux, day)),
            _ => true,
        }
    }

    /// Whether `flux` is the authoritative one of the table for that site and day.
    pub(super) fn has_authority(&self, table: &str, finess: &str, flux: &str, day: Date) -> bool {
        let about = |line: &&Authority| {
            line.table == table
                && line.finess.as_deref().is_none_or(|only| only == finess)
                && line.du.is_none_or(|du| du <= day)
                && line.au.is_none_or(|au| day <= au)
        };
        match self.autorites.iter().rev().find(about) {
            Some(line) => line.flux == flux,
            None => !self.autorites.iter().any(|line| line.table == table),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn one_flux_per_site_and_date() {
        let mut settings = Settings::default();
        settings.autorites.push(Authority {
            table: "rpu".into(),
            finess: Some("310000001".into()),
            flux: "syrius".into(),
            du: Some(date(2025, 2, 1)),
            au: None,
        });
        let day = |month, day| date(2025, month, day);
        assert!(settings.has_authority("rpu", "310000001", "oscour", day(1, 31)));
        assert!(!settings.has_authority("rpu", "310000001", "syrius", day(1, 31)));
        assert!(settings.has_authority("rpu", "310000001", "syrius", day(2, 1)));
        assert!(!settings.has_authority("rpu", "310000001", "oscour", day(2, 1)));
        assert!(settings.has_authority("rpu", "310000002", "oscour", day(2, 1)));
        assert!(settings.has_authority("lits", "310000002", "lits", day(2, 1)));
    }
}
