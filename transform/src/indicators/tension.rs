//! Tension, first edition: the daily need for beds (BJML), the two published scores, observed over expected. Each figure is that of
//! a day or of days, compared with the site's own history.
//!
//! Sources: beds.md §5.2; tension.md §1.3 and §1.4. What they leave open is project-defined, and said beside.

use std::sync::PoisonError;

use jiff::civil::Date;
use lake::figure::Status;

use super::compared::{Days, HET, WEEKS, YEARS, class, median, of_sites, shifted, week_of};
use super::evaluate::{Evaluator, Place};
use super::outcome::Outcome;
use super::request::Kind;
use crate::made::daily::SiteDays;

/// Values under which nothing is compared.
const LEAST: usize = 20;
/// Criticality from which an indicator is in tension, and number of them that make one.
pub const CRITICAL: (f64, usize) = (3.0, 3);
/// Indicators that must be known for anything to be said of them together.
const ENOUGH: usize = 5;

/// Thresholds of an indicator at a site, of the score of the Grand Est: normal, orange, red.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seuils {
    /// FINESS, or `*` for every site that has none of its own.
    pub site: String,
    /// 1 to 6.
    pub het: usize,
    pub s0: f64,
    pub s1: f64,
    pub s2: f64,
}

impl Seuils {
    /// Level of a value: 0 normal, then by straight lines, without a cap.
    pub fn level(&self, x: f64) -> f64 {
        if (x - self.s0) * (self.s1 - self.s0).signum() <= 0.0 {
            0.0
        } else if (x - self.s1) * (self.s1 - self.s0).signum() <= 0.0 {
            (x - self.s0) / (self.s1 - self.s0)
        } else {
            1.0 + (x - self.s1) / (self.s2 - self.s1)
        }
    }
}

/// Level of criticality, 0 to 4, by how many standard deviations a value is from the mean; `reversed` when low is bad.
pub fn criticality(x: f64, mean: f64, deviation: f64, reversed: bool) -> f64 {
    let z = if reversed { mean - x } else { x - mean } / deviation;
    z.floor().clamp(0.0, 4.0)
}

/// Days like this one in the previous years: those of the first year back, of the second, of the third.
fn comparable(day: Date) -> [Vec<Date>; YEARS as usize] {
    let class = class(day);
    std::array::from_fn(|back| {
        let around = week_of(day, back as i16 + 1, WEEKS);
        around.into_iter().filter(|other| self::class(*other) == class).collect()
    })
}

/// What the values of an indicator at a site were on comparable days: mean and standard deviation (n − 1).
fn reference(days: &SiteDays, het: usize, comparable: &[Vec<Date>]) -> Option<(f64, f64)> {
    let of_years = |years: usize| -> (usize, Vec<f64>) {
        let wanted = comparable[..years].iter().flatten();
        let found = wanted.clone().filter_map(|day| days.get(*day).and_then(HET[het])).collect();
        (wanted.count(), found)
    };
    // Three years when they are known on four days of five, else two, else one.
    let chosen = (2..=comparable.len())
        .rev()
        .map(of_years)
        .find(|(wanted, found)| found.len() * 5 >= wanted * 4);
    let (_, values) = chosen.unwrap_or_else(|| of_years(1));
    if values.len() < LEAST {
        return None;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let spread = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (spread > 0.0).then(|| (mean, spread.sqrt()))
}

/// Levels of the six indicators of a site on a day; nothing where the value or its history is missing.
pub fn levels(days: &Days<'_>, site: &str, day: Date) -> [Option<f64>; 6] {
    let daily = days.evaluator.daily;
    let known = || daily.levels.lock().unwrap_or_else(PoisonError::into_inner);
    let name = (site.to_owned(), day);
    if let Some(levels) = known().get(&name) {
        return *levels;
    }
    let levels = daily.sites.get(site).map_or([None; 6], |days| worked_out(days, day));
    known().insert(name, levels);
    levels
}

fn worked_out(days: &SiteDays, day: Date) -> [Option<f64>; 6] {
    let Some(values) = days.get(day) else {
        return [None; 6];
    };
    let comparable = comparable(day);
    std::array::from_fn(|het| {
        let value = HET[het](values)?;
        let (mean, deviation) = reference(days, het, &comparable)?;
        Some(criticality(value, mean, deviation, het == 0))
    })
}

/// The need for beds: published rounded down; `numerator` is the value before, `denominator` the days it rests on.
pub fn bjml(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    let period = evaluator.period(place);
    if !matches!(period.kind, Kind::Day | Kind::Week) {
        return Outcome::without(Status::NotComputable);
    }
    match Days::of(evaluator, place).bjml(period.from) {
        Some((value, days)) => Outcome {
            numerator: Some(value),
            denominator: Some(days as f64),
            value: Some(value.floor()),
            ..Outcome::without(Status::Ok)
        },
        None => Outcome::without(Status::NotCollected),
    }
}

/// Beds declared available in medicine, surgery and UHCD over the BJML, of one site and day.
pub fn coverage(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    with_beds(evaluator, place, |beds, need| Outcome::quotient(beds, need, 1.0))
}

/// BJML minus these beds.
pub fn deficit(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    with_beds(evaluator, place, |beds, need| Outcome {
        numerator: Some(need),
        denominator: Some(beds),
        value: Some(need - beds),
        ..Outcome::without(Status::Ok)
    })
}

fn with_beds(evaluator: &Evaluator<'_>, place: Place<'_>, of: fn(f64, f64) -> Outcome) -> Outcome {
    let (days, day) = (Days::of(evaluator, place), evaluator.period(place).from);
    let ([site], Kind::Day) = (&days.sites[..], evaluator.period(place).kind) else {
        return Outcome::without(Status::NotComputable);
    };
    let beds = days.at(site, day).and_then(|day| day.available);
    match (beds, days.bjml(day)) {
        (Some(beds), Some((need, _))) => of(beds, need.floor()),
        _ => Outcome::without(Status::NotCollected),
    }
}

/// Level of one of the six indicators, of one site and day.
pub fn level(evaluator: &Evaluator<'_>, place: Place<'_>, het: usize) -> Outcome {
    let days = Days::of(evaluator, place);
    let [site] = &days.sites[..] else {
        return Outcome::without(Status::NotComputable);
    };
    match levels(&days, site, evaluator.period(place).from)[het] {
        Some(level) => Outcome::count(level),
        None => Outcome::without(Status::NotCollected),
    }
}

/// Site-days in global tension over the site-days where at least five of the six levels are known; `missing` are the others.
pub fn tension(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    let days = Days::of(evaluator, place);
    of_sites(&days, place, |site, day| is_tense(&levels(&days, site, day))).share(|is_tense| *is_tense)
}

/// Global tension: at least three of the six at level 3; nothing with fewer than five known.
fn is_tense(levels: &[Option<f64>; 6]) -> Option<bool> {
    let known = levels.iter().flatten();
    let critical = known.clone().filter(|level| **level >= CRITICAL.0).count();
    (known.count() >= ENOUGH).then_some(critical >= CRITICAL.1)
}

/// How many of the indicators of a site are critical on a day; `denominator` is how many are known. Nothing with fewer than five.
pub fn critical(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    let days = Days::of(evaluator, place);
    let [site] = &days.sites[..] else {
        return Outcome::without(Status::NotComputable);
    };
    let levels = levels(&days, site, evaluator.period(place).from);
    let known = levels.iter().flatten().count();
    if known < ENOUGH {
        return Outcome::without(Status::NotCollected);
    }
    let critical = levels.iter().flatten().filter(|level| **level >= CRITICAL.0);
    Outcome {
        denominator: Some(known as f64),
        ..Outcome::count(critical.count() as f64)
    }
}

/// Sum of the levels of the indicators that have thresholds, of one site and day; `denominator` is their number.
pub fn radar(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    let (days, day) = (Days::of(evaluator, place), evaluator.period(place).from);
    let [site] = &days.sites[..] else {
        return Outcome::without(Status::NotComputable);
    };
    let thresholds = |het: usize| {
        let named = |name: &str| evaluator.seuils.iter().find(|row| row.site == name && row.het == het + 1);
        named(site).or_else(|| named("*"))
    };
    let found = (0..6).filter_map(|het| Some(thresholds(het)?.level(days.at(site, day).and_then(HET[het])?)));
    let found: Vec<f64> = found.collect();
    if found.is_empty() {
        return Outcome::without(Status::NotCollected);
    }
    let sum = found.iter().sum();
    Outcome {
        numerator: Some(sum),
        denominator: Some(found.len() as f64),
        value: Some(sum),
        ..Outcome::without(Status::Ok)
    }
}

/// Passages of a day over those expected: the median of the same weekday over the four weeks before. Byar's interval.
pub fn observed_over_expected(evaluator: &Evaluator<'_>, place: Place<'_>) -> Outcome {
    let (days, period) = (Days::of(evaluator, place), evaluator.period(place));
    let before: Vec<f64> = (1..=4)
        .filter_map(|weeks: i64| days.total(shifted(period.from, -7 * weeks), |day| day.visits))
        .collect();
    let seen = days.total(period.from, |day| day.visits);
    match (seen, median(&before), period.kind) {
        (Some(seen), Some(expected), Kind::Day) if before.len() == 4 => Outcome::rate(seen, expected, 1.0),
        (.., Kind::Day) => Outcome::without(Status::NotCollected),
        _ => Outcome::without(Status::NotComputable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked example of tension.md §1.3 A: x, mean, standard deviation, level.
    const WORKED: [(f64, f64, f64, f64); 6] = [
        (4.0, 16.0, 3.5, 3.0),
        (132.0, 110.0, 9.0, 2.0),
        (395.0, 310.0, 25.0, 3.0),
        (0.262, 0.228, 0.02, 1.0),
        (41.0, 30.0, 4.5, 2.0),
        (33.0, 21.0, 3.8, 3.0),
    ];

    #[test]
    fn six_levels_make_a_global_tension_when_three_are_critical() {
        let levels = WORKED.iter().enumerate();
        let levels: Vec<f64> = levels
            .map(|(het, (x, mean, sd, _))| criticality(*x, *mean, *sd, het == 0))
            .collect();
        assert_eq!(levels, WORKED.map(|(.., level)| level));
        let mut known: [Option<f64>; 6] = std::array::from_fn(|het| Some(levels[het]));
        assert_eq!(is_tense(&known), Some(true));
        known[1] = None;
        assert_eq!(is_tense(&known), Some(true), "five are enough");
        known[3] = None;
        assert_eq!(is_tense(&known), None, "four are not");
        assert_eq!(criticality(16.0, 16.0, 3.5, true), 0.0);
        assert_eq!(criticality(2.0, 16.0, 3.5, true), 4.0, "mean minus four standard deviations");
        assert_eq!(criticality(0.0, 30.0, 3.5, true), 4.0);
    }

    #[test]
    fn levels_of_the_grand_est_follow_straight_lines() {
        let seuils = |s0, s1, s2| Seuils {
            site: "*".into(),
            het: 2,
            s0,
            s1,
            s2,
        };
        for (x, level) in [(105.0, 0.0), (114.0, 0.4), (125.0, 1.5), (137.0, 2.7)] {
            assert!((seuils(110.0, 120.0, 130.0).level(x) - level).abs() < 1e-9, "{x}");
        }
        // Fewer beds are worse: thresholds that go down.
        for (x, level) in [(20.0, 0.0), (8.0, 0.4), (3.0, 1.4)] {
            assert!((seuils(10.0, 5.0, 0.0).level(x) - level).abs() < 1e-9, "{x}");
        }
    }

    #[test]
    fn observed_over_expected_has_byars_interval() {
        let outcome = Outcome::rate(132.0, 110.5, 1.0);
        for (found, expected) in [(outcome.value, 1.1946), (outcome.low, 0.9995), (outcome.high, 1.4166)] {
            assert!((found.unwrap() - expected).abs() < 1e-4, "{found:?}");
        }
    }
}
