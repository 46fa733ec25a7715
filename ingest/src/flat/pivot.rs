//! A long form read as wide rows: the lines of one key become one row, which is then read as any other. Knows nothing of what is
//! counted: the kind says which lines fill which column.

use std::collections::BTreeMap;

use csv::ByteRecord;
use jiff::tz::TimeZone;

use crate::flat::cell::moment;
use crate::flat::clock::Clock;
use crate::flat::plan::cells;
use crate::flat::row::text_at;
use crate::kinds::{Case, Pivot};

/// The lines of a content, gathered by key.
pub struct Pivoted<'k> {
    pivot: &'k Pivot,
    clock: Clock<'k>,
    /// Headers received, in lower case.
    names: Vec<String>,
    groups: BTreeMap<Vec<String>, Group>,
}

/// The lines of one key.
#[derive(Default)]
struct Group {
    /// Cells of the first line.
    first: Vec<String>,
    line: u64,
    latest: Option<i64>,
    /// By what a line says (its case and its details): version and number of the latest line.
    said: BTreeMap<Vec<String>, (Option<i64>, String)>,
    /// Line of a second line that says the same thing.
    twice: bool,
    /// Line whose count is of nothing known.
    unknown: bool,
}

/// A wide row, with the line where its first number is.
pub struct Wide {
    pub record: ByteRecord,
    pub line: u64,
    /// Two lines of the same key said the same thing: the latest was kept.
    pub twice: bool,
    /// A line counts something that the kind does not know.
    pub unknown: bool,
    /// Cells of that group were not as many as the headers.
    pub misshapen: bool,
}

impl<'k> Pivoted<'k> {
    /// `zone`: legal time, for versions without offset.
    pub fn new(pivot: &'k Pivot, header: &str, separator: char, zone: &'k TimeZone) -> Pivoted<'k> {
        Pivoted {
            pivot,
            clock: Clock::new(zone),
            names: cells(header, separator),
            groups: BTreeMap::new(),
        }
    }

    /// Headers of the wide rows.
    pub fn header(pivot: &Pivot, header: &str, separator: char) -> String {
        let kept = cells(header, separator)
            .into_iter()
            .filter(|name| !pivot.consumed().any(|other| other == name));
        let mut columns: Vec<String> = kept.collect();
        columns.extend(pivot.cas.iter().map(|case| case.colonne.clone()));
        columns.join(&separator.to_string())
    }

    /// Takes a line; gives it back as it is when it has not as many cells as the header.
    pub fn take(&mut self, record: &ByteRecord) -> Option<Wide> {
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != self.names.len() {
            return Some(Wide {
                record: record.clone(),
                line,
                twice: false,
                unknown: false,
                misshapen: true,
            });
        }
        let cells: Vec<String> = (0..record.len()).map(|at| text_at(record, at).trim().to_owned()).collect();
        let cell = |name: &str| self.at(name).map_or("", |at| cells[at].as_str()).to_owned();
        let key = self.pivot.cle.iter().map(|name| cell(name)).collect();
        let (sur, number, written) = (cell(&self.pivot.sur), cell(&self.pivot.valeur), cell(&self.pivot.version));
        let mut said = vec![sur.clone()];
        said.extend(self.details().map(|detail| cell(detail)));
        let version = moment(&written, &mut self.clock).map(|moment| moment.utc);
        let known = self.pivot.cas.iter().any(|case| case.vaut == sur);
        let version_at = self.at(&self.pivot.version);
        let group = self.groups.entry(key).or_default();
        if group.first.is_empty() {
            group.line = line;
            group.first = cells;
        }
        if !known {
            group.unknown = true;
            return None;
        }
        if version > group.latest {
            group.latest = version;
            if let Some(at) = version_at {
                group.first[at] = written;
            }
        }
        match group.said.get_mut(&said) {
            // Of two lines of one instant the last one counts.
            Some(kept) => {
                group.twice = true;
                if version >= kept.0 {
                    *kept = (version, number);
                }
            }
            None => {
                group.said.insert(said, (version, number));
            }
        }
        None
    }

    /// The wide rows, in the order of their keys.
    pub fn rows(self) -> impl Iterator<Item = Wide> + 'k {
        let Pivoted {
            pivot, names, groups, ..
        } = self;
        let at = |name: &String, names: &[String]| names.iter().position(|known| known == name);
        groups.into_values().map(move |mut group| {
            for (name, other) in &pivot.defaut {
                if let (Some(to), Some(from)) = (at(name, &names), at(other, &names))
                    && group.first[to].is_empty()
                {
                    group.first[to] = group.first[from].clone();
                }
            }
            let mut record = ByteRecord::new();
            let consumed = |name: &String| pivot.consumed().any(|other| other == name);
            for (name, cell) in names.iter().zip(&group.first) {
                if !consumed(name) {
                    record.push_field(cell.as_bytes());
                }
            }
            for case in &pivot.cas {
                record.push_field(total(pivot, case, &group.said).as_bytes());
            }
            Wide {
                record,
                line: group.line,
                twice: group.twice,
                unknown: group.unknown,
                misshapen: false,
            }
        })
    }

    fn at(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    fn details(&self) -> impl Iterator<Item = &'k String> + 'k {
        details(self.pivot)
    }
}

/// Headers of details, each once, in the order of the cases.
fn details(pivot: &Pivot) -> impl Iterator<Item = &String> {
    let named = |rank: usize| pivot.cas[rank].detail.as_ref();
    (0..pivot.cas.len()).filter_map(move |rank| {
        let name = named(rank)?;
        (!(0..rank).any(|before| named(before) == Some(name))).then_some(name)
    })
}

/// What a case adds up to, as text: empty when no line says it, and a number that cannot be read as it was received.
fn total(pivot: &Pivot, case: &Case, said: &BTreeMap<Vec<String>, (Option<i64>, String)>) -> String {
    let lines = said.iter().filter(|(what, _)| what[0] == case.vaut);
    let numbers: Vec<&str> = match &case.detail {
        Some(detail) => {
            let rank = details(pivot).position(|name| name == detail).map_or(0, |rank| rank + 1);
            let counts = |what: &&Vec<String>| case.parmi.contains(&what[rank]);
            lines
                .filter(|(what, _)| counts(what))
                .map(|(_, (_, number))| number.as_str())
                .collect()
        }
        None => {
            let (whole, parts): (Vec<_>, Vec<_>) = lines.partition(|(what, _)| what[1..].iter().all(String::is_empty));
            let kept = if whole.is_empty() { parts } else { whole };
            kept.into_iter().map(|(_, (_, number))| number.as_str()).collect()
        }
    };
    let mut total: Option<i64> = None;
    for number in numbers {
        match number.parse::<i32>() {
            Ok(number) if number >= 0 => total = Some(total.unwrap_or(0) + i64::from(number)),
            // Neither added up nor lost: the row is judged on it.
            _ => return number.to_owned(),
        }
    }
    total.map_or(String::new(), |total| total.to_string())
}
