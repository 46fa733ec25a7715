//! Areas that one establishment nearly is: printing the area says about how much the establishment does, though its own figure is
//! masked (disclosure.md §2, `dominance`, after the rule of Insee for enterprises).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lake::figure::{Figure, Status};

use super::counts::Places;
use super::protection::{Counted, Protection};

/// Figures of areas that are printed, and of which one establishment whose own figure is masked counts more than `percent` of the
/// records.
pub fn count(
    figures: &[Figure],
    protections: &BTreeMap<String, Protection>,
    places: &Places,
    verdicts: &[Option<Status>],
    percent: u32,
) -> u64 {
    let sites: Vec<usize> = (0..figures.len())
        .filter(|index| verdicts[*index] == Some(Status::Masked) && &*figures[*index].level == "etablissement")
        .collect();
    if sites.is_empty() {
        return 0;
    }
    let printed = (0..figures.len()).filter(|index| verdicts[*index].is_none() && figures[*index].value.is_some());
    let by_place: HashMap<_, usize> = printed
        .map(|index| (place(&figures[index], &figures[index].level, &figures[index].area), index))
        .collect();
    let mut dominated: BTreeSet<usize> = BTreeSet::new();
    for site in sites {
        let figure = &figures[site];
        let Some(protection) = protections.get(&*figure.indicator).filter(|row| row.counts_patients()) else {
            continue;
        };
        let above = places.above("etablissement", &figure.area).into_iter();
        // A region of one establishment is one of its départements.
        let wider = above.filter_map(|(level, area)| by_place.get(&place(figure, &level, &area)).copied());
        dominated.extend(wider.filter(
            |area| match (records(figure, protection), records(&figures[*area], protection)) {
                (Some(own), Some(all)) => own * 100.0 > all * f64::from(percent),
                _ => false,
            },
        ));
    }
    dominated.len() as u64
}

/// What a figure is of, somewhere.
fn place<'f>(figure: &'f Figure, level: &str, area: &str) -> (String, String, [&'f str; 9]) {
    let of = [
        &*figure.indicator,
        &*figure.period_kind,
        &*figure.period,
        &*figure.perimetre,
        &*figure.population,
        &*figure.dim,
        &*figure.modalite,
        &*figure.dim2,
        &*figure.modalite2,
    ];
    (level.to_owned(), area.to_owned(), of)
}

/// The records that a figure counts.
fn records(figure: &Figure, protection: &Protection) -> Option<f64> {
    match (protection.numerator, protection.denominator) {
        (Counted::Records, _) => figure.numerator.or(figure.value),
        (_, Counted::Records) => figure.denominator,
        _ => None,
    }
}
