//! `oru check`: files judged without a lake.

use std::io;

use lake::advance;
use lake::delivery::{Delivery, Verdict};
use lake::sink::RecordSink;

use crate::context::{Context, Received};
use crate::read::{Stopped, run};

/// Judges files without loading them, for `oru check`: no history, and `received_at` is when they are looked at. A delivery
/// whose EXTRACT is in the future is « en attente », as the store would decide.
pub fn check(received: &[Received], context: &Context) -> Result<Vec<Delivery>, Stopped> {
    let files = run(received, context, &|_| false, &|_| Ok(Box::new(Discard)), None, false)?;
    let mut deliveries: Vec<Delivery> = files.into_iter().flat_map(|file| file.deliveries).collect();
    for delivery in &mut deliveries {
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
