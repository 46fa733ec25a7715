//! Secondary suppression: what is masked must not be the difference of what is published. Within a breakdown whose total is
//! published, exactly one masked category would be the total minus the others: the next smallest is masked with it. Indicators
//! that count the same categories are protected together ([`super::parts`]); those of beds are masked at the same disciplines.
//!
//! What links breakdowns, areas, periods and indicators otherwise is the matter of [`super::counts`].

use std::collections::{BTreeMap, BTreeSet};

use lake::figure::{Figure, Status};

use super::days::Days;
use super::protection::{Counted, Partitions, Protection};
use super::{Policy, parts, primary};
use crate::indicators::{Secret, Taille};

/// Masks more figures until none that is masked can be computed from the others. Gives the figures whose counts left out must be
/// hidden too.
pub fn complete(
    figures: &[Figure],
    protections: &BTreeMap<String, Protection>,
    partitions: &Partitions,
    days: &Days,
    policy: &Policy,
    verdicts: &mut [Option<Status>],
) -> BTreeSet<usize> {
    let free = |figure: &Figure| protections.get(&*figure.indicator).is_none() || primary::is_own(figure, policy);
    let secret = |figure: &Figure| protections.get(&*figure.indicator).map(|row| row.secret);
    let of_patients = |figure: &Figure| !free(figure) && secret(figure) != Some(Secret::Lits);
    disciplines(figures, protections, days, policy, verdicts);
    let rests = parts::complete(figures, protections, partitions, policy, verdicts);
    let groups = groups(figures, of_patients);
    // Each turn masks at least one more figure, so this ends.
    loop {
        let mut changed = false;
        for members in &groups {
            if let Some(next) = exposed(figures, verdicts, members) {
                verdicts[next] = Some(Status::Masked);
                changed = true;
            }
        }
        if !changed {
            return rests;
        }
    }
}

/// The figure to mask in a group whose only masked figure can be computed from the others.
fn exposed(figures: &[Figure], verdicts: &[Option<Status>], members: &[usize]) -> Option<usize> {
    let mut masked = members.iter().filter(|index| verdicts[**index] == Some(Status::Masked));
    masked.next()?;
    if masked.next().is_some() {
        return None;
    }
    members
        .iter()
        .copied()
        .filter(|index| verdicts[*index] != Some(Status::Masked))
        .filter(|index| size(&figures[*index]) > 0.0)
        .min_by(|a, b| size(&figures[*a]).total_cmp(&size(&figures[*b])).then(a.cmp(b)))
}

/// Records of a category; those it was computed on when it is not a count.
fn size(figure: &Figure) -> f64 {
    figure.numerator.or(figure.denominator).unwrap_or(0.0)
}

/// Indexes of the figures of each breakdown, in the order of the figures.
fn groups(figures: &[Figure], is_protected: impl Fn(&Figure) -> bool) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
    let broken_down = |figure: &Figure| !figure.dim.is_empty() && is_protected(figure);
    for (index, figure) in figures.iter().enumerate().filter(|(_, figure)| broken_down(figure)) {
        let common = [&*figure.indicator, &figure.dim, &figure.dim2];
        // One dimension: all its categories. Two: each row, then each column.
        let lines: &[[&str; 2]] = if figure.dim2.is_empty() {
            &[["", ""]]
        } else {
            &[["rows", &figure.modalite], ["then columns", &figure.modalite2]]
        };
        for line in lines {
            let key: Vec<&str> = common.into_iter().chain(spot(figure)).chain(line.iter().copied()).collect();
            groups.entry(key).or_default().push(index);
        }
    }
    groups.into_values().collect()
}

/// Where and about whom a figure is, whatever its indicator.
pub fn spot(figure: &Figure) -> [&str; 6] {
    [
        &figure.level,
        &figure.area,
        &figure.period_kind,
        &figure.period,
        &figure.perimetre,
        &figure.population,
    ]
}

/// One discipline in one area and period.
#[derive(Default)]
struct Discipline {
    figures: Vec<usize>,
    /// Installed beds.
    beds: f64,
    masked: bool,
}

/// Masks the same disciplines in every indicator of beds: those that are small, and the next smallest when there is only one.
fn disciplines(
    figures: &[Figure],
    protections: &BTreeMap<String, Protection>,
    days: &Days,
    policy: &Policy,
    verdicts: &mut [Option<Status>],
) {
    let mut areas: BTreeMap<Vec<&str>, BTreeMap<&str, Discipline>> = BTreeMap::new();
    for (index, figure) in figures.iter().enumerate().filter(|(_, figure)| !figure.dim.is_empty()) {
        let Some(protection) = protections.get(&*figure.indicator) else {
            continue;
        };
        if protection.secret != Secret::Lits || primary::is_own(figure, policy) {
            continue;
        }
        let area = spot(figure).into_iter().chain([&*figure.dim]).collect();
        let discipline = areas.entry(area).or_default().entry(&figure.modalite).or_default();
        discipline.figures.push(index);
        discipline.masked |= verdicts[index] == Some(Status::Masked);
        discipline.beds = discipline.beds.max(installed(figure, protection, days));
    }
    for mut disciplines in areas.into_values() {
        if disciplines.values().filter(|discipline| discipline.masked).count() == 1 {
            let next = disciplines
                .values_mut()
                .filter(|discipline| !discipline.masked && discipline.beds > 0.0)
                .min_by(|a, b| a.beds.total_cmp(&b.beds));
            if let Some(next) = next {
                next.masked = true;
            }
        }
        let masked = disciplines.values().filter(|discipline| discipline.masked);
        for index in masked.flat_map(|discipline| &discipline.figures) {
            verdicts[*index] = Some(Status::Masked);
        }
    }
}

/// Installed beds by day, when the figure says them.
fn installed(figure: &Figure, protection: &Protection, days: &Days) -> f64 {
    let beds = match protection.size {
        Some(Taille::Numerateur) => figure.value,
        Some(Taille::Denominateur) if protection.denominator == Counted::Beds => {
            figure.denominator.map(|beds| beds / days.of_figure(figure))
        }
        _ => None,
    };
    beds.unwrap_or(0.0)
}
