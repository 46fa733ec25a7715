//! Judging the records of one delivery, batch by batch, on their way to where they are kept, or to nowhere.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{AsArray, UInt32Array};
use arrow::record_batch::RecordBatch;
use jiff::civil::DateTime;
use lake::delivery::{FileFinding, RawValue, RejectedRecord};
use lake::sink::RecordSink;

use super::RowRules;
use super::columns::Rows;
use super::truths::{Batch, count, rows as rows_of};
use crate::rules::Count;

/// What the row rules of a table counted in one delivery.
pub struct Judge {
    rules: &'static RowRules,
    counts: Vec<Count>,
    extract: Option<DateTime>,
}

impl Judge {
    pub fn new(rules: &'static RowRules, extract: Option<DateTime>) -> Judge {
        Judge {
            counts: vec![Count::default(); rules.judged.len()],
            rules,
            extract,
        }
    }

    fn batch(&mut self, batch: &RecordBatch) {
        let rows = Rows::new(batch, &self.rules.columns, self.extract);
        let lines: Option<&UInt32Array> = batch.column_by_name("ligne").and_then(|column| column.as_primitive_opt());
        let line = |row| lines.map_or(0, |lines| lines.value(row));
        let mut batch = Batch::new(&self.rules.conditions, &rows, batch.num_rows());
        let all = batch.all();
        let total = count(&all);
        for (judged, counted) in self.rules.judged.iter().zip(&mut self.counts) {
            let concerned = batch.truths(judged.parmi, &all);
            let found = batch.truths(judged.anomalie, &concerned.yes);
            let eligible = count(&found.yes) + count(&found.no);
            // Not judged: who may be concerned, and who is without being known to conform or not.
            let not_judged = total - count(&concerned.no) - eligible;
            counted.judge_all(eligible, not_judged);
            rows_of(&found.yes).for_each(|row| counted.violate(line(row)));
        }
    }

    /// What was counted, rule by rule, violated or not.
    pub fn findings(&self) -> impl Iterator<Item = FileFinding> {
        let counts = self.rules.judged.iter().zip(&self.counts);
        counts.map(|(judged, count)| count.finding_with(&judged.name, judged.rule.effet, ""))
    }
}

/// A sink that judges what it passes on.
pub struct Judging {
    pub judge: Arc<Mutex<Judge>>,
    pub to: Box<dyn RecordSink>,
}

impl RecordSink for Judging {
    fn rows(&mut self, batch: RecordBatch) -> io::Result<()> {
        self.judge.lock().unwrap_or_else(PoisonError::into_inner).batch(&batch);
        self.to.rows(batch)
    }

    fn rejected(&mut self, record: RejectedRecord) -> io::Result<()> {
        self.to.rejected(record)
    }

    fn raw_value(&mut self, value: RawValue) -> io::Result<()> {
        self.to.raw_value(value)
    }
}
