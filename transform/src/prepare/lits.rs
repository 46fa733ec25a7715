//! Derived columns of `lits` (BED-SNAP §2.3), each described in `columns/lits.toml`.

use jiff::civil::Date;
use polars::prelude::*;

use super::calendar;
use super::rpu::minutes;
use crate::Inputs;

/// Columns of the day and of the unit, of a view whose sites are described.
pub fn derive(view: LazyFrame, inputs: &Inputs, from: Date, to: Date) -> LazyFrame {
    let mut first = calendar::day_columns("ts_etat_local", from, to);
    first.retain(|column| !matches!(column, Expr::Alias(_, name) if name.as_str() == "jour_semaine"));
    first.extend([
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
    capacities(view.with_columns(first), inputs)
}

/// Columns that follow from the numbers of beds: computed once for the rules, and again once they have voided a number. In 64
/// bits: a number too great for the column leaves an empty cell, never a total of another sign.
pub fn capacities(frame: LazyFrame, inputs: &Inputs) -> LazyFrame {
    let wide = |name: &str| col(name).cast(DataType::Int64);
    let narrow = |beds: Expr, name: &str| beds.cast(DataType::Int32).alias(name);
    let capacity = || wide("ouverts") + wide("supp_mobilises");
    frame
        .with_columns([
            zero_when_empty("n_fermes").alias("fermes"),
            zero_when_empty("n_supp_mobilises").alias("supp_mobilises"),
            zero_when_empty("n_reserves").alias("reserves"),
        ])
        .with_column(narrow(wide("n_installes") - wide("fermes"), "ouverts"))
        .with_column(narrow(capacity(), "capacite_exploit"))
        .with_column(narrow(capacity() - wide("n_occupes") - wide("reserves"), "libres_calcules"))
        .with_column(narrow(wide("n_disponibles") - comparable(inputs), "ecart_dispo"))
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
    let free = || col("libres_calcules").cast(DataType::Int64);
    let without: Vec<&str> = inputs.dispo_sans_supp.iter().map(String::as_str).collect();
    if without.is_empty() {
        return free();
    }
    let sender = col("finess_geo").is_in(lit(Series::new("finess".into(), without)).implode(true), false);
    when(sender)
        .then(free() - col("supp_mobilises").cast(DataType::Int64))
        .otherwise(free())
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
