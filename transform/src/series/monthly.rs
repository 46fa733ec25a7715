//! `rpu_mois`: passages by structure and month, with their outcome.

use jiff::civil::Date;
use polars::prelude::*;

use crate::prepare::{first_of_month, rpu_view, with_sites};
use crate::{Error, Inputs};

/// The months from that of `from` to that of `to`, over the records that entered from `from` to `to`.
pub fn rpu_mois(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let count = |condition: Expr, name: &str| condition.cast(DataType::Int32).sum().alias(name);
    let outcome = || col("mode_sortie");
    let hospitalised = outcome().eq(lit("6")).or(outcome().eq(lit("7")));
    let months = rpu_view(inputs, from, to)?
        .group_by_stable([col("finess"), col("ordre"), month_of("entree")])
        .agg([
            len().cast(DataType::Int32).alias("passages"),
            count(outcome().is_not_null(), "modes_sortie"),
            count(hospitalised, "hospitalises"),
        ]);
    let sites = with_sites(months, inputs);
    Ok(sites.select(
        [
            "finess",
            "ordre",
            "departement",
            "type_etablissement",
            "jour",
            "passages",
            "modes_sortie",
            "hospitalises",
        ]
        .map(col),
    ))
}

/// First day of the month, as `jour`.
pub fn month_of(time: &str) -> Expr {
    first_of_month(col(time).dt().date()).alias("jour")
}
