//! What disclosure control protects in the figures of each indicator, read from its formula.

use std::collections::BTreeMap;

use crate::Catalogue;
use crate::indicators::{Formula, Indicator, Operation, Secret, Side};

/// What a numerator or a denominator counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Records: passages of patients.
    Records,
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
    /// A quantile so close to an end that it needs more records.
    pub extreme: bool,
    /// Indicators at the same place whose masking extends to this one.
    pub follows: Vec<String>,
    /// Grain of time at which they are looked at, when it is finer than the figure's.
    pub finer: Option<String>,
}

impl Protection {
    pub fn of_persons(&self) -> bool {
        self.secret == Secret::Personnes
    }
}

/// By identifier.
pub fn of_catalogue(catalogue: &Catalogue) -> BTreeMap<String, Protection> {
    let indicators = || catalogue.indicateurs.iter().map(|declared| &declared.what);
    indicators().map(|indicator| (indicator.id.clone(), of(indicator))).collect()
}

pub fn of(indicator: &Indicator) -> Protection {
    use Counted::{Other, Records};
    let side = |side: &Side| match side {
        Side::Records(_) => Records,
        Side::Sum(_) | Side::Exposure(_) => Other,
    };
    let (numerator, denominator, percentage, extreme) = match &indicator.formule {
        Formula::Count { .. } => (Records, Other, false, false),
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
        Formula::Rule { .. } => (Records, Records, true, false),
        // The functions of the program compare counts of records: coverage, trend.
        Formula::Native { .. } => (Records, Records, indicator.unite == "fraction", false),
    };
    Protection {
        secret: indicator.secret,
        numerator,
        denominator,
        percentage,
        extreme,
        follows: indicator.depends_on().to_vec(),
        finer: match &indicator.formule {
            Formula::Reduce { sur, .. } => Some(sur.clone()),
            _ => None,
        },
    }
}
