//! Dates as people write them on a command line: instants, days, quarters. Errors are French and say the expected form.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, ISOWeekDate, Weekday};
use lake::month::Month;
use lake::release::Audience;

use crate::context::ZONE;

/// `2025-02-03T04:00:00Z`, or a civil time of metropolitan France: `2025-02-03T05:00`, `2025-02-03` (its midnight).
pub fn instant(text: &str) -> Result<Timestamp, String> {
    let text = text.trim();
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let civil = match text.parse::<DateTime>() {
        Ok(civil) => civil,
        Err(_) => return Err("un instant s'écrit 2025-02-03T04:00:00Z, ou 2025-02-03T05:00 à l'heure légale".to_owned()),
    };
    match civil.in_tz(ZONE) {
        Ok(zoned) => Ok(zoned.timestamp()),
        Err(error) => Err(error.to_string()),
    }
}

/// A civil time: `2025-02-03T05:00`, `2025-02-03 05:00`, `2025-02-03`.
pub fn civil(text: &str) -> Result<DateTime, String> {
    text.trim()
        .parse()
        .map_err(|_| "une date et une heure s'écrivent 2025-02-03T05:00".to_owned())
}

/// `html`, `pdf`, `xlsx`, `donnees`.
pub fn format(text: &str) -> Result<reports::Format, String> {
    let known = || reports::Format::ALL.map(reports::Format::as_str).join(", ");
    reports::Format::parse(text.trim()).ok_or_else(|| format!("format inconnu ; formats connus : {}", known()))
}

/// `2025-02-03`.
pub fn day(text: &str) -> Result<Date, String> {
    match text.trim().parse() {
        Ok(day) if text.trim().len() == 10 => Ok(day),
        _ => Err("un jour s'écrit AAAA-MM-JJ".to_owned()),
    }
}

/// `public`, `partenaire`, `interne`.
pub fn audience(text: &str) -> Result<Audience, String> {
    Audience::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Audience::ALL.iter().map(|audience| audience.as_str()).collect();
        format!("une audience est l'une de : {}", known.join(", "))
    })
}

/// A civil quarter, written `2025-Q1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    pub year: i16,
    /// 1 to 4.
    pub number: i8,
}

/// `2025-Q1`; `2025-T1`, as the French write it, is understood.
pub fn quarter(text: &str) -> Result<Quarter, String> {
    let parsed = text.trim().split_once('-').and_then(|(year, rest)| {
        let number = rest.strip_prefix(['Q', 'T', 'q', 't'])?.parse().ok()?;
        let year = (year.len() == 4).then(|| year.parse().ok())??;
        (1..=4).contains(&number).then_some(Quarter { year, number })
    });
    parsed.ok_or_else(|| "un trimestre s'écrit 2025-Q1".to_owned())
}

/// A civil year, written `2024`.
pub fn year(text: &str) -> Result<i16, String> {
    let year = text.trim().parse().ok().filter(|year| (1900..=9999).contains(year));
    year.ok_or_else(|| "une année s'écrit 2024".to_owned())
}

/// An ISO week, written `2025-W07`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    pub year: i16,
    pub number: i8,
    pub monday: Date,
}

/// `2025-W07`; `2025-S07`, as the French write it, is understood.
pub fn week(text: &str) -> Result<Week, String> {
    let parsed = text.trim().split_once('-').and_then(|(year, rest)| {
        let number = rest.strip_prefix(['W', 'S', 'w', 's'])?.parse().ok()?;
        let year = (year.len() == 4).then(|| year.parse().ok())??;
        let monday = ISOWeekDate::new(year, number, Weekday::Monday).ok()?.date();
        Some(Week { year, number, monday })
    });
    parsed.ok_or_else(|| "une semaine ISO s'écrit 2025-W07".to_owned())
}

impl fmt::Display for Week {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-W{:02}", self.year, self.number)
    }
}

impl Quarter {
    /// The quarter of a day.
    pub fn of(day: Date) -> Quarter {
        Quarter {
            year: day.year(),
            number: (day.month() - 1) / 3 + 1,
        }
    }

    pub fn previous(self) -> Quarter {
        match self.number {
            1 => Quarter {
                year: self.year - 1,
                number: 4,
            },
            number => Quarter {
                number: number - 1,
                ..self
            },
        }
    }

    pub fn first_month(self) -> Month {
        Month::new(self.year, self.number * 3 - 2).expect("a quarter starts with a month of the year")
    }

    pub fn last_month(self) -> Month {
        self.first_month().plus(2)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-Q{}", self.year, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_civil_time_is_that_of_france() {
        assert_eq!(instant("2025-02-03T05:00").unwrap(), instant("2025-02-03T04:00:00Z").unwrap());
        assert_eq!(instant("2025-07-01").unwrap(), instant("2025-06-30T22:00:00Z").unwrap());
        assert!(instant("hier").unwrap_err().contains("2025-02-03T04:00:00Z"));
    }

    #[test]
    fn quarters() {
        let first = quarter("2025-Q1").unwrap();
        assert_eq!(first, quarter("2025-t1").unwrap());
        assert_eq!(first.previous().to_string(), "2024-Q4");
        assert_eq!(
            (first.first_month().to_string(), first.last_month().to_string()),
            ("2025-01".into(), "2025-03".into())
        );
        assert_eq!(Quarter::of(date(2025, 12, 31)), Quarter { year: 2025, number: 4 });
        for text in ["2025", "2025-Q5", "25-Q1", "2025-1", "2025-Q"] {
            assert!(quarter(text).is_err(), "{text}");
        }
    }

    #[test]
    fn weeks() {
        let seventh = week("2025-W07").unwrap();
        assert_eq!(
            (seventh.monday, seventh.to_string()),
            (date(2025, 2, 10), "2025-W07".to_owned())
        );
        assert_eq!(week("2025-s07").unwrap(), seventh);
        assert!(week("2025-W53").is_err() && week("2025-07").is_err());
    }

    #[test]
    fn days() {
        assert_eq!(day("2025-02-03").unwrap(), date(2025, 2, 3));
        assert!(day("03/02/2025").is_err() && day("2025-02-30").is_err());
    }
}
