//! Encodings. The declaration or the byte-order mark decides; bytes that are not valid UTF-8 under a UTF-8 declaration are
//! read as windows-1252, one by one, and counted: that is what mis-declared hospital files contain.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How the bytes of one content become UTF-8.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// `None`: UTF-8 with windows-1252 as a fallback, byte by byte.
    pub encoding: Option<&'static Encoding>,
    /// Length of the byte-order mark to skip.
    pub mark: usize,
    /// Whether the content itself says so.
    declared: bool,
}

impl Plan {
    /// Decides from the first bytes; 4 KB are plenty.
    pub fn of(head: &[u8]) -> Plan {
        if head.starts_with(b"\xEF\xBB\xBF") {
            return Plan {
                encoding: None,
                mark: 3,
                declared: true,
            };
        }
        if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
            let encoding = if head[0] == 0xFF { UTF_16LE } else { UTF_16BE };
            return Plan {
                encoding: Some(encoding),
                mark: 2,
                declared: true,
            };
        }
        let label = declared(head);
        Plan {
            encoding: label.and_then(single_byte),
            mark: 0,
            declared: label.is_some(),
        }
    }

    /// The default of an extract kind, for a content that declares nothing.
    pub fn or_default(self, label: Option<&str>) -> Plan {
        match self.declared {
            true => self,
            false => Plan {
                encoding: label.and_then(single_byte),
                ..self
            },
        }
    }

    /// Name printed for a delivery.
    pub fn label(self, replacements: u64) -> String {
        match self.encoding {
            Some(encoding) => encoding.name().to_owned(),
            None if replacements > 0 => "UTF-8 (windows-1252)".to_owned(),
            None => "UTF-8".to_owned(),
        }
    }
}

/// The encoding of that label, where it is not UTF-8. A declaration of UTF-16 that can be read as ASCII is wrong by construction.
fn single_byte(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != UTF_8 && encoding.is_ascii_compatible())
}

/// The label of `<?xml … encoding="…"?>`.
fn declared(head: &[u8]) -> Option<&str> {
    let head = &head[..head.len().min(256)];
    let declaration = head.strip_prefix(b"<?xml")?;
    let end = memchr::memmem::find(declaration, b"?>")?;
    let declaration = std::str::from_utf8(&declaration[..end]).ok()?;
    let (_, after) = declaration.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    value[1..].split(quote).next()
}

/// Characters of bytes 0x80–0x9F in windows-1252 (WHATWG index); the five unassigned ones are C1 controls.
const C1: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => C1[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

/// Decodes `bytes` as UTF-8, an invalid byte as windows-1252. Appends to `out`; returns the number of bytes read that way and
/// the number of bytes left at the end, which may be the start of a character (none when `last`).
pub fn decode_leniently(mut bytes: &[u8], last: bool, out: &mut Vec<u8>) -> (u64, usize) {
    let mut replaced = 0;
    loop {
        match std::str::from_utf8(bytes) {
            Ok(_) => {
                out.extend_from_slice(bytes);
                return (replaced, 0);
            }
            Err(error) => {
                let (valid, rest) = bytes.split_at(error.valid_up_to());
                out.extend_from_slice(valid);
                if error.error_len().is_none() && !last {
                    return (replaced, rest.len());
                }
                out.extend_from_slice(windows_1252(rest[0]).encode_utf8(&mut [0; 4]).as_bytes());
                replaced += 1;
                bytes = &rest[1..];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_decides() {
        for (head, default, name) in [
            (&b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>"[..], None, None),
            (b"<?xml version='1.0' encoding='ISO-8859-1'?>", None, Some("windows-1252")),
            (
                b"<?xml version=\"1.0\" encoding = \"Windows-1252\" ?>",
                None,
                Some("windows-1252"),
            ),
            (b"<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?>", None, Some("ISO-8859-15")),
            (b"<?xml version=\"1.0\" encoding=\"UTF-16\"?>", None, None),
            (b"<?xml version=\"1.0\" encoding=\"klingon\"?>", None, None),
            (b"<OSCOUR>", None, None),
            (b"a;b", Some("windows-1252"), Some("windows-1252")),
        ] {
            let plan = Plan::of(head).or_default(default);
            assert_eq!(plan.encoding.map(Encoding::name), name, "{}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn byte_order_marks() {
        assert_eq!(
            (Plan::of(b"\xEF\xBB\xBF<O").encoding, Plan::of(b"\xEF\xBB\xBF<O").mark),
            (None, 3)
        );
        assert_eq!(Plan::of(b"\xFF\xFE<\0").encoding, Some(UTF_16LE));
        assert_eq!(Plan::of(b"\xFE\xFF\0<").encoding, Some(UTF_16BE));
    }

    #[test]
    fn windows_bytes_in_utf8() {
        let mut out = Vec::new();
        assert_eq!(decode_leniently(b"B\xC9ZIERS \xC3\xA9 \x80", true, &mut out), (2, 0));
        assert_eq!(String::from_utf8(out).unwrap(), "BÉZIERS é €");
    }

    #[test]
    fn a_character_cut_by_the_end_of_a_block_waits() {
        let mut out = Vec::new();
        assert_eq!(decode_leniently(b"B\xC3", false, &mut out), (0, 1));
        assert_eq!(decode_leniently(b"\xC3", true, &mut out), (1, 0));
        assert_eq!(out, "BÃ".as_bytes());
    }
}
