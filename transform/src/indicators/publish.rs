//! From outcomes to figures: every place where the catalogue says that an indicator is published, in a fixed order.

use std::collections::BTreeSet;
use std::sync::Arc;

use lake::figure::{Figure, Status};
use lake::site::SiteNature;
use rayon::prelude::*;

use super::areas::Area;
use super::declaration::Indicator;
use super::evaluate::{Evaluator, Place};
use super::request::Kind;

/// One place of publication, as the grains say it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Spot<'a> {
    level: &'a str,
    period: usize,
    constant: bool,
    population: usize,
}

/// Indicators evaluated at once. The figures of so many are held twice while they are put in their order, those of all would be felt.
const AT_ONCE: usize = 32;

/// Every figure of the catalogue. Indicators are evaluated in parallel and put back in the order of the catalogue.
pub fn figures(evaluator: &Evaluator<'_>) -> Vec<Figure> {
    let numbers: Vec<usize> = (0..evaluator.declared.indicators.len()).collect();
    let mut figures = Vec::new();
    for numbers in numbers.chunks(AT_ONCE) {
        let parts: Vec<Vec<Figure>> = numbers.par_iter().map(|number| of_indicator(evaluator, *number)).collect();
        parts.into_iter().for_each(|part| figures.extend(part));
    }
    figures
}

fn of_indicator(evaluator: &Evaluator<'_>, number: usize) -> Vec<Figure> {
    let indicator = &evaluator.declared.indicators[number];
    let groupings = evaluator.areas.groupings();
    let mut figures = Vec::new();
    for ventilation in 0..indicator.ventilations.len() {
        let categories = categories(evaluator, number, ventilation);
        let names = Names::new(evaluator, indicator, ventilation, &categories);
        for spot in spots(evaluator, indicator, &groupings) {
            for area in evaluator.areas.of_level(spot.level) {
                // Where the inhabitants of an area go is known of whole départements only.
                if indicator.aire.is_some() && area.departements.is_empty() {
                    continue;
                }
                for (rank, categories) in categories.iter().enumerate() {
                    let place = Place {
                        area,
                        period: spot.period,
                        population: spot.population,
                        constant: spot.constant,
                        ventilation,
                        categories,
                    };
                    figures.extend(figure(evaluator, number, place, &names, rank));
                }
            }
        }
    }
    figures
}

/// Strings shared by the figures of one breakdown.
struct Names {
    indicator: Arc<str>,
    domaine: Arc<str>,
    unit: Arc<str>,
    perimetres: [Arc<str>; 2],
    kinds: Vec<Arc<str>>,
    populations: Vec<Arc<str>>,
    dims: [Arc<str>; 2],
    /// By rank of the category.
    categories: Vec<[Arc<str>; 2]>,
}

impl Names {
    fn new(evaluator: &Evaluator<'_>, indicator: &Indicator, ventilation: usize, categories: &[Vec<String>]) -> Names {
        let two = |values: &[String]| [0, 1].map(|rank| Arc::from(values.get(rank).map_or("", String::as_str)));
        let populations = evaluator.declared.populations.iter();
        let dims: Vec<String> = indicator.ventilations[ventilation]
            .iter()
            .map(|id| {
                evaluator
                    .declared
                    .dimension(id)
                    .map_or(id.clone(), |dimension| dimension.name().to_owned())
            })
            .collect();
        Names {
            indicator: indicator.id.as_str().into(),
            domaine: indicator.domaine.as_str().into(),
            unit: indicator.unite.as_str().into(),
            perimetres: ["tous".into(), "constant".into()],
            kinds: Kind::ALL.map(|kind| Arc::from(kind.published())).to_vec(),
            populations: populations.map(|population| population.id.as_str().into()).collect(),
            dims: two(&dims),
            categories: categories.iter().map(|values| two(values)).collect(),
        }
    }
}

/// Whether a site may have records of the indicator: nothing is said of the regulation of a hospital, nor of the beds of a SAMU.
fn concerns(indicator: &Indicator, area: &Area) -> bool {
    let is_site = matches!(&*area.level, "etablissement" | "flux");
    let table = lake::table::table(indicator.received());
    !is_site
        || table.is_none_or(|table| table.nature_of_site() == SiteNature::of(area.code.split('/').next().unwrap_or_default()))
}

fn figure(evaluator: &Evaluator<'_>, number: usize, place: Place<'_>, names: &Names, category: usize) -> Option<Figure> {
    if !concerns(&evaluator.declared.indicators[number], place.area) || !evaluator.is_present(number, place) {
        return None;
    }
    let outcome = evaluator.evaluate(number, place);
    let period = evaluator.period(place);
    // A site that is no structure of the region has beds, and nothing else to say.
    if outcome.status == Status::NotApplicable && !place.area.is_declared() {
        return None;
    }
    // By day, or category by category, the absence of a line says it.
    let silent = match outcome.status {
        Status::NotApplicable | Status::NotCollected => !period.kind.of_months() || !place.categories.is_empty(),
        _ => false,
    };
    if silent {
        return None;
    }
    let [modalite, modalite2] = names.categories[category].clone();
    let [dim, dim2] = names.dims.clone();
    Some(Figure {
        indicator: names.indicator.clone(),
        domaine: names.domaine.clone(),
        level: place.area.level.clone(),
        area: place.area.code.clone(),
        period_kind: names.kinds[period.kind as usize].clone(),
        period: period.label.clone(),
        perimetre: names.perimetres[usize::from(place.constant)].clone(),
        population: names.populations[place.population].clone(),
        dim,
        modalite,
        dim2,
        modalite2,
        numerator: outcome.numerator,
        denominator: outcome.denominator,
        missing: outcome.missing,
        excluded: outcome.excluded,
        value: outcome.value,
        low: outcome.low,
        high: outcome.high,
        unit: names.unit.clone(),
        status: outcome.status,
    })
}

/// Every combination of categories of a breakdown, in the order of the dimensions; those met in the data when a dimension does
/// not list its own.
fn categories(evaluator: &Evaluator<'_>, number: usize, ventilation: usize) -> Vec<Vec<String>> {
    let indicator = &evaluator.declared.indicators[number];
    let mut combinations = vec![Vec::new()];
    for (rank, id) in indicator.ventilations[ventilation].iter().enumerate() {
        let dimension = evaluator.declared.dimension(id);
        let mut values: Vec<String> = dimension
            .map(|dimension| dimension.categories().into_iter().map(|(code, _)| code).collect())
            .unwrap_or_default();
        let listed = !values.is_empty();
        for met in evaluator.met(number, ventilation, rank) {
            if !listed || met == super::group::MANQUANT && indicator.avec_manquants {
                values.push(met);
            }
        }
        if dimension.is_some_and(|dimension| dimension.seulement_presentes) {
            let met = evaluator.met(number, ventilation, rank);
            values.retain(|value| met.contains(value));
        }
        combinations = combinations
            .into_iter()
            .flat_map(|start| {
                values.iter().map(move |value| {
                    let mut combination: Vec<String> = start.clone();
                    combination.push(value.clone());
                    combination
                })
            })
            .collect();
    }
    combinations
}

/// Where an indicator is published, each place once, in order. A grouping that the observatory declares is published like a département.
fn spots<'a>(evaluator: &Evaluator<'a>, indicator: &'a Indicator, groupings: &'a BTreeSet<Arc<str>>) -> Vec<Spot<'a>> {
    let mut spots = Vec::new();
    let mut known = BTreeSet::new();
    for grain in evaluator.declared.grains_of(indicator) {
        let departements = grain.niveaux.iter().any(|level| level == "departement");
        let declared = groupings.iter().filter(|_| departements).map(|level| &**level);
        for level in grain.niveaux.iter().map(String::as_str).chain(declared) {
            for (index, period) in evaluator.request.periods.iter().enumerate() {
                let wanted = grain.periodes.iter().any(|kind| kind == period.kind.as_str());
                if !wanted || period.is_n1 && !grain.avec_n1 {
                    continue;
                }
                for perimetre in &grain.perimetres {
                    let constant = perimetre == "constant";
                    if constant && period.pair.is_none() {
                        continue;
                    }
                    for population in grain.populations.iter().filter_map(|id| evaluator.declared.population(id)) {
                        let spot = Spot {
                            level,
                            period: index,
                            constant,
                            population,
                        };
                        if known.insert(spot.clone()) {
                            spots.push(spot);
                        }
                    }
                }
            }
        }
    }
    spots
}
