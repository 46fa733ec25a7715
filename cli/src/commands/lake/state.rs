//! What `oru lake` prints.

use std::path::Path;

use lake::store::{Decision, Difference, Status};

use crate::account::short;

/// The state of the lake.
pub fn text(status: &Status, root: &Path) -> String {
    let nature = if status.synthetique { "synthétique" } else { "réel" };
    let instant = |instant: Option<jiff::Timestamp>| instant.map_or("–".to_owned(), |instant| instant.to_string());
    let mut text = format!(
        "lac           : {} ({nature}), {} exécutions, dernière {}\n--as-of       : depuis {}\n",
        root.display(),
        status.runs,
        instant(status.last_change),
        instant(status.horizon)
    );
    for table in &status.tables {
        let months = match (table.first, table.last) {
            (Some(first), Some(last)) => format!("de {first} à {last}"),
            _ => "aucun mois".to_owned(),
        };
        text.push_str(&format!(
            "{:<13} : {} enregistrements et {} renvois, {months}, {} fichiers\n",
            table.table, table.bodies, table.renvois, table.parts
        ));
    }
    let verdicts: Vec<String> = status
        .verdicts
        .iter()
        .map(|(verdict, count)| format!("{count} {}", verdict.label_fr()))
        .collect();
    text.push_str(&format!(
        "envois        : {}\n",
        if verdicts.is_empty() {
            "aucun".to_owned()
        } else {
            verdicts.join(", ")
        }
    ));
    text.push_str(&format!(
        "place         : {} d'enregistrements ; {} pièces reçues, {} ; {} valeurs restreintes\n",
        megabytes(status.bytes),
        status.raw.0,
        megabytes(status.raw.1),
        status.restricted
    ));
    for (delivery, reason) in &status.waiting {
        text.push_str(&format!("en attente    : {} ({reason})\n", short(delivery)));
    }
    text
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} Mo", bytes as f64 / 1e6).replace('.', ",")
}

/// What a decision changed, by site and day.
pub fn difference(difference: &Difference) -> String {
    let what = match difference.decision {
        Decision::Accept => "accepté",
        Decision::SetAside => "écarté",
        Decision::Undo => "rendu aux garde-fous",
    };
    let mut text = format!("envoi {} {what}\n", short(&difference.delivery));
    if difference.lines.is_empty() && difference.views.is_empty() {
        text.push_str("la vue courante ne change pas\n");
    }
    for line in &difference.lines {
        let change = line.after as i64 - line.before as i64;
        text.push_str(&format!(
            "  {} {}/{} {} : {} → {} ({change:+})\n",
            line.table, line.finess, line.ordre, line.day, line.before, line.after
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
