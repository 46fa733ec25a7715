//! How many days a figure is about: a period that is not over has as many as were observed, whatever its name says.

use std::collections::HashMap;
use std::sync::Arc;

use lake::figure::Figure;
use lake::month::Month;

use crate::indicators::{Kind, Period, Request};

/// Days of the periods that figures were asked for; of another period, those of the calendar.
#[derive(Debug, Clone, Default)]
pub struct Days(HashMap<(Kind, Arc<str>), i32>);

impl Days {
    pub fn of(request: &Request) -> Days {
        let periods = request.periods.iter();
        Days(
            periods
                .map(|period| ((period.kind, period.label.clone()), length(period)))
                .collect(),
        )
    }

    pub fn of_figure(&self, figure: &Figure) -> f64 {
        let Some(kind) = Kind::parse(&figure.period_kind) else {
            return 1.0;
        };
        let asked = self.0.get(&(kind, figure.period.clone())).copied();
        f64::from(asked.unwrap_or_else(|| named(kind, &figure.period)))
    }
}

fn length(period: &Period) -> i32 {
    (period.to - period.from).get_days() + 1
}

/// Days of a period as its name says.
fn named(kind: Kind, label: &str) -> i32 {
    let month = || label.parse::<Month>().ok();
    let made = match kind {
        Kind::Week => return 7,
        Kind::Month | Kind::Serie => month().map(Period::month),
        Kind::Rolling12 => month().map(Period::rolling12),
        Kind::Quarter => Period::quarter_and_before(label).ok().map(|(quarter, _)| quarter),
        Kind::Year => label.parse().ok().and_then(Period::year),
        Kind::Day => None,
    };
    made.map_or(1, |period| length(&period))
}
