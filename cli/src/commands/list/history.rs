//! Lists of what the lake received and of the runs that wrote to it.

use std::collections::BTreeSet;

use jiff::civil::Date;
use lake::delivery::Delivery;
use lake::store::Decision;
use serde_json::{Value, json};

use crate::account::short;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::listing::Listing;
use crate::{stages, words, written};

/// Which deliveries are wanted.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Wanted {
    /// Envois d'un seul site (listes deliveries et expected)
    #[arg(long, value_name = "FINESS")]
    pub finess: Option<String>,
    /// Envois dont la fenêtre touche ce jour ou la suite (liste deliveries), premier jour attendu (liste expected) ; AAAA-MM-JJ
    #[arg(long, value_name = "JOUR", value_parser = written::day)]
    pub du: Option<Date>,
    /// Envois dont la fenêtre touche ce jour ou ce qui précède (liste deliveries), dernier jour attendu (liste expected) ; AAAA-MM-JJ
    #[arg(long, value_name = "JOUR", value_parser = written::day)]
    pub au: Option<Date>,
}

impl Wanted {
    /// A delivery without a window is of the day it was received.
    fn keeps(&self, delivery: &Delivery) -> bool {
        let received = delivery.received_at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let (first, last) = (delivery.date_from.unwrap_or(received), delivery.date_to.unwrap_or(received));
        self.finess
            .as_ref()
            .is_none_or(|finess| delivery.finess.as_ref() == Some(finess))
            && self.du.is_none_or(|du| du <= last)
            && self.au.is_none_or(|au| first <= au)
    }
}

/// A wrong filter finds nothing, which reads like a silent site: refused.
fn verify(context: &Context, wanted: &Wanted, deliveries: &[Delivery]) -> Result<()> {
    if let Some(finess) = &wanted.finess {
        let structures = crate::reading::structures(&context.config)?;
        let received = deliveries.iter().filter_map(|delivery| delivery.finess.as_deref());
        let known: BTreeSet<&str> = received
            .chain(structures.iter().map(|structure| structure.finess.as_str()))
            .collect();
        if !known.contains(finess.as_str()) {
            let unknown = CommandError::unknown("--finess : site inconnu", finess, known);
            return Err(unknown.hint("ni une structure de la région (oru list structures), ni l'auteur d'un envoi"));
        }
    }
    match (wanted.du, wanted.au) {
        (Some(du), Some(au)) if du > au => {
            Err(CommandError::usage(format!("--du {du} est après --au {au}")).hint("échanger les deux jours"))
        }
        _ => Ok(()),
    }
}

pub fn deliveries(context: &Context, wanted: &Wanted) -> Result<Listing> {
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
    verify(context, wanted, &deliveries)?;
    deliveries.retain(|delivery| wanted.keeps(delivery));
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

/// What people decided about deliveries, first decision first.
pub fn decisions(context: &Context) -> Result<Listing> {
    let columns = &[
        "le", "decision", "envoi", "court", "auteur", "motif", "finess", "du", "au", "fichier",
    ];
    let mut listing =
        Listing::new("decisions", columns).showing(&["le", "decision", "court", "auteur", "motif", "finess", "du", "au"]);
    let store = stages::open(context)?;
    let deliveries = stages::deliveries(&store)?;
    for decided in store.decisions() {
        let about = deliveries.iter().find(|delivery| delivery.id == decided.delivery);
        let word = match decided.decision {
            Decision::Accept => "accepté",
            Decision::SetAside => "écarté",
            Decision::Reread => "relu",
            Decision::Undo => "rendu aux garde-fous",
        };
        listing.push([
            json!(decided.at),
            json!(word),
            json!(decided.delivery),
            json!(short(&decided.delivery)),
            json!(decided.auteur),
            json!(decided.motif),
            json!(about.and_then(|delivery| delivery.finess.as_deref())),
            json!(about.and_then(|delivery| delivery.date_from)),
            json!(about.and_then(|delivery| delivery.date_to)),
            json!(about.map(|delivery| delivery.file.as_str())),
        ]);
    }
    Ok(listing)
}

/// What wrote to the lake, in order, then what was computed on it.
pub fn runs(context: &Context) -> Result<Listing> {
    let store = stages::open(context)?;
    let columns = &[
        "rang",
        "execution",
        "le",
        "action",
        "envois",
        "periode",
        "chiffres",
        "constats",
        "a_l_ecart",
        "tete",
    ];
    let mut listing = Listing::new("runs", columns).showing(&[
        "rang",
        "execution",
        "le",
        "action",
        "envois",
        "periode",
        "chiffres",
        "a_l_ecart",
    ]);
    for run in store.runs() {
        listing.push([
            json!(run.seq),
            json!(run.run),
            json!(run.at),
            json!(run.act),
            json!(run.deliveries),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
            json!(run.head),
        ]);
    }
    // Named by the instant of the data they were computed on.
    let aside = store.runs_aside().map_err(|error| words::store(&error))?;
    for done in store.executions().map_err(|error| words::store(&error))? {
        let ecart = aside.get(&done.run).map(|ecart| {
            let day = ecart.le.strftime("%Y-%m-%d");
            let by = match ecart.auteur.as_str() {
                "" => String::new(),
                auteur => format!(" par {auteur}"),
            };
            format!("le {day}{by} : {}", ecart.motif)
        });
        listing.push([
            Value::Null,
            json!(done.run),
            json!(done.as_of),
            json!("transform"),
            Value::Null,
            json!(done.periode),
            json!(done.chiffres),
            json!(done.constats),
            json!(ecart),
            Value::Null,
        ]);
    }
    Ok(listing)
}
