//! The result of one formula for one area, period, population and category, before it becomes a figure.

use lake::figure::Status;

use super::interval;

/// Parts of a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    pub missing: Option<f64>,
    pub excluded: Option<f64>,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub status: Status,
}

impl Outcome {
    /// No value, for that reason.
    pub fn without(status: Status) -> Outcome {
        Outcome {
            numerator: None,
            denominator: None,
            missing: None,
            excluded: None,
            value: None,
            low: None,
            high: None,
            status,
        }
    }

    pub fn count(value: f64) -> Outcome {
        Outcome {
            numerator: Some(value),
            value: Some(value),
            ..Outcome::without(Status::Ok)
        }
    }

    /// `numerator / denominator × factor`; without value when the denominator is zero.
    pub fn quotient(numerator: f64, denominator: f64, factor: f64) -> Outcome {
        let has_value = denominator > 0.0;
        Outcome {
            numerator: Some(numerator),
            denominator: Some(denominator),
            value: has_value.then(|| numerator / denominator * factor),
            ..Outcome::without(if has_value { Status::Ok } else { Status::NoDenominator })
        }
    }

    /// A proportion, with Wilson's interval.
    pub fn proportion(numerator: f64, denominator: f64) -> Outcome {
        let mut outcome = Outcome::quotient(numerator, denominator, 1.0);
        if outcome.value.is_some() {
            let (low, high) = interval::wilson(numerator, denominator);
            (outcome.low, outcome.high) = (Some(low), Some(high));
        }
        outcome
    }

    /// A rate of events over an exposure, with Byar's interval on the events.
    pub fn rate(numerator: f64, denominator: f64, factor: f64) -> Outcome {
        let mut outcome = Outcome::quotient(numerator, denominator, factor);
        if outcome.value.is_some() {
            let (low, high) = interval::byar(numerator);
            outcome.low = Some(low / denominator * factor);
            outcome.high = Some(high / denominator * factor);
        }
        outcome
    }

    /// The same, with the records left out. Nothing filled although there were records: the item is not collected there.
    pub fn leaving_out(mut self, missing: Option<f64>, excluded: Option<f64>) -> Outcome {
        (self.missing, self.excluded) = (missing, excluded);
        if self.status == Status::NoDenominator && missing.is_some_and(|missing| missing > 0.0) {
            self.status = Status::NotCollected;
        }
        self
    }

    pub fn is_ok(&self) -> bool {
        matches!(self.status, Status::Ok | Status::Provisional)
    }
}
