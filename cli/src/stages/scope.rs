//! Which days a computation is about.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use lake::month::Month;
use transform::indicators::Request;

use crate::config::{Periode, Pipeline};
use crate::context::Context;
use crate::error::{Doing, Result};
use crate::written::{Quarter, Week};

/// Which days are computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Closed intervals of days, apart from one another, in order: what a night touched.
    Days(Vec<(Date, Date)>),
    Week(Week),
    Quarter(Quarter),
    /// A civil year.
    Year(i16),
}

impl Scope {
    /// What a pipeline computes: its quarter, or the months that were touched and its last days.
    pub fn of(pipeline: &Pipeline, quarter: Option<Quarter>, touched: &BTreeSet<Month>, context: &Context) -> Scope {
        match (pipeline.periode, quarter) {
            (_, Some(quarter)) => Scope::Quarter(quarter),
            (Periode::Trimestre, None) => Scope::Quarter(Quarter::of(context.today()).previous()),
            (Periode::Nuit, None) => Scope::Days(nights(touched, pipeline.jours, context.today())),
        }
    }

    /// As it enters the identifier of the run.
    pub fn name(&self) -> String {
        match self {
            Self::Quarter(quarter) => quarter.to_string(),
            Self::Year(year) => format!("{year:04}"),
            Self::Week(week) => week.to_string(),
            Self::Days(spans) => {
                let spans: Vec<String> = spans.iter().map(|(from, to)| format!("{from}/{to}")).collect();
                spans.join("+")
            }
        }
    }

    /// The option that asks for it, as it is written on a command line.
    pub fn option(&self) -> String {
        match self {
            Self::Year(_) => format!("--year {}", self.name()),
            Self::Quarter(_) => format!("--quarter {}", self.name()),
            Self::Week(_) => format!("--week {}", self.name()),
            Self::Days(_) => "--du, --au".to_owned(),
        }
    }

    /// As a sentence says whose passages they are.
    pub fn said(&self) -> String {
        match self {
            Self::Year(_) => format!("de l'année {}", self.name()),
            Self::Quarter(_) => format!("du trimestre {}", self.name()),
            Self::Week(_) | Self::Days(_) => format!("de la période {}", self.name()),
        }
    }

    /// The periods whose figures are wanted; a quarter or a week that is not over stops at `cut`, and so does what it is compared
    /// with.
    pub fn request(&self, cut: Option<Date>) -> Result<Request> {
        match self {
            Self::Quarter(quarter) => Request::quarter_until(&quarter.to_string(), cut).doing("période demandée"),
            Self::Year(_) => Request::year_until(&self.name(), cut).doing("période demandée"),
            Self::Week(week) => Request::week_until(&week.to_string(), cut).doing("période demandée"),
            Self::Days(spans) => {
                let mut request = Request::default();
                for (from, to) in spans {
                    request.periods.extend(Request::of_days(*from, *to).periods);
                }
                Ok(request)
            }
        }
    }

    /// The days that rules are judged on: those of a quarter, a year or a week that is not over, as far as `cut`. After it nothing is
    /// known yet, which is not the same as a day without passages.
    pub fn spans_until(&self, cut: Option<Date>) -> Vec<(Date, Date)> {
        let mut spans = self.spans();
        if let (Self::Quarter(_) | Self::Year(_) | Self::Week(_), Some((from, to)), Some(cut)) = (self, spans.last_mut(), cut)
            && *from <= cut
        {
            *to = cut.min(*to);
        }
        spans
    }

    /// Its days, as closed intervals in order.
    pub fn spans(&self) -> Vec<(Date, Date)> {
        match self {
            Self::Days(spans) => spans.clone(),
            Self::Week(week) => vec![(week.monday, week.monday.saturating_add(6.days()))],
            Self::Quarter(quarter) => vec![(quarter.first_month().first_day(), quarter.last_month().last_day())],
            Self::Year(year) => vec![(Date::constant(*year, 1, 1), Date::constant(*year, 12, 31))],
        }
    }
}

/// The touched months, and those of the `days` last days before `today`, as intervals that neither meet nor overlap. Months are
/// whole, since findings by month are wanted, but for the present one: it ends yesterday, the last day that can have been sent.
pub fn nights(touched: &BTreeSet<Month>, days: u16, today: Date) -> Vec<(Date, Date)> {
    let yesterday = today.saturating_sub(1.day());
    let recent = Month::of(today.saturating_sub(i32::from(days).days())).through(Month::of(yesterday));
    let months: BTreeSet<Month> = touched.iter().copied().chain(recent).collect();
    let mut apart: Vec<(Date, Date)> = Vec::new();
    for month in months {
        let (from, to) = (month.first_day(), month.last_day().min(yesterday));
        match apart.last_mut() {
            _ if to < from => {}
            Some(last) if from <= last.1.saturating_add(1.day()) => last.1 = to,
            _ => apart.push((from, to)),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_rules_of_a_quarter_that_is_not_over_are_judged_as_far_as_its_cut() {
        let scope = Scope::Quarter(Quarter::of(date(2025, 1, 1)));
        let (first, last) = (date(2025, 1, 1), date(2025, 3, 31));
        assert_eq!(scope.spans_until(Some(date(2025, 2, 19))), [(first, date(2025, 2, 19))]);
        assert_eq!(scope.spans_until(None), [(first, last)]);
        let night = Scope::Days(vec![(first, date(2025, 2, 20))]);
        assert_eq!(
            night.spans_until(Some(date(2025, 2, 19))),
            night.spans(),
            "a night says that nothing came"
        );
    }

    #[test]
    fn a_night_covers_its_last_days_and_the_months_it_touched() {
        let today = date(2025, 2, 10);
        let months = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect();
        let (january, yesterday) = (date(2025, 1, 1), date(2025, 2, 9));
        assert_eq!(nights(&BTreeSet::new(), 35, today), [(january, yesterday)]);
        assert_eq!(nights(&months(&["2025-02", "2025-03"]), 35, today), [(january, yesterday)]);
        assert_eq!(
            nights(&months(&["2024-05", "2024-06", "2024-11"]), 35, today),
            [
                (date(2024, 5, 1), date(2024, 6, 30)),
                (date(2024, 11, 1), date(2024, 11, 30)),
                (january, yesterday)
            ]
        );
    }
}
