//! The texts of a column of a batch, told apart once: a condition on it is evaluated for each text, then said of the rows that hold it.

use arrow::array::{Array, StringArray};
use rustc_hash::FxHashMap;

use super::truths::{Bits, bits};

/// Up to as many texts, their rows are sooner joined than looked up one by one.
const FEW: usize = 64;

/// The texts of a column: the rank of that of each row, a row of each rank, and all of them when the texts are few. An empty cell is
/// one of them.
pub struct Texts {
    ranks: Vec<u32>,
    first: Vec<usize>,
    rows: Option<Vec<Bits>>,
}

impl Texts {
    pub fn of(cells: &StringArray) -> Texts {
        let mut texts = Texts {
            ranks: Vec::with_capacity(cells.len()),
            first: Vec::new(),
            rows: None,
        };
        let mut known = FxHashMap::default();
        for (row, cell) in cells.iter().enumerate() {
            let rank = *known.entry(cell.map(Text::of)).or_insert_with(|| {
                texts.first.push(row);
                texts.first.len() as u32 - 1
            });
            texts.ranks.push(rank);
        }
        if texts.first.len() <= FEW {
            let mut rows = vec![vec![0; cells.len().div_ceil(64)]; texts.first.len()];
            for (row, rank) in texts.ranks.iter().enumerate() {
                rows[*rank as usize][row / 64] |= 1 << (row % 64);
            }
            texts.rows = Some(rows);
        }
        texts
    }

    /// Where a condition is true of the text, and where it is false; it is asked of one row for each text.
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

/// A text as it is looked up: codes are short, and fit in a number.
#[derive(PartialEq, Eq, Hash)]
enum Text<'t> {
    Short(u64, usize),
    Long(&'t str),
}

impl Text<'_> {
    fn of(text: &str) -> Text<'_> {
        let bytes = text.as_bytes();
        if bytes.len() > 8 {
            return Text::Long(text);
        }
        let number = bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        Text::Short(number, bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Above `FEW` texts and under, short ones and long ones, an empty cell and an empty text.
    #[test]
    fn a_condition_is_said_of_the_rows_that_hold_its_text() {
        for distinct in [3, FEW, FEW + 1, 150] {
            let cell = |row: usize| match row % distinct {
                0 => None,
                1 => Some(String::new()),
                rank if rank % 2 == 0 => Some(format!("{rank}")),
                rank => Some(format!("plus de huit octets, {rank}")),
            };
            let cells: Vec<Option<String>> = (0..300).map(cell).collect();
            let texts = Texts::of(&StringArray::from(cells.clone()));
            let is_long = |row: usize| cells[row].as_ref().map(|text| text.len() > 2);
            let (yes, no) = texts.truths(is_long);
            for row in 0..300 {
                let said = (yes[row / 64] >> (row % 64) & 1, no[row / 64] >> (row % 64) & 1);
                assert_eq!(said, bits(is_long(row)), "{distinct} textes, ligne {row}");
            }
        }
    }

    #[test]
    fn two_short_texts_are_not_taken_for_one() {
        assert!(Text::of("a") != Text::of("\0a") && Text::of("") != Text::of("\0"));
        assert!(Text::of("conforme") == Text::of("conforme") && Text::of("conforme") != Text::of("conformes"));
    }
}
