//! What a change in the number of passages owes to the perimeter, to the collection, and to what is left (reports.md Q-T06,
//! project-defined). Structures that did not transmit every month of both periods make the effect of the perimeter. Of the others the
//! passages of each period are brought to a whole collection: over its completeness, passages declared when both periods are declared
//! whole, else days received among the days the structure was open. What this takes away or adds is the effect of the collection,
//! rounded to the passage, and the rest is what is left, so that the three add up exactly.

use jiff::ToSpan;
use jiff::civil::Date;
use lake::figure::Status;

use super::areas::Key;
use super::evaluate::{Evaluator, Place};
use super::outcome::Outcome;
use super::request::Period;

/// Passages of the period and of the one it is compared with, in the same order.
#[derive(Debug, Default)]
struct Effects {
    all: [f64; 2],
    /// Of the structures that are not in both.
    others: [f64; 2],
    collection: f64,
}

impl Effects {
    fn constant(&self) -> [f64; 2] {
        [self.all[0] - self.others[0], self.all[1] - self.others[1]]
    }

    fn perimeter(&self) -> f64 {
        self.others[0] - self.others[1]
    }
}

pub fn observed(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    said(evaluator, place, |effects| (effects.all, effects.all[0] - effects.all[1]))
}

pub fn perimeter(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    said(evaluator, place, |effects| (effects.others, effects.perimeter()))
}

pub fn collection(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    said(evaluator, place, |effects| (effects.constant(), effects.collection))
}

pub fn rest(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    said(evaluator, place, |effects| {
        let [now, before] = effects.constant();
        (effects.constant(), now - before - effects.collection)
    })
}

/// The effect, with the passages of both periods that it is about.
fn said(evaluator: &Evaluator<'_>, place: Place<'_>, of: fn(&Effects) -> ([f64; 2], f64)) -> Outcome {
    match effects(evaluator, place) {
        Ok(effects) => {
            let ([now, before], value) = of(&effects);
            Outcome {
                numerator: Some(now),
                denominator: Some(before),
                value: Some(value),
                ..Outcome::without(Status::Ok)
            }
        }
        Err(status) => Outcome::without(status),
    }
}

fn effects(evaluator: &Evaluator<'_>, place: Place<'_>) -> Result<Effects, Status> {
    let period = evaluator.period(place);
    let Some(compared) = period.compared else {
        return Err(Status::TooLittleHistory);
    };
    let before = &evaluator.request.periods[compared];
    let presence = evaluator.presence("rpu");
    let keys = &place.area.keys;
    let sent = |period: &Period| keys.iter().any(|key| presence.between(*key, period.from, period.to));
    if !sent(period) {
        return Err(Status::NotCollected);
    }
    // Twelve months that begin before the lake does would make of its beginning an effect of the perimeter.
    let lacks = |period: usize| evaluator.lacks_history(presence, keys, Place { period, ..place }, false);
    if !sent(before) || lacks(place.period) || lacks(compared) {
        return Err(Status::TooLittleHistory);
    }
    let mut effects = Effects::default();
    let mut collection = 0.0;
    for key in keys {
        let passages = [period, before].map(|period| presence.records_between(*key, period.from, period.to) as f64);
        effects.all = [0, 1].map(|rank| effects.all[rank] + passages[rank]);
        if !evaluator.in_both(presence, *key, place.period) {
            effects.others = [0, 1].map(|rank| effects.others[rank] + passages[rank]);
            continue;
        }
        let [now, then] = completeness(evaluator, *key, [period, before]);
        collection += (passages[0] - passages[1]) - (passages[0] / now - passages[1] / then);
    }
    effects.collection = collection.round();
    Ok(effects)
}

/// How much of the passages of a structure was received over two periods, by the same measure for both.
fn completeness(evaluator: &Evaluator<'_>, key: Key, periods: [&Period; 2]) -> [f64; 2] {
    let declared = periods.map(|period| over_declared(evaluator, key, period));
    match declared {
        [Some(now), Some(before)] => [now, before],
        _ => periods.map(|period| days_received(evaluator, key, period)),
    }
}

/// Records of the site over the passages it declared, whole months only; more records than passages is a whole collection.
fn over_declared(evaluator: &Evaluator<'_>, key: Key, period: &Period) -> Option<f64> {
    if !period.is_of_whole_months() {
        return None;
    }
    let attendances = evaluator.attendances;
    let (first, keys) = attendances.structures.iter().find(|(_, keys)| keys.contains(&key))?;
    let presence = evaluator.presence("rpu");
    let (mut sent, mut declared) = (0.0, 0.0);
    for month in period.months() {
        declared += attendances.declared.get(&(*first, month))?;
        sent += keys.iter().map(|key| presence.records(*key, month)).sum::<u64>() as f64;
    }
    (declared > 0.0 && sent > 0.0).then(|| (sent / declared).min(1.0))
}

/// Days with a record among the days the structure was open; those after the last day observed are not over.
fn days_received(evaluator: &Evaluator<'_>, key: Key, period: &Period) -> f64 {
    let to = evaluator.observed_to.map_or(period.to, |day| day.min(period.to));
    let presence = evaluator.presence("rpu");
    let days = |from: Date| from.series(1.day()).take_while(move |day| *day <= to);
    let received = days(period.from).filter(|day| presence.on(key, *day)).count() as f64;
    let name = evaluator.totals.keys.name(key);
    let area = evaluator.areas.of_level("flux").find(|area| *area.code == *name);
    let open = area.map(|area| f64::from(area.open_days(period.from, to)));
    match open.filter(|open| *open > 0.0) {
        Some(open) => (received / open).clamp(f64::MIN_POSITIVE, 1.0),
        None => 1.0,
    }
}
