//! Figures made of other figures: arithmetic between indicators, statistics over finer periods.

use std::collections::BTreeSet;

use jiff::civil::Date;
use lake::figure::Status;

use super::evaluate::{Evaluator, Place};
use super::formula::{Operation, Reduction};
use super::outcome::Outcome;
use super::reduce::reduce;
use super::request::Period;

impl Evaluator<'_> {
    /// Arithmetic on figures: none when one of them has no value.
    pub fn derived(&self, operation: Operation, de: &[String], place: Place<'_>) -> Outcome {
        let value = |id: &String, period: usize| {
            let number = self.declared.indicator(id)?;
            Some(self.evaluate(number, Place { period, ..place }))
        };
        let (first, second) = match operation {
            Operation::RelativeChange => {
                let Some(compared) = self.period(place).compared else {
                    return Outcome::without(Status::TooLittleHistory);
                };
                // What was counted otherwise is no term of a comparison.
                let before = &self.request.periods[compared];
                if self.crosses_break(place, before.from, self.period(place).to) {
                    return Outcome::without(Status::NotComputable);
                }
                (value(&de[0], place.period), value(&de[0], compared))
            }
            _ => (value(&de[0], place.period), de.get(1).and_then(|id| value(id, place.period))),
        };
        let (Some(first), Some(second)) = (first, second) else {
            return Outcome::without(Status::NotComputable);
        };
        for outcome in [&first, &second] {
            if !outcome.is_ok() {
                return Outcome::without(outcome.status);
            }
        }
        let (Some(a), Some(b)) = (first.value, second.value) else {
            return Outcome::without(Status::NotComputable);
        };
        match operation {
            Operation::RelativeChange => {
                let mut outcome = Outcome::quotient(a, b, 1.0);
                outcome.value = outcome.value.map(|ratio| ratio - 1.0);
                outcome
            }
            Operation::Quotient => Outcome::quotient(a, b, 1.0),
            Operation::Difference | Operation::Product => Outcome {
                value: Some(if operation == Operation::Product { a * b } else { a - b }),
                ..Outcome::without(Status::Ok)
            },
        }
    }

    /// Whether a known break of the site, or of the structure, cuts what is compared, from its first day to its last.
    pub(super) fn crosses_break(&self, place: Place<'_>, from: Date, to: Date) -> bool {
        let mut between = self
            .ruptures
            .iter()
            .filter(|rupture| from < rupture.date && rupture.date <= to);
        between.any(|rupture| rupture.is_of(&place.area.code))
    }

    /// Statistic of the figures of the finer periods, when they cover the whole one.
    pub fn reduced(&self, de: &str, sur: &str, operation: Reduction, place: Place<'_>) -> Outcome {
        let Some(number) = self.declared.indicator(de) else {
            return Outcome::without(Status::NotComputable);
        };
        let whole = self.period(place);
        let finer: BTreeSet<usize> = (0..self.request.periods.len())
            .filter(|index| {
                let period = &self.request.periods[*index];
                period.kind.as_str() == sur && whole.from <= period.from && period.to <= whole.to
            })
            .collect();
        let is_cut = |index: &usize| {
            let period = &self.request.periods[*index];
            period.kind.of_months() && !period.is_of_whole_months()
        };
        // A month that is not over is no term of a comparison between months.
        if finer.iter().any(is_cut) {
            return Outcome::without(Status::NotComputable);
        }
        let days = |period: &Period| (period.to - period.from).get_days() + 1;
        let covered: i32 = finer.iter().map(|index| days(&self.request.periods[*index])).sum();
        if covered != days(whole) {
            return Outcome::without(Status::NotComputable);
        }
        let outcomes: Vec<Outcome> = finer
            .into_iter()
            .map(|period| self.evaluate(number, Place { period, ..place }))
            .collect();
        if let Some(failed) = outcomes.iter().find(|outcome| !outcome.is_ok()) {
            return Outcome::without(failed.status);
        }
        reduce(
            operation,
            &outcomes.iter().filter_map(|outcome| outcome.value).collect::<Vec<_>>(),
        )
    }
}
