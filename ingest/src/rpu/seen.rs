//! Whether a record was already met in its delivery.

use std::collections::hash_map::Entry;

use rustc_hash::{FxHashMap, FxHashSet};

/// Records met in one delivery, by their hashes: sixteen bytes each.
#[derive(Default)]
pub struct Seen {
    first: FxHashMap<u64, u64>,
    variants: FxHashSet<(u64, u64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    New,
    /// Same key, same content.
    Copy,
    /// Same key, other content.
    Variant,
}

impl Seen {
    pub fn meet(&mut self, cle: u64, empreinte: u64) -> Met {
        match self.first.entry(cle) {
            Entry::Vacant(place) => {
                place.insert(empreinte);
                Met::New
            }
            Entry::Occupied(place) if *place.get() == empreinte => Met::Copy,
            Entry::Occupied(_) => match self.variants.insert((cle, empreinte)) {
                true => Met::Variant,
                false => Met::Copy,
            },
        }
    }
}
