//! One PATIENT after another: by the quick lane as long as they are written plainly, else by parser events.

use std::io::BufRead;

use crate::oscour::lane::{self, Lane};
use crate::oscour::record::{Field, Span};
use crate::oscour::steps::{Beside, Step};
use crate::oscour::walk::Walk;
use crate::oscour::{Failure, OnRecord, unreadable};

impl Walk<'_, '_, '_> {
    /// From inside a PATIENT to its end; goes on through those that follow as long as they are written plainly.
    pub(super) fn passage(&mut self, on_record: &mut OnRecord) -> Result<(), Failure> {
        let quick = self.tags.quick_passage;
        loop {
            let window = self.steps.reader.get_mut();
            window.allow();
            let line = window.line();
            let text = window.available();
            match lane::cut(text, 0, self.tags, &mut self.record) {
                Lane::Done(end) => {
                    self.record.line = line;
                    on_record(&self.record, text).map_err(Failure::Sink)?;
                    let next = lane::skip_space(text, end + quick.close.length);
                    match lane::peek(text, next) {
                        Some(bytes) if quick.open.is(bytes) => window.consume(next + quick.open.length),
                        _ => {
                            window.consume(end);
                            return self.end_of_passage();
                        }
                    }
                }
                Lane::Incomplete
                    if text.len() < self.steps.caps.field && window.extend().map_err(|error| unreadable(&error))? => {}
                Lane::Incomplete | Lane::Other => return self.passage_by_events(line, on_record),
            }
        }
    }

    fn end_of_passage(&mut self) -> Result<(), Failure> {
        match self.steps.next()? {
            Step::End => Ok(()),
            _ => Err(self.steps.malformed("PATIENT mal fermé")),
        }
    }

    fn passage_by_events(&mut self, line: u32, on_record: &mut OnRecord) -> Result<(), Failure> {
        self.record.clear();
        self.scratch.clear();
        loop {
            let step = self.steps.next()?;
            let known = match step {
                Step::Start | Step::Empty => self.tags.field(&self.steps.name),
                _ => None,
            };
            match (known, step) {
                (Some(list @ (Field::ListeDa | Field::ListeActes)), Step::Start) => {
                    self.record.meet(list);
                    self.items(list)?;
                }
                (Some(field), Step::Start) => {
                    self.record.meet(field);
                    let span = self.value()?;
                    self.record.set(field, span);
                }
                (Some(field), _) => self.record.meet(field),
                (None, step) => match self.steps.beside(step)? {
                    Beside::Closed => break,
                    Beside::Unknown => self.record.unknown += 1,
                    Beside::Nothing => {}
                },
            }
        }
        self.record.close();
        self.record.line = line;
        on_record(&self.record, &self.scratch).map_err(Failure::Sink)
    }

    fn items(&mut self, list: Field) -> Result<(), Failure> {
        loop {
            match self.steps.next()? {
                Step::Start if self.tags.is_item(list, &self.steps.name) => {
                    let span = self.value()?;
                    if !span.is_empty() {
                        match list {
                            Field::ListeDa => self.record.da.push(span),
                            _ => self.record.actes.push(span),
                        }
                    }
                }
                Step::Empty if self.tags.is_item(list, &self.steps.name) => {}
                step => match self.steps.beside(step)? {
                    Beside::Closed => return Ok(()),
                    Beside::Unknown => self.record.unknown += 1,
                    Beside::Nothing => {}
                },
            }
        }
    }

    /// Where the text of the element just opened is kept.
    fn value(&mut self) -> Result<Span, Failure> {
        let (value, unknown) = self.steps.leaf()?;
        self.record.unknown += unknown;
        let start = self.scratch.len();
        self.scratch.extend_from_slice(value.as_bytes());
        Ok(Span::trimmed(&self.scratch, start, self.scratch.len()))
    }
}
