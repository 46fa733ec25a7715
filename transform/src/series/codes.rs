//! `rpu_modalite_mois`: the share of each code of a field, site by site, beside the median of the sites (RPU-T06).

use jiff::civil::Date;
use polars::prelude::*;

use super::monthly::month_of;
use crate::prepare::{left, rpu_view, with_first_structures};
use crate::{Error, Inputs};

/// Coded fields whose transcoding may go wrong.
const FIELDS: &[&str] = &[
    "sexe",
    "mode_entree",
    "provenance",
    "transport",
    "transport_pec",
    "gravite",
    "mode_sortie",
    "destination",
    "orient",
];

/// The months from that of `from` to that of `to`, over the records that entered from `from` to `to`. A code met anywhere in the
/// region has a row for each site that fills the field.
pub fn rpu_modalite_mois(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let mut fields = Vec::new();
    for field in FIELDS {
        fields.push(of_field(field, inputs, from, to)?);
    }
    let doing = || Error::frame("ranger les modalités de chaque mois");
    let every = concat(fields, UnionArgs::default())
        .map_err(doing())?
        .collect()
        .map_err(doing())?;
    let among = |expr: Expr| {
        let peers = expr.over([col("champ"), col("jour"), col("code")]);
        peers.expect("a window over named columns is well formed")
    };
    let part = col("renseignes_code").cast(DataType::Float64) / col("renseignes").cast(DataType::Float64);
    let shares = every.lazy().with_column(part.alias("part")).with_columns([
        among(col("part").median()).alias("part_mediane"),
        among(len()).cast(DataType::Int32).alias("structures"),
    ]);
    Ok(with_first_structures(shares, "finess", inputs))
}

fn of_field(field: &str, inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let counts = rpu_view(inputs, from, to)?
        .filter(col(field).is_not_null())
        .group_by_stable([col("finess"), month_of("entree"), col(field).alias("code")])
        .agg([len().cast(DataType::Int32).alias("renseignes_code")])
        .collect()
        .map_err(Error::frame(format!("compter les codes de {field}")))?
        .lazy();
    let sites = counts
        .clone()
        .group_by_stable([col("finess"), col("jour")])
        .agg([col("renseignes_code").sum().alias("renseignes")]);
    let codes = counts
        .clone()
        .select([col("jour"), col("code")])
        .unique_stable(None, UniqueKeepStrategy::First);
    let key = || [col("finess"), col("jour"), col("code")].to_vec();
    let every = sites
        .join(codes, [col("jour")], [col("jour")], JoinArgs::new(JoinType::Inner))
        .join(counts, key(), key(), left());
    Ok(every
        .with_column(col("renseignes_code").fill_null(lit(0)))
        .with_column(lit(field.to_uppercase()).alias("champ"))
        .select(["finess", "jour", "champ", "code", "renseignes", "renseignes_code"].map(col))
        .sort(["finess", "jour", "code"], SortMultipleOptions::default()))
}
