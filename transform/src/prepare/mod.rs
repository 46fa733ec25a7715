//! The usable rows of a table with every derived column: what rules, indicators and series are computed on.
//!
//! Two frames for each table. The *judged* frame has the values as received, and is what rules see. The *usable* frame is the
//! judged one once the effects of the rules are applied (`void_field`, `void_derived`, marks), with what depends on them
//! computed again. Every derived column is described, with its source, in `columns/*.toml`.

mod calendar;
mod derived;
mod diagnosis;
mod distances;
mod effects;
mod lits;
mod looked_up;
pub(crate) mod places;
mod rpu;
mod site;
pub(crate) mod source;
mod tables;

use std::path::PathBuf;

use jiff::civil::Date;
use lake::table::Table;
use polars::prelude::*;

pub(crate) use derived::{computed, first_of_month, joined};
pub use diagnosis::{Diagnosis, diagnosis};
pub(crate) use rpu::dp_expected;
pub(crate) use site::first_structure;
pub use source::epoch_day;
pub(crate) use source::{polars_type, view_fields};
pub(crate) use tables::{judged, usable};

use crate::{Catalogue, Error, Inputs};

/// The records of `rpu` that entered from `from` to `to`, both included, with every derived column. Values that rules void
/// (`void_field`, `void_derived`) are null.
pub fn prepare(inputs: &Inputs, catalogue: &Catalogue, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let frame = judged_rpu(inputs, from, to)?;
    let rules = effects::compiled(catalogue, "rpu");
    let frame = effects::void_fields(frame, &rules).with_columns(rpu::exit_columns(from, to));
    let frame = frame.with_column(col("duree_brute_min").alias("duree_min"));
    let frame = effects::void_derived(frame, &rules, &[("duree_min", "duree_etat")]);
    Ok(frame.with_columns(rpu::duration_classes()))
}

/// The snapshots of `lits` from `from` to `to` (day of `ts_etat_local`), both included, with every derived column.
pub fn prepare_lits(inputs: &Inputs, catalogue: &Catalogue, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let frame = judged_lits(inputs, from, to)?;
    let rules = effects::compiled(catalogue, "lits");
    let frame = effects::marks(effects::void_fields(frame, &rules), &rules);
    lits::capacities(frame, declared("lits"), inputs)
}

/// Whether the files of the view hold passages of these days, as far as their months say.
pub fn has_passages(rpu: &[PathBuf], from: Date, to: Date) -> bool {
    !source::of_days(rpu, from, to).is_empty()
}

/// The records of `rpu`, as rules see them.
pub(crate) fn judged_rpu(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    Ok(with_sites(rpu_view(inputs, from, to)?, inputs)
        .with_columns(diagnosis::columns())
        .with_columns(rpu::columns(inputs, from, to))
        .with_columns(rpu::exit_columns(from, to))
        .with_column(col("periode_pdsa").neq(lit("HORS_PDSA")).alias("en_pdsa")))
}

/// The view of `rpu`, without any derived column.
pub(crate) fn rpu_view(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    source::days(declared("rpu"), inputs, from, to)
}

/// Adds `flux_id`, `departement`, `type_etablissement` to rows named by `finess` and `ordre`.
pub(crate) fn with_sites(frame: LazyFrame, inputs: &Inputs) -> LazyFrame {
    with_structures(frame, ["finess", "ordre"], inputs)
}

/// The same, to rows that name a structure by these columns.
fn with_structures(frame: LazyFrame, names: [&str; 2], inputs: &Inputs) -> LazyFrame {
    frame.with_columns(site::columns(names, &inputs.structures))
}

/// The same, to rows that name a site only: its first structure stands for it.
pub(crate) fn with_first_structures(frame: LazyFrame, finess: &str, inputs: &Inputs) -> LazyFrame {
    let sites = site::by_finess(&inputs.structures);
    let unknown = col(finess) + lit("/0");
    frame
        .join(sites, [col(finess)], [col("finess")], left())
        .with_column(col("flux_id").fill_null(unknown))
}

fn distinct(frame: &LazyFrame, columns: &[&str]) -> Result<DataFrame, Error> {
    let columns: Vec<Expr> = columns.iter().map(|name| col(*name)).collect();
    let distinct = frame.clone().select(columns).unique(None, UniqueKeepStrategy::Any).collect();
    distinct.map_err(Error::frame("lire les codes et les structures des enregistrements"))
}

pub(crate) fn left() -> JoinArgs {
    JoinArgs::new(JoinType::Left).with_coalesce(JoinCoalesce::CoalesceColumns)
}

/// The snapshots of `lits`, as rules see them.
pub(crate) fn judged_lits(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let table = declared("lits");
    let view = source::days(table, inputs, from, to)?;
    lits::derive(with_first_structures(view, "finess_geo", inputs), table, inputs, from, to)
}

/// Attendances declared by site and month (`finess`, `jour`, `declares`), for the months that begin in an interval. Between
/// several sources for one month, the greatest counts: coverage (RPU-I05, RPU-E20) is never flattered. Project-defined, for the
/// trame commune does not say.
pub(crate) fn most_declared(inputs: &Inputs, within: Option<(Date, Date)>) -> Result<LazyFrame, Error> {
    let day = |date: Date| lit(epoch_day(date)).cast(DataType::Date);
    let files = match within {
        Some((from, to)) => source::of_days(inputs.view("rpu_declares"), from, to),
        None => inputs.view("rpu_declares").to_vec(),
    };
    let mut view = source::view(declared("rpu_declares"), &files)?;
    if let Some((from, to)) = within {
        view = view.filter(col("mois").gt_eq(day(from)).and(col("mois").lt_eq(day(to))));
    }
    Ok(view
        .group_by_stable([col("finess_geo").alias("finess"), col("mois").alias("jour")])
        .agg([col("passages").max().alias("declares")]))
}

/// `flux_id` and `jour` of the records of `rpu`.
pub(crate) fn days_of_rpu(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let view = rpu_view(inputs, from, to)?.select([col("finess"), col("ordre"), col("entree").dt().date().alias("jour")]);
    Ok(with_sites(view, inputs))
}

pub(crate) fn sites_by_finess(inputs: &Inputs) -> LazyFrame {
    let columns = ["finess", "departement", "type_etablissement"];
    site::by_finess(&inputs.structures).select(columns.map(col))
}

fn declared(table: &str) -> &'static Table {
    lake::table::table(table).expect("the tables named here are declared in lake")
}

#[cfg(test)]
mod tests;
