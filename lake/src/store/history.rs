//! What a delivery says of the history of its site: file rules that need the deliveries received before, and the verdicts that
//! its arrival turns.

use std::collections::BTreeMap;

use super::guards::{Standing, window};
use super::manifest::Manifest;
use super::state::State;
use crate::days::date_of;
use crate::delivery::{Delivery, DeliveryId, FileFinding, Verdict};
use crate::finding::Effect;

/// EXTRACT is not older than what is applied to each day of the window. Source: `rpu-quality.md` §3.
const OLDER_THAN_APPLIED: &str = "RPU-F11";
/// Each day already stored keeps nine tenths of its records. Source: idem.
const SHRINKING: &str = "RPU-F18";
const SHRINKING_SHARE: f64 = 0.9;

/// Adds to an RPU delivery the findings that need its history, in place of those the reader may have left unjudged.
pub(super) fn complete(manifest: &Manifest, after: &State, load: usize, delivery: &mut Delivery) {
    let delivered = &manifest.loads[load];
    let (Some(group), Some((from, to))) = (after.group_of(load), window(delivered)) else {
        return;
    };
    if delivered.table != "rpu" {
        return;
    }
    let mut older: BTreeMap<i32, u32> = BTreeMap::new();
    // Days that another delivery contests, and whether each of them says it was made at the same instant.
    let mut newer: BTreeMap<i32, bool> = BTreeMap::new();
    let mut covered: BTreeMap<i32, ()> = BTreeMap::new();
    for other in after.groups[group].in_force.iter().filter(|other| **other != load) {
        let other = &manifest.loads[*other];
        let Some((first, last)) = window(other) else { continue };
        let days = first.max(from)..=last.min(to);
        covered.extend(days.clone().map(|day| (day, ())));
        let same = other.extract == delivered.extract;
        // Nothing but chance orders two files of the same EXTRACT: both say so. What came after it, while it waited in quarantine, says
        // nothing of the order in which the site sends.
        if same || other.order() > delivered.order() && other.received_at <= delivered.received_at {
            days.clone().for_each(|day| *newer.entry(day).or_insert(same) &= same);
        }
        if other.order() < delivered.order() {
            days.for_each(|day| {
                older.insert(day, other.days.get(day));
            });
        }
    }
    let shrunk = |(day, before): &(&i32, &u32)| f64::from(delivered.days.get(**day)) < SHRINKING_SHARE * f64::from(**before);
    let stored = older.iter().filter(|(_, before)| **before > 0);
    let less: Vec<i32> = stored.clone().filter(shrunk).map(|(day, _)| *day).collect();
    put(delivery, older_than_applied(&newer, covered.len() as u64));
    put(delivery, shrinking(&less, stored.count() as u64));
    reserve(delivery);
}

/// What a delivery could not know when it came: another one of the same EXTRACT for some of its days. Whichever came first, both
/// say so.
pub(super) fn contested(manifest: &Manifest, state: &State, load: usize, delivery: &mut Delivery) {
    let delivered = &manifest.loads[load];
    let (Some(group), Some((from, to))) = (state.group_of(load), window(delivered)) else {
        return;
    };
    if delivered.table != "rpu" {
        return;
    }
    let in_force = &state.groups[group].in_force;
    let first = in_force.partition_point(|other| manifest.loads[*other].extract < delivered.extract);
    let mut days: BTreeMap<i32, bool> = BTreeMap::new();
    for other in in_force[first..].iter().map(|other| (*other, &manifest.loads[*other])) {
        match other {
            (other, _) if other == load => {}
            (_, other) if other.extract != delivered.extract => break,
            (_, other) => {
                let Some((first, last)) = window(other) else { continue };
                days.extend((first.max(from)..=last.min(to)).map(|day| (day, true)));
            }
        }
    }
    let said = delivery.findings.iter().find(|finding| finding.rule == OLDER_THAN_APPLIED);
    let (violated, eligible) = said.map_or((0, 0), |finding| (finding.violated, finding.eligible));
    if days.len() as u64 > violated {
        put(delivery, older_than_applied(&days, eligible.max(days.len() as u64)));
        reserve(delivery);
    }
}

/// The verdict, once the rules that need the history have spoken: an anomaly of the file is a reservation.
fn reserve(delivery: &mut Delivery) {
    let broken = |rule: &&str| {
        let finding = delivery.findings.iter().find(|finding| finding.rule == *rule);
        finding.is_some_and(|finding| finding.violated > 0)
    };
    let rules: Vec<&str> = [OLDER_THAN_APPLIED, SHRINKING].into_iter().filter(broken).collect();
    if rules.is_empty() || !matches!(delivery.verdict, Verdict::Conforme | Verdict::ConformeAvecReserves) {
        return;
    }
    let said = delivery.reason.take().unwrap_or_else(|| "à corriger : ".to_owned());
    let new = rules
        .into_iter()
        .filter(|rule| !said.contains(rule))
        .collect::<Vec<_>>()
        .join(", ");
    let join = if said.ends_with(": ") || new.is_empty() { "" } else { ", " };
    delivery.verdict = Verdict::ConformeAvecReserves;
    delivery.reason = Some(format!("{said}{join}{new}"));
}

fn older_than_applied(newer: &BTreeMap<i32, bool>, eligible: u64) -> FileFinding {
    let message = newer.first_key_value().map(|(day, same)| match same {
        true => format!(
            "même EXTRACT qu'une autre livraison pour {} jour(s) à partir du {}",
            newer.len(),
            name(*day)
        ),
        false => format!(
            "EXTRACT antérieur à celui déjà appliqué pour {} jour(s) à partir du {} : ces jours ne sont pas remplacés",
            newer.len(),
            name(*day)
        ),
    });
    finding(OLDER_THAN_APPLIED, newer.len() as u64, eligible, message)
}

fn shrinking(days: &[i32], eligible: u64) -> FileFinding {
    let message = days.first().map(|day| {
        format!(
            "moins de 9/10 des passages déjà reçus pour {} jour(s) à partir du {} : vérifier l'extraction",
            days.len(),
            name(*day)
        )
    });
    finding(SHRINKING, days.len() as u64, eligible, message)
}

fn finding(rule: &str, violated: u64, eligible: u64, message: Option<String>) -> FileFinding {
    FileFinding {
        rule: rule.to_owned(),
        violated,
        eligible,
        not_judged: 0,
        effect: Effect::Flag,
        first_line: None,
        lines: Vec::new(),
        message,
    }
}

fn put(delivery: &mut Delivery, finding: FileFinding) {
    delivery.findings.retain(|other| other.rule != finding.rule);
    let place = delivery.findings.partition_point(|other| other.rule < finding.rule);
    delivery.findings.insert(place, finding);
}

fn name(day: i32) -> String {
    date_of(day).map_or_else(|| day.to_string(), |date| date.to_string())
}

/// Deliveries of earlier runs that are held now and were not, and those that are no longer.
pub(super) fn turned(manifest: &Manifest, before: &State, after: &State, first_new: usize) -> (Vec<DeliveryId>, Vec<DeliveryId>) {
    let held = |state: &State, load: usize| matches!(state.standing(load), Standing::Held(_));
    let ids = |now: bool| {
        let turned = (0..first_new).filter(move |load| held(after, *load) == now && held(before, *load) != now);
        turned.map(|load| manifest.loads[load].id.clone()).collect()
    };
    (ids(true), ids(false))
}
