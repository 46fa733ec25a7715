//! `oru check`: files judged without a lake.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use lake::advance;
use lake::delivery::{Delivery, DeliveryId, Verdict};
use lake::sink::RecordSink;
use rustc_hash::FxHashMap;

use crate::context::{Context, Received};
use crate::read::{Stopped, run};
use crate::row_rules::{self, Judge, Judging};
use crate::verdict;

/// Judges files without loading them, for `oru check`: no history, and `received_at` is when they are looked at. The row rules, that
/// are otherwise judged on the lake, are judged on the records that would be loaded. A delivery whose EXTRACT is in the future is
/// « en attente », as the store would decide.
pub fn check(received: &[Received], context: &Context) -> Result<Vec<Delivery>, Stopped> {
    let judges: Mutex<FxHashMap<DeliveryId, Arc<Mutex<Judge>>>> = Mutex::default();
    let open = |delivery: &Delivery| -> io::Result<Box<dyn RecordSink>> {
        let Some(rules) = row_rules::of(&delivery.table) else {
            return Ok(Box::new(Discard));
        };
        let judge = Arc::new(Mutex::new(Judge::new(rules, delivery.extract)));
        let mut judges = judges.lock().unwrap_or_else(PoisonError::into_inner);
        judges.insert(delivery.id.clone(), Arc::clone(&judge));
        Ok(Box::new(Judging {
            judge,
            to: Box::new(Discard),
        }))
    };
    let files = run(received, context, &|_| false, &open, None, false)?;
    let judges = judges.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut deliveries: Vec<Delivery> = files.into_iter().flat_map(|file| file.deliveries).collect();
    for delivery in &mut deliveries {
        if delivery.verdict.is_loaded()
            && let Some(judge) = judges.get(&delivery.id)
        {
            let judge = judge.lock().unwrap_or_else(PoisonError::into_inner);
            delivery.findings.extend(judge.findings());
            if let Some(kind) = context.kinds.get(&delivery.kind) {
                verdict::with_row_rules(&kind.verdict, delivery);
            }
        }
        if delivery.verdict.is_loaded()
            && let Some(reason) = extract_in_future(delivery, context)
        {
            delivery.verdict = Verdict::EnAttente;
            delivery.reason = Some(reason);
        }
    }
    Ok(deliveries)
}

/// Why a delivery must wait because it says it was produced after its reception, if it must.
pub fn extract_in_future(delivery: &Delivery, context: &Context) -> Option<String> {
    let minutes = advance::minutes_ahead(delivery.extract?, delivery.received_at, &context.zone, context.avance_minutes)?;
    Some(advance::reason_fr(minutes))
}

/// A sink that keeps nothing.
#[derive(Debug, Default)]
pub struct Discard;

impl RecordSink for Discard {
    fn rows(&mut self, _: arrow::record_batch::RecordBatch) -> io::Result<()> {
        Ok(())
    }

    fn rejected(&mut self, _: lake::delivery::RejectedRecord) -> io::Result<()> {
        Ok(())
    }

    fn raw_value(&mut self, _: lake::delivery::RawValue) -> io::Result<()> {
        Ok(())
    }
}
