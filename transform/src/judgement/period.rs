//! First and last day of a period, by its kind and its name.

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use lake::month::Month;

/// `day` 2025-02-14, `week` 2025-W07, `month` 2025-02, `quarter` 2025-Q1, `year` 2025; nothing for another.
pub fn days_of(kind: &str, name: &str) -> Option<(Date, Date)> {
    match kind {
        "day" => {
            let day: Date = name.parse().ok()?;
            Some((day, day))
        }
        "week" => {
            let (year, week) = name.split_once("-W")?;
            let monday = ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday)
                .ok()?
                .date();
            Some((monday, monday.checked_add(6.days()).ok()?))
        }
        "month" => {
            let month: Month = name.parse().ok()?;
            Some((month.first_day(), month.last_day()))
        }
        "quarter" => {
            let (year, quarter) = name.split_once("-Q")?;
            let first = Date::new(year.parse().ok()?, quarter.parse::<i8>().ok()? * 3 - 2, 1).ok()?;
            Some((first, first.checked_add(2.months()).ok()?.last_of_month()))
        }
        "year" => {
            let year = name.parse().ok()?;
            Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_have_their_days() {
        for (kind, name, days) in [
            ("day", "2025-02-14", Some(("2025-02-14", "2025-02-14"))),
            ("week", "2025-W07", Some(("2025-02-10", "2025-02-16"))),
            ("month", "2024-02", Some(("2024-02-01", "2024-02-29"))),
            ("quarter", "2025-Q4", Some(("2025-10-01", "2025-12-31"))),
            ("year", "2025", Some(("2025-01-01", "2025-12-31"))),
            ("rolling12", "2025-03", None),
            ("quarter", "2025-Q5", None),
        ] {
            let found = days_of(kind, name).map(|(first, last)| (first.to_string(), last.to_string()));
            assert_eq!(
                found,
                days.map(|(first, last)| (first.to_owned(), last.to_owned())),
                "{kind} {name}"
            );
        }
    }
}
