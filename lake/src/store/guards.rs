//! The guards of « annule et remplace » (`ARCHITECTURE.md` §5.5): a pure function of the deliveries of one flux, in the order
//! of their EXTRACT, never of their arrival. An older, fuller file that arrives late therefore puts the newer, emptier one on
//! hold, and a lake loaded in any order holds the same deliveries.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::manifest::{Decision, Load};
use super::settings::Settings;
use super::state::is_windowed;
use crate::advance;
use crate::days::{date_of, epoch_day};
use crate::table::table;

/// A day (since 1970-01-01), its records before and after.
pub type Shrunk = (i32, u32, u32);

/// Why a guard holds a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// EXTRACT is later than the reception by that many minutes.
    Future { minutes: i64 },
    /// Days (since 1970-01-01) that would shrink, with their records before and after.
    Shrinks { days: Vec<Shrunk>, consolidated: bool },
    /// Taken together, the days already stored would shrink: their number, their records before and after.
    Empties { days: u64, before: u64, after: u64 },
    /// One of the two above, of days that later extracts cover now: how many days, and those that it would still empty.
    Overtaken { days: u64, lost: Vec<Shrunk> },
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
    /// Another reading of the same file counts.
    Reread,
}

impl Hold {
    /// A French sentence for the person who decides.
    pub fn reason_fr(&self) -> String {
        match self {
            Self::Future { minutes } => advance::reason_fr(*minutes),
            Self::Empties { days, before, after } => {
                format!("ferait perdre plus de la moitié des passages de {days} jours pris ensemble : {before} → {after}")
            }
            Self::Shrinks { days, consolidated } => {
                let nature = if *consolidated { " (jour consolidé)" } else { "" };
                format!(
                    "ferait perdre plus de la moitié des passages de {} jour(s){nature} : {}",
                    days.len(),
                    listed(days)
                )
            }
            Self::Overtaken { days, lost } => {
                let effect = match lost.is_empty() {
                    true => "accepté, n'enlèverait rien".to_owned(),
                    false => format!(
                        "accepté, ferait perdre des passages de {} jour(s) : {}",
                        lost.len(),
                        listed(lost)
                    ),
                };
                format!(
                    "extraction amputée de passages de {days} jour(s) et plus ancienne que d'autres en vigueur, qui gardent les jours \
                     qu'elles couvrent ; {effect}"
                )
            }
        }
    }
}

/// The first days, with their records before and after.
fn listed(days: &[Shrunk]) -> String {
    let shown: Vec<String> = days
        .iter()
        .take(3)
        .map(|(day, before, after)| shrunk(*day, *before, *after))
        .collect();
    match days.len().saturating_sub(3) {
        0 => shown.join(", "),
        more => format!("{} et {more} autres", shown.join(", ")),
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
    let mut losses: Vec<(usize, Vec<Shrunk>)> = Vec::new();
    for (place, (load, decision)) in deliveries.iter().enumerate() {
        let standing = match decision {
            Some(Decision::SetAside) => Standing::SetAside,
            Some(Decision::Reread) => Standing::Reread,
            Some(Decision::Accept) => Standing::InForce,
            Some(Decision::Undo) | None => future(settings, zone, load)
                .or_else(|| shrinks(settings, load, &stored))
                .map_or(Standing::InForce, Standing::Held),
        };
        match standing {
            Standing::InForce => replace(load, &mut stored),
            Standing::Held(Hold::Shrinks { .. } | Hold::Empties { .. }) => losses.push((place, lost(load, &stored))),
            _ => {}
        }
        standings.push(standing);
    }
    for (place, mut lost) in losses {
        let is_in_force = |(_, standing): &(_, &Standing)| **standing == Standing::InForce;
        let later = deliveries.iter().zip(&standings).skip(place + 1).filter(is_in_force);
        let later: Vec<(i32, i32)> = later.filter_map(|((load, _), _)| window(load)).collect();
        let days = lost.len();
        lost.retain(|(day, ..)| !later.iter().any(|(first, last)| (first..=last).contains(&day)));
        if lost.len() < days {
            let days = days as u64;
            standings[place] = Standing::Held(Hold::Overtaken { days, lost });
        }
    }
    standings
}

/// Days of the window that the delivery has fewer records of than what was stored when it was extracted.
fn lost(load: &Load, stored: &BTreeMap<i32, u32>) -> Vec<Shrunk> {
    let Some((first, last)) = window(load) else {
        return Vec::new();
    };
    let days = stored
        .range(first..=last)
        .map(|(day, before)| (*day, *before, load.days.get(*day)));
    days.filter(|(_, before, after)| after < before).collect()
}

fn future(settings: &Settings, zone: &TimeZone, load: &Load) -> Option<Hold> {
    let minutes = advance::minutes_ahead(load.extract?, load.received_at, zone, settings.avance_minutes)?;
    Some(Hold::Future { minutes })
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
mod tests;
