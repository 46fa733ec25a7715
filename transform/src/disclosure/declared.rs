//! The declarations that disclosure control reads.

use std::collections::BTreeMap;

use super::protection::{self, Partitions, Protection};
use crate::Catalogue;
use crate::indicators::{Dimension, Indicator, Population};

/// Declarations by identifier.
#[derive(Debug)]
pub struct Declared<'a> {
    pub protections: BTreeMap<String, Protection>,
    pub partitions: Partitions,
    pub indicators: BTreeMap<&'a str, &'a Indicator>,
    pub populations: BTreeMap<&'a str, &'a Population>,
    pub dimensions: BTreeMap<&'a str, &'a Dimension>,
}

impl<'a> Declared<'a> {
    pub fn of(catalogue: &'a Catalogue) -> Declared<'a> {
        Declared::new(
            catalogue.indicateurs.iter().map(|row| &row.what),
            catalogue.populations.iter().map(|row| &row.what),
            catalogue.dimensions.iter().map(|row| &row.what),
        )
    }

    pub fn new(
        indicators: impl Iterator<Item = &'a Indicator>,
        populations: impl Iterator<Item = &'a Population>,
        dimensions: impl Iterator<Item = &'a Dimension>,
    ) -> Declared<'a> {
        let indicators: BTreeMap<&str, &Indicator> = indicators.map(|row| (row.id.as_str(), row)).collect();
        let dimensions: Vec<&Dimension> = dimensions.collect();
        Declared {
            protections: indicators.values().map(|row| (row.id.clone(), protection::of(row))).collect(),
            partitions: protection::partitions(dimensions.iter().copied()),
            populations: populations.map(|row| (row.id.as_str(), row)).collect(),
            dimensions: dimensions.into_iter().map(|row| (row.id.as_str(), row)).collect(),
            indicators,
        }
    }
}
