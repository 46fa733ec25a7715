//! Exports: from the lake to the files of a message that the region owes. Nothing is sent.

pub mod oscour;
mod record;
mod say;
pub mod syrius;

use lake::delivery::Delivery;
use lake::store::Store;

use crate::context::Context;
use crate::error::Result;
use crate::reading::{self, Window};
use crate::stages;

/// The table of passages.
const RPU: &str = "rpu";

/// The lake, once the guards and the authorities of the configuration are in force. The lock is free again: an export writes nothing
/// in the lake, and must not keep a night from running.
fn open(context: &Context) -> Result<Store> {
    let writer = stages::writer(&stages::open(context)?, context)?;
    Ok(writer.store())
}

/// What the pieces of these deliveries are read again with: each with what stood in for its form when it was first read.
fn reader<'d>(context: &Context, store: &Store, deliveries: impl Iterator<Item = &'d Delivery>) -> Result<ingest::Context> {
    let key = stages::key(context, store)?;
    let mut reader = reading::reader(context, key, &Window::default())?;
    reader.options_of = deliveries
        .map(|delivery| (delivery.id.clone(), stages::replay::given(delivery)))
        .collect();
    Ok(reader)
}
