//! Which counts the numbers of a figure are, read from the formula of its indicator.

use lake::figure::Figure;

use super::names::{category, conditions, name};
use crate::disclosure::declared::Declared;
use crate::disclosure::protection::{Counted, Protection};
use crate::indicators::{Formula, Indicator, Operation, Secret, Side as Declaration};

/// A count, by its name and the conditions that make it.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub table: String,
    pub conditions: Vec<String>,
    /// Whether few of them must not be known.
    pub protected: bool,
}

impl Named {
    pub fn name(&self) -> String {
        name(&self.table, &self.conditions)
    }
}

/// The counts of a figure.
#[derive(Debug, Clone, Default)]
pub struct Sides {
    pub numerator: Option<Named>,
    pub denominator: Option<Named>,
    pub missing: Option<Named>,
    pub excluded: Option<Named>,
    /// The denominator is that of the period of comparison.
    pub of_before: bool,
    /// Those that are in the denominator and not in the numerator are counted too.
    pub complement: bool,
    /// Expressions of the dimensions the figure is broken down by.
    pub dimensions: Vec<String>,
}

/// None for a figure that counts nobody.
pub fn of(figure: &Figure, declared: &Declared<'_>) -> Option<Sides> {
    let indicator = declared.indicators.get(&*figure.indicator)?;
    let protection = declared.protections.get(&*figure.indicator)?;
    if !protection.counts_patients() {
        return None;
    }
    Some(
        Reader {
            figure,
            declared,
            indicator,
            protection,
        }
        .sides(),
    )
}

struct Reader<'a> {
    figure: &'a Figure,
    declared: &'a Declared<'a>,
    indicator: &'a Indicator,
    protection: &'a Protection,
}

impl Reader<'_> {
    fn sides(&self) -> Sides {
        let indicator = self.indicator;
        let mut sides = Sides {
            complement: self.protection.complement,
            dimensions: self.dimensions().into_iter().map(|(expression, _)| expression).collect(),
            ..Sides::default()
        };
        let people = indicator.secret == Secret::Personnes;
        match &indicator.formule {
            Formula::Count { filtre } => sides.numerator = Some(self.records(filtre, true, people)),
            Formula::Sum { expression, filtre } => sides.numerator = Some(self.total(expression, filtre, people)),
            Formula::Quotient {
                numerateur,
                denominateur,
                ..
            } => {
                sides.numerator = self.side(numerateur, true, people);
                sides.denominator = self.side(denominateur, indicator.denominateur_ventile, true);
            }
            Formula::Standardise { numerateur, .. } => sides.numerator = Some(self.records(numerateur, true, people)),
            Formula::Attendu {
                numerateur,
                denominateur,
                ..
            } => {
                sides.numerator = Some(self.records(numerateur, true, people));
                sides.denominator = Some(self.records(denominateur, true, true));
            }
            Formula::Mean { filtre, .. } | Formula::Quantile { filtre, .. } => {
                sides.denominator = Some(self.records(filtre, true, true));
            }
            Formula::Rule { regle, clause, compte } => {
                let of = |what: &str| self.private(&format!("{regle}.{clause} {what}"));
                sides.numerator = Some(of(&format!("{compte:?}"))).map(|named| Named {
                    protected: false,
                    ..named
                });
                sides.denominator = Some(of("parmi"));
            }
            Formula::Derived {
                operation: Operation::RelativeChange,
                de,
            } => {
                let base = de.first().and_then(|id| self.declared.indicators.get(id.as_str()));
                if let Some(Formula::Count { filtre }) = base.map(|base| &base.formule) {
                    sides.numerator = Some(self.records(filtre, true, people));
                    sides.denominator = Some(self.records(filtre, true, people));
                    sides.of_before = true;
                }
            }
            Formula::Native { .. } | Formula::Jours { .. } => {
                let of = |what: &str, counted: Counted| (counted == Counted::Records).then(|| self.private(what));
                sides.numerator = of("numérateur", self.protection.numerator);
                sides.denominator = of("dénominateur", self.protection.denominator);
            }
            Formula::Derived { .. } | Formula::Reduce { .. } | Formula::Stock { .. } => {}
        }
        let left_out = |text: &String, protected: bool| self.records(text, indicator.denominateur_ventile, protected);
        sides.missing = indicator.manquants.as_ref().map(|text| left_out(text, false));
        sides.excluded = indicator.exclus.as_ref().map(|text| left_out(text, true));
        sides
    }

    fn side(&self, side: &Declaration, broken_down: bool, protected: bool) -> Option<Named> {
        match side {
            Declaration::Records(text) => Some(self.records(text, broken_down, protected)),
            Declaration::Sum(sum) if broken_down => Some(self.total(&sum.somme, &sum.filtre, false)),
            Declaration::Sum(_) | Declaration::Exposure(_) => None,
        }
    }

    fn records(&self, filter: &str, broken_down: bool, protected: bool) -> Named {
        let mut all = self.population();
        let dimensions = self.dimensions();
        let first = dimensions.first().map_or("", |(expression, _)| expression);
        all.extend(conditions(&filter.replace("{dim}", first)));
        if broken_down {
            all.extend(dimensions.iter().map(|(expression, modalite)| category(expression, modalite)));
        }
        Named {
            table: self.table(),
            conditions: all,
            protected,
        }
    }

    fn total(&self, expression: &str, filter: &str, protected: bool) -> Named {
        let records = self.records(filter, true, protected);
        Named {
            table: format!("Σ {expression} {}", records.table),
            ..records
        }
    }

    /// A count that no other indicator makes.
    fn private(&self, what: &str) -> Named {
        let mut named = self.records("TRUE", true, true);
        named.table = format!("{} {what}", self.indicator.id);
        named
    }

    fn table(&self) -> String {
        match &self.indicator.aire {
            Some(column) => format!("{} par {column}", self.indicator.table),
            None => self.indicator.table.clone(),
        }
    }

    fn population(&self) -> Vec<String> {
        let declared = self.declared.populations.get(&*self.figure.population);
        declared.map_or_else(|| vec![self.figure.population.to_string()], |row| conditions(&row.expression))
    }

    /// Expression and category of each dimension of the figure. Several may have one name: the indicator says which.
    fn dimensions(&self) -> Vec<(String, String)> {
        let figure = self.figure;
        let written = [(&figure.dim, &figure.modalite), (&figure.dim2, &figure.modalite2)];
        let own = || self.indicator.ventilations.iter().flatten();
        written
            .into_iter()
            .filter(|(dim, _)| !dim.is_empty())
            .map(|(dim, modalite)| {
                let found = own().find_map(|id| self.declared.dimensions.get(id.as_str()).filter(|row| row.name() == &**dim));
                let expression = found.map_or_else(|| dim.to_string(), |row| row.expression.clone());
                (expression, modalite.to_string())
            })
            .collect()
    }
}
