//! The guards of « annule et remplace » (`ARCHITECTURE.md` §5.5): a pure function of the deliveries of one flux, in the order
//! of their EXTRACT, never of their arrival. An older, fuller file that arrives late therefore puts the newer, emptier one on
//! hold, and a lake loaded in any order holds the same deliveries.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::manifest::{Decision, Load};
use super::settings::Settings;
use super::state::is_windowed;
use crate::days::{date_of, epoch_day};
use crate::table::table;

/// Why a guard holds a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// EXTRACT is later than the reception by that many minutes.
    Future { minutes: i64 },
    /// Days (since 1970-01-01) that would shrink, with their records before and after.
    Shrinks { days: Vec<(i32, u32, u32)>, consolidated: bool },
    /// Taken together, the days already stored would shrink: their number, their records before and after.
    Empties { days: u64, before: u64, after: u64 },
}

/// What a loaded delivery counts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// Received after the instant considered, or forgotten before it.
    Unknown,
    /// Refused or in quarantine: it has no row.
    NotLoaded,
    InForce,
    Held(Hold),
    SetAside,
}

impl Hold {
    /// A French sentence for the person who decides.
    pub fn reason_fr(&self) -> String {
        match self {
            Self::Future { minutes } => {
                let ahead = match *minutes {
                    minutes if minutes < 120 => format!("{minutes} min"),
                    minutes if minutes < 48 * 60 => format!("{} h", minutes / 60),
                    minutes => format!("{} jours", minutes / (24 * 60)),
                };
                format!("EXTRACT postérieur de {ahead} à la réception : horloge de l'expéditeur à vérifier")
            }
            Self::Empties { days, before, after } => {
                format!("ferait perdre plus de la moitié des passages de {days} jours pris ensemble : {before} → {after}")
            }
            Self::Shrinks { days, consolidated } => {
                let shown: Vec<String> = days
                    .iter()
                    .take(3)
                    .map(|(day, before, after)| shrunk(*day, *before, *after))
                    .collect();
                let more = days.len().saturating_sub(3);
                let more = if more > 0 {
                    format!(" et {more} autres")
                } else {
                    String::new()
                };
                let nature = if *consolidated { " (jour consolidé)" } else { "" };
                format!(
                    "ferait perdre plus de la moitié des passages de {} jour(s){nature} : {}{more}",
                    days.len(),
                    shown.join(", ")
                )
            }
        }
    }
}

fn shrunk(day: i32, before: u32, after: u32) -> String {
    let date = date_of(day).map_or_else(|| day.to_string(), |date| date.to_string());
    format!("{date} {before} → {after}")
}

/// Judges the deliveries of one flux and site, given in the order of (EXTRACT, content hash), each with the last decision
/// about it. Deliveries without window (tables replaced by key) meet the first guard only.
pub(super) fn judge(settings: &Settings, zone: &TimeZone, deliveries: &[(&Load, Option<Decision>)]) -> Vec<Standing> {
    let mut stored: BTreeMap<i32, u32> = BTreeMap::new();
    let mut standings = Vec::with_capacity(deliveries.len());
    for (load, decision) in deliveries {
        let standing = match decision {
            Some(Decision::SetAside) => Standing::SetAside,
            Some(Decision::Accept) => Standing::InForce,
            Some(Decision::Undo) | None => future(settings, zone, load)
                .or_else(|| shrinks(settings, load, &stored))
                .map_or(Standing::InForce, Standing::Held),
        };
        if standing == Standing::InForce {
            replace(load, &mut stored);
        }
        standings.push(standing);
    }
    standings
}

fn future(settings: &Settings, zone: &TimeZone, load: &Load) -> Option<Hold> {
    let minutes = minutes_ahead(load.extract?, load.received_at, zone, settings.avance_minutes)?;
    Some(Hold::Future { minutes })
}

/// By how many minutes, those begun included, an EXTRACT is later than its reception, when that is more than is tolerated.
pub fn minutes_ahead(extract: DateTime, received_at: Timestamp, zone: &TimeZone, tolerated: u16) -> Option<i64> {
    let ahead = zone.to_timestamp(extract).ok()?.duration_since(received_at);
    let minutes = ahead.as_secs().div_euclid(60) + i64::from(ahead.as_secs().rem_euclid(60) > 0);
    (ahead > SignedDuration::from_mins(i64::from(tolerated))).then_some(minutes)
}

fn shrinks(settings: &Settings, load: &Load, stored: &BTreeMap<i32, u32>) -> Option<Hold> {
    // In a table replaced by key, what a delivery does not repeat stays.
    let (first, last) = window(load).filter(|_| table(&load.table).is_some_and(is_windowed))?;
    let consolidated_to = epoch_day(load.extract?.date()) - i32::from(settings.consolidation_jours);
    let covered = || {
        let stored = stored.range(first..=last);
        stored.map(|(day, before)| (*day, *before, load.days.get(*day)))
    };
    let days: Vec<_> = covered()
        .filter(|(_, before, _)| *before >= settings.minimum)
        .filter(|(_, before, after)| f64::from(*after) < settings.seuil * f64::from(*before))
        .collect();
    let consolidated = days.iter().any(|(day, ..)| *day <= consolidated_to);
    if consolidated || days.len() >= 2 {
        return Some(Hold::Shrinks { days, consolidated });
    }
    // A small structure has no day that can be judged alone; together, its days can.
    let number = covered().count() as u64;
    let (before, after) = covered().fold((0, 0), |(before, after), (_, was, is)| {
        (before + u64::from(was), after + u64::from(is))
    });
    let judged = number >= 2 && before >= u64::from(settings.minimum);
    let shrinks = (after as f64) < settings.seuil * before as f64;
    (judged && shrinks).then_some(Hold::Empties {
        days: number,
        before,
        after,
    })
}

/// The days of the window now have the records of this delivery, none where it has none.
fn replace(load: &Load, stored: &mut BTreeMap<i32, u32>) {
    let Some((first, last)) = window(load) else { return };
    let covered: Vec<i32> = stored.range(first..=last).map(|(day, _)| *day).collect();
    for day in covered {
        stored.remove(&day);
    }
    stored.extend(load.days.between(first, last));
}

/// First and last day of the window, in days since 1970-01-01.
pub(super) fn window(load: &Load) -> Option<(i32, i32)> {
    let (first, last) = (epoch_day(load.from?), epoch_day(load.to?));
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Verdict;
    use crate::store::manifest::DayCounts;
    use jiff::civil::{Date, date};

    /// A delivery extracted on a day at 3 h, with the records of the days from `from` on.
    fn delivery(extract: Date, from: Date, counts: &[u32]) -> Load {
        let first = epoch_day(from);
        let days: BTreeMap<i32, u32> = counts.iter().enumerate().map(|(at, n)| (first + at as i32, *n)).collect();
        let extract = extract.at(3, 0, 0, 0);
        Load {
            id: format!("{extract}{counts:?}"),
            seq: 1,
            forgotten: None,
            follows: None,
            table: "rpu".into(),
            flux: "oscour".into(),
            finess: "310000001".into(),
            ordre: 0,
            extract: Some(extract),
            from: Some(from),
            to: date_of(first + counts.len() as i32 - 1),
            received_at: TimeZone::get("Europe/Paris").unwrap().to_timestamp(extract).unwrap(),
            kid: "k".into(),
            verdict: Verdict::Conforme,
            raw: String::new(),
            days: DayCounts::from_map(&days),
            outside: DayCounts::default(),
        }
    }

    fn held(deliveries: &[Load]) -> Vec<bool> {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let alone: Vec<_> = deliveries.iter().map(|load| (load, None)).collect();
        let standings = judge(&Settings::default(), &zone, &alone);
        standings
            .iter()
            .map(|standing| matches!(standing, Standing::Held(_)))
            .collect()
    }

    const START: Date = date(2025, 1, 1);

    #[test]
    fn one_recent_day_under_half_is_let_through() {
        let full = delivery(date(2025, 1, 4), START, &[20, 20, 20]);
        assert_eq!(
            held(&[full.clone(), delivery(date(2025, 1, 5), START, &[20, 20, 9])]),
            [false, false]
        );
        assert_eq!(held(&[full, delivery(date(2025, 1, 5), START, &[20, 9, 9])]), [false, true]);
    }

    #[test]
    fn one_consolidated_day_under_half_is_held() {
        let full = delivery(date(2025, 1, 4), START, &[20, 20, 20]);
        assert_eq!(
            held(&[full.clone(), delivery(date(2025, 1, 7), START, &[9, 20, 20])]),
            [false, false]
        );
        assert_eq!(
            held(&[full.clone(), delivery(date(2025, 1, 8), START, &[9, 20, 20])]),
            [false, true]
        );
        assert_eq!(
            held(&[full, delivery(date(2025, 1, 8), START, &[10, 20, 20])]),
            [false, false]
        );
    }

    #[test]
    fn a_bed_snapshot_takes_nothing_away_from_the_one_before() {
        let mut morning = delivery(date(2025, 2, 1), date(2025, 1, 10), &[60, 60]);
        let mut evening = delivery(date(2025, 2, 2), date(2025, 1, 10), &[5, 5]);
        morning.table = "lits".into();
        evening.table = "lits".into();
        assert_eq!(held(&[morning, evening]), [false, false]);
    }

    #[test]
    fn very_small_windows_are_not_judged() {
        let full = delivery(date(2025, 1, 4), START, &[1, 1, 2]);
        assert_eq!(held(&[full, delivery(date(2025, 2, 1), START, &[0, 0, 0])]), [false, false]);
    }

    #[test]
    fn a_nearly_empty_year_of_a_small_structure_is_held() {
        let year = delivery(date(2025, 12, 31), START, &[4; 350]);
        let nearly_empty = delivery(date(2026, 1, 2), START, &[&[4_u32; 3][..], &[0; 347]].concat());
        assert_eq!(held(&[year.clone(), nearly_empty.clone()]), [false, true]);
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let standings = judge(&Settings::default(), &zone, &[(&year, None), (&nearly_empty, None)]);
        let Standing::Held(hold) = &standings[1] else {
            panic!("not held")
        };
        assert!(hold.reason_fr().contains("1400 → 12"), "{}", hold.reason_fr());
    }

    #[test]
    fn a_small_structure_that_sends_its_days_again_is_let_through() {
        let full = delivery(date(2025, 1, 4), START, &[4, 3, 4]);
        assert_eq!(held(&[full, delivery(date(2025, 1, 5), START, &[4, 1, 4])]), [false, false]);
    }

    #[test]
    fn an_extract_a_second_beyond_the_tolerance_is_ahead_for_the_check_as_for_the_lake() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let ahead = |received: &str| minutes_ahead(date(2025, 2, 3).at(4, 0, 0, 0), received.parse().unwrap(), &zone, 60);
        assert_eq!(ahead("2025-02-03T02:00:00Z"), None);
        assert_eq!(ahead("2025-02-03T01:59:59Z"), Some(61));
    }

    #[test]
    fn a_held_delivery_does_not_lower_the_bar_for_the_next() {
        let full = delivery(date(2025, 1, 4), START, &[20, 20, 20]);
        let empty = delivery(date(2025, 1, 5), START, &[0, 0, 0]);
        let low = delivery(date(2025, 1, 6), START, &[5, 5, 5]);
        assert_eq!(held(&[full, empty, low]), [false, true, true]);
    }

    #[test]
    fn a_clock_ahead_by_more_than_an_hour_is_held() {
        let mut ahead = delivery(date(2025, 1, 4), START, &[20]);
        ahead.received_at -= jiff::SignedDuration::from_mins(60);
        assert_eq!(held(std::slice::from_ref(&ahead)), [false]);
        ahead.received_at -= jiff::SignedDuration::from_mins(1);
        assert_eq!(held(&[ahead]), [true]);
    }

    #[test]
    fn a_decision_overrules_the_guards() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let full = delivery(date(2025, 1, 4), START, &[20, 20, 20]);
        let empty = delivery(date(2025, 1, 5), START, &[0, 0, 0]);
        let judged = |first, second| judge(&Settings::default(), &zone, &[(&full, first), (&empty, second)]);
        assert_eq!(judged(None, Some(Decision::Accept))[1], Standing::InForce);
        assert_eq!(
            judged(Some(Decision::SetAside), None),
            [Standing::SetAside, Standing::InForce]
        );
        assert!(matches!(judged(None, Some(Decision::Undo))[1], Standing::Held(_)));
    }
}
