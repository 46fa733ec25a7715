//! The walk through a message: parser events, and the quick lane where it may go.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::context::Caps;
use crate::oscour::lane::{self, Lane};
use crate::oscour::record::{Field, RawRecord, Span};
use crate::oscour::tags::{Block, HeaderField, Tags};
use crate::oscour::{Failure, OnRecord, Walked, unreadable};
use crate::rules::Clause;
use crate::window::{TOO_LONG, Window};

/// One parser event, its name or text left in the walk's buffers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Start,
    Empty,
    End,
    Text,
    Aside,
    Finished,
}

pub struct Walk<'w, 'a, 't> {
    reader: Reader<&'w mut Window<'a>>,
    tags: &'t Tags,
    caps: Caps,
    event: Vec<u8>,
    name: String,
    text: String,
    depth: usize,
    record: RawRecord,
    /// Values of a record that the parser cuts up.
    scratch: Vec<u8>,
    pub walked: Walked,
    headers: u32,
    bodies: u32,
    header_rank: u8,
    /// Stop after the header.
    pub headers_only: bool,
}

/// Distinct unknown names kept; the others are counted under `…`.
const UNKNOWN_NAMES: usize = 200;

impl<'w, 'a, 't> Walk<'w, 'a, 't> {
    pub fn new(window: &'w mut Window<'a>, tags: &'t Tags, caps: Caps) -> Self {
        Walk {
            reader: Reader::from_reader(window),
            tags,
            caps,
            event: Vec::new(),
            name: String::new(),
            text: String::new(),
            depth: 0,
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

    pub fn document(&mut self, on_record: &mut OnRecord) -> Result<(), Failure> {
        loop {
            match self.step()? {
                Step::Start => break,
                Step::Empty => return Err(self.structure("la racine est vide")),
                Step::Text if self.text.trim().is_empty() => {}
                Step::Aside => {}
                Step::Finished => return Err(self.malformed("aucun élément")),
                Step::Text | Step::End => return Err(self.malformed("du texte précède la racine")),
            }
        }
        self.root(on_record)?;
        if self.headers_only && self.headers > 0 {
            return Ok(());
        }
        loop {
            match self.step()? {
                Step::Finished => break,
                Step::Aside => {}
                Step::Text if self.text.trim().is_empty() => {}
                _ => return Err(self.malformed("du contenu suit la racine")),
            }
        }
        match (self.headers, self.bodies) {
            (1, 1) => Ok(()),
            (0, _) => Err(self.structure("l'élément ETABLISSEMENT manque")),
            (_, 0) => Err(self.structure("l'élément PASSAGES manque")),
            _ => Err(self.structure("ETABLISSEMENT ou PASSAGES est répété")),
        }
    }

    /// Children of the root, up to its end (or to the end of the header when nothing else is wanted).
    fn root(&mut self, on_record: &mut OnRecord) -> Result<(), Failure> {
        loop {
            match self.step()? {
                Step::Start if self.tags.is(Block::Header, &self.name) => {
                    self.headers += 1;
                    if self.headers > 1 {
                        return Err(self.structure("ETABLISSEMENT est répété"));
                    }
                    self.walked.in_order &= self.bodies == 0;
                    self.header()?;
                    if self.headers_only {
                        return Ok(());
                    }
                }
                Step::Start if self.tags.is(Block::Passages, &self.name) => {
                    self.bodies += 1;
                    if self.bodies > 1 {
                        return Err(self.structure("PASSAGES est répété"));
                    }
                    match self.headers_only {
                        true => self.skip()?,
                        false => self.passages(on_record)?,
                    }
                }
                Step::Empty if self.tags.is(Block::Header, &self.name) => self.headers += 1,
                Step::Empty if self.tags.is(Block::Passages, &self.name) => self.bodies += 1,
                Step::Start => {
                    self.note_unknown();
                    self.skip()?;
                }
                Step::Empty => self.note_unknown(),
                Step::End => return Ok(()),
                Step::Text | Step::Aside => {}
                Step::Finished => return Err(self.truncated()),
            }
        }
    }

    fn header(&mut self) -> Result<(), Failure> {
        loop {
            match self.step()? {
                Step::Start => match self.tags.header(&self.name) {
                    Some(field) => {
                        let value = self.leaf()?;
                        self.meet_header(field);
                        let header = &mut self.walked.header;
                        let kept = match field {
                            HeaderField::Finess => &mut header.finess,
                            HeaderField::Ordre => &mut header.ordre,
                            HeaderField::Extract => &mut header.extract,
                            HeaderField::DateDebut => &mut header.date_debut,
                            HeaderField::DateFin => &mut header.date_fin,
                        };
                        if kept.is_empty() {
                            *kept = value;
                        }
                    }
                    None => {
                        self.note_unknown();
                        self.skip()?;
                    }
                },
                Step::Empty => match self.tags.header(&self.name) {
                    Some(field) => self.meet_header(field),
                    None => self.note_unknown(),
                },
                Step::End => return Ok(()),
                Step::Text | Step::Aside => {}
                Step::Finished => return Err(self.truncated()),
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
            match self.step()? {
                Step::Start if self.tags.is(Block::Passage, &self.name) => self.passage(on_record)?,
                Step::Empty if self.tags.is(Block::Passage, &self.name) => {
                    self.record.clear();
                    self.record.close();
                    self.record.line = self.reader.get_mut().line();
                    on_record(&self.record, b"").map_err(Failure::Sink)?;
                }
                Step::Start => {
                    self.note_unknown();
                    self.skip()?;
                }
                Step::Empty => self.note_unknown(),
                Step::End => return Ok(()),
                Step::Text | Step::Aside => {}
                Step::Finished => return Err(self.truncated()),
            }
        }
    }

    /// From inside a PATIENT to its end; goes on through those that follow as long as they are written plainly.
    fn passage(&mut self, on_record: &mut OnRecord) -> Result<(), Failure> {
        let quick = self.tags.quick_passage;
        loop {
            let window = self.reader.get_mut();
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
                Lane::Incomplete if text.len() < self.caps.field && window.extend().map_err(|error| unreadable(&error))? => {}
                Lane::Incomplete | Lane::Other => return self.passage_by_events(line, on_record),
            }
        }
    }

    fn end_of_passage(&mut self) -> Result<(), Failure> {
        match self.step()? {
            Step::End => Ok(()),
            _ => Err(self.malformed("PATIENT mal fermé")),
        }
    }

    fn passage_by_events(&mut self, line: u32, on_record: &mut OnRecord) -> Result<(), Failure> {
        self.record.clear();
        self.scratch.clear();
        loop {
            match self.step()? {
                Step::Start => match self.tags.field(&self.name) {
                    Some(list @ (Field::ListeDa | Field::ListeActes)) => {
                        self.record.meet(list);
                        self.items(list)?;
                    }
                    Some(field) => {
                        self.record.meet(field);
                        let value = self.leaf()?;
                        let span = self.store(&value);
                        self.record.set(field, span);
                    }
                    None => {
                        self.record.unknown += 1;
                        self.note_unknown();
                        self.skip()?;
                    }
                },
                Step::Empty => match self.tags.field(&self.name) {
                    Some(field) => self.record.meet(field),
                    None => {
                        self.record.unknown += 1;
                        self.note_unknown();
                    }
                },
                Step::End => break,
                Step::Text | Step::Aside => {}
                Step::Finished => return Err(self.truncated()),
            }
        }
        self.record.close();
        self.record.line = line;
        on_record(&self.record, &self.scratch).map_err(Failure::Sink)
    }

    fn items(&mut self, list: Field) -> Result<(), Failure> {
        loop {
            match self.step()? {
                Step::Start if self.tags.is_item(list, &self.name) => {
                    let value = self.leaf()?;
                    let span = self.store(&value);
                    if !span.is_empty() {
                        match list {
                            Field::ListeDa => self.record.da.push(span),
                            _ => self.record.actes.push(span),
                        }
                    }
                }
                Step::Start => {
                    self.record.unknown += 1;
                    self.note_unknown();
                    self.skip()?;
                }
                Step::Empty if self.tags.is_item(list, &self.name) => {}
                Step::Empty => {
                    self.record.unknown += 1;
                    self.note_unknown();
                }
                Step::End => return Ok(()),
                Step::Text | Step::Aside => {}
                Step::Finished => return Err(self.truncated()),
            }
        }
    }

    fn store(&mut self, value: &str) -> Span {
        let start = self.scratch.len();
        self.scratch.extend_from_slice(value.as_bytes());
        Span::trimmed(&self.scratch, start, self.scratch.len())
    }

    /// Text of the element just opened, up to its end; elements inside it are unknown.
    fn leaf(&mut self) -> Result<String, Failure> {
        let mut value = String::new();
        loop {
            match self.step()? {
                Step::Text => value.push_str(&self.text),
                Step::End => return Ok(value.trim().to_owned()),
                Step::Start => {
                    self.record.unknown += 1;
                    self.note_unknown();
                    self.skip()?;
                }
                Step::Empty => {
                    self.record.unknown += 1;
                    self.note_unknown();
                }
                Step::Aside => {}
                Step::Finished => return Err(self.truncated()),
            }
            if value.len() > self.caps.field {
                return Err(self.refused(TOO_LONG));
            }
        }
    }

    /// Skips the element just opened, whatever it holds.
    fn skip(&mut self) -> Result<(), Failure> {
        let outside = self.depth - 1;
        while self.depth > outside {
            if self.step()? == Step::Finished {
                return Err(self.truncated());
            }
        }
        Ok(())
    }

    fn note_unknown(&mut self) {
        let unknown = &mut self.walked.unknown;
        let name: String = self.name.chars().take(40).collect();
        let kept = unknown.len() < UNKNOWN_NAMES || unknown.contains_key(&name);
        *unknown.entry(if kept { name } else { "…".to_owned() }).or_default() += 1;
    }

    fn step(&mut self) -> Result<Step, Failure> {
        self.reader.get_mut().allow();
        self.event.clear();
        let step = match self.reader.read_event_into(&mut self.event) {
            Ok(Event::Start(start)) => {
                self.name.clear();
                self.name.push_str(start.name().as_ref());
                self.depth += 1;
                Step::Start
            }
            Ok(Event::Empty(start)) => {
                self.name.clear();
                self.name.push_str(start.name().as_ref());
                Step::Empty
            }
            Ok(Event::End(_)) => {
                self.depth -= 1;
                Step::End
            }
            Ok(Event::Text(text)) => {
                self.text.clear();
                self.text.push_str(&text);
                Step::Text
            }
            Ok(Event::CData(text)) => {
                self.text.clear();
                self.text.push_str(&text);
                Step::Text
            }
            Ok(Event::GeneralRef(entity)) => {
                self.text.clear();
                match entity.resolve_char_ref() {
                    Ok(Some(character)) => self.text.push(character),
                    _ => match quick_xml::escape::resolve_predefined_entity(&entity) {
                        Some(text) => self.text.push_str(text),
                        // Never resolved: the name stays in the value, which then conforms to nothing.
                        None => {
                            self.text.push('&');
                            self.text.push_str(&entity);
                            self.text.push(';');
                        }
                    },
                }
                Step::Text
            }
            Ok(Event::DocType(declaration)) if declaration.contains(['[', '&', '%']) => {
                return Err(self.refused("déclaration de type avec des entités (DTD), refusée par sécurité"));
            }
            Ok(Event::DocType(_) | Event::Comment(_) | Event::PI(_) | Event::Decl(_)) => Step::Aside,
            Ok(Event::Eof) => Step::Finished,
            Err(quick_xml::Error::Io(error)) => return Err(unreadable(&error)),
            Err(_) => return Err(self.malformed("balise mal fermée ou caractère interdit")),
        };
        if self.depth > self.caps.depth {
            return Err(self.refused("éléments imbriqués trop profondément"));
        }
        Ok(step)
    }

    fn truncated(&mut self) -> Failure {
        self.malformed("le fichier s'arrête avant la fin du message")
    }

    fn malformed(&mut self, what: &str) -> Failure {
        let line = self.reader.get_mut().line();
        Failure::refused(
            Clause::F01,
            format!("XML mal formé, ligne {line} : {what} ; renvoyer le fichier entier"),
        )
    }

    fn structure(&mut self, what: &str) -> Failure {
        Failure::refused(Clause::F02, format!("structure inattendue : {what}"))
    }

    fn refused(&mut self, what: &str) -> Failure {
        let line = self.reader.get_mut().line();
        Failure::Refused {
            clause: None,
            reason: format!("ligne {line} : {what}"),
        }
    }
}
