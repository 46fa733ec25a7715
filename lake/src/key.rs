//! The secret key of the lake and the keyed hashes made with it: `cle` recognises a record across deliveries, `empreinte`
//! says whether it changed. BLAKE3 in keyed mode. Neither is a patient pseudonym, neither is ever exported.

use std::fmt;

/// A 256-bit key. Its `Debug` form never shows it.
#[derive(Clone)]
pub struct Key {
    bytes: [u8; 32],
}

/// Seed of the demonstration key, public on purpose: `oru` refuses it on data not marked synthetic.
const DEMONSTRATION: &str = "oru demonstration key, for synthetic data only";

impl Key {
    pub fn from_bytes(bytes: [u8; 32]) -> Key {
        Key { bytes }
    }

    /// Reads 64 hexadecimal characters, surrounding white space ignored.
    pub fn from_hex(text: &str) -> Option<Key> {
        let text = text.trim();
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
        }
        Some(Key { bytes })
    }

    pub fn to_hex(&self) -> String {
        self.bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The key of the synthetic region.
    pub fn demonstration() -> Key {
        Key {
            bytes: blake3::derive_key("oru 2026 demonstration", DEMONSTRATION.as_bytes()),
        }
    }

    pub fn is_demonstration(&self) -> bool {
        self.bytes == Self::demonstration().bytes
    }

    /// Identifier stored beside the hashes: 8 hexadecimal characters that do not help to find the key.
    pub fn kid(&self) -> String {
        let derived = blake3::derive_key("oru 2026 key identifier", &self.bytes);
        derived[..4].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// First 64 bits of the keyed hash of `message`. With ten million records the probability of one collision is 3·10⁻⁶.
    pub fn hash64(&self, message: &[u8]) -> u64 {
        let hash = blake3::keyed_hash(&self.bytes, message);
        u64::from_le_bytes(hash.as_bytes()[..8].try_into().expect("a hash has more than eight bytes"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key(kid {})", self.kid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_keys_give_two_hashes_and_two_identifiers() {
        let (first, second) = (Key::from_bytes([1; 32]), Key::from_bytes([2; 32]));
        assert_ne!(first.hash64(b"x"), second.hash64(b"x"));
        assert_ne!(first.kid(), second.kid());
        assert_eq!(first.hash64(b"x"), first.hash64(b"x"));
    }

    #[test]
    fn the_debug_form_does_not_show_the_key() {
        assert!(!format!("{:?}", Key::from_bytes([7; 32])).contains("0707"));
    }

    #[test]
    fn hexadecimal_round_trip() {
        let key = Key::from_bytes([171; 32]);
        assert_eq!(Key::from_hex(&format!(" {}\n", key.to_hex())).unwrap().to_hex(), key.to_hex());
        assert!(Key::from_hex("12").is_none());
    }
}
