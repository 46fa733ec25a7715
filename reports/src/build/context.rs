//! What every builder needs: the figures, and a note of what was asked for.

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiff::civil::Date;
use lake::figure::Figure;
use lake::release::{Frame, Release};

use crate::contours::Contours;
use crate::declaration::{Period, Selection};
use crate::evenements::Evenement;
use crate::figures::{FigureKey, Figures};

pub struct Context<'a> {
    pub figures: Figures<'a>,
    pub contours: &'a Contours,
    pub facts: &'a [Evenement],
    used: RefCell<BTreeSet<String>>,
    /// Ranks of the figures that were read.
    read: RefCell<BTreeSet<usize>>,
}

impl<'a> Context<'a> {
    pub fn new(release: &'a Release, contours: &'a Contours, facts: &'a [Evenement]) -> Context<'a> {
        Context {
            figures: Figures::new(release),
            contours,
            facts,
            used: RefCell::default(),
            read: RefCell::default(),
        }
    }

    pub fn frame(&self) -> &'a Frame {
        &self.figures.release.frame
    }

    /// Days of the main period.
    pub fn days(&self) -> f64 {
        days_of(self.frame().date_from, self.frame().date_to)
    }

    /// Days of the same period of the year before.
    pub fn days_before(&self) -> f64 {
        days_of(self.frame().date_from_n1, self.frame().date_to_n1)
    }

    /// The figure that a selection names, over a period; the indicator is noted for the method annex.
    pub fn figure(&self, selection: &Selection, period: Period) -> Option<&'a Figure> {
        self.look_up(&selection.key(self.frame(), period))
    }

    pub fn look_up(&self, key: &FigureKey) -> Option<&'a Figure> {
        for word in [&key.indicator, &key.population, &key.dim, &key.dim2] {
            self.note(word);
        }
        let rank = self.figures.rank(key)?;
        self.read.borrow_mut().insert(rank);
        self.figures.release.figures.get(rank)
    }

    /// The value of a figure when it may be printed.
    pub fn value(&self, key: &FigureKey) -> Option<f64> {
        self.look_up(key)
            .filter(|figure| figure.printable())
            .and_then(|figure| figure.value)
    }

    fn note(&self, id: &str) {
        if !id.is_empty() && !self.used.borrow().contains(id) {
            self.used.borrow_mut().insert(id.to_owned());
        }
    }

    /// Indicators, populations and dimensions asked for so far, in order of their identifiers.
    pub fn used(&self) -> Vec<String> {
        self.used.borrow().iter().cloned().collect()
    }

    /// Figures read so far, as ranks in the release.
    pub fn read(&self) -> Vec<usize> {
        self.read.borrow().iter().copied().collect()
    }

    /// What an indicator counts, in the plural: « passages », « dossiers ».
    pub fn counted(&self, indicator: Option<&str>) -> String {
        let entry = indicator.and_then(|indicator| self.figures.entry(indicator));
        entry.map_or_else(|| "passages".to_owned(), |entry| entry.unite.clone())
    }

    /// Decimals of an indicator: as the catalogue says, else by its unit.
    pub fn digits(&self, indicator: &str, unit: &str) -> u8 {
        match self.figures.entry(indicator) {
            Some(entry) => entry.chiffres,
            None => u8::from(matches!(unit, "ans" | "fraction" | "pour_1000" | "passages/jour")),
        }
    }
}

fn days_of(from: Date, to: Date) -> f64 {
    f64::from((to - from).get_days() + 1)
}
