//! Derived columns of `lits` (BED-SNAP §2.3), each described in `columns/lits.toml`.

use jiff::civil::Date;
use polars::prelude::*;

use super::rpu::minutes;
use super::{calendar, site};
use crate::Inputs;

pub fn derive(view: LazyFrame, inputs: &Inputs, from: Date, to: Date) -> LazyFrame {
    let sites = site::by_finess(&inputs.structures);
    let left = JoinArgs::new(JoinType::Left).with_coalesce(JoinCoalesce::CoalesceColumns);
    let mut first = calendar::day_columns("ts_etat_local", from, to);
    first.retain(|column| !matches!(column, Expr::Alias(_, name) if name.as_str() == "jour_semaine"));
    first.extend([
        zero_when_empty("n_fermes").alias("fermes"),
        zero_when_empty("n_supp_mobilises").alias("supp_mobilises"),
        zero_when_empty("n_reserves").alias("reserves"),
        minutes(col("ts_extraction") - col("ts_maj")).alias("age_maj_min"),
        critical_care().alias("soins_critiques"),
        calendar::clock_change("ts_etat_local", from, to, &[10]).alias("heure_repetee"),
        // Beds and places under one unit at one moment (BED-C22).
        col("nature")
            .n_unique()
            .over([col("finess_geo"), col("unite_id"), col("ts_etat")])
            .expect("a window over named columns is well formed")
            .cast(DataType::Int32)
            .alias("natures_unite"),
    ]);
    view.join(sites, [col("finess_geo")], [col("finess")], left)
        .with_columns(first)
        .with_column((col("n_installes") - col("fermes")).alias("ouverts"))
        .with_column((col("ouverts") + col("supp_mobilises")).alias("capacite_exploit"))
        .with_column((col("capacite_exploit") - col("n_occupes") - col("reserves")).alias("libres_calcules"))
        .with_column((col("n_disponibles") - comparable(inputs)).alias("ecart_dispo"))
}

/// An empty cell means 0 (`vide_signifie`); one that does not conform stays unknown.
fn zero_when_empty(column: &str) -> Expr {
    let state = format!("{column}_etat");
    when(col(state.as_str()).eq(lit("manquant")))
        .then(lit(0))
        .otherwise(col(column))
}

/// What a declared « disponibles » is compared with: without the mobilised extra beds where the sender leaves them out.
fn comparable(inputs: &Inputs) -> Expr {
    let without: Vec<&str> = inputs.dispo_sans_supp.iter().map(String::as_str).collect();
    if without.is_empty() {
        return col("libres_calcules");
    }
    let sender = col("finess_geo").is_in(lit(Series::new("finess".into(), without)).implode(true), false);
    when(sender)
        .then(col("libres_calcules") - col("supp_mobilises"))
        .otherwise(col("libres_calcules"))
}

fn critical_care() -> Expr {
    let list = lake::code_list::code_list("beds_discipline").expect("the list of disciplines is embedded");
    let critical: Vec<&str> = list
        .codes
        .iter()
        .filter(|row| row.autres["note"].starts_with("soins critiques"))
        .map(|row| row.code.as_str())
        .collect();
    col("discipline").is_in(lit(Series::new("codes".into(), critical)).implode(true), false)
}
