//! Lists of what is declared.

use lake::table::Replacement;
use serde_json::json;

use crate::context::Context;
use crate::error::Result;
use crate::listing::Listing;
use crate::{declarations, reading};

pub fn tables() -> Listing {
    let mut listing = Listing::new("tables", &["nom", "libelle", "colonnes", "mois", "remplacement", "source"]);
    for table in lake::table::tables() {
        let replacement = match &table.remplacement {
            Replacement::Fenetre { .. } => "fenêtre",
            Replacement::Cle { .. } => "clé",
        };
        listing.push([
            json!(table.nom),
            json!(table.libelle),
            json!(table.colonnes.len()),
            json!(table.mois),
            json!(replacement),
            json!(table.source),
        ]);
    }
    listing
}

pub fn kinds(context: &Context) -> Result<Listing> {
    let mut listing = Listing::new("kinds", &["nom", "libelle", "table", "flux", "source"]);
    for kind in reading::kinds(&context.config)?.iter() {
        listing.push([
            json!(kind.nom),
            json!(kind.libelle),
            json!(kind.table),
            json!(kind.flux),
            json!(kind.source),
        ]);
    }
    Ok(listing)
}

/// The structures of the region: what a FINESS stands for.
pub fn structures(context: &Context) -> Result<Listing> {
    let columns = &["finess", "ordre", "nom", "type", "departement", "ouvert_du", "ouvert_au"];
    let mut listing = Listing::new("structures", columns);
    for structure in reading::structures(&context.config)? {
        listing.push([
            json!(structure.finess),
            json!(structure.ordre),
            json!(structure.nom),
            json!(structure.type_structure),
            json!(structure.departement),
            json!(structure.ouvert_du),
            json!(structure.ouvert_au),
        ]);
    }
    Ok(listing)
}

pub fn rules(context: &Context) -> Result<Listing> {
    let mut listing = Listing::new("rules", &["id", "table", "portee", "effet", "titre", "source"])
        .showing(&["id", "portee", "effet", "titre"]);
    let catalogue = declarations::catalogue(&context.config)?;
    for rule in declarations::rules(&catalogue) {
        listing.push([
            json!(rule.name),
            json!(rule.table),
            json!(rule.portee),
            json!(rule.effet.as_str()),
            json!(rule.titre),
            json!(rule.source),
        ]);
    }
    Ok(listing)
}

pub fn indicators(context: &Context) -> Result<Listing> {
    let mut listing =
        Listing::new("indicators", &["id", "domaine", "unite", "titre", "source"]).showing(&["id", "unite", "titre"]);
    for declared in &declarations::catalogue(&context.config)?.indicateurs {
        let indicator = &declared.what;
        listing.push([
            json!(indicator.id),
            json!(indicator.domaine),
            json!(indicator.unite),
            json!(indicator.titre),
            json!(indicator.source),
        ]);
    }
    Ok(listing)
}

pub fn populations(context: &Context) -> Result<Listing> {
    let mut listing = Listing::new("populations", &["id", "titre", "expression", "source"]);
    for declared in &declarations::catalogue(&context.config)?.populations {
        let population = &declared.what;
        listing.push([
            json!(population.id),
            json!(population.titre),
            json!(population.expression),
            json!(population.source),
        ]);
    }
    Ok(listing)
}

pub fn documents() -> Listing {
    let mut listing = Listing::new("documents", &["nom"]);
    for name in reports::documents() {
        listing.push([json!(name)]);
    }
    listing
}
