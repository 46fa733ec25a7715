//! Tables, cells and phrases that the blocks share.

use lake::retour::Retour;

use crate::document::{Cell, Column, Group, Role, Row, Table};
use crate::typography as typo;

/// One table, rows without groups. `columns` are (title, numeric).
pub fn table(
    id: &str,
    title: &str,
    subtitle: &str,
    columns: &[(&str, bool)],
    rows: Vec<(String, Vec<Cell>)>,
    source: String,
) -> Table {
    Table {
        id: id.to_owned(),
        title: typo::french(title),
        subtitle: typo::french(subtitle),
        columns: columns
            .iter()
            .map(|(title, numeric)| Column {
                title: typo::french(title),
                numeric: *numeric,
            })
            .collect(),
        groups: vec![Group {
            title: String::new(),
            rows: rows
                .into_iter()
                .map(|(title, cells)| Row {
                    title,
                    role: Role::Detail,
                    depth: 0,
                    cells,
                })
                .collect(),
        }],
        notes: Vec::new(),
        source,
        dense: columns.len() > 6,
    }
}

pub fn count(value: u64) -> Cell {
    Cell::number(typo::count(value as f64), value as f64, "")
}

/// A fraction, as a percentage; a dash with its reason when there is none.
pub fn share(value: Option<f64>, why: &'static str) -> Cell {
    match value {
        Some(value) => Cell::number(printed(value), value * 100.0, "%"),
        None => Cell {
            status: Some(why),
            ..Cell::words("–")
        },
    }
}

/// A share as it reads; what is not all never reads as all.
fn printed(share: f64) -> String {
    match typo::share(share) {
        text if share < 1.0 && text == typo::share(1.0) => format!("plus de {}", typo::share(0.999)),
        text => text,
    }
}

/// Change between two fractions, in points.
pub fn change(now: Option<f64>, before: Option<f64>) -> Cell {
    match now.zip(before) {
        Some((now, before)) => Cell::number(typo::change_share(now, before), (now - before) * 100.0, "points"),
        None => Cell {
            status: Some("pas de passage avant la période"),
            ..Cell::words("–")
        },
    }
}

pub fn decimal(value: Option<f64>, digits: u8) -> Cell {
    match value {
        Some(value) => Cell::number(typo::decimal(value, digits), value, ""),
        None => Cell {
            status: Some("pas assez de jours pour une limite"),
            ..Cell::words("–")
        },
    }
}

pub fn words(text: &str) -> Cell {
    Cell::words(typo::french(text))
}

/// A text as received: nothing is done to it.
pub fn as_received(text: &str) -> Cell {
    Cell::words(text)
}

/// Why a share of the others is not given.
pub const FEW_OTHERS: &str = "trop peu d'autres sites ou de passages";
pub const NONE_EXPECTED: &str = "aucun passage où il est attendu";

/// « Source : … » under a table.
pub fn source(retour: &Retour) -> String {
    let frame = &retour.cadre;
    let synthetic = if frame.synthetique { " (données synthétiques)" } else { "" };
    typo::french(&format!(
        "Source : envois du site, données arrêtées au {}{synthetic}.",
        typo::long_date(typo::paris(frame.as_of).date())
    ))
}

/// `1 jour`, `3 jours`.
pub fn counted(value: u64, one: &str, many: &str) -> String {
    format!("{}\u{a0}{}", typo::count(value as f64), if value < 2 { one } else { many })
}

/// `812 passages sur 3 012 (27,0 %)`.
pub fn of(value: u64, one: &str, many: &str, out_of: u64) -> String {
    let share = lake::retour::part(value, out_of)
        .map(|share| format!(" ({})", printed(share)))
        .unwrap_or_default();
    format!("{} sur {}{share}", counted(value, one, many), typo::count(out_of as f64))
}

/// Singular and plural of what a rule counts.
pub fn unit(unite: &str) -> (&str, &str) {
    match unite {
        "passages" => ("passage", "passages"),
        "jours" => ("jour", "jours"),
        "lignes" => ("ligne", "lignes"),
        "codes" => ("code", "codes"),
        "mois" => ("mois", "mois"),
        "mesures" => ("mesure du mois", "mesures du mois"),
        _ => ("cas", "cas"),
    }
}

/// Five discs for 0 to 100 %.
pub fn discs(share: Option<f64>) -> Cell {
    let Some(share) = share else { return Cell::words("") };
    let full = (share * 5.0 + 1e-9).floor().clamp(0.0, 5.0) as usize;
    let text = "●".repeat(full) + &"○".repeat(5 - full);
    Cell {
        status: Some("cinq disques pleins : 100 % conformes"),
        ..Cell::words(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_that_is_not_all_never_prints_as_all() {
        assert!(
            of(2497, "passage", "passages", 2498).contains("plus de 99,9"),
            "{}",
            of(2497, "passage", "passages", 2498)
        );
        assert!(of(2498, "passage", "passages", 2498).contains("100,0"));
    }
}
