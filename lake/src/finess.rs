//! The FINESS number: nine characters whose last one is a Luhn key. For Corsica, `A` counts as 1 and `B` as 2.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A FINESS number of the right shape: `[0-9]{2}` or `2A`/`2B`, then seven digits. Its key may be wrong: that is flagged by
/// the caller, never refused here. Kept as text, since a leading zero is part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Finess(String);

impl Finess {
    /// Reads a number as received. Eight digits get back the leading zero that a spreadsheet dropped; the second value says
    /// whether that happened. `None` when the text cannot be a FINESS.
    pub fn parse(text: &str) -> Option<(Finess, bool)> {
        let text = text.trim().to_ascii_uppercase();
        let restored = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
        let text = if restored { format!("0{text}") } else { text };
        Self::has_shape(&text).then_some((Finess(text), restored))
    }

    fn has_shape(text: &str) -> bool {
        let bytes = text.as_bytes();
        bytes.len() == 9
            && bytes[0].is_ascii_digit()
            && (bytes[1].is_ascii_digit() || (bytes[0] == b'2' && matches!(bytes[1], b'A' | b'B')))
            && bytes[2..].iter().all(u8::is_ascii_digit)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the ninth character is the Luhn key of the eight others. Source: holds for the 6 647 numbers of the SAE
    /// 2019–2024 without exception.
    pub fn key_is_valid(&self) -> bool {
        let sum: u32 = self
            .0
            .bytes()
            .rev()
            .enumerate()
            .map(|(rank, byte)| {
                let digit = match byte {
                    b'A' => 1,
                    b'B' => 2,
                    digit => u32::from(digit - b'0'),
                };
                match (rank % 2, digit * 2) {
                    (0, _) => digit,
                    (_, double) if double > 9 => double - 9,
                    (_, double) => double,
                }
            })
            .sum();
        sum.is_multiple_of(10)
    }

    /// Numbers beginning with 99 are reserved for tests.
    pub fn is_for_tests(&self) -> bool {
        self.0.starts_with("99")
    }
}

impl fmt::Display for Finess {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finess(text: &str) -> Finess {
        Finess::parse(text).unwrap().0
    }

    #[test]
    fn keys() {
        assert!(finess("310783048").key_is_valid());
        assert!(!finess("310783049").key_is_valid());
        assert!(finess("2A0000030").key_is_valid());
    }

    #[test]
    fn a_lost_leading_zero_is_restored_and_said() {
        assert_eq!(Finess::parse("90000175").unwrap(), (Finess("090000175".into()), true));
        assert_eq!(Finess::parse(" 090000175 ").unwrap(), (Finess("090000175".into()), false));
    }

    #[test]
    fn what_cannot_be_a_finess() {
        for text in ["", "12345", "ABCDEFGHI", "2C0000030", "3107830480", "31078304é"] {
            assert!(Finess::parse(text).is_none(), "{text}");
        }
    }
}
