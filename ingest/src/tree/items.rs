//! Cuts a stream of JSON into its objects, one after another, without reading more than one at a time. Their length and depth are
//! bounded before anything is made of them.

use std::io::BufRead;

use crate::context::Caps;
use crate::oscour::{Failure, unreadable};
use crate::window::Window;

/// Objects of a window: the elements of one array, or values that follow each other.
pub struct Items<'w, 'a> {
    window: &'w mut Window<'a>,
    caps: Caps,
    /// Within an array; then whether an object was met in it.
    in_array: bool,
    began: bool,
    /// Bytes to consume before the next object.
    taken: usize,
}

impl<'w, 'a> Items<'w, 'a> {
    pub fn new(window: &'w mut Window<'a>, caps: Caps) -> Items<'w, 'a> {
        Items {
            window,
            caps,
            in_array: false,
            began: false,
            taken: 0,
        }
    }

    /// The next object with the line it starts on; none at the end.
    pub fn next(&mut self) -> Result<Option<(u32, &str)>, Failure> {
        self.window.allow();
        self.window.consume(std::mem::take(&mut self.taken));
        loop {
            match self.peek()? {
                None if self.in_array => return Err(self.malformed("le fichier s'arrête avant la fin du tableau")),
                None => return Ok(None),
                Some(b'[') if !self.began && !self.in_array => {
                    self.in_array = true;
                    self.window.consume(1);
                }
                Some(b']') if self.in_array => {
                    self.window.consume(1);
                    return match self.peek()? {
                        None => {
                            self.in_array = false;
                            Ok(None)
                        }
                        Some(_) => Err(self.malformed("du contenu suit le tableau")),
                    };
                }
                Some(b',') if self.in_array && self.began => self.window.consume(1),
                Some(b'{') => break,
                Some(_) => return Err(self.malformed("un objet est attendu")),
            }
        }
        self.began = true;
        let line = self.window.line();
        let length = self.length()?;
        self.taken = length;
        match std::str::from_utf8(&self.window.available()[..length]) {
            Ok(text) => Ok(Some((line, text))),
            Err(_) => Err(refused(line, "caractère interdit")),
        }
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Result<Option<u8>, Failure> {
        loop {
            let text = self.window.fill_buf().map_err(|error| unreadable(&error))?;
            let Some(place) = text.iter().position(|byte| !byte.is_ascii_whitespace()) else {
                match text.len() {
                    0 => return Ok(None),
                    blank => self.window.consume(blank),
                }
                continue;
            };
            let byte = text[place];
            self.window.consume(place);
            return Ok(Some(byte));
        }
    }

    /// Bytes of the object that starts here, up to its closing brace.
    fn length(&mut self) -> Result<usize, Failure> {
        let mut scan = Scan::default();
        let mut at = 0;
        loop {
            if let Some(end) = scan.run(&self.window.available()[at..]) {
                return Ok(at + end);
            }
            if scan.deepest > self.caps.depth {
                return Err(self.malformed("éléments imbriqués trop profondément"));
            }
            at = self.window.available().len();
            if at > self.caps.field {
                return Err(self.malformed(crate::window::TOO_LONG));
            }
            if !self.window.extend().map_err(|error| unreadable(&error))? {
                return Err(self.malformed("le fichier s'arrête avant la fin du message"));
            }
        }
    }

    fn malformed(&self, what: &str) -> Failure {
        refused(self.window.line(), what)
    }
}

/// A content refused at that line.
pub fn refused(line: u32, what: &str) -> Failure {
    Failure::Refused {
        clause: None,
        reason: format!("JSON illisible, ligne {line} : {what} ; renvoyer le fichier entier"),
    }
}

/// Where braces and quotes stand so far.
#[derive(Default)]
struct Scan {
    depth: usize,
    deepest: usize,
    in_text: bool,
    escaped: bool,
}

impl Scan {
    /// Goes on; the position after the brace that closes the first one, if it is there.
    fn run(&mut self, text: &[u8]) -> Option<usize> {
        for (place, byte) in text.iter().enumerate() {
            match (self.in_text, byte) {
                (true, _) if self.escaped => self.escaped = false,
                (true, b'\\') => self.escaped = true,
                (_, b'"') => self.in_text = !self.in_text,
                (false, b'{' | b'[') => {
                    self.depth += 1;
                    self.deepest = self.deepest.max(self.depth);
                }
                (false, b'}' | b']') => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(place + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}
