//! Postal codes as received.

/// What a postal code is, by the conventions of `lake/codes/rpu_cp_conventions.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostalCode {
    Missing,
    Malformed,
    /// `99999`.
    Unknown,
    Abroad(usize),
    /// `DD999`, `2A999`, `2B999`.
    Departement([u8; 2]),
    Full([u8; 5]),
}

impl PostalCode {
    pub fn read(cp: &[u8]) -> PostalCode {
        let Ok(code) = <[u8; 5]>::try_from(cp) else {
            return if cp.is_empty() { Self::Missing } else { Self::Malformed };
        };
        let corsican = code[0] == b'2' && matches!(code[1], b'A' | b'B');
        let digits = if corsican { &code[2..] } else { &code[..] };
        if !digits.iter().all(u8::is_ascii_digit) {
            return Self::Malformed;
        }
        let last = code[2..]
            .iter()
            .fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
        match (&code[..2], last) {
            (b"99", 999) => Self::Unknown,
            (b"99", country) => Self::Abroad(country),
            (_, 999) => Self::Departement([code[0], code[1]]),
            _ => Self::Full(code),
        }
    }
}
