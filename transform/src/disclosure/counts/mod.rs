//! The figures of a release as one linear system: which count each number of a figure is ([`names`], [`sides`]), where they stand
//! ([`places`]), and what a reader knows to hold between them ([`links`]). A link is there only where the true counts verify it: what
//! does not hold teaches nothing, and every system made here has a solution.

mod book;
mod links;
mod names;
mod places;
mod printed;
mod sides;
mod templates;

use book::Book;
pub use places::Places;

use lake::figure::{Figure, Status};

use super::declared::Declared;
use super::system::{Cell, Protected, protect};
use super::{Policy, primary};

/// What the audit says of a release.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    pub protected: Protected,
    pub cells: usize,
    pub rows: usize,
    /// Secrets, each audited.
    pub secrets: Vec<Cell>,
    /// Sums of areas or periods that do not hold, and are not links.
    pub unlinked: usize,
    /// A figure that prints each count that nothing protects.
    pub refused: Vec<usize>,
}

/// What a release is protected for.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    pub policy: &'a Policy,
    /// Whether it may not leave at all with a secret that can be found: even the counts of the region then go, but for its totals.
    pub cedes: bool,
}

/// What is left out of figures, besides their verdicts.
#[derive(Debug, Clone, Default)]
pub struct Rests {
    pub missing: Vec<bool>,
    pub excluded: Vec<bool>,
}

/// Masks more figures until the audit of every small count passes. Those of tables withdrawn whole are left out: nothing of them is
/// published.
pub fn complete(
    figures: &[Figure],
    declared: &Declared<'_>,
    places: &Places,
    Reader { policy, cedes }: Reader<'_>,
    withdrawn: &[bool],
    verdicts: &mut [Option<Status>],
    rests: &mut Rests,
) -> Outcome {
    let mut book = Book::of(figures, declared, withdrawn, policy);
    let unlinked = links::add(&mut book, declared, places);
    book.system.index();
    book.open(figures, declared, policy, verdicts, rests, cedes);
    book.system.table = book.tables();
    let mut system = std::mem::take(&mut book.system);
    let protected = protect(&mut system, policy.need(), |system, cell| {
        book.hide(system, cell, verdicts, rests)
    });
    let mut refused: Vec<usize> = protected.refused.iter().filter_map(|cell| book.printer(*cell)).collect();
    refused.sort_unstable();
    refused.dedup();
    let secrets = (0..system.count() as Cell)
        .filter(|cell| system.secret[*cell as usize])
        .collect();
    Outcome {
        cells: system.count(),
        rows: system.rows(),
        secrets,
        unlinked,
        refused,
        protected,
    }
}

/// Whether a figure is one that the reader has anyway.
fn is_own(figure: &Figure, policy: &Policy) -> bool {
    primary::is_own(figure, policy)
}
