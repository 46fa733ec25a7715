//! Hours of the PDSA (permanence des soins ambulatoires) of a period, in real hours. Source: mmg.md §2.4, CSP R6315-1.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::Inputs;
use crate::context::{ExceptionPdsa, NatureException};

/// What designates the days of the PDSA besides the calendar of all.
#[derive(Debug, Clone, Default)]
pub struct Pdsa {
    ponts: BTreeSet<Date>,
    exceptions: Vec<ExceptionPdsa>,
}

impl Pdsa {
    pub fn of(inputs: &Inputs) -> Pdsa {
        Pdsa {
            ponts: inputs.ponts.clone(),
            exceptions: inputs.pdsa_calendrier.clone(),
        }
    }

    /// Hours in and out of the PDSA from `from` to `to`, both included. Local exceptions are those of the département given; over
    /// several, the common calendar counts.
    pub fn hours(&self, from: Date, to: Date, departement: Option<&str>) -> (f64, f64) {
        let days = from.series(1.day()).take_while(|day| *day <= to);
        days.fold((0.0, 0.0), |(inside, outside), day| {
            let out = self.outside(day, departement);
            (inside + length(day) - out, outside + out)
        })
    }

    /// Hours of a day out of the PDSA: among those from 8 to 20, which no clock change touches.
    fn outside(&self, day: Date, departement: Option<&str>) -> f64 {
        let is = |nature: NatureException, day: Date| {
            let mut rows = self.exceptions.iter();
            rows.any(|row| row.nature == nature && row.date == day && Some(row.departement.as_str()) == departement)
        };
        let free = |day: Date| self.ponts.contains(&day) || is(NatureException::Pont, day);
        let holiday = |day: Date| lake::reference::jours_feries().contains_key(&day);
        if holiday(day) || free(day) || day.weekday() == Weekday::Sunday {
            return 0.0;
        }
        if day.weekday() != Weekday::Saturday {
            return 12.0;
        }
        let friday = day.yesterday().unwrap_or(day);
        let morning = (holiday(friday) || free(friday)) && !is(NatureException::SamediMatinExclu, day);
        let afternoon = !is(NatureException::SamediApmExclu, day);
        f64::from(u8::from(!morning)) * 4.0 + f64::from(u8::from(!afternoon)) * 8.0
    }
}

/// Hours of a civil day in legal time: 23 on the last Sunday of March, 25 on that of October.
fn length(day: Date) -> f64 {
    let last_sunday = day.weekday() == Weekday::Sunday && day.day() + 7 > day.days_in_month();
    match (day.month(), last_sunday) {
        (3, true) => 23.0,
        (10, true) => 25.0,
        _ => 24.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn hours_of_days_of_2025() {
        let pdsa = Pdsa {
            ponts: BTreeSet::from([date(2025, 5, 9), date(2025, 11, 10)]),
            exceptions: Vec::new(),
        };
        for (day, hours) in [
            (date(2025, 1, 1), (24.0, 0.0)),   // holiday
            (date(2025, 1, 3), (12.0, 12.0)),  // Friday
            (date(2025, 1, 4), (20.0, 4.0)),   // Saturday
            (date(2025, 1, 5), (24.0, 0.0)),   // Sunday
            (date(2025, 5, 9), (24.0, 0.0)),   // bridge
            (date(2025, 5, 10), (24.0, 0.0)),  // Saturday after a bridge
            (date(2025, 3, 30), (23.0, 0.0)),  // the night before lasts 11 hours
            (date(2025, 10, 26), (25.0, 0.0)), // the night before lasts 13 hours
        ] {
            assert_eq!(pdsa.hours(day, day, None), hours, "{day}");
        }
        let (inside, outside) = pdsa.hours(date(2025, 1, 6), date(2025, 1, 12), None);
        assert_eq!((inside, outside), (104.0, 64.0), "an ordinary week");
    }

    #[test]
    fn a_departement_may_leave_saturday_afternoons_out() {
        let pdsa = Pdsa {
            exceptions: vec![ExceptionPdsa {
                departement: "81".into(),
                date: date(2025, 1, 4),
                nature: NatureException::SamediApmExclu,
                source: "ARS".into(),
            }],
            ..Pdsa::default()
        };
        let day = date(2025, 1, 4);
        assert_eq!(pdsa.hours(day, day, Some("81")), (12.0, 12.0));
        assert_eq!(pdsa.hours(day, day, Some("31")), (20.0, 4.0));
    }
}
