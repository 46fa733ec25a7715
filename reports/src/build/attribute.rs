//! Words of the frame about a site, a département, a type of site or the region.

use lake::figure::Status;
use lake::reference::Structure;

use super::Context;
use super::cell::stand_in;
use crate::declaration::Selection;
use crate::document::Cell;
use crate::typography as typo;

/// A word of the frame about a site, a département, a type or the region.
pub fn attribute(context: &Context, selection: &Selection) -> Cell {
    let (level, area) = selection.place(context.frame());
    let structures: Vec<&Structure> = structures_of(context, &level, &area).collect();
    let site = (level == "etablissement").then(|| structures.first()).flatten();
    match (selection.attribut.as_deref(), site) {
        (Some("structures"), _) => Cell::number(typo::count(structures.len() as f64), structures.len() as f64, ""),
        (Some("finess"), Some(site)) => Cell::words(site.finess.clone()),
        (Some("type"), Some(site)) => Cell::words(type_short(&site.type_structure)),
        (Some("premier_jour"), Some(site)) => context
            .frame()
            .deliveries
            .iter()
            .filter(|summary| summary.finess == site.finess)
            .filter_map(|summary| summary.first_day)
            .min()
            .map_or_else(|| stand_in(Status::NotCollected), |day| Cell::words(typo::short_date(day))),
        _ => Cell::words(""),
    }
}

/// Structures of an area, in the order of the frame.
pub fn structures_of<'a>(context: &Context<'a>, level: &str, area: &str) -> impl Iterator<Item = &'a Structure> {
    context.frame().structures.iter().filter(move |structure| match level {
        "etablissement" => structure.finess == area,
        "departement" => structure.departement == area,
        "type_etablissement" => structure.type_structure == area,
        _ => true,
    })
}

/// Type of a structure in the width of a table cell.
fn type_short(code: &str) -> &'static str {
    match code {
        "chu" => "CHU",
        "siege_samu" => "SAMU",
        "siege_smur" => "SMUR",
        "prive" => "Privé",
        "pediatrique" => "Pédiatrie",
        _ => "Public",
    }
}
