//! Fictional senders of regulation files, whose dates are corrected from one file to the next.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, StringArray, TimestampMicrosecondArray, UInt32Array, UInt64Array};
use jiff::Timestamp;
use jiff::civil::DateTime;
use lake::delivery::{Counts, Delivery, delivery_id};
use lake::table::table;

use crate::sends::{Send, build, hash};

/// A regulation file: its number (from 200 on, one that cannot be read), when it says it was created, whether it is withdrawn.
pub type Case = (u8, Timestamp, bool);

/// One SAMU-RDR file, extracted at one instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Cases {
    pub extracted: Timestamp,
    pub cases: Vec<Case>,
}

impl Cases {
    pub fn id(&self) -> String {
        delivery_id(format!("{self:?}").as_bytes())
    }

    fn extract(&self) -> DateTime {
        self.extracted.to_zoned(jiff::tz::TimeZone::UTC).datetime()
    }

    pub fn delivery(&self) -> Delivery {
        let read = self.cases.len() as u64;
        let day = self.extract().date();
        Delivery {
            id: self.id(),
            raw: self.id(),
            kind: "samu_rdr".into(),
            flux: "samu".into(),
            table: "samu_rdr".into(),
            extract: Some(self.extract()),
            finess: None,
            ordre: None,
            date_from: None,
            date_to: None,
            counts: Counts {
                rows_read: read,
                accepted: read,
                ..Counts::default()
            },
            received_at: "2026-12-31T00:00:00Z".parse().unwrap(),
            depose_le: None,
            ..Send::full("990000010", day, day, day, 0).delivery()
        }
    }

    pub fn batch(&self) -> arrow::array::RecordBatch {
        let cases = &self.cases;
        let texts =
            |text: &dyn Fn(&Case) -> String| -> ArrayRef { Arc::new(StringArray::from_iter_values(cases.iter().map(text))) };
        let created = || TimestampMicrosecondArray::from_iter_values(cases.iter().map(|case| case.1.as_microsecond()));
        let extracted = TimestampMicrosecondArray::from_iter_values(cases.iter().map(|_| self.extracted.as_microsecond()));
        let rang = 1..=cases.len() as u32;
        build(table("samu_rdr").unwrap(), cases.len(), |name| {
            Some(match name {
                "id_samu" => texts(&|_| "samu99A".into()),
                "numero_dossier" => {
                    let numbers = cases.iter().map(|case| (case.0 < 200).then(|| format!("D{}", case.0)));
                    Arc::new(numbers.collect::<StringArray>())
                }
                "date_heure_creation" => Arc::new(created().with_timezone("UTC")),
                "date_heure_creation_local" => Arc::new(created()),
                "date_heure_extraction" => Arc::new(extracted.clone().with_timezone("UTC")),
                "supprime" => Arc::new(cases.iter().map(|case| Some(case.2)).collect::<BooleanArray>()),
                "cle" => Arc::new(UInt64Array::from_iter_values(
                    cases.iter().map(|case| hash(&format!("dossier {}", case.0))),
                )),
                "empreinte" => Arc::new(UInt64Array::from_iter_values(
                    cases.iter().map(|case| hash(&format!("{case:?}{}", self.extracted))),
                )),
                "delivery" => texts(&|_| self.id()),
                "rang" | "ligne" => Arc::new(UInt32Array::from_iter_values(rang.clone())),
                "hors_fenetre" => Arc::new(BooleanArray::from(vec![false; cases.len()])),
                _ => return None,
            })
        })
    }
}
