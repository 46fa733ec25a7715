//! The neighbourhood of a cell as a small linear programme: the nearest hidden cells move, the others stay where they truly are.
//! What is reached inside is reached by the whole system too, so that an interval found here is never wider than the true one.

use std::collections::VecDeque;

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, Variable};
use rustc_hash::FxHashMap;

use super::{Cell, Line, System};

/// Hidden cells around a secret.
pub struct Neighbourhood {
    pub cells: Vec<Cell>,
    lines: Vec<Line>,
}

/// A point of the neighbourhood: by how much each of its cells has moved.
pub struct Point {
    pub moved: f64,
    pub moves: Vec<f64>,
}

/// From one row to the next, at most `size` cells.
pub fn around(system: &System, secret: Cell, known: &[bool], size: usize) -> Neighbourhood {
    let mut cells = vec![secret];
    let mut places: FxHashMap<Cell, u32> = FxHashMap::default();
    places.insert(secret, 0);
    let mut lines: FxHashMap<Line, ()> = FxHashMap::default();
    let mut order: Vec<Line> = Vec::new();
    let mut next = VecDeque::from([secret]);
    while let Some(cell) = next.pop_front() {
        for line in system.lines_of(cell) {
            if lines.insert(*line, ()).is_some() {
                continue;
            }
            order.push(*line);
            for (other, _) in system.terms(*line) {
                if !system.is_hidden(other) || known[other as usize] || places.contains_key(&other) {
                    continue;
                }
                if cells.len() >= size {
                    continue;
                }
                places.insert(other, cells.len() as u32);
                cells.push(other);
                next.push_back(other);
            }
        }
    }
    Neighbourhood { cells, lines: order }
}

/// More than any count of a region.
pub const FAR: f64 = 1e7;

/// What a secret beside counts for, against the one that is looked at.
const BESIDE: f64 = 0.01;

impl Neighbourhood {
    /// The point where the first cell has moved the furthest, up (1) or down (−1), and no further than `limit`; the others of
    /// `wanted` go up with it as far as they can, each no further than it needs. None when the solver gives up, which proves nothing.
    pub fn furthest(&self, system: &System, way: f64, limit: f64, wanted: impl Fn(Cell) -> Option<f64>) -> Option<Point> {
        // Up and down apart: the solver starts from the truth, where every row holds, and has nothing to mend first.
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let mut variables: FxHashMap<Cell, [Variable; 2]> = FxHashMap::default();
        let mut listed: Vec<[Variable; 2]> = Vec::with_capacity(self.cells.len());
        for (index, cell) in self.cells.iter().enumerate() {
            let held = system.value(*cell).max(0.0);
            let pair = match index {
                0 if way > 0.0 => [problem.add_var(1.0, (0.0, limit)), problem.add_var(0.0, (0.0, 0.0))],
                0 => [problem.add_var(0.0, (0.0, 0.0)), problem.add_var(1.0, (0.0, held.min(limit)))],
                _ => match wanted(*cell) {
                    Some(most) => [problem.add_var(BESIDE, (0.0, most)), problem.add_var(-BESIDE, (0.0, held))],
                    None => [problem.add_var(0.0, (0.0, FAR)), problem.add_var(0.0, (0.0, held))],
                },
            };
            variables.insert(*cell, pair);
            listed.push(pair);
        }
        for line in &self.lines {
            let terms: Vec<(Variable, f64)> = system
                .terms(*line)
                .filter_map(|(cell, coefficient)| Some((*variables.get(&cell)?, coefficient)))
                .flat_map(|([up, down], coefficient)| [(up, coefficient), (down, -coefficient)])
                .collect();
            let (low, high) = system.bounds(*line);
            if low == high {
                problem.add_constraint(terms, ComparisonOp::Eq, 0.0);
                continue;
            }
            let now: f64 = system
                .terms(*line)
                .map(|(cell, coefficient)| coefficient * system.value(cell))
                .sum();
            if high.is_finite() {
                problem.add_constraint(terms.clone(), ComparisonOp::Le, (high - now).max(0.0));
            }
            if low.is_finite() {
                problem.add_constraint(terms, ComparisonOp::Ge, (low - now).min(0.0));
            }
        }
        let solved = match problem.solve() {
            Ok(outcome) => outcome.into_solution().ok()?,
            Err(Error::Unbounded | Error::Infeasible) => return None,
            Err(_) => return None,
        };
        let moved = |[up, down]: &[Variable; 2]| solved.var_value(*up) - solved.var_value(*down);
        let moves: Vec<f64> = listed.iter().map(moved).collect();
        Some(Point {
            moved: moves[0].abs(),
            moves,
        })
    }
}
