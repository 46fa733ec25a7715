//! A window on a stream of bytes: decoded to UTF-8, with the line of its first byte, and a limit to what may be read for one
//! element. Memory is bounded by the window's size whatever the content.

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, DecoderResult};

use crate::encoding::{Plan, decode_leniently};

/// Bytes asked from the source at a time. Few under a fuzzer, so that its small contents cross many ends of blocks.
pub const BLOCK: usize = if cfg!(fuzzing) { 512 } else { 256 << 10 };

pub struct Window<'a> {
    source: &'a mut dyn Read,
    /// Decoded text: `data[start..end]` has not been consumed.
    data: Vec<u8>,
    start: usize,
    end: usize,
    /// Undecoded bytes that wait for the rest of their character (UTF-8), or a block to transcode.
    raw: Vec<u8>,
    decoder: Option<Decoder>,
    mark: usize,
    finished: bool,
    line: u32,
    replacements: u64,
    limit: usize,
    allowance: usize,
}

impl<'a> Window<'a> {
    /// `limit`: bytes that may be consumed between two calls of [`Window::allow`].
    pub fn new(source: &'a mut dyn Read, plan: Plan, limit: usize) -> Window<'a> {
        Window {
            source,
            data: Vec::new(),
            start: 0,
            end: 0,
            raw: Vec::new(),
            decoder: plan.encoding.map(|encoding| encoding.new_decoder_without_bom_handling()),
            mark: plan.mark,
            finished: false,
            line: 1,
            replacements: 0,
            limit,
            allowance: limit,
        }
    }

    /// Line of the next byte, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Characters that the declared encoding could not decode, so far.
    pub fn replacements(&self) -> u64 {
        self.replacements
    }

    /// What is available without reading.
    pub fn available(&self) -> &[u8] {
        &self.data[self.start..self.end]
    }

    /// Allows one more element.
    pub fn allow(&mut self) {
        self.allowance = self.limit;
    }

    /// Reads one more block, keeping what is available. Returns false at the end of the content.
    pub fn extend(&mut self) -> io::Result<bool> {
        let before = self.end - self.start;
        while !self.finished && self.end - self.start == before {
            self.data.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            if self.decoder.is_some() {
                self.transcode_block()?;
            } else {
                self.validate_block()?;
            }
        }
        Ok(self.end - self.start > before)
    }

    fn read_raw(&mut self) -> io::Result<usize> {
        let kept = self.raw.len();
        self.raw.resize(kept + BLOCK, 0);
        let mut count = read_some(self.source, &mut self.raw[kept..])?;
        self.finished = count == 0;
        if self.mark > 0 && count > 0 {
            while count < self.mark {
                let more = read_some(self.source, &mut self.raw[kept + count..])?;
                if more == 0 {
                    break;
                }
                count += more;
            }
            let skipped = self.mark.min(count);
            self.raw.copy_within(kept + skipped..kept + count, kept);
            count -= skipped;
            self.mark = 0;
        }
        self.raw.truncate(kept + count);
        Ok(count)
    }

    fn validate_block(&mut self) -> io::Result<()> {
        if self.raw.is_empty() && self.mark == 0 {
            // The usual case reads in place and checks in place: no copy.
            self.make_room(BLOCK);
            let count = read_some(self.source, &mut self.data[self.end..self.end + BLOCK])?;
            self.finished = count == 0;
            let block = &self.data[self.end..self.end + count];
            if std::str::from_utf8(block).is_ok() {
                self.end += count;
                return Ok(());
            }
            self.raw.extend_from_slice(block);
        } else {
            self.read_raw()?;
        }
        let mut decoded = Vec::with_capacity(self.raw.len() + self.raw.len() / 8);
        let (replaced, left) = decode_leniently(&self.raw, self.finished, &mut decoded);
        self.replacements += replaced;
        self.raw.drain(..self.raw.len() - left);
        self.make_room(decoded.len());
        self.data[self.end..self.end + decoded.len()].copy_from_slice(&decoded);
        self.end += decoded.len();
        Ok(())
    }

    fn transcode_block(&mut self) -> io::Result<()> {
        self.raw.clear();
        self.read_raw()?;
        let raw = std::mem::take(&mut self.raw);
        let last = self.finished;
        let mut done = 0;
        loop {
            self.make_room(BLOCK);
            let decoder = self.decoder.as_mut().expect("called with a decoder");
            let out = &mut self.data[self.end..];
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(&raw[done..], out, last);
            self.end += written;
            done += read;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                // Counted here: the text may hold characters U+FFFD of its own.
                DecoderResult::Malformed(..) => {
                    self.replacements += 1;
                    self.make_room(REPLACEMENT.len());
                    self.data[self.end..self.end + REPLACEMENT.len()].copy_from_slice(REPLACEMENT);
                    self.end += REPLACEMENT.len();
                }
            }
        }
        self.raw = raw;
        self.raw.clear();
        Ok(())
    }

    fn make_room(&mut self, needed: usize) {
        if self.data.len() < self.end + needed {
            self.data.resize(self.end + needed, 0);
        }
    }
}

impl Read for Window<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.available()[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Window<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.allowance == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, TOO_LONG));
        }
        if self.start == self.end {
            self.extend()?;
        }
        Ok(self.available())
    }

    fn consume(&mut self, count: usize) {
        let text = &self.data[self.start..self.start + count];
        let lines = memchr::memchr_iter(b'\n', text).count();
        self.line = self.line.saturating_add(lines as u32);
        self.start += count;
        self.allowance = self.allowance.saturating_sub(count);
    }
}

/// What stands for bytes that no character has.
const REPLACEMENT: &[u8] = "\u{FFFD}".as_bytes();

/// Reason of the error raised when one element passes the limit.
pub const TOO_LONG: &str = "un élément dépasse la longueur permise";

fn read_some(source: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes one at a time, as a slow network would.
    struct Trickle<'a>(&'a [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(1);
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn text(bytes: &[u8]) -> (String, u64, u32) {
        let mut source = Trickle(bytes);
        let mut window = Window::new(&mut source, Plan::of(bytes), usize::MAX);
        let mut out = String::new();
        window.read_to_string(&mut out).unwrap();
        (out, window.replacements(), window.line())
    }

    #[test]
    fn bytes_that_come_one_by_one() {
        assert_eq!(text("é\n€\n".as_bytes()), ("é\n€\n".to_owned(), 0, 3));
        assert_eq!(text(b"\xEF\xBB\xBFa\xE9b"), ("aéb".to_owned(), 1, 1));
        assert_eq!(text(b"\xFF\xFEa\0\xE9\0\n\0"), ("aé\n".to_owned(), 0, 2));
        assert_eq!(text(b"\xC3"), ("Ã".to_owned(), 1, 1));
        assert_eq!(text(b""), (String::new(), 0, 1));
    }

    #[test]
    fn an_element_that_never_ends_is_stopped() {
        let mut source = io::repeat(b'a');
        let mut window = Window::new(&mut source, Plan::of(b""), 1000);
        let mut out = Vec::new();
        assert!(window.read_to_end(&mut out).is_err());
    }
}
