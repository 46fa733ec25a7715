//! Where a site stands between the limits of its funnel: one row per code, the limits at 95 % and 99.8 % as bands, the site as a dot.

use serde::Serialize;

use super::bars::fit;
use super::canvas::{Canvas, Look, Stroke, text_width};
use super::scale::{Scale, ticks};
use super::{Width, axis_number, palette};

/// Percentages.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranges {
    pub rows: Vec<Range>,
    /// Site, limits at 95 %, limits at 99.8 %.
    pub legend: [String; 3],
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Range {
    pub label: String,
    pub value: f64,
    pub limits_95: (f64, f64),
    pub limits_998: (f64, f64),
    pub printed: String,
}

const ROW: f64 = 26.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 28.0;

pub fn height(ranges: &Ranges) -> f64 {
    TOP + BOTTOM + ROW * ranges.rows.len().max(1) as f64
}

pub fn paint(ranges: &Ranges, canvas: &Canvas, width: Width) {
    let size = width.text();
    let (left, right) = (canvas.width * if width.is_wide() { 0.34 } else { 0.4 }, 58.0);
    let bottom = canvas.height - BOTTOM;
    let largest = ranges
        .rows
        .iter()
        .flat_map(|row| [row.value, row.limits_998.1])
        .fold(0.0, f64::max);
    let marks = ticks(largest, if width.is_wide() { 4 } else { 2 });
    let scale = Scale::new(*marks.last().unwrap_or(&100.0), left, canvas.width - right);
    legend(ranges, canvas, size);
    for mark in &marks {
        let x = scale.at(*mark);
        let color = if *mark == 0.0 { palette::AXIS } else { palette::GRID };
        canvas.line(&[(x, TOP - 4.0), (x, bottom)], Stroke::new(color, 1.0));
        canvas.text(x, bottom + 14.0, &axis_number(*mark), Look::new(size).centered());
    }
    for (rank, row) in ranges.rows.iter().enumerate() {
        let y = TOP + (rank as f64 + 0.5) * ROW;
        canvas.stands_for((0.0, y - ROW / 2.0, canvas.width, ROW), rank);
        canvas.text(
            left - 8.0,
            y,
            &fit(&row.label, left - 12.0, size),
            Look::new(size).right().color(palette::INK),
        );
        for ((low, high), tall, color) in [(row.limits_998, 14.0, palette::ICE), (row.limits_95, 8.0, palette::PALE)] {
            let (from, to) = (scale.at(low), scale.at(high));
            canvas.rect(from, y - tall / 2.0, (to - from).max(1.0), tall, color);
        }
        canvas.dot(scale.at(row.value), y, 4.5, palette::VERMILION);
        canvas.text(
            canvas.width - 2.0,
            y,
            &row.printed,
            Look::new(size).right().color(palette::INK),
        );
    }
}

fn legend(ranges: &Ranges, canvas: &Canvas, size: f64) {
    let mut x = 4.0;
    for (rank, name) in ranges.legend.iter().enumerate() {
        match rank {
            0 => canvas.dot(x + 5.0, 10.0, 4.5, palette::VERMILION),
            1 => canvas.rect(x, 6.0, 14.0, 8.0, palette::PALE),
            _ => canvas.rect(x, 3.0, 14.0, 14.0, palette::ICE),
        }
        canvas.text(x + 18.0, 10.0, name, Look::new(size - 0.5));
        x += 18.0 + text_width(name, size - 0.5) + 12.0;
    }
}
