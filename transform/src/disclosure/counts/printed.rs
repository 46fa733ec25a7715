//! Which figures print each count of the book, and what hiding a count takes with it.

use lake::figure::{Figure, Status};

use super::book::{Book, NONE, SIDES, Side};
use super::{Rests, is_own};
use crate::disclosure::daily::EVERYONE;
use crate::disclosure::declared::Declared;
use crate::disclosure::system::{Cell, System};
use crate::disclosure::{Policy, rests};

impl Book {
    /// Adds what follows from the first verdicts: which cells are hidden, what each costs to hide, and the figures that print a
    /// secret another figure hides. `cedes`: the counts of the region, but for its totals, may go when nothing else protects.
    pub fn open(
        &mut self,
        figures: &[Figure],
        declared: &Declared<'_>,
        policy: &Policy,
        verdicts: &mut [Option<Status>],
        rests: &mut Rests,
        cedes: bool,
    ) {
        rests.missing.resize(figures.len(), false);
        rests.excluded.resize(figures.len(), false);
        self.publish();
        let count = self.system.count();
        self.unsaid = figures.iter().map(|figure| unsaid(figure, declared, policy)).collect();
        (self.seen, self.system.weight) = (vec![0; count], vec![None; count]);
        let (mut own, mut kept) = (vec![false; count], vec![false; count]);
        for (index, figure) in figures.iter().enumerate() {
            let (cells, shape) = self.of_figures[index];
            if shape == NONE {
                continue;
            }
            for (side, cell) in cells.into_iter().enumerate().filter(|(_, cell)| *cell != NONE) {
                let cell = cell as usize;
                own[cell] |= is_own(figure, policy);
                kept[cell] |= is_headline(figure) && self.system.values[cell] >= f64::from(LARGE * policy.seuil);
                if self.says(index, side, verdicts, rests) {
                    self.seen[cell] += 1;
                    *self.system.weight[cell].get_or_insert(0) += u32::from(side < 2);
                }
            }
        }
        for (cell, (own, kept)) in own.into_iter().zip(kept).enumerate() {
            self.system.hidden[cell] = self.seen[cell] == 0 && !own;
            self.system.secret[cell] &= !own;
            if own || kept {
                let weight = self.system.weight[cell].take();
                let spared = weight.filter(|_| cedes && !own && !self.is_total(cell));
                self.system.spared.extend(spared.map(|weight| (cell as Cell, weight)));
            }
        }
        let mut system = std::mem::take(&mut self.system);
        for cell in 0..count as Cell {
            if system.secret[cell as usize] && !system.hidden[cell as usize] {
                self.hide(&mut system, cell, verdicts, rests);
            }
        }
        self.system = system;
    }

    /// Whether a cell counts every record of a table: the passages, the calls. Nothing of a report stands without it.
    fn is_total(&self, cell: usize) -> bool {
        self.sets.names[self.places[cell].set as usize].ends_with(" : ")
    }

    /// The first figure that prints a cell.
    pub fn printer(&self, cell: Cell) -> Option<usize> {
        let printed = &self.printed[self.from[cell as usize] as usize..self.from[cell as usize + 1] as usize];
        printed.iter().map(|(figure, _)| *figure as usize).min()
    }

    /// Hides a count: every figure that prints it goes, or loses what it left out.
    pub fn hide(&mut self, system: &mut System, cell: Cell, verdicts: &mut [Option<Status>], rests: &mut Rests) {
        let range = self.from[cell as usize] as usize..self.from[cell as usize + 1] as usize;
        for index in range {
            let (figure, side) = (self.printed[index].0 as usize, usize::from(self.printed[index].1));
            if !self.says(figure, side, verdicts, rests) {
                continue;
            }
            match SIDES[side] {
                Side::Missing | Side::Excluded => {
                    self.unsee(system, cell);
                    let left_out = if side == 2 { &mut rests.missing } else { &mut rests.excluded };
                    left_out[figure] = true;
                }
                Side::Numerator | Side::Denominator => {
                    let (cells, _) = self.of_figures[figure];
                    for (side, cell) in cells.into_iter().enumerate().filter(|(_, cell)| *cell != NONE) {
                        if self.says(figure, side, verdicts, rests) {
                            self.unsee(system, cell);
                        }
                    }
                    verdicts[figure] = Some(Status::Masked);
                }
            }
        }
        system.hidden[cell as usize] = true;
    }

    fn unsee(&mut self, system: &mut System, cell: Cell) {
        let seen = &mut self.seen[cell as usize];
        *seen = seen.saturating_sub(1);
        if *seen == 0 {
            system.hidden[cell as usize] = true;
        }
    }

    /// Whether a figure prints one of its numbers.
    fn says(&self, figure: usize, side: usize, verdicts: &[Option<Status>], rests: &Rests) -> bool {
        let said = self.unsaid[figure] >> side & 1 == 0;
        said && match (verdicts[figure], SIDES[side]) {
            (Some(Status::Masked), _) | (Some(_), Side::Numerator) => false,
            (_, Side::Missing) => !rests.missing[figure],
            (_, Side::Excluded) => !rests.excluded[figure],
            _ => true,
        }
    }

    fn publish(&mut self) {
        let mut from = vec![0u32; self.system.count() + 1];
        let all = || {
            self.of_figures
                .iter()
                .flat_map(|(cells, _)| cells)
                .filter(|cell| **cell != NONE)
        };
        all().for_each(|cell| from[*cell as usize + 1] += 1);
        for index in 1..from.len() {
            from[index] += from[index - 1];
        }
        let mut next = from.clone();
        self.printed = vec![(0, 0); from.last().copied().unwrap_or(0) as usize];
        for (figure, (cells, _)) in self.of_figures.iter().enumerate() {
            for (side, cell) in cells.iter().enumerate().filter(|(_, cell)| **cell != NONE) {
                self.printed[next[*cell as usize] as usize] = (figure as u32, side as u8);
                next[*cell as usize] += 1;
            }
        }
        self.from = from;
    }
}

/// Times the threshold from which a count of the region is never masked to protect another.
const LARGE: u32 = 10;

/// Whether a figure is one a document opens on: all the patients of the region together. Masking it to protect another would leave
/// nothing to publish; what cannot be protected otherwise is refused instead, and said.
fn is_headline(figure: &Figure) -> bool {
    &*figure.level == "region" && figure.dim.is_empty() && &*figure.population == EVERYONE
}

/// A few excluded take with them what they could be computed from.
fn unsaid(figure: &Figure, declared: &Declared<'_>, policy: &Policy) -> u8 {
    let counts = declared
        .protections
        .get(&*figure.indicator)
        .is_some_and(|row| row.counts_patients());
    if !counts || is_own(figure, policy) {
        return 0;
    }
    let few = u8::from(rests::excludes_few(figure, policy));
    let zero = |count: Option<f64>| u8::from(count.is_none_or(|count| count <= 0.0));
    let counts = u8::from(rests::loses_counts(figure, policy));
    let left_out = ((1 - zero(figure.missing)) << 2) | ((1 - zero(figure.excluded)) << 3);
    (counts * 0b11) | (few * left_out)
}
