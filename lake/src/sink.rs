//! Where a reader puts what it reads, batch by batch, so that a file never has to fit in memory.

use arrow::record_batch::RecordBatch;

use crate::delivery::{RawValue, RejectedRecord};

/// Receives the rows of one delivery. The store's implementation spills to disk; tests keep everything in memory.
pub trait RecordSink: Send {
    /// Rows of the delivery's table, with the columns of `Table::record_schema`.
    fn rows(&mut self, batch: RecordBatch) -> std::io::Result<()>;
    fn rejected(&mut self, record: RejectedRecord) -> std::io::Result<()>;
    fn raw_value(&mut self, value: RawValue) -> std::io::Result<()>;
}

/// Keeps everything, for tests.
#[derive(Debug, Default)]
pub struct MemorySink {
    pub batches: Vec<RecordBatch>,
    pub rejected: Vec<RejectedRecord>,
    pub raw_values: Vec<RawValue>,
}

impl RecordSink for MemorySink {
    fn rows(&mut self, batch: RecordBatch) -> std::io::Result<()> {
        self.batches.push(batch);
        Ok(())
    }

    fn rejected(&mut self, record: RejectedRecord) -> std::io::Result<()> {
        self.rejected.push(record);
        Ok(())
    }

    fn raw_value(&mut self, value: RawValue) -> std::io::Result<()> {
        self.raw_values.push(value);
        Ok(())
    }
}
