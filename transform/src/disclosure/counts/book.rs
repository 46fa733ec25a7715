//! The book of what a release counts: one cell for each count at each place, and the figures that print it.

use std::sync::Arc;

use lake::figure::Figure;
use rustc_hash::{FxHashMap, FxHashSet};

use super::is_own;
use super::sides::{self, Named, Sides};
use crate::disclosure::Policy;
use crate::disclosure::declared::Declared;
use crate::disclosure::system::{Cell, NEVER, System};

/// A number of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Numerator,
    Denominator,
    Missing,
    Excluded,
}

pub(super) const SIDES: [Side; 4] = [Side::Numerator, Side::Denominator, Side::Missing, Side::Excluded];

pub const NONE: u32 = u32::MAX;

/// Names given small numbers.
#[derive(Debug, Default)]
pub struct Register {
    numbers: FxHashMap<String, u32>,
    pub names: Vec<String>,
}

impl Register {
    pub fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }

    pub fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}

/// What the figures of one indicator, population and category count.
#[derive(Debug)]
pub struct Shape {
    pub sides: Sides,
    pub sets: [u32; 4],
    pub protected: [bool; 4],
    /// Those of the denominator that are not in the numerator.
    pub complement: u32,
    pub population: Arc<str>,
    pub indicator: Arc<str>,
}

/// Where a count stands: its name, area, period and perimeter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub set: u32,
    pub area: u32,
    pub period: u32,
    pub perimeter: u32,
}

impl Place {
    fn key(self) -> u64 {
        u64::from(self.set) << 36 | u64::from(self.area) << 20 | u64::from(self.period) << 4 | u64::from(self.perimeter)
    }
}

#[derive(Debug, Default)]
pub struct Book {
    pub system: System,
    pub sets: Register,
    /// `level\u{1f}code`.
    pub areas: Register,
    /// `kind\u{1f}label`.
    pub periods: Register,
    perimeters: Register,
    pub shapes: Vec<Shape>,
    cells: FxHashMap<u64, Cell>,
    pub places: Vec<Place>,
    /// Cells of each figure, by side, and its shape.
    pub(super) of_figures: Vec<([Cell; 4], u32)>,
    /// Figures that print each cell, and how many of them still do.
    pub(super) from: Vec<u32>,
    pub(super) printed: Vec<(u32, u8)>,
    pub(super) seen: Vec<u32>,
    /// What a figure does not print although it is not masked, one bit for each side.
    pub(super) unsaid: Vec<u8>,
    seuil: u32,
    /// Areas whose figures the reader has anyway.
    own: FxHashSet<u32>,
}

/// Two counts that ought to be one and are not.
const DIFFERS: f64 = 1e-6;

impl Book {
    pub fn of(figures: &[Figure], declared: &Declared<'_>, withdrawn: &[bool], policy: &Policy) -> Book {
        let mut book = Book {
            seuil: policy.seuil,
            ..Book::default()
        };
        let mut shapes: FxHashMap<[usize; 6], u32> = FxHashMap::default();
        for (figure, withdrawn) in figures.iter().zip(withdrawn) {
            let mut cells = ([NONE; 4], NONE);
            if !withdrawn && numbers(figure).iter().any(Option::is_some) {
                let place = |text: &Arc<str>| text.as_ptr() as usize;
                let key = [
                    place(&figure.indicator),
                    place(&figure.population),
                    place(&figure.dim),
                    place(&figure.modalite),
                    place(&figure.dim2),
                    place(&figure.modalite2),
                ];
                let shape = match shapes.get(&key) {
                    Some(shape) => *shape,
                    None => {
                        let shape = book.shape(figure, declared);
                        shapes.insert(key, shape);
                        shape
                    }
                };
                if shape != NONE {
                    cells = (book.enter(figure, shape), shape);
                }
            }
            book.of_figures.push(cells);
        }
        book.mark(figures, policy);
        book
    }

    fn shape(&mut self, figure: &Figure, declared: &Declared<'_>) -> u32 {
        let Some(sides) = sides::of(figure, declared) else {
            return NONE;
        };
        let named = [&sides.numerator, &sides.denominator, &sides.missing, &sides.excluded];
        let mut number = |named: &Option<Named>| named.as_ref().map_or(NONE, |named| self.sets.number(&named.name()));
        let sets = named.map(&mut number);
        let protected = named.map(|named| named.as_ref().is_some_and(|named| named.protected));
        let complement = match (sides.complement, &sides.numerator, &sides.denominator) {
            (true, Some(some), Some(all)) => self.sets.number(&format!("{} ∖ {}", all.name(), some.name())),
            _ => NONE,
        };
        self.shapes.push(Shape {
            sets,
            protected,
            complement,
            population: figure.population.clone(),
            indicator: figure.indicator.clone(),
            sides,
        });
        (self.shapes.len() - 1) as u32
    }

    fn enter(&mut self, figure: &Figure, shape: u32) -> [Cell; 4] {
        let area = self.areas.number(&format!("{}\u{1f}{}", figure.level, figure.area));
        let period = self.periods.number(&period(&figure.period_kind, &figure.period));
        let perimeter = self.perimeters.number(&figure.perimetre);
        let (sets, of_before) = {
            let shape = &self.shapes[shape as usize];
            (shape.sets, shape.sides.of_before)
        };
        let mut cells = [NONE; 4];
        for (index, count) in numbers(figure).into_iter().enumerate() {
            let (Some(count), set) = (count, sets[index]) else { continue };
            if set == NONE {
                continue;
            }
            let mut place = Place {
                set,
                area,
                period,
                perimeter,
            };
            if of_before && SIDES[index] == Side::Denominator {
                place.period = self.periods.number(&period_before(&figure.period_kind, &figure.period));
            }
            let mut cell = self.cell(place, count);
            if (self.system.values[cell as usize] - count).abs() > DIFFERS {
                // Two counts under one name: this one is its indicator's own.
                let name = format!("{} # {} {index}", self.sets.names[set as usize], figure.indicator);
                place.set = self.sets.number(&name);
                cell = self.cell(place, count);
            }
            cells[index] = cell;
        }
        cells
    }

    /// Whether a count at a place is one that its reader must not know.
    pub fn is_small(&self, place: Place, count: f64) -> bool {
        count > 0.0 && count < f64::from(self.seuil) && !self.own.contains(&place.area)
    }

    /// The cell of a place, made if need be.
    pub fn cell(&mut self, place: Place, count: f64) -> Cell {
        if let Some(cell) = self.cells.get(&place.key()) {
            return *cell;
        }
        let cell = self.system.cell(count, None);
        self.cells.insert(place.key(), cell);
        self.places.push(place);
        cell
    }

    pub fn at(&self, place: Place) -> Option<Cell> {
        self.cells.get(&place.key()).copied()
    }

    /// The table of each cell of a site: one count, at every site and every period of a kind.
    pub fn tables(&self) -> Vec<u32> {
        let first = |names: &Register| -> Vec<String> {
            let first = |name: &String| name.split('\u{1f}').next().unwrap_or_default().to_owned();
            names.names.iter().map(first).collect()
        };
        let (levels, kinds) = (first(&self.areas), first(&self.periods));
        let mut numbers: FxHashMap<(u32, &str, &str), u32> = FxHashMap::default();
        let key = |place: &Place| (place.set, &*levels[place.area as usize], &*kinds[place.period as usize]);
        let mut table = |place: &Place| {
            // Without the totals of the region and its départements nothing is left to publish.
            if levels[place.area as usize] != "etablissement" {
                return NEVER;
            }
            let next = numbers.len() as u32;
            *numbers.entry(key(place)).or_insert(next)
        };
        self.places.iter().map(&mut table).collect()
    }

    /// Cells and shape of each figure that has some.
    pub fn of_figures(&self) -> impl Iterator<Item = (usize, [Cell; 4], &Shape)> {
        let known = self.of_figures.iter().enumerate().filter(|(_, (_, shape))| *shape != NONE);
        known.map(|(index, (cells, shape))| (index, *cells, &self.shapes[*shape as usize]))
    }

    /// Which figures print each cell, and which counts are secret.
    fn mark(&mut self, figures: &[Figure], policy: &Policy) {
        for (index, figure) in figures.iter().enumerate() {
            let (cells, shape) = self.of_figures[index];
            if shape == NONE {
                continue;
            }
            if is_own(figure, policy) {
                let area = self.areas.find(&format!("{}\u{1f}{}", figure.level, figure.area));
                self.own.extend(area);
                continue;
            }
            let protected = self.shapes[shape as usize].protected;
            for (cell, protected) in cells.into_iter().zip(protected) {
                if cell != NONE && protected && policy.is_small(self.system.values[cell as usize]) {
                    self.system.secret[cell as usize] = true;
                }
            }
        }
    }
}

fn numbers(figure: &Figure) -> [Option<f64>; 4] {
    let counted = match figure.denominator {
        None => figure.numerator.or(figure.value),
        Some(_) => figure.numerator,
    };
    [counted, figure.denominator, figure.missing, figure.excluded]
}

pub fn period(kind: &str, label: &str) -> String {
    format!("{kind}\u{1f}{label}")
}

/// The same period of the year before.
fn period_before(kind: &str, label: &str) -> String {
    let year: Option<i32> = label.get(..4).and_then(|year| year.parse().ok());
    year.map_or_else(
        || period(kind, "avant"),
        |year| period(kind, &format!("{:04}{}", year - 1, &label[4..])),
    )
}
