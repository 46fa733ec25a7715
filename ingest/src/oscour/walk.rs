//! The walk through a message: its header and its records, one after the other. Records are cut up in `passage`.

use crate::context::Caps;
use crate::oscour::record::RawRecord;
use crate::oscour::steps::{Beside, Step, Steps};
use crate::oscour::tags::{Block, HeaderField, Tags};
use crate::oscour::{Failure, OnRecord, Walked};
use crate::window::Window;

pub struct Walk<'w, 'a, 't> {
    pub(super) steps: Steps<'w, 'a>,
    pub(super) tags: &'t Tags,
    pub(super) record: RawRecord,
    /// Values of a record that the parser cuts up.
    pub(super) scratch: Vec<u8>,
    walked: Walked,
    headers: u32,
    bodies: u32,
    header_rank: u8,
    /// Stop after the header.
    pub headers_only: bool,
}

impl<'w, 'a, 't> Walk<'w, 'a, 't> {
    pub fn new(window: &'w mut Window<'a>, tags: &'t Tags, caps: Caps) -> Self {
        Walk {
            steps: Steps::new(window, caps),
            tags,
            record: RawRecord::default(),
            scratch: Vec::new(),
            walked: Walked {
                in_order: true,
                ..Walked::default()
            },
            headers: 0,
            bodies: 0,
            header_rank: 0,
            headers_only: false,
        }
    }

    /// What was met besides the records.
    pub fn finish(self) -> Walked {
        Walked {
            unknown: self.steps.unknown,
            ..self.walked
        }
    }

    pub fn document(&mut self, on_record: &mut OnRecord) -> Result<(), Failure> {
        loop {
            match self.steps.next()? {
                Step::Start => break,
                Step::Empty => return Err(self.steps.structure("la racine est vide")),
                Step::Text if self.steps.text.trim().is_empty() => {}
                Step::Aside => {}
                Step::Finished => return Err(self.steps.malformed("aucun élément")),
                Step::Text | Step::End => return Err(self.steps.malformed("du texte précède la racine")),
            }
        }
        self.root(on_record)?;
        if self.headers_only && self.headers > 0 {
            return Ok(());
        }
        loop {
            match self.steps.next()? {
                Step::Finished => break,
                Step::Aside => {}
                Step::Text if self.steps.text.trim().is_empty() => {}
                _ => return Err(self.steps.malformed("du contenu suit la racine")),
            }
        }
        match (self.headers, self.bodies) {
            (1, 1) => Ok(()),
            (0, _) => Err(self.steps.structure("l'élément ETABLISSEMENT manque")),
            (_, 0) => Err(self.steps.structure("l'élément PASSAGES manque")),
            _ => Err(self.steps.structure("ETABLISSEMENT ou PASSAGES est répété")),
        }
    }

    /// Children of the root, up to its end (or to the end of the header when nothing else is wanted).
    fn root(&mut self, on_record: &mut OnRecord) -> Result<(), Failure> {
        loop {
            match self.steps.next()? {
                Step::Start if self.tags.is(Block::Header, &self.steps.name) => {
                    self.headers += 1;
                    if self.headers > 1 {
                        return Err(self.steps.structure("ETABLISSEMENT est répété"));
                    }
                    self.walked.in_order &= self.bodies == 0;
                    self.header()?;
                    if self.headers_only {
                        return Ok(());
                    }
                }
                Step::Start if self.tags.is(Block::Passages, &self.steps.name) => {
                    self.bodies += 1;
                    if self.bodies > 1 {
                        return Err(self.steps.structure("PASSAGES est répété"));
                    }
                    match self.headers_only {
                        true => self.steps.skip()?,
                        false => self.passages(on_record)?,
                    }
                }
                Step::Empty if self.tags.is(Block::Header, &self.steps.name) => self.headers += 1,
                Step::Empty if self.tags.is(Block::Passages, &self.steps.name) => self.bodies += 1,
                step => {
                    if self.steps.beside(step)? == Beside::Closed {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn header(&mut self) -> Result<(), Failure> {
        loop {
            let step = self.steps.next()?;
            let known = match step {
                Step::Start | Step::Empty => self.tags.header(&self.steps.name),
                _ => None,
            };
            match (known, step) {
                (Some(field), Step::Start) => {
                    let (value, _) = self.steps.leaf()?;
                    self.meet_header(field);
                    let kept = self.walked.header.of(field);
                    if kept.is_empty() {
                        *kept = value;
                    }
                }
                (Some(field), _) => self.meet_header(field),
                (None, step) => {
                    if self.steps.beside(step)? == Beside::Closed {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn meet_header(&mut self, field: HeaderField) {
        let rank = field as u8 + 1;
        self.walked.in_order &= rank > self.header_rank;
        self.header_rank = rank;
    }

    fn passages(&mut self, on_record: &mut OnRecord) -> Result<(), Failure> {
        loop {
            match self.steps.next()? {
                Step::Start if self.tags.is(Block::Passage, &self.steps.name) => self.passage(on_record)?,
                Step::Empty if self.tags.is(Block::Passage, &self.steps.name) => {
                    self.record.clear();
                    self.record.close();
                    self.record.line = self.steps.line();
                    on_record(&self.record, b"").map_err(Failure::Sink)?;
                }
                step => {
                    if self.steps.beside(step)? == Beside::Closed {
                        return Ok(());
                    }
                }
            }
        }
    }
}
