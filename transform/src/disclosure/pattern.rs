//! The pattern of what was published: a figure that a published release masked stays masked in the next ones for the same audience.
//! Two versions of a table with other suppressions would be compared.
//!
//! Source: disclosure.md §4 and DIS-C04.

use lake::figure::{Figure, Status};
use rustc_hash::FxHashSet;

use super::{Policy, primary};

/// Figures masked by published releases.
#[derive(Debug, Clone, Default)]
pub struct Pattern {
    /// Identifiers of these releases.
    pub releases: Vec<String>,
    /// Short names of the figures, as numbers.
    masked: FxHashSet<u64>,
}

impl Pattern {
    /// Adds a release with the short names of the figures that it masked.
    pub fn add<'a>(&mut self, release: &str, masked: impl IntoIterator<Item = &'a str>) {
        self.releases.push(release.to_owned());
        self.masked.extend(masked.into_iter().filter_map(number));
    }

    /// Masks again what was masked. Gives the number of figures that nothing else would have masked.
    pub(super) fn keep(&self, figures: &[Figure], policy: &Policy, verdicts: &mut [Option<Status>]) -> u64 {
        let mut kept = 0;
        for (figure, verdict) in figures.iter().zip(verdicts) {
            if *verdict != Some(Status::Masked) && self.was_masked(figure, policy) {
                *verdict = Some(Status::Masked);
                kept += 1;
            }
        }
        kept
    }

    /// Whether a figure that says something was masked before, for a reader who does not have it anyway.
    pub(super) fn was_masked(&self, figure: &Figure, policy: &Policy) -> bool {
        let says = || figure.numbers().iter().any(Option::is_some);
        let before = || number(&figure.name()).is_some_and(|name| self.masked.contains(&name));
        !self.masked.is_empty() && says() && !primary::is_own(figure, policy) && before()
    }
}

/// A short name is twelve hexadecimal digits.
fn number(name: &str) -> Option<u64> {
    u64::from_str_radix(name, 16).ok()
}
