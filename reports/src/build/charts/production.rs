//! E-G02: passages of each day with the alert threshold that its own days give.

use jiff::civil::Date;

use super::time::{days_between, months, on_day};
use super::{Drawn, known};
use crate::build::Context;
use crate::charts::{Drawing, Production};
use crate::declaration::ChartDecl;
use crate::document::Cell;
use crate::typography as typo;

pub fn production(context: &Context, declared: &ChartDecl) -> Option<Drawn> {
    let series = declared.serie.first()?;
    let frame = context.frame();
    let days: Vec<Date> = days_between(frame.date_from, frame.date_to);
    // A day without a figure is a day without a passage: the table of the days has a line for each that has one.
    let values: Vec<f64> = days.iter().map(|day| on_day(context, series, *day).unwrap_or(0.0)).collect();
    let (mean, threshold) = threshold(&values)?;
    let flagged: Vec<(usize, String)> = values
        .iter()
        .enumerate()
        .filter(|(_, value)| **value < threshold || **value == 0.0)
        .map(|(rank, _)| (rank, format!("{:02}/{:02}", days[rank].day(), days[rank].month())))
        .collect();
    let empty = values.iter().filter(|value| **value == 0.0).count();
    let said = |count: usize, one: &str, many: &str| match count {
        0 => format!("aucun {one}"),
        1 => format!("1 {one}"),
        several => format!("{several} {many}"),
    };
    let low = said(flagged.len() - empty, "jour bas", "jours bas");
    let message = format!(
        "{} passages par jour en moyenne ; {low}, {}",
        typo::count(values.iter().sum::<f64>() / values.len() as f64),
        said(empty, "jour sans passage", "jours sans passage")
    );
    let total: f64 = values.iter().sum();
    let rows = days
        .iter()
        .zip(&values)
        .enumerate()
        .map(|(rank, (day, value))| {
            let is_flagged = flagged.iter().any(|(of, _)| *of == rank);
            let cells = vec![
                known(Some(*value), typo::count),
                known(Some(threshold), |threshold| typo::decimal(threshold, 1)),
                Cell::words(if is_flagged { "sous le seuil" } else { "" }),
            ];
            (typo::short_date(*day), cells)
        })
        .collect();
    Some(Drawn {
        message: Some(message),
        alternative: format!(
            "Courbe sur {} jours, seuil d'alerte à {} ; les jours en dessous portent leur date.",
            days.len(),
            typo::decimal(threshold, 1)
        ),
        n: Some(format!("{}\u{a0}passages", typo::count(total))),
        notes: vec![
            "Seuil : m′ − 3 s′ (m′ − 2 s′ s'il est négatif), moyenne et écart-type des jours de la période une fois retirés ceux sous m − 2 s (RESURAL).".to_owned(),
        ],
        header: ["Jour", "Passages", "Seuil d'alerte", "Alerte"].map(str::to_owned).to_vec(),
        rows,
        drawing: Drawing::Production(Production {
            low: vec![Some(threshold); values.len()],
            median: vec![Some(mean); values.len()],
            values,
            flagged,
            months: months(&days),
            label_low: "seuil".to_owned(),
            label_median: "moyenne".to_owned(),
        }),
    })
}

/// Mean and threshold of the days that are not already very low. Source: RESURAL, recommandations, as in RPU-T02.
fn threshold(values: &[f64]) -> Option<(f64, f64)> {
    let (mean, spread) = moments(values)?;
    let usual: Vec<f64> = values.iter().copied().filter(|value| *value >= mean - 2.0 * spread).collect();
    let (mean, spread) = moments(&usual)?;
    let threshold = match mean - 3.0 * spread {
        negative if negative < 0.0 => mean - 2.0 * spread,
        threshold => threshold,
    };
    Some((mean, threshold.max(0.0)))
}

/// Mean and standard deviation (n − 1); nothing without two days or without a passage.
fn moments(values: &[f64]) -> Option<(f64, f64)> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    if values.len() < 2 || mean <= 0.0 {
        return None;
    }
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((mean, (squares / (count - 1.0)).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_forgets_the_days_that_are_already_low() {
        // Nineteen days of 98, 100, 102 in turn and a day of 10: m = 95.5, s ≈ 20; without it, m′ ≈ 99.9, s′ ≈ 1.70.
        let mut days: Vec<f64> = (0..19).map(|day| 98.0 + 2.0 * f64::from(day % 3)).collect();
        days.push(10.0);
        let (mean, threshold) = threshold(&days).unwrap();
        assert!((mean - 99.89).abs() < 0.01, "{mean}");
        assert!((threshold - 94.806).abs() < 0.001, "{threshold}");
        assert_eq!(super::threshold(&[0.0; 5]), None);
    }
}
