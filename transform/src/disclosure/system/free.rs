//! Freeing a cell that subtractions give: in each row where it stands alone, another cell is hidden with it, and freed in turn, until
//! the rows close on one another.

use super::{Cell, Line, Need, System};

/// Beyond this many cells one after the other, the next audit goes on.
const DEPTH: u32 = 12;

/// What frees cells: the system, the cells still computed, and those that were hidden for it.
pub struct Freeing<'a, H> {
    pub system: &'a mut System,
    pub known: &'a mut [bool],
    pub need: Need,
    pub hide: H,
    pub chosen: Vec<Cell>,
}

impl<H: FnMut(&mut System, Cell)> Freeing<'_, H> {
    /// Whether every row of the cell has another that nobody computes.
    pub fn free(&mut self, cell: Cell, depth: u32) -> bool {
        self.known[cell as usize] = false;
        if depth >= DEPTH {
            return false;
        }
        let lines: Vec<Line> = self.system.lines_of(cell).to_vec();
        let mut freed = true;
        for line in lines {
            if !self.is_alone(cell, line) {
                continue;
            }
            let Some(next) = self.beside(cell, line) else {
                freed = false;
                continue;
            };
            if !self.system.is_hidden(next) {
                (self.hide)(self.system, next);
                self.chosen.push(next);
            }
            freed &= self.free(next, depth + 1);
        }
        freed
    }

    /// Whether an equation holds no other cell that nobody computes.
    fn is_alone(&self, cell: Cell, line: Line) -> bool {
        let unknown = |other: Cell| self.system.is_hidden(other) && !self.known[other as usize];
        self.system.is_equation(line) && !self.system.terms(line).any(|(other, _)| other != cell && unknown(other))
    }

    /// The cell to free in a row: one whose other rows ask for the fewest more, already hidden rather than not, then as few printed
    /// figures as possible, the smallest that is enough, the first.
    fn beside(&self, cell: Cell, line: Line) -> Option<Cell> {
        let system = &*self.system;
        let choices = system.terms(line).map(|(other, _)| other).filter(|other| {
            let may_be_hidden = system.is_hidden(*other) || system.weight[*other as usize].is_some();
            *other != cell && may_be_hidden
        });
        let score = |other: Cell| {
            let lines = || {
                system
                    .lines_of(other)
                    .iter()
                    .filter(|next| **next != line && self.is_alone(other, **next))
            };
            let nothing_hidden = |next: &&Line| {
                !system
                    .terms(**next)
                    .any(|(beside, _)| beside != other && system.is_hidden(beside))
            };
            let bare = lines().filter(nothing_hidden).count() + usize::from(!system.is_hidden(other));
            let value = system.value(other);
            (
                value <= 0.0,
                bare,
                lines().count(),
                value < self.need.largeur,
                system.weight[other as usize],
            )
        };
        let scored = choices.map(|other| (score(other), system.value(other), other));
        let least = scored.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        least.map(|(_, _, other)| other)
    }
}
