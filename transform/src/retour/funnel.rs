//! Funnel of a proportion over sites, with over-dispersion. Sites differ by more than chance even when none is wrong; limits of
//! chance alone would flag most of the large ones.
//!
//! Source: D. J. Spiegelhalter, *Funnel plots for comparing institutional performance*, Statistics in Medicine 2005; 24: 1185–1202;
//! *Handling over-dispersion of performance indicators*, Quality and Safety in Health Care 2005; 14: 347–351.

use lake::retour::{Z_95, Z_998};

/// Share of the scores winsorised at each end before φ is estimated, as in the second paper.
const WINSORISED: f64 = 0.1;

/// The centre and the dispersion of a set of sites.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Funnel {
    /// Pooled proportion.
    pub centre: f64,
    /// Mean of the squared winsorised scores: 1 when sites differ by chance only.
    pub phi: f64,
    /// Variance between sites: additive model.
    pub tau2: f64,
}

/// (count, out of) of each site. None when the proportion is 0 or 1, or fewer than two sites have anything.
pub fn funnel(sites: &[(u64, u64)]) -> Option<Funnel> {
    let sites: Vec<(f64, f64)> = sites
        .iter()
        .filter(|site| site.1 > 0)
        .map(|site| (site.0 as f64, site.1 as f64))
        .collect();
    let (count, total) = sites.iter().fold((0.0, 0.0), |sum, site| (sum.0 + site.0, sum.1 + site.1));
    let centre = count / total;
    if sites.len() < 2 || !(centre > 0.0 && centre < 1.0) {
        return None;
    }
    let variance = |total: f64| centre * (1.0 - centre) / total;
    let scores: Vec<f64> = sites
        .iter()
        .map(|(count, total)| (count / total - centre) / variance(*total).sqrt())
        .collect();
    let phi = winsorised(&scores).iter().map(|z| z * z).sum::<f64>() / scores.len() as f64;
    let weights: Vec<f64> = sites.iter().map(|(_, total)| 1.0 / variance(*total)).collect();
    let (sum, squares) = weights
        .iter()
        .fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
    let number = sites.len() as f64;
    let excess = number * phi - (number - 1.0);
    let spread = sum - squares / sum;
    let tau2 = if excess > 0.0 && spread > 0.0 { excess / spread } else { 0.0 };
    Some(Funnel { centre, phi, tau2 })
}

/// The scores, those beyond the tenth from either end set to it.
fn winsorised(scores: &[f64]) -> Vec<f64> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    let cut = (sorted.len() as f64 * WINSORISED).floor() as usize;
    let (Some(low), Some(high)) = (sorted.get(cut), sorted.get(sorted.len().wrapping_sub(cut + 1))) else {
        return scores.to_vec();
    };
    scores.iter().map(|z| z.clamp(*low, *high)).collect()
}

/// Where one site stands in the funnel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub z: f64,
    /// Limits widened by √φ, never narrowed.
    pub z_multiplicative: f64,
    pub z_additive: f64,
    /// Limits of the additive model at this size.
    pub limits_95: (f64, f64),
    pub limits_998: (f64, f64),
}

impl Funnel {
    pub fn place(&self, count: u64, total: u64) -> Option<Place> {
        let total = (total > 0).then_some(total as f64)?;
        let chance = self.centre * (1.0 - self.centre) / total;
        let gap = count as f64 / total - self.centre;
        let width = (chance + self.tau2).sqrt();
        let limits = |z: f64| ((self.centre - z * width).max(0.0), (self.centre + z * width).min(1.0));
        Some(Place {
            z: gap / chance.sqrt(),
            z_multiplicative: gap / (chance * self.phi.max(1.0)).sqrt(),
            z_additive: gap / width,
            limits_95: limits(Z_95),
            limits_998: limits(Z_998),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_that_agree_have_no_dispersion() {
        let found = funnel(&[(10, 100); 12]).unwrap();
        assert_eq!((found.centre, found.phi, found.tau2), (0.1, 0.0, 0.0));
        let place = found.place(10, 100).unwrap();
        assert_eq!((place.z, place.z_additive, place.z_multiplicative), (0.0, 0.0, 0.0));
        // 0.1 ± 1.96 × 0.03
        assert!((place.limits_95.0 - 0.0412).abs() < 1e-4 && (place.limits_95.1 - 0.1588).abs() < 1e-4);
    }

    /// Worked by hand: ten sites of 100, five at 20 %, five at 30 %; p = 0.25, s² = 0.001875, z = ±1.1547, φ = 4/3,
    /// τ² = (10 × 4/3 − 9) ÷ (Σw − Σw²/Σw) with w = 533.33: 4.3333 ÷ 4800 = 0.00090278.
    #[test]
    fn the_estimates_are_those_worked_by_hand() {
        let sites: Vec<(u64, u64)> = (0..10).map(|rank| (20 + rank % 2 * 10, 100)).collect();
        let found = funnel(&sites).unwrap();
        assert!((found.centre - 0.25).abs() < 1e-12);
        assert!((found.phi - 4.0 / 3.0).abs() < 1e-9, "{}", found.phi);
        assert!((found.tau2 - 0.000_902_777_8).abs() < 1e-9, "{}", found.tau2);
        let place = found.place(30, 100).unwrap();
        assert!((place.z - 1.154_700_5).abs() < 1e-6);
        assert!((place.z_multiplicative - 1.0).abs() < 1e-9);
        assert!((place.z_additive - 0.05 / (0.001_875f64 + 0.000_902_777_8).sqrt()).abs() < 1e-6);
    }

    /// One site far away does not hide itself by widening the limits.
    #[test]
    fn an_outlier_is_found_in_spite_of_the_dispersion() {
        let mut sites: Vec<(u64, u64)> = (0..20).map(|rank| (180 + rank * 2, 2_000)).collect();
        sites.push((900, 2_000));
        let found = funnel(&sites).unwrap();
        assert!(found.place(900, 2_000).unwrap().z_additive > Z_998);
        assert!(found.place(200, 2_000).unwrap().z_additive.abs() < Z_998);
    }

    #[test]
    fn nothing_is_judged_without_a_proportion() {
        assert_eq!(funnel(&[(0, 10), (0, 20)]), None);
        assert_eq!(funnel(&[(5, 10)]), None);
        assert_eq!(funnel(&[]), None);
    }
}
