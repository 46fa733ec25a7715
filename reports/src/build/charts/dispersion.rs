//! How far sites differ beyond chance: the limits of a funnel.
//!
//! Source: D. J. Spiegelhalter, *Funnel plots for comparing institutional performance*, Statistics in Medicine 2005; 24: 1185–1202;
//! *Handling over-dispersion of performance indicators*, Quality and Safety in Health Care 2005; 14: 347–351: scores winsorised at
//! 10 %, additive variance between sites.

/// Standard deviations of a normal law within which 95 % and 99.8 % lie.
pub const Z_95: f64 = 1.96;
pub const Z_998: f64 = 3.09;
const WINSORISED: f64 = 0.1;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dispersion {
    /// Pooled proportion.
    pub centre: f64,
    /// Mean squared score: 1 when sites differ by chance only.
    pub phi: f64,
    /// Variance between sites; 0 when chance is enough.
    pub between: f64,
}

impl Dispersion {
    /// From (count, out of) of each site. None when the proportion is 0 or 1, or with fewer than three sites.
    pub fn of(sites: &[(f64, f64)]) -> Option<Dispersion> {
        let (count, total) = sites.iter().fold((0.0, 0.0), |sum, site| (sum.0 + site.0, sum.1 + site.1));
        let centre = count / total;
        if sites.len() < 3 || !(centre > 0.0 && centre < 1.0) {
            return None;
        }
        let chance = |n: f64| centre * (1.0 - centre) / n;
        let mut scores: Vec<f64> = sites
            .iter()
            .map(|(count, n)| (count / n - centre) / chance(*n).sqrt())
            .collect();
        scores.sort_by(f64::total_cmp);
        let cut = (scores.len() as f64 * WINSORISED) as usize;
        let (low, high) = (scores[cut], scores[scores.len() - 1 - cut]);
        let number = scores.len() as f64;
        let phi = scores.iter().map(|z| z.clamp(low, high).powi(2)).sum::<f64>() / number;
        let weights = sites.iter().map(|(_, n)| 1.0 / chance(*n));
        let (sum, squares) = weights.fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
        let (excess, spread) = (number * phi - (number - 1.0), sum - squares / sum);
        Some(Dispersion {
            centre,
            phi,
            between: if excess > 0.0 && spread > 0.0 { excess / spread } else { 0.0 },
        })
    }

    /// Standard deviation expected of a site of that size.
    pub fn deviation(&self, n: f64) -> f64 {
        (self.centre * (1.0 - self.centre) / n + self.between).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_that_are_alike_have_the_limits_of_chance() {
        let same = Dispersion::of(&[(20.0, 100.0), (40.0, 200.0), (200.0, 1_000.0)]).unwrap();
        assert_eq!((same.centre, same.phi, same.between), (0.2, 0.0, 0.0));
        assert!((same.deviation(100.0) - 0.04).abs() < 1e-12, "√(0.2 × 0.8 ÷ 100)");
    }

    #[test]
    fn sites_that_differ_widen_the_limits() {
        // Scores ±5: φ = 25; weights 100 ÷ 0.25 = 400 each: τ² = (4 × 25 − 3) ÷ (1 600 − 400) = 0.0808.
        let apart = Dispersion::of(&[(25.0, 100.0), (75.0, 100.0), (25.0, 100.0), (75.0, 100.0)]).unwrap();
        assert!((apart.phi - 25.0).abs() < 1e-9);
        assert!((apart.between - 97.0 / 1_200.0).abs() < 1e-9, "{apart:?}");
        assert_eq!(Dispersion::of(&[(1.0, 2.0), (1.0, 2.0)]), None);
    }
}
