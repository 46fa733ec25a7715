//! What became of the deliveries of one execution: one line for each that is not loaded, with what to do, and a summary in which
//! every record is counted.

use lake::delivery::{Counts, Delivery, Verdict};

use crate::exit::Exit;
use crate::fail_on::Tallies;
use crate::words::grouped;

/// Totals of an execution.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    pub received: u64,
    pub loaded: u64,
    pub refused: u64,
    pub quarantined: u64,
    pub held: u64,
    pub known: u64,
    pub counts: Counts,
    /// Records accepted that wait for a decision: they are in no view, and are added to none of the terms of `counts`.
    pub waiting: u64,
}

impl Account {
    pub fn of<'a>(deliveries: impl IntoIterator<Item = &'a Delivery>) -> Account {
        let mut account = Account::default();
        for delivery in deliveries {
            account.add(delivery);
        }
        account
    }

    /// With what came again, byte for byte, and is no delivery of its own.
    pub fn again(mut self, copies: u64) -> Account {
        self.received += copies;
        self.known += copies;
        self
    }

    fn add(&mut self, delivery: &Delivery) {
        self.received += 1;
        match delivery.verdict {
            Verdict::Refusee => self.refused += 1,
            Verdict::EnQuarantaine => self.quarantined += 1,
            Verdict::EnAttente => self.held += 1,
            Verdict::DejaRecue => self.known += 1,
            Verdict::Conforme | Verdict::ConformeAvecReserves | Verdict::NonConforme => self.loaded += 1,
        }
        if delivery.verdict != Verdict::DejaRecue {
            let (sum, counts) = (&mut self.counts, &delivery.counts);
            sum.rows_read += counts.rows_read;
            sum.accepted += counts.accepted;
            sum.rejected += counts.rejected;
            sum.duplicates += counts.duplicates;
            sum.out_of_window += counts.out_of_window;
            if delivery.verdict == Verdict::EnAttente {
                self.waiting += counts.accepted;
                return;
            }
            sum.added += counts.added;
            sum.changed += counts.changed;
            sum.unchanged += counts.unchanged;
            sum.removed += counts.removed;
        }
    }

    /// Status 3 when something waits for somebody.
    pub fn exit(&self) -> Exit {
        match self.refused + self.quarantined + self.held {
            0 => Exit::Done,
            _ => Exit::WithRefusals,
        }
    }

    /// What `--fail-on` may be compared with.
    pub fn tallies(&self) -> Tallies {
        let mut tallies = Tallies::default();
        tallies.add("refusees", self.refused, self.received);
        tallies.add("quarantaine", self.quarantined, self.received);
        tallies.add("attente", self.held, self.received);
        tallies.add("rejetes", self.counts.rejected, self.counts.rows_read);
        tallies
    }

    /// The summary, French, on stdout.
    pub fn summary(&self) -> String {
        let Counts {
            added,
            changed,
            unchanged,
            removed,
            ..
        } = self.counts;
        let waiting = match self.waiting {
            0 => String::new(),
            waiting => format!(", {} en attente", grouped(waiting)),
        };
        format!(
            "{}acceptées : {}, {}, {}{waiting} ; {} de la vue\n",
            self.lines(9),
            count(added, "ajoutée", "ajoutées"),
            count(changed, "modifiée", "modifiées"),
            count(unchanged, "inchangée", "inchangées"),
            count(removed, "retirée", "retirées"),
        )
    }

    /// Of every delivery of the lake: what was received, and what became of it.
    pub fn received(&self) -> String {
        self.lines(13)
    }

    /// `width`: of the words before the colon.
    fn lines(&self, width: usize) -> String {
        let Account {
            received,
            loaded,
            refused,
            quarantined,
            held,
            known,
            counts,
            waiting: _,
        } = self;
        format!(
            "{:<width$} : {}, {}, {}, {} en quarantaine, {} en attente, {}\n\
             {:<width$} : {}\n",
            "envois",
            count(*received, "reçu", "reçus"),
            count(*loaded, "chargé", "chargés"),
            count(*refused, "refusé", "refusés"),
            grouped(*quarantined),
            grouped(*held),
            count(*known, "déjà reçu", "déjà reçus"),
            "lignes",
            lines(counts),
        )
    }
}

/// « 54 lues = 50 acceptées + … »: every line read is in one of the terms.
pub fn lines(counts: &Counts) -> String {
    format!(
        "{} = {} + {} + {} + {} hors fenêtre",
        count(counts.rows_read, "lue", "lues"),
        count(counts.accepted, "acceptée", "acceptées"),
        count(counts.rejected, "rejetée", "rejetées"),
        count(counts.duplicates, "doublon", "doublons"),
        grouped(counts.out_of_window),
    )
}

/// A number with its noun: zero and one are singular in French.
pub fn count(number: u64, one: &str, several: &str) -> String {
    format!("{} {}", grouped(number), if number < 2 { one } else { several })
}

/// One line for a delivery that waits for somebody: what, why, and what to do. None for the others.
/// `left`: its file was not taken.
pub fn notice(delivery: &Delivery, left: bool) -> Option<String> {
    let next = match delivery.verdict {
        Verdict::Refusee if left => "laissé où il est, sans avoir été ouvert".to_owned(),
        Verdict::Refusee => "l'émetteur doit corriger et renvoyer ; la pièce reçue est conservée".to_owned(),
        Verdict::EnQuarantaine => format!(
            "dire à quel site correspond ce numéro : oru quarantine map {} <FINESS>, puis oru quarantine replay",
            delivery.finess.as_deref().unwrap_or("<FINESS reçu>")
        ),
        Verdict::EnAttente => format!(
            "décider : oru lake accept {0} --motif \"…\" ou oru lake set-aside {0} --motif \"…\"",
            short(&delivery.id)
        ),
        _ => return None,
    };
    let reason = delivery.reason.as_deref().unwrap_or("raison non précisée");
    Some(format!(
        "{} : {} ({}) ; {next}",
        delivery.verdict.label_fr(),
        delivery.file,
        reason.trim_end_matches('.')
    ))
}

/// A delivery's short name: enough characters to be unique, accepted by every command.
pub fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}
