//! Records left out of a figure, missing or excluded: counts like others. All the passages of a place are published, so a small
//! count left out is also what they have more than the figure's own records; it is hidden with them.

use lake::figure::Figure;

use super::Policy;
use super::protection::{Counted, Protection};

/// Hides the small counts left out, and what they could be computed from.
pub fn hide(figure: &mut Figure, protection: &Protection, policy: &Policy) {
    let (shows_few, loses_counts) = (shows_few(figure, policy), loses_counts(figure, policy));
    for rest in [&mut figure.missing, &mut figure.excluded] {
        if shows_few && rest.is_some_and(|count| count > 0.0) {
            *rest = None;
        }
    }
    if loses_counts && protection.denominator == Counted::Records {
        without_counts(figure, protection.digits);
    }
}

/// Whether a count left out could be computed from the figure's own: not when there are two, of which only the sum can be.
pub fn loses_counts(figure: &Figure, policy: &Policy) -> bool {
    let rests = [figure.missing, figure.excluded].map(|rest| rest.unwrap_or(0.0));
    let mixed = rests.iter().all(|rest| *rest > 0.0) && !policy.is_small(rests.iter().sum());
    shows_few(figure, policy) && !mixed
}

fn shows_few(figure: &Figure, policy: &Policy) -> bool {
    let mut rests = [figure.missing, figure.excluded].into_iter().flatten();
    rests.any(|count| policy.is_small(count))
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
