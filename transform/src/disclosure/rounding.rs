//! Rounding of counts, an option that does not replace the threshold. Margins are rounded by themselves from the true totals: they
//! may not add up, and the document says so.
//!
//! Source: disclosure.md §5 (project-defined).

/// Nearest multiple of `base`, halves upwards.
pub fn nearest(count: u64, base: u64) -> u64 {
    if base == 0 {
        return count;
    }
    base * ((2 * count + base) / (2 * base))
}

/// Up with probability r / base, down otherwise, r being what is over the multiple below: the expectation is the count. The draw is
/// a keyed hash of the identity of the cell, so that the same cell is always rounded the same way.
pub fn unbiased(count: u64, base: u64, key: &[u8; 32], cell: &str) -> u64 {
    if base == 0 || count.is_multiple_of(base) {
        return count;
    }
    let below = count - count % base;
    let hash = blake3::keyed_hash(key, cell.as_bytes());
    let mut first = [0u8; 8];
    first.copy_from_slice(&hash.as_bytes()[..8]);
    // 53 bits, in [0, 1).
    let draw = (u64::from_le_bytes(first) >> 11) as f64 / (1u64 << 53) as f64;
    if draw * (base as f64) < (count % base) as f64 {
        below + base
    } else {
        below
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_rounded_to_base_5() {
        let rounded = [7, 8, 2, 3, 12, 13, 0, 5].map(|count| nearest(count, 5));
        assert_eq!(rounded, [5, 10, 0, 5, 10, 15, 0, 5]);
        assert_eq!(nearest(7, 0), 7);
    }

    #[test]
    fn random_rounding_is_the_same_for_the_same_cell_and_right_on_average() {
        let key = [7; 32];
        assert_eq!(unbiased(7, 5, &key, "a"), unbiased(7, 5, &key, "a"));
        assert_eq!(unbiased(10, 5, &key, "a"), 10, "a multiple stays");
        let sum: u64 = (0..4_000).map(|cell| unbiased(7, 5, &key, &cell.to_string())).sum();
        let mean = sum as f64 / 4_000.0;
        assert!((mean - 7.0).abs() < 0.15, "{mean}");
        assert!((0..100).all(|cell| [5, 10].contains(&unbiased(7, 5, &key, &cell.to_string()))));
    }
}
