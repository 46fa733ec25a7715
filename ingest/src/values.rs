//! The readers of one value, on bytes in memory, for the fuzz targets and for the tests that replay their corpus. Each says in its own
//! words what it read, so that reading those again can be compared.

use std::io::{self, Read};

use jiff::tz::TimeZone;

use crate::context::Context;
use crate::dates::{civil_from_seconds, parse_day, parse_moment};
use crate::encoding::Plan;
use crate::flat::cell;
use crate::flat::clock::Clock;
use crate::rpu::codes::packed_length;
use crate::rpu::nomenclature;
use crate::window::Window;
use crate::{export, kinds, name};

/// `JJ/MM/AAAA`.
pub fn day(text: &[u8]) -> Option<String> {
    let day = parse_day(text)?;
    day.civil().expect("a day that is read exists");
    Some(format!("{:02}/{:02}/{:04}", day.day, day.month, day.year))
}

/// `JJ/MM/AAAA HH:MM:SS`.
pub fn moment(text: &[u8]) -> Option<String> {
    let seconds = parse_moment(text)?;
    civil_from_seconds(seconds).expect("a moment that is read exists");
    Some(export::moment(seconds))
}

/// Microseconds since 1970-01-01 00:00 UTC, and the offset in minutes.
pub fn instant(text: &str, zone: &TimeZone) -> Option<(i64, i16)> {
    let moment = cell::moment(text, &mut Clock::new(zone))?;
    moment.in_zone(zone).civil();
    Some((moment.utc, moment.offset))
}

/// A CIM-10 code.
pub fn diagnosis(text: &[u8]) -> Option<String> {
    nomenclature::diagnosis(text).map(|found| word(found.code))
}

/// A CCAM act.
pub fn act(text: &[u8]) -> Option<String> {
    nomenclature::act(text).map(|(code, _)| word(code))
}

/// Resolves a postal code and a commune, with what earlier readings learnt.
pub fn residence(cp: &[u8], commune: &[u8], context: &Context) {
    let mut resolver = context.resolvers.take(&context.region, &[], false);
    resolver.resolve(cp, commune);
    context.resolvers.give_back(resolver);
}

/// Whether the name of a file says something, by the patterns of any kind.
pub fn file_name(text: &str, context: &Context) -> bool {
    let patterns = |kind: &kinds::Kind| name::read(text, kind.nom_fichier.iter().map(|name| &name.modele)).is_some();
    context.kinds.iter().any(patterns)
}

/// A content decoded, read from a source that gives `step` bytes at a time: text, characters replaced, lines.
pub fn decoded(content: &[u8], step: usize) -> (String, u64, u32) {
    let mut source = Slow { content, step };
    let mut window = Window::new(&mut source, Plan::of(content), usize::MAX);
    let mut text = String::new();
    window.read_to_string(&mut text).expect("a window gives UTF-8");
    (text, window.replacements(), window.line())
}

struct Slow<'c> {
    content: &'c [u8],
    step: usize,
}

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.step.min(buffer.len()).min(self.content.len());
        let (given, rest) = self.content.split_at(count);
        buffer[..count].copy_from_slice(given);
        self.content = rest;
        Ok(count)
    }
}

fn word(code: u64) -> String {
    String::from_utf8_lossy(&code.to_le_bytes()[..packed_length(code)]).into_owned()
}
