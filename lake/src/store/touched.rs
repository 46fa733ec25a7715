//! Which months changed since an instant, whatever changed them: a reception, a piece read again, a decision.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Store;
use super::manifest::Load;
use crate::days::date_of;
use crate::month::Month;

impl Store {
    /// Months of the deliveries received, forgotten or decided upon after an instant.
    pub fn months_touched(&self, since: Timestamp) -> BTreeSet<Month> {
        let (known, _) = self.manifest.as_known(Some(since));
        let decided: BTreeSet<&str> = self
            .manifest
            .rulings
            .iter()
            .filter(|ruling| ruling.seq > known)
            .map(|ruling| ruling.delivery.as_str())
            .collect();
        let is_touched = |load: &&Load| {
            load.seq > known || load.forgotten.is_some_and(|seq| seq > known) || decided.contains(load.id.as_str())
        };
        let loaded = self.manifest.loads.iter().filter(|load| load.verdict.is_loaded());
        loaded.filter(is_touched).flat_map(months).collect()
    }
}

/// Those of the window, else those of the records.
fn months(load: &Load) -> Vec<Month> {
    match (load.from, load.to) {
        (Some(from), Some(to)) => Month::of(from).through(Month::of(to)).collect(),
        _ => load.days.iter().filter_map(|(day, _)| date_of(day)).map(Month::of).collect(),
    }
}
