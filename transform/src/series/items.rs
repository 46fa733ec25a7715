//! `rpu_champ_mois`: how items are filled, structure by structure, beside the mean of the structures (RPU-T04).

use jiff::civil::Date;
use polars::prelude::*;

use super::monthly::month_of;
use crate::prepare::{rpu_view, with_sites};
use crate::{Error, Inputs};

/// Items whose emptiness means that they were not filled.
const ITEMS: &[&str] = &[
    "cp",
    "commune",
    "naissance",
    "sexe",
    "mode_entree",
    "provenance",
    "transport",
    "transport_pec",
    "motif",
    "gravite",
    "dp",
    "sortie",
    "mode_sortie",
];

/// The months from that of `from` to that of `to`, over the records that entered from `from` to `to`.
pub fn rpu_champ_mois(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let mut counts = vec![len().cast(DataType::Int32).alias("passages")];
    for item in ITEMS {
        let state = || col(format!("{item}_etat"));
        let share = |condition: Expr, name: String| condition.cast(DataType::Float64).mean().alias(name);
        counts.push(share(state().neq(lit("manquant")), format!("rempli_{item}")));
        counts.push(share(state().eq(lit("conforme")), format!("conforme_{item}")));
    }
    let months = rpu_view(inputs, from, to)?
        .group_by_stable([col("finess"), col("ordre"), month_of("entree")])
        .agg(counts);
    let months = with_sites(months, inputs)
        .collect()
        .map_err(Error::frame("compter les champs de chaque mois"))?;
    let keys = ["finess", "ordre", "departement", "type_etablissement", "jour"].map(col);
    let items = ITEMS.iter().map(|item| {
        let mut columns = keys.to_vec();
        columns.extend([
            lit(item.to_uppercase()).alias("champ"),
            col("passages"),
            col(format!("rempli_{item}")).alias("rempli"),
            col(format!("conforme_{item}")).alias("conforme"),
        ]);
        months.clone().lazy().select(columns)
    });
    let long =
        concat(items.collect::<Vec<_>>(), UnionArgs::default()).map_err(Error::frame("ranger les champs de chaque mois"))?;
    let among = |expr: Expr| {
        let peers = expr.over([col("champ"), col("jour")]);
        peers.expect("a window over named columns is well formed")
    };
    Ok(long.with_columns([
        among(len()).cast(DataType::Int32).alias("structures"),
        among(col("rempli").mean()).alias("rempli_moyen"),
        among(col("rempli").std(1)).alias("rempli_ecart"),
        among(col("conforme").mean()).alias("conforme_moyen"),
        among(col("conforme").std(1)).alias("conforme_ecart"),
    ]))
}
