//! Which periods figures are asked for, and what each is compared with.

use jiff::ToSpan;
use jiff::civil::Date;
use lake::month::Month;

use super::period::same_days;
pub use super::period::{Kind, Period};
use crate::Error;

/// The periods asked for. A period of comparison precedes what it is compared with by one year (52 weeks for a week).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    pub periods: Vec<Period>,
}

impl Request {
    /// What a quarterly report needs: the quarter, its months, the twelve months that end with it, each with the same period a
    /// year before, the other months of these two years, every day of both quarters, and the days that stand 364 days before those of the quarter (same weekday).
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
        request.year_over(last);
        request.series(last);
        for ((from, to), is_n1) in days.into_iter().zip([true, false]) {
            request.days(from, to, is_n1);
        }
        Ok(request)
    }

    /// What a release is about: `2025-Q1`, or `2024`.
    pub fn released_until(label: &str, cut: Option<Date>) -> Result<Request, Error> {
        match Period::year_and_before(label) {
            Some(_) => Request::year_until(label, cut),
            None => Request::quarter_until(label, cut),
        }
    }

    /// A civil year written `2024`, its quarters and its months, each with the same one a year before. While it is not over, what begins
    /// after `cut` is not asked for.
    pub fn year_until(label: &str, cut: Option<Date>) -> Result<Request, Error> {
        let wrong = || Error::Request(format!("« {label} » n'est pas une année écrite AAAA (2024)"));
        let (year, before) = Period::year_and_before(label).ok_or_else(wrong)?;
        let quarters = (1..=4).filter_map(|number| {
            let of = |year: &Period| Period::quarter(year.from.year(), number);
            of(&year).zip(of(&before))
        });
        let months = year
            .months()
            .map(|month| (Period::month(month), Period::month(month.plus(-12))));
        let parts: Vec<(Period, Period)> = quarters.chain(months).collect();
        let mut request = Request::default();
        for (current, previous) in std::iter::once((year, before)).chain(parts) {
            if cut.is_none_or(|day| current.from <= day) {
                let (current, previous) = same_days(current, previous, cut, 1.year());
                request.compare(current, previous);
            }
        }
        Ok(request)
    }

    /// Adds the last civil year over at the end of `last`; with it the year before, when its months are among those asked for.
    fn year_over(&mut self, last: Month) {
        let ends = last.month() == 12;
        let year = last.year() - i16::from(!ends);
        match (Period::year(year), Period::year(year - 1)) {
            (Some(year), Some(before)) if ends => self.compare(year, before),
            (Some(year), _) => self.periods.push(year),
            _ => {}
        }
    }

    /// Adds the months of the two years that end with `last`, those already asked for left out.
    fn series(&mut self, last: Month) {
        let asked: Vec<_> = self
            .periods
            .iter()
            .map(|period| (period.kind, period.label.clone()))
            .collect();
        let months = last.plus(-23).through(last).map(Period::of_series);
        let missing = months.filter(|month| !asked.contains(&(Kind::Month, month.label.clone())));
        self.periods.extend(missing);
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
    fn two_years_are_followed_month_by_month_each_month_once() {
        let request = Request::quarter("2025-Q1").unwrap();
        let months = request
            .periods
            .iter()
            .filter(|period| matches!(period.kind, Kind::Month | Kind::Serie));
        let mut labels: Vec<&str> = months.map(|period| &*period.label).collect();
        labels.sort_unstable();
        assert_eq!((labels.len(), labels[0], labels[23]), (24, "2023-04", "2025-03"));
        labels.dedup();
        assert_eq!(labels.len(), 24);
    }

    #[test]
    fn the_last_year_over_comes_with_a_quarter_and_is_compared_when_it_ends_with_it() {
        let years = |quarter: &str| {
            let request = Request::quarter(quarter).unwrap();
            let of_years = request.periods.iter().filter(|period| period.kind == Kind::Year);
            let said: Vec<_> = of_years.map(|year| (year.label.to_string(), year.pair.is_some())).collect();
            assert_eq!(request.months().len(), 24, "no month is read for it");
            said
        };
        assert_eq!(years("2025-Q1"), [("2024".to_owned(), false)]);
        assert_eq!(years("2025-Q3"), [("2024".to_owned(), false)]);
        assert_eq!(years("2025-Q4"), [("2025".to_owned(), true), ("2024".to_owned(), true)]);
    }

    #[test]
    fn a_year_comes_with_its_quarters_its_months_and_the_year_before() {
        let request = Request::released_until("2024", None).unwrap();
        let labels = |kind| -> Vec<&str> {
            let of = request.periods.iter().filter(|period| period.kind == kind);
            of.map(|period| &*period.label).collect()
        };
        assert_eq!(labels(Kind::Year), ["2024", "2023"]);
        assert_eq!(labels(Kind::Quarter)[..4], ["2024-Q1", "2023-Q1", "2024-Q2", "2023-Q2"]);
        assert_eq!(
            (labels(Kind::Quarter).len(), labels(Kind::Month).len(), request.months().len()),
            (8, 24, 24)
        );
        let begun = Request::released_until("2025", Some("2025-05-10".parse().unwrap())).unwrap();
        let ends: Vec<String> = begun.periods.iter().take(2).map(|period| period.to.to_string()).collect();
        assert_eq!(ends, ["2025-05-10", "2024-05-10"]);
        assert!(
            begun
                .periods
                .iter()
                .all(|period| &*period.label != "2025-Q3" && &*period.label != "2025-06")
        );
        assert!(Request::released_until("24", None).is_err());
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
            let compared = of_months.filter(|period| period.kind != Kind::Serie);
            compared
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
            "2024 2024-01-01–2024-12-31",
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
