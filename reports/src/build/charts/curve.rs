//! Lines over the modalities of a dimension, or over two years of months.

use lake::month::Month;

use super::Drawn;
use super::control::{marks_of, short};
use crate::build::Context;
use crate::build::cell::cell;
use crate::build::modality::{codes, modality_label, varying};
use crate::build::words::Words;
use crate::charts::{Curve, CurveLine, Drawing, Limit, Ribbon};
use crate::declaration::{ChartDecl, Measure, Selection};
use crate::document::Cell;
use crate::typography as typo;

/// Months of a series.
const MONTHS: i32 = 24;

/// One place of the axis: its name there, its name in the table, and what it adds to a selection.
struct Point {
    short: String,
    long: String,
    of: Selection,
}

/// The second dimension of the series when it has one, else the first.
pub fn over_modalities(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let series = declared.serie.first()?;
    let second = series.dim2.is_some();
    let dim = varying(series, second);
    let point = |code: String| {
        let label = modality_label(context, &dim, &code);
        let of = Selection {
            modalite: (!second).then(|| code.clone()),
            modalite2: second.then(|| code.clone()),
            ..Selection::default()
        };
        Point {
            short: label.clone(),
            long: label,
            of,
        }
    };
    let mut codes = codes(context, series, second);
    codes.retain(|code| code != "manquant");
    let title = context.figures.entry(&dim).map_or("Modalité", |entry| &entry.titre);
    let drawn = draw(context, words, declared, codes.into_iter().map(point).collect(), title)?;
    Some(drawn)
}

/// Months that end with the last one over.
pub fn over_months(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let last = Month::over_at(context.frame().date_to);
    let point = |month: Month| Point {
        short: short(month),
        long: typo::month_year(month),
        of: Selection {
            mois: Some(month),
            ..Selection::default()
        },
    };
    let points = last.plus(1 - MONTHS).through(last).map(point).collect();
    let mut drawn = draw(context, words, declared, points, "Mois")?;
    if let Drawing::Curve(curve) = &mut drawn.drawing {
        curve.axis = String::new();
    }
    Some(drawn)
}

fn draw(context: &Context, words: &Words, declared: &ChartDecl, points: Vec<Point>, title: &str) -> Option<Drawn> {
    let read = |series: &Selection| -> Vec<Cell> { points.iter().map(|point| cell(context, &series.with(&point.of))).collect() };
    let lines: Vec<(String, Vec<Cell>)> = declared
        .serie
        .iter()
        .map(|series| (words.french(&series.titre), read(series)))
        .filter(|(_, cells)| cells.iter().any(|cell| cell.number.is_some()))
        .collect();
    let edges: Vec<(String, Vec<Cell>)> = declared
        .ruban
        .iter()
        .map(|series| (words.french(&series.titre), read(series)))
        .collect();
    let (name, first) = lines.first()?;
    let unit = first.iter().find_map(|cell| cell.number.as_ref())?.unit;
    let counted = Selection {
        mesure: Some(Measure::Denominateur),
        ..declared.serie.first()?.clone()
    };
    // What a share or a duration is computed on.
    let bases = matches!(unit, "%" | "min").then(|| read(&counted));
    let all = lines.iter().chain(&edges).flat_map(|(_, cells)| cells).filter_map(value);
    let highest = all.chain(declared.repere).fold(0.0, f64::max);
    let ribbon = match edges.as_slice() {
        [(low_name, low), (high_name, high)] => Some(Ribbon {
            label: format!("{low_name}–{high_name}"),
            edges: low.iter().zip(high).map(|(low, high)| value(low).zip(value(high))).collect(),
        }),
        _ => None,
    };
    let mut header = vec![title.to_owned()];
    header.extend(lines.iter().chain(&edges).map(|(name, _)| name.clone()));
    header.extend(bases.iter().map(|_| "Passages pris en compte".to_owned()));
    let columns = || lines.iter().chain(&edges).map(|(_, cells)| cells).chain(&bases);
    let rows = points
        .iter()
        .enumerate()
        .map(|(rank, point)| (point.long.clone(), columns().map(|cells| cells[rank].clone()).collect()))
        .collect();
    let unknown = first.iter().filter(|cell| cell.number.is_none()).count();
    Some(Drawn {
        message: message(name, &points, first, declared.repere),
        alternative: format!("{} sur {} points.", curves(lines.len()), points.len()),
        n: None,
        notes: match unknown {
            0 => Vec::new(),
            1 => vec!["Un point sans valeur publiée n'est pas dessiné.".to_owned()],
            several => vec![format!("{several} points sans valeur publiée ne sont pas dessinés.")],
        },
        header,
        rows,
        drawing: Drawing::Curve(Curve {
            categories: points.iter().map(|point| point.short.clone()).collect(),
            lines: lines
                .iter()
                .map(|(label, cells)| CurveLine {
                    label: label.clone(),
                    values: cells.iter().map(value).collect(),
                })
                .collect(),
            ribbon,
            marks: marks(highest, unit),
            reference: declared.repere.map(|value| Limit {
                value,
                printed: typo::decimal(value, u8::from(value.fract() != 0.0)),
            }),
            axis: title.to_owned(),
        }),
    })
}

fn value(cell: &Cell) -> Option<f64> {
    cell.number.as_ref().map(|number| number.value)
}

fn curves(lines: usize) -> String {
    match lines {
        1 => "Une courbe".to_owned(),
        several => format!("{several} courbes"),
    }
}

/// Round marks from zero, in the unit that a reader sees.
fn marks(highest: f64, unit: &str) -> Vec<Limit> {
    match unit {
        "%" => {
            let shares = marks_of(0.0, highest / 100.0, "fraction", 5.0).into_iter();
            let of_hundred = |mark: Limit| Limit {
                value: mark.value * 100.0,
                ..mark
            };
            shares.map(of_hundred).collect()
        }
        "min" => marks_of(0.0, highest, "minutes", 5.0),
        _ => marks_of(0.0, highest, "", 5.0),
    }
}

/// Where the first line passes its level, when it does so once; else its lowest and its highest points.
fn message(name: &str, points: &[Point], cells: &[Cell], level: Option<f64>) -> Option<String> {
    let known: Vec<(&Point, &Cell, f64)> = points
        .iter()
        .zip(cells)
        .filter_map(|(point, cell)| Some((point, cell, value(cell)?)))
        .collect();
    if let Some(level) = level {
        let sides: Vec<bool> = known.iter().map(|(.., value)| *value >= level).collect();
        let turns: Vec<usize> = (1..sides.len()).filter(|rank| sides[*rank] != sides[rank - 1]).collect();
        if let [turn] = turns.as_slice() {
            let side = if sides[*turn] { "au-dessus de" } else { "sous" };
            let level = typo::decimal(level, u8::from(level.fract() != 0.0));
            return Some(format!("{name} {side} {level} à partir de : {}", known[*turn].0.long));
        }
    }
    let low = known.iter().min_by(|a, b| a.2.total_cmp(&b.2))?;
    let high = known.iter().max_by(|a, b| a.2.total_cmp(&b.2))?;
    Some(format!(
        "{name} : de {} ({}) à {} ({})",
        low.1.text, low.0.long, high.1.text, high.0.long
    ))
}
