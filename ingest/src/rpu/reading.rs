//! Reading one delivery of passages: records become rows, rejections, duplicates or rows out of the window, and each is counted once.

use std::collections::BTreeMap;
use std::io;

use jiff::civil::Date;
use lake::delivery::{Counts, RawValue, RejectedRecord};
use lake::sink::RecordSink;
use rustc_hash::FxHashMap;

use crate::columns::BATCH;
use crate::context::Context;
use crate::dates::{CENTURY, Day, parse_moment};
use crate::kinds::{Kind, Residence};
use crate::oscour::record::{Field, RawRecord};
use crate::rpu::codes::{CODED, CodeSet};
use crate::rpu::columns::Columns;
use crate::rpu::fingerprint::Hasher;
use crate::rpu::header::Sender;
use crate::rpu::residence::Resolver;
use crate::rpu::row::{Row, reduced};
use crate::rpu::seen::{Met, Seen};
use crate::rpu::tallies;
use crate::rules::{Clause, Tally};

/// Tolerance of RPU-C08, seconds.
const TOLERANCE: i64 = 5 * 60;
/// ENTREE further ahead of EXTRACT than this is rejected, seconds (RPU-C08a).
const TOO_FAR: i64 = 24 * 3600;
/// Characters kept of a rejected record.
const REJECTED_LENGTH: usize = 4_000;

pub struct Reading<'s> {
    delivery: String,
    sender: Sender,
    sink: Box<dyn RecordSink + 's>,
    sets: [CodeSet; CODED.len()],
    conventions: Vec<i32>,
    resolver: Resolver,
    hasher: Hasher,
    row: Row,
    columns: Columns,
    seen: Seen,
    pub tally: Tally,
    pub counts: Counts,
    days: FxHashMap<i32, u32>,
    /// The window is not that of the header: the entries give it.
    pub derived: bool,
    /// Records whose field conforms, for the verdict: CP, NAISSANCE, SEXE.
    pub conforming: [u64; 3],
}

impl<'s> Reading<'s> {
    pub fn new(
        delivery: &str,
        source: &str,
        sender: Sender,
        kind: &Kind,
        context: &Context,
        sink: Box<dyn RecordSink + 's>,
    ) -> Self {
        let sets = code_sets(source, context);
        let parameters = kind.rpu.as_ref();
        let conventions = parameters.map_or(Vec::new(), |parameters| {
            parameters.naissances_de_convention.iter().map(|date| number(*date)).collect()
        });
        let countries = parameters.map_or(&[][..], |parameters| &parameters.pays);
        Reading {
            delivery: delivery.to_owned(),
            columns: Columns::new(&sender.finess, sender.ordre, &sets),
            hasher: Hasher::new(&context.key, &sender.finess, sender.ordre),
            resolver: context
                .resolvers
                .take(&context.region, countries, kind.residence == Residence::CodeGeographique),
            sender,
            sink,
            sets,
            conventions,
            row: Row::default(),
            seen: Seen::default(),
            tally: Tally::default(),
            counts: Counts::default(),
            days: FxHashMap::default(),
            derived: false,
            conforming: [0; 3],
        }
    }

    /// Takes one record, whose spans point into `text`.
    pub fn record(&mut self, record: &RawRecord, text: &[u8]) -> io::Result<()> {
        self.counts.rows_read += 1;
        let rang = self.counts.rows_read as u32;
        if let Some(misshapen) = record.misshapen {
            self.tally.at(Clause::OF02).judge(misshapen, record.line);
            if misshapen {
                return self.reject(Clause::OF02, "ligne", rang, record, text);
            }
        }
        let written = record.get(Field::Entree, text);
        let entree = parse_moment(written).filter(|at| CENTURY.contains(at));
        self.tally.at(Clause::C07).judge(entree.is_none(), record.line);
        let Some(entree) = entree else {
            return self.reject(Clause::C07, "entree", rang, record, text);
        };
        let ahead = entree - self.sender.extract;
        self.tally.at(Clause::C08A).judge(ahead > TOO_FAR, record.line);
        if ahead > TOO_FAR {
            return self.reject(Clause::C08A, "entree", rang, record, text);
        }
        self.row.fill(record, text, entree, &self.sets, &self.conventions);
        let residence = self
            .resolver
            .resolve(record.get(Field::Cp, text), record.get(Field::Commune, text));
        let (cle, empreinte) = self.hasher.hash(&self.row, residence, &self.sets, record, text);
        let first_seen = self.seen.meet(cle, empreinte);
        self.tally.at(Clause::F19A).judge(first_seen == Met::Copy, record.line);
        if first_seen == Met::Copy {
            self.counts.duplicates += 1;
            return Ok(());
        }
        self.tally.at(Clause::F19B).judge(first_seen == Met::Variant, record.line);
        self.tally.at(Clause::C08B).judge(ahead > TOLERANCE, record.line);
        tallies::count_structure(&mut self.tally, record);
        tallies::count(&mut self.tally, &self.row, residence, record.line);
        let link = self.hasher.link(&self.row, residence, &self.sets);
        self.columns.push(&self.row, residence, link);
        let sexe = self.row.etats[0];
        for (conforming, etat) in self.conforming.iter_mut().zip([residence.cp, self.row.naissance, sexe]) {
            *conforming += u64::from(etat == crate::rpu::etat::Etat::Conforme);
        }
        let sink = &mut self.sink;
        let mut kept = Ok(());
        tallies::not_conforming(&self.row, residence, |colonne, field| {
            raw_value(sink.as_mut(), &mut kept, rang, record.line, colonne, record.get(field, text));
        });
        if self.row.da_malformed > 0 {
            for span in record
                .da
                .iter()
                .filter(|span| crate::rpu::nomenclature::diagnosis(span.of(text)).is_none())
            {
                raw_value(sink.as_mut(), &mut kept, rang, record.line, "da", span.of(text));
            }
        }
        if self.row.actes_malformed > 0 {
            for span in record
                .actes
                .iter()
                .filter(|span| crate::rpu::nomenclature::act(span.of(text)).is_none())
            {
                raw_value(sink.as_mut(), &mut kept, rang, record.line, "actes", span.of(text));
            }
        }
        kept?;
        let outside = self.place_in_window(record.line);
        self.columns.technical.push(cle, empreinte, rang, record.line, outside);
        if self.columns.rows() == BATCH {
            self.flush()?;
        }
        Ok(())
    }

    /// Counts the row as accepted or out of the window (RPU-F08); says which. A window that entries give does not judge them.
    fn place_in_window(&mut self, line: u32) -> bool {
        let day = self.row.day;
        let outside = !self.sender.window.is_some_and(|(first, last)| (first..=last).contains(&day));
        match self.derived && !outside {
            true => self.tally.at(Clause::F08).skip(),
            false => self.tally.at(Clause::F08).judge(outside, line),
        }
        if outside {
            self.counts.out_of_window += 1;
        } else {
            self.counts.accepted += 1;
            *self.days.entry(day).or_default() += 1;
        }
        outside
    }

    fn reject(&mut self, clause: Clause, champ: &str, rang: u32, record: &RawRecord, text: &[u8]) -> io::Result<()> {
        self.counts.rejected += 1;
        self.sink.rejected(RejectedRecord {
            rang,
            ligne: record.line,
            rule: clause.id().to_owned(),
            champ: champ.to_owned(),
            texte: rewritten(record, text),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.columns.rows() == 0 {
            return Ok(());
        }
        self.sink.rows(self.columns.finish(&self.delivery))
    }

    /// To be called at the end of the message: the last rows go, and the rules that need all of them are judged.
    pub fn finish(&mut self) -> io::Result<()> {
        self.flush()?;
        self.tally.at(Clause::F09).judge(self.counts.rows_read == 0, 0);
        let days = self.sender.window.map_or(0, |(first, last)| (last - first + 1) as u64);
        for clause in [Clause::F11, Clause::F18] {
            let count = self.tally.at(clause);
            count.eligible = days;
            count.not_judged = days;
        }
        Ok(())
    }

    /// Gives back what the reading borrowed from its context.
    pub fn release(self, context: &Context) {
        context.resolvers.give_back(self.resolver);
    }

    /// Accepted records by day.
    pub fn days(&self) -> BTreeMap<Date, u32> {
        self.days
            .iter()
            .filter_map(|(day, count)| Some((Day::from_number(*day).civil()?, *count)))
            .collect()
    }
}

/// The code lists of a source, with the aliases that it is declared to use.
pub(crate) fn code_sets(source: &str, context: &Context) -> [CodeSet; CODED.len()] {
    let declared = |field: Field| {
        let tag = field.role().to_ascii_uppercase();
        context
            .alias_declares
            .iter()
            .any(|(of, alias)| of == source && alias.eq_ignore_ascii_case(&tag))
    };
    CODED.map(|field| CodeSet::of(field, declared(field)))
}

fn number(date: Date) -> i32 {
    Day {
        year: i32::from(date.year()),
        month: date.month() as u32,
        day: date.day() as u32,
    }
    .number()
}

fn raw_value(sink: &mut dyn RecordSink, kept: &mut io::Result<()>, rang: u32, ligne: u32, colonne: &str, text: &[u8]) {
    if kept.is_ok() {
        *kept = sink.raw_value(RawValue {
            rang,
            ligne,
            colonne: colonne.to_owned(),
            texte: reduced(text),
        });
    }
}

/// A rejected record as elements again, whichever way it was cut up.
fn rewritten(record: &RawRecord, text: &[u8]) -> String {
    if record.misshapen == Some(true) {
        return String::from_utf8_lossy(text).chars().take(REJECTED_LENGTH).collect();
    }
    let mut out = String::new();
    let mut put = |name: &str, value: &[u8]| {
        if !value.is_empty() {
            out.push_str(&format!("<{name}>{}</{name}>", String::from_utf8_lossy(value)));
        }
    };
    for field in Field::ALL {
        put(&field.role().to_ascii_uppercase(), record.get(field, text));
    }
    for span in &record.da {
        put("DA", span.of(text));
    }
    for span in &record.actes {
        put("ACTE", span.of(text));
    }
    match out.char_indices().nth(REJECTED_LENGTH) {
        Some((cut, _)) => out[..cut].to_owned(),
        None => out,
    }
}
