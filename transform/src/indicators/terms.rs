//! Where the totals of an indicator are found among the counters of a plan.

use std::collections::BTreeMap;

use super::request::Period;

/// Where a total is found: in a cube of whole months and, or, in a cube of days, which periods cut inside a month need too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Term {
    pub months: Option<(usize, usize)>,
    pub days: Option<(usize, usize)>,
}

impl Term {
    /// (cube, counter) for a period.
    pub fn at(self, period: &Period) -> Option<(usize, usize)> {
        if period.is_of_whole_months() { self.months } else { self.days }
    }

    /// Every (cube, counter) it is found in.
    pub fn everywhere(self) -> impl Iterator<Item = (usize, usize)> {
        self.months.into_iter().chain(self.days)
    }
}

/// The totals of one indicator for one of its breakdowns.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    pub numerator: Option<Term>,
    pub denominator: Option<Term>,
    pub missing: Option<Term>,
    pub excluded: Option<Term>,
    /// Every record of the population.
    pub all: Option<Term>,
    pub distribution: Option<Term>,
    /// Records of the numerator, where the indicator asks for a least number of them.
    pub counted: Option<Term>,
    /// Unit-days whose beds are known, in the cube of the numerator: it tells the units apart.
    pub known: Option<Term>,
    /// Of a function of the program that is given counts, in the order it asks for them.
    pub counters: Vec<Term>,
    /// Of a quality rule counted record by record: by category, or by the empty name.
    pub rules: BTreeMap<String, RuleTerms>,
}

/// Totals of one clause of a rule.
#[derive(Debug, Clone, Copy)]
pub struct RuleTerms {
    pub eligible: Term,
    pub violated: Term,
    pub not_judged: Term,
    pub excluded: Term,
}
