//! Totals of one indicator over the structures that count: cells added up, distributions pooled, exposures measured.

use std::collections::BTreeMap;

use lake::figure::Status;

use super::areas::{Area, Key};
use super::declaration::Indicator;
use super::evaluate::{Evaluator, Place};
use super::formula::{Exposure, ExposureSide, Formula, Side};
use super::histogram::{Histogram, SCALE};
use super::native::RuleCounts;
use super::outcome::Outcome;
use super::received::Received;
use super::tally::Cell;
use super::terms::{RuleTerms, Term, Terms};

/// Days of a mean year (samu.md, SAMU-I25).
const DAYS_A_YEAR: f64 = 365.25;

/// Totals of one indicator over the structures that count.
pub struct Counted<'e, 'a, 'p> {
    pub evaluator: &'e Evaluator<'a>,
    pub indicator: &'e Indicator,
    pub place: Place<'p>,
    pub keys: &'e [Key],
}

/// What is known of one unit of beds over a period.
#[derive(Default)]
struct Unit {
    beds: f64,
    /// Days it is known on, and those among them on which it is in the categories wanted: a unit may change discipline.
    days: i64,
    days_here: i64,
}

impl Counted<'_, '_, '_> {
    pub fn count(&self, terms: &Terms) -> Outcome {
        let count = self.sum(terms.numerator, false);
        let left_out = self.left_out(terms.missing).unwrap_or(0.0) + self.left_out(terms.excluded).unwrap_or(0.0);
        if self.left_out(terms.missing).is_some_and(|missing| missing > 0.0) && left_out >= self.sum_whole(terms.all) {
            return Outcome::without(Status::NoDenominator);
        }
        Outcome::count(count)
    }

    pub fn quantile(&self, terms: &Terms, p: f64) -> Outcome {
        let mut pooled = Histogram::default();
        for histogram in self.histograms(terms.distribution) {
            pooled.add(histogram);
        }
        let value = pooled.quantile(p);
        Outcome {
            denominator: Some(pooled.count() as f64),
            value,
            ..Outcome::without(if value.is_some() { Status::Ok } else { Status::NoDenominator })
        }
    }

    pub fn side(&self, side: &Side, term: Option<Term>, is_denominator: bool) -> Option<f64> {
        match side {
            Side::Records(_) => Some(self.sum(term, is_denominator)),
            Side::Sum(_) => Some(self.sum(term, is_denominator) / SCALE),
            Side::Exposure(ExposureSide { exposition, silence }) => self.exposure(*exposition, *silence),
        }
    }

    /// Sum over the units of their daily means, each over the days it is known on; nothing when none is known.
    pub fn of_units(&self, terms: &Terms) -> Outcome {
        let period = self.evaluator.period(self.place);
        let at = |term: Option<Term>| term.and_then(|term| term.at(period));
        let (Some((cube, beds)), Some((_, known))) = (at(terms.numerator), at(terms.known)) else {
            return Outcome::without(Status::NotComputable);
        };
        let tally = &self.evaluator.totals.cubes[cube];
        let wanted = self.place.categories;
        let mut units: BTreeMap<&str, Unit> = BTreeMap::new();
        for (cell, values) in self.unit_cells(cube) {
            let Some((name, categories)) = values.split_last() else {
                continue;
            };
            let unit = units.entry(name).or_default();
            unit.days += tally.get(cell, known);
            if categories.starts_with(wanted) {
                unit.beds += tally.get(cell, beds) as f64 / SCALE;
                unit.days_here += tally.get(cell, known);
            }
        }
        let here = || units.values().filter(|unit| unit.days_here > 0);
        if here().next().is_none() {
            return Outcome::without(Status::NotCollected);
        }
        Outcome {
            numerator: Some(here().map(|unit| unit.beds).sum()),
            denominator: Some(here().map(|unit| unit.days_here).sum::<i64>() as f64),
            value: Some(here().map(|unit| unit.beds / unit.days as f64).sum()),
            ..Outcome::without(Status::Ok)
        }
    }

    /// The outcome, unless it rests on fewer records than the indicator asks for.
    pub fn enough(&self, outcome: Outcome, terms: &Terms) -> Outcome {
        let (Some(least), Some(_)) = (self.indicator.effectif_min, terms.counted) else {
            return outcome;
        };
        match outcome.is_ok() && self.sum(terms.counted, false) < f64::from(least) {
            true => Outcome {
                value: None,
                low: None,
                high: None,
                status: Status::TooFew,
                ..outcome
            },
            false => outcome,
        }
    }

    /// Cells of a cube that tells the units apart, with their categories; the unit comes last.
    pub fn unit_cells(&self, cube: usize) -> impl Iterator<Item = (Cell, &[String])> {
        let tally = &self.evaluator.totals.cubes[cube];
        let (period, population) = (self.place.period as u16, self.place.population as u8);
        let of_key = move |key: &Key| {
            let key = *key;
            let cell = move |category| Cell {
                period,
                key,
                population,
                category,
            };
            tally
                .categories_of(key)
                .map(move |(category, values)| (cell(category), values))
        };
        self.keys.iter().flat_map(of_key)
    }

    pub fn numerator(&self, terms: &Terms) -> f64 {
        self.sum(terms.numerator, false)
    }

    /// A total broken down as the figure is, unless it is a denominator that is the same for all categories.
    pub fn sum(&self, term: Option<Term>, is_denominator: bool) -> f64 {
        let own = matches!(self.indicator.formule, Formula::Mean { .. });
        if is_denominator && !self.indicator.denominateur_ventile && !own {
            self.sum_whole(term)
        } else {
            self.sum_of(term, self.place.categories)
        }
    }

    fn sum_whole(&self, term: Option<Term>) -> f64 {
        self.sum_of(term, &[])
    }

    pub fn left_out(&self, term: Option<Term>) -> Option<f64> {
        term.map(|term| self.sum(Some(term), true))
    }

    pub fn cells(&self, cube: usize, categories: &[String]) -> impl Iterator<Item = Cell> {
        let tally = &self.evaluator.totals.cubes[cube];
        let numbers: Vec<u16> = match &self.indicator.aire {
            None => tally.categories.get(categories).into_iter().collect(),
            Some(_) => {
                // Residence is the first part of the category: one département, or all of them for the region.
                let own = &self.place.area;
                let lives = |code: &String| &*own.level == "region" || own.departements.contains(code);
                let wanted = |values: &[String]| values[1..] == *categories && lives(&values[0]);
                let matching = tally.categories.values().filter(|values| wanted(values));
                matching.filter_map(|values| tally.categories.get(values)).collect()
            }
        };
        let (period, population) = (self.place.period as u16, self.place.population as u8);
        let keys = self.keys.to_vec();
        numbers.into_iter().flat_map(move |category| {
            keys.clone().into_iter().map(move |key| Cell {
                period,
                key,
                population,
                category,
            })
        })
    }

    /// Counts of a clause of a rule.
    pub fn rule(&self, terms: &RuleTerms) -> RuleCounts {
        let of = |term: Term| self.sum_whole(Some(term));
        RuleCounts {
            violated: of(terms.violated),
            eligible: of(terms.eligible),
            not_judged: of(terms.not_judged),
            excluded: Some(of(terms.excluded)),
        }
    }

    fn sum_of(&self, term: Option<Term>, categories: &[String]) -> f64 {
        let period = self.evaluator.period(self.place);
        let Some((cube, counter)) = term.and_then(|term| term.at(period)) else {
            return 0.0;
        };
        let tally = &self.evaluator.totals.cubes[cube];
        let total: i64 = self.cells(cube, categories).map(|cell| tally.get(cell, counter)).sum();
        total as f64
    }

    fn histograms(&self, term: Option<Term>) -> Vec<&Histogram> {
        let period = self.evaluator.period(self.place);
        let Some((cube, _)) = term.and_then(|term| term.at(period)) else {
            return Vec::new();
        };
        let tally = &self.evaluator.totals.cubes[cube];
        self.cells(cube, self.place.categories)
            .filter_map(|cell| tally.histogram(cell))
            .collect()
    }

    pub fn exposure(&self, exposure: Exposure, silence: u8) -> Option<f64> {
        let period = self.evaluator.period(self.place);
        let to = self.evaluator.observed_to.map_or(period.to, |day| day.min(period.to));
        let area = self.place.area;
        let days = || match self.weekday() {
            Some(weekday) => f64::from(area.open_weekdays(period.from, to, weekday)),
            None => f64::from(area.open_days(period.from, to)),
        };
        match exposure {
            Exposure::Jours => Some(days()),
            Exposure::JoursOuvres => Some((1..=5).map(|day| f64::from(area.open_weekdays(period.from, to, day))).sum()),
            Exposure::JoursWeekend => Some((6..=7).map(|day| f64::from(area.open_weekdays(period.from, to, day))).sum()),
            Exposure::JoursSite => Some(f64::from(area.site_days(period.from, to))),
            Exposure::HeuresPeriode => Some(24.0 * days()),
            Exposure::HeuresPdsa => Some(self.evaluator.pdsa.hours(period.from, to, self.departement()).0),
            Exposure::HeuresHorsPdsa => Some(self.evaluator.pdsa.hours(period.from, to, self.departement()).1),
            Exposure::Population => self.inhabitants(area),
            Exposure::PopulationEpci => self.evaluator.areas.population_of_epci(self.place.categories.first()?),
            Exposure::HabitantsAnnees => self.inhabitant_years(silence),
            Exposure::JoursRecus => Some(self.received(silence).days_received(area)),
            Exposure::JoursAttendus => Some(self.received(silence).days_expected(area)),
        }
    }

    /// The département whose PDSA calendar is that of the area; nothing over several.
    fn departement(&self) -> Option<&str> {
        match &*self.place.area.level {
            "departement" => Some(&self.place.area.code),
            "etablissement" | "flux" => self.evaluator.areas.departement_of(self.place.area.keys.first().copied()?),
            _ => None,
        }
    }

    /// What was received of the table over the days observed of the period.
    fn received(&self, silence: u8) -> Received<'_> {
        let period = self.evaluator.period(self.place);
        Received {
            presence: self.evaluator.presence(self.indicator.followed()),
            from: period.from,
            to: self.evaluator.observed_to.map_or(period.to, |day| day.min(period.to)),
            silence,
        }
    }

    /// Each département with its own days received: one that sent nothing has inhabitants of whom nothing is known.
    fn inhabitant_years(&self, silence: u8) -> Option<f64> {
        let received = self.received(silence);
        let area = self.place.area;
        let areas: Vec<&Area> = match &*area.level {
            "departement" => vec![area],
            _ => {
                let all = self.evaluator.areas.of_level("departement");
                all.filter(|other| area.departements.iter().any(|code| *code == *other.code))
                    .collect()
            }
        };
        let years = |area: &&Area| Some(self.inhabitants(area)? * received.mean_days(area) / DAYS_A_YEAR);
        let total: f64 = areas.iter().filter_map(years).sum();
        (total > 0.0).then_some(total)
    }

    /// Inhabitants of an area, of the ages of the population when it declares them.
    fn inhabitants(&self, area: &Area) -> Option<f64> {
        let population = &self.evaluator.declared.populations[self.place.population];
        let everyone = population.expression == "TRUE";
        (everyone || population.age_min.is_some())
            .then(|| self.evaluator.areas.population(area, population.age_min))
            .flatten()
            .map(|inhabitants| inhabitants as f64)
    }

    /// When figures are broken down by day of the week, the exposure is the number of such days.
    fn weekday(&self) -> Option<i8> {
        let ventilation = &self.indicator.ventilations[self.place.ventilation];
        let rank = ventilation.iter().position(|dimension| dimension == "jour_semaine")?;
        self.place.categories.get(rank)?.parse().ok()
    }

    /// A population of which nobody can be said to belong, because the item that defines it is never filled.
    pub fn undecided(&self, outcome: Outcome, terms: &Terms) -> Outcome {
        let table = self.indicator.table().to_owned();
        let undecided = self.evaluator.plan.undecided.get(&(table, self.place.population));
        if undecided.is_none() || self.sum_whole(terms.all) > 0.0 {
            return outcome;
        }
        let everyone = Counted {
            place: Place {
                population: 0,
                ..self.place
            },
            ..*self
        };
        let unknown = if self.indicator.aire.is_some() {
            0.0
        } else {
            everyone.sum_whole(undecided.copied())
        };
        if unknown > 0.0 {
            Outcome::without(Status::NotCollected)
        } else {
            outcome
        }
    }
}
