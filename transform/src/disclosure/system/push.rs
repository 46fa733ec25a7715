//! The quick proof: a cell goes up by itself when others can make room for it. A move is a set of hidden cells that go up or down by
//! one so that every row still holds; moves are looked for from row to row, and added up. What is found is checked, row by row.

use rustc_hash::FxHashMap;

use super::{Cell, Line, System};

/// Cells of a move, rows to mend, and steps of a search: beyond, it gives up.
const LENGTH: usize = 14;
const STEPS: u32 = 300;
const BRANCHES: usize = 3;
/// Moves added up for one cell.
const MOVES: u32 = 12;

/// By how much cells move when one goes up by `wanted`, or by as much as was found; they are a point of the system.
pub fn push(system: &System, known: &[bool], cell: Cell, wanted: f64) -> FxHashMap<Cell, f64> {
    let mut moved: FxHashMap<Cell, f64> = FxHashMap::default();
    for _ in 0..MOVES {
        let left = wanted - moved.get(&cell).copied().unwrap_or(0.0);
        if left < 1e-9 {
            break;
        }
        let mut search = Search {
            system,
            known,
            moved: &moved,
            chosen: vec![(cell, 1.0)],
            open: Vec::new(),
            steps: STEPS,
        };
        search.touch(cell, 1.0);
        if !search.close() {
            break;
        }
        let chosen = search.chosen;
        let now = |cell: Cell| system.value(cell) + moved.get(&cell).copied().unwrap_or(0.0);
        let down = chosen.iter().filter(|(_, way)| *way < 0.0).map(|(cell, _)| now(*cell));
        let step = down.fold(left, f64::min);
        for (cell, way) in &chosen {
            *moved.entry(*cell).or_default() += way * step;
        }
    }
    if holds(system, &moved) { moved } else { FxHashMap::default() }
}

struct Search<'a> {
    system: &'a System,
    known: &'a [bool],
    moved: &'a FxHashMap<Cell, f64>,
    chosen: Vec<(Cell, f64)>,
    /// Rows that do not hold, and by how much.
    open: Vec<(Line, f64)>,
    steps: u32,
}

impl Search<'_> {
    /// Mends the rows one after the other; leaves the move in `chosen`.
    fn close(&mut self) -> bool {
        let Some((line, excess)) = self.open.last().copied() else {
            return true;
        };
        if self.chosen.len() >= LENGTH || self.steps == 0 {
            return false;
        }
        self.steps -= 1;
        let mut choices: Vec<(i32, Cell, f64)> = Vec::new();
        for (cell, coefficient) in self.system.terms(line) {
            let is_free = self.system.is_hidden(cell) && !self.known[cell as usize];
            if !is_free || self.chosen.iter().any(|(other, _)| *other == cell) {
                continue;
            }
            let way = -excess / coefficient;
            if way < 0.0 && self.now(cell) < 1.0 {
                continue;
            }
            choices.push((self.worth(cell, way, line), cell, way));
        }
        choices.sort_by(|a, b| {
            b.0.cmp(&a.0)
                .then_with(|| self.now(b.1).total_cmp(&self.now(a.1)))
                .then(a.1.cmp(&b.1))
        });
        choices.truncate(BRANCHES);
        for (_, cell, way) in choices {
            let before = self.open.clone();
            self.chosen.push((cell, way));
            self.touch(cell, way);
            if self.close() {
                return true;
            }
            self.chosen.pop();
            self.open = before;
        }
        false
    }

    /// Rows it mends, against those it breaks.
    fn worth(&self, cell: Cell, way: f64, line: Line) -> i32 {
        let system = self.system;
        let others = system
            .links_of(cell)
            .filter(|(other, _)| *other != line && is_plain(system, *other));
        others
            .map(
                |(other, coefficient)| match self.open.iter().find(|(open, _)| *open == other) {
                    Some((_, excess)) if excess * way * coefficient < 0.0 => 2,
                    Some(_) => -3,
                    None => -1,
                },
            )
            .sum()
    }

    fn touch(&mut self, cell: Cell, way: f64) {
        for (line, coefficient) in self.system.links_of(cell).filter(|(line, _)| is_plain(self.system, *line)) {
            let change = way * coefficient;
            match self.open.iter().position(|(open, _)| *open == line) {
                Some(place) => {
                    self.open[place].1 += change;
                    if self.open[place].1.abs() < 1e-9 {
                        self.open.remove(place);
                    }
                }
                None => self.open.push((line, change)),
            }
        }
    }

    fn now(&self, cell: Cell) -> f64 {
        self.system.value(cell) + self.moved.get(&cell).copied().unwrap_or(0.0)
    }
}

/// Rows of sums; the others are only checked.
fn is_plain(system: &System, line: Line) -> bool {
    system.is_equation(line)
}

/// Whether every row still stands between its bounds, and no cell is under zero.
fn holds(system: &System, moved: &FxHashMap<Cell, f64>) -> bool {
    let above_zero = moved.iter().all(|(cell, by)| system.value(*cell) + by >= -1e-9);
    let mut lines: Vec<Line> = moved.keys().flat_map(|cell| system.lines_of(*cell)).copied().collect();
    lines.sort_unstable();
    lines.dedup();
    above_zero
        && lines.into_iter().all(|line| {
            let (low, high) = system.bounds(line);
            let now: f64 = system
                .terms(line)
                .map(|(cell, coefficient)| coefficient * (system.value(cell) + moved.get(&cell).copied().unwrap_or(0.0)))
                .sum();
            low - 1e-6 <= now && now <= high + 1e-6
        })
}
