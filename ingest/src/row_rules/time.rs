//! Days and hours of the instants that expressions handle: microseconds since 1970.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sqlparser::ast::DateTimeField;

pub const MICROSECONDS: i64 = 1_000_000;
pub const DAY: i64 = 86_400 * MICROSECONDS;

/// A number that an instant has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Year,
    Month,
    Day,
    DayOfYear,
    /// 1 (Monday) to 7.
    Weekday,
    Hour,
    Minute,
    Second,
}

impl Part {
    /// The part that SQL names; none when it is not one of these.
    pub fn of(field: &DateTimeField) -> Option<Part> {
        Some(match field {
            DateTimeField::Year => Self::Year,
            DateTimeField::Month => Self::Month,
            DateTimeField::Day => Self::Day,
            DateTimeField::Doy => Self::DayOfYear,
            DateTimeField::Isodow => Self::Weekday,
            DateTimeField::Hour => Self::Hour,
            DateTimeField::Minute => Self::Minute,
            DateTimeField::Second => Self::Second,
            _ => return None,
        })
    }

    pub fn of_time(self, at: i64) -> Option<f64> {
        let second = at.rem_euclid(DAY) / MICROSECONDS;
        let of_day = match self {
            Self::Hour => second / 3_600,
            Self::Minute => second / 60 % 60,
            Self::Second => second % 60,
            _ => return self.of_day(at),
        };
        Some(of_day as f64)
    }

    fn of_day(self, at: i64) -> Option<f64> {
        let day = civil(at)?.date();
        Some(f64::from(match self {
            Self::Year => day.year(),
            Self::Month => i16::from(day.month()),
            Self::Day => i16::from(day.day()),
            Self::DayOfYear => day.day_of_year(),
            _ => i16::from(day.weekday().to_monday_one_offset()),
        }))
    }
}

/// Midnight of the day of an instant.
pub fn day(at: i64) -> i64 {
    at.div_euclid(DAY) * DAY
}

/// A civil time as it is stored.
pub fn microseconds(at: DateTime) -> Option<i64> {
    let zoned = at.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_microsecond())
}

/// The civil time that is stored so.
pub fn civil(at: i64) -> Option<DateTime> {
    let instant = jiff::Timestamp::from_microsecond(at).ok()?;
    Some(instant.to_zoned(TimeZone::UTC).datetime())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_its_numbers() {
        let at = microseconds("2024-12-31T23:58:07".parse().unwrap()).unwrap();
        for (part, number) in [
            (Part::Year, 2024.0),
            (Part::Month, 12.0),
            (Part::Day, 31.0),
            (Part::DayOfYear, 366.0),
            (Part::Weekday, 2.0),
            (Part::Hour, 23.0),
            (Part::Minute, 58.0),
            (Part::Second, 7.0),
        ] {
            assert_eq!(part.of_time(at), Some(number), "{part:?}");
        }
        assert_eq!(day(-1), -DAY, "the eve of 1970");
    }
}
