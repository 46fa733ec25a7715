//! The usable rows of a table with every derived column: what rules, indicators and series are computed on.

mod calendar;
pub(crate) mod source;

use jiff::civil::Date;
use lake::table::Table;
use polars::prelude::*;

use crate::{Catalogue, Error, Inputs};

/// The records of `rpu` that entered from `from` to `to`, both included, with every derived column. Values that rules void
/// (`void_field`, `void_derived`) are null.
pub fn prepare(inputs: &Inputs, _catalogue: &Catalogue, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let frame = source::view(declared("rpu"), &inputs.rpu)?.filter(source::between("entree", from, to));
    Ok(frame.with_columns(calendar::entry_columns()))
}

/// The snapshots of `lits` from `from` to `to` (day of `ts_etat_local`), both included, with every derived column.
pub fn prepare_lits(inputs: &Inputs, _catalogue: &Catalogue, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let frame = source::view(declared("lits"), &inputs.lits)?.filter(source::between("ts_etat_local", from, to));
    Ok(frame.with_column(col("ts_etat_local").dt().date().alias("jour")))
}

fn declared(table: &str) -> &'static Table {
    lake::table::table(table).expect("the tables named here are declared in lake")
}
