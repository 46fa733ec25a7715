//! Days as numbers: days since 1970-01-01 for dates, microseconds for civil times, as Arrow keeps them.

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Unit};

const EPOCH: Date = Date::constant(1970, 1, 1);
pub(crate) const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Days since 1970-01-01.
pub(crate) fn epoch_day(date: Date) -> i32 {
    let span = EPOCH
        .until((Unit::Day, date))
        .expect("two civil dates are a number of days apart");
    span.get_days()
}

/// The date that many days after 1970-01-01; none outside the years −9999 to 9999.
pub(crate) fn date_of(day: i32) -> Option<Date> {
    EPOCH.checked_add(SignedDuration::from_hours(i64::from(day) * 24)).ok()
}

/// Microseconds of a civil time since 1970-01-01T00:00, without any time zone.
pub(crate) fn civil_micros(at: DateTime) -> i64 {
    let time = at.time().duration_since(jiff::civil::Time::midnight());
    i64::from(epoch_day(at.date())) * MICROS_PER_DAY + time.as_micros() as i64
}

pub(crate) fn civil_of_micros(micros: i64) -> Option<DateTime> {
    EPOCH
        .to_datetime(jiff::civil::Time::midnight())
        .checked_add(SignedDuration::from_micros(micros))
        .ok()
}

/// The day of a civil time in microseconds.
pub(crate) fn day_of_micros(micros: i64) -> i32 {
    micros.div_euclid(MICROS_PER_DAY) as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};

    #[test]
    fn round_trips() {
        for day in [date(1970, 1, 1), date(1969, 12, 31), date(2025, 2, 28), date(1800, 1, 1)] {
            assert_eq!(date_of(epoch_day(day)), Some(day));
        }
        assert_eq!(epoch_day(date(1970, 1, 2)), 1);
        let at = datetime(2025, 1, 1, 23, 59, 7, 0);
        assert_eq!(civil_of_micros(civil_micros(at)), Some(at));
        assert_eq!(day_of_micros(civil_micros(at)), epoch_day(at.date()));
        let before = datetime(1969, 12, 31, 23, 0, 0, 0);
        assert_eq!(day_of_micros(civil_micros(before)), -1);
    }
}
