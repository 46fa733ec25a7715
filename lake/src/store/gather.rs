//! Rows picked from several arrays into one. Rows that follow one another in their source are copied as runs, which is most of
//! the work when files arrive already in order.

use arrow::array::{Array, ArrayData, ArrayRef, MutableArrayData, make_array};
use arrow::compute::interleave;
use arrow::error::ArrowError;

/// Rows of several sources, in the order they are wanted.
#[derive(Debug)]
pub(super) struct Picks {
    /// (source, row)
    rows: Vec<(usize, usize)>,
    /// (source, first row, rows)
    runs: Vec<(usize, usize, usize)>,
}

/// Under this mean length, copying run by run costs more than row by row.
const WORTHWHILE: usize = 4;

impl Picks {
    pub fn new(rows: Vec<(usize, usize)>) -> Picks {
        let mut runs: Vec<(usize, usize, usize)> = Vec::new();
        for (source, row) in &rows {
            match runs.last_mut() {
                Some((last, start, length)) if last == source && *start + *length == *row => *length += 1,
                _ => runs.push((*source, *row, 1)),
            }
        }
        Picks { rows, runs }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The array of the picked rows, `sources` being the same column of each source.
    pub fn gather(&self, sources: &[&ArrayRef]) -> Result<ArrayRef, ArrowError> {
        if let [(source, start, length)] = self.runs[..] {
            return Ok(sources[source].slice(start, length));
        }
        if self.rows.len() < WORTHWHILE * self.runs.len() {
            let arrays: Vec<&dyn Array> = sources.iter().map(|array| array.as_ref()).collect();
            return interleave(&arrays, &self.rows);
        }
        let data: Vec<ArrayData> = sources.iter().map(|array| array.to_data()).collect();
        let mut gathered = MutableArrayData::new(data.iter().collect(), false, self.rows.len());
        for (source, start, length) in &self.runs {
            gathered.try_extend(*source, *start, *start + *length)?;
        }
        Ok(make_array(gathered.freeze()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringArray;
    use std::sync::Arc;

    #[test]
    fn runs_and_single_rows_give_the_same_values() {
        let first: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("c"), Some("d"), Some("e")]));
        let second: ArrayRef = Arc::new(StringArray::from(vec!["x", "y", "z", "t", "u"]));
        for rows in [
            vec![(0, 1), (0, 2), (0, 3)],
            vec![(0, 0), (1, 0), (0, 1), (1, 1)],
            vec![(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (1, 0), (1, 1), (1, 2), (1, 3), (1, 4)],
        ] {
            let sources = [&first, &second];
            let expected: Vec<ArrayRef> = rows.iter().map(|(source, row)| sources[*source].slice(*row, 1)).collect();
            let expected: Vec<&dyn Array> = expected.iter().map(|array| array.as_ref()).collect();
            let gathered = Picks::new(rows).gather(&sources).unwrap();
            assert_eq!(gathered.as_ref(), arrow::compute::concat(&expected).unwrap().as_ref());
        }
    }
}
