//! The yearly rate of recourse of a region (TARRU) with its rules of adjustment, and the number of sites they changed.
//!
//! Source: FEDORU, trame commune V4, 2015, annexe 3; FEDORU, fiche TARRU, 2015. The total of a site is what it declared, else what it
//! transmitted, month by month; « the mean regional share of the other sites » is the ratio of their totals (project-defined).

use lake::figure::Status;

use super::areas::{Area, Key};
use super::counted::Counted;
use super::outcome::Outcome;
use super::tally::Cell;
use super::terms::{Term, Terms};

/// Share of passages whose postal code is missing or wrong from which the residents of a site are estimated.
const MOST_UNKNOWN: f64 = 0.1;

/// The rate, of the counts « lives in the region », « residence known », « every passage ».
pub fn rate(counted: &Counted<'_, '_, '_>, terms: &Terms) -> Outcome {
    let inhabitants = counted.evaluator.areas.population(counted.place.area, None);
    match (sites(counted, terms), inhabitants) {
        (Err(status), _) => Outcome::without(status),
        (Ok((adjusted, _)), Some(inhabitants)) => {
            Outcome::quotient(adjusted.residents, inhabitants as f64, 1.0).leaving_out(Some(adjusted.unknown), None)
        }
        (Ok(_), None) => Outcome::without(Status::NotComputable),
    }
}

/// The number of sites whose residents the rate estimates, over the sites.
pub fn estimated(counted: &Counted<'_, '_, '_>, terms: &Terms) -> Outcome {
    match sites(counted, terms) {
        Err(status) => Outcome::without(status),
        Ok((adjusted, sites)) => Outcome {
            denominator: Some(sites as f64),
            ..Outcome::count(adjusted.sites as f64)
        },
    }
}

/// What the rate is made of, and the number of sites; or why there is none.
fn sites(counted: &Counted<'_, '_, '_>, terms: &Terms) -> Result<(Adjusted, usize), Status> {
    let &[residents, known, all] = &terms.counters[..] else {
        return Err(Status::NotComputable);
    };
    let (evaluator, place) = (counted.evaluator, counted.place);
    let presence = evaluator.presence("rpu");
    let period = evaluator.period(place);
    if !presence.any(period.from, period.to) {
        return Err(Status::NotCollected);
    }
    if evaluator.lacks_history(presence, counted.keys, place, false) {
        return Err(Status::TooLittleHistory);
    }
    let sum = |term: Term, keys: &[Key]| keys.iter().map(|key| at(counted, term, *key)).sum::<f64>();
    let mut sites = Vec::new();
    for area in evaluator.areas.of_level("etablissement") {
        let records = sum(all, &area.keys);
        if records == 0.0 && !area.is_open(period.from, period.to) {
            continue;
        }
        // Of a site whose passages nobody counted in an open month, nothing can be added: the rate is not computed at all.
        let Some(total) = total(counted, area) else {
            return Err(Status::NotComputable);
        };
        sites.push(Site {
            total,
            records,
            known: sum(known, &area.keys),
            residents: sum(residents, &area.keys),
        });
    }
    adjusted(&sites)
        .map(|adjusted| (adjusted, sites.len()))
        .ok_or(Status::NotComputable)
}

/// What is known of a site over the period, in passages.
#[derive(Debug, Clone, Copy)]
struct Site {
    total: f64,
    records: f64,
    known: f64,
    residents: f64,
}

impl Site {
    fn is_estimated(&self) -> bool {
        self.records - self.known > MOST_UNKNOWN * self.records || self.records == 0.0 && self.total > 0.0
    }
}

struct Adjusted {
    residents: f64,
    /// Sites whose residents are estimated.
    sites: usize,
    /// Passages of unknown residence at the other sites.
    unknown: f64,
}

/// Nothing when every site would have to be estimated: no share is known.
fn adjusted(sites: &[Site]) -> Option<Adjusted> {
    let (estimated, counted): (Vec<&Site>, Vec<&Site>) = sites.iter().partition(|site| site.is_estimated());
    let sum = |sites: &[&Site], of: fn(&Site) -> f64| sites.iter().map(|site| of(site)).sum::<f64>();
    let (residents, known) = (sum(&counted, |site| site.residents), sum(&counted, |site| site.known));
    (known > 0.0).then(|| Adjusted {
        residents: residents + sum(&estimated, |site| site.total) * residents / known,
        sites: estimated.len(),
        unknown: sum(&counted, |site| site.records - site.known),
    })
}

/// Passages of a site: what it declared, else what it transmitted; nothing when a month in which it was open has neither.
fn total(counted: &Counted<'_, '_, '_>, area: &Area) -> Option<f64> {
    let evaluator = counted.evaluator;
    let presence = evaluator.presence("rpu");
    let period = evaluator.period(counted.place);
    let of_month = |month| {
        let declared = area
            .keys
            .first()
            .and_then(|first| evaluator.attendances.declared.get(&(*first, month)));
        let sent: u64 = area.keys.iter().map(|key| presence.records(*key, month)).sum();
        match declared {
            Some(passages) => Some(*passages),
            None if sent > 0 || !area.is_open(month.first_day(), month.last_day()) => Some(sent as f64),
            None => None,
        }
    };
    period.months().map(of_month).sum()
}

/// A count of one structure.
fn at(counted: &Counted<'_, '_, '_>, term: Term, key: Key) -> f64 {
    let (evaluator, place) = (counted.evaluator, counted.place);
    let Some((cube, counter)) = term.at(evaluator.period(place)) else {
        return 0.0;
    };
    let tally = &evaluator.totals.cubes[cube];
    let cell = |category| Cell {
        period: place.period as u16,
        key,
        population: place.population as u8,
        category,
    };
    let category = tally.categories.get(&[]);
    category.map_or(0.0, |category| tally.get(cell(category), counter) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(total: f64, known: f64, residents: f64) -> Site {
        Site {
            total,
            records: total,
            known,
            residents,
        }
    }

    #[test]
    fn a_site_with_a_tenth_of_unknown_postal_codes_is_not_estimated_and_one_with_more_is() {
        let found = adjusted(&[site(100.0, 90.0, 81.0), site(200.0, 179.0, 10.0)]).unwrap();
        assert_eq!((found.sites, found.unknown), (1, 10.0));
        assert!((found.residents - (81.0 + 200.0 * 0.9)).abs() < 1e-9);
    }

    #[test]
    fn no_share_is_known_when_every_site_would_be_estimated() {
        assert!(adjusted(&[site(100.0, 50.0, 50.0)]).is_none());
    }
}
