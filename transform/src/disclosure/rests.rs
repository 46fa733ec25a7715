//! Records left out of a figure. Those that its definition excludes are known for what they are (short-stay unit, walked out):
//! a small number of them is a count like another, hidden with what it could be computed from. Those whose item is missing are
//! known for nothing: their number says how good the data are, and stays.

use lake::figure::Figure;

use super::Policy;
use super::protection::{Counted, Protection};

/// Hides the few that are excluded, and what they could be computed from: all the passages of a place are published.
pub fn hide(figure: &mut Figure, protection: &Protection, policy: &Policy) {
    let loses_counts = loses_counts(figure, policy);
    if excludes_few(figure, policy) {
        for rest in [&mut figure.missing, &mut figure.excluded] {
            if rest.is_some_and(|count| count > 0.0) {
                *rest = None;
            }
        }
    }
    if loses_counts && protection.denominator == Counted::Records {
        without_counts(figure, protection.digits);
    }
}

/// Whether the few excluded could be computed from the figure's own count: not when there are also records with a missing item,
/// since only the sum of the two can be.
pub fn loses_counts(figure: &Figure, policy: &Policy) -> bool {
    let missing = figure.missing.unwrap_or(0.0);
    let mixed = missing > 0.0 && !policy.is_small(missing + figure.excluded.unwrap_or(0.0));
    excludes_few(figure, policy) && !mixed
}

/// Whether the definition leaves out so few that their number is a count to hide.
pub fn excludes_few(figure: &Figure, policy: &Policy) -> bool {
    figure.excluded.is_some_and(|count| policy.is_small(count))
}

/// The value as it is printed, and not the counts, which its last digits would give away.
fn without_counts(figure: &mut Figure, digits: i32) {
    let scale = 10f64.powi(digits);
    let printed = |value: f64| (value * scale).round() / scale;
    (figure.numerator, figure.denominator) = (None, None);
    for number in [&mut figure.value, &mut figure.low, &mut figure.high] {
        *number = number.map(printed);
    }
}
