//! How many returns are chance: two patients of one sex, birth date and postal code are one for the key of the lake.
//!
//! Expected share = (passages per inhabitant over 72 hours) × (probability that two inhabitants have the same sex and birth date) ×
//! (inhabitants of the postal code of a passage, on average). The second is Σ pₛ² / (5 × 365.25) over the strata of sex and five years of
//! age, p the share of the stratum among the inhabitants; the third weighs a postal code by its inhabitants, Σ n² / Σ n. Every
//! passage is taken to end at home, which makes it an upper bound but for twins. Project-defined, after the birthday problem.

use lake::figure::Status;
use lake::reference;

use super::counted::Counted;
use super::outcome::Outcome;
use super::terms::Terms;

/// Days within which a return is looked for.
const DAYS: f64 = 3.0;
/// Days of a class of five years.
const BIRTH_DAYS: f64 = 5.0 * 365.25;

/// The expected share of the linked passages that chance makes a return within 72 hours; the count is that of the passages with a key.
pub fn returns(counted: &Counted<'_, '_, '_>, terms: &Terms) -> Outcome {
    let (evaluator, place) = (counted.evaluator, counted.place);
    let period = evaluator.period(place);
    let to = evaluator.observed_to.map_or(period.to, |day| day.min(period.to));
    let days = f64::from((to - period.from).get_days() + 1);
    let linked = counted.sum(terms.counters.first().copied(), false);
    let Some(inhabitants) = evaluator.areas.population(place.area, None) else {
        return Outcome::without(Status::NotComputable);
    };
    if linked <= 0.0 || days <= 0.0 {
        return Outcome::without(Status::NotCollected);
    }
    let within = linked / days * DAYS / inhabitants as f64;
    let departements = evaluator.areas.departements();
    let share = within * twins(departements) * neighbours(departements);
    Outcome {
        numerator: Some(linked * share),
        denominator: Some(linked),
        value: Some(share),
        ..Outcome::without(Status::Ok)
    }
}

/// Probability that two inhabitants have the same sex and birth date.
fn twins(departements: &[String]) -> f64 {
    let mut strata = std::collections::BTreeMap::new();
    for row in reference::population()
        .iter()
        .filter(|row| departements.contains(&row.departement))
    {
        *strata.entry((&row.sexe, row.age_min)).or_insert(0.0) += f64::from(row.population);
    }
    let all: f64 = strata.values().sum();
    strata.values().map(|people| (people / all).powi(2)).sum::<f64>() / BIRTH_DAYS
}

/// Inhabitants of the postal code of an inhabitant, on average; a commune of several codes is shared out among them.
fn neighbours(departements: &[String]) -> f64 {
    let mut codes: std::collections::BTreeMap<&str, f64> = std::collections::BTreeMap::new();
    let communes = reference::communes().iter();
    for row in communes.filter(|row| departements.iter().any(|code| code == row.departement) && row.commune_parente.is_empty()) {
        let own: Vec<&str> = row.codes_postaux.split('|').filter(|code| !code.is_empty()).collect();
        for code in &own {
            *codes.entry(code).or_default() += f64::from(row.population.unwrap_or(0)) / own.len() as f64;
        }
    }
    let all: f64 = codes.values().sum();
    codes.values().map(|people| people * people).sum::<f64>() / all
}
