//! Results as files: figures, findings, anomalies and deliveries in Parquet (zstd), a release as a folder. Column names are
//! a contract with users (`ARCHITECTURE.md` §7); they avoid SQL's reserved words. Rows keep the order they are given in.
//!
//! These functions write where they are told, in one go. Under the data root go through `store::Writer`, which publishes
//! atomically.

mod columns;
mod deliveries;
mod error;
mod figures;
mod findings;
mod printed;
mod release;
mod retour;
mod run;

pub use columns::columns_of;
pub use deliveries::{DeliveryLine, read_deliveries, write_deliveries};
pub use error::ResultsError;
pub use figures::{meaning, read_figures, read_figures_where, read_masked, write_figures};
pub use findings::{read_anomalies, read_findings, write_anomalies, write_findings};
pub use printed::{COLUMNS as PRINTED, Printed, read_printed, write_printed};
pub use release::{FIGURES, FINDINGS, FRAME, read_release, read_release_where, write_release};
pub use retour::{read_return, returned_sites, write_returns};
pub use run::{ANOMALIES, DELIVERIES, EXECUTION, Execution, Results, read_execution, write_results};
