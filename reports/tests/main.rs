//! All integration tests of the crate, in one binary.
#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod anatomy;
mod charts;
mod declarations;
mod editions;
mod errors_of_public_reports;
mod fiches;
mod figures_printed;
mod files;
mod package;
mod page;
mod proof;
mod reading;
mod retour;
mod sample;
mod sections;
mod typography;
mod withheld;
