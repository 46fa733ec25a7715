//! Dates and periods in French.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use lake::month::Month;

use super::NBSP;

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// `1er janvier 2025`.
pub fn long_date(date: Date) -> String {
    format!("{}{NBSP}{}", day_month(date), date.year())
}

/// `14/02/2025`, for narrow table cells.
pub fn short_date(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// `le 3 février`, `du 3 au 5 février`, `du 30 janvier au 2 février`: days of one year, which the context gives.
pub fn date_range(first: Date, last: Date) -> String {
    if first == last {
        format!("le {}", day_month(first))
    } else if first.month() == last.month() && first.year() == last.year() {
        format!("du {} au {}", day(first), day_month(last))
    } else {
        format!("du {} au {}", day_month(first), day_month(last))
    }
}

/// `mars 2025`.
pub fn month_year(month: Month) -> String {
    format!("{}{NBSP}{}", month_name(month.month()), month.year())
}

/// The legal time of metropolitan France. The rule in force since 1996 is written here so that the text never depends on the
/// zone files of the machine.
pub fn paris(at: Timestamp) -> Zoned {
    at.to_zoned(TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("the rule is well formed"))
}

/// `3 avril 2025 à 6 h 10`, in the legal time of metropolitan France.
pub fn instant(at: Timestamp) -> String {
    let zoned = paris(at);
    format!(
        "{} à {}{NBSP}h{NBSP}{:02}",
        long_date(zoned.date()),
        zoned.hour(),
        zoned.minute()
    )
}

/// `1er trimestre 2025` for `2025-Q1`, `mars 2025` for `2025-03`; anything else as it is.
pub fn period(period: &str) -> String {
    if let Some((year, quarter)) = period.split_once("-Q") {
        let ordinal = if quarter == "1" {
            "1er".to_owned()
        } else {
            format!("{quarter}e")
        };
        return format!("{ordinal}{NBSP}trimestre{NBSP}{year}");
    }
    match period.parse::<Month>() {
        Ok(month) => month_year(month),
        Err(_) => period.to_owned(),
    }
}

fn day_month(date: Date) -> String {
    format!("{}{NBSP}{}", day(date), month_name(date.month()))
}

fn day(date: Date) -> String {
    if date.day() == 1 {
        "1er".to_owned()
    } else {
        date.day().to_string()
    }
}

fn month_name(month: i8) -> &'static str {
    MONTHS[(month - 1) as usize]
}
