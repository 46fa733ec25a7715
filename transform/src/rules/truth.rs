//! Three-valued truth of many rows as bits: true, false, or neither, which is unknown.

use polars::prelude::BooleanChunked;

/// What a predicate says of each row: a bit in `yes`, a bit in `no`, or none. No bit is set beyond the last row.
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    pub yes: Vec<u64>,
    pub no: Vec<u64>,
}

impl Truth {
    /// The same answer for every row.
    pub fn constant(answer: Option<bool>, rows: usize) -> Truth {
        Truth {
            yes: bits(answer == Some(true), rows),
            no: bits(answer == Some(false), rows),
        }
    }

    pub fn of(answers: &BooleanChunked) -> Truth {
        let answers = answers.rechunk();
        let mut truth = Truth {
            yes: Vec::new(),
            no: Vec::new(),
        };
        for chunk in answers.downcast_iter() {
            let (yes, no) = match chunk.validity() {
                Some(known) => (chunk.values() & known, &!chunk.values() & known),
                None => (chunk.values().clone(), !chunk.values()),
            };
            for (words, bits) in [(&mut truth.yes, yes), (&mut truth.no, no)] {
                let mut chunks = bits.chunks::<u64>();
                words.extend(&mut chunks);
                if !bits.len().is_multiple_of(64) {
                    // The rest holds what lies beyond the last row as well.
                    words.push(chunks.remainder() & (u64::MAX >> (64 - bits.len() % 64)));
                }
            }
        }
        truth
    }

    pub fn and(&self, other: &Truth) -> Truth {
        Truth {
            yes: each(&self.yes, &other.yes, |left, right| left & right),
            no: each(&self.no, &other.no, |left, right| left | right),
        }
    }

    pub fn or(&self, other: &Truth) -> Truth {
        Truth {
            yes: each(&self.yes, &other.yes, |left, right| left | right),
            no: each(&self.no, &other.no, |left, right| left & right),
        }
    }

    pub fn not(self) -> Truth {
        Truth {
            yes: self.no,
            no: self.yes,
        }
    }
}

pub fn each(left: &[u64], right: &[u64], join: impl Fn(u64, u64) -> u64) -> Vec<u64> {
    left.iter().zip(right).map(|(left, right)| join(*left, *right)).collect()
}

/// Bits set among `length` rows from `start`.
pub fn ones(words: &[u64], start: usize, length: usize) -> u64 {
    if length == 0 {
        return 0;
    }
    let end = start + length;
    let (first, last) = (start / 64, (end - 1) / 64);
    let head = u64::MAX << (start % 64);
    let tail = u64::MAX >> (63 - (end - 1) % 64);
    if first == last {
        return u64::from((words[first] & head & tail).count_ones());
    }
    let middle: u64 = words[first + 1..last].iter().map(|word| u64::from(word.count_ones())).sum();
    middle + u64::from((words[first] & head).count_ones()) + u64::from((words[last] & tail).count_ones())
}

/// Ranks of the bits set.
pub fn places(words: &[u64]) -> impl Iterator<Item = u32> {
    words.iter().enumerate().flat_map(|(rank, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            let place = (left != 0).then(|| left.trailing_zeros())?;
            left &= left - 1;
            Some(rank as u32 * 64 + place)
        })
    })
}

fn bits(set: bool, rows: usize) -> Vec<u64> {
    let mut words = vec![if set { u64::MAX } else { 0 }; rows.div_ceil(64)];
    if let Some(last) = words.last_mut()
        && !rows.is_multiple_of(64)
    {
        *last &= u64::MAX >> (64 - rows % 64);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 130 rows: true, false, unknown, and again.
    fn answers() -> Vec<Option<bool>> {
        [Some(true), Some(false), None].into_iter().cycle().take(130).collect()
    }

    #[test]
    fn an_unknown_answer_is_neither_true_nor_false() {
        let truth = Truth::of(&answers().into_iter().collect());
        assert_eq!(
            (ones(&truth.yes, 0, 130), ones(&truth.no, 0, 130)),
            (44, 43),
            "43 are unknown"
        );
        assert_eq!(places(&truth.no).take(3).collect::<Vec<_>>(), [1, 4, 7]);
        assert_eq!(ones(&truth.yes, 63, 2), 1);
        assert_eq!(ones(&truth.yes, 60, 70), 24);
        assert_eq!(ones(&truth.yes, 64, 0), 0);
    }

    #[test]
    fn what_is_known_decides_and_what_is_unknown_does_not() {
        let unknown = Truth::constant(None, 130);
        let (all, none) = (Truth::constant(Some(true), 130), Truth::constant(Some(false), 130));
        assert_eq!(none.and(&unknown), none, "false and unknown is false");
        assert_eq!(all.and(&unknown), unknown);
        assert_eq!(all.or(&unknown), all, "true or unknown is true");
        assert_eq!(none.or(&unknown), unknown);
        assert_eq!(unknown.clone().not(), unknown);
        assert_eq!(all.clone().not(), none);
        assert_eq!(all, Truth::of(&vec![Some(true); 130].into_iter().collect()));
    }
}
