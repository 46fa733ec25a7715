//! Hours of the day: share of each hour, one line per series.

use plotters::style::RGBColor;
use serde::Serialize;

use super::canvas::{Canvas, Look, Stroke, text_width};
use super::scale::{Scale, ticks};
use super::{Width, axis_number, palette};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hours {
    pub series: Vec<HourSeries>,
    /// Hours of the night, shaded: first and last hour of the evening, of the morning.
    pub night: bool,
}

/// Percentages, one per hour from 0 to 23.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HourSeries {
    pub label: String,
    pub percent: Vec<Option<f64>>,
}

pub fn height(width: Width) -> f64 {
    if width.is_wide() { 290.0 } else { 250.0 }
}

pub fn paint(hours: &Hours, canvas: &Canvas, width: Width) {
    let size = width.text();
    let longest = hours
        .series
        .iter()
        .map(|series| text_width(&series.label, size + 1.0))
        .fold(0.0, f64::max);
    let left = if width.is_wide() { 44.0 } else { 34.0 };
    // The names of the series stand at the end of their curves.
    let right = longest + 12.0;
    let (top, bottom) = (26.0, canvas.height - 30.0);
    let step = (canvas.width - left - right) / 24.0;
    let x = |hour: f64| left + (hour + 0.5) * step;
    let largest = hours
        .series
        .iter()
        .flat_map(|series| series.percent.iter().flatten())
        .fold(0.0f64, |a, b| a.max(*b));
    let marks = ticks(largest, 4);
    let scale = Scale::new(*marks.last().unwrap_or(&1.0), bottom, top);

    if hours.night {
        for (from, to, label) in [(0.0, 8.0, "nuit"), (20.0, 24.0, "nuit")] {
            canvas.rect(left + from * step, top, (to - from) * step, bottom - top, palette::BAND);
            canvas.text(left + (from + to) / 2.0 * step, top - 10.0, label, Look::new(size).centered());
        }
    }
    for mark in &marks {
        let y = scale.at(*mark);
        let color = if *mark == 0.0 { palette::AXIS } else { palette::GRID };
        canvas.line(&[(left, y), (canvas.width - right, y)], Stroke::new(color, 1.0));
        let label = format!("{}{}%", axis_number(*mark), crate::typography::THIN);
        canvas.text(left - 6.0, y, &label, Look::new(size).right());
    }
    let every = if width.is_wide() { 2 } else { 4 };
    for hour in (0..24).step_by(every) {
        canvas.text(
            x(f64::from(hour)),
            bottom + 16.0,
            &format!("{hour}{}h", crate::typography::NBSP),
            Look::new(size).centered(),
        );
    }
    for hour in 0..24 {
        canvas.stands_for((left + hour as f64 * step, top, step, bottom - top), hour);
    }
    for (rank, series) in hours.series.iter().enumerate() {
        let (color, stroke) = style(rank);
        let mut run: Vec<(f64, f64)> = Vec::new();
        for hour in 0..=24 {
            match series.percent.get(hour).copied().flatten() {
                Some(value) => run.push((x(hour as f64), scale.at(value))),
                None => canvas.line(&std::mem::take(&mut run), stroke),
            }
        }
        for (hour, value) in series.percent.iter().enumerate() {
            if let Some(value) = value {
                marker(canvas, rank, x(hour as f64), scale.at(*value), color);
            }
        }
    }
    labels(canvas, hours, &scale, canvas.width - right + 6.0, size);
}

/// Writes the name of each series beside its last point, pushed down where two would touch.
fn labels(canvas: &Canvas, hours: &Hours, scale: &Scale, at: f64, size: f64) {
    let mut ends: Vec<(f64, usize)> = hours
        .series
        .iter()
        .enumerate()
        .filter_map(|(rank, series)| Some((scale.at(series.percent.iter().rev().flatten().next().copied()?), rank)))
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut last = f64::NEG_INFINITY;
    for (y, rank) in ends {
        let y = y.max(last + size + 4.0);
        last = y;
        let look = Look::new(size + 1.0).bold().color(style(rank).0);
        canvas.text(at, y, &hours.series[rank].label, look);
    }
}

fn style(rank: usize) -> (RGBColor, Stroke) {
    match rank {
        0 => (palette::BLUE, Stroke::new(palette::BLUE, 2.5)),
        1 => (palette::VERMILION, Stroke::new(palette::VERMILION, 2.0).dashed(6.0, 3.0)),
        _ => (palette::BEFORE, Stroke::new(palette::BEFORE, 1.75).dashed(2.0, 3.0)),
    }
}

/// Round for the first series, square for the others, so that a grey print keeps them apart.
fn marker(canvas: &Canvas, rank: usize, x: f64, y: f64, color: RGBColor) {
    if rank == 0 {
        canvas.dot(x, y, 3.0, color);
    } else {
        canvas.rect(x - 2.5, y - 2.5, 5.0, 5.0, color);
    }
}
