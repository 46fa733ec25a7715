//! Lists of what the lake received and of the runs that wrote to it.

use serde_json::json;

use crate::account::short;
use crate::context::Context;
use crate::error::Result;
use crate::listing::Listing;
use crate::stages;

pub fn deliveries(context: &Context) -> Result<Listing> {
    let mut listing = Listing::new(
        "deliveries",
        &[
            "envoi",
            "court",
            "verdict",
            "genre",
            "finess",
            "ordre",
            "extrait_le",
            "du",
            "au",
            "recu_le",
            "lus",
            "acceptes",
            "rejetes",
            "doublons",
            "hors_fenetre",
            "ajoutes",
            "modifies",
            "inchanges",
            "retires",
            "fichier",
            "source",
            "raison",
        ],
    )
    .showing(&[
        "court",
        "verdict",
        "finess",
        "ordre",
        "extrait_le",
        "du",
        "au",
        "lus",
        "fichier",
    ]);
    let mut deliveries = stages::deliveries(&stages::open(context)?)?;
    deliveries.sort_by(|a, b| (a.received_at, &a.file, &a.id).cmp(&(b.received_at, &b.file, &b.id)));
    for delivery in deliveries {
        let counts = delivery.counts;
        listing.push([
            json!(delivery.id),
            json!(short(&delivery.id)),
            json!(delivery.verdict.as_str()),
            json!(delivery.kind),
            json!(delivery.finess),
            json!(delivery.ordre),
            json!(delivery.extract),
            json!(delivery.date_from),
            json!(delivery.date_to),
            json!(delivery.received_at),
            json!(counts.rows_read),
            json!(counts.accepted),
            json!(counts.rejected),
            json!(counts.duplicates),
            json!(counts.out_of_window),
            json!(counts.added),
            json!(counts.changed),
            json!(counts.unchanged),
            json!(counts.removed),
            json!(delivery.file),
            json!(delivery.source),
            json!(delivery.reason),
        ]);
    }
    Ok(listing)
}

pub fn runs(context: &Context) -> Result<Listing> {
    let mut listing = Listing::new("runs", &["rang", "execution", "le", "action", "envois", "tete"]);
    for run in stages::open(context)?.runs() {
        listing.push([
            json!(run.seq),
            json!(run.run),
            json!(run.at),
            json!(run.act),
            json!(run.deliveries),
            json!(run.head),
        ]);
    }
    Ok(listing)
}
