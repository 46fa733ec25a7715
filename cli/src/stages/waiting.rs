//! Deliveries that wait for someone: those held and those in quarantine until someone decides, those refused on their night.

use std::collections::BTreeMap;

use jiff::Timestamp;
use lake::delivery::{Delivery, Verdict};
use reports::digest::Envoi;

use crate::account::short;
use crate::context::ZONE;

/// What waits at an instant: what is held first, then what was received after `since`, quarantined then refused, then the older. The deliveries in quarantine of
/// one site are one thing to decide.
pub fn waiting(deliveries: &[Delivery], since: Timestamp, now: Timestamp, named: &dyn Fn(&str) -> String) -> Vec<Envoi> {
    let mut sorted: Vec<&Delivery> = deliveries.iter().filter(|delivery| delivery.received_at <= now).collect();
    sorted.sort_by(|a, b| (b.received_at, &a.file).cmp(&(a.received_at, &b.file)));
    let mut groups: BTreeMap<(bool, u8, &str), Vec<&Delivery>> = BTreeMap::new();
    for delivery in sorted {
        // What is held waits for a decision and comes first, whatever its age.
        let is_old = delivery.received_at <= since && delivery.verdict != Verdict::EnAttente;
        let (rank, together) = match delivery.verdict {
            Verdict::EnAttente => (0, delivery.id.as_str()),
            Verdict::EnQuarantaine => (1, delivery.finess.as_deref().unwrap_or(&delivery.id)),
            Verdict::Refusee if !is_old && delivery.aside.is_none() => (2, delivery.id.as_str()),
            _ => continue,
        };
        // The last one tells whether the matter is of the night.
        let key = [false, true]
            .map(|old| (old, rank, together))
            .into_iter()
            .find(|key| groups.contains_key(key));
        groups
            .entry(key.unwrap_or((is_old, rank, together)))
            .or_default()
            .push(delivery);
    }
    groups.into_values().filter_map(|group| line(&group, now, named)).collect()
}

/// One thing to decide, the last delivery first.
fn line(group: &[&Delivery], now: Timestamp, named: &dyn Fn(&str) -> String) -> Option<Envoi> {
    let (last, first) = (group.first()?, group.last()?);
    let (state, gesture) = match last.verdict {
        Verdict::EnAttente => ("en attente", format!("oru lake accept {} --motif \"…\"", short(&last.id))),
        Verdict::EnQuarantaine => ("en quarantaine", "oru quarantine list".to_owned()),
        _ => ("refusé", String::new()),
    };
    let others = match group.len() - 1 {
        0 => String::new(),
        1 => ", et 1 autre envoi du même site".to_owned(),
        others => format!(", et {others} autres envois du même site"),
    };
    Some(Envoi {
        etat: state.to_owned(),
        fichier: format!("{}{others}", last.file),
        site: last.finess.as_deref().map(named).unwrap_or_default(),
        raison: last.reason.clone().unwrap_or_default(),
        depuis: since_when(first.received_at, now),
        geste: gesture,
    })
}

/// Nothing for what came on the day, else « depuis 3 jours ».
fn since_when(received: Timestamp, now: Timestamp) -> String {
    let day = |instant: Timestamp| instant.in_tz(ZONE).ok().map(|zoned| zoned.date());
    let days = day(received)
        .zip(day(now))
        .and_then(|(from, to)| from.until(to).ok())
        .map_or(0, |span| span.get_days());
    match days {
        ..=0 => String::new(),
        1 => "depuis 1 jour".to_owned(),
        days => format!("depuis {days} jours"),
    }
}
