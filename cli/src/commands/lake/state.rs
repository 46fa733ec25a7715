//! What `oru lake` prints.

use std::path::Path;

use lake::store::{Decision, Difference, Status};

use crate::account::{Account, count, short};
use crate::words::grouped;

/// The state of the lake: what waits for a decision (`held`), what was received and what became of it, then what counts now
/// (`current`, table by table).
pub fn text(held: &str, status: &Status, account: &Account, current: &[u64], root: &Path) -> String {
    let nature = if status.synthetique { "synthétique" } else { "réel" };
    let instant = |instant: Option<jiff::Timestamp>| instant.map_or("–".to_owned(), |instant| instant.to_string());
    let mut text = format!(
        "{held}lac           : {} ({nature}), {} exécutions, dernière {} ; --as-of depuis {}\n{}",
        root.display(),
        grouped(status.runs),
        instant(status.last_change),
        instant(status.horizon),
        account.received()
    );
    for (table, current) in status.tables.iter().zip(current) {
        let months = match (table.first, table.last) {
            (Some(first), Some(last)) => format!("de {first} à {last}"),
            _ => "aucun mois".to_owned(),
        };
        text.push_str(&format!(
            "{:<13} : {} en vigueur, {months} ; {} enregistrements conservés, {} renvois, {} fichiers\n",
            table.table,
            grouped(*current),
            grouped(table.bodies),
            grouped(table.renvois),
            grouped(table.parts)
        ));
    }
    text.push_str(&format!(
        "place         : {} d'enregistrements ; {} pièces reçues, {} ; {} valeurs restreintes\n",
        megabytes(status.bytes),
        grouped(status.raw.0),
        megabytes(status.raw.1),
        grouped(status.restricted)
    ));
    text
}

pub fn megabytes(bytes: u64) -> String {
    let tenths = (bytes as f64 / 1e5).round() as u64;
    format!("{},{} Mo", grouped(tenths / 10), tenths % 10)
}

/// What a decision changed, by site and day.
pub fn difference(difference: &Difference) -> String {
    let what = match difference.decision {
        Decision::Accept => "accepté",
        Decision::SetAside => "écarté",
        Decision::Reread => "relu",
        Decision::Undo => "rendu aux garde-fous",
    };
    let mut text = format!("envoi {} {what}\n", short(&difference.delivery));
    if difference.lines.is_empty() && difference.views.is_empty() {
        text.push_str("la vue courante ne change pas\n");
    }
    let (changed, same): (Vec<_>, Vec<_>) = difference.lines.iter().partition(|line| line.before != line.after);
    for line in changed {
        let change = line.after as i64 - line.before as i64;
        text.push_str(&format!(
            "  {} {}/{} {} : {} → {} ({change:+})\n",
            line.table, line.finess, line.ordre, line.day, line.before, line.after
        ));
    }
    if !same.is_empty() {
        text.push_str(&format!(
            "  et {} d'envoi sans changer de nombre\n",
            count(same.len() as u64, "jour change", "jours changent")
        ));
    }
    let named = |ids: &[String]| ids.iter().map(|id| short(id)).collect::<Vec<_>>().join(", ");
    if !difference.newly_held.is_empty() {
        text.push_str(&format!(
            "mis en attente par cette décision : {}\n",
            named(&difference.newly_held)
        ));
    }
    if !difference.released.is_empty() {
        text.push_str(&format!("libérés par cette décision : {}\n", named(&difference.released)));
    }
    text
}
