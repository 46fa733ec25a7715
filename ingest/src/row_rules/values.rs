//! The values of a column of a batch, told apart once: a condition on it is evaluated for each value, then said of the rows that hold it.

use rustc_hash::FxHashMap;

use super::truths::{Bits, bits};

/// Up to as many values, their rows are sooner joined than looked up one by one.
const FEW: usize = 64;

/// Places of what was met lately.
const LATELY: usize = 64;

/// The values of a column: the rank of that of each row, a row of each rank, and all of them when the values are few. An empty cell is
/// one of them.
pub struct Values {
    ranks: Vec<u32>,
    first: Vec<usize>,
    rows: Option<Vec<Bits>>,
}

impl Values {
    pub fn of<'c>(cells: impl ExactSizeIterator<Item = Option<Cell<'c>>>) -> Values {
        let count = cells.len();
        let mut values = Values {
            ranks: Vec::with_capacity(count),
            first: Vec::new(),
            rows: None,
        };
        let mut known = FxHashMap::default();
        // What was met lately, by its last bits: nearly always, the same few values come again.
        let mut lately = [const { None }; LATELY];
        for (row, cell) in cells.enumerate() {
            let place = cell.as_ref().map_or(0, Cell::place);
            let rank = match &lately[place] {
                Some((met, rank)) if *met == cell => *rank,
                _ => {
                    let rank = *known.entry(cell).or_insert_with(|| {
                        values.first.push(row);
                        values.first.len() as u32 - 1
                    });
                    lately[place] = Some((cell, rank));
                    rank
                }
            };
            values.ranks.push(rank);
        }
        if values.first.len() <= FEW {
            let mut rows = vec![vec![0; count.div_ceil(64)]; values.first.len()];
            for (row, rank) in values.ranks.iter().enumerate() {
                rows[*rank as usize][row / 64] |= 1 << (row % 64);
            }
            values.rows = Some(rows);
        }
        values
    }

    /// Where a condition is true of the value, and where it is false; it is asked of one row for each value.
    pub fn truths(&self, is_true: impl Fn(usize) -> Option<bool>) -> (Bits, Bits) {
        let known = self.first.iter().map(|row| is_true(*row));
        let Some(rows) = &self.rows else {
            let known: Vec<(u64, u64)> = known.map(bits).collect();
            let word = |ranks: &[u32]| {
                ranks.iter().enumerate().fold((0, 0), |(all_yes, all_no), (place, rank)| {
                    let (yes, no) = known[*rank as usize];
                    (all_yes | yes << place, all_no | no << place)
                })
            };
            return self.ranks.chunks(64).map(word).unzip();
        };
        let words = self.ranks.len().div_ceil(64);
        let (mut yes, mut no) = (vec![0; words], vec![0; words]);
        for (rows, truth) in rows.iter().zip(known) {
            let side = match truth {
                Some(true) => &mut yes,
                Some(false) => &mut no,
                None => continue,
            };
            side.iter_mut().zip(rows).for_each(|(word, rows)| *word |= rows);
        }
        (yes, no)
    }
}

/// A value as it is looked up: codes are short, and fit in a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cell<'c> {
    Number(u64),
    Short(u64, usize),
    Long(&'c str),
}

impl Cell<'_> {
    pub fn of_text(text: &str) -> Cell<'_> {
        let bytes = text.as_bytes();
        if bytes.len() > 8 {
            return Cell::Long(text);
        }
        let number = bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        Cell::Short(number, bytes.len())
    }

    fn place(&self) -> usize {
        let number = match self {
            Cell::Number(number) | Cell::Short(number, _) => *number,
            Cell::Long(text) => text.len() as u64,
        };
        // The last characters of two codes differ sooner than the first.
        (number ^ number >> 8) as usize % LATELY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Above `FEW` values and under, short ones and long ones, an empty cell and an empty text.
    #[test]
    fn a_condition_is_said_of_the_rows_that_hold_its_value() {
        for distinct in [3, FEW, FEW + 1, 150] {
            let cell = |row: usize| match row % distinct {
                0 => None,
                1 => Some(String::new()),
                rank if rank % 2 == 0 => Some(format!("{rank}")),
                rank => Some(format!("plus de huit octets, {rank}")),
            };
            let cells: Vec<Option<String>> = (0..300).map(cell).collect();
            let values = Values::of(cells.iter().map(|cell| cell.as_deref().map(Cell::of_text)));
            let is_long = |row: usize| cells[row].as_ref().map(|text| text.len() > 2);
            let (yes, no) = values.truths(is_long);
            for row in 0..300 {
                let said = (yes[row / 64] >> (row % 64) & 1, no[row / 64] >> (row % 64) & 1);
                assert_eq!(said, bits(is_long(row)), "{distinct} values, row {row}");
            }
        }
    }

    #[test]
    fn two_short_texts_are_not_taken_for_one() {
        assert!(Cell::of_text("a") != Cell::of_text("\0a") && Cell::of_text("") != Cell::of_text("\0"));
        assert!(
            Cell::of_text("conforme") == Cell::of_text("conforme") && Cell::of_text("conforme") != Cell::of_text("conformes")
        );
    }
}
