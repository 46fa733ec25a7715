//! Which periods figures are asked for, and what each is compared with. Periods are closed intervals of civil days.

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
}

impl Kind {
    pub const ALL: [Kind; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Rolling12];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Rolling12 => "rolling12",
        }
    }

    pub fn parse(text: &str) -> Option<Kind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
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
    /// `2025-02-14`, `2025-W07`, `2025-02`, `2025-Q1`; rolling12: its last month.
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

    pub fn month(month: Month) -> Period {
        Period::new(Kind::Month, month.to_string(), month.first_day(), month.last_day())
    }

    /// The twelve months that end with `last`.
    pub fn rolling12(last: Month) -> Period {
        Period::new(Kind::Rolling12, last.to_string(), last.plus(-11).first_day(), last.last_day())
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
fn same_days(current: Period, previous: Period, cut: Option<Date>, apart: Span) -> (Period, Period) {
    match cut.filter(|day| current.from <= *day && *day < current.to) {
        Some(day) => {
            let before = previous.to.min(day.saturating_sub(apart));
            (Period { to: day, ..current }, Period { to: before, ..previous })
        }
        None => (current, previous),
    }
}

/// The periods asked for. A period of comparison precedes what it is compared with by one year (52 weeks for a week).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    pub periods: Vec<Period>,
}

impl Request {
    /// What a quarterly report needs: the quarter, its months, the twelve months that end with it, each with the same period a
    /// year before, every day of both quarters, and the days that stand 364 days before those of the quarter (same weekday).
    /// `label` is written `2025-Q1`.
    pub fn quarter(label: &str) -> Result<Request, Error> {
        Request::quarter_until(label, None)
    }

    /// The same while the quarter is not over: nothing is asked after `cut`, each period is compared with the same days, and the
    /// twelve months end with the last month that is over.
    pub fn quarter_until(label: &str, cut: Option<Date>) -> Result<Request, Error> {
        let (quarter, before) = Period::quarters_until(label, cut)?;
        let mut request = Request::default();
        let last = Month::over_at(quarter.to);
        let months: Vec<Month> = quarter.months().collect();
        let aligned = quarter.to.checked_sub(364.days()).map_or(before.to, |day| day.max(before.to));
        let days = [(before.from, aligned), (quarter.from, quarter.to)];
        request.compare(quarter, before);
        for month in months {
            let (month, before) = (Period::month(month), Period::month(month.plus(-12)));
            let (month, before) = same_days(month, before, cut, 1.year());
            request.compare(month, before);
        }
        request.compare(Period::rolling12(last), Period::rolling12(last.plus(-12)));
        for ((from, to), is_n1) in days.into_iter().zip([true, false]) {
            request.days(from, to, is_n1);
        }
        Ok(request)
    }

    /// One ISO week, written `2025-W07`, with the 52nd week before it, and the days of both.
    pub fn week(label: &str) -> Result<Request, Error> {
        Request::week_until(label, None)
    }

    /// The same while the week is not over: as far as `cut`, compared with the same days of the week.
    pub fn week_until(label: &str, cut: Option<Date>) -> Result<Request, Error> {
        let wrong = || Error::Request(format!("« {label} » n'est pas une semaine écrite AAAA-Wss (2025-W07)"));
        let (year, number) = label.split_once("-W").ok_or_else(wrong)?;
        let week = Period::week(year.parse().map_err(|_| wrong())?, number.parse().map_err(|_| wrong())?).ok_or_else(wrong)?;
        let monday = week.from.checked_sub(364.days()).map_err(|_| wrong())?.iso_week_date();
        let before = Period::week(monday.year(), monday.week()).ok_or_else(wrong)?;
        let (week, before) = same_days(week, before, cut, 364.days());
        let mut request = Request::default();
        for (period, is_n1) in [(&before, true), (&week, false)] {
            request.days(period.from, period.to, is_n1);
        }
        request.compare(week, before);
        Ok(request)
    }

    /// Every day from `from` to `to`, without comparison: what a night needs.
    pub fn of_days(from: Date, to: Date) -> Request {
        let mut request = Request::default();
        request.days(from, to, false);
        request
    }

    /// Adds a period and the one it is compared with.
    pub fn compare(&mut self, mut current: Period, mut previous: Period) {
        let index = self.periods.len();
        (current.compared, current.pair) = (Some(index + 1), Some(index + 1));
        (previous.pair, previous.is_n1) = (Some(index), true);
        self.periods.extend([current, previous]);
    }

    fn days(&mut self, from: Date, to: Date, is_n1: bool) {
        let days = from.series(1.day()).take_while(|day| *day <= to);
        self.periods.extend(days.map(|day| Period {
            is_n1,
            ..Period::day(day)
        }));
    }

    /// Every month that a period touches, in order.
    pub fn months(&self) -> Vec<Month> {
        let mut months: Vec<Month> = self.periods.iter().flat_map(Period::months).collect();
        months.sort_unstable();
        months.dedup();
        months
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_comes_with_its_comparisons() {
        let request = Request::quarter("2025-Q1").unwrap();
        let of = |kind| request.periods.iter().filter(move |period| period.kind == kind);
        let labels = |kind| of(kind).map(|period| period.label.to_string()).collect::<Vec<_>>();
        assert_eq!(labels(Kind::Quarter), ["2025-Q1", "2024-Q1"]);
        assert_eq!(
            labels(Kind::Month),
            ["2025-01", "2024-01", "2025-02", "2024-02", "2025-03", "2024-03"]
        );
        assert_eq!(labels(Kind::Rolling12), ["2025-03", "2024-03"]);
        // The Monday 31 March 2025 is compared with the Monday 1 April 2024.
        assert_eq!(of(Kind::Day).count(), 91 + 1 + 90);
        assert!(labels(Kind::Day).contains(&"2024-04-01".to_owned()));
        assert_eq!(request.months().len(), 24);
        let quarter = &request.periods[0];
        assert_eq!(&*request.periods[quarter.compared.unwrap()].label, "2024-Q1");
        assert_eq!(request.periods[1].compared, None);
        assert_eq!(request.periods[1].pair, Some(0));
    }

    #[test]
    fn a_week_is_compared_52_weeks_before() {
        let request = Request::week("2025-W07").unwrap();
        let weeks: Vec<_> = request.periods.iter().filter(|period| period.kind == Kind::Week).collect();
        assert_eq!(weeks[0].from.to_string(), "2025-02-10");
        assert_eq!(&*weeks[1].label, "2024-W07");
    }

    #[test]
    fn a_quarter_that_is_not_over_is_compared_with_the_same_days() {
        let written = |cut: &str| -> Vec<String> {
            let request = Request::quarter_until("2025-Q1", Some(cut.parse().unwrap())).unwrap();
            let of_months = request.periods.iter().filter(|period| period.kind.of_months());
            of_months
                .map(|period| format!("{} {}–{}", period.label, period.from, period.to))
                .collect()
        };
        let expected = [
            "2025-Q1 2025-01-01–2025-02-20",
            "2024-Q1 2024-01-01–2024-02-20",
            "2025-01 2025-01-01–2025-01-31",
            "2024-01 2024-01-01–2024-01-31",
            "2025-02 2025-02-01–2025-02-20",
            "2024-02 2024-02-01–2024-02-20",
            "2025-01 2024-02-01–2025-01-31",
            "2024-01 2023-02-01–2024-01-31",
        ];
        assert_eq!(written("2025-02-20"), expected);
        let whole = written("2025-03-31");
        assert_eq!(whole[1], "2024-Q1 2024-01-01–2024-03-31");
        assert_eq!(written("2025-06-01"), whole, "a quarter that is over is whole");
        // A leap day has no day before it to stop on but 28 February.
        let (leap, before) = Period::quarters_until("2024-Q1", Some("2024-02-29".parse().unwrap())).unwrap();
        assert_eq!(
            (leap.to.to_string(), before.to.to_string()),
            ("2024-02-29".into(), "2023-02-28".into())
        );
        let request = Request::week_until("2025-W07", Some("2025-02-12".parse().unwrap())).unwrap();
        let weeks = request.periods.iter().filter(|period| period.kind == Kind::Week);
        assert_eq!(
            weeks.map(|week| week.to.to_string()).collect::<Vec<_>>(),
            ["2025-02-12", "2024-02-14"]
        );
    }

    #[test]
    fn what_is_not_a_quarter_is_said() {
        for text in ["2025", "2025-Q5", "2025-T1", "Q1", "2025-Q0", "2025-Q-1"] {
            assert!(Request::quarter(text).is_err(), "{text}");
        }
    }
}
