//! Fictional senders: what a site sends, and the delivery that a reader would make of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Int16Array, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array,
    UInt64Array, new_null_array,
};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use lake::delivery::{Counts, Delivery, Verdict, delivery_id};
use lake::sink::RecordSink;
use lake::store::{Run, RunReport, Store, Writer};
use lake::table::{Table, table};

/// A passage: its minute of the day names it, its version is what a later send may complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    pub day: Date,
    pub minute: u16,
    pub version: u8,
}

/// One RPU file.
#[derive(Debug, Clone, PartialEq)]
pub struct Send {
    pub finess: &'static str,
    pub flux: &'static str,
    pub extract: DateTime,
    pub from: Date,
    pub to: Date,
    pub passages: Vec<Passage>,
    /// When it is received; by default an hour after EXTRACT.
    pub received: Option<Timestamp>,
}

impl Send {
    /// `per_day` passages on each day of the window, extracted at 3 h.
    pub fn full(finess: &'static str, extract: Date, from: Date, to: Date, per_day: u16) -> Send {
        Send::versions(finess, extract, from, to, per_day, 0)
    }

    pub fn versions(finess: &'static str, extract: Date, from: Date, to: Date, per_day: u16, version: u8) -> Send {
        let days = from.series(jiff::ToSpan::day(1)).take_while(|day| *day <= to);
        Send {
            finess,
            flux: "oscour",
            extract: extract.at(3, 0, 0, 0),
            from,
            to,
            passages: days
                .flat_map(|day| {
                    (0..per_day).map(move |n| Passage {
                        day,
                        minute: n * 7,
                        version,
                    })
                })
                .collect(),
            received: None,
        }
    }

    pub fn id(&self) -> String {
        delivery_id(format!("{self:?}").as_bytes())
    }

    fn is_outside(&self, passage: &Passage) -> bool {
        !(self.from..=self.to).contains(&passage.day)
    }

    pub fn delivery(&self) -> Delivery {
        let zone = jiff::tz::TimeZone::get("Europe/Paris").unwrap();
        let hour_later = zone.to_timestamp(self.extract).unwrap() + jiff::SignedDuration::from_hours(1);
        let outside = self.passages.iter().filter(|passage| self.is_outside(passage)).count() as u64;
        let read = self.passages.len() as u64;
        Delivery {
            id: self.id(),
            kind: "rpu_oscour".into(),
            flux: self.flux.into(),
            table: "rpu".into(),
            file: format!("O{}.xml", self.finess),
            source: "essai".into(),
            raw: self.id(),
            bytes: 1,
            finess: Some(self.finess.into()),
            ordre: Some(0),
            extract: Some(self.extract),
            date_from: Some(self.from),
            date_to: Some(self.to),
            received_at: self.received.unwrap_or(hour_later),
            encoding: "utf-8".into(),
            replacements: 0,
            kid: "essai".into(),
            counts: Counts {
                rows_read: read,
                accepted: read - outside,
                out_of_window: outside,
                ..Counts::default()
            },
            days: Default::default(),
            verdict: Verdict::Conforme,
            findings: vec![],
            unknown: Default::default(),
            reason: None,
        }
    }

    /// The rows, as a reader would give them.
    pub fn batch(&self) -> RecordBatch {
        let table = table("rpu").unwrap();
        let passages = &self.passages;
        let micros = passages.iter().map(|passage| {
            let at = passage.day.at((passage.minute / 60) as i8, (passage.minute % 60) as i8, 0, 0);
            at.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_microsecond()
        });
        let cle = |passage: &Passage| hash(&format!("{}{}{}", self.finess, passage.day, passage.minute));
        let all = |passage: &Passage| hash(&format!("{}{passage:?}", self.finess));
        let rang = 1..=passages.len() as u32;
        build(table, passages.len(), |name| {
            Some(match name {
                "finess" => Arc::new(StringArray::from_iter_values(passages.iter().map(|_| self.finess))),
                "ordre" => Arc::new(Int16Array::from_iter_values(passages.iter().map(|_| 0))),
                "entree" => Arc::new(TimestampMicrosecondArray::from_iter_values(micros.clone())),
                "age" => Arc::new(Int16Array::from_iter_values(
                    passages.iter().map(|passage| passage.minute as i16 % 99),
                )),
                "gravite" => Arc::new(
                    passages
                        .iter()
                        .map(|passage| (passage.version > 0).then(|| passage.version.to_string()))
                        .collect::<StringArray>(),
                ),
                "cle" => Arc::new(UInt64Array::from_iter_values(passages.iter().map(cle))),
                "empreinte" => Arc::new(UInt64Array::from_iter_values(passages.iter().map(all))),
                "delivery" => Arc::new(StringArray::from_iter_values(passages.iter().map(|_| self.id()))),
                "rang" => Arc::new(UInt32Array::from_iter_values(rang.clone())),
                "ligne" => Arc::new(UInt32Array::from_iter_values(rang.clone().map(|rang| 10 * rang))),
                "hors_fenetre" => Arc::new(
                    passages
                        .iter()
                        .map(|passage| Some(self.is_outside(passage)))
                        .collect::<BooleanArray>(),
                ),
                _ => return None,
            })
        })
    }
}

/// Unit, instant of the state, instant of the update, beds available.
pub type State = (u8, Timestamp, Timestamp, i32);

/// One bed snapshot file: a state per unit, at one instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Beds {
    pub extract: DateTime,
    pub states: Vec<State>,
}

impl Beds {
    pub fn id(&self) -> String {
        delivery_id(format!("{self:?}").as_bytes())
    }

    pub fn delivery(&self) -> Delivery {
        let read = self.states.len() as u64;
        Delivery {
            id: self.id(),
            raw: self.id(),
            kind: "lits_snap".into(),
            flux: "lits".into(),
            table: "lits".into(),
            extract: Some(self.extract),
            finess: None,
            ordre: None,
            date_from: None,
            date_to: None,
            counts: Counts {
                rows_read: read,
                accepted: read,
                ..Counts::default()
            },
            received_at: "2026-01-01T00:00:00Z".parse().unwrap(),
            ..Send::full("990000010", self.extract.date(), self.extract.date(), self.extract.date(), 0).delivery()
        }
    }

    pub fn batch(&self) -> RecordBatch {
        let table = table("lits").unwrap();
        let states = &self.states;
        let texts =
            |text: &dyn Fn(&State) -> String| -> ArrayRef { Arc::new(StringArray::from_iter_values(states.iter().map(text))) };
        let instants = |at: fn(&State) -> Timestamp| {
            TimestampMicrosecondArray::from_iter_values(states.iter().map(at).map(Timestamp::as_microsecond))
        };
        let rang = 1..=states.len() as u32;
        build(table, states.len(), |name| {
            Some(match name {
                "finess_geo" => texts(&|_| "990000010".into()),
                "unite_id" => texts(&|state| format!("U{}", state.0)),
                "nature" => texts(&|_| "01".into()),
                "temporalite" => texts(&|_| "01".into()),
                "ts_etat" => Arc::new(instants(|state| state.1).with_timezone("UTC")),
                "ts_etat_local" => Arc::new(instants(|state| state.1)),
                "ts_maj" => Arc::new(instants(|state| state.2).with_timezone("UTC")),
                "ts_extraction" => Arc::new(instants(|state| state.2).with_timezone("UTC")),
                "n_disponibles" => Arc::new(Int32Array::from_iter_values(states.iter().map(|state| state.3))),
                "cle" => Arc::new(UInt64Array::from_iter_values(
                    states.iter().map(|state| hash(&format!("{}{}", state.0, state.1))),
                )),
                "empreinte" => Arc::new(UInt64Array::from_iter_values(
                    states.iter().map(|state| hash(&format!("{state:?}"))),
                )),
                "delivery" => texts(&|_| self.id()),
                "rang" => Arc::new(UInt32Array::from_iter_values(rang.clone())),
                "ligne" => Arc::new(UInt32Array::from_iter_values(rang.clone())),
                "hors_fenetre" => Arc::new(BooleanArray::from(vec![false; states.len()])),
                _ => return None,
            })
        })
    }
}

fn hash(text: &str) -> u64 {
    u64::from_str_radix(&delivery_id(text.as_bytes())[..16], 16).unwrap()
}

/// A batch of a table, null where `column` has nothing to say.
fn build(table: &Table, rows: usize, column: impl Fn(&str) -> Option<ArrayRef>) -> RecordBatch {
    let schema = table.record_schema();
    let arrays = schema
        .fields()
        .iter()
        .map(|field| column(field.name()).unwrap_or_else(|| new_null_array(field.data_type(), rows)));
    RecordBatch::try_new(schema.clone(), arrays.collect()).unwrap()
}

/// Anything a run receives.
#[derive(Debug, Clone, PartialEq)]
pub enum Received {
    Rpu(Send),
    Beds(Beds),
}

impl From<Send> for Received {
    fn from(send: Send) -> Received {
        Received::Rpu(send)
    }
}

impl From<Beds> for Received {
    fn from(beds: Beds) -> Received {
        Received::Beds(beds)
    }
}

impl Received {
    pub fn delivery(&self) -> Delivery {
        match self {
            Self::Rpu(send) => send.delivery(),
            Self::Beds(beds) => beds.delivery(),
        }
    }

    /// The file as it would be received.
    fn content(&self) -> String {
        match self {
            Self::Rpu(send) => format!("{send:?}"),
            Self::Beds(beds) => format!("{beds:?}"),
        }
    }

    /// Gives its rows to a run, in small batches.
    pub fn read_into(&self, run: &Run) {
        let (batch, name) = match self {
            Self::Rpu(send) => (send.batch(), "rpu"),
            Self::Beds(beds) => (beds.batch(), "lits"),
        };
        let mut sink: Box<dyn RecordSink> = run.sink(&self.delivery().id, table(name).unwrap()).unwrap();
        for start in (0..batch.num_rows()).step_by(50) {
            sink.rows(batch.slice(start, 50.min(batch.num_rows() - start))).unwrap();
        }
    }
}

/// A lake in a temporary folder, whose runs are an hour apart.
pub struct Lake {
    folder: tempfile::TempDir,
    hours: i64,
}

pub fn instant(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    start + jiff::SignedDuration::from_hours(hours)
}

impl Lake {
    pub fn new() -> Lake {
        let folder = tempfile::tempdir().unwrap();
        Store::create(&folder.path().join("lac"), true).unwrap();
        Lake { folder, hours: 0 }
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("lac")
    }

    pub fn store(&self) -> Store {
        Store::open(&self.root()).unwrap()
    }

    pub fn writer(&self) -> Writer {
        self.store().writer().unwrap()
    }

    /// The instant of the last run.
    pub fn now(&self) -> Timestamp {
        instant(self.hours)
    }

    pub fn tick(&mut self) -> (String, Timestamp) {
        self.hours += 1;
        (format!("essai{}", self.hours), self.now())
    }

    /// One run that receives all this.
    pub fn receive<R: Into<Received> + Clone>(&mut self, received: &[R]) -> RunReport {
        let (name, at) = self.tick();
        receive(&mut self.writer(), &name, at, received)
    }

    /// Bytes of each view of a table, as known now or at an instant.
    pub fn view(&self, table: &str, as_of: Option<Timestamp>) -> Vec<Vec<u8>> {
        view(&self.root(), table, as_of)
    }

    /// Fails unless the whole lake is sound.
    pub fn check(&self) {
        let found = self.store().verify().unwrap();
        assert!(found.is_sound(), "{:#?}", found.problems);
    }
}

pub fn receive<R: Into<Received> + Clone>(writer: &mut Writer, name: &str, at: Timestamp, received: &[R]) -> RunReport {
    let run = writer.begin(name, at).unwrap();
    let received: Vec<Received> = received.iter().cloned().map(Into::into).collect();
    for item in &received {
        item.read_into(&run);
        let delivery = item.delivery();
        run.keep_raw(&delivery.raw, &delivery.file, &mut item.content().as_bytes())
            .unwrap();
    }
    run.commit(received.iter().map(Received::delivery).collect()).unwrap()
}

pub fn view(root: &Path, table: &str, as_of: Option<Timestamp>) -> Vec<Vec<u8>> {
    let (from, to) = ("1900-01".parse().unwrap(), "2100-12".parse().unwrap());
    let view = Store::open(root).unwrap().view(table, from, to, as_of).unwrap();
    view.files.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Bytes of every file under a folder, in the order of names.
pub fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    entries
        .iter()
        .flat_map(|path| match path.is_dir() {
            true => files(path),
            false => vec![std::fs::read(path).unwrap()],
        })
        .collect()
}
