//! What a release says, as one linear system: cells are counts, rows are what a reader knows to hold between them, and some of the
//! cells are hidden. The room decides which more to hide ([`protect`]) and proves that no secret is known too well ([`audit`]).
//! A block of a few hundred cells is audited exactly, by linear programme. In a larger one no chain of subtractions gives a secret
//! back, and no row alone bounds it too closely; what is not proved beyond that is counted.
//! Deliberately ignorant of figures: cells and rows are numbers.
//!
//! Source: disclosure.md §4.

mod audit;
mod blocks;
mod free;
mod local;
mod pinned;
mod protect;
mod push;
mod room;
mod search;

pub use audit::{Interval, exact};
pub use protect::{Protected, protect};
pub use search::smallest;

/// Index of a cell.
pub type Cell = u32;

/// The table of a cell that is never withdrawn with others.
pub const NEVER: u32 = u32::MAX;

/// Index of a row.
pub type Line = u32;

/// What an accepted interval needs: `max ≥ seuil` and `max − min ≥ largeur`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Need {
    pub seuil: f64,
    pub largeur: f64,
}

/// Cells with their true counts, and the rows `low ≤ Σ coefficient × cell ≤ high` that a reader knows.
#[derive(Debug, Clone, Default)]
pub struct System {
    pub values: Vec<f64>,
    /// Cells that no reader sees.
    pub hidden: Vec<bool>,
    /// Those that must not be known too well.
    pub secret: Vec<bool>,
    /// How many more printed figures go when the cell is hidden; none: it cannot be hidden.
    pub weight: Vec<Option<u32>>,
    /// Cells that can be hidden when nothing else protects a secret, with what each then costs.
    pub spared: Vec<(Cell, u32)>,
    /// The table that a cell is printed in; empty when nothing is ever withdrawn table by table.
    pub table: Vec<u32>,
    starts: Vec<u32>,
    cells: Vec<Cell>,
    coefficients: Vec<f64>,
    bounds: Vec<(f64, f64)>,
    lines_from: Vec<u32>,
    lines: Vec<Line>,
    line_coefficients: Vec<f64>,
}

impl System {
    /// Adds a cell, seen and not secret.
    pub fn cell(&mut self, value: f64, weight: Option<u32>) -> Cell {
        self.values.push(value);
        self.hidden.push(false);
        self.secret.push(false);
        self.weight.push(weight);
        (self.values.len() - 1) as Cell
    }

    /// Adds « the sum of the parts is the whole ».
    pub fn sum(&mut self, parts: &[Cell], whole: Cell) {
        let terms = parts.iter().map(|part| (*part, 1.0)).chain([(whole, -1.0)]);
        self.row(terms, (0.0, 0.0));
    }

    /// Adds a row known to stand between two bounds.
    pub fn row(&mut self, terms: impl IntoIterator<Item = (Cell, f64)>, bounds: (f64, f64)) {
        for (cell, coefficient) in terms {
            self.cells.push(cell);
            self.coefficients.push(coefficient);
        }
        self.starts.push(self.cells.len() as u32);
        self.bounds.push(bounds);
    }

    /// To be called once every row is there: which rows each cell is in.
    pub fn index(&mut self) {
        let mut from = vec![0u32; self.values.len() + 1];
        for cell in &self.cells {
            from[*cell as usize + 1] += 1;
        }
        for index in 1..from.len() {
            from[index] += from[index - 1];
        }
        let mut next = from.clone();
        let mut lines = vec![0; self.cells.len()];
        let mut coefficients = vec![0.0; self.cells.len()];
        for line in 0..self.bounds.len() as Line {
            for (cell, coefficient) in self.terms(line) {
                let place = next[cell as usize] as usize;
                (lines[place], coefficients[place]) = (line, coefficient);
                next[cell as usize] += 1;
            }
        }
        (self.lines, self.line_coefficients, self.lines_from) = (lines, coefficients, from);
    }

    pub fn count(&self) -> usize {
        self.values.len()
    }

    pub fn rows(&self) -> usize {
        self.bounds.len()
    }

    /// Cells of a row with their coefficients.
    pub fn terms(&self, line: Line) -> impl Iterator<Item = (Cell, f64)> + '_ {
        let line = line as usize;
        let from = if line == 0 { 0 } else { self.starts[line - 1] as usize };
        let range = from..self.starts[line] as usize;
        let cells = self.cells[range.clone()].iter().copied();
        cells.zip(self.coefficients[range].iter().copied())
    }

    pub fn bounds(&self, line: Line) -> (f64, f64) {
        self.bounds[line as usize]
    }

    /// Rows that a cell is in.
    pub fn lines_of(&self, cell: Cell) -> &[Line] {
        let cell = cell as usize;
        &self.lines[self.lines_from[cell] as usize..self.lines_from[cell + 1] as usize]
    }

    /// The same, with the coefficient of the cell in each.
    fn links_of(&self, cell: Cell) -> impl Iterator<Item = (Line, f64)> + '_ {
        let range = self.lines_from[cell as usize] as usize..self.lines_from[cell as usize + 1] as usize;
        let lines = self.lines[range.clone()].iter().copied();
        lines.zip(self.line_coefficients[range].iter().copied())
    }

    fn value(&self, cell: Cell) -> f64 {
        self.values[cell as usize]
    }

    fn is_hidden(&self, cell: Cell) -> bool {
        self.hidden[cell as usize]
    }

    /// Whether a row binds exactly.
    fn is_equation(&self, line: Line) -> bool {
        let (low, high) = self.bounds(line);
        low == high
    }
}

#[cfg(test)]
mod tests;
