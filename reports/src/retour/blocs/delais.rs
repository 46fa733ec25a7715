//! How late the days become known: what is received the morning after, then a week after, over the days whose delay can be told.

use std::collections::BTreeMap;

use lake::month::Month;
use lake::retour::{Connus, Jour, Retour};

use super::super::parts::{count, share, source, table, words};
use crate::document::Table;
use crate::typography as typo;

/// How complete the days are the morning after, over those whose delay can be told.
pub fn late(retour: &Retour) -> Option<String> {
    let (next, week) = delay(&retour.jours.iter().collect::<Vec<_>>());
    let first = next.share().map(|part| {
        format!(
            "Le lendemain, {} des passages d'une journée étaient connus",
            typo::share(part)
        )
    });
    let later = week.share().map(|part| format!("sept jours après, {}", typo::share(part)));
    match (first, later) {
        (Some(first), Some(later)) => Some(format!("{first} ; {later}.")),
        (Some(first), None) => Some(format!("{first}.")),
        _ => None,
    }
}

/// Passages of the days whose delay is judged: as known today, and as known by then.
#[derive(Default)]
struct Delay {
    days: u64,
    /// Those of which nothing was received by then.
    not_received: u64,
    now: u64,
    known: u64,
}

impl Delay {
    fn of(days: &[&Jour], known: fn(&Jour) -> Connus) -> Delay {
        let mut delay = Delay::default();
        for day in days.iter().filter(|day| known(day).is_judged()) {
            let by_then = match known(day) {
                Connus::Recu(records) => records,
                Connus::NonRecu | Connus::NonEvalue => 0,
            };
            delay.days += 1;
            delay.not_received += u64::from(known(day) == Connus::NonRecu);
            delay.now += u64::from(day.passages);
            // A later file may have withdrawn records: no more are known early than there are.
            delay.known += u64::from(by_then.min(day.passages));
        }
        delay
    }

    fn share(&self) -> Option<f64> {
        lake::retour::part(self.known, self.now)
    }
}

/// One day, then seven days after.
fn delay(days: &[&Jour]) -> (Delay, Delay) {
    (Delay::of(days, |day| day.a_j1), Delay::of(days, |day| day.a_j7))
}

/// By month: what was known the day after, and a week after.
pub fn delays(retour: &Retour) -> Table {
    let mut months: BTreeMap<Month, Vec<&Jour>> = BTreeMap::new();
    for day in &retour.jours {
        months.entry(Month::of(day.jour)).or_default().push(day);
    }
    let rows = months.into_iter().map(|(month, days)| {
        let (next, week) = delay(&days);
        let known = |delay: &Delay| match delay.days {
            0 => [words("non évalué"), words("non évalué")],
            _ => [count(delay.known), share(delay.share(), "aucun passage")],
        };
        let passages = days.iter().map(|day| u64::from(day.passages)).sum();
        let mut cells = vec![count(passages), count(next.days)];
        cells.extend(known(&next));
        cells.push(count(next.not_received));
        cells.push(count(week.days));
        cells.extend(known(&week));
        (typo::month_year(month), cells)
    });
    let columns = [
        ("Mois", false),
        ("Passages", true),
        ("Jours évalués à J+1", true),
        ("Connus à J+1", true),
        ("% à J+1", true),
        ("Dont jours non reçus", true),
        ("Jours évalués à J+7", true),
        ("Connus à J+7", true),
        ("% à J+7", true),
    ];
    let mut made = table(
        "R-T01",
        "Délai de transmission",
        "Passages d'une journée connus le lendemain, puis sept jours après",
        &columns,
        rows.collect(),
        source(retour),
    );
    let notes = [
        "La date qui compte est celle de production du fichier (EXTRACT), à défaut celle de sa réception.",
        "Les parts sont celles des passages des jours évalués. Ne le sont ni les jours antérieurs au premier envoi de la structure, \
         chargés avec l'historique, ni ceux dont le délai n'est pas écoulé.",
    ];
    made.notes.extend(notes.map(typo::french));
    made
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_of_outage_counts_among_the_days_not_received() {
        let day = |rank: i8, passages: u32, a_j1: Connus| Jour {
            ordre: 0,
            jour: date(2025, 3, rank),
            passages,
            seuil_bas: None,
            mediane_8s: None,
            z_robuste: None,
            regles: Vec::new(),
            a_j1,
            a_j7: a_j1,
        };
        let days = [day(4, 60, Connus::Recu(60)), day(5, 0, Connus::NonRecu)];
        let (next, _) = delay(&days.iter().collect::<Vec<_>>());
        assert_eq!((next.days, next.not_received), (2, 1));
    }
}
