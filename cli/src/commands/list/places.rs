//! Lists of the registers of `[sites]`.

use serde_json::json;

use crate::context::Context;
use crate::error::Result;
use crate::listing::Listing;
use crate::{reading, sites};

/// What holds for each site, and between which dates.
pub fn sites(context: &Context) -> Result<Listing> {
    let columns = &[
        "finess",
        "ordre",
        "nom",
        "flux",
        "du",
        "au",
        "jours_attendus",
        "heure_limite",
        "type",
        "groupe_pairs",
        "capacite",
        "logiciel",
        "contact",
    ];
    let mut listing = Listing::new("sites", columns);
    let name = names(context)?;
    for line in sites::parametres(&context.config)? {
        let expected = &line.attente;
        listing.push([
            json!(expected.finess),
            json!(expected.ordre),
            json!(name(&expected.finess, expected.ordre)),
            json!(expected.flux),
            json!(expected.du),
            json!(expected.au),
            json!(line.jours.map(|days| days.to_string())),
            json!(expected.heure_limite.map(|hour| hour.strftime("%H:%M").to_string())),
            json!(line.type_structure),
            json!(line.groupe_pairs),
            json!(line.capacite),
            json!(line.logiciel),
            json!(line.contact),
        ]);
    }
    Ok(listing)
}

/// The known breaks, in the order of their dates.
pub fn ruptures(context: &Context) -> Result<Listing> {
    let mut listing = Listing::new(
        "ruptures",
        &["date", "finess", "ordre", "nom", "nature", "vers_finess", "note"],
    );
    let name = names(context)?;
    for rupture in sites::ruptures(&context.config)? {
        listing.push([
            json!(rupture.date),
            json!(rupture.finess),
            json!(rupture.ordre),
            json!(name(&rupture.finess, rupture.ordre)),
            json!(rupture.nature.code()),
            json!(rupture.vers_finess),
            json!(rupture.note),
        ]);
    }
    Ok(listing)
}

/// What a site is called, by its first structure where the order is not said.
pub fn names(context: &Context) -> Result<impl Fn(&str, Option<i16>) -> Option<String>> {
    let structures = reading::declared_structures(&context.config)?;
    Ok(move |finess: &str, ordre: Option<i16>| {
        let of_site = structures.iter().filter(|structure| structure.finess == finess);
        let named = of_site.filter(|structure| ordre.is_none_or(|only| only == structure.ordre));
        named
            .min_by_key(|structure| structure.ordre)
            .map(|structure| structure.nom.clone())
    })
}
