//! What disclosure control protects in the figures of each indicator, read from its formula.

use std::collections::BTreeMap;

use crate::indicators::{Dimension, Formula, Indicator, Operation, Parts, Secret, Side, Taille};

/// What a numerator or a denominator counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Records: passages of patients.
    Records,
    /// Beds, day by day.
    Beds,
    /// Anything else: days, inhabitants, sums of minutes.
    Other,
}

/// How the figures of an indicator are protected.
#[derive(Debug, Clone, PartialEq)]
pub struct Protection {
    pub secret: Secret,
    pub numerator: Counted,
    pub denominator: Counted,
    /// A share, held to the print floor.
    pub percentage: bool,
    /// A share of records: those that are not in the numerator are counted too.
    pub complement: bool,
    /// Digits after the decimal point of a value that is printed without the counts it comes from.
    pub digits: i32,
    /// A mean or a quantile of what patients have: so few records would show one of them.
    pub summary: bool,
    /// A quantile so close to an end that it needs more records.
    pub extreme: bool,
    /// Indicators at the same place whose masking extends to this one.
    pub follows: Vec<String>,
    /// Grain of time at which they are looked at, when it is finer than the figure's.
    pub finer: Option<String>,
    pub parts: Option<Parts>,
    pub size: Option<Taille>,
}

impl Protection {
    /// Whether what is left out of the figure is counted in passages of patients.
    pub fn counts_patients(&self) -> bool {
        matches!(self.secret, Secret::Personnes | Secret::Remplissage)
    }
}

/// Categories of each dimension that indicators share, by its name in figures.
pub type Partitions = BTreeMap<String, Vec<String>>;

pub fn partitions<'a>(dimensions: impl Iterator<Item = &'a Dimension>) -> Partitions {
    let named = |dimension: &Dimension| {
        let categories = dimension.categories().into_iter().map(|(code, _)| code).collect();
        (dimension.name().to_owned(), categories)
    };
    dimensions.filter(|dimension| dimension.nom.is_none()).map(named).collect()
}

pub fn of(indicator: &Indicator) -> Protection {
    use Counted::{Beds, Other, Records};
    let side = |side: &Side| match side {
        Side::Records(_) => Records,
        Side::Sum(_) | Side::Exposure(_) => Other,
    };
    let (numerator, denominator, percentage, extreme) = match &indicator.formule {
        Formula::Count { .. } => (Records, Other, false, false),
        Formula::Stock {
            denominateur: Some(Side::Sum(_)),
            ..
        } => (Beds, Beds, false, false),
        Formula::Sum { .. } | Formula::Stock { .. } | Formula::Reduce { .. } => (Other, Other, false, false),
        Formula::Quotient {
            numerateur,
            denominateur,
            proportion,
            ..
        } => (side(numerateur), side(denominateur), *proportion, false),
        Formula::Mean { .. } => (Other, Records, false, false),
        Formula::Quantile { p, .. } => (Other, Records, false, *p <= 0.1 || *p >= 0.9),
        Formula::Derived { operation, .. } => {
            let change = *operation == Operation::RelativeChange;
            let counted = if change { Records } else { Other };
            (counted, counted, false, false)
        }
        Formula::Standardise { .. } => (Records, Other, false, false),
        Formula::Rule { .. } | Formula::Attendu { .. } => (Records, Records, true, false),
        // What is behind the days, over the days themselves.
        Formula::Jours { .. } => (Records, Other, false, false),
        // The functions of the program compare counts of records: coverage, trend.
        Formula::Native { .. } => (Records, Records, indicator.unite == "fraction", false),
    };
    Protection {
        secret: indicator.secret,
        numerator,
        denominator,
        percentage,
        complement: matches!(
            (&indicator.formule, numerator, denominator),
            (
                Formula::Quotient { proportion: true, .. } | Formula::Rule { .. } | Formula::Attendu { .. },
                Records,
                Records
            )
        ),
        digits: i32::from(indicator.chiffres) + if indicator.unite == "fraction" { 2 } else { 0 },
        summary: matches!(&indicator.formule, Formula::Mean { .. } | Formula::Quantile { .. }),
        extreme,
        follows: [indicator.depends_on(), &indicator.masque_avec].concat(),
        finer: match &indicator.formule {
            Formula::Reduce { sur, .. } => Some(sur.clone()),
            _ => None,
        },
        parts: indicator.parts.clone(),
        size: indicator.taille,
    }
}
