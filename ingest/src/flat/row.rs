//! One row of a flat content, typed.

use csv::ByteRecord;
use jiff::tz::TimeZone;
use lake::key::Key;
use lake::table::{Replacement, Table};

use crate::flat::cell::Fault;
use crate::flat::plan::Plan;
use crate::flat::value::{Moment, Value};
use crate::kinds::{DerivedFunction, Kind};
use crate::rpu::etat::Etat;
use crate::rpu::row::reduced;

/// Values and states of a row, in the order of the table's columns. Reused from row to row.
pub struct Row {
    pub values: Vec<Value>,
    pub etats: Vec<Etat>,
    /// Cells without value: rank of the column and why.
    pub faults: Vec<(usize, Fault)>,
    /// The row has not as many cells as the header line: nothing in it can be trusted.
    pub misshapen: bool,
    message: Vec<u8>,
}

impl Row {
    pub fn new(width: usize) -> Row {
        Row {
            values: vec![Value::None; width],
            etats: vec![Etat::Manquant; width],
            faults: Vec::new(),
            misshapen: false,
            message: Vec::new(),
        }
    }

    /// Reads the cells of a record, then the columns computed from them.
    pub fn fill(&mut self, record: &ByteRecord, plan: &Plan, kind: &Kind, zone: &TimeZone) {
        self.faults.clear();
        self.misshapen = record.len() != plan.width;
        if self.misshapen {
            return;
        }
        for (rank, (cells, position)) in plan.columns.iter().enumerate() {
            // A column that the file has not is missing, and means what its emptiness means.
            let text = position.map_or("", |position| text_at(record, position));
            (self.values[rank], self.etats[rank]) = match cells.read(text, zone) {
                Ok(value) => (value, Etat::Conforme),
                Err(fault) => {
                    self.faults.push((rank, fault));
                    let missing = fault == Fault::Missing;
                    (Value::None, if missing { Etat::Manquant } else { Etat::NonConforme })
                }
            };
        }
        self.derive(plan, kind);
    }

    fn derive(&mut self, plan: &Plan, kind: &Kind) {
        for derived in &kind.derivee {
            let source = derived.de.as_deref().and_then(|name| plan.rank(name));
            let moment = source.and_then(|rank| match &self.values[rank] {
                Value::Instant(moment) => Some(*moment),
                _ => None,
            });
            let value = match derived.fonction {
                DerivedFunction::HeureCivile => moment.map_or(Value::None, |moment| Value::Civil(moment.civil())),
                DerivedFunction::Decalage => moment.map_or(Value::None, |moment| Value::Integer(moment.offset.into())),
                DerivedFunction::DecalageAbsent => Value::Bool(self.moments().any(|moment| !moment.had_offset)),
                DerivedFunction::AgeAns => source.map_or(Value::None, |rank| years(&self.values[rank])),
                DerivedFunction::Minutes => self.minutes(source, derived.a.as_deref().and_then(|name| plan.rank(name))),
            };
            if let Some(rank) = plan.rank(&derived.colonne) {
                self.etats[rank] = if value == Value::None {
                    Etat::Manquant
                } else {
                    Etat::Conforme
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

    /// Its instants.
    pub fn moments(&self) -> impl Iterator<Item = &Moment> {
        self.values.iter().filter_map(|value| match value {
            Value::Instant(moment) => Some(moment),
            _ => None,
        })
    }

    /// The site it is about.
    pub fn site(&self, plan: &Plan, table: &Table) -> Option<&str> {
        let rank = plan.rank(table.site.first()?)?;
        match &self.values[rank] {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// (`cle`, `empreinte`): from the key columns, then from every column with, where it does not conform, its text.
    pub fn hash(&mut self, record: &ByteRecord, plan: &Plan, table: &Table, key: &Key) -> (u64, u64) {
        self.message.clear();
        self.message.extend_from_slice(table.nom.as_bytes());
        self.message.push(0x1F);
        if let Replacement::Cle { cle, .. } = &table.remplacement {
            for rank in cle.iter().filter_map(|name| plan.rank(name)) {
                self.put(rank, record, plan);
            }
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
