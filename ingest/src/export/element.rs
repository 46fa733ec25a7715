//! Elements of a message, written.

use jiff::civil::{Date, DateTime};

/// An element with its text; nothing when there is no text.
pub(super) fn text(out: &mut Vec<u8>, tag: &str, value: &[u8]) {
    if value.is_empty() {
        return;
    }
    open(out, tag);
    escape(out, value);
    close(out, tag);
}

/// A container and its items; the schemas want it even when it is empty.
pub(super) fn list<'v>(out: &mut Vec<u8>, tag: &str, item: &str, values: impl IntoIterator<Item = &'v [u8]>) {
    let start = out.len();
    open(out, tag);
    let empty = out.len();
    for value in values {
        text(out, item, value);
    }
    if out.len() == empty {
        out.truncate(start);
        out.extend_from_slice(format!("<{tag}/>\n").as_bytes());
        return;
    }
    close(out, tag);
}

/// The header of a message, up to the first passage.
pub(super) fn beginning(out: &mut Vec<u8>, root: &str, finess: &str, ordre: i16, extract: DateTime, from: Date, to: Date) {
    out.extend_from_slice(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root}>\n<ETABLISSEMENT>\n").as_bytes());
    text(out, "FINESS", finess.as_bytes());
    text(out, "ORDRE", ordre.to_string().as_bytes());
    text(out, "EXTRACT", extract.strftime("%d/%m/%Y %H:%M:%S").to_string().as_bytes());
    text(out, "DATEDEBUT", from.strftime("%d/%m/%Y").to_string().as_bytes());
    text(out, "DATEFIN", to.strftime("%d/%m/%Y").to_string().as_bytes());
    out.extend_from_slice(b"</ETABLISSEMENT>\n<PASSAGES>\n");
}

pub(super) fn end(out: &mut Vec<u8>, root: &str) {
    out.extend_from_slice(format!("</PASSAGES>\n</{root}>\n").as_bytes());
}

/// `JJ/MM/AAAA HH:MM` of seconds since 1970-01-01 00:00 on the wall clock.
pub(crate) fn moment(seconds: i64) -> String {
    let day = crate::dates::Day::from_number(seconds.div_euclid(86_400) as i32);
    let minutes = seconds.rem_euclid(86_400) / 60;
    format!(
        "{:02}/{:02}/{:04} {:02}:{:02}",
        day.day,
        day.month,
        day.year,
        minutes / 60,
        minutes % 60
    )
}

fn open(out: &mut Vec<u8>, tag: &str) {
    out.push(b'<');
    out.extend_from_slice(tag.as_bytes());
    out.push(b'>');
}

fn close(out: &mut Vec<u8>, tag: &str) {
    out.extend_from_slice(b"</");
    out.extend_from_slice(tag.as_bytes());
    out.extend_from_slice(b">\n");
}

/// Stands for a control character that no XML 1.0 document may hold: a control character too, which is not white space, so that a
/// cell that holds nothing else is still filled, and two cells that differed still do.
const UNREADABLE: char = '\u{80}';
/// Stand for the two characters of the Unicode plane that XML 1.0 refuses.
const REFUSED: [(char, char); 2] = [('\u{FFFE}', '\u{E000}'), ('\u{FFFF}', '\u{E001}')];

/// Markup is escaped; white space is written as a space.
fn escape(out: &mut Vec<u8>, value: &[u8]) {
    let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'&' | b'<' | b'>');
    if value.iter().all(plain) {
        return out.extend_from_slice(value);
    }
    let mut bytes = [0; 4];
    for character in String::from_utf8_lossy(value).chars() {
        match character {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            space if space.is_ascii_whitespace() => out.push(b' '),
            other => out.extend_from_slice(writable(other).encode_utf8(&mut bytes).as_bytes()),
        }
    }
}

fn writable(character: char) -> char {
    let refused = REFUSED.iter().find(|(refused, _)| *refused == character);
    match refused {
        Some((_, written)) => *written,
        None if character.is_ascii_control() => UNREADABLE,
        None => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_characters_that_xml_forbids_are_not_written() {
        let mut out = Vec::new();
        text(&mut out, "MOTIF", "a<b&c>\u{1}\u{FFFE} é\n".as_bytes());
        text(&mut out, "DP", b"");
        list(&mut out, "LISTE_DA", "DA", []);
        list(&mut out, "LISTE_ACTES", "ACTE", [&b"DEQP003"[..], b"", b"\x02"]);
        let written = String::from_utf8(out).unwrap();
        assert_eq!(
            written,
            "<MOTIF>a&lt;b&amp;c&gt;\u{80}\u{E000} é </MOTIF>\n<LISTE_DA/>\n<LISTE_ACTES><ACTE>DEQP003</ACTE>\n<ACTE>\u{80}</ACTE>\n</LISTE_ACTES>\n"
        );
    }

    #[test]
    fn a_moment_is_written_to_the_minute() {
        assert_eq!(moment(20_120 * 86_400 + 21 * 3600 + 40 * 60 + 59), "01/02/2025 21:40");
    }
}
