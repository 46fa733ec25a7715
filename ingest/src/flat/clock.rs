//! Legal time, with the last stretch of one offset remembered: the instants of a file are close to one another, and finding the
//! offset of each anew costs more than reading it. What is remembered saves time and changes no result.

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::dates::civil_from_seconds;
use crate::flat::value::Moment;

pub struct Clock<'z> {
    zone: &'z TimeZone,
    /// Seconds since 1970-01-01 00:00 UTC when `offset` holds; empty at first.
    known: Range<i64>,
    /// Seconds.
    offset: i64,
}

/// Farther from a change than this, a local time names one instant only: no two offsets differ by so much.
const MARGIN: i64 = 3 * 86_400;

impl<'z> Clock<'z> {
    pub fn new(zone: &'z TimeZone) -> Clock<'z> {
        Clock {
            zone,
            known: 0..0,
            offset: 0,
        }
    }

    pub fn zone(&self) -> &'z TimeZone {
        self.zone
    }

    /// The same instant, at the offset of legal time.
    pub fn legal(&mut self, moment: Moment) -> Moment {
        let second = moment.utc.div_euclid(1_000_000);
        if !self.known.contains(&second) {
            match Timestamp::from_second(second) {
                Ok(at) => self.learn(at),
                Err(_) => return moment.in_zone(self.zone),
            }
        }
        Moment {
            offset: (self.offset / 60) as i16,
            ..moment
        }
    }

    /// The instant of a time without offset, in seconds on the wall clock; the first of two possible ones.
    pub fn local(&mut self, seconds: i64) -> Option<Moment> {
        let at = seconds - self.offset;
        if self.known.start + MARGIN < at && at < self.known.end - MARGIN {
            return Some(Moment {
                utc: at * 1_000_000,
                offset: (self.offset / 60) as i16,
                had_offset: false,
                ambiguous: false,
            });
        }
        let moment = local(civil_from_seconds(seconds)?, self.zone)?;
        self.legal(moment);
        Some(moment)
    }

    fn learn(&mut self, at: Timestamp) {
        let offset = |at: Timestamp| i64::from(self.zone.to_offset(at).seconds());
        let here = offset(at);
        let before = self.zone.preceding(at).next().map(|change| change.timestamp());
        let after = self.zone.following(at).next().map(|change| change.timestamp());
        // At the very instant of a change, what precedes has another offset.
        let start = before.unwrap_or(Timestamp::MIN);
        let start = if offset(start) == here { start } else { at };
        self.known = start.as_second()..after.unwrap_or(Timestamp::MAX).as_second();
        self.offset = here;
    }
}

/// A time without offset, read in legal time; the first of two possible instants.
pub fn local(civil: DateTime, zone: &TimeZone) -> Option<Moment> {
    let ambiguous = zone.to_ambiguous_zoned(civil);
    let is_ambiguous = matches!(ambiguous.offset(), AmbiguousOffset::Fold { .. });
    let zoned = ambiguous.compatible().ok()?;
    Some(Moment {
        utc: zoned.timestamp().as_microsecond(),
        offset: (zoned.offset().seconds() / 60) as i16,
        had_offset: false,
        ambiguous: is_ambiguous,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::legal_time;

    const HALF_HOUR: i64 = 1_800;

    /// Two years of half hours, forwards and then by leaps, so that what is remembered is right and then wrong.
    #[test]
    fn what_is_remembered_changes_no_result() {
        for zone in [legal_time(), TimeZone::UTC] {
            let mut clock = Clock::new(&zone);
            let first = 1_735_689_600;
            let forwards = 0..35_040;
            let leaping = (0..35_040).map(|step| step * 17_389 % 35_040);
            for second in forwards.chain(leaping).map(|step: i64| first + step * HALF_HOUR) {
                let expected = local(civil_from_seconds(second).unwrap(), &zone);
                assert_eq!(clock.local(second), expected, "{second}");
                let moment = Moment {
                    utc: second * 1_000_000 + 999_999,
                    offset: 0,
                    had_offset: true,
                    ambiguous: false,
                };
                assert_eq!(clock.legal(moment), moment.in_zone(&zone), "{second}");
            }
        }
    }
}
