//! Hidden cells that are known all the same: alone in an equation once the others are known, and so on.

use super::{Cell, Line, System};

/// Cells that a reader computes by subtraction, one after the other.
pub fn pinned(system: &System) -> Vec<bool> {
    let mut left: Vec<u32> = vec![0; system.rows()];
    for line in 0..system.rows() as Line {
        left[line as usize] = system.terms(line).filter(|(cell, _)| system.is_hidden(*cell)).count() as u32;
    }
    let mut known = vec![false; system.count()];
    let alone = |line: &Line| left[*line as usize] == 1 && system.is_equation(*line);
    let mut todo: Vec<Line> = (0..system.rows() as Line).filter(alone).collect();
    while let Some(line) = todo.pop() {
        let last = |known: &[bool]| -> Option<Cell> {
            let unknown = |cell: &Cell| system.is_hidden(*cell) && !known[*cell as usize];
            system.terms(line).map(|(cell, _)| cell).find(unknown)
        };
        let Some(cell) = last(&known) else { continue };
        known[cell as usize] = true;
        for other in system.lines_of(cell) {
            left[*other as usize] -= 1;
            if left[*other as usize] == 1 && system.is_equation(*other) {
                todo.push(*other);
            }
        }
    }
    known
}
