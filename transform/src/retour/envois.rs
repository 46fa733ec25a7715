//! The deliveries of a site, and those that the journal remembers.

use lake::delivery::{Delivery, Verdict};
use lake::retour::{Envoi, Incident};

use super::{Asked, deliveries};

/// Said of what the observatory writes in the journal.
const OBSERVATORY: &str = "observatoire";

/// Deliveries about the period, in the order of their making.
pub fn of_site(asked: &Asked<'_>, finess: &str) -> Vec<Envoi> {
    let mut sent: Vec<Envoi> = deliveries(asked, finess)
        .filter(|delivery| !delivery.is_reread())
        .map(line)
        .collect();
    sent.sort_by(|a, b| (a.recu, a.produit, &a.fichier).cmp(&(b.recu, b.produit, &b.fichier)));
    sent
}

fn line(delivery: &Delivery) -> Envoi {
    Envoi {
        table: delivery.table.clone(),
        ordre: delivery.ordre.unwrap_or(0),
        fichier: delivery.file.clone(),
        recu: delivery.received_at,
        produit: delivery.extract,
        du: delivery.date_from,
        au: delivery.date_to,
        verdict: delivery.verdict.as_str().to_owned(),
        verdict_libelle: delivery.verdict.label_fr().to_owned(),
        motif: delivery.reason.clone(),
        comptes: delivery.counts,
    }
}

/// Deliveries that did not count, or do not yet, and the known breaks of the series.
pub fn incidents(asked: &Asked<'_>, finess: &str) -> Vec<Incident> {
    let nature = |delivery: &Delivery| match delivery.verdict {
        Verdict::Refusee if delivery.is_reread() => None,
        Verdict::Refusee if delivery.aside.is_some() => Some("Envoi écarté par l'observatoire"),
        Verdict::Refusee => Some("Envoi refusé"),
        Verdict::EnQuarantaine => Some("Envoi en quarantaine"),
        Verdict::EnAttente => Some("Envoi en attente"),
        _ => None,
    };
    let concerned = deliveries(asked, finess).filter_map(|delivery| Some((nature(delivery)?, delivery)));
    let said = concerned.map(|(nature, delivery)| Incident {
        jour: delivery.received_at.to_zoned(jiff::tz::TimeZone::UTC).date(),
        nature: nature.to_owned(),
        texte: match &delivery.reason {
            Some(reason) => format!("{} : {reason}", delivery.file),
            None => delivery.file.clone(),
        },
        source: OBSERVATORY.to_owned(),
    });
    let known = asked.inputs.ruptures.iter();
    let breaks = known.filter(|rupture| rupture.finess == finess && (asked.du..=asked.au).contains(&rupture.date));
    // The note and the other FINESS of a break may name another site.
    let told = breaks.map(|rupture| Incident {
        jour: rupture.date,
        nature: "Rupture connue".to_owned(),
        texte: rupture.nature.libelle().to_owned(),
        source: OBSERVATORY.to_owned(),
    });
    said.chain(told).collect()
}
