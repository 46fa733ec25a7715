//! Derived columns of `rpu`, each described with its source in `columns/rpu.toml`.

use jiff::civil::Date;
use polars::prelude::*;

use super::calendar;
use crate::Inputs;
use crate::context::sans_soins;

/// Columns of the patient, of the outcome and of the calendar; `departement` must be there.
pub fn columns(inputs: &Inputs, from: Date, to: Date) -> Vec<Expr> {
    let mut columns = calendar::entry_columns(inputs, from, to);
    columns.extend(calendar::pdsa_columns("entree", inputs, from, to));
    let class = || col("residence_classe");
    columns.extend([
        five_years().alias("age_5"),
        col("age").lt(lit(inputs.bornes.pediatrie_moins_de)).alias("pediatrie"),
        col("age").gt_eq(lit(inputs.bornes.geriatrie_a_partir_de)).alias("geriatrie"),
        when(class().eq(lit("region")))
            .then(lit(1i16))
            .when(class().eq(lit("france")).or(class().eq(lit("etranger"))))
            .then(lit(0i16))
            .otherwise(lit(NULL).cast(DataType::Int16))
            .alias("resident"),
        when(class().eq(lit("france")).and(neighbour(&inputs.region)))
            .then(lit("limitrophe"))
            .when(
                class()
                    .eq(lit("region"))
                    .or(class().eq(lit("france")))
                    .or(class().eq(lit("etranger"))),
            )
            .then(class())
            .otherwise(lit(NULL).cast(DataType::String))
            .alias("residence_provenance"),
        // An empty orientation stays out of UHCD (RESURAL, routines Rpu2; rpu-indicators.md §4.5).
        col("orient").eq(lit("UHCD")).fill_null(lit(false)).alias("uhcd"),
        is_among(sans_soins()).alias("sans_soins"),
        expected_unless(sans_soins()).alias("gravite_attendu"),
        dp_expected(inputs).alias("dp_attendu"),
        col("mode_sortie")
            .eq(lit("6"))
            .or(col("mode_sortie").eq(lit("7")))
            .alias("hospitalise"),
        minutes(col("extract") - col("entree")).alias("recul_min"),
    ]);
    columns
}

/// Whether the patient lives in a département that touches the region.
fn neighbour(region: &str) -> Expr {
    let lives_in = |code: &str| col("residence_departement").eq(lit(code.to_owned()));
    let codes = lake::offre::limitrophes(region);
    codes
        .into_iter()
        .fold(lit(false), |rest, code| rest.or(lives_in(code)))
        .fill_null(lit(false))
}

/// Whether a principal diagnosis is expected.
pub fn dp_expected(inputs: &Inputs) -> Expr {
    expected_unless(inputs.bornes.dp_exclus.iter().map(String::as_str))
}

/// An empty orientation leaves a field expected.
fn expected_unless<'a>(orientations: impl Iterator<Item = &'a str>) -> Expr {
    is_among(orientations).not().fill_null(lit(true))
}

/// Nothing is said of an empty orientation.
fn is_among<'a>(orientations: impl Iterator<Item = &'a str>) -> Expr {
    let none = col("orient").neq(col("orient"));
    orientations.fold(none, |rest, code| rest.or(col("orient").eq(lit(code))))
}

/// Columns that follow from `sortie`: computed once for the rules, and again once they have voided it.
pub fn exit_columns(from: Date, to: Date) -> Vec<Expr> {
    let changed = |column: &str| calendar::clock_change(column, from, to, &[3, 10]).fill_null(lit(false));
    vec![
        col("sortie").dt().hour().cast(DataType::Int16).alias("heure_sortie"),
        col("sortie").dt().date().alias("jour_sortie"),
        // Local wall time, like the sources: an hour of clock change is flagged (RPU-X18), not corrected.
        minutes(col("sortie") - col("entree")).alias("duree_brute_min"),
        // A begun minute counts: 5 min 50 s is beyond a tolerance of five minutes.
        (lit(0) - minutes(col("extract") - col("sortie"))).alias("sortie_future_min"),
        changed("entree").or(changed("sortie")).alias("heure_changee"),
    ]
}

/// `duree_15min` and `duree_6classes`, from a `duree_min` that the rules left.
pub fn duration_classes() -> Vec<Expr> {
    let quarters: Vec<String> = (0..=48).map(|quarter| format!("{:04}", quarter * 15)).collect();
    let bounds = [(60, "D6A"), (120, "D6B"), (240, "D6C"), (480, "D6D"), (720, "D6E")];
    let classes = bounds.into_iter().rev().fold(lit("D6F"), |rest, (bound, label)| {
        when(col("duree_min").lt(lit(bound))).then(lit(label)).otherwise(rest)
    });
    let known = when(col("duree_min").is_not_null()).then(classes);
    vec![
        labelled(col("duree_min").floor_div(lit(15)), &quarters).alias("duree_15min"),
        known.otherwise(lit(NULL).cast(DataType::String)).alias("duree_6classes"),
    ]
}

/// `00-04` to `90-94`, then `95+`.
fn five_years() -> Expr {
    let mut labels: Vec<String> = (0..19)
        .map(|class| format!("{:02}-{:02}", class * 5, class * 5 + 4))
        .collect();
    labels.push("95+".to_owned());
    labelled(col("age").floor_div(lit(5i16)), &labels)
}

/// The label of that rank; the last one for every rank beyond.
pub fn labelled(rank: Expr, labels: &[String]) -> Expr {
    let last = labels.len() as u32 - 1;
    lit(Series::new("labels".into(), labels)).gather(rank.cast(DataType::UInt32).clip_max(lit(last)), true)
}

/// Whole minutes, rounded down: 30 seconds before entry is minus one minute.
pub fn minutes(duration: Expr) -> Expr {
    duration.dt().total_seconds(false).floor_div(lit(60i64)).cast(DataType::Int32)
}
