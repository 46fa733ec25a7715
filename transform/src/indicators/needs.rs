//! What each indicator must have counted: for which periods and populations, by which groupings, for which clauses of a rule.

use std::collections::BTreeSet;

use super::check::is_counted;
use super::declaration::Indicator;
use super::declared::Declarations;
use super::formula::Formula;
use super::plan::Grouping;
use super::request::Request;
use crate::Error;
use crate::rules::Rule;

/// Periods and populations at which something is wanted.
#[derive(Debug, Clone, Default)]
pub struct Need {
    pub periods: BTreeSet<usize>,
    pub populations: BTreeSet<usize>,
}

/// What each indicator is wanted for: its own grains, and those of the indicators computed from it.
pub fn needs(declared: Declarations<'_>, request: &Request) -> Vec<Need> {
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
            // A function of the program may read the period that its own is compared with.
            if matches!(indicator.formule, Formula::Native { .. }) {
                needs[number].periods.extend(&compared);
            }
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

/// The clauses of a rule that are counted record by record, each with the category it answers for.
pub fn clauses<'a>(declared: Declarations<'a>, id: &str, clause: &str, ventilation: &[String]) -> Vec<(String, &'a Rule)> {
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

pub fn groupings(declared: Declarations<'_>, indicator: &Indicator, ventilation: &[String]) -> Result<Vec<Grouping>, Error> {
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
