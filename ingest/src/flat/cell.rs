//! Cells of a flat row: from text to a typed value, by the column's declaration.

use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;
use lake::site::SiteNature;
use lake::table::{Column, ColumnType};
use regex::Regex;
use rustc_hash::FxHashMap;

use crate::dates::{CENTURY, parse_day, parse_moment};
use crate::flat::clock::{Clock, local};
use crate::flat::value::{Moment, Value};
use crate::kinds::Kind;

/// A declared column, ready to read cells.
pub struct Cells {
    pub column: &'static Column,
    shape: Option<Regex>,
    /// By code in capitals.
    codes: Option<FxHashMap<String, &'static str>>,
    aliases: Vec<(String, String)>,
    /// What an empty cell means, where that is a value.
    empty: Option<Value>,
    pub is_count: bool,
    /// Names the site by its FINESS.
    pub is_site: bool,
    /// What the text names, where it names a site.
    names: Option<SiteNature>,
}

/// Why a cell has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Missing,
    /// Not in the code list.
    Code,
    /// Not a whole number, or negative, in a column that counts.
    Count,
    /// Not the code of a site, in the column that names it.
    Finess,
    /// Otherwise unreadable.
    Unreadable,
}

/// Shapes written for months and years, kept as their first day.
const MONTH: &str = "AAAA-MM";
const YEAR: &str = "AAAA";

impl Cells {
    pub fn of(column: &'static Column, kind: &Kind, is_site: bool) -> Cells {
        let counted = kind.controles.as_ref().map_or(&[][..], |checks| &checks.unites_de_compte);
        let numeric = matches!(column.kind, ColumnType::Int16 | ColumnType::Int32);
        let codes = column.codes.as_deref().and_then(lake::code_list::code_list);
        let mut cells = Cells {
            column,
            shape: column
                .forme
                .as_deref()
                .filter(|shape| matches!(column.kind, ColumnType::Text | ColumnType::List) && shape.starts_with('^'))
                .map(|shape| Regex::new(shape).expect("declared shapes are regular expressions")),
            codes: codes.map(|list| {
                let codes = list.codes.iter();
                codes.map(|row| (row.code.to_uppercase(), row.code.as_str())).collect()
            }),
            aliases: kind
                .valeur
                .iter()
                .filter(|alias| alias.colonne == column.nom)
                .map(|alias| (alias.vu.clone(), alias.vaut.clone()))
                .collect(),
            empty: None,
            is_count: numeric && column.unite.as_ref().is_some_and(|unit| counted.contains(unit)),
            is_site,
            names: column.identifie.or(is_site.then(|| kind.table().nature_of_site())),
        };
        if (numeric || cells.codes.is_some())
            && let Some(meaning) = &column.vide_signifie
        {
            cells.empty = cells.parse(meaning, &mut Clock::new(&TimeZone::UTC)).ok();
        }
        cells
    }

    /// Reads a cell. `clock`: legal time, for time stamps without offset.
    pub fn read(&self, text: &str, clock: &mut Clock) -> Result<Value, Fault> {
        let text = text.trim();
        if text.is_empty() {
            return self.empty.clone().ok_or(Fault::Missing);
        }
        self.parse(text, clock)
    }

    fn parse(&self, text: &str, clock: &mut Clock) -> Result<Value, Fault> {
        if let Some(nature) = self.names {
            let fault = if self.is_site { Fault::Finess } else { Fault::Unreadable };
            return nature.parse(text).map(Value::Text).ok_or(fault);
        }
        let value = match self.column.kind {
            ColumnType::Text | ColumnType::Etat => return self.parse_text(text).map(Value::Text),
            ColumnType::List => return self.parse_list(text),
            ColumnType::Int16 => text.parse::<i16>().ok().map(|number| Value::Integer(number.into())),
            ColumnType::Int32 => text.parse::<i32>().ok().map(Value::Integer),
            ColumnType::Bool => match text.to_ascii_lowercase().as_str() {
                "1" | "true" | "vrai" | "oui" => Some(Value::Bool(true)),
                "0" | "false" | "faux" | "non" => Some(Value::Bool(false)),
                _ => None,
            },
            ColumnType::Date if self.column.forme.as_deref() == Some(MONTH) => first_day(text, 7, "-01"),
            ColumnType::Date if self.column.forme.as_deref() == Some(YEAR) => first_day(text, 4, "-01-01"),
            ColumnType::Date => parse_day(text.as_bytes()).map(|day| Value::Date(day.number())),
            ColumnType::Civil => parse_moment(text.as_bytes()).map(Value::Civil),
            ColumnType::Instant => moment(text, clock).map(Value::Instant),
            ColumnType::Decimal => text
                .replace(',', ".")
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .map(Value::Decimal),
        };
        match value {
            Some(Value::Integer(number)) if self.is_count && number < 0 => Err(Fault::Count),
            Some(value) => Ok(value),
            None if self.is_count => Err(Fault::Count),
            None => Err(Fault::Unreadable),
        }
    }

    fn parse_text(&self, text: &str) -> Result<String, Fault> {
        let Some(codes) = &self.codes else {
            let shaped = self.shape.as_ref().is_none_or(|shape| shape.is_match(text));
            return if shaped { Ok(text.to_owned()) } else { Err(Fault::Unreadable) };
        };
        let code_of = |text: &str| {
            let alias = self.aliases.iter().find(|(seen, _)| seen == text);
            codes.get(alias.map_or(text, |(_, code)| code)).map(|code| (*code).to_owned())
        };
        // Most codes come in capitals already.
        code_of(text).or_else(|| code_of(&text.to_uppercase())).ok_or(Fault::Code)
    }

    /// Items joined by `|`. One that does not conform leaves the whole cell apart, as received.
    fn parse_list(&self, text: &str) -> Result<Value, Fault> {
        let items = text.split('|').map(str::trim).filter(|item| !item.is_empty());
        let items: Result<Vec<String>, Fault> = items.map(|item| self.parse_text(item)).collect();
        Ok(Value::List(items?))
    }
}

/// A month or a year, of so many characters, as its first day.
fn first_day(text: &str, length: usize, rest: &str) -> Option<Value> {
    (text.len() == length).then_some(())?;
    let day = parse_day(format!("{text}{rest}").as_bytes())?;
    Some(Value::Date(day.number()))
}

/// ISO 8601 with or without offset, or `JJ/MM/AAAA HH:MM[:SS]`.
pub fn moment(text: &str, clock: &mut Clock) -> Option<Moment> {
    if let Some(moment) = with_offset(text.as_bytes()) {
        return Some(moment);
    }
    if let Some(seconds) = parse_moment(text.as_bytes()) {
        return clock.local(seconds);
    }
    let pieces = Pieces::parse(text).ok()?;
    let civil = pieces.date().to_datetime(pieces.time()?);
    let Some(offset) = pieces.to_numeric_offset() else {
        return local(civil, clock.zone());
    };
    Some(Moment {
        utc: offset.to_timestamp(civil).ok()?.as_microsecond(),
        offset: (offset.seconds() / 60) as i16,
        had_offset: true,
        ambiguous: false,
    })
}

/// What nearly every sender writes, `AAAA-MM-JJTHH:MM:SS` with `Z`, `+HH:MM` or `-HH:MM`, read without the general parser; none of
/// any other text, which that parser judges.
fn with_offset(text: &[u8]) -> Option<Moment> {
    let (civil, offset) = text.split_at_checked(19)?;
    if civil[4] != b'-' || civil[10] != b'T' {
        return None;
    }
    let offset = match *offset {
        [b'Z'] => 0,
        [
            sign @ (b'+' | b'-'),
            h1 @ b'0'..=b'1',
            h2 @ b'0'..=b'9',
            b':',
            m1 @ b'0'..=b'5',
            m2 @ b'0'..=b'9',
        ] => {
            let number = |tens: u8, units: u8| i16::from(tens - b'0') * 10 + i16::from(units - b'0');
            let minutes = number(h1, h2) * 60 + number(m1, m2);
            if sign == b'-' { -minutes } else { minutes }
        }
        _ => return None,
    };
    let seconds = parse_moment(civil).filter(|seconds| CENTURY.contains(seconds))?;
    Some(Moment {
        utc: (seconds - i64::from(offset) * 60) * 1_000_000,
        offset,
        had_offset: true,
        ambiguous: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::legal_time;

    fn read(column: &str, text: &str) -> Result<Value, Fault> {
        let kinds = crate::kinds::Kinds::embedded();
        let kind = kinds.get("lits_snap").unwrap();
        let column = kind.table().column(column).unwrap();
        Cells::of(column, kind, column.nom == "finess_geo").read(text, &mut Clock::new(&legal_time()))
    }

    fn text(text: &str) -> Result<Value, Fault> {
        Ok(Value::Text(text.to_owned()))
    }

    #[test]
    fn cells_of_a_bed_row() {
        for (column, cell, value) in [
            ("finess_geo", "310783048", text("310783048")),
            ("finess_geo", "90000175", text("090000175")),
            ("finess_geo", "CHU", Err(Fault::Finess)),
            ("discipline", "med", text("MED")),
            ("discipline", "XYZ", Err(Fault::Code)),
            ("champ_activite", "SSR", text("02")),
            ("nature", "01", text("01")),
            ("nature", "1", Err(Fault::Code)),
            ("activite_op", "025", text("025")),
            ("activite_op", "25", Err(Fault::Unreadable)),
            ("n_installes", " 28 ", Ok(Value::Integer(28))),
            ("n_installes", "-1", Err(Fault::Count)),
            ("n_installes", "2.5", Err(Fault::Count)),
            ("n_installes", "", Err(Fault::Missing)),
            ("n_fermes", "", Ok(Value::Integer(0))),
            ("n_fermes_reactivables", "", Err(Fault::Missing)),
            ("affectation", "", text("01")),
            ("age_min", "15", Ok(Value::Integer(15))),
            ("age_min", "quinze", Err(Fault::Unreadable)),
            ("lat", "43,6045", Ok(Value::Decimal(43.6045))),
            ("lat", "NaN", Err(Fault::Unreadable)),
        ] {
            assert_eq!(read(column, cell), value, "{column} {cell}");
        }
    }

    #[test]
    fn instants_with_and_without_offset() {
        let utc = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_microsecond();
        for (cell, expected) in [
            (
                "2025-01-14T10:00:00+01:00",
                Some((utc("2025-01-14T09:00:00Z"), 60, true, false)),
            ),
            ("2025-01-14T10:00:00Z", Some((utc("2025-01-14T10:00:00Z"), 0, true, false))),
            ("2025-01-14 10:00", Some((utc("2025-01-14T09:00:00Z"), 60, false, false))),
            ("14/07/2025 10:00", Some((utc("2025-07-14T08:00:00Z"), 120, false, false))),
            ("2025-10-26T02:30:00", Some((utc("2025-10-26T00:30:00Z"), 120, false, true))),
            // An hour that does not exist names one instant only.
            ("2025-03-30T02:30:00", Some((utc("2025-03-30T01:30:00Z"), 120, false, false))),
            (
                "2025-10-26T02:30:00+01:00",
                Some((utc("2025-10-26T01:30:00Z"), 60, true, false)),
            ),
            ("2025-01-14", None),
            ("hier", None),
        ] {
            let found = match read("ts_etat", cell) {
                Ok(Value::Instant(moment)) => Some((moment.utc, moment.offset, moment.had_offset, moment.ambiguous)),
                _ => None,
            };
            assert_eq!(found, expected, "{cell}");
        }
    }

    #[test]
    fn months() {
        let column = lake::table::table("rpu_declares").unwrap().column("mois").unwrap();
        let kinds = crate::kinds::Kinds::embedded();
        let cells = Cells::of(column, kinds.get("rpu_declares").unwrap(), false);
        for (text, day) in [
            ("2025-01", Some("2025-01-01")),
            ("2025-13", None),
            ("01/2025", None),
            ("2025-01-15", None),
        ] {
            let expected = day.map(|day| Value::Date(parse_day(day.as_bytes()).unwrap().number()));
            assert_eq!(cells.read(text, &mut Clock::new(&TimeZone::UTC)).ok(), expected, "{text}");
        }
    }

    #[test]
    fn the_short_way_of_an_instant_reads_as_the_general_parser() {
        for text in [
            "2025-01-14T10:00:00+01:00",
            "2025-01-14T10:00:00-04:00",
            "2025-01-14T10:00:00-00:30",
            "2025-01-14T10:00:00+19:59",
            "2025-07-14T23:59:59Z",
            "2024-02-29T00:00:00+02:00",
            "2000-01-01T00:00:00+14:00",
        ] {
            let at: jiff::Timestamp = text.parse().unwrap();
            let offset = Pieces::parse(text).unwrap().to_numeric_offset().unwrap();
            let found = with_offset(text.as_bytes()).map(|moment| (moment.utc, moment.offset, moment.had_offset));
            assert_eq!(
                found,
                Some((at.as_microsecond(), (offset.seconds() / 60) as i16, true)),
                "{text}"
            );
        }
        for text in [
            "2025-02-29T10:00:00Z",
            "2025-01-14T24:00:00Z",
            "2025-01-14T10:00:00+01:60",
            "2025-01-14T10:00:00+0100",
            "2025-01-14T10:00:60Z",
            "1999-12-31T23:59:59Z",
            "2025-01-14 10:00:00Z",
            "2025-01-14T10:00:00",
            "2025-01-14T10:00é",
        ] {
            assert!(with_offset(text.as_bytes()).is_none(), "{text}");
        }
    }
}
