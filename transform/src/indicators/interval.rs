//! 95 % intervals: Wilson's for a proportion, Byar's for a count of events.

/// Normal quantile 0.975.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's score interval without continuity correction, for `events` out of `n` (n > 0).
///
/// Source: Wilson, J Am Stat Assoc 1927, 22, 209; recommended by Newcombe, Stat Med 1998, 17, 857 (method 3).
pub fn wilson(events: f64, n: f64) -> (f64, f64) {
    let share = events / n;
    let centre = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    // The bounds are 0 and 1 exactly when no, or every, record has the trait; rounding would say −1e-18.
    let low = if events <= 0.0 { 0.0 } else { (centre - half) / scale };
    let high = if events >= n { 1.0 } else { (centre + half) / scale };
    (low, high)
}

/// Byar's approximation of the exact Poisson interval of an observed count: within 1 % of it from 5 events.
///
/// Source: Breslow and Day, Statistical methods in cancer research, volume II, IARC 1987, p. 69, equation 2.13.
pub fn byar(events: f64) -> (f64, f64) {
    let bound = |count: f64, sign: f64| {
        let root = 1.0 - 1.0 / (9.0 * count) + sign * Z / (3.0 * count.sqrt());
        count * root.powi(3)
    };
    let low = if events <= 0.0 { 0.0 } else { bound(events, -1.0).max(0.0) };
    (low, bound(events + 1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: (f64, f64), expected: (f64, f64), tolerance: f64) {
        assert!((found.0 - expected.0).abs() <= tolerance, "{found:?} {expected:?}");
        assert!((found.1 - expected.1).abs() <= tolerance, "{found:?} {expected:?}");
    }

    /// Newcombe 1998, table I, method 3.
    #[test]
    fn wilson_gives_the_published_intervals() {
        close(wilson(81.0, 263.0), (0.2553, 0.3662), 5e-5);
        close(wilson(15.0, 148.0), (0.0624, 0.1605), 5e-5);
        close(wilson(0.0, 20.0), (0.0, 0.1611), 5e-5);
        close(wilson(1.0, 29.0), (0.0061, 0.1718), 5e-5);
        assert_eq!(wilson(20.0, 20.0).1, 1.0);
    }

    /// Exact limits of the Poisson table (Ulm, Am J Epidemiol 1990, 131, 373).
    #[test]
    fn byar_is_close_to_the_exact_limits() {
        close(byar(10.0), (4.80, 18.39), 0.02);
        close(byar(100.0), (81.36, 121.63), 0.02);
        let (low, high) = byar(0.0);
        assert_eq!(low, 0.0);
        assert!((high - 3.69).abs() < 0.05, "{high}");
    }
}
