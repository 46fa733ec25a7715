//! Median and quartiles over the sites of a peer group, figure by figure: never one site's own value under another name.

use std::collections::HashMap;
use std::sync::Arc;

use lake::figure::{Figure, Status};
use lake::release::{Frame, PAIRS};

use crate::retour::LEAST_SITES;

/// Indicator, population, dimension and modality: what two sites are compared on.
type Measured<'a> = [&'a str; 4];

/// Values of the sites over the main period, as their audience may read them.
pub struct Peers<'a> {
    period: &'a str,
    values: HashMap<Measured<'a>, Vec<(&'a str, f64)>>,
}

impl<'a> Peers<'a> {
    pub fn new(figures: &'a [Figure], frame: &'a Frame) -> Peers<'a> {
        let mut values: HashMap<Measured, Vec<(&str, f64)>> = HashMap::new();
        for figure in figures.iter().filter(|figure| is_compared(figure, &frame.period)) {
            if let Some(value) = figure.value.filter(|_| figure.printable()) {
                values.entry(measured(figure)).or_default().push((&figure.area, value));
            }
        }
        Peers {
            period: &frame.period,
            values,
        }
    }

    /// For each figure of a site over the main period, the statistics of its peers, when enough of them have a value.
    pub fn of(&self, own: &[&Figure], among: &[&str], group: &str) -> Vec<Figure> {
        let (level, area): (Arc<str>, Arc<str>) = ("groupe_pairs".into(), group.into());
        let perimeters: Vec<(Arc<str>, f64)> = PAIRS.iter().map(|(name, p)| (Arc::from(*name), *p)).collect();
        let mut found = Vec::new();
        for figure in own.iter().filter(|figure| is_compared(figure, self.period)) {
            let Some(values) = self.values.get(&measured(figure)) else {
                continue;
            };
            let peers = values.iter().filter(|(site, _)| among.contains(site));
            let mut values: Vec<f64> = peers.map(|(_, value)| *value).collect();
            if values.len() < LEAST_SITES {
                continue;
            }
            values.sort_by(f64::total_cmp);
            for (perimeter, p) in &perimeters {
                found.push(Figure {
                    level: level.clone(),
                    area: area.clone(),
                    perimetre: perimeter.clone(),
                    numerator: None,
                    denominator: Some(values.len() as f64),
                    missing: None,
                    excluded: None,
                    value: Some(quantile(&values, *p)),
                    low: None,
                    high: None,
                    status: Status::Ok,
                    ..(**figure).clone()
                });
            }
        }
        found
    }
}

fn is_compared(figure: &Figure, period: &str) -> bool {
    *figure.level == *"etablissement" && *figure.period == *period && *figure.perimetre == *"tous" && figure.dim2.is_empty()
}

fn measured(figure: &Figure) -> Measured<'_> {
    [&figure.indicator, &figure.population, &figure.dim, &figure.modalite]
}

/// Hyndman and Fan type 7, over values in order: one for each site, whatever its size.
fn quantile(values: &[f64], p: f64) -> f64 {
    let at = (values.len() - 1) as f64 * p;
    let (low, high) = (values[at.floor() as usize], values[at.ceil() as usize]);
    low + (high - low) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn quartiles_of_type_7() {
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.25), 1.75);
        assert_eq!(quantile(&[1.0, 2.0, 3.0], 0.5), 2.0);
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 10.0], 0.75), 4.75);
    }
}
