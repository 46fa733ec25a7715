//! Opening hours as a maison médicale de garde declares them: `SA:1200-2400|DI:0800-2400` (mmg.md §4.1).

use jiff::civil::{Date, Weekday};

/// One range of a day (`LU`… `DI`, or `FE` for a legal holiday), in minutes of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub day: String,
    pub start: i64,
    pub end: i64,
}

/// The ranges of a text; what is not one is left out.
pub fn spans_of(text: &str) -> Vec<Span> {
    let minutes = |text: &str| text.parse().ok().map(|clock: i64| clock / 100 * 60 + clock % 100);
    let span = |span: &str| {
        let (day, hours) = span.split_once(':')?;
        let (start, end) = hours.split_once('-')?;
        Some(Span {
            day: day.to_owned(),
            start: minutes(start)?,
            end: minutes(end)?,
        })
    };
    text.split('|').filter_map(span).collect()
}

/// The ranges of a day: those of `FE` on a legal holiday, when the site declares any.
pub fn on(spans: &[Span], day: Date) -> impl Iterator<Item = &Span> {
    let has_holidays = spans.iter().any(|span| span.day == "FE");
    let holiday = has_holidays && lake::reference::jours_feries().contains_key(&day);
    let name = if holiday { "FE" } else { weekday(day) };
    spans.iter().filter(move |span| span.day == name)
}

/// Whether every range lies in the hours of the permanence des soins: nights, Saturday from noon, Sundays and holidays (mmg.md §2.4).
pub fn are_of_pdsa(spans: &[Span]) -> bool {
    const MORNING: i64 = 8 * 60;
    let within = |span: &Span| match span.day.as_str() {
        "DI" | "FE" => true,
        "SA" => span.start >= 12 * 60 || span.end <= MORNING,
        _ => span.start >= 20 * 60 || span.end <= MORNING,
    };
    !spans.is_empty() && spans.iter().all(within)
}

fn weekday(day: Date) -> &'static str {
    match day.weekday() {
        Weekday::Monday => "LU",
        Weekday::Tuesday => "MA",
        Weekday::Wednesday => "ME",
        Weekday::Thursday => "JE",
        Weekday::Friday => "VE",
        Weekday::Saturday => "SA",
        Weekday::Sunday => "DI",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_holiday_has_its_own_hours_where_they_are_declared() {
        let spans = spans_of("ME:2000-2400|FE:0830-2400|??");
        let start = |day: Date, spans: &[Span]| on(spans, day).map(|span| span.start).collect::<Vec<_>>();
        assert_eq!(start(date(2025, 1, 8), &spans), [1200]);
        assert_eq!(start(date(2025, 1, 1), &spans), [510]);
        assert_eq!(start(date(2025, 1, 1), &spans[..1]), [1200]);
    }

    #[test]
    fn hours_of_the_permanence_des_soins() {
        let are = |text: &str| are_of_pdsa(&spans_of(text));
        assert!(are("LU:2000-2400|MA:0000-0800|SA:1200-2400|DI:0800-2400"));
        assert!(!are("LU:1900-2400|DI:0800-2400") && !are("SA:0900-1200") && !are(""));
    }
}
