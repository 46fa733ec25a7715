//! What the parser meets, one step at a time: names and texts in reused buffers, depth held, unknown names counted.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Failure, unreadable};
use crate::context::Caps;
use crate::rules::Clause;
use crate::window::{TOO_LONG, Window};

/// One parser event, its name or text left in the buffers of `Steps`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Start,
    Empty,
    End,
    Text,
    Aside,
    Finished,
}

/// What became of a step that its caller does not expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// The element that holds it is closed.
    Closed,
    /// An unknown element, counted, and skipped with all it holds.
    Unknown,
    /// Text or a comment between elements.
    Nothing,
}

pub struct Steps<'w, 'a> {
    pub reader: Reader<&'w mut Window<'a>>,
    pub caps: Caps,
    event: Vec<u8>,
    pub name: String,
    pub text: String,
    depth: usize,
    /// Unknown names and how often they were met.
    pub unknown: BTreeMap<String, u64>,
}

/// Distinct unknown names kept; the others are counted under `…`.
const UNKNOWN_NAMES: usize = 200;

impl<'w, 'a> Steps<'w, 'a> {
    pub fn new(window: &'w mut Window<'a>, caps: Caps) -> Self {
        Steps {
            reader: Reader::from_reader(window),
            caps,
            event: Vec::new(),
            name: String::new(),
            text: String::new(),
            depth: 0,
            unknown: BTreeMap::new(),
        }
    }

    pub fn line(&mut self) -> u32 {
        self.reader.get_mut().line()
    }

    /// Goes past a step that the caller does not expect: an unknown element is counted and skipped.
    pub fn beside(&mut self, step: Step) -> Result<Beside, Failure> {
        match step {
            Step::Start => {
                self.note_unknown();
                self.skip()?;
                Ok(Beside::Unknown)
            }
            Step::Empty => {
                self.note_unknown();
                Ok(Beside::Unknown)
            }
            Step::End => Ok(Beside::Closed),
            Step::Text | Step::Aside => Ok(Beside::Nothing),
            Step::Finished => Err(self.truncated()),
        }
    }

    /// Text of the element just opened, up to its end, and the number of elements inside it, which are unknown.
    pub fn leaf(&mut self) -> Result<(String, u32), Failure> {
        let (mut value, mut unknown) = (String::new(), 0);
        loop {
            match self.next()? {
                Step::Text => value.push_str(&self.text),
                step => match self.beside(step)? {
                    Beside::Closed => return Ok((value.trim().to_owned(), unknown)),
                    Beside::Unknown => unknown += 1,
                    Beside::Nothing => {}
                },
            }
            if value.len() > self.caps.field {
                return Err(self.refused(TOO_LONG));
            }
        }
    }

    /// Skips the element just opened, whatever it holds.
    pub fn skip(&mut self) -> Result<(), Failure> {
        let outside = self.depth - 1;
        while self.depth > outside {
            if self.next()? == Step::Finished {
                return Err(self.truncated());
            }
        }
        Ok(())
    }

    fn note_unknown(&mut self) {
        let unknown = &mut self.unknown;
        let name: String = self.name.chars().take(40).collect();
        let kept = unknown.len() < UNKNOWN_NAMES || unknown.contains_key(&name);
        *unknown.entry(if kept { name } else { "…".to_owned() }).or_default() += 1;
    }

    pub fn next(&mut self) -> Result<Step, Failure> {
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

    pub fn truncated(&mut self) -> Failure {
        self.malformed("le fichier s'arrête avant la fin du message")
    }

    pub fn malformed(&mut self, what: &str) -> Failure {
        let line = self.line();
        Failure::refused(
            Clause::F01,
            format!("XML mal formé, ligne {line} : {what} ; renvoyer le fichier entier"),
        )
    }

    pub fn structure(&self, what: &str) -> Failure {
        Failure::refused(Clause::F02, format!("structure inattendue : {what}"))
    }

    pub fn refused(&mut self, what: &str) -> Failure {
        let line = self.line();
        Failure::Refused {
            clause: Some(Clause::F01),
            reason: format!("ligne {line} : {what}"),
        }
    }
}
