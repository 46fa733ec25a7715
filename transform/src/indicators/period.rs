//! Periods: closed intervals of civil days with a kind and a label.

use std::sync::Arc;

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::{Span, ToSpan};
use lake::month::Month;

use crate::Error;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Day,
    Week,
    Month,
    Quarter,
    Rolling12,
    /// A civil year.
    Year,
    /// A month of the two years that end with the period, besides those it is compared over: only what is followed month by month.
    Serie,
}

impl Kind {
    pub const ALL: [Kind; 7] = [
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Rolling12,
        Self::Year,
        Self::Serie,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Rolling12 => "rolling12",
            Self::Year => "year",
            Self::Serie => "serie",
        }
    }

    /// What the figures of such a period are written under.
    pub fn published(self) -> &'static str {
        match self {
            Self::Serie => Self::Month.as_str(),
            other => other.as_str(),
        }
    }

    pub fn parse(text: &str) -> Option<Kind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether such a period has twelve months, which say nothing when one of them is not there.
    pub fn is_of_a_year(self) -> bool {
        matches!(self, Self::Rolling12 | Self::Year)
    }

    /// Whether such a period is made of whole months.
    pub fn of_months(self) -> bool {
        !matches!(self, Self::Day | Self::Week)
    }
}

/// One period of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub kind: Kind,
    /// `2025-02-14`, `2025-W07`, `2025-02`, `2025-Q1`, `2025`; rolling12: its last month.
    pub label: Arc<str>,
    pub from: Date,
    pub to: Date,
    /// Index in the request of the period it is compared with.
    pub compared: Option<usize>,
    /// Index of the other period of the comparison, from either side: both have the same constant perimeter.
    pub pair: Option<usize>,
    /// Whether it is there to be compared with.
    pub is_n1: bool,
}

impl Period {
    fn new(kind: Kind, label: String, from: Date, to: Date) -> Period {
        Period {
            kind,
            label: label.into(),
            from,
            to,
            compared: None,
            pair: None,
            is_n1: false,
        }
    }

    pub fn quarter(year: i16, quarter: i8) -> Option<Period> {
        let first = Month::new(year, quarter.checked_mul(3)?.checked_sub(2)?)?;
        let last = first.plus(2);
        (1..=4).contains(&quarter).then(|| {
            Period::new(
                Kind::Quarter,
                format!("{year:04}-Q{quarter}"),
                first.first_day(),
                last.last_day(),
            )
        })
    }

    /// The quarter written `2025-Q1`, and the same one a year before.
    pub fn quarter_and_before(label: &str) -> Result<(Period, Period), Error> {
        let wrong = || Error::Request(format!("« {label} » n'est pas un trimestre écrit AAAA-Qn (2025-Q1)"));
        let (year, number) = label.split_once("-Q").ok_or_else(wrong)?;
        let year: i16 = year.parse().map_err(|_| wrong())?;
        let number: i8 = number.parse().map_err(|_| wrong())?;
        let of = |year: i16| Period::quarter(year, number).ok_or_else(wrong);
        Ok((of(year)?, of(year - 1)?))
    }

    /// The same two quarters as far as `cut`: while the first is not over, both stop on that day of their year.
    pub fn quarters_until(label: &str, cut: Option<Date>) -> Result<(Period, Period), Error> {
        let (quarter, before) = Period::quarter_and_before(label)?;
        Ok(same_days(quarter, before, cut, 1.year()))
    }

    /// What a release is about, a quarter written `2025-Q1` or a civil year written `2024`, and the same one a year before, both as far as
    /// `cut`.
    pub fn released_until(label: &str, cut: Option<Date>) -> Result<(Period, Period), Error> {
        match Period::year_and_before(label) {
            Some((year, before)) => Ok(same_days(year, before, cut, 1.year())),
            None => Period::quarters_until(label, cut),
        }
    }

    /// The civil year written `2024`, and the one before.
    pub fn year_and_before(label: &str) -> Option<(Period, Period)> {
        let year: i16 = label.parse().ok().filter(|_| label.len() == 4)?;
        Period::year(year).zip(Period::year(year.checked_sub(1)?))
    }

    pub fn month(month: Month) -> Period {
        Period::new(Kind::Month, month.to_string(), month.first_day(), month.last_day())
    }

    /// The same month, in a series.
    pub fn of_series(month: Month) -> Period {
        Period {
            kind: Kind::Serie,
            ..Period::month(month)
        }
    }

    /// The twelve months that end with `last`.
    pub fn rolling12(last: Month) -> Period {
        Period::new(Kind::Rolling12, last.to_string(), last.plus(-11).first_day(), last.last_day())
    }

    pub fn year(year: i16) -> Option<Period> {
        let (first, last) = (Month::new(year, 1)?, Month::new(year, 12)?);
        Some(Period::new(
            Kind::Year,
            format!("{year:04}"),
            first.first_day(),
            last.last_day(),
        ))
    }

    pub fn day(day: Date) -> Period {
        Period::new(Kind::Day, day.to_string(), day, day)
    }

    /// ISO week.
    pub fn week(year: i16, week: i8) -> Option<Period> {
        let monday = ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date();
        let label = format!("{year:04}-W{week:02}");
        Some(Period::new(Kind::Week, label, monday, monday.checked_add(6.days()).ok()?))
    }

    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether it is made of whole months. A quarter that is not over is not.
    pub fn is_of_whole_months(&self) -> bool {
        self.kind.of_months() && self.from.day() == 1 && self.to == self.to.last_of_month()
    }

    /// Its civil months, whole or not.
    pub fn months(&self) -> impl Iterator<Item = Month> {
        Month::of(self.from).through(Month::of(self.to))
    }
}

/// A period and the one that it is compared with, `apart` earlier. When `cut` falls inside the first, it is not over, and the
/// whole of the other would not be comparable: both stop on the same day.
pub fn same_days(current: Period, previous: Period, cut: Option<Date>, apart: Span) -> (Period, Period) {
    match cut.filter(|day| current.from <= *day && *day < current.to) {
        Some(day) => {
            let before = previous.to.min(day.saturating_sub(apart));
            (Period { to: day, ..current }, Period { to: before, ..previous })
        }
        None => (current, previous),
    }
}
