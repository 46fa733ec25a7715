//! Passages expected in a period from the three years before it, beside those observed (reports.md Q-T12).
//!
//! Each day of the three years is a count of a quasi-Poisson regression: level, linear trend, day of the week, legal holiday, and two
//! harmonics of the year (the terms of Noufaily and others, Stat Med 2013, 32, 1206, with a sine season as Serfling, Public Health
//! Rep 1963, 78, 494). Expected is the sum over the days observed of the period. Its variance is that of the days, and of what the
//! regression does not know of its terms: φ (Σ μ + gᵀ(XᵀWX)⁻¹g), where φ is the greatest of 1, of the dispersion of the days, and of that of the sums
//! of as many days as the period, since days of an epidemic are not independent. The interval is normal, at 80 %.
//! Only the structures that have records in every month of the three years and of the period count, on both sides. Project-defined.

use jiff::ToSpan;
use jiff::civil::Date;
use lake::figure::Status;
use lake::month::Month;
use lake::reference;

use super::areas::Key;
use super::evaluate::{Evaluator, Place};
use super::outcome::Outcome;
use super::regression::{Fit, dot, poisson};

/// Months the regression is made on.
const MONTHS: i32 = 36;
/// Normal quantile 0.9.
const Z80: f64 = 1.281_551_565_544_600_4;

/// What is expected over some days, and how far from it the observed may be.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Expected {
    passages: f64,
    half: f64,
}

/// The expected passages, with their interval; the numerator is the observed ones.
pub fn expected(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    match compared(evaluator, place) {
        Ok((observed, expected)) => Outcome {
            numerator: Some(observed),
            value: Some(expected.passages),
            low: Some((expected.passages - expected.half).max(0.0)),
            high: Some(expected.passages + expected.half),
            ..Outcome::without(Status::Ok)
        },
        Err(status) => Outcome::without(status),
    }
}

/// Observed minus expected, with its interval: zero is in it when the observed passages are among those expected.
pub fn gap(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    match compared(evaluator, place) {
        Ok((observed, expected)) => {
            let gap = observed - expected.passages;
            Outcome {
                numerator: Some(observed),
                value: Some(gap),
                low: Some(gap - expected.half),
                high: Some(gap + expected.half),
                ..Outcome::without(Status::Ok)
            }
        }
        Err(status) => Outcome::without(status),
    }
}

fn compared(evaluator: &Evaluator<'_>, place: Place<'_>) -> Result<(f64, Expected), Status> {
    let period = evaluator.period(place);
    let to = evaluator.observed_to.map_or(period.to, |day| day.min(period.to));
    let first = Month::of(period.from).plus(-MONTHS).first_day();
    if evaluator.crosses_break(place, first, to) {
        return Err(Status::NotComputable);
    }
    let presence = evaluator.history;
    if !presence.any(period.from, to) {
        return Err(Status::NotCollected);
    }
    let months = || Month::of(first).through(Month::of(to));
    let followed = |key: &Key| months().all(|month| presence.in_month(*key, month));
    let keys: Vec<Key> = place.area.keys.iter().copied().filter(followed).collect();
    if keys.is_empty() {
        return Err(Status::TooLittleHistory);
    }
    let last = period.from.yesterday().map_err(|_| Status::TooLittleHistory)?;
    let count = |day: Date| keys.iter().map(|key| presence.records_between(*key, day, day)).sum::<u64>() as f64;
    let past: Vec<Date> = days(first, last).collect();
    let counts: Vec<f64> = past.iter().map(|day| count(*day)).collect();
    let ahead: Vec<Date> = days(period.from, to).collect();
    let expected = project(&past, &counts, &ahead).ok_or(Status::TooLittleHistory)?;
    Ok((ahead.iter().map(|day| count(*day)).sum(), expected))
}

/// What the past makes expected over the days ahead.
fn project(past: &[Date], counts: &[f64], ahead: &[Date]) -> Option<Expected> {
    let origin = *past.first()?;
    let length = past.len() as f64;
    let terms = |day: &Date| terms(*day, f64::from((*day - origin).get_days()) / length);
    let rows: Vec<Vec<f64>> = past.iter().map(terms).collect();
    let fit = poisson(&rows, counts)?;
    let blocks = of_blocks(&fit, &rows, counts, ahead.len());
    let dispersion = [fit.dispersion, blocks, 1.0].into_iter().fold(0.0, f64::max);
    let ahead: Vec<Vec<f64>> = ahead.iter().map(terms).collect();
    let passages: f64 = ahead.iter().map(|row| fit.mean(row)).sum();
    let mut gradient = vec![0.0; fit.beta.len()];
    for row in &ahead {
        let mean = fit.mean(row);
        gradient.iter_mut().zip(row).for_each(|(sum, x)| *sum += mean * x);
    }
    let unknown: f64 = fit
        .covariance
        .iter()
        .zip(&gradient)
        .map(|(row, own)| own * dot(row, &gradient))
        .sum();
    Some(Expected {
        passages,
        half: Z80 * (dispersion * (passages + unknown)).sqrt(),
    })
}

/// Dispersion of the sums of so many days in a row; what is left of the past at its beginning is not a sum.
fn of_blocks(fit: &Fit, rows: &[Vec<f64>], counts: &[f64], days: usize) -> f64 {
    let blocks = rows.rchunks_exact(days.max(1)).zip(counts.rchunks_exact(days.max(1)));
    let of: Vec<f64> = blocks
        .map(|(rows, counts)| {
            let expected: f64 = rows.iter().map(|row| fit.mean(row)).sum();
            (counts.iter().sum::<f64>() - expected).powi(2) / expected
        })
        .collect();
    match of.len() {
        0 | 1 => 0.0,
        blocks => of.iter().sum::<f64>() / (blocks - 1) as f64,
    }
}

/// Level, trend, day of the week (Monday is the level), legal holiday, two harmonics of the year.
fn terms(day: Date, since: f64) -> Vec<f64> {
    let weekday = day.weekday().to_monday_zero_offset();
    let year = std::f64::consts::TAU * f64::from(day.day_of_year()) / 365.25;
    let mut terms = vec![1.0, since];
    terms.extend((1..7).map(|other| f64::from(weekday == other)));
    terms.push(f64::from(reference::jours_feries().contains_key(&day)));
    for harmonic in [1.0, 2.0] {
        terms.extend([(harmonic * year).sin(), (harmonic * year).cos()]);
    }
    terms
}

fn days(from: Date, to: Date) -> impl Iterator<Item = Date> {
    from.series(1.day()).take_while(move |day| *day <= to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn three_years() -> Vec<Date> {
        days(date(2022, 1, 1), date(2024, 12, 31)).collect()
    }

    fn first_quarter() -> Vec<Date> {
        days(date(2025, 1, 1), date(2025, 3, 31)).collect()
    }

    #[test]
    fn a_past_that_is_always_the_same_expects_the_same() {
        let past = three_years();
        let found = project(&past, &vec![40.0; past.len()], &first_quarter()).unwrap();
        assert!((found.passages - 3_600.0).abs() < 1e-6);
        // 90 Poisson days alone: 1.2816 × √3600 = 76.9; what is not known of the trend and of the season adds to it.
        assert!((76.9..110.0).contains(&found.half), "{}", found.half);
    }

    #[test]
    fn the_weekdays_the_holidays_and_the_season_of_the_period_are_those_expected() {
        let past = three_years();
        let level = |day: &Date| {
            let winter = 1.0 + 0.2 * (std::f64::consts::TAU * f64::from(day.day_of_year()) / 365.25).cos();
            let monday = if day.weekday().to_monday_zero_offset() == 0 {
                1.2
            } else {
                1.0
            };
            let holiday = if reference::jours_feries().contains_key(day) {
                0.8
            } else {
                1.0
            };
            200.0 * winter * monday * holiday
        };
        let counts: Vec<f64> = past.iter().map(level).collect();
        let found = project(&past, &counts, &first_quarter()).unwrap();
        let truth: f64 = first_quarter().iter().map(level).sum();
        assert!((found.passages / truth - 1.0).abs() < 2e-3, "{} {truth}", found.passages);
    }

    #[test]
    fn years_that_differ_from_one_another_widen_the_interval() {
        let past = three_years();
        let calm = vec![100.0; past.len()];
        // Winters by turns strong and weak: the days are hardly dispersed, their sums are.
        let waves: Vec<f64> = past
            .iter()
            .map(|day| {
                if day.year() % 2 == 0 && day.month() <= 3 {
                    120.0
                } else {
                    100.0
                }
            })
            .collect();
        let half = |counts: &[f64]| project(&past, counts, &first_quarter()).unwrap().half;
        assert!(half(&waves) > 3.0 * half(&calm));
    }
}
