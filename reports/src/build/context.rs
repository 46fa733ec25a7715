//! What every builder needs: the figures, and a note of what was asked for.

use std::cell::RefCell;
use std::collections::BTreeSet;

use lake::figure::Figure;
use lake::release::{Frame, Release};

use crate::declaration::{Period, Selection};
use crate::figures::{FigureKey, Figures};

pub struct Context<'a> {
    pub figures: Figures<'a>,
    used: RefCell<BTreeSet<String>>,
}

impl<'a> Context<'a> {
    pub fn new(release: &'a Release) -> Context<'a> {
        Context {
            figures: Figures::new(release),
            used: RefCell::default(),
        }
    }

    pub fn frame(&self) -> &'a Frame {
        &self.figures.release.frame
    }

    /// The figure that a selection names, over a period; the indicator is noted for the method annex.
    pub fn figure(&self, selection: &Selection, period: Period) -> Option<&'a Figure> {
        self.look_up(&selection.key(self.frame(), period))
    }

    pub fn look_up(&self, key: &FigureKey) -> Option<&'a Figure> {
        for word in [&key.indicator, &key.population, &key.dim, &key.dim2] {
            self.note(word);
        }
        self.figures.get(key)
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

    /// Decimals of an indicator: as the catalogue says, else by its unit.
    pub fn digits(&self, indicator: &str, unit: &str) -> u8 {
        match self.figures.entry(indicator) {
            Some(entry) => entry.chiffres,
            None => u8::from(matches!(unit, "ans" | "fraction" | "pour_1000" | "passages/jour")),
        }
    }
}
