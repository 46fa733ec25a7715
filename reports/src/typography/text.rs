//! Running text: the spaces that French puts before high punctuation and inside guillemets.

use super::{NBSP, THIN};

/// Replaces the plain space before `: ; ! ? % ‰` and between thousands by a thin one, those inside « », before a unit and after
/// a comparison sign by no-break spaces, and the straight apostrophe between letters by a curly one. Idempotent.
pub fn french(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 8);
    for (at, &symbol) in chars.iter().enumerate() {
        let next = chars.get(at + 1).copied();
        let previous = at.checked_sub(1).map(|before| chars[before]);
        let thousands = || {
            let digit = |offset: usize| chars.get(at + offset).is_some_and(char::is_ascii_digit);
            previous.is_some_and(|before| before.is_ascii_digit()) && digit(1) && digit(2) && digit(3) && !digit(4)
        };
        out.push(match symbol {
            ' ' if matches!(next, Some(':' | ';' | '!' | '?' | '%' | '‰')) => THIN,
            ' ' if thousands() => THIN,
            ' ' if previous.is_some_and(|before| matches!(before, '<' | '>' | '≥' | '≤'))
                && next.is_some_and(|next| next.is_ascii_digit()) =>
            {
                NBSP
            }
            ' ' if previous.is_some_and(|before| before.is_ascii_digit()) && unit_follows(&chars[at + 1..]) => NBSP,
            ' ' if next == Some('»') || previous == Some('«') => NBSP,
            '\'' if previous.is_some_and(char::is_alphabetic) && next.is_some_and(char::is_alphanumeric) => '’',
            other => other,
        });
    }
    out
}

/// Units that never leave their number.
const UNITS: [&str; 8] = ["h", "min", "j", "ans", "an", "hab", "points", "point"];

fn unit_follows(rest: &[char]) -> bool {
    let word: String = rest.iter().take_while(|symbol| symbol.is_alphabetic()).collect();
    UNITS.contains(&word.as_str())
}

/// The same text for a spreadsheet: no thin or no-break spaces between thousands, an ASCII minus.
pub fn strip_thin_spaces(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    for (at, &symbol) in chars.iter().enumerate() {
        match symbol {
            THIN => {
                let digit_before = at > 0 && chars[at - 1].is_ascii_digit();
                let digit_after = chars.get(at + 1).is_some_and(char::is_ascii_digit);
                if !(digit_before && digit_after) {
                    out.push(' ');
                }
            }
            NBSP => out.push(' '),
            super::MINUS => out.push('-'),
            other => out.push(other),
        }
    }
    out
}
