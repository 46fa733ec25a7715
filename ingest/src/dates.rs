//! Dates and times as hospitals write them, read from bytes without allocation. Everything is civil local time: days and
//! seconds are counted from 1970-01-01 00:00 on the wall clock, no zone involved.

/// Years where a day that gives the month of a record is valid, 2000 to 2099, in seconds since 1970-01-01. A garbled file would
/// otherwise open months without end.
pub const CENTURY: std::ops::Range<i64> = 946_684_800..4_102_444_800;

/// A civil day: year, month, day of the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    pub year: i32,
    pub month: u32,
    pub day: u32,
}

impl Day {
    /// Days since 1970-01-01. Algorithm: Howard Hinnant, *chrono-compatible low-level date algorithms*, 2013.
    pub fn number(self) -> i32 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = (self.month as i32 + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + self.day as i32 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The day that is `number` days after 1970-01-01 (same source).
    pub fn from_number(number: i32) -> Day {
        let shifted = number + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * month + 2) / 5 + 1) as u32;
        let month = if month < 10 { month + 3 } else { month - 9 } as u32;
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        Day { year, month, day }
    }

    pub fn civil(self) -> Option<jiff::civil::Date> {
        jiff::civil::Date::new(self.year as i16, self.month as i8, self.day as i8).ok()
    }
}

/// Seconds since 1970-01-01 00:00 as a civil date-time.
pub fn civil_from_seconds(seconds: i64) -> Option<jiff::civil::DateTime> {
    let day = Day::from_number(i32::try_from(seconds.div_euclid(86_400)).ok()?);
    let rest = seconds.rem_euclid(86_400);
    Some(
        day.civil()?
            .at((rest / 3600) as i8, (rest / 60 % 60) as i8, (rest % 60) as i8, 0),
    )
}

/// `JJ/MM/AAAA` or `AAAA-MM-JJ`, alone or followed by a valid time (regional re-exports write `AAAA-MM-JJ 00:00:00`).
pub fn parse_day(text: &[u8]) -> Option<Day> {
    let day = leading_day(text)?;
    match text.len() {
        10 => Some(day),
        _ => time_after_day(text).map(|_| day),
    }
}

/// `JJ/MM/AAAA HH:MM[:SS]` or `AAAA-MM-JJ HH:MM[:SS[.f]]` (or with `T`), in seconds since 1970-01-01 00:00.
pub fn parse_moment(text: &[u8]) -> Option<i64> {
    let day = leading_day(text)?;
    let seconds = time_after_day(text)?;
    Some(i64::from(day.number()) * 86_400 + i64::from(seconds))
}

/// The ten first characters as a day that exists.
fn leading_day(text: &[u8]) -> Option<Day> {
    let head: &[u8; 10] = text.get(..10)?.try_into().ok()?;
    let (year, month, day) = if head[2] == b'/' && head[5] == b'/' {
        (four(head, 6)?, two(head, 3)?, two(head, 0)?)
    } else if head[4] == b'-' && head[7] == b'-' {
        (four(head, 0)?, two(head, 5)?, two(head, 8)?)
    } else {
        return None;
    };
    let exists = year >= 1 && (1..=12).contains(&month) && day >= 1 && day <= month_length(year, month);
    exists.then_some(Day {
        year: year as i32,
        month,
        day,
    })
}

/// Seconds since midnight of ` HH:MM`, ` HH:MM:SS`, ` HH:MM:SS.f…` that follow the ten characters of a day.
fn time_after_day(text: &[u8]) -> Option<u32> {
    let tail = text.get(10..)?;
    if tail.len() < 6 || !matches!(tail[0], b' ' | b'T') || tail[3] != b':' {
        return None;
    }
    let (hour, minute) = (two(tail, 1)?, two(tail, 4)?);
    let second = match tail.len() {
        6 => 0,
        9 if tail[6] == b':' => two(tail, 7)?,
        10.. if tail[6] == b':' && tail[9] == b'.' && tail[10..].iter().all(u8::is_ascii_digit) => two(tail, 7)?,
        _ => return None,
    };
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

fn two(text: &[u8], at: usize) -> Option<u32> {
    let (tens, units) = (text[at].wrapping_sub(b'0'), text[at + 1].wrapping_sub(b'0'));
    (tens < 10 && units < 10).then(|| u32::from(tens) * 10 + u32::from(units))
}

fn four(text: &[u8], at: usize) -> Option<u32> {
    Some(two(text, at)? * 100 + two(text, at + 2)?)
}

fn month_length(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_1970() {
        for (text, number) in [
            ("01/01/1970", 0),
            ("31/12/1969", -1),
            ("29/02/2000", 11_016),
            ("01/03/2000", 11_017),
            ("2025-02-01", 20_120),
            ("01/01/0001", -719_162),
            ("31/12/9999", 2_932_896),
        ] {
            let day = parse_day(text.as_bytes()).unwrap();
            assert_eq!(day.number(), number, "{text}");
            assert_eq!(Day::from_number(number), day, "{text}");
        }
    }

    #[test]
    fn days_that_are_read() {
        for text in [
            "14/06/1947",
            "1947-06-14",
            "1947-06-14 00:00:00",
            "14/06/1947 08:30",
            "1947-06-14T00:00:00.000",
        ] {
            let day = parse_day(text.as_bytes()).unwrap();
            assert_eq!((day.year, day.month, day.day), (1947, 6, 14), "{text}");
        }
    }

    #[test]
    fn days_that_do_not_exist_or_are_written_otherwise() {
        for text in [
            "",
            "14/06/47",
            "30/02/2025",
            "29/02/2023",
            "29/02/1900",
            "31/04/2025",
            "00/01/2025",
            "01/00/2025",
            "01/13/2025",
            "2025-13-01",
            "1/2/2025",
            "14-06-1947",
            "14/06/1947 ",
            "14/06/1947 25:00",
            "01/01/0000",
            "aa/bb/cccc",
            "14/06/19é7",
        ] {
            assert_eq!(parse_day(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn moments() {
        let noon = 20_120 * 86_400 + 12 * 3600 + 34 * 60;
        for (text, seconds) in [
            ("01/02/2025 12:34", Some(noon)),
            ("01/02/2025 12:34:56", Some(noon + 56)),
            ("2025-02-01 12:34", Some(noon)),
            ("2025-02-01T12:34:56", Some(noon + 56)),
            ("2025-02-01 12:34:56.789", Some(noon + 56)),
            ("01/02/2025", None),
            ("01/02/2025 24:00", None),
            ("01/02/2025 12:60", None),
            ("01/02/2025 12h34", None),
            ("01/02/2025 1234", None),
            ("01/02/2025 12:34:", None),
            ("01/02/2025  12:34", None),
            ("31/02/2025 12:34", None),
        ] {
            assert_eq!(parse_moment(text.as_bytes()), seconds, "{text}");
        }
    }

    #[test]
    fn civil_times() {
        let seconds = parse_moment(b"03/02/2025 03:25:10").unwrap();
        let civil = civil_from_seconds(seconds).unwrap();
        assert_eq!(civil.to_string(), "2025-02-03T03:25:10");
    }
}
