//! Words of the frame about a site, a département, a type of site or the region.

use lake::figure::Status;
use lake::offre::Offre;
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
    if let Some(counted) = selection.attribut.as_deref().filter(|name| counts(name)) {
        return offered(context, &level, &area, counted);
    }
    match (selection.attribut.as_deref(), site) {
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

/// Whether an attribute is a number.
pub fn counts(attribute: &str) -> bool {
    !matches!(attribute, "finess" | "type" | "premier_jour")
}

/// What an area has, counted or for its inhabitants.
fn offered(context: &Context, level: &str, area: &str, attribute: &str) -> Cell {
    let frame = context.frame();
    let open = || structures_of(context, level, area).filter(|structure| structure.is_open(frame.date_to));
    let rows = || {
        let of_area = |row: &&Offre| level == "region" || (level == "departement" && row.departement == area);
        frame.offre.iter().filter(of_area)
    };
    let sum = |part: fn(&Offre) -> u64| -> Option<f64> {
        // The tables of SAMU and SMUR may be of another region.
        rows()
            .any(|row| row.samu + row.smur > 0)
            .then(|| rows().map(part).sum::<u64>() as f64)
    };
    let habitants = rows().map(|row| row.habitants).sum::<u64>() as f64;
    let count = |value: f64| Cell::number(typo::count(value), value, "");
    let number = |value: Option<f64>| value.map_or_else(|| stand_in(Status::NotCollected), count);
    let rate = |value: Option<f64>| match value.filter(|_| habitants > 0.0) {
        Some(value) => {
            let rate = value / habitants * 100_000.0;
            Cell::number(typo::decimal(rate, 1), rate, "")
        }
        None => stand_in(Status::NotCollected),
    };
    match attribute {
        "structures" => count(structures_of(context, level, area).count() as f64),
        "su" => count(open().count() as f64),
        "su_pediatriques" => count(open().filter(|structure| structure.type_structure == "pediatrique").count() as f64),
        "su_prives" => count(open().filter(|structure| structure.statut.starts_with("prive")).count() as f64),
        "su_100000" => rate(Some(open().count() as f64)),
        "samu" => number(sum(|row| row.samu)),
        "smur" => number(sum(|row| row.smur)),
        "antennes" => number(sum(|row| row.antennes)),
        "smur_pediatriques" => number(sum(|row| row.smur_pediatriques)),
        "smur_aeriens" => number(sum(|row| row.smur_aeriens)),
        "smur_100000" => rate(sum(|row| row.smur)),
        "milliers_habitants" => number(Some(habitants / 1_000.0).filter(|count| *count > 0.0)),
        "part_agee" => {
            let from = frame.bornes.geriatrie_a_partir_de;
            let aged: Option<u64> = rows().map(|row| row.from_age(from)).sum();
            match aged.filter(|_| habitants > 0.0).map(|aged| aged as f64 / habitants) {
                Some(share) => Cell::number(typo::share(share), share * 100.0, "%"),
                None => stand_in(Status::NotCollected),
            }
        }
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
