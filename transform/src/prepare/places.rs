//! Where the sites that no FINESS names are: the tables of the lake that declare `site_libre` say it of each other.

use std::collections::BTreeMap;

use lake::table::{Table, tables};
use polars::prelude::*;

use super::{left, source, with_first_structures};
use crate::{Error, Inputs};

/// Département of each site that a table of places knows, by its identifier. Of several lines the latest counts.
pub fn places(inputs: &Inputs) -> Result<BTreeMap<String, String>, Error> {
    let mut places = BTreeMap::new();
    for table in tables() {
        let own = table.site_libre.as_ref().filter(|free| free.table.is_none());
        let Some(lieu) = own.and_then(|free| free.lieu.as_deref()) else {
            continue;
        };
        places.extend(of_table(table, lieu, inputs)?);
    }
    Ok(places)
}

fn of_table(table: &'static Table, lieu: &str, inputs: &Inputs) -> Result<Vec<(String, String)>, Error> {
    let files = inputs.view(&table.nom);
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let doing = || format!("lire où sont les sites de {}", table.nom);
    let frame = source::view(table, files)?
        .sort(
            [table.mois.as_str()],
            SortMultipleOptions::default().with_maintain_order(true),
        )
        .select([col(table.finess()), col(lieu)])
        .collect()
        .map_err(Error::frame(doing()))?;
    let rows = || -> PolarsResult<Vec<(String, String)>> {
        let (sites, communes) = (frame.column(table.finess())?.str()?, frame.column(lieu)?.str()?);
        let row = |(site, commune): (Option<&str>, Option<&str>)| Some((site?.to_owned(), departement(commune?)?.to_owned()));
        Ok(sites.iter().zip(communes.iter()).filter_map(row).collect())
    };
    rows().map_err(Error::frame(doing()))
}

/// The same to rows whose site is a SAMU: its code says its département.
pub fn with_codes(frame: LazyFrame, site: &str, inputs: &Inputs) -> Result<LazyFrame, Error> {
    let met = super::distinct(&frame, &[site])?;
    let doing = || "placer les SAMU";
    let codes = met
        .column(site)
        .and_then(|column| column.str().cloned())
        .map_err(Error::frame(doing()))?;
    let codes: Vec<&str> = codes.iter().flatten().collect();
    let known = df!(
        site => codes.clone(),
        "lieu" => codes.iter().map(|code| lake::site::departement(code)).collect::<Vec<_>>(),
    );
    let known = known.map_err(Error::frame(doing()))?;
    Ok(with_first_structures(frame, site, inputs)
        .join(known.lazy(), [col(site)], [col(site)], left())
        .with_column(col("lieu").alias("departement"))
        .drop(by_name(["lieu"], true, false)))
}

/// Of a commune (code Insee) or of a département: two characters, three overseas.
fn departement(code: &str) -> Option<&str> {
    let length = if code.starts_with("97") || code.starts_with("98") {
        3
    } else {
        2
    };
    code.get(..length)
}

/// Adds `flux_id`, `departement`, `type_etablissement` to rows whose site is free: those of the structure when the identifier is
/// a FINESS that the structures have, else the identifier and the place that its table gives it.
pub fn with_places(frame: LazyFrame, site: &str, inputs: &Inputs) -> Result<LazyFrame, Error> {
    let places = places(inputs)?;
    let known = df!(
        site => places.keys().cloned().collect::<Vec<_>>(),
        "lieu" => places.values().cloned().collect::<Vec<_>>(),
    )
    .map_err(Error::frame("placer les sites"))?;
    Ok(with_first_structures(frame, site, inputs)
        .join(known.lazy(), [col(site)], [col(site)], left())
        .with_column(coalesce(&[col("departement"), col("lieu")]).alias("departement"))
        .drop(by_name(["lieu"], true, false)))
}

#[cfg(test)]
mod tests {
    use super::departement;

    #[test]
    fn a_commune_gives_its_departement() {
        for (code, found) in [
            ("81004", Some("81")),
            ("2A004", Some("2A")),
            ("97411", Some("974")),
            ("31", Some("31")),
            ("3", None),
        ] {
            assert_eq!(departement(code), found, "{code}");
        }
    }
}
