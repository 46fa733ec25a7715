//! What one pass over the records must count. Every total of every indicator becomes a counter of a cube (a grouping of the
//! records by structure, population, and perhaps day, dimensions or residence); equal counters are counted once.

use std::collections::{BTreeMap, BTreeSet};

use super::check::is_counted;
use super::declaration::{Dimension, Formula, Grain, Indicator, Population, Side};
use super::request::{Period, Request};
use crate::Error;
use crate::rules::Rule;

/// A counter: the number of records that satisfy `filtre`, or the total of `valeur` over them, in millionths.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Atom {
    pub valeur: Option<String>,
    pub filtre: String,
}

impl Atom {
    pub fn count(filtre: &str) -> Atom {
        Atom {
            valeur: None,
            filtre: filtre.to_owned(),
        }
    }

    /// Counts every record, without any column to read.
    pub fn is_every_record(&self) -> bool {
        self.valeur.is_none() && self.filtre == "TRUE"
    }

    pub fn total(valeur: &str, filtre: &str) -> Atom {
        Atom {
            valeur: Some(valeur.to_owned()),
            filtre: filtre.to_owned(),
        }
    }
}

/// A grouping expression; an empty one becomes `manquant` when asked, and otherwise leaves the cube.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grouping {
    pub expression: String,
    pub largeur: usize,
    pub avec_manquants: bool,
}

/// What tells two cubes apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CubeKey {
    pub table: String,
    pub daily: bool,
    pub groupings: Vec<Grouping>,
    pub aire: Option<String>,
    /// The measure whose distribution is kept; none for a cube of counters.
    pub measure: Option<Atom>,
}

/// One grouping of the records and what is counted in it.
#[derive(Debug, Clone)]
pub struct Cube {
    pub key: CubeKey,
    pub atoms: Vec<Atom>,
    /// Indexes in the request.
    pub periods: BTreeSet<usize>,
    /// Indexes in the catalogue.
    pub populations: BTreeSet<usize>,
}

/// Where a total is found: in a cube of whole months and, or, in a cube of days, which periods cut inside a month need too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Term {
    months: Option<(usize, usize)>,
    days: Option<(usize, usize)>,
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
    /// Unit-days whose beds are known, in the cube of the numerator: it tells the units apart.
    pub known: Option<Term>,
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

/// Periods and populations at which something is wanted.
#[derive(Debug, Clone, Default)]
struct Need {
    periods: BTreeSet<usize>,
    populations: BTreeSet<usize>,
}

/// The plan of a computation.
#[derive(Debug, Default)]
pub struct Plan {
    pub cubes: Vec<Cube>,
    index: BTreeMap<CubeKey, usize>,
    /// By (index of the indicator, index of its breakdown).
    pub terms: BTreeMap<(usize, usize), Terms>,
    /// By (table, population): records of which one cannot say whether they belong to it.
    pub undecided: BTreeMap<(String, usize), Term>,
}

/// Declarations the plan is made from.
#[derive(Clone, Copy)]
pub struct Declarations<'a> {
    pub indicators: &'a [Indicator],
    pub populations: &'a [Population],
    pub dimensions: &'a [Dimension],
    pub grains: &'a [Grain],
    pub rules: &'a [Rule],
}

impl<'a> Declarations<'a> {
    pub fn indicator(&self, id: &str) -> Option<usize> {
        self.indicators.iter().position(|indicator| indicator.id == id)
    }

    pub fn population(&self, id: &str) -> Option<usize> {
        self.populations.iter().position(|population| population.id == id)
    }

    pub fn dimension(&self, id: &str) -> Option<&'a Dimension> {
        self.dimensions.iter().find(|dimension| dimension.id == id)
    }

    pub fn grains_of(&self, indicator: &'a Indicator) -> impl Iterator<Item = &'a Grain> {
        let grains = self.grains;
        indicator
            .grains
            .iter()
            .filter_map(move |id| grains.iter().find(|grain| grain.id == *id))
    }
}

impl Plan {
    pub fn new(declared: Declarations<'_>, request: &Request) -> Result<Plan, Error> {
        let mut plan = Plan::default();
        let needs = needs(declared, request);
        for (number, indicator) in declared.indicators.iter().enumerate() {
            let need = &needs[number];
            if need.periods.is_empty() || need.populations.is_empty() {
                continue;
            }
            for (rank, ventilation) in indicator.ventilations.iter().enumerate() {
                let groupings = match &indicator.formule {
                    Formula::Rule { .. } => Vec::new(),
                    _ => groupings(declared, indicator, ventilation)?,
                };
                let mut terms = plan.terms_of(indicator, &groupings, need, request);
                if let Formula::Rule { regle, clause, .. } = &indicator.formule {
                    for (category, rule) in clauses(declared, regle, clause, ventilation) {
                        let counted = plan.rule(rule, need, request);
                        terms.rules.extend(counted.map(|counted| (category, counted)));
                    }
                }
                plan.terms.insert((number, rank), terms);
            }
            for population in &need.populations {
                let expression = &declared.populations[*population].expression;
                if expression != "TRUE" {
                    let whole = CubeKey::plain(indicator.table());
                    let everyone = Need {
                        periods: need.periods.clone(),
                        populations: [0].into(),
                    };
                    let term = plan.term(&whole, Atom::count(&format!("({expression}) IS NULL")), &everyone, request);
                    let known = plan.undecided.entry((indicator.table().to_owned(), *population)).or_default();
                    known.months = known.months.or(term.months);
                    known.days = known.days.or(term.days);
                }
            }
        }
        Ok(plan)
    }

    fn terms_of(&mut self, indicator: &Indicator, groupings: &[Grouping], need: &Need, request: &Request) -> Terms {
        let whole = CubeKey {
            aire: indicator.aire.clone(),
            ..CubeKey::plain(indicator.table())
        };
        let broken_down = CubeKey {
            groupings: groupings.to_vec(),
            ..whole.clone()
        };
        let rest = if indicator.denominateur_ventile {
            &broken_down
        } else {
            &whole
        };
        let dim = groupings.first().map_or("NULL", |grouping| grouping.expression.as_str());
        let text = |sql: &str| sql.replace("{dim}", dim);
        let mut terms = Terms {
            all: Some(self.term(&whole, Atom::count("TRUE"), need, request)),
            ..Terms::default()
        };
        let mut add = |key: &CubeKey, atom: Atom| Some(self.term(key, atom, need, request));
        if let Some(missing) = &indicator.manquants {
            terms.missing = add(rest, Atom::count(&text(missing)));
        }
        if let Some(excluded) = &indicator.exclus {
            terms.excluded = add(rest, Atom::count(&text(excluded)));
        }
        let side = |side: &Side| match side {
            Side::Records(predicate) => Some(Atom::count(&text(predicate))),
            Side::Sum(sum) => Some(Atom::total(&text(&sum.somme), &text(&sum.filtre))),
            Side::Exposure(_) => None,
        };
        match &indicator.formule {
            Formula::Count { filtre } => terms.numerator = add(&broken_down, Atom::count(&text(filtre))),
            Formula::Sum { expression, filtre } => {
                terms.numerator = add(&broken_down, Atom::total(&text(expression), &text(filtre)));
            }
            Formula::Mean { expression, filtre } => {
                let (expression, filtre) = (text(expression), text(filtre));
                terms.numerator = add(&broken_down, Atom::total(&expression, &filtre));
                let counted = Atom::count(&format!("({filtre}) AND ({expression}) IS NOT NULL"));
                terms.denominator = add(&broken_down, counted);
            }
            Formula::Quantile { expression, filtre, .. } => {
                let key = CubeKey {
                    measure: Some(Atom::total(&text(expression), &text(filtre))),
                    ..broken_down
                };
                terms.distribution = add(&key, Atom::count("TRUE"));
            }
            Formula::Quotient {
                numerateur,
                denominateur,
                ..
            } => {
                terms.numerator = side(numerateur).and_then(|atom| add(&broken_down, atom));
                terms.denominator = side(denominateur).and_then(|atom| add(rest, atom));
            }
            Formula::Stock {
                numerateur,
                denominateur: None,
                ..
            } => {
                let mut key = broken_down.clone();
                key.groupings.push(Grouping {
                    expression: super::beds::UNIT.to_owned(),
                    largeur: 0,
                    avec_manquants: false,
                });
                terms.numerator = side(numerateur).and_then(|atom| add(&key, atom));
                terms.known = numerateur.filter().and_then(|filtre| add(&key, Atom::count(&text(filtre))));
            }
            Formula::Stock {
                numerateur,
                denominateur,
                ..
            } => {
                terms.numerator = side(numerateur).and_then(|atom| add(&broken_down, atom));
                terms.denominator = denominateur.as_ref().and_then(side).and_then(|atom| add(rest, atom));
            }
            Formula::Reduce { .. } | Formula::Derived { .. } | Formula::Rule { .. } | Formula::Native { .. } => {}
        }
        terms
    }

    /// The counters of a clause, with the verdicts of the rule engine: judged when both predicates are known.
    fn rule(&mut self, rule: &Rule, need: &Need, request: &Request) -> Option<RuleTerms> {
        let (Some(parmi), Some(anomalie)) = (&rule.parmi, &rule.anomalie) else {
            return None;
        };
        let parmi = parmi.fill(&rule.parametres).sql;
        let anomalie = anomalie.fill(&rule.parametres).sql;
        let key = CubeKey::plain(JUDGED);
        let mut add = |filtre: String| self.term(&key, Atom::count(&filtre), need, request);
        Some(RuleTerms {
            eligible: add(format!("({parmi}) AND ({anomalie}) IS NOT NULL")),
            violated: add(format!("({parmi}) AND ({anomalie})")),
            not_judged: add(format!("({parmi}) IS NULL OR (({parmi}) AND ({anomalie}) IS NULL)")),
            excluded: add(format!("NOT ({parmi})")),
        })
    }

    /// The place of a counter, made if need be, in the cube of months, of days, or both.
    fn term(&mut self, key: &CubeKey, atom: Atom, need: &Need, request: &Request) -> Term {
        let mut place = |daily: bool| {
            let periods: BTreeSet<usize> = need
                .periods
                .iter()
                .copied()
                .filter(|period| request.periods[*period].is_of_whole_months() != daily)
                .collect();
            (!periods.is_empty()).then(|| {
                let key = CubeKey { daily, ..key.clone() };
                let number = *self.index.entry(key.clone()).or_insert_with(|| {
                    self.cubes.push(Cube {
                        key,
                        atoms: Vec::new(),
                        periods: BTreeSet::new(),
                        populations: BTreeSet::new(),
                    });
                    self.cubes.len() - 1
                });
                let cube = &mut self.cubes[number];
                cube.periods.extend(periods);
                cube.populations.extend(&need.populations);
                let counter = cube.atoms.iter().position(|known| *known == atom).unwrap_or_else(|| {
                    cube.atoms.push(atom.clone());
                    cube.atoms.len() - 1
                });
                (number, counter)
            })
        };
        Term {
            months: place(false),
            days: place(true),
        }
    }
}

impl CubeKey {
    fn plain(table: &str) -> CubeKey {
        CubeKey {
            table: table.to_owned(),
            daily: false,
            groupings: Vec::new(),
            aire: None,
            measure: None,
        }
    }
}

impl Indicator {
    /// Table the counters read: the daily state of the beds for a stock.
    pub fn table(&self) -> &str {
        match self.formule {
            Formula::Stock { .. } => super::beds::TABLE,
            Formula::Rule { .. } => JUDGED,
            _ => &self.table,
        }
    }
}

impl Indicator {
    /// Table of the deliveries it is computed from.
    pub fn received(&self) -> &str {
        match self.formule {
            Formula::Stock { .. } => "lits",
            _ => &self.table,
        }
    }

    /// Whether its records name a site, which may have no emergency department.
    pub fn is_of_sites(&self) -> bool {
        lake::table::table(self.received()).is_some_and(|table| table.ordre().is_none())
    }

    /// Table whose records say which structures transmit all along.
    pub fn followed(&self) -> &str {
        match self.formule {
            Formula::Rule { .. } => "rpu",
            _ => self.table(),
        }
    }
}

/// The records as the rules see them, before anything is voided.
pub const JUDGED: &str = "rpu_juge";

/// The clauses of a rule that are counted record by record, each with the category it answers for.
fn clauses<'a>(declared: Declarations<'a>, id: &str, clause: &str, ventilation: &[String]) -> Vec<(String, &'a Rule)> {
    let of = |clause: &str| {
        let mut rules = declared.rules.iter();
        rules.find(|rule| rule.id == id && rule.clause == clause && is_counted(rule))
    };
    match ventilation.first().and_then(|dimension| declared.dimension(dimension)) {
        None => of(clause).map(|rule| (String::new(), rule)).into_iter().collect(),
        Some(dimension) => dimension
            .categories()
            .into_iter()
            .filter_map(|(category, _)| of(&category).map(|rule| (category, rule)))
            .collect(),
    }
}

fn groupings(declared: Declarations<'_>, indicator: &Indicator, ventilation: &[String]) -> Result<Vec<Grouping>, Error> {
    let grouping = |id: &String| {
        let dimension = declared
            .dimension(id)
            .ok_or_else(|| Error::Request(format!("{} : dimension inconnue « {id} »", indicator.id)))?;
        Ok(Grouping {
            expression: dimension.expression.clone(),
            largeur: dimension.largeur,
            avec_manquants: indicator.avec_manquants,
        })
    };
    ventilation.iter().map(grouping).collect()
}

/// What each indicator is wanted for: its own grains, and those of the indicators computed from it.
fn needs(declared: Declarations<'_>, request: &Request) -> Vec<Need> {
    let mut needs: Vec<Need> = declared
        .indicators
        .iter()
        .map(|indicator| {
            let mut need = Need::default();
            for grain in declared.grains_of(indicator) {
                need.populations
                    .extend(grain.populations.iter().filter_map(|id| declared.population(id)));
                need.periods.extend((0..request.periods.len()).filter(|index| {
                    let period = &request.periods[*index];
                    grain.periodes.iter().any(|kind| kind == period.kind.as_str()) && (grain.avec_n1 || !period.is_n1)
                }));
            }
            need
        })
        .collect();
    // Dependencies are at most two deep (E21 on E20, I09 on I01); one more round costs nothing.
    for _ in 0..3 {
        for (number, indicator) in declared.indicators.iter().enumerate() {
            let mut need = needs[number].clone();
            let compared: Vec<usize> = need
                .periods
                .iter()
                .filter_map(|index| request.periods[*index].compared)
                .collect();
            need.periods.extend(compared);
            if let Formula::Reduce { sur, .. } = &indicator.formule {
                let finer = |index: &usize| request.periods[*index].kind.as_str() == sur;
                need.periods.extend((0..request.periods.len()).filter(finer));
            }
            for id in indicator.depends_on() {
                if let Some(other) = declared.indicator(id) {
                    needs[other].periods.extend(&need.periods);
                    needs[other].populations.extend(&need.populations);
                }
            }
        }
    }
    needs
}
