//! Indicators that count categories of one dimension over the same passages: a rate by outcome, the count of hospital stays, a
//! breakdown. Each published number is the sum of known categories; a masked one must not be a combination of those.

use std::collections::{BTreeMap, BTreeSet};

use lake::figure::{Figure, Status};

use super::protection::{Partitions, Protection};
use super::secondary::spot;
use super::{Policy, primary, rests};
use crate::indicators::{MANQUANT, Parts};

/// Categories added up, one bit each.
type Sum = u64;

/// A number that a figure gives.
struct Given {
    sum: Sum,
    figure: usize,
    count: f64,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Numerator,
    Denominator,
    Excluded,
}

/// The numbers of one place about one dimension.
struct Group {
    given: Vec<Given>,
    /// All categories, and all but the missing one.
    all: Sum,
    filled: Sum,
}

/// Masks more figures until no masked number can be computed. Gives the figures whose counts left out must be hidden instead.
pub fn complete(
    figures: &[Figure],
    protections: &BTreeMap<String, Protection>,
    partitions: &Partitions,
    policy: &Policy,
    verdicts: &mut [Option<Status>],
) -> BTreeSet<usize> {
    let mut hidden = BTreeSet::new();
    for group in groups(figures, protections, partitions, policy) {
        group.protect(figures, policy, verdicts, &mut hidden);
    }
    hidden
}

fn groups(
    figures: &[Figure],
    protections: &BTreeMap<String, Protection>,
    partitions: &Partitions,
    policy: &Policy,
) -> Vec<Group> {
    let mut groups: BTreeMap<Vec<&str>, Group> = BTreeMap::new();
    for (index, figure) in figures.iter().enumerate() {
        let parts = protections.get(&*figure.indicator).and_then(|row| row.parts.as_ref());
        let Some((parts, categories)) = parts.and_then(|parts| Some((parts, partitions.get(&parts.dimension)?))) else {
            continue;
        };
        let Some(numerator) = counted(figure, parts) else {
            continue;
        };
        if primary::is_own(figure, policy) {
            continue;
        }
        let sum = |names: &[&str]| -> Sum {
            let known = categories
                .iter()
                .map(String::as_str)
                .chain([MANQUANT])
                .take(Sum::BITS as usize);
            let bits = known.enumerate().filter(|(_, category)| names.contains(category));
            bits.fold(0, |sum, (bit, _)| sum | 1 << bit)
        };
        let names = |list: &[String]| -> Sum { sum(&list.iter().map(String::as_str).collect::<Vec<_>>()) };
        let filled = names(categories);
        let key = spot(figure).into_iter().chain([parts.dimension.as_str()]).collect();
        let group = groups.entry(key).or_insert(Group {
            given: Vec::new(),
            all: filled | sum(&[MANQUANT]),
            filled,
        });
        let denominator = if parts.denominateur.is_empty() {
            filled
        } else {
            names(&parts.denominateur)
        };
        let numbers = [
            (sum(&numerator), figure.numerator.or(figure.value), What::Numerator),
            (denominator, figure.denominator, What::Denominator),
            (names(&parts.exclus), figure.excluded, What::Excluded),
        ];
        let given = numbers.into_iter().filter_map(|(sum, count, what)| {
            let count = count.filter(|_| sum != 0)?;
            Some(Given {
                sum,
                figure: index,
                count,
                what,
            })
        });
        group.given.extend(given);
    }
    groups.into_values().collect()
}

/// Categories of the numerator; none for a figure broken down otherwise.
fn counted<'a>(figure: &'a Figure, parts: &'a Parts) -> Option<Vec<&'a str>> {
    match (&*figure.dim, &*figure.dim2) {
        ("", "") if !parts.modalites.is_empty() => Some(parts.modalites.iter().map(String::as_str).collect()),
        (dim, "") if *dim == parts.dimension => Some(vec![&figure.modalite]),
        _ => None,
    }
}

impl Group {
    fn protect(&self, figures: &[Figure], policy: &Policy, verdicts: &mut [Option<Status>], hidden: &mut BTreeSet<usize>) {
        let masked = |given: &&Given| given.what == What::Numerator && verdicts[given.figure] == Some(Status::Masked);
        let secrets: BTreeSet<Sum> = self.given.iter().filter(masked).map(|given| given.sum).collect();
        for secret in secrets {
            // What is small in one indicator is small in all.
            self.hide(secret, verdicts, hidden);
            loop {
                let known = self.known(figures, policy, verdicts, hidden, None);
                if !is_combination(secret, &known.iter().map(|(sum, _)| *sum).collect::<Vec<_>>()) {
                    break;
                }
                let mut candidates: Vec<(Sum, f64)> = known;
                candidates.retain(|(sum, count)| *sum != self.filled && *sum != self.all && *count > 0.0);
                candidates.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
                let enough = candidates.iter().find(|(sum, _)| {
                    let left = self.known(figures, policy, verdicts, hidden, Some(*sum));
                    !is_combination(secret, &left.iter().map(|(sum, _)| *sum).collect::<Vec<_>>())
                });
                let Some((next, _)) = enough.or(candidates.first()) else {
                    break;
                };
                self.hide(*next, verdicts, hidden);
            }
        }
    }

    /// Sums that a reader knows, with their counts: those published, and the totals.
    fn known(
        &self,
        figures: &[Figure],
        policy: &Policy,
        verdicts: &[Option<Status>],
        hidden: &BTreeSet<usize>,
        without: Option<Sum>,
    ) -> Vec<(Sum, f64)> {
        let without_counts = |given: &&Given| rests::loses_counts(&figures[given.figure], policy);
        let mut known = BTreeMap::from([(self.all, 0.0)]);
        if !self
            .given
            .iter()
            .any(|given| without_counts(&given) && given.what == What::Denominator && given.sum == self.filled)
        {
            known.insert(self.filled, 0.0);
        }
        for given in &self.given {
            let published = match (verdicts[given.figure], given.what) {
                (Some(Status::Masked), _) => false,
                (_, What::Excluded) => !hidden.contains(&given.figure),
                (Some(_), What::Numerator) => false,
                // Without its counts, a rate gives none.
                _ => !without_counts(&given) || figures[given.figure].denominator.is_none(),
            };
            if published && Some(given.sum) != without {
                known.insert(given.sum, given.count);
            }
        }
        known.into_iter().collect()
    }

    /// Masks every figure that gives this sum, or hides what it leaves out.
    fn hide(&self, sum: Sum, verdicts: &mut [Option<Status>], hidden: &mut BTreeSet<usize>) {
        for given in self.given.iter().filter(|given| given.sum == sum) {
            match given.what {
                What::Excluded => {
                    hidden.insert(given.figure);
                }
                What::Numerator | What::Denominator => verdicts[given.figure] = Some(Status::Masked),
            }
        }
    }
}

/// Whether a sum can be computed from others: whether it is a linear combination of them.
fn is_combination(sum: Sum, known: &[Sum]) -> bool {
    let row = |sum: Sum| -> Vec<f64> { (0..Sum::BITS).map(|bit| f64::from((sum >> bit & 1) as u8)).collect() };
    let mut basis: Vec<(usize, Vec<f64>)> = Vec::new();
    for known in known {
        let left = reduced(row(*known), &basis);
        if let Some(pivot) = pivot(&left) {
            basis.push((pivot, left));
        }
    }
    pivot(&reduced(row(sum), &basis)).is_none()
}

/// What is left of a row once the basis is taken out, in the order it was made.
fn reduced(mut row: Vec<f64>, basis: &[(usize, Vec<f64>)]) -> Vec<f64> {
    for (pivot, other) in basis {
        let factor = row[*pivot] / other[*pivot];
        for (cell, known) in row.iter_mut().zip(other) {
            *cell -= factor * known;
        }
    }
    row
}

fn pivot(row: &[f64]) -> Option<usize> {
    row.iter().position(|cell| cell.abs() > 1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_known_from_others_when_it_combines_them() {
        let (all, hospital, home, death) = (0b1111, 0b0011, 0b0100, 0b1000);
        assert!(is_combination(death, &[all, hospital, home]));
        assert!(!is_combination(death, &[all, hospital]));
        assert!(!is_combination(0b0001, &[all, hospital, home, death]));
    }
}
