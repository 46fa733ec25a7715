//! What a file name says, by the patterns that extract kinds declare.

use crate::dates::{Day, parse_moment};

/// Read in a name: each part where the pattern has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NameParts {
    pub finess: Option<String>,
    pub ordre: Option<i16>,
    /// Seconds since 1970-01-01 00:00, for `{horodatage}`.
    pub moment: Option<i64>,
    /// For `{date}` and `{aammjj}`.
    pub day: Option<Day>,
    /// For `{du}` and `{au}`: the days covered, both included.
    pub from: Option<Day>,
    pub to: Option<Day>,
}

/// Reads the last component of `name` (after `/` and `!`) with the first of `patterns` that fits, any case; a compression
/// suffix is left aside.
pub fn read(name: &str, patterns: impl IntoIterator<Item = impl AsRef<str>>) -> Option<NameParts> {
    let base = name.rsplit(['/', '!']).next().unwrap_or(name).to_ascii_uppercase();
    let base = base.strip_suffix(".GZ").unwrap_or(&base);
    patterns.into_iter().find_map(|pattern| {
        let mut parts = NameParts::default();
        fits(&pattern.as_ref().to_ascii_uppercase(), base, &mut parts).then_some(parts)
    })
}

fn fits(pattern: &str, text: &str, parts: &mut NameParts) -> bool {
    let Some(first) = pattern.chars().next() else {
        return text.is_empty();
    };
    if first == '*' {
        return (0..=text.len())
            .filter(|cut| text.is_char_boundary(*cut))
            .any(|cut| fits(&pattern[1..], &text[cut..], parts));
    }
    if first == '{'
        && let Some((name, rest)) = pattern[1..].split_once('}')
    {
        return part(name, rest, text, parts);
    }
    text.strip_prefix(first)
        .is_some_and(|text| fits(&pattern[first.len_utf8()..], text, parts))
}

fn part(name: &str, rest: &str, text: &str, parts: &mut NameParts) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match name {
        "FINESS" => {
            let Some(finess) = text
                .get(..9)
                .filter(|finess| finess.bytes().all(|byte| byte.is_ascii_alphanumeric()))
            else {
                return false;
            };
            parts.finess = Some(finess.to_owned());
            fits(rest, &text[9..], parts)
        }
        "ORDRE" => (1..=digits.min(5)).any(|length| {
            parts.ordre = text[..length].parse().ok();
            parts.ordre.is_some() && fits(rest, &text[length..], parts)
        }),
        "HORODATAGE" if digits >= 14 => {
            let written = format!(
                "{}-{}-{} {}:{}:{}",
                &text[..4],
                &text[4..6],
                &text[6..8],
                &text[8..10],
                &text[10..12],
                &text[12..14]
            );
            parts.moment = parse_moment(written.as_bytes());
            parts.moment.is_some() && fits(rest, &text[14..], parts)
        }
        "DATE" if digits >= 8 => {
            parts.day = day(&text[..4], &text[4..6], &text[6..8]);
            parts.day.is_some() && fits(rest, &text[8..], parts)
        }
        "DU" | "AU" if digits >= 8 => {
            let found = day(&text[..4], &text[4..6], &text[6..8]);
            let kept = if name == "DU" { &mut parts.from } else { &mut parts.to };
            *kept = found;
            found.is_some() && fits(rest, &text[8..], parts)
        }
        "AAMMJJ" if digits >= 6 => {
            parts.day = day(&format!("20{}", &text[..2]), &text[2..4], &text[4..6]);
            parts.day.is_some() && fits(rest, &text[6..], parts)
        }
        _ => false,
    }
}

fn day(year: &str, month: &str, day: &str) -> Option<Day> {
    crate::dates::parse_day(format!("{year}-{month}-{day}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Option<i64> {
        parse_moment(text.as_bytes())
    }

    #[test]
    fn names_of_the_national_convention() {
        let kinds = crate::kinds::Kinds::embedded();
        let patterns = || kinds.get("rpu_oscour").unwrap().nom_fichier.iter().map(|name| &name.modele);
        let national = read("depot/chu/O990000010_0_20250203032510.xml", patterns()).unwrap();
        assert_eq!((national.finess.as_deref(), national.ordre), (Some("990000010"), Some(0)));
        assert_eq!(national.moment, moment("03/02/2025 03:25:10"));
        let syrius = read("a.zip!990000010_120250203032510.rpu.xml", patterns()).unwrap();
        assert_eq!((syrius.ordre, syrius.moment), (Some(1), moment("03/02/2025 03:25:10")));
        assert_eq!(read("o990000010_0_20250203032510.XML.gz", patterns()).unwrap().ordre, Some(0));
        assert_eq!(read("RPU_990000010_250203.xml", patterns()).unwrap().day.unwrap().month, 2);
    }

    #[test]
    fn names_that_say_nothing() {
        for name in [
            "export.xml",
            "O990000010_0_20251303032510.xml",
            "O99000001_0_20250203032510.xml",
            "",
            "é.xml",
        ] {
            assert_eq!(read(name, ["O{finess}_{ordre}_{horodatage}.xml"]), None, "{name}");
        }
    }

    #[test]
    fn the_days_that_a_flat_form_covers() {
        let found = read("rpu_20250201_20250207_20250208031500.csv", ["*_{du}_{au}_{horodatage}.csv"]).unwrap();
        assert_eq!((found.from.unwrap().day, found.to.unwrap().day), (1, 7));
        assert_eq!(found.moment, moment("08/02/2025 03:15:00"));
    }

    #[test]
    fn the_date_of_declared_attendances() {
        let patterns = ["*_{horodatage}.csv", "*_{date}.csv"];
        assert_eq!(read("declares_occitanie_20250405.csv", patterns).unwrap().day.unwrap().day, 5);
        assert_eq!(
            read("declares_20250405101500.csv", patterns).unwrap().moment,
            moment("05/04/2025 10:15:00")
        );
        assert_eq!(read("declares.csv", patterns), None);
    }
}
