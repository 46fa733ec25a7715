//! What goes beside the rows of a delivery, in the restricted zone: rejected records and values that do not conform.

use std::io;
use std::mem;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringBuilder, UInt32Builder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::pile::{Pile, Room, Waiting};

/// Side rows are put in a batch when they reach this number of bytes of text.
const SIDE_BYTES: usize = 1 << 18;

/// Restricted rows under construction.
pub(super) struct Side {
    pile: Pile,
    schema: SchemaRef,
    delivery: StringBuilder,
    rang: UInt32Builder,
    ligne: UInt32Builder,
    texts: Vec<StringBuilder>,
    bytes: usize,
}

impl Side {
    pub fn new(schema: SchemaRef, path: std::path::PathBuf) -> Side {
        Side {
            pile: Pile::new(schema.clone(), path),
            delivery: StringBuilder::new(),
            rang: UInt32Builder::new(),
            ligne: UInt32Builder::new(),
            texts: (3..schema.fields().len()).map(|_| StringBuilder::new()).collect(),
            schema,
            bytes: 0,
        }
    }

    pub fn push(&mut self, room: &Room, delivery: &str, rang: u32, ligne: u32, texts: &[&str]) -> io::Result<()> {
        self.delivery.append_value(delivery);
        self.rang.append_value(rang);
        self.ligne.append_value(ligne);
        self.bytes += 52;
        for (builder, text) in self.texts.iter_mut().zip(texts) {
            builder.append_value(text);
            self.bytes += text.len() + 4;
        }
        if self.bytes >= SIDE_BYTES { self.flush(room) } else { Ok(()) }
    }

    fn flush(&mut self, room: &Room) -> io::Result<()> {
        if self.bytes == 0 {
            return Ok(());
        }
        let mut arrays: Vec<ArrayRef> = vec![
            Arc::new(self.delivery.finish()),
            Arc::new(self.rang.finish()),
            Arc::new(self.ligne.finish()),
        ];
        for builder in &mut self.texts {
            arrays.push(Arc::new(builder.finish()));
        }
        let bytes = mem::take(&mut self.bytes);
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(io::Error::other)?;
        self.pile.push(room, batch, bytes)
    }

    pub fn close(mut self, room: &Room) -> io::Result<Vec<Waiting>> {
        self.flush(room)?;
        self.pile.close()
    }
}

fn side_schema(texts: &[&str]) -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let number = |name: &str| Field::new(name, DataType::UInt32, false);
    let mut fields = vec![text("delivery"), number("rang"), number("ligne")];
    fields.extend(texts.iter().map(|name| text(name)));
    Arc::new(Schema::new(fields))
}

/// Columns of `restricted/rejets`.
pub(super) fn rejected_schema() -> SchemaRef {
    side_schema(&["rule", "champ", "texte"])
}

/// Columns of `restricted/valeurs`.
pub(super) fn values_schema() -> SchemaRef {
    side_schema(&["colonne", "texte"])
}
