//! Where to look: the first places of what each rule found, at the site that each record is of.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lake::finding::Anomaly;
use polars::prelude::*;

use super::constats::Named;
use super::{Asked, RPU};
use crate::Error;
use crate::rules::frame_of;

/// Places given for one rule.
const EXAMPLES: usize = 3;

/// By site and rule: file and line.
pub type Places<'a> = HashMap<(String, Named<'a>), Vec<(String, u32)>>;

/// Delivery and rank of a record.
type Record = (String, u32);

pub fn places<'a>(asked: &Asked<'a>) -> Result<Places<'a>, Error> {
    let deliveries = asked.inputs.deliveries.iter();
    let deliveries: HashMap<&str, _> = deliveries.map(|delivery| (delivery.id.as_str(), delivery)).collect();
    let tables: HashMap<Named<'_>, &str> = asked
        .catalogue
        .regles
        .iter()
        .map(|rule| ((rule.id.as_str(), rule.clause.as_str()), rule.table.as_str()))
        .collect();
    let table_of = |anomaly: &Anomaly| tables.get(&(anomaly.rule.as_str(), anomaly.clause.as_str())).copied();
    // A file of passages is of one site; one of a SAMU may be of several.
    let mut shared: BTreeMap<&str, BTreeSet<Record>> = BTreeMap::new();
    for anomaly in asked.anomalies {
        if let Some(table) = table_of(anomaly).filter(|table| *table != RPU) {
            shared
                .entry(table)
                .or_default()
                .insert((anomaly.delivery.clone(), anomaly.record));
        }
    }
    let mut sites: HashMap<Record, String> = HashMap::new();
    for (table, records) in &shared {
        sites.extend(sites_of(asked, table, records)?);
    }
    let mut places = Places::new();
    for anomaly in asked.anomalies {
        let Some(delivery) = deliveries.get(anomaly.delivery.as_str()) else {
            continue;
        };
        let own = sites.get(&(anomaly.delivery.clone(), anomaly.record));
        let Some(site) = own.or(delivery.finess.as_ref()) else {
            continue;
        };
        let known = places
            .entry((site.clone(), (anomaly.rule.as_str(), anomaly.clause.as_str())))
            .or_default();
        if known.len() < EXAMPLES {
            known.push((delivery.file.clone(), anomaly.line));
        }
    }
    Ok(places)
}

/// The sites of records of a table, as its rules name them.
fn sites_of(asked: &Asked<'_>, table: &str, records: &BTreeSet<Record>) -> Result<HashMap<Record, String>, Error> {
    let doing = || Error::frame(format!("retrouver le site des anomalies de {table}"));
    let (Some(declared), Some(frame)) = (lake::table::table(table), frame_of(table, asked.inputs, asked.du, asked.au)) else {
        return Ok(HashMap::new());
    };
    let rows = frame?
        .select([col(declared.finess()), col("delivery"), col("rang")])
        .collect()
        .map_err(doing())?;
    let read = || -> PolarsResult<HashMap<Record, String>> {
        let (sites, deliveries) = (rows.column(declared.finess())?.str()?, rows.column("delivery")?.str()?);
        let ranks = rows.column("rang")?.u32()?;
        let rows = sites.iter().zip(deliveries.iter()).zip(ranks.iter());
        let known = rows.filter_map(|((site, delivery), rank)| Some(((delivery?.to_owned(), rank?), site?.to_owned())));
        Ok(known.filter(|(record, _)| records.contains(record)).collect())
    };
    read().map_err(doing())
}
