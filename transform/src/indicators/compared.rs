//! Days of the sites over years, and which of them a day is compared with.
//!
//! Sources: beds.md §5.2; tension.md §1.3. What they leave open is project-defined, and said beside.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use lake::figure::Status;

use super::evaluate::{Evaluator, Place};
use super::histogram::{Histogram, SCALE};
use super::outcome::Outcome;
use crate::made::daily::{ByWeek, Day};

/// Previous years that a day is compared with.
pub const YEARS: i16 = 3;
/// Weeks around the same week of the previous years.
pub const WEEKS: i64 = 6;
/// Days under which there is no BJML.
const LEAST: usize = 14;

/// The six HET indicators, in order.
pub const HET: [fn(&Day) -> Option<f64>; 6] = [
    |day| day.available,
    |day| (day.visits > 0).then_some(f64::from(day.visits)),
    |day| (day.timed > 0).then(|| day.minutes / f64::from(day.timed)),
    |day| (day.known > 0).then(|| f64::from(day.hospitalised) / f64::from(day.known)),
    |day| (day.visits > 0).then_some(f64::from(day.at_15)),
    |day| (day.visits > 0).then_some(f64::from(day.elderly)),
];

/// Days of one area.
pub struct Days<'e> {
    pub evaluator: &'e Evaluator<'e>,
    pub sites: Vec<&'e str>,
}

impl<'e> Days<'e> {
    pub fn of(evaluator: &'e Evaluator<'e>, place: Place<'_>) -> Days<'e> {
        let mut sites = BTreeSet::new();
        for key in &place.area.keys {
            let name = evaluator.totals.keys.name(*key);
            sites.insert(name.split('/').next().unwrap_or(name));
        }
        Days {
            evaluator,
            sites: sites.into_iter().collect(),
        }
    }

    pub fn at(&self, site: &str, day: Date) -> Option<&Day> {
        self.evaluator.daily.sites.get(site)?.get(day)
    }

    /// Total over the sites; nothing when none has a record.
    pub fn total(&self, day: Date, value: fn(&Day) -> u32) -> Option<f64> {
        let found: Vec<f64> = self
            .sites
            .iter()
            .filter_map(|site| self.at(site, day))
            .filter(|day| day.visits > 0)
            .map(|day| f64::from(value(day)))
            .collect();
        (!found.is_empty()).then(|| found.iter().sum())
    }

    /// The BJML of the ISO week of a day: value before it is rounded down, and number of days it rests on. Days on which fewer
    /// than half the usual passages of their weekday came are left out (usual: median of the eight weeks around).
    pub fn bjml(&self, day: Date) -> Option<(f64, usize)> {
        let [site] = &self.sites[..] else {
            return self.need(day);
        };
        once_a_week(&self.evaluator.daily.needs, site, day, || self.need(day))
    }

    fn need(&self, day: Date) -> Option<(f64, usize)> {
        let values: Vec<f64> = same_weeks(day, 0)
            .into_iter()
            .filter_map(|day| {
                let visits = self.total(day, |day| day.visits)?;
                let around: Vec<f64> = (-4..=4)
                    .filter_map(|weeks: i64| self.total(shifted(day, weeks * 7), |day| day.visits))
                    .collect();
                (visits >= 0.5 * median(&around)?)
                    .then(|| self.total(day, |day| day.exits))
                    .flatten()
            })
            .collect();
        let enough = values.len() >= LEAST;
        quartile(&values).filter(|_| enough).map(|value| (value, values.len()))
    }

    /// The sites together on a day; nothing when nothing is known of any.
    pub fn together(&self, day: Date) -> Option<Day> {
        let found = self.sites.iter().filter_map(|site| self.at(site, day)).copied();
        found.reduce(Day::plus)
    }

    /// The days of a period, as far as the data go.
    pub fn days_of(&self, place: Place<'_>) -> impl Iterator<Item = Date> + use<> {
        let period = self.evaluator.period(place);
        let last = self.evaluator.observed_to.map_or(period.to, |day| day.min(period.to));
        period.from.series(1.day()).take_while(move |day| *day <= last)
    }
}

/// What is the same for all the days of the ISO week of a day: found once for each site.
pub fn once_a_week<T: Copy>(known: &ByWeek<T>, site: &str, day: Date, found: impl FnOnce() -> T) -> T {
    let monday = shifted(day, -i64::from(day.weekday().to_monday_zero_offset()));
    let week = (site.to_owned(), monday);
    let known = || known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known().get(&week) {
        return *found;
    }
    let found = found();
    known().insert(week, found);
    found
}

/// What is known of the days on which each site has passages.
pub struct Found<T> {
    pub known: Vec<T>,
    /// Days of which nothing is known.
    pub missing: f64,
}

/// A value of each site on each day of a period on which it has passages.
pub fn of_sites<'e, T>(days: &Days<'e>, place: Place<'_>, value: impl Fn(&'e str, Date) -> Option<T>) -> Found<T> {
    let mut found = Found {
        known: Vec::new(),
        missing: 0.0,
    };
    for site in &days.sites {
        for day in days.days_of(place) {
            if days.at(site, day).is_none_or(|day| day.visits == 0) {
                continue;
            }
            match value(site, day) {
                Some(value) => found.known.push(value),
                None => found.missing += 1.0,
            }
        }
    }
    found
}

impl<T> Found<T> {
    /// Share of the known days of which something is true.
    pub fn share(&self, holds: impl Fn(&T) -> bool) -> Outcome {
        match self.known.len() {
            0 => Outcome::without(Status::NotCollected),
            known => {
                let true_of = self.known.iter().filter(|value| holds(value)).count();
                Outcome::proportion(true_of as f64, known as f64).leaving_out(Some(self.missing), None)
            }
        }
    }
}

/// The need for beds of a day: the first quartile (type 7) of the hospitalised of the same week of the previous years.
pub fn quartile(values: &[f64]) -> Option<f64> {
    quantile(values, 0.25)
}

/// The days that those of a period are compared with: four weeks before it, and the weeks around it in the previous years.
pub fn compared_days(from: Date, to: Date) -> Vec<(Date, Date)> {
    let mut spans = vec![(shifted(from, -28), to)];
    for back in 1..=i64::from(YEARS) {
        // A year of ISO weeks has 52 or 53 of them: a week more before, for each of those years.
        let margin = 7 * (WEEKS + 1);
        spans.push((shifted(from, -371 * back - margin), shifted(to, -364 * back + margin)));
    }
    spans
}

pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// Quantile (type 7).
pub fn quantile(values: &[f64], p: f64) -> Option<f64> {
    let pairs = values.iter().map(|value| ((value * SCALE).round() as i64, 1)).collect();
    Histogram::from_pairs(pairs).quantile(p)
}

pub fn shifted(day: Date, days: i64) -> Date {
    day.saturating_add(jiff::Span::new().days(days))
}

/// Monday, Tuesday to Friday, Saturday, Sunday and legal holidays.
pub fn class(day: Date) -> u8 {
    match day.weekday() {
        _ if lake::reference::jours_feries().contains_key(&day) => 3,
        Weekday::Sunday => 3,
        Weekday::Saturday => 2,
        Weekday::Monday => 0,
        _ => 1,
    }
}

/// The days of the same ISO week of the previous years. Week 53 is compared with weeks 52, 53 and 1.
pub fn same_weeks(day: Date, around: i64) -> Vec<Date> {
    let is_53 = day.iso_week_date().week() == 53;
    (1..=YEARS)
        .flat_map(|back| week_of(day, back, around + i64::from(is_53)))
        .collect()
}

/// The days of the same ISO week `back` years before, with the weeks around it. A year without week 53 has its last week.
pub fn week_of(day: Date, back: i16, around: i64) -> Vec<Date> {
    let iso = day.iso_week_date();
    let year = iso.year() - back;
    let week = ISOWeekDate::new(year, iso.week(), Weekday::Monday).or_else(|_| ISOWeekDate::new(year, 52, Weekday::Monday));
    let Ok(monday) = week.map(ISOWeekDate::date) else {
        return Vec::new();
    };
    (-7 * around..7 * (around + 1)).map(|days| shifted(monday, days)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_need_for_beds_is_the_first_quartile_of_three_years() {
        let days = [
            18, 22, 19, 21, 20, 15, 17, 21, 24, 20, 23, 22, 16, 18, 19, 25, 22, 24, 20, 17, 14,
        ];
        assert_eq!(quartile(&days.map(f64::from)), Some(18.0));
        // The same week by the other types (beds.md §5.2): ours is not chosen by chance.
        let of_type = |place: f64| {
            let mut sorted = days;
            sorted.sort_unstable();
            let (below, part) = (place.floor() as usize, place.fract());
            f64::from(sorted[below - 1]) + part * f64::from(sorted[below] - sorted[below - 1])
        };
        let (n, p) = (days.len() as f64, 0.25);
        assert_eq!(of_type((n * p).ceil()), 18.0, "type 1");
        assert_eq!(of_type((n + 1.0) * p), 17.5, "type 6");
        assert!((of_type((n + 1.0 / 3.0) * p + 1.0 / 3.0) - 17.6667).abs() < 1e-4, "type 8");
        assert_eq!(of_type((n - 1.0) * p + 1.0), 18.0, "type 7, ours");
    }

    #[test]
    fn the_days_compared_are_among_those_read() {
        for day in date(2020, 1, 1).series(1.day()).take_while(|day| *day <= date(2027, 12, 31)) {
            let spans = compared_days(day, day);
            let wanted = (1..=YEARS).flat_map(|back| week_of(day, back, WEEKS));
            for other in wanted {
                assert!(
                    spans.iter().any(|(from, to)| (*from..=*to).contains(&other)),
                    "{day}: {other}"
                );
            }
        }
    }

    #[test]
    fn weeks_are_paired_from_year_to_year() {
        let days = same_weeks(date(2025, 1, 15), 0);
        assert_eq!(days.len(), 21);
        assert!(days.contains(&date(2024, 1, 15)) && days.contains(&date(2022, 1, 17)));
        // 2026 has a week 53: weeks 52, 53 or the last, and 1.
        let days = same_weeks(date(2026, 12, 30), 0);
        assert_eq!(days.len(), 63);
        assert!(days.contains(&date(2025, 12, 22)) && days.contains(&date(2026, 1, 3)));
        assert_eq!(
            class(date(2025, 5, 8)),
            class(date(2025, 5, 11)),
            "a holiday is like a Sunday"
        );
    }
}
