//! Blocks: hidden cells that rows link to one another. What is known of one block says nothing of another.

use super::{Cell, System};

/// For each cell, the number of hidden cells of its block; 0 for a cell that is seen or computed.
pub fn sizes(system: &System, known: &[bool]) -> Vec<u32> {
    let mut sizes = vec![0u32; system.count()];
    let is_free = |cell: Cell| system.is_hidden(cell) && !known[cell as usize];
    let mut seen = vec![false; system.count()];
    let mut read = vec![false; system.rows()];
    for first in 0..system.count() as Cell {
        if !is_free(first) || seen[first as usize] {
            continue;
        }
        seen[first as usize] = true;
        let mut block = vec![first];
        let mut next = 0;
        while next < block.len() {
            for line in system.lines_of(block[next]) {
                if std::mem::replace(&mut read[*line as usize], true) {
                    continue;
                }
                for (other, _) in system.terms(*line) {
                    if is_free(other) && !seen[other as usize] {
                        seen[other as usize] = true;
                        block.push(other);
                    }
                }
            }
            next += 1;
        }
        for cell in &block {
            sizes[*cell as usize] = block.len() as u32;
        }
    }
    sizes
}
