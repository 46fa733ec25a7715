//! Rows that repeat a body stored before: which body, and where in the delivery.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, StringArray, UInt32Array, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::encode::{CHUNK, Encoded, Encoder, MONTH_KEY, TABLE_KEY};
use super::error::Result;
use super::ledger::Entry;
use super::rows::Tag;
use crate::month::Month;

/// Rows that repeat a body.
#[derive(Default)]
pub(super) struct Renvois {
    load: Vec<usize>,
    cle: Vec<u64>,
    empreinte: Vec<u64>,
    rang: Vec<u32>,
    ligne: Vec<u32>,
    outside: Vec<bool>,
    day: Vec<i32>,
}

impl Renvois {
    pub fn is_empty(&self) -> bool {
        self.cle.is_empty()
    }

    pub fn push(&mut self, entry: Entry, tag: Tag) {
        self.load.push(tag.load);
        self.cle.push(entry.cle);
        self.empreinte.push(entry.empreinte);
        self.rang.push(tag.rang);
        self.ligne.push(tag.ligne);
        self.outside.push(tag.outside);
        self.day.push(entry.day);
    }

    pub fn write(&self, path: &Path, table: &str, month: Month, loads: &[super::manifest::Load]) -> Result<Encoded> {
        let mut encoder = Encoder::create(path, renvois_schema())?;
        for start in (0..self.cle.len()).step_by(CHUNK) {
            let rows = start..(start + CHUNK).min(self.cle.len());
            encoder.write(rows.len(), |column| {
                let rows = rows.clone();
                let array: ArrayRef = match column {
                    0 => Arc::new(StringArray::from_iter_values(
                        self.load[rows].iter().map(|load| &loads[*load].id),
                    )),
                    1 => Arc::new(UInt64Array::from(self.cle[rows].to_vec())),
                    2 => Arc::new(UInt64Array::from(self.empreinte[rows].to_vec())),
                    3 => Arc::new(UInt32Array::from(self.rang[rows].to_vec())),
                    4 => Arc::new(UInt32Array::from(self.ligne[rows].to_vec())),
                    5 => Arc::new(BooleanArray::from(self.outside[rows].to_vec())),
                    _ => Arc::new(Date32Array::from(self.day[rows].to_vec())),
                };
                Ok(array)
            })?;
        }
        encoder.finish(&[(TABLE_KEY, table), (MONTH_KEY, &month.to_string())])
    }
}

/// Columns of `renvois/`.
pub(super) fn renvois_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("delivery", DataType::Utf8, false),
        Field::new("cle", DataType::UInt64, false),
        Field::new("empreinte", DataType::UInt64, false),
        Field::new("rang", DataType::UInt32, false),
        Field::new("ligne", DataType::UInt32, false),
        Field::new("hors_fenetre", DataType::Boolean, false),
        Field::new("jour", DataType::Date32, false),
    ]))
}
