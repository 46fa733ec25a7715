//! Reading one flat delivery.

use std::collections::BTreeMap;
use std::io;

use arrow::array::ArrayRef;
use arrow::record_batch::RecordBatch;
use csv::ByteRecord;
use jiff::Timestamp;
use lake::delivery::{Counts, FileFinding, RawValue, RejectedRecord};
use lake::finding::Effect;
use lake::sink::RecordSink;
use lake::table::{Replacement, Table};

use crate::columns::{Any, BATCH, Technical};
use crate::context::Context;
use crate::dates::Day;
use crate::flat::cell::Fault;
use crate::flat::plan::Plan;
use crate::flat::value::{self, Moment, Value};
use crate::kinds::{Checks, Comparison, DerivedFunction, Kind, Operator};
use crate::oscour::{Failure, unreadable};
use crate::rpu::etat::{ETATS, Etat};
use crate::rpu::reading::{Met, Seen};
use crate::rpu::row::reduced;
use crate::rules::{Count, rule};
use crate::window::Window;

/// Where the sink of a delivery is opened, once something is known of it.
pub type Open<'o, 's> = dyn FnMut() -> io::Result<Box<dyn RecordSink + 's>> + 'o;

pub struct Reading<'k, 's, 'o> {
    delivery: String,
    kind: &'k Kind,
    table: &'static Table,
    plan: Plan,
    context: &'k Context,
    received_at: Timestamp,
    open: &'o mut Open<'o, 's>,
    sink: Option<Box<dyn RecordSink + 's>>,
    values: Vec<Value>,
    etats: Vec<Etat>,
    buffers: Vec<Any>,
    etat_buffers: Vec<Vec<Option<String>>>,
    technical: Technical,
    message: Vec<u8>,
    seen: Seen,
    checks: BTreeMap<String, Check>,
    pub counts: Counts,
    pub unknown: BTreeMap<String, u64>,
    /// Rows kept where each column conforms.
    pub conforming: Vec<u64>,
    /// Sites met, at most two: a delivery about one site says which.
    pub sites: Vec<String>,
    /// First and last day of the column that gives the month.
    pub span: Option<(i32, i32)>,
    /// Latest production instant, microseconds on the wall clock, where a column gives it.
    pub latest: Option<i64>,
}

/// Counts of one check, with what to say of it.
struct Check {
    count: Count,
    effect: Effect,
    messages: Vec<String>,
}

impl<'k, 's, 'o> Reading<'k, 's, 'o> {
    pub fn new(
        delivery: &str,
        kind: &'k Kind,
        plan: Plan,
        context: &'k Context,
        received_at: Timestamp,
        open: &'o mut Open<'o, 's>,
    ) -> Self {
        let table = kind.table();
        let width = table.colonnes.len();
        Reading {
            delivery: delivery.to_owned(),
            kind,
            table,
            context,
            received_at,
            open,
            sink: None,
            values: vec![Value::None; width],
            etats: vec![Etat::Manquant; width],
            buffers: table.colonnes.iter().map(|column| value::buffer(column.kind)).collect(),
            etat_buffers: vec![Vec::new(); width],
            technical: Technical::default(),
            message: Vec::new(),
            seen: Seen::default(),
            checks: declared_checks(kind),
            counts: Counts::default(),
            unknown: BTreeMap::new(),
            conforming: vec![0; width],
            sites: Vec::new(),
            span: None,
            latest: None,
            plan,
        }
    }

    /// Reads every row after the header line.
    pub fn read(&mut self, window: &mut Window) -> Result<(), Failure> {
        let mut rows = csv::ReaderBuilder::new()
            .delimiter(self.plan.separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(window);
        let mut record = ByteRecord::new();
        let mut header = true;
        loop {
            rows.get_mut().allow();
            match rows.read_byte_record(&mut record) {
                Ok(false) => break,
                Ok(true) if std::mem::take(&mut header) => {}
                Ok(true) => self.row(&record).map_err(Failure::Sink)?,
                Err(error) => return Err(csv_failure(error)),
            }
            if record.as_slice().len() > self.context.caps.field {
                return Err(unreadable(&io::Error::new(
                    io::ErrorKind::InvalidData,
                    crate::window::TOO_LONG,
                )));
            }
        }
        self.flush().map_err(Failure::Sink)
    }

    fn row(&mut self, record: &ByteRecord) -> io::Result<()> {
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            return Ok(());
        }
        self.counts.rows_read += 1;
        let rang = self.counts.rows_read as u32;
        let ligne = record.position().map_or(0, |position| position.line() as u32);
        let mut faults = Vec::new();
        if record.len() == self.plan.width {
            self.fill(record, &mut faults);
        }
        if let Some((rule, champ)) = self.rejection(record, &faults, ligne) {
            return self.reject(rang, ligne, rule, champ, record);
        }
        let (cle, empreinte) = self.hash(record);
        let met = self.seen.meet(cle, empreinte);
        if met == Met::Copy {
            self.counts.duplicates += 1;
            return Ok(());
        }
        if let Some(id) = self.controls().doublon.clone() {
            self.check(&id).count.judge(met == Met::Variant, ligne);
        }
        self.flag(&faults, ligne);
        self.keep(record, &faults, rang, ligne)?;
        self.technical.push(cle, empreinte, rang, ligne, false);
        self.counts.accepted += 1;
        if self.technical.rows() == BATCH {
            self.flush()?;
        }
        Ok(())
    }

    /// Reads the cells; faults are (rank, what).
    fn fill(&mut self, record: &ByteRecord, faults: &mut Vec<(usize, Fault)>) {
        for (rank, (cells, position)) in self.plan.columns.iter().enumerate() {
            let text = position.map_or("", |position| as_text(record, position));
            let read = match position {
                Some(_) => cells.read(text, &self.context.zone),
                // A column that the file has not is missing, and means what its emptiness means.
                None => cells.read("", &self.context.zone),
            };
            (self.values[rank], self.etats[rank]) = match read {
                Ok(value) => (value, Etat::Conforme),
                Err(fault) => {
                    faults.push((rank, fault));
                    let missing = fault == Fault::Missing;
                    (Value::None, if missing { Etat::Manquant } else { Etat::NonConforme })
                }
            };
        }
        self.derive();
    }

    fn derive(&mut self) {
        for derived in &self.kind.derivee {
            let source = derived.de.as_deref().and_then(|name| self.plan.rank(name));
            let moment = source.and_then(|rank| match &self.values[rank] {
                Value::Instant(moment) => Some(*moment),
                _ => None,
            });
            let value = match derived.fonction {
                DerivedFunction::HeureCivile => moment.map_or(Value::None, |moment| Value::Civil(civil(moment))),
                DerivedFunction::Decalage => moment.map_or(Value::None, |moment| Value::Integer(moment.offset.into())),
                DerivedFunction::DecalageAbsent => Value::Bool(self.moments().any(|moment| !moment.had_offset)),
            };
            if let Some(rank) = self.plan.rank(&derived.colonne) {
                self.etats[rank] = if value == Value::None {
                    Etat::Manquant
                } else {
                    Etat::Conforme
                };
                self.values[rank] = value;
            }
        }
    }

    fn moments(&self) -> impl Iterator<Item = &Moment> {
        self.values.iter().filter_map(|value| match value {
            Value::Instant(moment) => Some(moment),
            _ => None,
        })
    }

    /// Runs the checks that reject a row, counting each; returns the first that does.
    fn rejection(&mut self, record: &ByteRecord, faults: &[(usize, Fault)], ligne: u32) -> Option<(String, String)> {
        let mut first: Option<(String, String)> = None;
        let short = record.len() != self.plan.width;
        let is_derived = |rank: usize| self.kind.derivee.iter().any(|derived| derived.colonne == self.name(rank));
        let compulsory = faults.iter().find(|(rank, fault)| {
            let column = self.plan.columns[*rank].0.column;
            let bearable = column.etat && *fault == Fault::Code;
            column.obligatoire && !is_derived(*rank) && !bearable && !matches!(fault, Fault::Count | Fault::Finess)
        });
        let champ = |fault: Option<&(usize, Fault)>| fault.map_or("ligne".to_owned(), |(rank, _)| self.name(*rank).to_owned());
        let missing = (short || compulsory.is_some()).then(|| champ(compulsory));
        let of = |wanted: Fault| {
            faults
                .iter()
                .find(|(_, fault)| *fault == wanted)
                .map(|fault| champ(Some(fault)))
        };
        let (count, finess) = (of(Fault::Count), of(Fault::Finess));
        let controls = self.controls().clone();
        for (id, violated) in [
            (controls.obligatoire, missing),
            (controls.compte, count),
            (controls.finess_forme, finess),
        ] {
            // Without an identifier of its own the fault still rejects: a row is never kept with a hole in its key.
            if let Some(id) = &id {
                let check = self.check(id);
                match short && violated.is_none() {
                    true => check.count.skip(),
                    false => check.count.judge(violated.is_some(), ligne),
                }
            }
            if let (Some(champ), None) = (violated, &first) {
                first = Some((id.unwrap_or_default(), champ));
            }
        }
        if !short {
            self.compare(ligne, &mut first);
        }
        first
    }

    /// Runs the declared comparisons. Those of one rule are judged together.
    fn compare(&mut self, ligne: u32, first: &mut Option<(String, String)>) {
        let kind = self.kind;
        let mut outcome: BTreeMap<&str, (bool, Option<&Comparison>)> = BTreeMap::new();
        for comparison in &kind.comparaison {
            let entry = outcome.entry(&comparison.regle).or_default();
            if let Some(anomalous) = self.is_anomalous(comparison) {
                entry.0 = true;
                if anomalous && entry.1.is_none() {
                    entry.1 = Some(comparison);
                }
            }
        }
        for (id, (judged, violated)) in outcome {
            let check = self.check(id);
            match judged {
                true => check.count.judge(violated.is_some(), ligne),
                false => check.count.skip(),
            }
            if let Some(comparison) = violated {
                check.say(&comparison.message);
                if comparison.effet == Effect::RejectRecord && first.is_none() {
                    *first = Some((id.to_owned(), comparison.gauche.clone()));
                }
            }
        }
    }

    /// Whether the comparison holds; none when a side is missing.
    fn is_anomalous(&self, comparison: &Comparison) -> Option<bool> {
        let left = self.values[self.plan.rank(&comparison.gauche)?].magnitude()?;
        let right = match comparison.droite.as_str() {
            "@reception" => self.received_at.as_microsecond(),
            name => match self.plan.rank(name) {
                Some(rank) => self.values[rank].magnitude()?,
                None => name.parse::<Timestamp>().ok()?.as_microsecond(),
            },
        };
        let margin = comparison.marge_minutes * 60_000_000;
        Some(match comparison.operateur {
            Operator::Greater => left > right.saturating_add(margin),
            Operator::Less => left < right.saturating_sub(margin),
        })
    }

    /// Counts the checks that keep the row.
    fn flag(&mut self, faults: &[(usize, Fault)], ligne: u32) {
        let controls = self.controls().clone();
        for rank in 0..self.values.len() {
            let cells = &self.plan.columns[rank].0;
            let (coded, plain) = (cells.column.codes.is_some(), !cells.is_count && !cells.is_site);
            let fault = faults.iter().find(|(of, _)| *of == rank).map(|(_, fault)| *fault);
            if fault == Some(Fault::Missing) {
                continue;
            }
            match (&controls.code, &controls.valeur) {
                (Some(id), _) if coded => self.check(id).count.judge(fault == Some(Fault::Code), ligne),
                (_, Some(id)) if plain && !coded => self.check(id).count.judge(fault == Some(Fault::Unreadable), ligne),
                _ => {}
            }
        }
        if let Some(id) = &controls.finess_connu {
            let site = self.site().map(str::to_owned);
            let known = site.is_some_and(|site| self.context.structures.iter().any(|structure| structure.finess == site));
            self.check(id).count.judge(!known, ligne);
        }
        if let Some(id) = &controls.decalage {
            let moments: Vec<Moment> = self.moments().copied().collect();
            let check = self.check(id);
            for moment in moments {
                check.count.judge(moment.ambiguous, ligne);
            }
        }
    }

    fn keep(&mut self, record: &ByteRecord, faults: &[(usize, Fault)], rang: u32, ligne: u32) -> io::Result<()> {
        for rank in 0..self.values.len() {
            value::push(&mut self.buffers[rank], &self.values[rank]);
            self.etat_buffers[rank].push(Some(ETATS[self.etats[rank] as usize].to_owned()));
            self.conforming[rank] += u64::from(self.etats[rank] == Etat::Conforme);
        }
        for (name, position) in &self.plan.unknown {
            if !as_text(record, *position).trim().is_empty() {
                *self.unknown.entry(name.clone()).or_default() += 1;
            }
        }
        if let Some(site) = self.site().map(str::to_owned)
            && self.sites.len() < 2
            && !self.sites.contains(&site)
        {
            self.sites.push(site);
        }
        self.note_times();
        for (rank, fault) in faults.iter().filter(|(_, fault)| *fault != Fault::Missing) {
            let _ = fault;
            if let Some(position) = self.plan.columns[*rank].1 {
                let value = RawValue {
                    rang,
                    ligne,
                    colonne: self.name(*rank).to_owned(),
                    texte: reduced(as_text(record, position).trim().as_bytes()),
                };
                self.sink()?.raw_value(value)?;
            }
        }
        Ok(())
    }

    fn note_times(&mut self) {
        if let Some(at) = self
            .plan
            .rank(&self.table.mois)
            .and_then(|rank| self.values[rank].magnitude())
        {
            let day = at.div_euclid(86_400_000_000) as i32;
            self.span = Some(self.span.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
        }
        if let crate::kinds::Extract::Colonne { colonne } = &self.kind.extract {
            let found = self.plan.rank(colonne).and_then(|rank| match &self.values[rank] {
                Value::Instant(moment) => Some(civil(*moment) * 1_000_000),
                other => other.magnitude(),
            });
            self.latest = self.latest.max(found);
        }
    }

    /// (`cle`, `empreinte`): the key columns, then every column with its state and, where it does not conform, its text.
    fn hash(&mut self, record: &ByteRecord) -> (u64, u64) {
        self.message.clear();
        self.message.extend_from_slice(self.table.nom.as_bytes());
        self.message.push(0x1F);
        let keys = match &self.table.remplacement {
            Replacement::Cle { cle, .. } => cle.as_slice(),
            Replacement::Fenetre { .. } => &[],
        };
        for name in keys {
            if let Some(rank) = self.plan.rank(name) {
                self.values[rank].put(&mut self.message);
                self.put_raw(rank, record);
            }
        }
        let cle = self.context.key.hash64(&self.message);
        for rank in 0..self.values.len() {
            self.values[rank].put(&mut self.message);
            self.put_raw(rank, record);
        }
        (cle, self.context.key.hash64(&self.message))
    }

    fn put_raw(&mut self, rank: usize, record: &ByteRecord) {
        if self.etats[rank] == Etat::NonConforme
            && let Some(position) = self.plan.columns[rank].1
        {
            self.message.push(0x15);
            self.message
                .extend_from_slice(reduced(as_text(record, position).trim().as_bytes()).as_bytes());
            self.message.push(0x1F);
        }
    }

    fn reject(&mut self, rang: u32, ligne: u32, rule: String, champ: String, record: &ByteRecord) -> io::Result<()> {
        self.counts.rejected += 1;
        let separator = char::from(self.plan.separator).to_string();
        let cells: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        let texte = cells.join(&separator).chars().take(4_000).collect();
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
            let mut etats = Any::Text(std::mem::take(&mut self.etat_buffers[rank]));
            if column.etat {
                arrays.push(etats.finish());
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
        self.checks
            .iter()
            .map(|(id, check)| {
                let message = match check.messages.is_empty() {
                    true => String::new(),
                    false => check.messages.join(" ; "),
                };
                check.count.finding_with(id, check.effect, &message)
            })
            .collect()
    }

    /// Rows where a column conforms.
    pub fn conforming_in(&self, column: &str) -> Option<u64> {
        self.plan.rank(column).map(|rank| self.conforming[rank])
    }

    fn check(&mut self, id: &str) -> &mut Check {
        self.checks.entry(id.to_owned()).or_insert_with(|| Check {
            count: Count::default(),
            effect: Effect::Flag,
            messages: Vec::new(),
        })
    }

    fn controls(&self) -> &Checks {
        static NONE: std::sync::OnceLock<Checks> = std::sync::OnceLock::new();
        self.kind
            .controles
            .as_ref()
            .unwrap_or_else(|| NONE.get_or_init(Checks::default))
    }

    fn site(&self) -> Option<&str> {
        let rank = self.plan.columns.iter().position(|(cells, _)| cells.is_site)?;
        match &self.values[rank] {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn name(&self, rank: usize) -> &str {
        &self.plan.columns[rank].0.column.nom
    }
}

impl Check {
    fn say(&mut self, message: &str) {
        let message = format!("{{n}} ligne(s) sur {{sur}} : {message}");
        if !self.messages.contains(&message) {
            self.messages.push(message);
        }
    }
}

/// Every check that a kind runs, so that one without anomaly is listed too.
fn declared_checks(kind: &Kind) -> BTreeMap<String, Check> {
    let mut checks = BTreeMap::new();
    let controls = kind.controles.clone().unwrap_or_default();
    let named = [
        controls.obligatoire,
        controls.compte,
        controls.code,
        controls.valeur,
        controls.finess_forme,
        controls.finess_connu,
        controls.decalage,
        controls.doublon,
    ];
    for id in named.into_iter().flatten() {
        let declared = rule(&id);
        let check = Check {
            count: Count::default(),
            effect: declared.map_or(Effect::Flag, |rule| rule.effet),
            messages: declared.map(|rule| rule.message.clone()).into_iter().collect(),
        };
        checks.insert(id, check);
    }
    for comparison in &kind.comparaison {
        checks.entry(comparison.regle.clone()).or_insert_with(|| Check {
            count: Count::default(),
            effect: comparison.effet,
            messages: Vec::new(),
        });
    }
    checks
}

/// Seconds on the wall clock of an instant, at its offset.
fn civil(moment: Moment) -> i64 {
    moment.utc.div_euclid(1_000_000) + i64::from(moment.offset) * 60
}

fn as_text(record: &ByteRecord, position: usize) -> &str {
    record
        .get(position)
        .and_then(|cell| std::str::from_utf8(cell).ok())
        .unwrap_or_default()
}

fn csv_failure(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => unreadable(&error),
        _ => Failure::Refused {
            clause: None,
            reason: "texte délimité illisible".to_owned(),
        },
    }
}

/// Days since 1970-01-01 as a civil date.
pub fn date(day: i32) -> Option<jiff::civil::Date> {
    Day::from_number(day).civil()
}
