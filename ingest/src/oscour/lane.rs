//! The quick lane: a PATIENT written plainly (elements without attributes, no comment, no entity, known names in capitals) is
//! cut up by comparing sixteen bytes at a time. Anything else is left to the XML parser, so that what is accepted here is a
//! strict subset of well-formed XML and reading never depends on which way a record took.

use crate::oscour::record::{FIELDS, Field, RawRecord, Span};
use crate::oscour::tags::{Quick, REACH, Tags};

/// Outcome of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// The record is cut up; `</PATIENT>` starts there.
    Done(usize),
    /// The text ends before the record does.
    Incomplete,
    /// Not written plainly.
    Other,
}

/// Cuts up the record whose first child starts at `at` (white space before it allowed).
pub fn cut(text: &[u8], at: usize, tags: &Tags, record: &mut RawRecord) -> Lane {
    record.clear();
    match children(text, at, tags, record) {
        Ok(end) => Lane::Done(end),
        Err(outcome) => outcome,
    }
}

fn children(text: &[u8], mut at: usize, tags: &Tags, record: &mut RawRecord) -> Result<usize, Lane> {
    let mut expected = 0;
    loop {
        at = skip_space(text, at);
        let next = peek(text, at).ok_or(Lane::Incomplete)?;
        if tags.quick_passage.close.is(next) {
            record.close();
            return Ok(at);
        }
        let (rank, form) = recognise(&tags.quick, expected, next).ok_or(Lane::Other)?;
        let field = Field::ALL[rank];
        record.meet(field);
        expected = rank + 1;
        let quick = &tags.quick[rank];
        match form {
            Form::Empty => {
                at += quick.empty.length;
                continue;
            }
            Form::Spaced => {
                at = after_spaced(text, at, quick)?;
                continue;
            }
            Form::Open => {}
        }
        at += quick.open.length;
        let end = match field {
            Field::ListeDa => items(text, at, &tags.quick_da, quick, &mut record.da),
            Field::ListeActes => items(text, at, &tags.quick_acte, quick, &mut record.actes),
            _ => value(text, at, quick).map(|(span, end)| {
                record.set(field, span);
                end
            }),
        };
        at = end?;
    }
}

/// Position after `<X />`.
fn after_spaced(text: &[u8], at: usize, quick: &Quick) -> Result<usize, Lane> {
    match text.get(at + quick.spaced.length) {
        Some(b'>') => Ok(at + quick.spaced.length + 1),
        Some(_) => Err(Lane::Other),
        None => Err(Lane::Incomplete),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Open,
    Empty,
    Spaced,
}

/// Which tag comes: the one expected by the order of the schema, or one of the others.
#[inline(always)]
fn recognise(quick: &[Quick; FIELDS], expected: usize, next: u128) -> Option<(usize, Form)> {
    let mut rank = expected;
    for _ in 0..FIELDS {
        if rank >= FIELDS {
            rank = 0;
        }
        if quick[rank].open.is(next) {
            return Some((rank, Form::Open));
        }
        if quick[rank].empty.is(next) {
            return Some((rank, Form::Empty));
        }
        if quick[rank].spaced.is(next) {
            return Some((rank, Form::Spaced));
        }
        rank += 1;
    }
    None
}

/// The text up to the closing tag, which must follow at once. Returns the position after it.
#[inline(always)]
fn value(text: &[u8], start: usize, quick: &Quick) -> Result<(Span, usize), Lane> {
    let end = text_end(text, start)?;
    let next = peek(text, end).ok_or(Lane::Incomplete)?;
    if !quick.close.is(next) {
        return Err(Lane::Other);
    }
    Ok((Span::trimmed(text, start, end), end + quick.close.length))
}

/// Items of a container up to its closing tag.
fn items(text: &[u8], mut at: usize, item: &Quick, container: &Quick, spans: &mut Vec<Span>) -> Result<usize, Lane> {
    loop {
        at = skip_space(text, at);
        let next = peek(text, at).ok_or(Lane::Incomplete)?;
        if container.close.is(next) {
            return Ok(at + container.close.length);
        }
        if item.empty.is(next) {
            at += item.empty.length;
        } else if item.spaced.is(next) {
            at = after_spaced(text, at, item)?;
        } else if item.open.is(next) {
            let (span, end) = value(text, at + item.open.length, item)?;
            if !span.is_empty() {
                spans.push(span);
            }
            at = end;
        } else {
            return Err(Lane::Other);
        }
    }
}

/// Position of the next `<`, unless a `&` comes first.
#[inline(always)]
fn text_end(text: &[u8], mut at: usize) -> Result<usize, Lane> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    // The lowest byte flagged by the zero-byte formula is exact (Mycroft, 1987).
    let zero_bytes = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    loop {
        let Some(chunk) = text.get(at..at + 8) else {
            return Err(Lane::Incomplete);
        };
        let word = u64::from_le_bytes(chunk.try_into().expect("eight bytes"));
        let found = zero_bytes(word ^ (ONES * u64::from(b'<'))) | zero_bytes(word ^ (ONES * u64::from(b'&')));
        if found != 0 {
            at += found.trailing_zeros() as usize / 8;
            return if text[at] == b'<' { Ok(at) } else { Err(Lane::Other) };
        }
        at += 8;
    }
}

#[inline(always)]
pub fn skip_space(text: &[u8], mut at: usize) -> usize {
    while at < text.len() && matches!(text[at], b' ' | b'\n' | b'\r' | b'\t') {
        at += 1;
    }
    at
}

/// The next sixteen bytes.
#[inline(always)]
pub fn peek(text: &[u8], at: usize) -> Option<u128> {
    let bytes = text.get(at..at + REACH)?;
    Some(u128::from_le_bytes(bytes.try_into().expect("sixteen bytes")))
}
