//! The declarations that a computation is made from.

use super::{Dimension, Grain, Indicator, Population};
use crate::Catalogue;
use crate::rules::Rule;

/// Declarations the plan is made from.
#[derive(Clone, Copy)]
pub struct Declarations<'a> {
    pub indicators: &'a [Indicator],
    pub populations: &'a [Population],
    pub dimensions: &'a [Dimension],
    pub grains: &'a [Grain],
    pub rules: &'a [Rule],
}

impl<'a> Declarations<'a> {
    pub fn indicator(&self, id: &str) -> Option<usize> {
        self.indicators.iter().position(|indicator| indicator.id == id)
    }

    pub fn population(&self, id: &str) -> Option<usize> {
        self.populations.iter().position(|population| population.id == id)
    }

    pub fn dimension(&self, id: &str) -> Option<&'a Dimension> {
        self.dimensions.iter().find(|dimension| dimension.id == id)
    }

    pub fn grains_of(&self, indicator: &'a Indicator) -> impl Iterator<Item = &'a Grain> {
        let grains = self.grains;
        indicator
            .grains
            .iter()
            .filter_map(move |id| grains.iter().find(|grain| grain.id == *id))
    }
}

/// Declarations of a catalogue, without their places in files.
#[derive(Debug, Clone, Default)]
pub struct Owned {
    pub indicators: Vec<Indicator>,
    pub populations: Vec<Population>,
    pub dimensions: Vec<Dimension>,
    pub grains: Vec<Grain>,
    pub rules: Vec<Rule>,
}

impl Owned {
    pub fn of(catalogue: &Catalogue) -> Owned {
        fn whats<T: Clone>(rows: &[crate::catalogue::Declared<T>]) -> Vec<T> {
            rows.iter().map(|row| row.what.clone()).collect()
        }
        Owned {
            indicators: whats(&catalogue.indicateurs),
            populations: whats(&catalogue.populations),
            dimensions: whats(&catalogue.dimensions),
            grains: whats(&catalogue.grains),
            rules: catalogue.regles.clone(),
        }
    }

    pub fn declarations(&self) -> Declarations<'_> {
        Declarations {
            indicators: &self.indicators,
            populations: &self.populations,
            dimensions: &self.dimensions,
            grains: &self.grains,
            rules: &self.rules,
        }
    }
}
