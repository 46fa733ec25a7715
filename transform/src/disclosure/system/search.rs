//! The best pattern of a small table, found by trying them all: fewest cells, then the smallest sum, then the lowest.

use super::audit::exact;
use super::{Cell, Need, System};

/// Beyond this number of cells that may be hidden, or of patterns to try, the search is not made.
const CELLS: usize = 400;
const PATTERNS: usize = 20_000;

/// The cells to hide so that every secret is accepted; none when the table is too large, or when nothing passes.
pub fn smallest(system: &System, need: Need, at_most: usize) -> Option<Vec<Cell>> {
    let free: Vec<Cell> = (0..system.count() as Cell)
        .filter(|cell| !system.is_hidden(*cell) && system.weight[*cell as usize].is_some() && system.value(*cell) > 0.0)
        .collect();
    if free.len() > CELLS {
        return None;
    }
    let mut tried = 0;
    for size in 0..=at_most {
        let mut best: Option<(f64, Vec<Cell>)> = None;
        let mut pattern: Vec<usize> = (0..size).collect();
        loop {
            if pattern.last().is_some_and(|last| *last >= free.len()) {
                break;
            }
            tried += 1;
            if tried > PATTERNS {
                return None;
            }
            let cells: Vec<Cell> = pattern.iter().map(|index| free[*index]).collect();
            let sum: f64 = cells.iter().map(|cell| system.value(*cell)).sum();
            let is_better = best.as_ref().is_none_or(|(least, _)| sum < *least);
            if is_better && accepted(system, need, &cells) {
                best = Some((sum, cells));
            }
            if !advance(&mut pattern, free.len()) {
                break;
            }
        }
        if let Some((_, cells)) = best {
            return Some(cells);
        }
    }
    None
}

/// Whether every secret is accepted once these cells are hidden too.
fn accepted(system: &System, need: Need, cells: &[Cell]) -> bool {
    let mut tried = system.clone();
    for cell in cells {
        tried.hidden[*cell as usize] = true;
    }
    let known = super::pinned::pinned(&tried);
    let mut secrets = (0..tried.count() as Cell).filter(|cell| tried.secret[*cell as usize]);
    secrets.all(|cell| !known[cell as usize] && exact(&tried, cell).is_enough(need))
}

/// The next combination of indexes under `end`, in order.
fn advance(pattern: &mut [usize], end: usize) -> bool {
    let size = pattern.len();
    for place in (0..size).rev() {
        if pattern[place] < end - (size - place) {
            pattern[place] += 1;
            for next in place + 1..size {
                pattern[next] = pattern[next - 1] + 1;
            }
            return true;
        }
    }
    false
}
