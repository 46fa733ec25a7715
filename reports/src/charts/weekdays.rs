//! Weekdays: mean passages and the spread from one week to another, one panel per population, each with its own scale.

use serde::Serialize;

use super::canvas::{Canvas, Look, Stroke};
use super::scale::{Scale, ticks};
use super::{Width, axis_number, palette};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Weekdays {
    pub panels: Vec<Panel>,
}

/// Seven days from Monday.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Panel {
    pub title: String,
    pub days: Vec<Weekday>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Weekday {
    pub mean: Option<f64>,
    /// P10 and P90 of the days.
    pub spread: Option<(f64, f64)>,
}

const NAMES: [&str; 7] = ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."];
const SHORT: [&str; 7] = ["lu", "ma", "me", "je", "ve", "sa", "di"];

pub fn height(weekdays: &Weekdays, width: Width) -> f64 {
    if width.is_wide() {
        250.0
    } else {
        180.0 * weekdays.panels.len() as f64
    }
}

pub fn paint(weekdays: &Weekdays, canvas: &Canvas, width: Width) {
    let count = weekdays.panels.len().max(1) as f64;
    for (index, panel) in weekdays.panels.iter().enumerate() {
        let index = index as f64;
        if width.is_wide() {
            let each = canvas.width / count;
            paint_panel(
                panel,
                canvas,
                width,
                (each * index, each * (index + 1.0) - 14.0),
                (0.0, canvas.height),
            );
        } else {
            let each = canvas.height / count;
            paint_panel(
                panel,
                canvas,
                width,
                (0.0, canvas.width),
                (each * index, each * (index + 1.0)),
            );
        }
    }
}

fn paint_panel(panel: &Panel, canvas: &Canvas, width: Width, (x0, x1): (f64, f64), (y0, y1): (f64, f64)) {
    let size = width.text();
    let left = x0 + 44.0;
    let (top, bottom) = (y0 + 38.0, y1 - 28.0);
    let step = (x1 - left) / 7.0;
    let largest = panel
        .days
        .iter()
        .flat_map(|day| [day.mean, day.spread.map(|spread| spread.1)])
        .flatten()
        .fold(0.0, f64::max);
    let marks = ticks(largest, 3);
    let scale = Scale::new(*marks.last().unwrap_or(&1.0), bottom, top);
    canvas.text(
        x0 + 4.0,
        y0 + 14.0,
        &panel.title,
        Look::new(size + 1.0).bold().color(palette::INK),
    );
    for mark in &marks {
        let y = scale.at(*mark);
        let color = if *mark == 0.0 { palette::AXIS } else { palette::GRID };
        canvas.line(&[(left, y), (x1, y)], Stroke::new(color, 1.0));
        canvas.text(left - 6.0, y, &axis_number(*mark), Look::new(size).right());
    }
    for (index, day) in panel.days.iter().enumerate() {
        let center = left + (index as f64 + 0.5) * step;
        canvas.stands_for((center - step / 2.0, top, step, bottom - top), index);
        let name = if step < 34.0 { SHORT[index % 7] } else { NAMES[index % 7] };
        canvas.text(center, bottom + 14.0, name, Look::new(size).centered());
        if let Some(mean) = day.mean {
            let y = scale.at(mean);
            canvas.rect(center - step * 0.32, y, step * 0.64, bottom - y, palette::SKY);
            canvas.rect(center - step * 0.32, y - 1.0, step * 0.64, 2.0, palette::BLUE);
        }
        if let Some((low, high)) = day.spread {
            let (low, high) = (scale.at(low), scale.at(high));
            let stroke = Stroke::new(palette::INK, 1.25);
            canvas.line(&[(center, low), (center, high)], stroke);
            for y in [low, high] {
                canvas.line(&[(center - 4.0, y), (center + 4.0, y)], stroke);
            }
        }
    }
}
