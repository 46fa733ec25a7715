//! Reading the lake's Parquet files into lazy frames: only the columns that a query uses are read. polars reads what arrow-rs
//! wrote; nothing is written here. Stands in for polars' own scan, whose feature brings an HTTP client (see `Cargo.toml`).

use std::any::Any;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars::prelude::*;
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;

/// The rows of these files, one file after the other in the order given. Every file has the columns of `schema`; running the
/// query fails, naming the file, when one cannot be read or lacks a column.
pub fn scan(files: Vec<PathBuf>, schema: SchemaRef) -> PolarsResult<LazyFrame> {
    let arguments = ScanArgsAnonymous {
        schema: Some(schema),
        name: "PARQUET",
        ..ScanArgsAnonymous::default()
    };
    LazyFrame::anonymous_scan(Arc::new(Files { files }), arguments)
}

struct Files {
    files: Vec<PathBuf>,
}

impl AnonymousScan for Files {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn allows_projection_pushdown(&self) -> bool {
        true
    }

    fn scan(&self, arguments: AnonymousScanArgs) -> PolarsResult<DataFrame> {
        // The order of the schema, whatever the order in which the query names its columns.
        let wanted: Vec<String> = match &arguments.with_columns {
            Some(columns) => arguments
                .schema
                .iter_names()
                .filter(|name| columns.contains(name))
                .map(|name| name.to_string())
                .collect(),
            None => arguments.schema.iter_names().map(|name| name.to_string()).collect(),
        };
        let mut all = DataFrame::empty_with_schema(&arguments.schema).select(wanted.iter().map(String::as_str))?;
        for file in &self.files {
            all.vstack_mut(&read(file, &wanted)?)?;
        }
        Ok(all)
    }
}

fn read(file: &Path, columns: &[String]) -> PolarsResult<DataFrame> {
    let opened = File::open(file).map_err(|error| polars_err!(ComputeError: "failed to open {}: {error}", file.display()))?;
    ParquetReader::new(opened)
        .with_columns(Some(columns.to_vec()))
        .finish()
        .and_then(|frame| frame.select(columns.iter().map(String::as_str)))
        .map_err(|error| polars_err!(ComputeError: "failed to read {}: {error}", file.display()))
}
