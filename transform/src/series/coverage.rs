//! `rpu_couverture`: passages transmitted beside passages declared, by site and month (RPU-E20, RPU-E21).

use jiff::civil::Date;
use polars::prelude::*;

use super::monthly::month_of;
use crate::prepare::{dp_expected, most_declared, rpu_view, sites_by_finess};
use crate::{Error, Inputs};

/// The months that lie wholly from `from` to `to`: a month cut short would look badly covered.
pub fn rpu_couverture(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let first = match from == from.first_of_month() {
        true => from,
        false => from.last_of_month().tomorrow().unwrap_or(from),
    };
    let last = match to == to.last_of_month() {
        true => to,
        false => to.first_of_month().yesterday().unwrap_or(to),
    };
    let expected = dp_expected(inputs);
    let filled = expected.clone().and(col("dp_etat").neq(lit("manquant")));
    let count = |condition: Expr, name: &str| condition.cast(DataType::Int32).sum().alias(name);
    let transmitted = rpu_view(inputs, first, last)?
        .group_by_stable([col("finess"), month_of("entree")])
        .agg([
            len().cast(DataType::Int32).alias("transmis"),
            count(expected, "dp_attendus"),
            count(filled, "dp_renseignes"),
        ]);
    let declared = most_declared(inputs, Some((first, last)))?;
    let keys = [col("finess"), col("jour")];
    let full = JoinArgs::new(JoinType::Full).with_coalesce(JoinCoalesce::CoalesceColumns);
    let left = JoinArgs::new(JoinType::Left).with_coalesce(JoinCoalesce::CoalesceColumns);
    let zero = |name: &str| col(name).fill_null(lit(0)).alias(name);
    Ok(transmitted
        .join(declared, keys.clone(), keys, full)
        .join(sites_by_finess(inputs), [col("finess")], [col("finess")], left)
        .with_columns([zero("transmis"), zero("dp_attendus"), zero("dp_renseignes")])
        .select(
            [
                "finess",
                "departement",
                "type_etablissement",
                "jour",
                "transmis",
                "declares",
                "dp_attendus",
                "dp_renseignes",
            ]
            .map(col),
        )
        .sort(["finess", "jour"], SortMultipleOptions::default()))
}
