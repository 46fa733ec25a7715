//! Fictional senders of bed snapshots.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array, UInt64Array,
};
use jiff::Timestamp;
use jiff::civil::DateTime;
use lake::delivery::{Counts, Delivery, delivery_id};
use lake::table::table;

use crate::sends::{Send, build, hash};

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
            depose_le: None,
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
