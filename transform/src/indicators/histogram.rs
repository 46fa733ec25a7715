//! Exact distributions as sorted (value, count) pairs: they add up over sites and months, which quantiles do not.

/// Distribution of a measure, in millionths of its unit so that adding never rounds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Histogram {
    pairs: Vec<(i64, u64)>,
}

/// Measures are kept as integers in millionths: sums do not depend on the order of the rows.
pub const SCALE: f64 = 1e6;

impl Histogram {
    /// From pairs in any order, values possibly repeated.
    pub fn from_pairs(mut pairs: Vec<(i64, u64)>) -> Histogram {
        pairs.sort_unstable();
        pairs.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        Histogram { pairs }
    }

    /// Adds another distribution.
    pub fn add(&mut self, other: &Histogram) {
        if self.pairs.is_empty() {
            self.pairs.clone_from(&other.pairs);
            return;
        }
        let mut merged = Vec::with_capacity(self.pairs.len() + other.pairs.len());
        let (mut left, mut right) = (self.pairs.iter().peekable(), other.pairs.iter().peekable());
        while let (Some(&&(a, n)), Some(&&(b, m))) = (left.peek(), right.peek()) {
            match a.cmp(&b) {
                std::cmp::Ordering::Less => merged.push((a, n)),
                std::cmp::Ordering::Greater => merged.push((b, m)),
                std::cmp::Ordering::Equal => merged.push((a, n + m)),
            }
            if a <= b {
                left.next();
            }
            if b <= a {
                right.next();
            }
        }
        merged.extend(left);
        merged.extend(right);
        self.pairs = merged;
    }

    pub fn count(&self) -> u64 {
        self.pairs.iter().map(|(_, count)| count).sum()
    }

    /// Quantile of order `p` in [0, 1], linear interpolation between order statistics: Hyndman and Fan type 7 (Am Stat 1996,
    /// 50, 361), the default of R and of spreadsheets. None when empty.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let count = self.count();
        let rank = p * count.checked_sub(1)? as f64;
        let below = self.at(rank.floor() as u64)?;
        let above = self.at(rank.ceil() as u64)?;
        Some((below + (rank - rank.floor()) * (above - below)) / SCALE)
    }

    /// Value of the record of that rank, from 0.
    fn at(&self, rank: u64) -> Option<f64> {
        let mut seen = 0;
        self.pairs
            .iter()
            .find(|(_, count)| {
                seen += count;
                seen > rank
            })
            .map(|(value, _)| *value as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[i64]) -> Histogram {
        Histogram::from_pairs(values.iter().map(|value| (value * SCALE as i64, 1)).collect())
    }

    /// beds.md §5.2: the 21 values of one ISO week over three years; type 7 = 18.0, type 6 = 17.5, type 8 = 17.6667.
    #[test]
    fn the_quantile_is_of_type_7() {
        let week = of(&[
            18, 22, 19, 21, 20, 15, 17, 21, 24, 20, 23, 22, 16, 18, 19, 25, 22, 24, 20, 17, 14,
        ]);
        assert_eq!(week.quantile(0.25), Some(18.0));
        assert_eq!(of(&[1, 2, 3, 4]).quantile(0.5), Some(2.5));
        assert_eq!(of(&[1, 2, 3, 4]).quantile(0.9), Some(3.7));
        assert_eq!(of(&[5]).quantile(0.9), Some(5.0));
        assert_eq!(of(&[]).quantile(0.5), None);
    }

    #[test]
    fn adding_is_the_same_as_pooling() {
        let mut left = of(&[3, 1, 3, 9]);
        left.add(&of(&[2, 3, 10]));
        assert_eq!(left, of(&[1, 2, 3, 3, 3, 9, 10]));
        left.add(&of(&[]));
        assert_eq!(left.count(), 7);
    }
}
