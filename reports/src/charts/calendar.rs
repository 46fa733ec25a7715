//! Calendar: one row per site, one column per day. The value of a day is told twice, by how high its cell is filled and by colour.

use plotters::style::RGBColor;
use serde::Serialize;

use super::bars::fit;
use super::canvas::{Canvas, Look, Stroke, text_width};
use super::{Width, palette};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calendar {
    pub rows: Vec<CalendarRow>,
    /// The value from which a day stands out; all above look the same.
    pub threshold: u8,
    /// First day of each month: position and name.
    pub months: Vec<(usize, String)>,
    /// What each value is called, from 0 to the threshold, then an unknown day.
    pub legend: Vec<String>,
    /// What the number at the end of the rows is.
    pub label_total: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CalendarRow {
    pub label: String,
    /// The first of a group, set apart from the row above.
    pub starts_group: bool,
    /// One value per day; an unknown one is a gap.
    pub values: Vec<Option<u8>>,
    /// Written at the end of the row.
    pub printed: String,
}

const ROW: f64 = 13.0;
/// Height of a full cell.
const FILL: f64 = ROW - 2.0;
const GAP: f64 = 7.0;
const TOP: f64 = 58.0;
const BOTTOM: f64 = 8.0;

pub fn height(calendar: &Calendar) -> f64 {
    let groups = calendar.rows.iter().filter(|row| row.starts_group).count();
    TOP + BOTTOM + ROW * calendar.rows.len() as f64 + GAP * groups as f64
}

pub fn paint(calendar: &Calendar, canvas: &Canvas, width: Width) {
    let size = width.text() - 1.5;
    let days = calendar.rows.iter().map(|row| row.values.len()).max().unwrap_or(1).max(1);
    let (left, right) = if width.is_wide() { (230.0, 34.0) } else { (116.0, 24.0) };
    let step = (canvas.width - left - right) / days as f64;
    let x = |day: usize| left + day as f64 * step;
    legend(calendar, canvas, width.text());
    let bottom = canvas.height - BOTTOM;
    for (index, (day, name)) in calendar.months.iter().enumerate() {
        let end = calendar.months.get(index + 1).map_or(days, |next| next.0);
        canvas.line(&[(x(*day), TOP - 6.0), (x(*day), bottom)], Stroke::new(palette::AXIS, 1.0));
        canvas.text((x(*day) + x(end)) / 2.0, TOP - 12.0, name, Look::new(width.text()).centered());
    }
    canvas.text(canvas.width - 2.0, TOP - 12.0, &calendar.label_total, Look::new(size).right());
    let mut y = TOP;
    for (rank, row) in calendar.rows.iter().enumerate() {
        if row.starts_group {
            y += GAP;
        }
        canvas.stands_for((0.0, y, canvas.width, ROW), rank);
        let label = fit(&row.label, left - 10.0, size);
        canvas.text(left - 6.0, y + ROW / 2.0, &label, Look::new(size).right().color(palette::INK));
        let known: Vec<Option<u8>> = row.values.iter().map(|value| value.map(|_| 0)).collect();
        for (from, to, value) in runs(&known) {
            ground(canvas, (x(from), y, x(to) - x(from)), value.is_some());
        }
        for (from, to, value) in runs(&row.values) {
            filled(canvas, (x(from), y, x(to) - x(from)), value, calendar.threshold);
        }
        canvas.text(
            canvas.width - 2.0,
            y + ROW / 2.0,
            &row.printed,
            Look::new(size).right().color(palette::INK),
        );
        y += ROW;
    }
}

/// Under known days, grey; under the others, a line.
fn ground(canvas: &Canvas, (x, y, width): (f64, f64, f64), known: bool) {
    match known {
        true => canvas.rect(x, y + 1.0, width, FILL, palette::BAND),
        false => canvas.rect(x, y + ROW / 2.0 - 0.25, width, 0.5, palette::AXIS),
    }
}

/// A stretch of days of one value, filled from below.
fn filled(canvas: &Canvas, (x, y, width): (f64, f64, f64), value: Option<u8>, threshold: u8) {
    if let Some(value) = value.filter(|value| *value > 0) {
        let tall = f64::from(value.min(threshold)) / f64::from(threshold.max(1)) * FILL;
        canvas.rect(x, y + 1.0 + FILL - tall, width, tall, color(value, threshold));
    }
}

fn color(value: u8, threshold: u8) -> RGBColor {
    match value {
        _ if value >= threshold => palette::VERMILION,
        1 => palette::SKY,
        _ => palette::BLUE,
    }
}

/// A square of each value and its name.
fn legend(calendar: &Calendar, canvas: &Canvas, size: f64) {
    let (mut x, mut y) = (2.0, 4.0);
    for (rank, name) in calendar.legend.iter().enumerate() {
        let wide = 16.0 + text_width(name, size) + 14.0;
        if x + wide > canvas.width {
            (x, y) = (2.0, y + ROW + 5.0);
        }
        let value = u8::try_from(rank).ok().filter(|value| *value <= calendar.threshold);
        ground(canvas, (x, y, 11.0), value.is_some());
        filled(canvas, (x, y, 11.0), value, calendar.threshold);
        canvas.text(x + 16.0, y + ROW / 2.0, name, Look::new(size));
        x += wide;
    }
}

/// Stretches of equal values: first day, day after the last, value.
fn runs(values: &[Option<u8>]) -> Vec<(usize, usize, Option<u8>)> {
    let mut runs: Vec<(usize, usize, Option<u8>)> = Vec::new();
    for (day, value) in values.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if run.2 == *value => run.1 = day + 1,
            _ => runs.push((day, day + 1, *value)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_one_value_are_drawn_together() {
        assert_eq!(
            runs(&[Some(0), Some(0), None, Some(3)]),
            [(0, 2, Some(0)), (2, 3, None), (3, 4, Some(3))]
        );
    }
}
