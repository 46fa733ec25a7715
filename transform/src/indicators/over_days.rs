//! What the days of a period have in common: statistics of a daily value, days beyond a threshold, days without enough beds.
//!
//! Sources: reports.md Q-T33, Q-T34, Q-T36, which leave the arithmetic open: project-defined, and said beside.

use lake::figure::Status;

use super::compared::{Days, Found, HET, WEEKS, of_sites, once_a_week, quantile, same_weeks};
use super::evaluate::{Evaluator, Place};
use super::formula::{DayValue, Reduction};
use super::outcome::Outcome;
use super::reduce::reduce;
use super::tension::{CRITICAL, levels};
use crate::made::daily::Day;
use crate::sites;

/// Days under which a decile of days says nothing.
const LEAST: usize = 20;

/// Statistic of the values of an area on the days of a period. `numerator` is how many patients are behind them, for disclosure
/// control; `denominator`, how many days are known; `missing`, how many are not.
pub fn statistic(evaluator: &Evaluator<'_>, place: Place<'_>, value: DayValue, operation: Reduction) -> Outcome {
    let days = Days::of(evaluator, place);
    let (mut values, mut patients, mut missing) = (Vec::new(), None, 0.0);
    for day in days.days_of(place) {
        let found = match value.het() {
            Some(het) => days.together(day).and_then(|sites| {
                let value = HET[het](&sites)?;
                if let Some(behind) = BEHIND[het] {
                    *patients.get_or_insert(0.0) += behind(&sites);
                }
                Some(value)
            }),
            None => days.bjml(day).map(|(need, _)| need.floor()),
        };
        match found {
            Some(value) => values.push(value),
            None => missing += 1.0,
        }
    }
    let is_decile = matches!(operation, Reduction::P10 | Reduction::P90);
    if values.is_empty() {
        return Outcome::without(Status::NotCollected);
    }
    if is_decile && values.len() < LEAST {
        return Outcome::without(Status::TooFew);
    }
    Outcome {
        numerator: patients,
        ..reduce(operation, &values).leaving_out(Some(missing), None)
    }
}

/// What a day counts.
type OfDay = fn(&Day) -> f64;

/// Patients that a value of a day is made of; none for beds.
const BEHIND: [Option<OfDay>; 6] = [
    None,
    Some(|day| f64::from(day.visits)),
    Some(|day| f64::from(day.timed)),
    Some(|day| f64::from(day.hospitalised)),
    Some(|day| f64::from(day.at_15)),
    Some(|day| f64::from(day.elderly)),
];

impl DayValue {
    /// Rank of the HET indicator.
    fn het(self) -> Option<usize> {
        match self {
            Self::Het1 => Some(0),
            Self::Het2 => Some(1),
            Self::Het3 => Some(2),
            Self::Het4 => Some(3),
            Self::Het5 => Some(4),
            Self::Het6 => Some(5),
            Self::Bjml => None,
        }
    }
}

/// Site-days on which one of the six indicators is critical, over those on which its level is known.
pub fn critical(evaluator: &Evaluator<'_>, place: Place<'_>, het: usize) -> Outcome {
    let days = Days::of(evaluator, place);
    let found = of_sites(&days, place, |site, day| levels(&days, site, day)[het]);
    found.share(|level| *level >= CRITICAL.0)
}

/// Days compared under which the P95 of a site is not known: two thirds of the season of one year.
const SEASON: usize = 60;

/// Site-days whose passages are above the 95th centile (type 7) of those of the site in the same season of the three previous years
/// (same ISO week and six weeks around), over the site-days of which that centile is known; `missing` counts the others (reports.md Q-T11).
pub fn busy(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    let days = Days::of(evaluator, place);
    let found = of_sites(&days, place, |site, day| {
        let visits = |day| {
            days.at(site, day)
                .filter(|day| day.visits > 0)
                .map(|day| f64::from(day.visits))
        };
        let high = once_a_week(&evaluator.daily.busy, site, day, || {
            let before: Vec<f64> = same_weeks(day, WEEKS).into_iter().filter_map(visits).collect();
            quantile(&before, 0.95).filter(|_| before.len() >= SEASON)
        });
        Some(visits(day)? > high?)
    });
    match found.known.is_empty() {
        true if found.missing > 0.0 => Outcome::without(Status::TooLittleHistory),
        _ => found.share(|is_busy| *is_busy),
    }
}

/// Patients present at 15 h over the places of treatment declared, summed over the site-days on which both are known; `missing`
/// is the number of site-days with passages of which no place is declared (tension.md TEN-03, Q-T33).
pub fn occupancy(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    let days = Days::of(evaluator, place);
    let found = of_sites(&days, place, |site, day| {
        let places = sites::places(evaluator.capacites, site, day)?;
        Some((f64::from(days.at(site, day)?.at_15), f64::from(places)))
    });
    let sums = found.known.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
    match found.known.is_empty() {
        true => Outcome::without(Status::NotCollected),
        false => Outcome::quotient(sums.0, sums.1, 1.0).leaving_out(Some(found.missing), None),
    }
}

/// Site-days on which fewer beds are available than the BJML, over those on which both are known.
pub fn short(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    let found = missing_beds(evaluator, place);
    found.share(|beds| *beds > 0.0)
}

/// Beds that are missing to reach the BJML, by site and day: a day that reaches it misses none.
pub fn unmet(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    let found = missing_beds(evaluator, place);
    match found.known.len() {
        0 => Outcome::without(Status::NotCollected),
        known => Outcome::quotient(found.known.iter().sum(), known as f64, 1.0).leaving_out(Some(found.missing), None),
    }
}

fn missing_beds(evaluator: &Evaluator<'_>, place: Place<'_>) -> Found<f64> {
    let days = Days::of(evaluator, place);
    of_sites(&days, place, |site, day| {
        let beds = days.at(site, day)?.available?;
        let one = Days {
            evaluator,
            sites: vec![site],
        };
        let (need, _) = one.bjml(day)?;
        Some((need.floor() - beds).max(0.0))
    })
}
