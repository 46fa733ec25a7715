//! The sink of one delivery: its rows split by month, its rejected records and raw values, counted as they come.

use std::collections::BTreeMap;
use std::io;
use std::mem;
use std::path::Path;
use std::sync::{Arc, Mutex};

use arrow::array::{Array, AsArray, RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::{DataType, Date32Type, SchemaRef, TimestampMicrosecondType, UInt64Type};

use super::narrow;
use super::pile::{Pile, Room, Waiting};
use super::side::{Side, rejected_schema, values_schema};
use crate::days::{day_of_micros, epoch_day};
use crate::delivery::{DeliveryId, RawValue, RejectedRecord};
use crate::month::Month;
use crate::sink::RecordSink;
use crate::table::Table;

/// Longest text kept of a cell that does not conform.
const VALUE_LENGTH: usize = 40;
/// Longest text kept of a rejected record.
const RECORD_LENGTH: usize = 4000;

/// What one delivery brought, waiting for the commit.
#[derive(Debug)]
pub(super) struct Spool {
    pub delivery: DeliveryId,
    pub table: &'static Table,
    pub months: BTreeMap<Month, Vec<Waiting>>,
    /// Keys of the rows of each month, where a record may change month.
    pub keys: BTreeMap<Month, Vec<u64>>,
    /// Rows by day since 1970-01-01, in and out of the window.
    pub days: BTreeMap<i32, u32>,
    pub outside: BTreeMap<i32, u32>,
    pub rejected: Vec<Waiting>,
    pub values: Vec<Waiting>,
}

/// What the sinks of a run share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub room: Room,
    pub done: Mutex<Vec<Result<Spool, (DeliveryId, io::Error)>>>,
}

pub(super) struct Sink {
    shared: Arc<Shared>,
    delivery: DeliveryId,
    table: &'static Table,
    schema: SchemaRef,
    rows: Pile,
    months: BTreeMap<Month, Vec<usize>>,
    keys: BTreeMap<Month, Vec<u64>>,
    days: BTreeMap<i32, u32>,
    outside: BTreeMap<i32, u32>,
    rejected: Side,
    values: Side,
    failed: Option<io::Error>,
}

impl Sink {
    /// `path` names the files it may need, without extension.
    pub fn new(shared: Arc<Shared>, delivery: &DeliveryId, table: &'static Table, path: &Path) -> Sink {
        let schema = table.record_schema();
        Sink {
            shared,
            delivery: delivery.clone(),
            table,
            rows: Pile::new(schema.clone(), path.with_extension("lignes")),
            schema,
            months: BTreeMap::new(),
            keys: BTreeMap::new(),
            days: BTreeMap::new(),
            outside: BTreeMap::new(),
            rejected: Side::new(rejected_schema(), path.with_extension("rejets")),
            values: Side::new(values_schema(), path.with_extension("valeurs")),
            failed: None,
        }
    }

    fn push(&mut self, month: Month, batch: RecordBatch, bytes: usize) -> io::Result<()> {
        self.months.entry(month).or_default().push(self.rows.len());
        if self.table.may_change_month() {
            let keys = narrow::numbers::<UInt64Type>(&batch, "cle").map_err(invalid)?;
            self.keys.entry(month).or_default().extend(keys.values());
        }
        self.rows.push(&self.shared.room, batch, bytes)
    }

    /// Adds the rows of a batch, each to its month: by slices where months follow one another, else by copy.
    fn split(&mut self, batch: RecordBatch, days: &[i32]) -> io::Result<()> {
        let bytes = batch.get_array_memory_size();
        let mut runs: Vec<(Month, usize, usize)> = Vec::new();
        let mut bounds = None;
        for (row, day) in days.iter().enumerate() {
            match bounds {
                Some((first, last)) if (first..=last).contains(day) => runs.last_mut().expect("a run has begun").2 += 1,
                _ => {
                    let month = Month::of_epoch_day(*day).ok_or_else(|| invalid(format!("jour {day} hors du calendrier")))?;
                    bounds = Some((epoch_day(month.first_day()), epoch_day(month.last_day())));
                    runs.push((month, row, 1));
                }
            }
        }
        let distinct: std::collections::BTreeSet<Month> = runs.iter().map(|(month, ..)| *month).collect();
        if runs.len() <= 2 * distinct.len() {
            // Slices share the memory of the batch: it is counted once, with the first.
            for (at, (month, start, length)) in runs.into_iter().enumerate() {
                self.push(month, batch.slice(start, length), if at == 0 { bytes } else { 0 })?;
            }
            return Ok(());
        }
        for month in distinct {
            let rows: UInt32Array = runs
                .iter()
                .filter(|(of, ..)| *of == month)
                .flat_map(|(_, start, length)| *start as u32..(*start + *length) as u32)
                .collect();
            let part = take_record_batch(&batch, &rows).map_err(io::Error::other)?;
            let bytes = part.get_array_memory_size();
            self.push(month, part, bytes)?;
        }
        Ok(())
    }

    fn count(&mut self, batch: &RecordBatch, days: &[i32]) {
        let outside = batch.column(batch.num_columns() - 1).as_boolean();
        for (row, day) in days.iter().enumerate() {
            let counts = if outside.value(row) {
                &mut self.outside
            } else {
                &mut self.days
            };
            *counts.entry(*day).or_default() += 1;
        }
    }

    /// A sink that lost anything must not be taken for a complete one, whatever the reader does of this error.
    fn noted(&mut self, outcome: io::Result<()>) -> io::Result<()> {
        if let Err(error) = &outcome {
            self.failed = Some(match error.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code),
                None => io::Error::new(error.kind(), error.to_string()),
            });
        }
        outcome
    }

    fn accept(&mut self, batch: RecordBatch) -> io::Result<()> {
        let expected = self.schema.fields().iter().map(|field| (field.name(), field.data_type()));
        let schema = batch.schema();
        let found = schema.fields().iter().map(|field| (field.name(), field.data_type()));
        if !expected.eq(found) {
            return Err(invalid(format!(
                "lot sans les colonnes déclarées de la table {}",
                self.table.nom
            )));
        }
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let days = days_of(&batch, self.table)?;
        self.count(&batch, &days);
        self.split(batch, &days)
    }
}

impl RecordSink for Sink {
    fn rows(&mut self, batch: RecordBatch) -> io::Result<()> {
        let outcome = self.accept(batch);
        self.noted(outcome)
    }

    fn rejected(&mut self, record: RejectedRecord) -> io::Result<()> {
        let text = cut(&record.texte, RECORD_LENGTH);
        let row = [record.rule.as_str(), record.champ.as_str(), text];
        let outcome = self
            .rejected
            .push(&self.shared.room, &self.delivery, record.rang, record.ligne, &row);
        self.noted(outcome)
    }

    fn raw_value(&mut self, value: RawValue) -> io::Result<()> {
        let text = cut(&value.texte, VALUE_LENGTH);
        let row = [value.colonne.as_str(), text];
        let outcome = self
            .values
            .push(&self.shared.room, &self.delivery, value.rang, value.ligne, &row);
        self.noted(outcome)
    }
}

impl Drop for Sink {
    /// A reader drops its sink when it is done: that hands over what it holds.
    fn drop(&mut self) {
        let rows = mem::replace(&mut self.rows, Pile::new(self.schema.clone(), Default::default()));
        let close = |side: &mut Side| mem::replace(side, Side::new(values_schema(), Default::default())).close(&self.shared.room);
        let closed = match self.failed.take() {
            Some(error) => Err(error),
            None => rows
                .close()
                .and_then(|rows| Ok((rows, close(&mut self.rejected)?, close(&mut self.values)?))),
        };
        let spool = match closed {
            Err(error) => Err((self.delivery.clone(), error)),
            Ok((rows, rejected, values)) => Ok(Spool {
                delivery: self.delivery.clone(),
                table: self.table,
                months: by_month(mem::take(&mut self.months), rows),
                keys: mem::take(&mut self.keys),
                days: mem::take(&mut self.days),
                outside: mem::take(&mut self.outside),
                rejected,
                values,
            }),
        };
        let mut done = self.shared.done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        done.push(spool);
    }
}

fn by_month(months: BTreeMap<Month, Vec<usize>>, rows: Vec<Waiting>) -> BTreeMap<Month, Vec<Waiting>> {
    let mut rows: Vec<Option<Waiting>> = rows.into_iter().map(Some).collect();
    let mut take = |index: usize| rows[index].take().expect("a batch belongs to one month");
    months
        .into_iter()
        .map(|(month, indices)| (month, indices.into_iter().map(&mut take).collect()))
        .collect()
}

/// The day of each row, since 1970-01-01.
pub(super) fn days_of(batch: &RecordBatch, table: &Table) -> io::Result<Vec<i32>> {
    let column = batch
        .column_by_name(&table.mois)
        .ok_or_else(|| invalid(format!("la colonne {} manque", table.mois)))?;
    if column.null_count() > 0 {
        return Err(invalid(format!("une ligne de {} n'a pas de {}", table.nom, table.mois)));
    }
    match column.data_type() {
        DataType::Date32 => Ok(column.as_primitive::<Date32Type>().values().to_vec()),
        DataType::Timestamp(..) => {
            let micros = column.as_primitive_opt::<TimestampMicrosecondType>();
            let micros = micros.ok_or_else(|| invalid(format!("{} n'est pas en microsecondes", table.mois)))?;
            Ok(micros.values().iter().map(|micros| day_of_micros(*micros)).collect())
        }
        other => Err(invalid(format!("{} est du type {other}, sans jour", table.mois))),
    }
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

fn cut(text: &str, length: usize) -> &str {
    text.char_indices().nth(length).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests;
