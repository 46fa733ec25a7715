//! The window of a message whose header gives none that can be used (RPU-F07b): the days of entry that follow one another up to
//! the last one before EXTRACT. An entry with a mistaken date must not make a nightly file replace what lies between.

use std::collections::BTreeSet;
use std::io;

use crate::dates::parse_moment;
use crate::oscour::record::{Field, RawRecord};

/// Days before EXTRACT that such a window reaches: a year-to-date catch-up, and a month of delay.
const REACH: i64 = 400;

/// The days of entry of a message.
pub struct Entries {
    /// Day number of EXTRACT.
    extract: i64,
    days: BTreeSet<i64>,
}

impl Entries {
    /// `extract`: seconds since 1970-01-01 00:00 on the wall clock.
    pub fn before(extract: i64) -> Entries {
        Entries {
            extract: extract.div_euclid(86_400),
            days: BTreeSet::new(),
        }
    }

    pub fn record(&mut self, record: &RawRecord, text: &[u8]) -> io::Result<()> {
        if record.misshapen != Some(true) {
            let day = parse_moment(record.get(Field::Entree, text)).map(|at| at.div_euclid(86_400));
            let reach = self.extract - REACH..=self.extract;
            self.days.extend(day.filter(|day| reach.contains(day)));
        }
        Ok(())
    }

    /// First and last day number; none when no entry lies within reach.
    pub fn window(&self) -> Option<(i32, i32)> {
        let last = *self.days.last()?;
        let following = self.days.iter().rev().zip((0..=last).rev());
        let first = following.take_while(|(day, expected)| *day == expected).last()?.0;
        Some((i32::try_from(*first).ok()?, i32::try_from(last).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(days: &[i64]) -> Option<(i32, i32)> {
        let mut entries = Entries::before(20_000 * 86_400);
        entries.days.extend(days);
        entries.window()
    }

    #[test]
    fn days_that_follow_one_another() {
        assert_eq!(window(&[]), None);
        assert_eq!(window(&[19_999]), Some((19_999, 19_999)));
        assert_eq!(window(&[19_634, 19_997, 19_998, 19_999]), Some((19_997, 19_999)));
        assert_eq!(window(&[19_700, 19_701]), Some((19_700, 19_701)));
    }
}
