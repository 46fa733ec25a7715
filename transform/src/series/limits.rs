//! Limits learnt on a series of daily counts. Pure functions on slices; absent days are `None`, a day of the open period
//! without record is `Some(0)`.

/// Threshold S of RPU-T02 (RESURAL, *Recommandations RPU*, 14 August 2015): m = mean of the non-zero days and s = standard
/// deviation of all days; days above m − 2 s are kept; with m' and s' of those, S = m' − 3 s', or m' − 2 s' when that is
/// negative. Standard deviations have n − 1. None under `least` non-zero days.
pub fn low_threshold(days: &[f64], least: usize) -> Option<f64> {
    let filled: Vec<f64> = days.iter().copied().filter(|count| *count > 0.0).collect();
    if filled.len() < least {
        return None;
    }
    let bound = mean(&filled)? - 2.0 * deviation(days)?;
    let kept: Vec<f64> = days.iter().copied().filter(|count| *count > bound).collect();
    let (mean, deviation) = (mean(&kept)?, deviation(&kept)?);
    let limit = mean - 3.0 * deviation;
    Some(if limit < 0.0 { mean - 2.0 * deviation } else { limit })
}

/// Median, and median absolute deviation from it. None for an empty series.
pub fn median_and_mad(values: &[f64]) -> Option<(f64, f64)> {
    let center = median(values)?;
    let gaps: Vec<f64> = values.iter().map(|value| (value - center).abs()).collect();
    Some((center, median(&gaps)?))
}

/// (value − median) / (1.4826 × MAD): 1.4826 makes the MAD estimate the standard deviation of a normal law. None when the MAD
/// is zero.
pub fn robust_z(value: f64, center: f64, mad: f64) -> Option<f64> {
    (mad > 0.0).then(|| (value - center) / (1.4826 * mad))
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        length if length % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn deviation(values: &[f64]) -> Option<f64> {
    let center = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - center).powi(2)).sum();
    (values.len() > 1).then(|| (squares / (values.len() - 1) as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by hand: 100, 110, 90, 100, 20 → m = 84, s = 36.469; 84 − 72.9 = 11.1, every day kept; S = 84 − 109.4 < 0,
    /// hence 84 − 2 × 36.469 = 11.06.
    #[test]
    fn a_short_series() {
        let limit = low_threshold(&[100.0, 110.0, 90.0, 100.0, 20.0], 5).unwrap();
        assert!((limit - 11.0617).abs() < 0.001, "{limit}");
        assert_eq!(low_threshold(&[100.0, 0.0], 2), None);
    }

    /// Ten days at 100 ± 10 and a breakdown at 10: the breakdown leaves the reference, and is under the limit.
    #[test]
    fn a_breakdown_does_not_poison_its_own_limit() {
        let mut days = vec![90.0, 110.0, 90.0, 110.0, 90.0, 110.0, 90.0, 110.0, 90.0, 110.0];
        let clean = low_threshold(&days, 5).unwrap();
        days.push(10.0);
        let limit = low_threshold(&days, 5).unwrap();
        assert!((limit - clean).abs() < 1e-9 && limit > 60.0, "{limit} {clean}");
    }

    #[test]
    fn medians() {
        assert_eq!(median_and_mad(&[1.0, 2.0, 3.0, 4.0, 100.0]), Some((3.0, 1.0)));
        assert_eq!(median_and_mad(&[2.0, 4.0]), Some((3.0, 1.0)));
        assert_eq!(median_and_mad(&[]), None);
        assert_eq!(robust_z(5.0, 5.0, 0.0), None);
        assert!((robust_z(0.0, 1.4826, 1.0).unwrap() + 1.0).abs() < 1e-12);
    }
}
