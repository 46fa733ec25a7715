//! The days of each structure: passages, limits of the series, the rules that find a day abnormal, and when its records were known.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan};
use lake::delivery::Delivery;
use lake::retour::{Connus, Jour};
use polars::prelude::*;

use super::{Asked, RPU};
use crate::rules::{self, Compiled};
use crate::{Error, prepare};

/// The derived table of the days.
const DAYS: &str = "rpu_jour";

/// The days of every site, by structure then by day.
pub fn days(asked: &Asked<'_>) -> Result<BTreeMap<String, Vec<Jour>>, Error> {
    let compiled: Vec<Compiled<'_>> = asked
        .catalogue
        .regles
        .iter()
        .filter(|rule| rule.table == DAYS)
        .filter_map(|rule| rules::compile(rule, asked.catalogue).ok())
        .collect();
    let Some(frame) = rules::frame_of(DAYS, asked.inputs, asked.du, asked.au) else {
        return Ok(BTreeMap::new());
    };
    let mut columns = ["finess", "ordre", "passages", "seuil_bas", "mediane_8s", "z_robuste"]
        .map(col)
        .to_vec();
    columns.push(col("jour").cast(DataType::Int32));
    columns.extend(
        compiled
            .iter()
            .enumerate()
            .map(|(rank, rule)| rule.verdict().alias(format!("v{rank}"))),
    );
    let doing = || Error::frame("lire la série des jours");
    let frame = frame?.select(columns).collect().map_err(doing())?;
    read(&frame, &compiled, asked).map_err(doing())
}

fn read(frame: &DataFrame, compiled: &[Compiled<'_>], asked: &Asked<'_>) -> PolarsResult<BTreeMap<String, Vec<Jour>>> {
    let known = known(asked);
    let none = Vec::new();
    let (sites, orders) = (frame.column("finess")?.str()?, frame.column("ordre")?.i16()?);
    let (days, counts) = (frame.column("jour")?.i32()?, frame.column("passages")?.i32()?);
    let (low, median) = (frame.column("seuil_bas")?.f64()?, frame.column("mediane_8s")?.f64()?);
    let z = frame.column("z_robuste")?.f64()?;
    let verdicts = (0..compiled.len())
        .map(|rank| frame.column(&format!("v{rank}"))?.bool())
        .collect::<PolarsResult<Vec<_>>>()?;
    let mut found: BTreeMap<String, Vec<Jour>> = BTreeMap::new();
    for row in 0..frame.height() {
        let (Some(site), Some(ordre), Some(day)) = (sites.get(row), orders.get(row), days.get(row)) else {
            continue;
        };
        let deliveries = known.get(&(site, ordre)).unwrap_or(&none);
        let day = date(day);
        let broken = compiled
            .iter()
            .zip(&verdicts)
            .filter(|(_, verdict)| verdict.get(row) == Some(true));
        found.entry(site.to_owned()).or_default().push(Jour {
            ordre,
            jour: day,
            passages: counts.get(row).and_then(|count| u32::try_from(count).ok()).unwrap_or(0),
            seuil_bas: low.get(row),
            mediane_8s: median.get(row),
            z_robuste: z.get(row),
            regles: broken.map(|(rule, _)| rule.rule.name()).collect(),
            a_j1: known_after(deliveries, day, 1, asked.as_of),
            a_j7: known_after(deliveries, day, 7, asked.as_of),
        });
    }
    found
        .values_mut()
        .for_each(|days| days.sort_by_key(|day| (day.ordre, day.jour)));
    Ok(found)
}

/// Deliveries of passages in force, by structure.
fn known<'a>(asked: &Asked<'a>) -> BTreeMap<(&'a str, i16), Vec<&'a Delivery>> {
    let mut by_flux: BTreeMap<(&str, i16), Vec<&Delivery>> = BTreeMap::new();
    let passages = asked
        .inputs
        .deliveries
        .iter()
        .filter(|delivery| delivery.table == RPU && delivery.is_in_force());
    for delivery in passages {
        if let Some(finess) = delivery.finess.as_deref() {
            by_flux
                .entry((finess, delivery.ordre.unwrap_or(0)))
                .or_default()
                .push(delivery);
        }
    }
    by_flux
}

/// Records of a day known from what was produced at the latest so many days after it: those of the last delivery that covers it.
/// What was loaded at once when the structure began to transmit says nothing of its delay on the days before.
fn known_after(deliveries: &[&Delivery], day: Date, after: i32, as_of: Timestamp) -> Connus {
    let end = day.checked_add((after + 1).days()).unwrap_or(day);
    let limit = end.to_datetime(jiff::civil::Time::midnight());
    let has_begun = deliveries.iter().any(|delivery| produced(delivery) < limit);
    if !has_begun || civil(as_of) < limit {
        return Connus::NonEvalue;
    }
    let covers = |delivery: &&&Delivery| match (delivery.date_from, delivery.date_to) {
        (Some(from), Some(to)) => (from..=to).contains(&day),
        _ => delivery.days.contains_key(&day),
    };
    let last = deliveries
        .iter()
        .filter(covers)
        .filter(|delivery| produced(delivery) < limit)
        .max_by_key(|one| (produced(one), &one.id));
    last.map_or(Connus::NonRecu, |delivery| {
        Connus::Recu(delivery.days.get(&day).copied().unwrap_or(0))
    })
}

/// When the sender made the file, else when it came.
fn produced(delivery: &Delivery) -> DateTime {
    delivery.extract.unwrap_or_else(|| civil(delivery.received_at))
}

fn civil(instant: Timestamp) -> DateTime {
    instant.to_zoned(jiff::tz::TimeZone::UTC).datetime()
}

fn date(epoch_day: i32) -> Date {
    let epoch = Date::constant(1970, 1, 1);
    debug_assert_eq!(prepare::epoch_day(epoch), 0);
    epoch.checked_add(epoch_day.days()).unwrap_or(epoch)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use lake::delivery::Verdict;

    use super::*;

    #[test]
    fn what_is_known_of_a_day_is_what_the_last_file_made_by_then_says() {
        let made = |extract: DateTime, records: u32| Delivery {
            extract: Some(extract),
            ..crate::release::tests::delivery(Some("310783048"), &[(date(2025, 1, 1), records)], Verdict::Conforme)
        };
        let (first, second) = (
            made(date(2025, 1, 2).at(4, 0, 0, 0), 80),
            made(date(2025, 1, 5).at(4, 0, 0, 0), 97),
        );
        let day = date(2025, 1, 1);
        let now = "2025-02-01T06:00:00Z".parse().unwrap();
        assert_eq!(known_after(&[&second, &first], day, 1, now), Connus::Recu(80));
        assert_eq!(known_after(&[&second, &first], day, 7, now), Connus::Recu(97));
        assert_eq!(known_after(&[&first], date(2025, 1, 2), 7, now), Connus::NonRecu);
    }

    #[test]
    fn a_history_loaded_at_once_and_days_too_young_say_nothing_of_the_delay() {
        let days: Vec<(Date, u32)> = (1..=27).map(|day| (date(2025, 3, day), 90)).collect();
        let history = Delivery {
            extract: Some(date(2025, 3, 28).at(4, 0, 0, 0)),
            ..crate::release::tests::delivery(Some("310783048"), &days, Verdict::Conforme)
        };
        let now = "2025-03-31T06:00:00Z".parse().unwrap();
        let known = |day: i8, after: i32| known_after(&[&history], date(2025, 3, day), after, now);
        assert_eq!(
            [known(1, 1), known(26, 1), known(20, 7)],
            [Connus::NonEvalue; 3],
            "before the first file"
        );
        assert_eq!([known(27, 1), known(21, 7)], [Connus::Recu(90); 2]);
        assert_eq!(known(28, 1), Connus::NonRecu, "the next night brought nothing");
        assert_eq!(
            [known(30, 1), known(24, 7)],
            [Connus::NonEvalue; 2],
            "these days have not gone by"
        );
    }
}
