//! Derived columns of `lits` (BED-SNAP §2.3), each described in `lake/columns/lits.toml`.

use jiff::civil::Date;
use lake::table::Table;
use polars::prelude::*;

use super::{calendar, derived};
use crate::{Error, Inputs};

/// Columns of the day and of the unit, of a view whose sites are described.
pub fn derive(view: LazyFrame, table: &Table, inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let mut first = calendar::day_columns("ts_etat_local", from, to);
    first.retain(|column| !matches!(column, Expr::Alias(_, name) if name.as_str() == "jour_semaine"));
    first.extend([
        // Beds and places under one unit at one moment (BED-C22).
        col("nature")
            .n_unique()
            .over([col("finess_geo"), col("unite_id"), col("ts_etat")])
            .expect("a window over named columns is well formed")
            .cast(DataType::Int32)
            .alias("natures_unite"),
    ]);
    capacities(view.with_columns(first), table, inputs)
}

/// Columns that follow from the numbers of beds: computed once for the rules, and again once they have voided a number.
pub fn capacities(frame: LazyFrame, table: &Table, inputs: &Inputs) -> Result<LazyFrame, Error> {
    let frame = derived::again(frame, table)?;
    let without: Vec<&str> = inputs.dispo_sans_supp.iter().map(String::as_str).collect();
    if without.is_empty() {
        return Ok(frame);
    }
    // These senders leave the mobilised extra beds out of what they declare available.
    let sender = col("finess_geo").is_in(lit(Series::new("finess".into(), without)).implode(true), false);
    let wide = |name: &str| col(name).cast(DataType::Int64);
    let gap = when(sender)
        .then(wide("ecart_dispo") + wide("supp_mobilises"))
        .otherwise(wide("ecart_dispo"));
    Ok(frame.with_column(gap.cast(DataType::Int32).alias("ecart_dispo")))
}
