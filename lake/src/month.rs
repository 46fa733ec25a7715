//! A civil month, the grain of stored parts. Written `2025-01`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    pub fn new(year: i16, month: i8) -> Option<Month> {
        ((1..=12).contains(&month) && (0..=9999).contains(&year)).then_some(Month { year, month })
    }

    pub fn of(date: Date) -> Month {
        Month {
            year: date.year(),
            month: date.month(),
        }
    }

    /// Month of a day counted from 1970-01-01.
    pub fn of_epoch_day(day: i32) -> Option<Month> {
        Date::constant(1970, 1, 1)
            .checked_add(jiff::Span::new().try_days(day).ok()?)
            .ok()
            .map(Month::of)
    }

    /// The last month that is over when `day` is.
    pub fn over_at(day: Date) -> Month {
        let month = Month::of(day);
        if day == month.last_day() { month } else { month.plus(-1) }
    }

    pub fn year(self) -> i16 {
        self.year
    }

    pub fn month(self) -> i8 {
        self.month
    }

    pub fn first_day(self) -> Date {
        Date::new(self.year, self.month, 1).expect("a month has a first day")
    }

    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    /// The month `n` months later (earlier when negative).
    pub fn plus(self, n: i32) -> Month {
        let index = i32::from(self.year) * 12 + i32::from(self.month) - 1 + n;
        Month {
            year: index.div_euclid(12) as i16,
            month: index.rem_euclid(12) as i8 + 1,
        }
    }

    /// Months from `self` to `last`, both included.
    pub fn through(self, last: Month) -> impl Iterator<Item = Month> {
        std::iter::successors(Some(self), |month| Some(month.plus(1))).take_while(move |month| *month <= last)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Month, String> {
        let parsed = text.split_once('-').and_then(|(year, month)| {
            (year.len() == 4 && month.len() == 2).then_some(())?;
            Month::new(year.parse().ok()?, month.parse().ok()?)
        });
        parsed.ok_or_else(|| format!("« {text} » is not a month written AAAA-MM"))
    }
}

impl TryFrom<String> for Month {
    type Error = String;

    fn try_from(text: String) -> Result<Month, String> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> String {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn december_is_followed_by_january() {
        let december: Month = "2024-12".parse().unwrap();
        assert_eq!(december.plus(1).to_string(), "2025-01");
        assert_eq!(december.plus(-12).to_string(), "2023-12");
        assert_eq!(december.through("2025-02".parse().unwrap()).count(), 3);
    }

    #[test]
    fn what_is_not_a_month() {
        for text in ["2025", "2025-13", "2025-1", "25-01", "2025-00"] {
            assert!(text.parse::<Month>().is_err(), "{text}");
        }
    }
}
