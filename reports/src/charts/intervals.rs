//! One horizontal interval per site: first to ninth decile as a thin line, quartiles as a bar, median as a dot. In the order given,
//! which is that of size: the eye compares, and reads no ranking.

use serde::Serialize;

use super::bars::fit;
use super::canvas::{Canvas, Look, Stroke, text_width};
use super::control::Limit;
use super::{Width, palette};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Intervals {
    pub rows: Vec<Interval>,
    /// Marks of the axis, from zero.
    pub marks: Vec<Limit>,
    /// A line across all rows: the whole.
    pub reference: Option<Limit>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Interval {
    pub label: String,
    pub deciles: Option<(f64, f64)>,
    pub quartiles: Option<(f64, f64)>,
    pub median: f64,
    pub printed: String,
}

const ROW: f64 = 15.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 26.0;

pub fn height(chart: &Intervals) -> f64 {
    TOP + BOTTOM + ROW * chart.rows.len().max(1) as f64
}

pub fn paint(chart: &Intervals, canvas: &Canvas, width: Width) {
    let size = width.text() - 1.0;
    let (left, right) = (canvas.width * if width.is_wide() { 0.36 } else { 0.38 }, 52.0);
    let bottom = canvas.height - BOTTOM;
    let last = chart.marks.last().map_or(1.0, |mark| mark.value).max(1e-9);
    let end = canvas.width - right;
    let x = |value: f64| left + (end - left) * (value / last).min(1.0);
    let every = if width.is_wide() { 1 } else { 2 };
    for (rank, mark) in chart.marks.iter().enumerate() {
        let color = if mark.value == 0.0 { palette::AXIS } else { palette::GRID };
        canvas.line(
            &[(x(mark.value), TOP - 6.0), (x(mark.value), bottom)],
            Stroke::new(color, 1.0),
        );
        if rank % every == 0 {
            canvas.text(x(mark.value), bottom + 13.0, &mark.printed, Look::new(size).centered());
        }
    }
    if let Some(whole) = &chart.reference {
        let line = Stroke::new(palette::INK, 1.25).dashed(4.0, 3.0);
        canvas.line(&[(x(whole.value), TOP - 8.0), (x(whole.value), bottom)], line);
        canvas.text(
            x(whole.value),
            TOP - 14.0,
            &whole.printed,
            Look::new(size).centered().color(palette::INK),
        );
    }
    legend(canvas, size);
    for (rank, row) in chart.rows.iter().enumerate() {
        let y = TOP + (rank as f64 + 0.5) * ROW;
        canvas.stands_for_title((0.0, y - ROW / 2.0, canvas.width, ROW), &row.label);
        canvas.text(
            left - 8.0,
            y,
            &fit(&row.label, left - 12.0, size),
            Look::new(size).right().color(palette::INK),
        );
        if let Some((low, high)) = row.deciles {
            canvas.line(&[(x(low), y), (x(high), y)], Stroke::new(palette::BEFORE, 1.25));
        }
        if let Some((low, high)) = row.quartiles {
            canvas.rect(x(low), y - 4.0, (x(high) - x(low)).max(1.0), 8.0, palette::SKY);
        }
        canvas.dot(x(row.median), y, 3.5, palette::NAVY);
        canvas.text(
            canvas.width - 2.0,
            y,
            &row.printed,
            Look::new(size).right().color(palette::INK),
        );
    }
}

fn legend(canvas: &Canvas, size: f64) {
    let mut x = 4.0;
    for (rank, name) in ["médiane", "P25–P75", "P10–P90"].into_iter().enumerate() {
        match rank {
            0 => canvas.dot(x + 6.0, 9.0, 3.5, palette::NAVY),
            1 => canvas.rect(x, 5.0, 14.0, 8.0, palette::SKY),
            _ => canvas.line(&[(x, 9.0), (x + 14.0, 9.0)], Stroke::new(palette::BEFORE, 1.25)),
        }
        canvas.text(x + 18.0, 9.0, name, Look::new(size));
        x += 18.0 + text_width(name, size) + 12.0;
    }
}
