//! Additive totals: for each cube, one cell per period, structure, population and category. Sites add up to areas, months to
//! quarters and years; nothing is averaged here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use lake::month::Month;
use rustc_hash::FxHashMap;

use super::areas::Key;
use super::histogram::Histogram;

/// Where a total belongs. `period` and `population` are indexes in the request and the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    pub period: u16,
    pub key: Key,
    pub population: u8,
    pub category: u16,
}

/// Totals of one cube.
#[derive(Debug, Default)]
pub struct CubeTally {
    /// Number of counters per cell.
    width: usize,
    slots: FxHashMap<Cell, u32>,
    counters: Vec<i64>,
    histograms: FxHashMap<Cell, Histogram>,
    /// Categories met in each structure.
    of_key: FxHashMap<Key, BTreeSet<u16>>,
    /// Categories met: the values of the dimensions, joined by the area of residence when there is one.
    pub categories: Categories,
}

/// Small numbers for the combinations of values met.
#[derive(Debug, Default)]
pub struct Categories {
    index: BTreeMap<Vec<String>, u16>,
    names: Vec<Vec<String>>,
}

impl Categories {
    pub fn number(&mut self, values: Vec<String>) -> u16 {
        let next = u16::try_from(self.index.len()).expect("fewer than 65 536 categories");
        match self.index.get(&values) {
            Some(known) => *known,
            None => {
                self.names.push(values.clone());
                self.index.insert(values, next);
                next
            }
        }
    }

    pub fn get(&self, values: &[String]) -> Option<u16> {
        self.index.get(values).copied()
    }

    pub fn named(&self, number: u16) -> &[String] {
        &self.names[usize::from(number)]
    }

    pub fn values(&self) -> impl Iterator<Item = &Vec<String>> {
        self.index.keys()
    }
}

impl CubeTally {
    pub fn new(width: usize) -> CubeTally {
        CubeTally {
            width,
            ..CubeTally::default()
        }
    }

    pub fn add(&mut self, cell: Cell, counts: impl Iterator<Item = i64>) {
        let next = (self.counters.len() / self.width.max(1)) as u32;
        let slot = *self.slots.entry(cell).or_insert(next);
        if slot == next {
            self.counters.resize(self.counters.len() + self.width, 0);
            self.of_key.entry(cell.key).or_default().insert(cell.category);
        }
        let start = slot as usize * self.width;
        for (counter, count) in self.counters[start..start + self.width].iter_mut().zip(counts) {
            *counter += count;
        }
    }

    pub fn add_histogram(&mut self, cell: Cell, histogram: &Histogram) {
        self.histograms.entry(cell).or_default().add(histogram);
    }

    pub fn get(&self, cell: Cell, counter: usize) -> i64 {
        self.slots
            .get(&cell)
            .map_or(0, |slot| self.counters[*slot as usize * self.width + counter])
    }

    /// Categories met in a structure, with their values.
    pub fn categories_of(&self, key: Key) -> impl Iterator<Item = (u16, &[String])> {
        let met = self.of_key.get(&key).into_iter().flatten();
        met.map(|category| (*category, self.categories.named(*category)))
    }

    pub fn has(&self, cell: Cell) -> bool {
        self.slots.contains_key(&cell) || self.histograms.contains_key(&cell)
    }

    pub fn histogram(&self, cell: Cell) -> Option<&Histogram> {
        self.histograms.get(&cell)
    }
}

/// Which structures have records, and how many, day by day.
#[derive(Debug, Default, Clone)]
pub struct Presence {
    days: BTreeMap<Date, BTreeMap<Key, u64>>,
    months: BTreeMap<Month, BTreeMap<Key, u64>>,
}

impl Presence {
    pub fn saw(&mut self, key: Key, day: Date, records: u64) {
        *self.days.entry(day).or_default().entry(key).or_default() += records;
        *self.months.entry(Month::of(day)).or_default().entry(key).or_default() += records;
    }

    /// Records of a structure in a month.
    pub fn records(&self, key: Key, month: Month) -> u64 {
        self.months.get(&month).and_then(|keys| keys.get(&key)).copied().unwrap_or(0)
    }

    /// Records of a structure from one day to another.
    pub fn records_between(&self, key: Key, from: Date, to: Date) -> u64 {
        let days = self.days.range(from..=to);
        days.filter_map(|(_, keys)| keys.get(&key)).sum()
    }

    pub fn in_month(&self, key: Key, month: Month) -> bool {
        self.records(key, month) > 0
    }

    pub fn between(&self, key: Key, from: Date, to: Date) -> bool {
        self.days.range(from..=to).any(|(_, keys)| keys.contains_key(&key))
    }

    /// Whether a structure has records on a day.
    pub fn on(&self, key: Key, day: Date) -> bool {
        self.days.get(&day).is_some_and(|keys| keys.contains_key(&key))
    }

    /// Whether a structure has records in a month that was read.
    pub fn knows(&self, key: Key) -> bool {
        self.months.values().any(|keys| keys.contains_key(&key))
    }

    /// Whether any structure has records from one day to another.
    pub fn any(&self, from: Date, to: Date) -> bool {
        self.days.range(from..=to).next().is_some()
    }

    /// Whether a month was read, with or without records.
    pub fn has_month(&self, month: Month) -> bool {
        self.months.contains_key(&month)
    }
}
