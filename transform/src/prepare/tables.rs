//! The rows of any table of the lake, as rules see them and as indicators count them. A table with derived columns of its own
//! is prepared here; the others have their columns, those of every table (`columns/commun.toml`) and those that a declaration computes.

use jiff::civil::Date;
use lake::site::SiteNature;
use lake::table::Table;
use polars::prelude::*;

use super::{
    calendar, derived, effects, judged_lits, judged_rpu, places, prepare, prepare_lits, source, with_first_structures,
    with_structures,
};
use crate::{Catalogue, Error, Inputs};

/// A table with derived columns of its own.
struct Prepared {
    table: &'static str,
    judged: fn(&Inputs, Date, Date) -> Result<LazyFrame, Error>,
    usable: fn(&Inputs, &Catalogue, Date, Date) -> Result<LazyFrame, Error>,
}

const PREPARED: &[Prepared] = &[
    Prepared {
        table: "rpu",
        judged: judged_rpu,
        usable: prepare,
    },
    Prepared {
        table: "lits",
        judged: judged_lits,
        usable: prepare_lits,
    },
];

fn prepared(table: &Table) -> Option<&'static Prepared> {
    PREPARED.iter().find(|prepared| prepared.table == table.nom)
}

/// The records of a table from `from` to `to`, both included, as rules see them.
pub fn judged(table: &'static Table, inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    if let Some(own) = prepared(table) {
        return (own.judged)(inputs, from, to);
    }
    let records = source::days(table, inputs, from, to)?;
    let day = col(&table.mois).cast(DataType::Date).alias("jour");
    let placed = match (table.ordre(), &table.site_libre) {
        (Some(ordre), _) => with_structures(records, [table.finess(), ordre], inputs),
        (None, Some(_)) => places::with_places(records, table.finess(), inputs)?,
        (None, None) if table.nature_of_site() == SiteNature::Samu => places::with_codes(records, table.finess(), inputs)?,
        (None, None) => with_first_structures(records, table.finess(), inputs),
    };
    let times = table
        .calendrier
        .iter()
        .flat_map(|time| calendar::civil_columns(time, inputs, from, to));
    let dated = placed.with_columns(times.chain([day]).collect::<Vec<_>>());
    derived::derive(dated, table, inputs, from, to)
}

/// The same once the rules have voided what they void, as indicators count them.
pub fn usable(table: &'static Table, inputs: &Inputs, catalogue: &Catalogue, from: Date, to: Date) -> Result<LazyFrame, Error> {
    if let Some(own) = prepared(table) {
        return (own.usable)(inputs, catalogue, from, to);
    }
    let rules = effects::compiled(catalogue, &table.nom);
    let kept = effects::without_rejected(judged(table, inputs, from, to)?, &rules);
    derived::again(effects::void_fields(kept, &rules), table)
}
