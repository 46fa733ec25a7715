//! What the extracts of a whole year say, beside what the SAMU and the SMUR declared of it to the SAE. The last month of a quarter has
//! the rows of the last year declared before it, so that each quarter says once how far both agree.
//!
//! Source: samu.md §12, smur.md §10. A year that the extracts do not cover from its January is not compared: a lake that begins in
//! June has not lost the spring.

use jiff::civil::Date;
use lake::month::Month;
use polars::prelude::*;

use super::frames::{around, texts};
use crate::prepare::epoch_day;
use crate::{Catalogue, Error, Inputs};

/// Days before a month on which the last year declared may begin: the form of a year stands until the next one comes out, in the
/// course of the second year after it, or late in the third. The tables read are viewed as far back (`mois_avant`).
pub const DAYS_BEFORE: i64 = 4 * 366;

/// Columns `flux_id, jour, annee`, then declared and received outings of each SMUR; received ones are empty when the year is not
/// covered.
pub fn smur(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let doing = || format!("rapprocher les sorties de la SAE ({month})");
    let declared = declared(inputs, catalogue, month, "sorties")?;
    let of_kind = |kind: &'static str| {
        let sent = col("mission").and(col("partie")).and(col("sortie").eq(lit(kind)));
        sent.fill_null(lit(false)).cast(DataType::Int32).sum()
    };
    let sums = [
        of_kind("PRIMAIRE").alias("primaires"),
        of_kind("SECONDAIRE").alias("secondaires"),
        of_kind("TIIH").alias("tiih"),
    ];
    let received = received("smur_rpis", &sums, &declared, inputs, catalogue, month)?;
    let known = |name: &str| match &received.covered {
        true => col(name).fill_null(lit(0)),
        false => lit(NULL),
    };
    let number = |expression: Expr| expression.cast(DataType::Int32);
    let made = declared
        .frame
        .lazy()
        .join(
            received.frame.lazy(),
            [col("flux_id")],
            [col("flux_id")],
            JoinArgs::new(JoinType::Left),
        )
        .select([
            col("flux_id"),
            col("jour"),
            col("annee"),
            number(col("sorter1") + col("soraer1")).alias("primaires_declarees"),
            number(col("sorter2") + col("soraer2")).alias("secondaires_declarees"),
            number(col("dttih")).alias("tiih_declares"),
            number(known("primaires")).alias("primaires_recues"),
            number(known("secondaires")).alias("secondaires_recues"),
            number(known("tiih")).alias("tiih_recus"),
        ]);
    made.collect().map(IntoLazy::lazy).map_err(Error::frame(doing()))
}

/// Columns `flux_id, jour, annee`, then what each SAMU declared, and what was received of those of the same départements, in rows of
/// their own: a SAMU has one number in the SAE and another in the extracts.
pub fn samu(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let doing = || format!("rapprocher les dossiers de la SAE ({month})");
    let declared = declared(inputs, catalogue, month, "dr")?;
    let number = |expression: Expr| expression.fill_null(lit(false)).cast(DataType::Int32).sum();
    let files = [number(col("dr")).alias("dossiers"), number(col("drm")).alias("drm")];
    let files = received("samu_rdr", &files, &declared, inputs, catalogue, month)?;
    let answered = when(col("grand_public")).then(col("appels_decroches")).otherwise(lit(NULL));
    let calls = [answered.cast(DataType::Int32).sum().alias("appels")];
    let calls = received("samu_appels_agreges", &calls, &declared, inputs, catalogue, month)?;
    let year = lit(declared.year);
    let weeks = |hours: &str| (col(hours) * lit(WEEKS)).cast(DataType::Float64);
    let own = declared.frame.clone().lazy().select([
        col("flux_id"),
        col("jour"),
        col("annee"),
        col("dr").alias("dossiers_declares"),
        col("drm").alias("drm_declares"),
        col("apd").alias("appels_declares"),
        weeks("arm").alias("heures_arm"),
        weeks("hmr").alias("heures_medecin"),
        lit(files.covered).alias("dossiers_suivis"),
        lit(calls.covered).alias("appels_suivis"),
    ]);
    let sent = |frame: DataFrame, columns: &[(&str, &str)]| {
        let mut kept = vec![
            col("flux_id"),
            lit(epoch_day(month.first_day())).cast(DataType::Date).alias("jour"),
            year.clone().cast(DataType::Int16).alias("annee"),
        ];
        kept.extend(columns.iter().map(|(from, to)| col(*from).cast(DataType::Int32).alias(*to)));
        frame.lazy().select(kept)
    };
    let files = sent(files.frame, &[("dossiers", "dossiers_recus"), ("drm", "drm_recus")]);
    let calls = sent(calls.frame, &[("appels", "appels_recus")]);
    let args = UnionArgs {
        diagonal: true,
        ..UnionArgs::default()
    };
    let made = concat_lf_diagonal([own, files, calls], args).map_err(Error::frame(doing()))?;
    made.collect().map(IntoLazy::lazy).map_err(Error::frame(doing()))
}

/// Weeks of a year, by which the weekly hours of the form give the productivity that the DREES publishes.
const WEEKS: f64 = 52.0;

/// The last year declared before a month.
struct Declared {
    year: i16,
    /// With `flux_id`, `departement` (of the FINESS), `jour` (of the month) and `annee`.
    frame: DataFrame,
}

/// The forms of the region that fill `wanted`; none outside the last month of a quarter.
fn declared(inputs: &Inputs, catalogue: &Catalogue, month: Month, wanted: &str) -> Result<Declared, Error> {
    let doing = || "lire la SAE".to_owned();
    let departements: Vec<&str> = lake::reference::departements()
        .iter()
        .filter(|departement| departement.region == inputs.region)
        .map(|departement| departement.code.as_str())
        .collect();
    let departements = Series::new("departements".into(), departements);
    let this_year = Date::new(month.year(), 1, 1).unwrap_or(month.first_day());
    let before = col("annee").lt(lit(epoch_day(this_year)).cast(DataType::Date));
    let place = col("finess_geo").str().slice(lit(0), lit(2));
    let frame = around("sae_smursamu", DAYS_BEFORE, inputs, catalogue, month)?
        .filter(before.and(lit(month.month() % 3 == 0)).and(col(wanted).is_not_null()))
        .with_columns([
            place.alias("departement"),
            col("annee").dt().year().cast(DataType::Int16).alias("annee"),
            lit(epoch_day(month.first_day())).cast(DataType::Date).alias("jour"),
        ])
        .filter(col("departement").is_in(lit(departements).implode(true), false))
        .collect()
        .map_err(Error::frame(doing()))?;
    let last = || -> PolarsResult<Option<i16>> { Ok(frame.column("annee")?.i16()?.max()) };
    let year = last().map_err(Error::frame(doing()))?.unwrap_or_default();
    let frame = frame.lazy().filter(col("annee").eq(lit(year))).collect();
    Ok(Declared {
        year,
        frame: frame.map_err(Error::frame(doing()))?,
    })
}

/// What a year of extracts sums to.
struct Received {
    /// Whether the extracts cover the year from its January.
    covered: bool,
    /// One row for each `flux_id` of the départements that declare; none when the year is not covered.
    frame: DataFrame,
}

fn received(
    table: &str,
    sums: &[Expr],
    declared: &Declared,
    inputs: &Inputs,
    catalogue: &Catalogue,
    month: Month,
) -> Result<Received, Error> {
    let doing = || format!("compter l'année déclarée à la SAE dans {table}");
    let read = || -> PolarsResult<Vec<String>> { Ok(texts(&declared.frame, "departement")?.into_iter().flatten().collect()) };
    let departements = Series::new("departements".into(), read().map_err(Error::frame(doing()))?);
    let bound = |month: i8, day: i8| {
        let day = Date::new(declared.year, month, day).unwrap_or(Date::ZERO);
        lit(epoch_day(day)).cast(DataType::Date)
    };
    let of_year = match declared.frame.height() {
        0 => lit(false),
        _ => col("jour").gt_eq(bound(1, 1)).and(col("jour").lt_eq(bound(12, 31))),
    };
    let place = when(col("departement").is_not_null())
        .then(col("departement"))
        .otherwise(col("flux_id").str().slice(lit(0), lit(2)));
    let mut columns = vec![col("jour").min().lt_eq(bound(1, 31)).alias("en_janvier")];
    columns.extend_from_slice(sums);
    let since = Date::new(declared.year, 1, 1)
        .ok()
        .and_then(|first| first.until(month.first_day()).ok());
    let since = since
        .filter(|_| declared.frame.height() > 0)
        .map_or(0, |span| i64::from(span.get_days()));
    let frame = around(table, since, inputs, catalogue, month)?
        .filter(of_year)
        .with_column(place.alias("departement"))
        .group_by_stable([col("flux_id"), col("departement")])
        .agg(columns)
        .collect()
        .map_err(Error::frame(doing()))?;
    let covered = || -> PolarsResult<bool> { Ok(frame.column("en_janvier")?.bool()?.any()) };
    let covered = covered().map_err(Error::frame(doing()))?;
    let of_declared = col("departement").is_in(lit(departements).implode(true), false);
    let frame = frame.lazy().filter(of_declared.and(lit(covered))).collect();
    Ok(Received {
        covered,
        frame: frame.map_err(Error::frame(doing()))?,
    })
}
