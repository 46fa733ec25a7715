//! An EXTRACT later than the reception of its file: the one guard that needs no other delivery.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Minutes by which an EXTRACT may be later than its reception, unless configuration says otherwise.
pub const TOLERATED: u16 = 60;

/// By how many minutes, those begun included, an EXTRACT is later than its reception, when that is more than is tolerated.
pub fn minutes_ahead(extract: DateTime, received_at: Timestamp, zone: &TimeZone, tolerated: u16) -> Option<i64> {
    let ahead = zone.to_timestamp(extract).ok()?.duration_since(received_at);
    let minutes = ahead.as_secs().div_euclid(60) + i64::from(ahead.as_secs().rem_euclid(60) > 0);
    (ahead > SignedDuration::from_mins(i64::from(tolerated))).then_some(minutes)
}

/// Why such a delivery waits, for the person who decides.
pub fn reason_fr(minutes: i64) -> String {
    let ahead = match minutes {
        minutes if minutes < 120 => format!("{minutes} min"),
        minutes if minutes < 48 * 60 => format!("{} h", minutes / 60),
        minutes => format!("{} jours", minutes / (24 * 60)),
    };
    format!("EXTRACT postérieur de {ahead} à la réception : horloge de l'expéditeur à vérifier")
}
