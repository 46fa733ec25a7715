//! The row rules over several deliveries read at once: each has its judge, on the way of its records.

use std::sync::{Arc, Mutex, PoisonError};

use lake::delivery::{Delivery, DeliveryId, FileFinding};
use lake::sink::RecordSink;
use rustc_hash::FxHashMap;

use super::judge::{Judge, Judging};

/// The judges of a reading, by delivery.
#[derive(Default)]
pub struct Judges {
    by_delivery: Mutex<FxHashMap<DeliveryId, Arc<Mutex<Judge>>>>,
}

impl Judges {
    /// The sink of a delivery, with its judge on the way.
    pub fn on_the_way(&self, delivery: &Delivery, to: Box<dyn RecordSink>) -> Box<dyn RecordSink> {
        let Some(rules) = super::of(&delivery.table) else {
            return to;
        };
        let judge = Arc::new(Mutex::new(Judge::new(rules, delivery.extract)));
        let mut judges = self.by_delivery.lock().unwrap_or_else(PoisonError::into_inner);
        judges.insert(delivery.id.clone(), Arc::clone(&judge));
        Box::new(Judging { judge, to })
    }

    /// What was counted in a delivery, rule by rule, violated or not; nothing of one that has no judge.
    pub fn findings(&self, delivery: &DeliveryId) -> Vec<FileFinding> {
        let judges = self.by_delivery.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(judge) = judges.get(delivery) else {
            return Vec::new();
        };
        let judge = judge.lock().unwrap_or_else(PoisonError::into_inner);
        judge.findings().collect()
    }
}
