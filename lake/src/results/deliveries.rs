//! `deliveries`: one row per delivery, with its accounting.

use std::path::Path;

use arrow::array::Array;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use super::ResultsError;
use super::columns::{self, count, instant, maybe_civil, maybe_date, maybe_small, maybe_text, text};
use crate::days;
use crate::delivery::{Counts, Delivery, DeliveryId};

/// A row of the table: what a `Delivery` publishes of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryLine {
    pub delivery: DeliveryId,
    pub kind: String,
    pub flux: String,
    pub file: String,
    pub finess: Option<String>,
    pub ordre: Option<i16>,
    pub extract: Option<DateTime>,
    pub date_from: Option<Date>,
    pub date_to: Option<Date>,
    pub received_at: Timestamp,
    pub counts: Counts,
    pub verdict: String,
    pub encoding: String,
}

pub fn write_deliveries(path: &Path, deliveries: &[Delivery]) -> Result<(), ResultsError> {
    let words = |name: &'static str, get: fn(&Delivery) -> &str| text(name, deliveries.iter().map(get));
    let counts = |name: &'static str, get: fn(&Counts) -> u64| count(name, deliveries.iter().map(|line| get(&line.counts)));
    columns::write(
        path,
        vec![
            words("delivery", |line| &line.id),
            words("kind", |line| &line.kind),
            words("flux", |line| &line.flux),
            words("file", |line| &line.file),
            maybe_text("finess", deliveries.iter().map(|line| line.finess.as_deref())),
            maybe_small("ordre", deliveries.iter().map(|line| line.ordre)),
            maybe_civil("extract", deliveries.iter().map(|line| line.extract)),
            maybe_date("date_from", deliveries.iter().map(|line| line.date_from)),
            maybe_date("date_to", deliveries.iter().map(|line| line.date_to)),
            instant("received_at", deliveries.iter().map(|line| line.received_at)),
            counts("rows_read", |counts| counts.rows_read),
            counts("accepted", |counts| counts.accepted),
            counts("rejected", |counts| counts.rejected),
            counts("duplicates", |counts| counts.duplicates),
            counts("out_of_window", |counts| counts.out_of_window),
            counts("added", |counts| counts.added),
            counts("changed", |counts| counts.changed),
            counts("unchanged", |counts| counts.unchanged),
            counts("removed", |counts| counts.removed),
            words("verdict", |line| line.verdict.as_str()),
            words("encoding", |line| &line.encoding),
        ],
    )
}

pub fn read_deliveries(path: &Path) -> Result<Vec<DeliveryLine>, ResultsError> {
    columns::read(path, |batch, lines| {
        let (delivery, kind, flux) = (batch.text("delivery")?, batch.text("kind")?, batch.text("flux")?);
        let (file, finess, ordre) = (batch.text("file")?, batch.text("finess")?, batch.small("ordre")?);
        let (extract, received_at) = (batch.micros("extract")?, batch.micros("received_at")?);
        let (date_from, date_to) = (batch.date("date_from")?, batch.date("date_to")?);
        let (verdict, encoding) = (batch.text("verdict")?, batch.text("encoding")?);
        let names = [
            "rows_read",
            "accepted",
            "rejected",
            "duplicates",
            "out_of_window",
            "added",
            "changed",
            "unchanged",
            "removed",
        ];
        let mut counts = Vec::new();
        for name in names {
            counts.push(batch.count(name)?);
        }
        for row in 0..batch.rows() {
            lines.push(DeliveryLine {
                delivery: delivery.value(row).to_owned(),
                kind: kind.value(row).to_owned(),
                flux: flux.value(row).to_owned(),
                file: file.value(row).to_owned(),
                finess: finess.is_valid(row).then(|| finess.value(row).to_owned()),
                ordre: ordre.is_valid(row).then(|| ordre.value(row)),
                extract: extract
                    .is_valid(row)
                    .then(|| days::civil_of_micros(extract.value(row)))
                    .flatten(),
                date_from: date_from.is_valid(row).then(|| days::date_of(date_from.value(row))).flatten(),
                date_to: date_to.is_valid(row).then(|| days::date_of(date_to.value(row))).flatten(),
                received_at: Timestamp::from_microsecond(received_at.value(row)).map_err(|error| error.to_string())?,
                counts: Counts {
                    rows_read: counts[0].value(row),
                    accepted: counts[1].value(row),
                    rejected: counts[2].value(row),
                    duplicates: counts[3].value(row),
                    out_of_window: counts[4].value(row),
                    added: counts[5].value(row),
                    changed: counts[6].value(row),
                    unchanged: counts[7].value(row),
                    removed: counts[8].value(row),
                },
                verdict: verdict.value(row).to_owned(),
                encoding: encoding.value(row).to_owned(),
            });
        }
        Ok(())
    })
}
