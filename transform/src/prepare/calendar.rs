//! Columns that follow from the civil time of entry alone.

use polars::prelude::*;

/// `jour`, `mois`, `trimestre`, `heure`, `jour_semaine`, `weekend`, `nuit`, `soiree`.
pub fn entry_columns() -> Vec<Expr> {
    let hour = col("entree").dt().hour();
    let weekday = col("entree").dt().weekday();
    vec![
        col("entree").dt().date().alias("jour"),
        col("entree").dt().strftime("%Y-%m").alias("mois"),
        hour.clone().alias("heure"),
        weekday.clone().alias("jour_semaine"),
        // Saturday 00:00 to Sunday 23:59 (RESURAL, rapport 2014, définitions); rpu-indicators.md §3.
        weekday.gt_eq(lit(6)).alias("weekend"),
        hour.clone().gt_eq(lit(20)).or(hour.clone().lt(lit(8))).alias("nuit"),
        hour.gt_eq(lit(20)).alias("soiree"),
    ]
}
