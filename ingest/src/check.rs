//! `oru check`: files judged without a lake.

use std::io;

use lake::advance;
use lake::delivery::{Delivery, Verdict};
use lake::sink::RecordSink;

use crate::context::{Context, Received};
use crate::read::{Stopped, run};
use crate::row_rules::Judges;

/// Judges files without loading them, for `oru check`: no history, and `received_at` is when they are looked at. The row rules, that
/// are otherwise judged on the lake, are judged on the records that would be loaded. A delivery whose EXTRACT is in the future is
/// « en attente », as the store would decide.
pub fn check(received: &[Received], context: &Context) -> Result<Vec<Delivery>, Stopped> {
    let open = |_: &Delivery| -> io::Result<Box<dyn RecordSink>> { Ok(Box::new(Discard)) };
    let judges = Judges::default();
    let files = run(received, context, &|_| false, &open, None, false, Some(&judges))?;
    let mut deliveries = Vec::new();
    for file in files {
        for mut delivery in file.deliveries {
            let of_rows = file.row_findings.get(&delivery.id).cloned();
            delivery.findings.extend(of_rows.unwrap_or_default());
            if delivery.verdict.is_loaded()
                && let Some(reason) = extract_in_future(&delivery, context)
            {
                delivery.verdict = Verdict::EnAttente;
                delivery.reason = Some(reason);
            }
            deliveries.push(delivery);
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
