//! Standardised figures: what a rate would be if every area had the same patients.
//!
//! Direct, for a rate per inhabitant: Σ wᵢ·dᵢ/nᵢ, the rates of the strata (sex × five years of age) weighted by their share of a
//! reference population (Breslow and Day, Statistical methods in cancer research, volume II, IARC 1987, § 2.2). Its interval is that of
//! Dobson, Kuulasmaa, Eberle and Scherer, Stat Med 1991, 10, 457: the limits of the number of events (Byar's), brought to the
//! variance Σ (wᵢ/nᵢ)²·dᵢ. With one stratum it is the interval of the crude rate.
//! Indirect, for a share among the passages of a site, which has too few of them in some strata to be weighted: observed over
//! expected, times the share of the region; expected, what the shares of the region in each stratum would give (Breslow and Day,
//! § 2.3). Its interval is Wilson's, in the same proportion: the shares of the region are taken as known.

use std::collections::BTreeMap;

use lake::figure::Status;
use lake::reference;

use super::counted::Counted;
use super::evaluate::Place;
use super::formula::Reference;
use super::interval;
use super::outcome::Outcome;
use super::tally::Cell;
use super::terms::{Term, Terms};

/// Categories of a stratum, in the order the formula names its dimensions.
type Stratum = Vec<String>;

/// The directly standardised rate of a région or a département, of the ages of the population when it declares them.
pub fn direct(counted: &Counted<'_, '_, '_>, terms: &Terms, reference: Reference, factor: f64) -> Outcome {
    let (areas, place) = (counted.evaluator.areas, counted.place);
    let population = &counted.evaluator.declared.populations[place.population];
    let everyone = population.expression == "TRUE";
    if place.area.departements.is_empty() || !everyone && population.age_min.is_none() {
        return Outcome::without(Status::NotComputable);
    }
    let from = population.age_min.unwrap_or(0);
    let of_region = |code: &str| areas.departements().iter().any(|known| known == code);
    let own = inhabitants(from, |code| place.area.departements.iter().any(|known| known == code));
    let weights = match reference {
        Reference::France => inhabitants(from, |_| true),
        Reference::Region => inhabitants(from, of_region),
    };
    let mut events: BTreeMap<(String, u8), f64> = BTreeMap::new();
    for (stratum, count) in strata(counted, terms.numerator) {
        let [sex, age] = &stratum[..] else { continue };
        let first = age.get(..2).and_then(|digits| digits.parse().ok());
        if let Some(first) = first {
            *events.entry((sex.clone(), first)).or_default() += count;
        }
    }
    let rows: Vec<Weighed> = weights
        .iter()
        .filter_map(|(stratum, weight)| {
            Some(Weighed {
                events: events.get(stratum).copied().unwrap_or(0.0),
                inhabitants: *own.get(stratum)?,
                weight: *weight,
            })
        })
        .collect();
    let Some((value, low, high)) = weighed(&rows) else {
        return Outcome::without(Status::NotComputable);
    };
    Outcome {
        numerator: Some(rows.iter().map(|row| row.events).sum()),
        denominator: Some(rows.iter().map(|row| row.inhabitants).sum()),
        value: Some(value * factor),
        low: Some(low * factor),
        high: Some(high * factor),
        ..Outcome::without(Status::Ok)
    }
}

/// The indirectly standardised share of an area, the region being the reference.
pub fn indirect(counted: &Counted<'_, '_, '_>, terms: &Terms) -> Outcome {
    let Some(region) = counted.evaluator.areas.of_level("region").next() else {
        return Outcome::without(Status::NotComputable);
    };
    let everywhere = Counted {
        place: Place {
            area: region,
            ..counted.place
        },
        keys: &region.keys,
        ..*counted
    };
    let total = |strata: &BTreeMap<Stratum, f64>| strata.values().sum::<f64>();
    let (with, all) = (strata(counted, terms.numerator), strata(counted, terms.denominator));
    let (of_region, among) = (strata(&everywhere, terms.numerator), strata(&everywhere, terms.denominator));
    let share = |stratum: &Stratum| {
        let with = of_region.get(stratum).copied().unwrap_or(0.0);
        among.get(stratum).filter(|all| **all > 0.0).map_or(0.0, |all| with / all)
    };
    let expected: f64 = all.iter().map(|(stratum, count)| count * share(stratum)).sum();
    let mut outcome = Outcome::proportion(total(&with), total(&all));
    if expected <= 0.0 || total(&among) <= 0.0 {
        return Outcome {
            value: None,
            low: None,
            high: None,
            status: Status::NoDenominator,
            ..outcome
        };
    }
    let times = total(&all) / expected * total(&of_region) / total(&among);
    for bound in [&mut outcome.value, &mut outcome.low, &mut outcome.high] {
        *bound = bound.map(|bound| bound * times);
    }
    outcome
}

/// One stratum of a direct standardisation.
struct Weighed {
    events: f64,
    inhabitants: f64,
    weight: f64,
}

/// The rate and its interval; nothing when nobody has a weight.
fn weighed(rows: &[Weighed]) -> Option<(f64, f64, f64)> {
    let all: f64 = rows.iter().map(|row| row.weight).sum();
    if all <= 0.0 || rows.iter().any(|row| row.weight > 0.0 && row.inhabitants <= 0.0) {
        return None;
    }
    let of_one = |row: &Weighed| {
        if row.weight > 0.0 {
            row.weight / all / row.inhabitants
        } else {
            0.0
        }
    };
    let events: f64 = rows.iter().map(|row| row.events).sum();
    let value: f64 = rows.iter().map(|row| row.events * of_one(row)).sum();
    let variance: f64 = rows.iter().map(|row| row.events * of_one(row).powi(2)).sum();
    let (low, high) = interval::byar(events);
    // Without an event nothing tells how they would spread: the heaviest stratum, the widest interval.
    let heaviest = rows.iter().map(of_one).fold(0.0, f64::max);
    let spread = if events > 0.0 { (variance / events).sqrt() } else { heaviest };
    Some((
        value,
        (value + spread * (low - events)).max(0.0),
        value + spread * (high - events),
    ))
}

/// Inhabitants by sex and first age of the five-year class, of the départements kept.
fn inhabitants(from: u8, within: impl Fn(&str) -> bool) -> BTreeMap<(String, u8), f64> {
    let mut found = BTreeMap::new();
    let rows = reference::population().iter();
    for row in rows.filter(|row| row.age_min >= from && within(&row.departement)) {
        *found.entry((row.sexe.clone(), row.age_min)).or_insert(0.0) += f64::from(row.population);
    }
    found
}

/// Counts of an area by stratum.
fn strata(counted: &Counted<'_, '_, '_>, term: Option<Term>) -> BTreeMap<Stratum, f64> {
    let mut found = BTreeMap::new();
    let (evaluator, place) = (counted.evaluator, counted.place);
    let Some((cube, counter)) = term.and_then(|term| term.at(evaluator.period(place))) else {
        return found;
    };
    let tally = &evaluator.totals.cubes[cube];
    let aire = usize::from(counted.indicator.aire.is_some());
    for values in tally.categories.values() {
        let here = aire == 0 || &*place.area.level == "region" || place.area.departements.contains(&values[0]);
        let (Some(stratum), Some(category)) = (
            values[aire..].strip_prefix(place.categories).filter(|_| here),
            tally.categories.get(values),
        ) else {
            continue;
        };
        let at = |key: &u16| {
            let cell = Cell {
                period: place.period as u16,
                key: *key,
                population: place.population as u8,
                category,
            };
            tally.get(cell, counter)
        };
        let count: i64 = counted.keys.iter().map(at).sum();
        *found.entry(stratum.to_vec()).or_insert(0.0) += count as f64;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(of: &[(f64, f64, f64)]) -> Vec<Weighed> {
        let row = |(events, inhabitants, weight): &(f64, f64, f64)| Weighed {
            events: *events,
            inhabitants: *inhabitants,
            weight: *weight,
        };
        of.iter().map(row).collect()
    }

    /// Births with Down's syndrome by age of the mother (Fleiss, Statistical methods for rates and proportions, 1981, p. 249, the
    /// example of the function ageadjust.direct of epitools): crude rate 56.3 for 100 000, adjusted 92.3.
    #[test]
    fn a_published_rate_is_found_again() {
        let births = rows(&[
            (107.0, 230_061.0, 63_986.6),
            (141.0, 329_449.0, 186_263.6),
            (60.0, 114_920.0, 157_302.2),
            (40.0, 39_487.0, 97_647.0),
            (39.0, 14_208.0, 47_572.6),
            (25.0, 3_052.0, 12_262.6),
        ]);
        let (value, low, high) = weighed(&births).unwrap();
        assert!((value * 1e5 - 92.3045).abs() < 1e-3, "{value}");
        assert!(
            (low * 1e5 - 80.3292).abs() < 1e-3 && (high * 1e5 - 105.1872).abs() < 1e-3,
            "{low} {high}"
        );
    }

    #[test]
    fn one_stratum_is_the_crude_rate_and_its_interval() {
        let (value, low, high) = weighed(&rows(&[(40.0, 1_000.0, 7.0)])).unwrap();
        let (least, most) = interval::byar(40.0);
        assert!((value - 0.04).abs() < 1e-12);
        assert!((low - least / 1_000.0).abs() < 1e-12 && (high - most / 1_000.0).abs() < 1e-12);
    }

    #[test]
    fn an_area_of_the_structure_of_the_reference_keeps_its_crude_rate() {
        let (value, ..) = weighed(&rows(&[(10.0, 200.0, 20.0), (30.0, 800.0, 80.0)])).unwrap();
        assert!((value - 40.0 / 1_000.0).abs() < 1e-12);
    }

    #[test]
    fn without_an_event_the_interval_is_that_of_the_heaviest_stratum() {
        let (value, low, high) = weighed(&rows(&[(0.0, 100.0, 1.0), (0.0, 100.0, 3.0)])).unwrap();
        assert_eq!((value, low), (0.0, 0.0));
        assert!((high - interval::byar(0.0).1 * 0.75 / 100.0).abs() < 1e-12);
        assert!(
            weighed(&rows(&[(1.0, 0.0, 1.0)])).is_none(),
            "a stratum without inhabitants has no rate"
        );
    }
}
