//! Statistics of figures at a finer grain of time.

use lake::figure::Status;

use super::formula::Reduction;
use super::histogram::{Histogram, SCALE};
use super::outcome::Outcome;

/// Reduces the values of the finer periods. `denominator` is their number; a standard deviation needs two.
pub fn reduce(operation: Reduction, values: &[f64]) -> Outcome {
    let count = values.len() as f64;
    let least = values.iter().copied().reduce(f64::min);
    let most = values.iter().copied().reduce(f64::max);
    let mean = || values.iter().sum::<f64>() / count;
    let value = match operation {
        _ if values.is_empty() => None,
        Reduction::Mean => Some(mean()),
        Reduction::Median => quantile(values, 0.5),
        Reduction::P10 => quantile(values, 0.1),
        Reduction::P90 => quantile(values, 0.9),
        Reduction::Min => least,
        Reduction::Max => most,
        Reduction::Sd => (values.len() > 1).then(|| {
            let centre = mean();
            (values.iter().map(|value| (value - centre).powi(2)).sum::<f64>() / (count - 1.0)).sqrt()
        }),
        Reduction::RelativeRange => match (least, most) {
            (Some(least), Some(most)) if least > 0.0 => Some((most - least) / least),
            _ => None,
        },
    };
    Outcome {
        denominator: Some(count),
        value,
        ..Outcome::without(if value.is_some() { Status::Ok } else { Status::NoDenominator })
    }
}

/// Of type 7.
fn quantile(values: &[f64], p: f64) -> Option<f64> {
    Histogram::from_pairs(values.iter().map(|value| ((value * SCALE).round() as i64, 1)).collect()).quantile(p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_of_three_months() {
        let months = [100.0, 130.0, 110.0];
        let value = |operation| reduce(operation, &months).value;
        assert_eq!(value(Reduction::RelativeRange), Some(0.3));
        assert_eq!(value(Reduction::Median), Some(110.0));
        // quantile(c(100, 130, 110), c(.1, .9)) is 102 and 126 in R.
        assert_eq!((value(Reduction::P10), value(Reduction::P90)), (Some(102.0), Some(126.0)));
        assert_eq!(value(Reduction::Min), Some(100.0));
        assert_eq!(value(Reduction::Max), Some(130.0));
        assert!((value(Reduction::Sd).unwrap() - 15.275).abs() < 1e-3);
        assert_eq!(reduce(Reduction::Mean, &[]).status, Status::NoDenominator);
        assert_eq!(reduce(Reduction::Sd, &[1.0]).value, None);
    }
}
