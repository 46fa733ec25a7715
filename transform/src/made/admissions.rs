//! Admissions in medicine of the sites that keep the register of direct requests: direct ones, and those that came through the
//! emergency department. Both sides are of the same sites and months.
//!
//! Source: mmg.md §7, TERR-I02a, project-defined.

use std::collections::BTreeSet;

use lake::month::Month;
use polars::prelude::*;

use super::frames::{around, texts};
use crate::{Catalogue, Error, Inputs};

/// Days between a request and its admission.
pub const DAYS_BEFORE: i64 = 31;

/// Columns `flux_id, jour, directe`.
pub fn medicine(inputs: &Inputs, catalogue: &Catalogue, month: Month) -> Result<LazyFrame, Error> {
    let doing = || "rapprocher les admissions directes des passages".to_owned();
    let register = around("admissions_directes", DAYS_BEFORE, inputs, catalogue, month)?;
    let kept = register
        .clone()
        .select([col("finess_geo")])
        .unique(None, UniqueKeepStrategy::Any);
    let read =
        || -> PolarsResult<BTreeSet<String>> { Ok(texts(&kept.collect()?, "finess_geo")?.into_iter().flatten().collect()) };
    let sites = read().map_err(Error::frame(doing()))?;
    let sites = Series::new("finess".into(), sites.into_iter().collect::<Vec<_>>());
    let within = |day: Expr| {
        let bound = |day: jiff::civil::Date| lit(crate::prepare::epoch_day(day)).cast(DataType::Date);
        day.clone()
            .gt_eq(bound(month.first_day()))
            .and(day.lt_eq(bound(month.last_day())))
    };
    let day = col("admission_locale").cast(DataType::Date);
    let direct = register
        .filter(
            col("type_demandeur")
                .eq(lit("MEDECIN_VILLE"))
                .and(col("reponse").eq(lit("ACCEPTEE")))
                .and(col("discipline").eq(lit("MEDECINE")))
                .and(within(day.clone())),
        )
        .select([col("flux_id"), day.alias("jour"), lit(true).alias("directe")]);
    let after = around("rpu", 0, inputs, catalogue, month)?
        .filter(
            col("hospitalise")
                .and(col("orient").eq(lit("MED")))
                .and(col("finess").is_in(lit(sites).implode(true), false)),
        )
        .select([col("flux_id"), col("jour"), lit(false).alias("directe")]);
    concat([direct, after], UnionArgs::default()).map_err(Error::frame(doing()))
}
