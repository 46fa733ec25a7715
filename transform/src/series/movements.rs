//! What deliveries take back from one another: days that a resend empties, days that move once consolidated.

use std::collections::BTreeMap;

use jiff::Span;
use jiff::civil::Date;
use lake::delivery::Delivery;

use super::deliveries::day as made_on;
use crate::Inputs;

/// A day keeps nine tenths of its records (RPU-F18); fewer than five are chance (`[garde] effectif_minimal`).
const KEPT: f64 = 0.9;
const LEAST: u32 = 5;
/// J−7 is the last day of the usual window, frozen afterwards (RESURAL, processing notes, 2013–2016).
const CONSOLIDATION: i32 = 7;

/// Days of `delivery` that an earlier one had, and those among them that lost more than a tenth of their records. None when no
/// day is in both. `deliveries`: in the order of their making.
pub fn shrinking(deliveries: &[&Delivery], delivery: &Delivery) -> Option<(u32, u32)> {
    let (from, to) = (delivery.date_from?, delivery.date_to?);
    let mut before: BTreeMap<Date, u32> = BTreeMap::new();
    let earlier = deliveries
        .iter()
        .take_while(|other| other.id != delivery.id)
        .filter(|other| other.is_in_force() && other.flux == delivery.flux && other.ordre == delivery.ordre);
    for other in earlier {
        let (Some(first), Some(last)) = (other.date_from, other.date_to) else {
            continue;
        };
        if first > to || from > last {
            continue;
        }
        before.retain(|day, _| !(first..=last).contains(day));
        before.extend(
            other
                .days
                .range(first.max(from)..=last.min(to))
                .map(|(day, records)| (*day, *records)),
        );
    }
    before.retain(|_, records| *records >= LEAST);
    let now = |day: &Date| delivery.days.get(day).copied().unwrap_or(0);
    let reduced = before
        .iter()
        .filter(|(day, was)| f64::from(now(day)) < KEPT * f64::from(**was))
        .count();
    (!before.is_empty()).then_some((before.len() as u32, reduced as u32))
}

/// Channel and ORDRE of a site.
type Flux<'a> = (&'a str, Option<i16>);
/// Records of a day as consolidated, then as known now.
type Counted = (Option<u32>, u32);

/// Records of a day once consolidated (none when no delivery covered it by then), and as known now. None when the day is not
/// consolidated, or no delivery of passages covers it.
pub fn consolidated(deliveries: &[&Delivery], day: Date, inputs: &Inputs) -> Option<(Option<u32>, u32)> {
    let wait = match (inputs.observe_au, inputs.consolide_au) {
        (Some(complete), Some(consolidated)) => super::expected::days_between(consolidated, complete) + 1,
        _ => CONSOLIDATION,
    };
    let limit = day.checked_add(Span::new().days(wait)).ok()?;
    inputs.observe_au.filter(|complete| limit <= *complete)?;
    let mut records: BTreeMap<Flux<'_>, Counted> = BTreeMap::new();
    let counted = |delivery: &&&Delivery| delivery.is_in_force() && delivery.table == "rpu";
    for delivery in deliveries.iter().filter(counted) {
        let covers = matches!((delivery.date_from, delivery.date_to), (Some(from), Some(to)) if (from..=to).contains(&day));
        if !covers {
            continue;
        }
        let count = delivery.days.get(&day).copied().unwrap_or(0);
        let known = records.entry((&delivery.flux, delivery.ordre)).or_insert((None, 0));
        known.1 = count;
        if made_on(delivery) <= limit {
            known.0 = Some(count);
        }
    }
    let (then, now) = records.values().fold((None, 0), |(then, now), (consolidated, known)| {
        (add(then, *consolidated), now + known)
    });
    (!records.is_empty()).then_some((then, now))
}

fn add(sum: Option<u32>, count: Option<u32>) -> Option<u32> {
    match (sum, count) {
        (Some(sum), Some(count)) => Some(sum + count),
        (sum, count) => sum.or(count),
    }
}
