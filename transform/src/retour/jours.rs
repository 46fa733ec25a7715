//! The days of each structure: passages, limits of the series, the rules that find a day abnormal, and when its records were known.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use lake::delivery::Delivery;
use lake::retour::Jour;
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
            a_j1: known_after(deliveries, day, 1),
            a_j7: known_after(deliveries, day, 7),
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
fn known_after(deliveries: &[&Delivery], day: Date, after: i32) -> Option<u32> {
    let limit = day
        .checked_add((after + 1).days())
        .ok()?
        .to_datetime(jiff::civil::Time::midnight());
    let covers = |delivery: &&&Delivery| match (delivery.date_from, delivery.date_to) {
        (Some(from), Some(to)) => (from..=to).contains(&day),
        _ => delivery.days.contains_key(&day),
    };
    let last = deliveries
        .iter()
        .filter(covers)
        .filter(|delivery| produced(delivery) < limit)
        .max_by_key(|one| (produced(one), &one.id));
    last.map(|delivery| delivery.days.get(&day).copied().unwrap_or(0))
}

/// When the sender made the file, else when it came.
fn produced(delivery: &Delivery) -> DateTime {
    delivery
        .extract
        .unwrap_or_else(|| delivery.received_at.to_zoned(jiff::tz::TimeZone::UTC).datetime())
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
        assert_eq!(known_after(&[&second, &first], day, 1), Some(80));
        assert_eq!(known_after(&[&second, &first], day, 7), Some(97));
        assert_eq!(known_after(&[&second], day, 1), None);
        assert_eq!(known_after(&[&first], date(2025, 1, 2), 7), None);
    }
}
