//! Quasi-Poisson regression with a logarithmic link, by iteratively reweighted least squares.
//!
//! Source: McCullagh and Nelder, Generalized Linear Models, 2nd edition, 1989, § 2.5 and § 9.2.

/// Iterations after which a fit that moves still is given up.
const STEPS: usize = 50;

/// Coefficients, the covariance they have when the dispersion is 1, and Pearson's dispersion.
#[derive(Debug)]
pub struct Fit {
    pub beta: Vec<f64>,
    pub covariance: Vec<Vec<f64>>,
    pub dispersion: f64,
}

impl Fit {
    pub fn mean(&self, row: &[f64]) -> f64 {
        row.iter().zip(&self.beta).map(|(x, beta)| x * beta).sum::<f64>().exp()
    }
}

/// Fits counts to rows of as many terms each; nothing when the terms are not independent, or there are no more counts than terms.
pub fn poisson(rows: &[Vec<f64>], counts: &[f64]) -> Option<Fit> {
    let terms = rows.first()?.len();
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    if rows.len() <= terms || mean <= 0.0 {
        return None;
    }
    let mut beta = vec![0.0; terms];
    beta[0] = mean.ln();
    for _ in 0..STEPS {
        let (information, score) = normal(rows, counts, &beta);
        let covariance = inverse(&information)?;
        let step: Vec<f64> = covariance.iter().map(|row| dot(row, &score)).collect();
        beta.iter_mut().zip(&step).for_each(|(beta, step)| *beta += step);
        if step.iter().all(|step| step.abs() < 1e-9) {
            let mut fit = Fit {
                beta,
                covariance,
                dispersion: 0.0,
            };
            let pearson = |(row, count): (&Vec<f64>, &f64)| {
                let mean = fit.mean(row);
                (count - mean).powi(2) / mean
            };
            fit.dispersion = rows.iter().zip(counts).map(pearson).sum::<f64>() / (rows.len() - terms) as f64;
            return Some(fit);
        }
    }
    None
}

/// XᵀWX and Xᵀ(y − μ), W being μ.
fn normal(rows: &[Vec<f64>], counts: &[f64], beta: &[f64]) -> (Vec<Vec<f64>>, Vec<f64>) {
    let terms = beta.len();
    let (mut information, mut score) = (vec![vec![0.0; terms]; terms], vec![0.0; terms]);
    for (row, count) in rows.iter().zip(counts) {
        let mean = dot(row, beta).exp();
        for (i, x) in row.iter().enumerate().filter(|(_, x)| **x != 0.0) {
            score[i] += x * (count - mean);
            for (j, z) in row.iter().enumerate() {
                information[i][j] += x * z * mean;
            }
        }
    }
    (information, score)
}

pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The inverse of a symmetric positive matrix, by Gauss and Jordan with the greatest pivot.
fn inverse(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let size = matrix.len();
    let mut rows: Vec<Vec<f64>> = matrix
        .iter()
        .enumerate()
        .map(|(place, row)| {
            row.iter()
                .copied()
                .chain((0..size).map(|other| f64::from(other == place)))
                .collect()
        })
        .collect();
    for place in 0..size {
        let best = (place..size).max_by(|a, b| rows[*a][place].abs().total_cmp(&rows[*b][place].abs()))?;
        rows.swap(place, best);
        let pivot = rows[place][place];
        if pivot.abs() < 1e-9 {
            return None;
        }
        rows[place].iter_mut().for_each(|cell| *cell /= pivot);
        let own = rows[place].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(other, _)| *other != place) {
            let times = row[place];
            row.iter_mut().zip(&own).for_each(|(cell, own)| *cell -= times * own);
        }
    }
    Some(rows.into_iter().map(|row| row[size..].to_vec()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_follow_the_model_give_its_coefficients() {
        let rows: Vec<Vec<f64>> = (0..60)
            .map(|day| vec![1.0, f64::from(day % 7 == 6), f64::from(day) / 60.0])
            .collect();
        let counts: Vec<f64> = rows.iter().map(|row| (3.0 + 0.25 * row[1] - 0.5 * row[2]).exp()).collect();
        let fit = poisson(&rows, &counts).unwrap();
        for (found, expected) in fit.beta.iter().zip([3.0, 0.25, -0.5]) {
            assert!((found - expected).abs() < 1e-8, "{:?}", fit.beta);
        }
        assert!(fit.dispersion < 1e-12);
    }

    /// One mean: its variance is that of a Poisson count, 1 / Σ counts for the logarithm.
    #[test]
    fn the_mean_of_counts_has_the_variance_of_their_sum() {
        let fit = poisson(&vec![vec![1.0]; 4], &[3.0, 5.0, 8.0, 4.0]).unwrap();
        assert!((fit.mean(&[1.0]) - 5.0).abs() < 1e-9);
        assert!((fit.covariance[0][0] - 1.0 / 20.0).abs() < 1e-9);
        assert!((fit.dispersion - (4.0 + 0.0 + 9.0 + 1.0) / 5.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn terms_that_say_the_same_have_no_fit() {
        let rows = vec![vec![1.0, 1.0]; 5];
        assert!(poisson(&rows, &[1.0, 2.0, 3.0, 4.0, 5.0]).is_none());
        assert!(poisson(&rows, &[0.0; 5]).is_none());
    }
}
