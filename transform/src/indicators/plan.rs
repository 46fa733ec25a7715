//! What one pass over the records must count. Every total of every indicator becomes a counter of a cube (a grouping of the
//! records by structure, population, and perhaps day, dimensions or residence); equal counters are counted once.

use std::collections::{BTreeMap, BTreeSet};

use super::declaration::Indicator;
use super::declared::Declarations;
use super::formula::{Formula, Side};
use super::needs::{Need, clauses, groupings, needs};
use super::request::Request;
use super::terms::{RuleTerms, Term, Terms};
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
                let strates = super::needs::groupings(declared, indicator, indicator.strates())?;
                let mut terms = plan.terms_of(indicator, &groupings, &strates, need, request);
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

    fn terms_of(
        &mut self,
        indicator: &Indicator,
        groupings: &[Grouping],
        strates: &[Grouping],
        need: &Need,
        request: &Request,
    ) -> Terms {
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
        if let (Some(_), Formula::Quotient { numerateur, .. }) = (indicator.effectif_min, &indicator.formule) {
            terms.counted = numerateur
                .filter()
                .and_then(|filtre| add(&broken_down, Atom::count(&text(filtre))));
        }
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
            Formula::Standardise { numerateur, .. } | Formula::Attendu { numerateur, .. } => {
                let mut key = broken_down.clone();
                key.groupings.extend_from_slice(strates);
                terms.numerator = add(&key, Atom::count(&text(numerateur)));
                if let Formula::Attendu { denominateur, .. } = &indicator.formule {
                    terms.denominator = add(&key, Atom::count(&text(denominateur)));
                }
            }
            Formula::Native { compteurs, .. } => {
                terms.counters = compteurs
                    .iter()
                    .filter_map(|filtre| add(&whole, Atom::count(&text(filtre))))
                    .collect();
            }
            Formula::Reduce { .. } | Formula::Derived { .. } | Formula::Rule { .. } | Formula::Jours { .. } => {}
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

/// The records as the rules see them, before anything is voided.
pub const JUDGED: &str = "rpu_juge";
