//! From the current view of the lake to what a release may carry: derived columns, quality rules, indicators, disclosure
//! control. Deliberately ignorant of file formats, of the wording of reports, of the clock and of the terminal.
//!
//! Main path: [`Catalogue::load`] reads the declarations, [`prepare`] turns the files of the view into a frame with every
//! derived column, [`rules::judge`] gives findings and anomalies, `indicators` figures, `release` what an audience may read.

pub mod catalogue;
pub mod context;
pub mod disclosure;
pub mod fiches;
pub mod indicators;
pub mod judgement;
mod made;
mod openings;
pub mod prepare;
pub mod release;
pub mod retour;
pub mod revisions;
pub mod rules;
pub mod series;
pub mod sites;

mod error;
mod parquet;
#[cfg(test)]
mod testing;

pub use catalogue::{Catalogue, Diagnostic};
pub use context::Inputs;
pub use error::Error;
pub use prepare::{has_passages, prepare, prepare_lits};
pub use release::{FrameInputs, release};
pub use rules::{Judged, judge};
