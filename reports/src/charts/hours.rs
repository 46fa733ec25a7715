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
    let (left, right) = if width.is_wide() { (44.0, 20.0) } else { (34.0, 8.0) };
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
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
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
        label(canvas, hours, rank, &scale, &x, &mut taken, size);
    }
}

/// Writes the name of a series over its highest point among the hours where it stands above the others.
fn label(
    canvas: &Canvas,
    hours: &Hours,
    rank: usize,
    scale: &Scale,
    x: &dyn Fn(f64) -> f64,
    taken: &mut Vec<(f64, f64, f64)>,
    size: f64,
) {
    let series = &hours.series[rank];
    let others = |hour: usize| -> f64 {
        hours
            .series
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != rank)
            .filter_map(|(_, other)| other.percent.get(hour).copied().flatten())
            .fold(0.0, f64::max)
    };
    let best = (8..20)
        .filter_map(|hour| Some((hour, series.percent.get(hour).copied().flatten()?)))
        .max_by(|a, b| {
            ((a.1 > others(a.0)), a.1)
                .partial_cmp(&((b.1 > others(b.0)), b.1))
                .unwrap_or(std::cmp::Ordering::Equal)
        });
    if let Some((hour, value)) = best {
        let half = text_width(&series.label, size + 1.0) / 2.0;
        let (at, mut y) = (x(hour as f64), scale.at(value) - 13.0);
        while taken
            .iter()
            .any(|(tx, ty, th)| (tx - at).abs() < th + half && (ty - y).abs() < size + 2.0)
        {
            y -= size + 3.0;
        }
        taken.push((at, y, half));
        canvas.text(
            at,
            y,
            &series.label,
            Look::new(size + 1.0).bold().centered().color(style(rank).0),
        );
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
