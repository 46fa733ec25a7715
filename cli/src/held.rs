//! Deliveries that wait for a decision, as the person who decides sees them: the reason, and day by day what accepting would change.

use lake::delivery::Delivery;
use lake::store::{Difference, Store};

use crate::account::short;
use crate::error::Result;
use crate::words;

/// Days shown of each delivery, and deliveries whose days are shown.
const DAYS: usize = 14;
const DELIVERIES: usize = 10;

/// Every delivery that waits, with the difference it would make by site and day. Empty when none does.
pub fn text(store: &Store, deliveries: &[Delivery]) -> Result<String> {
    let mut text = String::new();
    for (rank, delivery) in deliveries.iter().enumerate() {
        let id = short(&delivery.id);
        let reason = delivery.reason.as_deref().unwrap_or("raison non précisée");
        text.push_str(&format!("en attente    : {id} {} ({reason})\n", delivery.file));
        if rank < DELIVERIES {
            let would = store.would_accept(&delivery.id).map_err(|error| words::store(&error))?;
            text.push_str(&table(&would));
        }
        text.push_str(&format!(
            "    décider   : oru lake accept {id} --motif \"…\" ou oru lake set-aside {id} --motif \"…\"\n"
        ));
    }
    Ok(text)
}

/// Day, count in force, count if accepted, difference.
fn table(would: &Difference) -> String {
    let changed: Vec<_> = would.lines.iter().filter(|line| line.before != line.after).collect();
    let mut text = match (changed.is_empty(), would.lines.is_empty()) {
        (true, true) => {
            return "    aucun jour ne changerait, ou la table se remplace enregistrement par enregistrement\n".to_owned();
        }
        (true, false) => {
            return format!(
                "    {} jour(s) changeraient d'envoi sans changer de nombre\n",
                would.lines.len()
            );
        }
        (false, _) => format!(
            "    {:<12} {:<10} {:>10} {:>10} {:>10}\n",
            "site", "jour", "en vigueur", "si accepté", "différence"
        ),
    };
    for line in changed.iter().take(DAYS) {
        let site = format!("{}/{}", line.finess, line.ordre);
        let difference = line.after as i64 - line.before as i64;
        text.push_str(&format!(
            "    {site:<12} {} {:>10} {:>10} {difference:>+10}\n",
            line.day, line.before, line.after
        ));
    }
    let rest = &changed[DAYS.min(changed.len())..];
    let lost: i64 = rest.iter().map(|line| line.after as i64 - line.before as i64).sum();
    if !rest.is_empty() {
        text.push_str(&format!("    et {} autres jours : {lost:+}\n", rest.len()));
    }
    for (ids, words) in [(&would.newly_held, "mettrait en attente"), (&would.released, "libérerait")] {
        if !ids.is_empty() {
            let names: Vec<&str> = ids.iter().map(|id| short(id)).collect();
            text.push_str(&format!("    {words} : {}\n", names.join(", ")));
        }
    }
    text
}
