//! One cell per day, one row per week: the count is written, and the frame says how the day is, without its colour.

use serde::Serialize;

use super::canvas::{Canvas, Look, Stroke, text_width};
use super::{Width, palette};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Matrix {
    /// Titles of the seven columns.
    pub days: Vec<String>,
    pub weeks: Vec<MatrixWeek>,
    /// What the states are called, in the order of [`DayState`].
    pub legend: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatrixWeek {
    pub label: String,
    /// One per day of the week; none outside the period.
    pub cells: Vec<Option<(String, DayState)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    Usual,
    Low,
    Empty,
}

const ROW: f64 = 23.0;
const TOP: f64 = 54.0;
const BOTTOM: f64 = 4.0;
const STATES: [DayState; 3] = [DayState::Usual, DayState::Low, DayState::Empty];

pub fn height(matrix: &Matrix) -> f64 {
    TOP + BOTTOM + ROW * matrix.weeks.len().max(1) as f64
}

pub fn paint(matrix: &Matrix, canvas: &Canvas, width: Width) {
    let size = width.text();
    let left = if width.is_wide() { 150.0 } else { 74.0 };
    let step = (canvas.width - left) / 7.0;
    let mut x = 2.0;
    for (state, name) in STATES.into_iter().zip(&matrix.legend) {
        cell(canvas, (x, 4.0, 16.0, 14.0), state);
        canvas.text(x + 21.0, 11.0, name, Look::new(size));
        x += 21.0 + text_width(name, size) + 14.0;
    }
    for (day, name) in matrix.days.iter().enumerate() {
        canvas.text(left + (day as f64 + 0.5) * step, TOP - 12.0, name, Look::new(size).centered());
    }
    let mut known = 0;
    for (rank, week) in matrix.weeks.iter().enumerate() {
        let y = TOP + rank as f64 * ROW;
        canvas.text(
            left - 8.0,
            y + ROW / 2.0,
            &week.label,
            Look::new(size).right().color(palette::INK),
        );
        for (day, (text, state)) in week
            .cells
            .iter()
            .enumerate()
            .filter_map(|(day, cell)| Some((day, cell.as_ref()?)))
        {
            let x = left + day as f64 * step;
            canvas.stands_for((x, y, step, ROW), known);
            known += 1;
            cell(canvas, (x + 1.0, y + 1.0, step - 2.0, ROW - 2.0), *state);
            let look = Look::new(size).centered().color(palette::INK);
            let look = if *state == DayState::Usual { look } else { look.bold() };
            canvas.text(x + step / 2.0, y + ROW / 2.0, text, look);
        }
    }
}

/// Pale when usual; striped below when low; a heavy frame when nothing came.
fn cell(canvas: &Canvas, (x, y, width, height): (f64, f64, f64, f64), state: DayState) {
    match state {
        DayState::Usual => canvas.rect(x, y, width, height, palette::ICE),
        DayState::Low => {
            canvas.rect(x, y, width, height, palette::BAND);
            canvas.rect(x, y + height - 4.0, width, 4.0, palette::BLUE);
        }
        DayState::Empty => {
            let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)];
            canvas.line(
                &corners.map(|(a, b)| (a.max(1.0), b.max(1.0))),
                Stroke::new(palette::VERMILION, 2.0),
            );
        }
    }
}
