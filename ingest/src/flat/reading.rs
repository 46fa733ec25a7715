//! Reading one flat delivery: rows become rows, rejections or duplicates, and each is counted once.

use std::collections::BTreeMap;
use std::io;

use arrow::array::ArrayRef;
use arrow::record_batch::RecordBatch;
use csv::ByteRecord;
use jiff::Timestamp;
use lake::delivery::{Counts, FileFinding, RawValue, RejectedRecord};
use lake::sink::RecordSink;
use lake::table::Table;
use rustc_hash::FxHashSet;

use crate::columns::{Any, BATCH, Coded, Dictionary, Technical};
use crate::context::Context;
use crate::flat::checks::{Judge, Rejection};
use crate::flat::pivot::{Pivoted, Wide};
use crate::flat::plan::Plan;
use crate::flat::row::{Row, reduced_at, text_at};
use crate::flat::rows::{self, TextRows};
use crate::flat::value::{self, Value};
use crate::kinds::Kind;
use crate::oscour::Failure;
use crate::rpu::etat::{ETATS, Etat};
use crate::rpu::seen::{Met, Seen};
use crate::tree::messages::Messages;
use crate::window::Window;

/// Opens the sink of the delivery, at its first row.
pub type Open<'o, 's> = dyn FnMut() -> io::Result<Box<dyn RecordSink + 's>> + 'o;

pub struct Reading<'k, 's, 'o> {
    delivery: String,
    kind: &'k Kind,
    table: &'static Table,
    plan: Plan,
    /// Lines of a long form, until the last one is read.
    long: Option<Pivoted<'k>>,
    context: &'k Context,
    /// Where rows come from when they are messages.
    pub messages: Option<Messages<'k>>,
    open: &'o mut Open<'o, 's>,
    sink: Option<Box<dyn RecordSink + 's>>,
    row: Row<'k>,
    judge: Judge<'k>,
    seen: Seen,
    buffers: Vec<Any>,
    /// Companion of each column, kept only where it is declared.
    etats: Vec<Coded>,
    /// FINESS of the structures.
    known: FxHashSet<&'k str>,
    technical: Technical,
    pub counts: Counts,
    pub unknown: BTreeMap<String, u64>,
    /// Rows kept where each column conforms.
    conforming: Vec<u64>,
    /// Sites met, at most two: a delivery about one site says which.
    pub sites: Vec<String>,
    /// First and last day of the column that gives the month.
    pub span: Option<(i32, i32)>,
    /// Latest production instant, seconds on the wall clock, where a column gives it.
    pub latest: Option<i64>,
}

/// Characters kept of a rejected row.
const REJECTED_LENGTH: usize = 4_000;
const DAY: i64 = 86_400_000_000;

impl<'k, 's, 'o> Reading<'k, 's, 'o> {
    pub fn new(
        delivery: &str,
        kind: &'k Kind,
        plan: Plan,
        long: Option<Pivoted<'k>>,
        context: &'k Context,
        received_at: Timestamp,
        open: &'o mut Open<'o, 's>,
    ) -> Self {
        let table = kind.table();
        let width = table.colonnes.len();
        let states = Dictionary::new(ETATS);
        Reading {
            delivery: delivery.to_owned(),
            kind,
            table,
            judge: Judge::new(kind, &plan, received_at),
            plan,
            long,
            context,
            messages: None,
            open,
            sink: None,
            row: Row::new(width, &context.zone),
            seen: Seen::default(),
            buffers: table.colonnes.iter().map(|column| value::buffer(column.kind)).collect(),
            etats: (0..width).map(|_| Coded::new(&states)).collect(),
            known: context.structures.iter().map(|structure| structure.finess.as_str()).collect(),
            technical: Technical::default(),
            counts: Counts::default(),
            unknown: BTreeMap::new(),
            conforming: vec![0; width],
            sites: Vec::new(),
            span: None,
            latest: None,
        }
    }

    /// Reads every row after the header line.
    pub fn read(&mut self, window: &mut Window) -> Result<(), Failure> {
        if let Some(mut messages) = self.messages.take() {
            messages.each(window, &mut |record| self.line(record).map_err(Failure::Sink))?;
            self.unknown.append(&mut messages.unknown);
            return self.flush().map_err(Failure::Sink);
        }
        let mut rows = TextRows::new(window, self.plan.separator, true, self.context.caps.field);
        while let Some(record) = rows.next()? {
            self.line(record).map_err(Failure::Sink)?;
        }
        for wide in self.long.take().into_iter().flat_map(Pivoted::rows) {
            self.wide(&wide).map_err(Failure::Sink)?;
        }
        self.flush().map_err(Failure::Sink)
    }

    /// A line is a row, or part of one.
    fn line(&mut self, record: &ByteRecord) -> io::Result<()> {
        let Some(long) = &mut self.long else {
            let ligne = rows::line(record);
            return self.take(record, ligne, false);
        };
        match long.take(record) {
            Some(misshapen) => self.wide(&misshapen),
            None => Ok(()),
        }
    }

    fn wide(&mut self, wide: &Wide) -> io::Result<()> {
        let ligne = wide.line as u32;
        if !wide.misshapen {
            self.judge.coded(!wide.unknown, ligne);
        }
        self.take(&wide.record, ligne, wide.twice)
    }

    /// `twice`: the row was already found to stand for two lines that say the same thing.
    fn take(&mut self, record: &ByteRecord, ligne: u32, twice: bool) -> io::Result<()> {
        self.counts.rows_read += 1;
        let rang = self.counts.rows_read as u32;
        self.row.fill(record, &self.plan, self.kind, self.context);
        if let Some(rejection) = self.judge.rejection(&self.row, &self.plan, ligne) {
            return self.reject(rang, ligne, rejection, record);
        }
        let (cle, empreinte) = self.row.hash(record, &self.plan, self.table, &self.context.key);
        let met = self.seen.meet(cle, empreinte);
        if met == Met::Copy {
            self.counts.duplicates += 1;
            return Ok(());
        }
        self.judge.twin(twice || met == Met::Variant, ligne);
        let site = self.row.site(&self.plan);
        let judged = !self.context.sans_repertoire;
        let known = judged.then(|| site.is_some_and(|site| self.known.contains(site)));
        self.judge.flag(&self.row, known, ligne);
        self.keep(record);
        self.keep_raw_values(record, rang, ligne)?;
        self.technical.push(cle, empreinte, rang, ligne, false);
        self.counts.accepted += 1;
        if self.technical.rows() == BATCH {
            self.flush()?;
        }
        Ok(())
    }

    fn keep(&mut self, record: &ByteRecord) {
        for (rank, value) in self.row.values.iter().enumerate() {
            let etat = self.row.etats[rank];
            value::push(&mut self.buffers[rank], value);
            self.conforming[rank] += u64::from(etat == Etat::Conforme);
            if self.table.colonnes[rank].etat {
                self.etats[rank].ranks.push(etat as u16);
            }
        }
        for (name, position) in &self.plan.unknown {
            if !text_at(record, *position).trim().is_empty() {
                *self.unknown.entry(name.clone()).or_default() += 1;
            }
        }
        if let Some(site) = self.row.site(&self.plan)
            && self.sites.len() < 2
            && !self.sites.iter().any(|known| known == site)
        {
            self.sites.push(site.to_owned());
        }
        self.note_times();
    }

    fn keep_raw_values(&mut self, record: &ByteRecord, rang: u32, ligne: u32) -> io::Result<()> {
        for at in 0..self.row.wrong.len() {
            let (cells, position) = &self.plan.columns[self.row.wrong[at]];
            if let Some(position) = *position {
                let value = RawValue {
                    rang,
                    ligne,
                    colonne: cells.column.nom.clone(),
                    texte: reduced_at(record, position),
                };
                self.sink()?.raw_value(value)?;
            }
        }
        Ok(())
    }

    fn note_times(&mut self) {
        let value = |rank: Option<usize>| rank.map(|rank| &self.row.values[rank]);
        if let Some(at) = value(self.plan.month).and_then(Value::magnitude) {
            let day = at.div_euclid(DAY) as i32;
            self.span = Some(self.span.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
        }
        let produced = match value(self.plan.produced) {
            Some(Value::Instant(moment)) => Some(*moment),
            Some(other) => {
                self.latest = self.latest.max(other.magnitude().map(|at| at.div_euclid(1_000_000)));
                None
            }
            None => None,
        };
        if let Some(moment) = produced {
            self.latest = self.latest.max(Some(self.row.clock.legal(moment).civil()));
        }
    }

    fn reject(&mut self, rang: u32, ligne: u32, (rule, champ): Rejection, record: &ByteRecord) -> io::Result<()> {
        self.counts.rejected += 1;
        let separator = char::from(self.plan.separator).to_string();
        let cells: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        let texte = cells.join(&separator).chars().take(REJECTED_LENGTH).collect();
        self.sink()?.rejected(RejectedRecord {
            rang,
            ligne,
            rule,
            champ,
            texte,
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.technical.rows() == 0 {
            return Ok(());
        }
        let mut arrays: Vec<ArrayRef> = Vec::new();
        for (rank, column) in self.table.colonnes.iter().enumerate() {
            arrays.push(self.buffers[rank].finish());
            if column.etat {
                arrays.push(self.etats[rank].finish());
            }
        }
        arrays.extend(self.technical.finish(&self.delivery));
        let batch = RecordBatch::try_new(self.table.record_schema(), arrays).expect("arrays follow the declaration");
        self.sink()?.rows(batch)
    }

    fn sink(&mut self) -> io::Result<&mut Box<dyn RecordSink + 's>> {
        match &mut self.sink {
            Some(sink) => Ok(sink),
            none => {
                let sink = (self.open)()?;
                Ok(none.insert(sink))
            }
        }
    }

    pub fn findings(&self) -> Vec<FileFinding> {
        self.judge.findings()
    }

    /// Rows where a column conforms.
    pub fn conforming_in(&self, column: &str) -> Option<u64> {
        self.plan.rank(column).map(|rank| self.conforming[rank])
    }
}
