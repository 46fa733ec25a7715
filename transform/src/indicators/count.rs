//! Counting a month: each counter is a walk over its true records, adding one to the record's cell; cells are then shared out
//! among the populations their records belong to. Counters are independent of one another, hence counted in parallel.

use jiff::civil::Date;
use polars::prelude::*;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::areas::Key;
use super::group::{self, Cells, NOWHERE, Rows};
use super::histogram::Histogram;
use super::pass::{Columns, Wanted};
use super::plan::{Atom, Cube};

/// Totals of a cube for one month.
#[derive(Debug)]
pub struct Grouped {
    pub slots: Vec<Place>,
    /// By counter, then by slot.
    pub counters: Vec<Vec<i64>>,
    /// By slot, for a cube of distributions.
    pub histograms: Option<Vec<Histogram>>,
}

/// Structure, population, day and category.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub key: Key,
    pub population: u8,
    pub day: Option<Date>,
    pub category: Vec<String>,
}

/// Counts every cube, in order.
pub fn grouped(selected: &DataFrame, rows: &Rows, columns: &Columns, cubes: &[(usize, &Cube)]) -> PolarsResult<Vec<Grouped>> {
    cubes
        .par_iter()
        .map(|(_, cube)| {
            let cells = rows.cells(cube, selected, columns)?;
            let shares = Shares::new(&cells, cube);
            if let Some(measure) = &cube.key.measure {
                let column = selected.column(columns.name(&Wanted::Counter(measure.clone())))?;
                let histograms = distributions(column.i64()?, &cells, &shares);
                return Ok(Grouped {
                    slots: shares.slots,
                    counters: Vec::new(),
                    histograms: Some(histograms),
                });
            }
            let counters = cube
                .atoms
                .par_iter()
                .map(|atom| Ok(shares.share(&counted(atom, selected, columns, &cells)?)))
                .collect::<PolarsResult<Vec<_>>>()?;
            Ok(Grouped {
                slots: shares.slots,
                counters,
                histograms: None,
            })
        })
        .collect()
}

/// Which slots the records of each cell count for.
struct Shares {
    slots: Vec<Place>,
    /// Slots of cell `c` are `of_cell[starts[c]..starts[c + 1]]`.
    starts: Vec<usize>,
    of_cell: Vec<u32>,
}

impl Shares {
    fn new(cells: &Cells, cube: &Cube) -> Shares {
        let mut shares = Shares {
            slots: Vec::new(),
            starts: vec![0],
            of_cell: Vec::new(),
        };
        let mut numbers: FxHashMap<(Key, u8, i32, u32), u32> = FxHashMap::default();
        for cell in &cells.cells {
            for population in cube.populations.iter().filter(|bit| cell.mask >> **bit & 1 == 1) {
                let population = *population as u8;
                let slot = *numbers
                    .entry((cell.key, population, cell.day, cell.category))
                    .or_insert_with(|| {
                        shares.slots.push(Place {
                            key: cell.key,
                            population,
                            day: cube.key.daily.then(|| group::date(cell.day)).flatten(),
                            category: cells.categories[cell.category as usize].clone(),
                        });
                        shares.slots.len() as u32 - 1
                    });
                shares.of_cell.push(slot);
            }
            shares.starts.push(shares.of_cell.len());
        }
        shares
    }

    fn of(&self, cell: usize) -> &[u32] {
        &self.of_cell[self.starts[cell]..self.starts[cell + 1]]
    }

    /// From totals by cell to totals by slot.
    fn share(&self, by_cell: &[i64]) -> Vec<i64> {
        let mut by_slot = vec![0; self.slots.len()];
        for (cell, total) in by_cell.iter().enumerate().filter(|(_, total)| **total != 0) {
            for slot in self.of(cell) {
                by_slot[*slot as usize] += total;
            }
        }
        by_slot
    }
}

/// Totals of one counter by cell.
fn counted(atom: &Atom, selected: &DataFrame, columns: &Columns, cells: &Cells) -> PolarsResult<Vec<i64>> {
    let mut totals = vec![0; cells.cells.len()];
    let mut add = |row: usize, count: i64| {
        let cell = cells.of_row[row];
        if cell != NOWHERE {
            totals[cell as usize] += count;
        }
    };
    if atom.is_every_record() {
        (0..cells.of_row.len()).for_each(|row| add(row, 1));
        return Ok(totals);
    }
    let column = selected.column(columns.name(&Wanted::Counter(atom.clone())))?;
    match atom.valeur {
        None => {
            let mut start = 0;
            for chunk in column.bool()?.downcast_iter() {
                chunk.values().true_idx_iter().for_each(|row| add(start + row, 1));
                start += chunk.len();
            }
        }
        Some(_) => {
            for (row, value) in column.i64()?.iter().enumerate() {
                if let Some(value) = value {
                    add(row, value);
                }
            }
        }
    }
    Ok(totals)
}

fn distributions(values: &Int64Chunked, cells: &Cells, shares: &Shares) -> Vec<Histogram> {
    let mut met: Vec<(u32, i64)> = values
        .iter()
        .zip(&cells.of_row)
        .filter_map(|(value, cell)| Some((*cell, value?)))
        .filter(|(cell, _)| *cell != NOWHERE)
        .collect();
    met.sort_unstable();
    let mut pairs: Vec<Vec<(i64, u64)>> = vec![Vec::new(); shares.slots.len()];
    for run in met.chunk_by(|a, b| a == b) {
        let (cell, value) = run[0];
        for slot in shares.of(cell as usize) {
            pairs[*slot as usize].push((value, run.len() as u64));
        }
    }
    pairs.into_iter().map(Histogram::from_pairs).collect()
}
