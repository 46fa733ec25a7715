//! From totals to outcomes: what each form of formula does with the counters of an area, and why a figure has no value.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jiff::civil::Date;
use lake::figure::Status;
use lake::finding::Finding;
use lake::month::Month;

use super::areas::{Area, Areas, Key};
use super::counted::Counted;
use super::declaration::Indicator;
use super::declared::Declarations;
use super::formula::Formula;
use super::histogram::SCALE;
use super::native;
use super::outcome::Outcome;
use super::over_days;
use super::pass::Totals;
use super::pdsa::Pdsa;
use super::plan::Plan;
use super::request::{Period, Request};
use super::standard;
use super::tally::Presence;
use super::tension::Seuils;
use crate::made::daily::Daily;
use crate::sites::{Capacite, Rupture};

/// Everything an evaluation reads.
pub struct Evaluator<'a> {
    pub declared: Declarations<'a>,
    pub request: &'a Request,
    pub plan: &'a Plan,
    pub totals: &'a Totals,
    pub areas: &'a Areas,
    pub attendances: &'a native::Attendances,
    pub findings: &'a native::FindingIndex<'a>,
    /// Days of the sites over years, when a figure asks for them.
    pub daily: &'a Daily,
    /// Thresholds of the score of the Grand Est.
    pub seuils: &'a [Seuils],
    /// Places of treatment declared by the sites.
    pub capacites: &'a [Capacite],
    /// Known breaks of the series of the sites.
    pub ruptures: &'a [Rupture],
    /// Hours of the PDSA.
    pub pdsa: &'a Pdsa,
    /// Records by structure and month, as far back as the trend over five years needs.
    pub history: &'a Presence,
    /// Last day with complete data, as far as the clock goes; exposures stop there.
    pub observed_to: Option<Date>,
    /// Later days are provisional.
    pub consolidated_to: Option<Date>,
}

/// Where and for whom a figure is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub area: &'a Area,
    /// Index in the request.
    pub period: usize,
    /// Index in the catalogue.
    pub population: usize,
    /// Whether only the structures with records in every month of both compared periods count.
    pub constant: bool,
    /// Index of the breakdown, and its categories.
    pub ventilation: usize,
    pub categories: &'a [String],
}

impl<'a> Evaluator<'a> {
    pub fn period(&self, place: Place<'_>) -> &'a Period {
        &self.request.periods[place.period]
    }

    /// The outcome of an indicator at a place.
    pub fn evaluate(&self, number: usize, place: Place<'_>) -> Outcome {
        let indicator = &self.declared.indicators[number];
        if let Some(status) = self.no_data(number, place) {
            return Outcome::without(status);
        }
        let mut outcome = self.formula(number, indicator, place);
        if outcome.status == Status::Ok && self.consolidated_to.is_some_and(|day| self.period(place).to > day) {
            outcome.status = Status::Provisional;
        }
        outcome
    }

    /// Why nothing can be said before any formula is looked at.
    fn no_data(&self, number: usize, place: Place<'_>) -> Option<Status> {
        let indicator = &self.declared.indicators[number];
        let period = self.period(place);
        let free = match indicator.formule {
            Formula::Native { .. } | Formula::Jours { .. } => true,
            Formula::Rule { .. } => !self.is_counted(number, place),
            _ => false,
        };
        let elsewhere = indicator.is_of_sites() && !place.area.is_declared();
        if indicator.aire.is_none() && !elsewhere && !place.area.is_open(period.from, period.to) {
            return Some(Status::NotApplicable);
        }
        if free || !indicator.depends_on().is_empty() {
            return None;
        }
        let presence = self.presence(indicator.table());
        let keys = self.collecting(indicator, place);
        if keys.is_empty() {
            return Some(Status::NotComputable);
        }
        if !keys.iter().any(|key| presence.between(*key, period.from, period.to)) {
            let never = period.kind.is_of_a_year();
            return Some(if never {
                Status::TooLittleHistory
            } else {
                Status::NotCollected
            });
        }
        let resident = indicator.aire.is_some();
        if self.lacks_history(presence, &keys, place, resident) {
            return Some(Status::TooLittleHistory);
        }
        None
    }

    /// Whether twelve months are asked for and one of them has no record, though the area was open. `resident`: records of an area
    /// of residence come from anywhere, whatever is open there.
    pub fn lacks_history(&self, presence: &Presence, keys: &[Key], place: Place<'_>, resident: bool) -> bool {
        let period = self.period(place);
        let covered = |month: Month| {
            !place.area.is_open(month.first_day(), month.last_day()) && !resident
                || keys.iter().any(|key| presence.in_month(*key, month))
        };
        period.kind.is_of_a_year() && !period.months().all(covered)
    }

    /// Records of one table; a table that was not read has none.
    pub fn presence(&self, table: &str) -> &Presence {
        static NONE: OnceLock<Presence> = OnceLock::new();
        let read = self.totals.presence.get(table);
        read.unwrap_or_else(|| NONE.get_or_init(Presence::default))
    }

    /// Whether a rule is counted record by record, rather than read from its findings.
    fn is_counted(&self, number: usize, place: Place<'_>) -> bool {
        let terms = self.plan.terms.get(&(number, place.ventilation));
        terms.is_some_and(|terms| !terms.rules.is_empty())
    }

    /// Structures whose records count: those of the area, or of the whole region when the area is one of residence.
    pub fn collecting(&self, indicator: &Indicator, place: Place<'_>) -> Vec<Key> {
        let region = || self.areas.of_level("region").flat_map(|area| area.keys.iter().copied());
        let keys: Vec<Key> = match indicator.aire {
            Some(_) => region().collect(),
            None => place.area.keys.clone(),
        };
        if place.constant {
            let presence = self.presence(indicator.followed());
            keys.into_iter()
                .filter(|key| self.in_both(presence, *key, place.period))
                .collect()
        } else {
            keys
        }
    }

    /// Whether a structure has records in every month of a period and of the other period of its comparison.
    pub fn in_both(&self, presence: &Presence, key: Key, period: usize) -> bool {
        let period = &self.request.periods[period];
        let other = period.pair.map(|index| &self.request.periods[index]);
        std::iter::once(period).chain(other).all(|period| {
            let days = |month: Month| (month.first_day().max(period.from), month.last_day().min(period.to));
            let mut months = period.months().map(days);
            months.all(|(from, to)| presence.between(key, from, to))
        })
    }

    /// Values of a dimension met in the data, in order.
    pub fn met(&self, number: usize, ventilation: usize, rank: usize) -> BTreeSet<String> {
        let Some(terms) = self.plan.terms.get(&(number, ventilation)) else {
            return BTreeSet::new();
        };
        let skipped = usize::from(self.declared.indicators[number].aire.is_some());
        [terms.numerator, terms.distribution]
            .into_iter()
            .flatten()
            .flat_map(|term| term.everywhere())
            .flat_map(|(cube, _)| self.totals.cubes[cube].categories.values())
            .filter_map(|values| values.get(rank + skipped).cloned())
            .collect()
    }

    /// Whether the area has any record of the categories; only asked of dimensions that are published where they exist.
    pub fn is_present(&self, number: usize, place: Place<'_>) -> bool {
        let indicator = &self.declared.indicators[number];
        let ventilation = &indicator.ventilations[place.ventilation];
        let sparse = |id: &String| {
            self.declared
                .dimension(id)
                .is_some_and(|dimension| dimension.seulement_presentes)
        };
        if !ventilation.iter().any(sparse) {
            return true;
        }
        let terms = self.plan.terms.get(&(number, place.ventilation));
        let term = terms.and_then(|terms| terms.numerator.or(terms.distribution));
        let Some((cube, _)) = term.and_then(|term| term.at(self.period(place))) else {
            return false;
        };
        let keys = self.collecting(indicator, place);
        let counted = Counted {
            evaluator: self,
            indicator,
            place,
            keys: &keys,
        };
        let tally = &self.totals.cubes[cube];
        match &indicator.formule {
            Formula::Stock { denominateur: None, .. } => counted
                .unit_cells(cube)
                .any(|(cell, values)| values.starts_with(place.categories) && tally.has(cell)),
            _ => counted.cells(cube, place.categories).any(|cell| tally.has(cell)),
        }
    }

    fn formula(&self, number: usize, indicator: &Indicator, place: Place<'_>) -> Outcome {
        let Some(terms) = self.plan.terms.get(&(number, place.ventilation)) else {
            return Outcome::without(Status::NotComputable);
        };
        let keys = self.collecting(indicator, place);
        let counted = Counted {
            evaluator: self,
            indicator,
            place,
            keys: &keys,
        };
        let outcome = match &indicator.formule {
            Formula::Count { .. } => counted.count(terms),
            Formula::Sum { .. } => Outcome::count(counted.numerator(terms) / SCALE),
            Formula::Quotient {
                numerateur,
                denominateur,
                proportion,
                taux,
                facteur,
                fois,
            } => {
                let Some(times) = fois.map_or(Some(1.0), |exposure| counted.exposure(exposure, 0)) else {
                    return Outcome::without(Status::NotComputable);
                };
                let numerator = counted.side(numerateur, terms.numerator, false);
                let denominator = counted.side(denominateur, terms.denominator, true);
                match (numerator, denominator) {
                    (Some(numerator), Some(denominator)) if *proportion => Outcome::proportion(numerator, denominator),
                    (Some(numerator), Some(denominator)) if *taux => Outcome::rate(numerator, denominator, facteur * times),
                    (Some(numerator), Some(denominator)) => Outcome::quotient(numerator, denominator, facteur * times),
                    _ => return Outcome::without(Status::NotComputable),
                }
            }
            Formula::Mean { .. } => {
                let total = counted.numerator(terms) / SCALE;
                Outcome::quotient(total, counted.sum(terms.denominator, true), 1.0)
            }
            Formula::Quantile { p, .. } => counted.quantile(terms, *p),
            Formula::Stock { denominateur: None, .. } => counted.of_units(terms),
            Formula::Stock {
                numerateur,
                denominateur: Some(denominateur),
                ..
            } => {
                let numerator = counted.side(numerateur, terms.numerator, false);
                let denominator = counted.side(denominateur, terms.denominator, true);
                match (numerator, denominator) {
                    (Some(numerator), Some(denominator)) => Outcome::quotient(numerator, denominator, 1.0),
                    _ => return Outcome::without(Status::NotComputable),
                }
            }
            Formula::Reduce { de, sur, operation } => return self.reduced(de, sur, *operation, place),
            Formula::Derived { operation, de } => return self.derived(*operation, de, place),
            Formula::Rule { regle, compte, .. } => {
                let category = place.categories.first().map_or("", String::as_str);
                return match terms.rules.get(category) {
                    Some(rule) => native::rule(counted.rule(rule), *compte),
                    None => self.findings.outcome(regle, *compte, self.period(place), place),
                };
            }
            Formula::Jours { valeur, operation } => return over_days::statistic(self, place, *valeur, *operation),
            Formula::Standardise { reference, facteur, .. } => standard::direct(&counted, terms, *reference, *facteur),
            Formula::Attendu { .. } => standard::indirect(&counted, terms),
            Formula::Native { fonction, compteurs } if !compteurs.is_empty() => {
                return native::counted(fonction, &counted, terms);
            }
            Formula::Native { fonction, .. } => return native::call(fonction, self, place),
        };
        let outcome = outcome.leaving_out(counted.left_out(terms.missing), counted.left_out(terms.excluded));
        let outcome = counted.enough(outcome, terms);
        counted.undecided(outcome, terms)
    }
}

/// Findings by rule, made once for the whole computation.
pub fn index(findings: &[Finding]) -> native::FindingIndex<'_> {
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_rule.entry(&finding.rule).or_default().push(finding);
    }
    native::FindingIndex { by_rule }
}
