//! A message flattened into the cells of a row, by the paths that its kind declares.

use std::collections::{BTreeMap, HashMap};

use csv::{ByteRecord, Position};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::context::Caps;
use crate::dates::{Day, parse_day};
use crate::kinds::{Fallback, Kind};
use crate::oscour::Failure;
use crate::rpu::age::{Ages, ages};
use crate::tree::items::{Items, refused};
use crate::window::Window;

/// How the messages of one content become rows.
pub struct Messages<'k> {
    roots: &'k [String],
    columns: Vec<&'k str>,
    known: Branch,
    /// Paths of birth dates and of the day on which an age is asked, by the column it fills.
    ages: Vec<(usize, Pointer, Pointer)>,
    /// Names looked for in the envelope, with the column they fill.
    enveloped: Vec<(&'k str, usize)>,
    fallbacks: Vec<(usize, Option<String>)>,
    caps: Caps,
    /// Paths met that nothing declares.
    pub unknown: BTreeMap<String, u64>,
}

/// What stands in for a message that does not say it.
pub struct Known<'d> {
    pub source: &'d str,
    pub produced: Option<DateTime>,
    pub received_at: Timestamp,
    pub zone: &'d TimeZone,
}

type Pointer = String;

/// The declared elements under one, by name.
#[derive(Default)]
struct Branch {
    children: HashMap<String, Branch>,
    columns: Vec<usize>,
}

/// Distinct unknown paths kept; the others are counted under `…`.
const UNKNOWN_PATHS: usize = 200;
/// Between the items of a list, as in delimited text.
const BETWEEN: &str = "|";
/// A path that starts so is looked for in what encloses the message.
const ENVELOPE: &str = "enveloppe:";

impl<'k> Messages<'k> {
    pub fn of(kind: &'k Kind, known: &Known, caps: Caps) -> Option<Messages<'k>> {
        let declared = kind.message.as_ref()?;
        let names = declared
            .chemins
            .keys()
            .chain(declared.defauts.keys())
            .chain(declared.ages.keys());
        let mut columns: Vec<&str> = names.map(String::as_str).collect();
        columns.sort_unstable();
        columns.dedup();
        let rank = |column: &str| columns.binary_search(&column).expect("just listed");
        let mut branch = Branch::default();
        let mut enveloped = Vec::new();
        for (column, path) in &declared.chemins {
            match path.strip_prefix(ENVELOPE) {
                Some(name) => enveloped.push((name, rank(column))),
                None => branch.at(path).columns.push(rank(column)),
            }
        }
        let pointer = |path: &str| format!("/{}", path.replace('.', "/"));
        let mut asked = Vec::new();
        for (column, age) in &declared.ages {
            branch.at(&age.naissance);
            branch.at(&age.le);
            asked.push((rank(column), pointer(&age.naissance), pointer(&age.le)));
        }
        declared.ignores.keys().for_each(|path| {
            branch.at(path);
        });
        let fallbacks = declared
            .defauts
            .iter()
            .map(|(column, fallbacks)| (rank(column), fallbacks.iter().find_map(|fallback| known.of(*fallback))))
            .collect();
        Some(Messages {
            roots: &kind.reconnaissance.racines,
            columns,
            known: branch,
            ages: asked,
            enveloped,
            fallbacks,
            caps,
            unknown: BTreeMap::new(),
        })
    }

    /// The header line of the rows.
    pub fn header(&self) -> String {
        self.columns.join(";")
    }

    /// Hands over the row of each message.
    pub fn each(&mut self, window: &mut Window, take: &mut dyn FnMut(&ByteRecord) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut items = Items::new(window, self.caps);
        while let Some((line, text)) = items.next()? {
            let document: Value = serde_json::from_str(text).map_err(|error| {
                let line = line + (error.line() as u32).saturating_sub(1);
                refused(line, "le message n'est pas du JSON valide, ou un nombre y est démesuré")
            })?;
            let mut found = Vec::new();
            self.find(&document, &[], &mut found);
            if found.is_empty() {
                *self.unknown.entry("(objet sans message)".to_owned()).or_default() += 1;
                // It was received: it is counted, and rejected for want of everything.
                found.push((&Value::Null, Vec::new()));
            }
            for (message, envelope) in found {
                let row = self.row(message, envelope, line);
                take(&row)?;
            }
        }
        Ok(())
    }

    /// The messages of a document, each with what its envelope says.
    fn find<'v>(&self, value: &'v Value, said: &[(usize, &'v str)], found: &mut Vec<(&'v Value, Vec<(usize, &'v str)>)>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.find(value, said, found)),
            Value::Object(members) => {
                let here = self
                    .enveloped
                    .iter()
                    .filter_map(|(name, rank)| Some((*rank, members.get(*name)?.as_str()?)));
                let said: Vec<(usize, &str)> = said.iter().copied().chain(here).collect();
                for (name, member) in members {
                    match member {
                        Value::Object(_) if self.roots.iter().any(|root| root == name) => found.push((member, said.clone())),
                        Value::Object(_) | Value::Array(_) => self.find(member, &said, found),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn row(&mut self, message: &Value, envelope: Vec<(usize, &str)>, line: u32) -> ByteRecord {
        let mut cells = vec![String::new(); self.columns.len()];
        let mut strangers = Vec::new();
        flatten(message, &self.known, &mut String::new(), &mut cells, &mut strangers);
        for path in strangers {
            let kept = self.unknown.len() < UNKNOWN_PATHS || self.unknown.contains_key(&path);
            *self.unknown.entry(if kept { path } else { "…".to_owned() }).or_default() += 1;
        }
        for (rank, birth, on) in &self.ages {
            let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str).unwrap_or_default().trim();
            cells[*rank] = age(text(birth), text(on));
        }
        for (rank, said) in envelope {
            fill(&mut cells[rank], said);
        }
        for (rank, said) in &self.fallbacks {
            fill(&mut cells[*rank], said.as_deref().unwrap_or_default());
        }
        let mut row: ByteRecord = cells.into_iter().collect();
        let mut position = Position::new();
        position.set_line(u64::from(line));
        row.set_position(Some(position));
        row
    }
}

impl Known<'_> {
    fn of(&self, fallback: Fallback) -> Option<String> {
        let instant = |at: DateTime| Some(at.to_zoned(self.zone.clone()).ok()?.timestamp().to_string());
        match fallback {
            Fallback::Production => self.produced.and_then(instant),
            Fallback::Reception => Some(self.received_at.to_string()),
            Fallback::Source => Some(self.source.to_owned()).filter(|source| !source.is_empty()),
        }
    }
}

impl Branch {
    /// The element of a dotted path, declared from now on.
    fn at(&mut self, path: &str) -> &mut Branch {
        path.split('.')
            .fold(self, |branch, name| branch.children.entry(name.to_owned()).or_default())
    }
}

/// Puts each declared leaf in its cells; what is not declared is named, without its value.
fn flatten(value: &Value, branch: &Branch, path: &mut String, cells: &mut [String], strangers: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let length = path.len();
                if length > 0 {
                    path.push('.');
                }
                path.extend(name.chars().take(40));
                match branch.children.get(name) {
                    Some(known) => flatten(member, known, path, cells, strangers),
                    None => strangers.push(path.clone()),
                }
                path.truncate(length);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| flatten(value, branch, path, cells, strangers)),
        Value::Null => {}
        leaf => {
            let text = match leaf {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            for rank in &branch.columns {
                let cell = &mut cells[*rank];
                if !cell.is_empty() {
                    cell.push_str(BETWEEN);
                }
                cell.push_str(text.trim());
            }
        }
    }
}

fn fill(cell: &mut String, text: &str) {
    if cell.is_empty() {
        cell.push_str(text.trim());
    }
}

/// A text that is no age: the birth date it comes from is not repeated.
const NO_AGE: &str = "naissance illisible";

/// Age on a day, `P44Y`, `P7M` under one year, `P12D` under one month.
fn age(birth: &str, on: &str) -> String {
    if birth.is_empty() {
        return String::new();
    }
    let day = |text: &str| parse_day(text.get(..10)?.as_bytes());
    let Some(Ages { years, months, days, .. }) = day(birth).zip(day(on)).map(|(birth, on): (Day, Day)| ages(birth, on)) else {
        return NO_AGE.to_owned();
    };
    match (years, months) {
        _ if days < 0 => NO_AGE.to_owned(),
        (1.., _) => format!("P{years}Y"),
        (_, 1..) => format!("P{months}M"),
        _ => format!("P{days}D"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_at_the_decision() {
        for (birth, on, expected) in [
            ("1965-03-22", "2026-01-13T14:18:00+01:00", "P60Y"),
            ("13/01/1966", "2026-01-13T14:18:00+01:00", "P60Y"),
            ("2025-06-20", "2026-01-13T14:18:00+01:00", "P6M"),
            ("2026-01-01", "2026-01-13T14:18:00+01:00", "P12D"),
            ("2026-01-14", "2026-01-13T14:18:00+01:00", NO_AGE),
            ("vers 1965", "2026-01-13T14:18:00+01:00", NO_AGE),
            ("1965-03-22", "hier", NO_AGE),
            ("", "2026-01-13T14:18:00+01:00", ""),
        ] {
            assert_eq!(age(birth, on), expected, "{birth} {on}");
        }
    }
}
