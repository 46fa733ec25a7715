//! Fictional senders: what a site sends, and the delivery that a reader would make of it.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Int16Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array, UInt64Array,
    new_null_array,
};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use lake::delivery::{Counts, Delivery, Verdict, delivery_id};
use lake::sink::RecordSink;
use lake::store::Run;
use lake::table::{Table, table};

use crate::cases::Cases;
use crate::snapshots::Beds;

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
            depose_le: None,
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
            aside: None,
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

pub fn hash(text: &str) -> u64 {
    u64::from_str_radix(&delivery_id(text.as_bytes())[..16], 16).unwrap()
}

/// A batch of a table, null where `column` has nothing to say.
pub fn build(table: &Table, rows: usize, column: impl Fn(&str) -> Option<ArrayRef>) -> RecordBatch {
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
    Cases(Cases),
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

impl From<Cases> for Received {
    fn from(cases: Cases) -> Received {
        Received::Cases(cases)
    }
}

impl Received {
    pub fn delivery(&self) -> Delivery {
        match self {
            Self::Rpu(send) => send.delivery(),
            Self::Beds(beds) => beds.delivery(),
            Self::Cases(cases) => cases.delivery(),
        }
    }

    /// The file as it would be received.
    pub fn content(&self) -> String {
        match self {
            Self::Rpu(send) => format!("{send:?}"),
            Self::Beds(beds) => format!("{beds:?}"),
            Self::Cases(cases) => format!("{cases:?}"),
        }
    }

    /// Gives its rows to a run, in small batches.
    pub fn read_into(&self, run: &Run) {
        let (batch, name) = match self {
            Self::Rpu(send) => (send.batch(), "rpu"),
            Self::Beds(beds) => (beds.batch(), "lits"),
            Self::Cases(cases) => (cases.batch(), "samu_rdr"),
        };
        let mut sink: Box<dyn RecordSink> = run.sink(&self.delivery().id, table(name).unwrap()).unwrap();
        for start in (0..batch.num_rows()).step_by(50) {
            sink.rows(batch.slice(start, 50.min(batch.num_rows() - start))).unwrap();
        }
    }
}
