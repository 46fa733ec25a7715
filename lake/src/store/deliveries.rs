//! Deliveries as one reads them: what the file said, with the verdict of the guards and of people at an instant.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Store;
use super::error::Result;
use super::guards::Standing;
use super::history;
use super::manifest::{Decision, Manifest};
use super::state::{State, is_windowed};
use crate::delivery::{Aside, Delivery, DeliveryId, Verdict};
use crate::table::table;

impl Store {
    /// Every delivery received by `as_of` (now when none), in the order of loading. A content received twice is there once.
    pub fn deliveries(&self, as_of: Option<Timestamp>) -> Result<Vec<Delivery>> {
        self.select(as_of, |_| true)
    }

    /// Those made from `from` to `to`, both included, those whose window meets these days, and those that have no window.
    pub fn deliveries_about(&self, from: Date, to: Date, as_of: Option<Timestamp>) -> Result<Vec<Delivery>> {
        let meets = |first: Option<Date>, last: Option<Date>| match (first, last) {
            (Some(first), Some(last)) => first <= to && from <= last,
            _ => true,
        };
        let made = |load: &super::manifest::Load| load.extract.is_some_and(|extract| (from..=to).contains(&extract.date()));
        self.select(as_of, |load| made(load) || meets(load.from, load.to))
    }

    /// Contents received again from `since` on, as known at `as_of`: which delivery, and when. They changed nothing.
    pub fn received_again(&self, since: Timestamp, as_of: Option<Timestamp>) -> Vec<(DeliveryId, Timestamp)> {
        let known = |at: &Timestamp| *at >= since && as_of.is_none_or(|instant| *at <= instant);
        let again = self.manifest.again.iter().filter(|(at, _)| known(at));
        again.map(|(at, id)| (id.clone(), *at)).collect()
    }

    fn select(&self, as_of: Option<Timestamp>, wanted: impl Fn(&super::manifest::Load) -> bool) -> Result<Vec<Delivery>> {
        let (seq, _) = self.manifest.as_known(as_of);
        let state = State::at(&self.manifest, seq)?;
        let known = |index: &usize| *state.standing(*index) != Standing::Unknown && wanted(&self.manifest.loads[*index]);
        let wanted: Vec<usize> = (0..self.manifest.loads.len()).filter(known).collect();
        let details = self.manifest.details(&self.layout, &wanted)?;
        let judged = wanted.iter().zip(details).map(|(index, mut delivery)| {
            let load = &self.manifest.loads[*index];
            if table(&load.table).is_some_and(is_windowed) {
                delivery.days = load.days.to_dates();
            }
            if *state.standing(*index) == Standing::InForce {
                history::contested(&self.manifest, &state, *index, &mut delivery);
            }
            as_judged(delivery, &self.manifest, seq, state.standing(*index))
        });
        Ok(judged.collect())
    }
}

/// The verdict once the guards and people have spoken. A delivery set aside reads as refused, with the motive: none of its
/// rows count.
pub(super) fn as_judged(mut delivery: Delivery, manifest: &Manifest, seq: u64, standing: &Standing) -> Delivery {
    match standing {
        Standing::Held(hold) => {
            delivery.verdict = Verdict::EnAttente;
            delivery.reason = Some(hold.reason_fr());
        }
        Standing::SetAside | Standing::Reread => {
            let mut rulings = manifest.rulings.iter().rev().filter(|ruling| ruling.seq <= seq);
            let ruling = rulings.find(|ruling| ruling.delivery == delivery.id);
            delivery.verdict = Verdict::Refusee;
            (delivery.aside, delivery.reason) = (None, None);
            if let Some(ruling) = ruling {
                let (aside, said) = match ruling.decision {
                    Decision::Reread => (Aside::Relue, "relue"),
                    Decision::SetAside | Decision::Accept | Decision::Undo => (Aside::Ecartee, "écartée"),
                };
                let day = ruling.at.strftime("%Y-%m-%d");
                delivery.aside = Some(aside);
                delivery.reason = Some(format!("{said} le {day} : {}", ruling.motif));
            }
        }
        // A reader may have set « en attente » itself; once nothing holds it, it is simply loaded.
        Standing::InForce if delivery.verdict == Verdict::EnAttente => {
            delivery.verdict = Verdict::ConformeAvecReserves;
            delivery.reason = None;
        }
        Standing::InForce | Standing::NotLoaded | Standing::Unknown => {}
    }
    delivery
}
