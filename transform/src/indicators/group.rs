//! Where each record of a month belongs: structure, day, populations, categories, as small numbers.

use jiff::ToSpan;
use jiff::civil::Date;
use polars::prelude::*;
use rustc_hash::FxHashMap;

use super::areas::{Key, Keys};
use super::pass::{Columns, Wanted};
use super::plan::Cube;

pub const KEY: &str = "__structure";
pub const DAY: &str = "__jour";
pub const MASK: &str = "__populations";

/// Category of a record whose dimension is empty, where that is a category.
pub const MANQUANT: &str = "manquant";

/// No cell: the record is left out of the cube.
pub const NOWHERE: u32 = u32::MAX;

/// Structure, day (from 1970-01-01) and populations of each record.
#[derive(Debug)]
pub struct Rows {
    keys: Vec<Key>,
    days: Vec<i32>,
    masks: Vec<u64>,
}

/// A cell of a cube: records of one structure, in the same populations of the cube, one day if it is daily, one category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cell {
    pub key: Key,
    pub mask: u64,
    /// From 1970-01-01; 0 when the cube is not daily.
    pub day: i32,
    /// Rank in [`Cells::categories`].
    pub category: u32,
}

/// The cells met, and the cell of each record.
#[derive(Debug, Default)]
pub struct Cells {
    pub cells: Vec<Cell>,
    pub categories: Vec<Vec<String>>,
    pub of_row: Vec<u32>,
}

impl Rows {
    pub fn read(selected: &DataFrame, keys: &mut Keys) -> PolarsResult<Rows> {
        let names = selected.column(KEY)?.str()?;
        let days = selected.column(DAY)?.cast(&DataType::Int32)?;
        let masks = selected.column(MASK)?.u64()?;
        // Records of a structure follow one another in the view: one look-up per stretch.
        let mut rows = Rows {
            keys: Vec::with_capacity(selected.height()),
            days: days.i32()?.iter().map(Option::unwrap_or_default).collect(),
            masks: masks.iter().map(Option::unwrap_or_default).collect(),
        };
        // Records of a structure follow one another in the view: one look-up per stretch.
        let mut last: Option<(Option<&str>, Key)> = None;
        for name in names.iter() {
            let key = match last {
                Some((known, key)) if known == name => key,
                _ => keys.key(name.unwrap_or_default()),
            };
            last = Some((name, key));
            rows.keys.push(key);
        }
        Ok(rows)
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Gives the number of records of each structure and day.
    pub fn count_days(&self, mut give: impl FnMut(Key, Date, u64)) {
        let mut counts: FxHashMap<(Key, i32), u64> = FxHashMap::default();
        for (key, day) in self.keys.iter().zip(&self.days) {
            *counts.entry((*key, *day)).or_default() += 1;
        }
        for ((key, day), count) in counts {
            if let Some(day) = date(day) {
                give(key, day, count);
            }
        }
    }

    /// The cells of a cube. A record whose dimension is empty is nowhere, unless that is a category.
    pub fn cells(&self, cube: &Cube, selected: &DataFrame, columns: &Columns) -> PolarsResult<Cells> {
        let wanted: u64 = cube.populations.iter().fold(0, |mask, bit| mask | 1 << bit);
        let coded = codes(cube, selected, columns)?;
        let mut cells = Cells {
            of_row: Vec::with_capacity(self.len()),
            ..Cells::default()
        };
        let mut numbers: FxHashMap<Cell, u32> = FxHashMap::default();
        let mut categories: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
        let mut last: Option<(Cell, u32)> = None;
        let mut parts = Vec::with_capacity(coded.len());
        for row in 0..self.len() {
            parts.clear();
            parts.extend(coded.iter().map(|coded| coded.of_row[row]));
            let mask = self.masks[row] & wanted;
            if mask == 0 || parts.contains(&NOWHERE) {
                cells.of_row.push(NOWHERE);
                continue;
            }
            let category = match (parts.as_slice(), categories.get(&parts)) {
                (_, Some(known)) => *known,
                (codes, None) => {
                    let next = cells.categories.len() as u32;
                    let texts = codes
                        .iter()
                        .zip(&coded)
                        .map(|(code, coded)| coded.texts[*code as usize].clone());
                    cells.categories.push(texts.collect());
                    categories.insert(codes.to_vec(), next);
                    next
                }
            };
            let cell = Cell {
                key: self.keys[row],
                mask,
                day: if cube.key.daily { self.days[row] } else { 0 },
                category,
            };
            let number = match last {
                Some((known, number)) if known == cell => number,
                _ => {
                    let next = cells.cells.len() as u32;
                    let number = *numbers.entry(cell).or_insert(next);
                    if number == next {
                        cells.cells.push(cell);
                    }
                    number
                }
            };
            last = Some((cell, number));
            cells.of_row.push(number);
        }
        Ok(cells)
    }
}

/// The day of a daily cell.
pub fn date(day: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(i64::from(day).days()).ok()
}

/// Values of one column as small numbers.
struct Coded {
    of_row: Vec<u32>,
    texts: Vec<String>,
}

/// Columns that make the category: the area of residence first, then the dimensions.
fn codes(cube: &Cube, selected: &DataFrame, columns: &Columns) -> PolarsResult<Vec<Coded>> {
    let column = |text: &str| selected.column(columns.name(&Wanted::Value(text.to_owned())));
    let mut coded = Vec::new();
    if let Some(aire) = &cube.key.aire {
        // A record without residence still counts for the region.
        coded.push(code(column(aire)?, 0, Some(""))?);
    }
    for grouping in &cube.key.groupings {
        let empty = grouping.avec_manquants.then_some(MANQUANT);
        coded.push(code(column(&grouping.expression)?, grouping.largeur, empty)?);
    }
    Ok(coded)
}

fn code(column: &Column, width: usize, empty: Option<&str>) -> PolarsResult<Coded> {
    let mut texts = Vec::new();
    let mut empty_code = None;
    let of_row = if column.dtype().is_integer() || column.dtype().is_bool() {
        let numbers = column.cast(&DataType::Int64)?;
        let mut codes: FxHashMap<i64, u32> = FxHashMap::default();
        let mut number = |value: i64| {
            *codes.entry(value).or_insert_with(|| {
                texts.push(format!("{value:0>width$}"));
                texts.len() as u32 - 1
            })
        };
        let coded: Vec<Option<u32>> = numbers.i64()?.iter().map(|value| value.map(&mut number)).collect();
        coded
    } else {
        let words = column.cast(&DataType::String)?;
        let mut codes: FxHashMap<&str, u32> = FxHashMap::default();
        let mut number = |value| {
            *codes.entry(value).or_insert_with(|| {
                texts.push(format!("{value:0>width$}"));
                texts.len() as u32 - 1
            })
        };
        let coded: Vec<Option<u32>> = words.str()?.iter().map(|value| value.map(&mut number)).collect();
        coded
    };
    let of_row = of_row
        .into_iter()
        .map(|code| match (code, empty) {
            (Some(code), _) => code,
            (None, None) => NOWHERE,
            (None, Some(text)) => *empty_code.get_or_insert_with(|| {
                texts.push(text.to_owned());
                texts.len() as u32 - 1
            }),
        })
        .collect();
    Ok(Coded { of_row, texts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_written_with_two_digits_and_an_empty_one_is_nowhere() {
        let hours = Column::new("h".into(), [Some(7), None, Some(23), Some(7)]);
        let coded = code(&hours, 2, None).unwrap();
        assert_eq!(coded.of_row, [0, NOWHERE, 1, 0]);
        assert_eq!(coded.texts, ["07", "23"]);
    }

    #[test]
    fn an_empty_value_is_a_category_when_asked() {
        let modes = Column::new("m".into(), [Some("8"), None, None]);
        let coded = code(&modes, 0, Some(MANQUANT)).unwrap();
        assert_eq!(coded.of_row, [0, 1, 1]);
        assert_eq!(coded.texts, ["8", MANQUANT]);
    }
}
