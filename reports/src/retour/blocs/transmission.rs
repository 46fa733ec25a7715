//! Block 2: the days that are missing or low, when days become known, and what became of the deliveries.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use lake::retour::{Connus, Envoi, Jour, Retour};

use super::super::Part;
use super::super::parts::{as_received, count, counted, source, table, words};
use super::delais;
use super::synthese::is_counted;
use crate::charts::{DayState, Drawing, Matrix, MatrixWeek};
use crate::document::{Block, Cell, Chart, Table};
use crate::typography as typo;

pub fn block(retour: &Retour) -> Part {
    let mut part = Part::default();
    if retour.jours.is_empty() {
        return part;
    }
    part.blocks.push(Block::Messages { items: messages(retour) });
    for (ordre, name) in &retour.site.structures {
        let days: Vec<&Jour> = retour.jours.iter().filter(|day| day.ordre == *ordre).collect();
        if !days.is_empty() {
            let chart = matrix(retour, *ordre, name, &days);
            part.sheets.push(chart.data.clone());
            part.blocks.push(Block::Chart(chart));
        }
    }
    for table in [delais::delays(retour), accounts(retour)] {
        part.blocks.push(Block::Table(table.clone()));
        part.sheets.push(table);
    }
    let all = deliveries(retour);
    part.sheets.push(all);
    part
}

/// The days of each structure apart: two structures open on one day are one day each.
fn messages(retour: &Retour) -> Vec<String> {
    let mut said = Vec::new();
    for (ordre, name) in &retour.site.structures {
        let days: Vec<&Jour> = retour.jours.iter().filter(|day| day.ordre == *ordre).collect();
        let of = match retour.site.structures.len() {
            1 => String::new(),
            _ => format!("{name} : "),
        };
        if !days.is_empty() {
            said.extend(messages_of(&days).into_iter().map(|text| format!("{of}{text}")));
        }
    }
    said.extend(delais::late(retour));
    said.iter().map(|text| typo::french(text)).collect()
}

fn messages_of(days: &[&Jour]) -> Vec<String> {
    let empty: Vec<Date> = days.iter().filter(|day| day.passages == 0).map(|day| day.jour).collect();
    let low: Vec<Date> = days
        .iter()
        .filter(|day| day.passages > 0 && !day.regles.is_empty())
        .map(|day| day.jour)
        .collect();
    let total = counted(days.len() as u64, "jour d'ouverture", "jours d'ouverture");
    let holes = match empty.len() {
        0 => format!("Aucun jour sans passage sur {total}."),
        number => format!(
            "{} sur {total} : {}.",
            counted(number as u64, "jour sans passage", "jours sans passage"),
            spans(&empty)
        ),
    };
    let lows = (!low.is_empty()).then(|| {
        format!(
            "{} sur {total} : {}.",
            counted(low.len() as u64, "jour bas", "jours bas"),
            spans(&low)
        )
    });
    [Some(holes), lows].into_iter().flatten().collect()
}

/// Stretches of consecutive days in words, the first ones.
fn spans(days: &[Date]) -> String {
    const SHOWN: usize = 6;
    let mut stretches: Vec<(Date, Date)> = Vec::new();
    for day in days {
        match stretches.last_mut() {
            Some(last) if last.1.tomorrow().ok() == Some(*day) || last.1 == *day => last.1 = *day,
            _ => stretches.push((*day, *day)),
        }
    }
    let said: Vec<String> = stretches
        .iter()
        .take(SHOWN)
        .map(|(from, to)| typo::date_range(*from, *to))
        .collect();
    match stretches.len().saturating_sub(SHOWN) {
        0 => said.join(" ; "),
        1 => format!("{} ; et 1 autre", said.join(" ; ")),
        rest => format!("{} ; et {rest} autres", said.join(" ; ")),
    }
}

fn matrix(retour: &Retour, ordre: i16, name: &str, days: &[&Jour]) -> Chart {
    let by_day: BTreeMap<Date, &Jour> = days.iter().map(|day| (day.jour, *day)).collect();
    let monday = |day: Date| {
        day.checked_sub(i32::from(day.weekday().to_monday_zero_offset()).days())
            .unwrap_or(day)
    };
    let (Some(first), Some(last)) = (by_day.keys().next(), by_day.keys().next_back()) else {
        unreachable!("a matrix is drawn for a structure that has days")
    };
    let mondays = std::iter::successors(Some(monday(*first)), |day| day.checked_add(7.days()).ok()).take_while(|day| day <= last);
    let weeks = mondays.map(|start| MatrixWeek {
        label: format!("{:02}/{:02}", start.day(), start.month()),
        cells: (0..7)
            .map(|rank| {
                let day = by_day.get(&start.checked_add(rank.days()).ok()?)?;
                Some((day.passages.to_string(), state(day)))
            })
            .collect(),
    });
    let weeks: Vec<MatrixWeek> = weeks.collect();
    let several = retour.site.structures.len() > 1;
    let of = if several {
        format!(" – {name} ({}/{ordre})", retour.site.finess)
    } else {
        String::new()
    };
    let title = format!("Passages de chaque jour{of}");
    let rows = days.iter().map(|day| {
        let rules = if day.passages == 0 && day.regles.is_empty() {
            "RPU-T01".to_owned()
        } else {
            day.regles.join(", ")
        };
        let late = |known: Connus| match known {
            Connus::Recu(known) => count(u64::from(known)),
            Connus::NonRecu => words("non reçu"),
            Connus::NonEvalue => words("non évalué"),
        };
        let cells = vec![
            count(u64::from(day.passages)),
            late(day.a_j1),
            late(day.a_j7),
            words(label(state(day))),
            words(&rules),
        ];
        (typo::short_date(day.jour), cells)
    });
    let columns = [
        ("Jour", false),
        ("Passages", true),
        ("Connus à J+1", true),
        ("Connus à J+7", true),
        ("État", false),
        ("Règles", false),
    ];
    Chart {
        id: format!("R-G02-{ordre}"),
        title: typo::french(&title),
        subtitle: typo::french("Une ligne par semaine, du lundi dont la date est donnée"),
        alternative: typo::french(
            "Tableau des semaines et des jours : nombre de passages reçus, jours bas soulignés, jours sans passage encadrés.",
        ),
        source: source(retour),
        notes: Vec::new(),
        drawing: Drawing::Matrix(Matrix {
            days: ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."]
                .map(str::to_owned)
                .to_vec(),
            weeks,
            legend: [DayState::Usual, DayState::Low, DayState::Empty]
                .map(|state| label(state).to_owned())
                .to_vec(),
        }),
        data: table(
            &format!("R-G02-{ordre}-donnees"),
            &title,
            "",
            &columns,
            rows.collect(),
            source(retour),
        ),
    }
}

fn state(day: &Jour) -> DayState {
    match (day.passages, day.regles.is_empty()) {
        (0, _) => DayState::Empty,
        (_, true) => DayState::Usual,
        (_, false) => DayState::Low,
    }
}

fn label(state: DayState) -> &'static str {
    match state {
        DayState::Usual => "habituel",
        DayState::Low => "bas",
        DayState::Empty => "sans passage",
    }
}

/// What became of the deliveries, by table.
fn accounts(retour: &Retour) -> Table {
    let mut tables: BTreeMap<&str, Vec<&Envoi>> = BTreeMap::new();
    for sent in &retour.envois {
        tables.entry(&sent.table).or_default().push(sent);
    }
    let rows = tables.into_iter().map(|(table, sent)| {
        let with = |verdict: &str| sent.iter().filter(|one| one.verdict == verdict).count() as u64;
        let sum = |value: fn(&Envoi) -> u64| count(sent.iter().map(|one| value(one)).sum());
        let cells: Vec<Cell> = vec![
            count(sent.len() as u64),
            count(with("refusee")),
            count(with("en_quarantaine")),
            count(with("en_attente")),
            sum(|one| one.comptes.rows_read),
            sum(|one| one.comptes.rejected),
            sum(|one| one.comptes.duplicates),
            sum(|one| one.comptes.out_of_window),
        ];
        let named = lake::table::table(table).map_or_else(|| "non reconnu".to_owned(), |known| known.libelle.clone());
        (typo::french(&named), cells)
    });
    let columns = [
        ("Données", false),
        ("Envois", true),
        ("Refusés", true),
        ("En quarantaine", true),
        ("En attente", true),
        ("Enregistrements lus", true),
        ("Rejetés", true),
        ("Copies", true),
        ("Hors période du fichier", true),
    ];
    table(
        "R-T02",
        "Ce que sont devenus les envois",
        "Envois qui touchent la période",
        &columns,
        rows.collect(),
        source(retour),
    )
}

/// Every delivery, for the workbook.
fn deliveries(retour: &Retour) -> Table {
    let day = |day: Option<Date>| words(&day.map(typo::short_date).unwrap_or_default());
    let rows = retour.envois.iter().map(|sent| {
        let counts = &sent.comptes;
        let cells = vec![
            words(&typo::short_date(typo::paris(sent.recu).date())),
            day(sent.produit.map(|at| at.date())),
            day(sent.du),
            day(sent.au),
            words(&sent.verdict_libelle),
            words(if is_counted(&sent.verdict) { "oui" } else { "non" }),
            count(counts.rows_read),
            count(counts.accepted),
            count(counts.rejected),
            count(counts.duplicates),
            count(counts.out_of_window),
            as_received(sent.motif.as_deref().unwrap_or_default()),
        ];
        (sent.fichier.clone(), cells)
    });
    let columns = [
        ("Fichier", false),
        ("Reçu le", false),
        ("Produit le", false),
        ("Du", false),
        ("Au", false),
        ("Verdict", false),
        ("Compté", false),
        ("Lus", true),
        ("Acceptés", true),
        ("Rejetés", true),
        ("Copies", true),
        ("Hors période", true),
        ("Motif", false),
    ];
    table("R-T03", "Envois", "", &columns, rows.collect(), source(retour))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_that_follow_one_another_are_said_together() {
        let days = [date(2025, 1, 30), date(2025, 1, 31), date(2025, 2, 1), date(2025, 2, 5)];
        assert_eq!(spans(&days), "du 30\u{a0}janvier au 1er\u{a0}février ; le 5\u{a0}février");
    }
}
