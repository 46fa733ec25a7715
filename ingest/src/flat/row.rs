//! One row of a flat content, typed.

use std::collections::HashSet;
use std::sync::OnceLock;

use csv::ByteRecord;
use jiff::tz::TimeZone;
use lake::key::Key;
use lake::reference;
use lake::table::Table;

use crate::context::Context;
use crate::dates::civil_from_seconds;
use crate::flat::cell::Fault;
use crate::flat::clock::Clock;
use crate::flat::plan::Plan;
use crate::flat::value::{Moment, Value};
use crate::kinds::{DerivedFunction, Kind};
use crate::rpu::etat::Etat;
use crate::rpu::row::reduced;

/// Values and states of a row, in the order of the table's columns. Reused from row to row.
pub struct Row<'z> {
    pub values: Vec<Value>,
    pub etats: Vec<Etat>,
    /// Why a cell has no value, by the rank of its column.
    pub faults: Vec<Option<Fault>>,
    /// Ranks of the cells that have a text and no value.
    pub wrong: Vec<usize>,
    /// The row has not as many cells as the header line: nothing in it can be trusted.
    pub misshapen: bool,
    pub clock: Clock<'z>,
    message: Vec<u8>,
}

impl<'z> Row<'z> {
    /// `zone`: legal time, for time stamps without offset.
    pub fn new(width: usize, zone: &'z TimeZone) -> Row<'z> {
        Row {
            values: vec![Value::None; width],
            etats: vec![Etat::Manquant; width],
            faults: vec![None; width],
            wrong: Vec::new(),
            misshapen: false,
            clock: Clock::new(zone),
            message: Vec::new(),
        }
    }

    /// Reads the cells of a record, then the columns computed from them.
    pub fn fill(&mut self, record: &ByteRecord, plan: &Plan, kind: &Kind, context: &Context) {
        self.wrong.clear();
        self.misshapen = record.len() != plan.width;
        if self.misshapen {
            return;
        }
        for (rank, (cells, position)) in plan.columns.iter().enumerate() {
            // A column that the file has not is missing, and means what its emptiness means.
            let text = position.map_or("", |position| text_at(record, position));
            let read = cells.read(text, &mut self.clock);
            self.faults[rank] = read.as_ref().err().copied();
            (self.values[rank], self.etats[rank]) = match read {
                Ok(Value::Text(text)) if cells.column.pseudonyme => (pseudonym(&context.key, &text), Etat::Conforme),
                Ok(value) => (value, Etat::Conforme),
                Err(Fault::Missing) => (Value::None, Etat::Manquant),
                Err(_) => {
                    self.wrong.push(rank);
                    (Value::None, Etat::NonConforme)
                }
            };
        }
        self.derive(plan, kind);
    }

    fn derive(&mut self, plan: &Plan, kind: &Kind) {
        for (derived, places) in kind.derivee.iter().zip(&plan.derived) {
            let (target, source) = (places.target, places.from);
            if derived.fonction == DerivedFunction::Compose && target.is_some_and(|rank| self.etats[rank] != Etat::Manquant) {
                continue;
            }
            let moment = source.and_then(|rank| match &self.values[rank] {
                Value::Instant(moment) => Some(*moment),
                _ => None,
            });
            let commune = || match source.map(|rank| &self.values[rank]) {
                Some(Value::Text(commune)) => Some(commune.as_str()),
                _ => None,
            };
            let value = match derived.fonction {
                DerivedFunction::HeureLegale => {
                    moment.map_or(Value::None, |moment| Value::Civil(self.clock.legal(moment).civil()))
                }
                DerivedFunction::DecalageLegal => {
                    moment.map_or(Value::None, |moment| Value::Integer(self.clock.legal(moment).offset.into()))
                }
                DerivedFunction::Compose => self.composed(&derived.parties, plan),
                DerivedFunction::DepartementDeCommune => commune().and_then(departement_of).map_or(Value::None, Value::Text),
                DerivedFunction::CommuneDiffusable => commune()
                    .filter(|commune| is_large(commune))
                    .map_or(Value::None, |commune| Value::Text(commune.to_owned())),
                DerivedFunction::DecalageAbsent => Value::Bool(self.moments().any(|moment| !moment.had_offset)),
                DerivedFunction::AgeAns => source.map_or(Value::None, |rank| years(&self.values[rank])),
                DerivedFunction::Minutes => self.minutes(source, places.to),
            };
            if let Some(rank) = target {
                // A residence that is not kept was sent all the same.
                self.etats[rank] = match (&value, derived.fonction) {
                    (_, DerivedFunction::CommuneDiffusable) => self.etats[rank],
                    (Value::None, _) => Etat::Manquant,
                    _ => Etat::Conforme,
                };
                self.values[rank] = value;
            }
        }
    }

    fn minutes(&self, from: Option<usize>, to: Option<usize>) -> Value {
        let at = |rank: Option<usize>| rank.and_then(|rank| self.values[rank].magnitude());
        let elapsed = at(from).zip(at(to)).map(|(from, to)| (to - from).div_euclid(60_000_000));
        elapsed
            .and_then(|minutes| i32::try_from(minutes).ok())
            .map_or(Value::None, Value::Integer)
    }

    /// The parts joined by `-`, each the first of its columns (`a|b`) that has a value; nothing when a part has none.
    fn composed(&mut self, parts: &[String], plan: &Plan) -> Value {
        let (values, clock) = (&self.values, &mut self.clock);
        let mut written = |name: &str| match &values[plan.rank(name)?] {
            Value::Text(text) => Some(text.clone()),
            Value::Instant(moment) => compact(clock.legal(*moment).civil()),
            _ => None,
        };
        let parts: Option<Vec<String>> = parts.iter().map(|part| part.split('|').find_map(&mut written)).collect();
        parts.map_or(Value::None, |parts| Value::Text(parts.join("-")))
    }

    /// Its instants.
    pub fn moments(&self) -> impl Iterator<Item = &Moment> {
        self.values.iter().filter_map(|value| match value {
            Value::Instant(moment) => Some(moment),
            _ => None,
        })
    }

    /// The site it is about.
    pub fn site(&self, plan: &Plan) -> Option<&str> {
        match &self.values[plan.site?] {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// (`cle`, `empreinte`): from the key columns, then from every column with, where it does not conform, its text.
    pub fn hash(&mut self, record: &ByteRecord, plan: &Plan, table: &Table, key: &Key) -> (u64, u64) {
        self.message.clear();
        self.message.extend_from_slice(table.nom.as_bytes());
        self.message.push(0x1F);
        for rank in &plan.cle {
            self.put(*rank, record, plan);
        }
        let cle = key.hash64(&self.message);
        for rank in 0..self.values.len() {
            self.put(rank, record, plan);
        }
        (cle, key.hash64(&self.message))
    }

    fn put(&mut self, rank: usize, record: &ByteRecord, plan: &Plan) {
        self.values[rank].put(&mut self.message);
        if self.etats[rank] == Etat::NonConforme
            && let Some(position) = plan.columns[rank].1
        {
            self.message.push(0x15);
            self.message.extend_from_slice(reduced_at(record, position).as_bytes());
            self.message.push(0x1F);
        }
    }
}

/// Age in whole years of its text: a week or a day is under one year.
fn years(age: &Value) -> Value {
    let Value::Text(text) = age else { return Value::None };
    let (number, unit) = match text.strip_prefix('P') {
        Some(rest) => rest.split_at(rest.len() - 1),
        None => (text.as_str(), "Y"),
    };
    let Ok(number) = number.parse::<i32>() else {
        return Value::None;
    };
    Value::Integer(match unit {
        "Y" => number,
        "M" => number / 12,
        "W" => number / 52,
        _ => number / 365,
    })
}

/// What stands for the number of a professional: the same number always gives the same text, and the text never gives the number.
fn pseudonym(key: &Key, text: &str) -> Value {
    Value::Text(format!("{:016x}", key.hash64(text.as_bytes())))
}

/// `AAAAMMJJHHMM` of a time in seconds on the wall clock.
fn compact(seconds: i64) -> Option<String> {
    civil_from_seconds(seconds).map(|time| time.strftime("%Y%m%d%H%M").to_string())
}

/// Département of a commune code.
fn departement_of(commune: &str) -> Option<String> {
    let length = if commune.starts_with("97") { 3 } else { 2 };
    commune.get(..length).map(str::to_ascii_uppercase)
}

/// Inhabitants from which the commune of residence of a patient is kept (ARCHITECTURE, « Identity, privacy, time »).
const LARGE: u32 = 10_000;

fn is_large(commune: &str) -> bool {
    static LARGE_ONES: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let large = LARGE_ONES.get_or_init(|| {
        let communes = reference::communes().iter();
        let large = communes.filter(|row| row.population.is_some_and(|inhabitants| inhabitants >= LARGE));
        large.map(|row| row.insee).collect()
    });
    large.contains(commune.to_ascii_uppercase().as_str())
}

/// A cell as text; the window that feeds the reader gives valid UTF-8 only.
pub fn text_at(record: &ByteRecord, position: usize) -> &str {
    record
        .get(position)
        .and_then(|cell| std::str::from_utf8(cell).ok())
        .unwrap_or_default()
}

/// The text kept of a cell that does not conform.
pub fn reduced_at(record: &ByteRecord, position: usize) -> String {
    reduced(text_at(record, position).trim().as_bytes())
}
