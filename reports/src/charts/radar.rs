//! Completeness radar: sixteen spokes in families, this period and the year before.

use std::f64::consts::TAU;

use serde::Serialize;

use super::canvas::{Canvas, Look, Stroke, spread, text_width};
use super::{Width, palette};
use crate::typography::THIN;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Radar {
    pub spokes: Vec<Spoke>,
    pub label: String,
    pub label_before: String,
}

/// Percentages from 0 to 100.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spoke {
    pub family: String,
    pub label: String,
    pub now: Option<f64>,
    pub before: Option<f64>,
}

pub fn height(width: Width) -> f64 {
    if width.is_wide() { 450.0 } else { 330.0 }
}

pub fn paint(radar: &Radar, canvas: &Canvas, width: Width) {
    let size = width.text();
    let wide = width.is_wide();
    let center = (
        canvas.width / 2.0,
        if wide {
            canvas.height / 2.0 + 6.0
        } else {
            canvas.height / 2.0 + 18.0
        },
    );
    let radius = match width {
        Width::Wide => 158.0,
        Width::Narrow => 98.0,
        Width::Compact => 72.0,
    };
    let count = radar.spokes.len().max(3);
    // Half a spoke to the left of noon, so that the first family starts at the top.
    let angle = |index: f64| (index + 0.5) / count as f64 * TAU - TAU / 4.0;
    let at = |index: f64, percent: f64| {
        let (sin, cos) = angle(index).sin_cos();
        (
            center.0 + radius * percent / 100.0 * cos,
            center.1 + radius * percent / 100.0 * sin,
        )
    };

    for ring in [25.0, 50.0, 75.0, 100.0] {
        let mut points: Vec<_> = (0..count).map(|index| at(index as f64, ring)).collect();
        points.push(points[0]);
        let color = if ring == 100.0 { palette::AXIS } else { palette::GRID };
        canvas.line(&points, Stroke::new(color, 1.0));
    }
    for index in 0..radar.spokes.len() {
        canvas.line(&[center, at(index as f64, 100.0)], Stroke::new(palette::GRID, 1.0));
    }
    families(radar, canvas, size, wide, count, &at);

    let polygon = |value: fn(&Spoke) -> Option<f64>| -> Option<Vec<(f64, f64)>> {
        radar
            .spokes
            .iter()
            .enumerate()
            .map(|(index, spoke)| value(spoke).map(|value| at(index as f64, value)))
            .collect()
    };
    if let Some(mut points) = polygon(|spoke| spoke.before) {
        points.push(points[0]);
        canvas.line(&points, Stroke::new(palette::BEFORE, 1.75).dashed(6.0, 4.0));
    }
    if let Some(mut points) = polygon(|spoke| spoke.now) {
        canvas.polygon(&points, palette::SKY, 0.22);
        points.push(points[0]);
        canvas.line(&points, Stroke::new(palette::BLUE, 2.5));
    }
    for (index, spoke) in radar.spokes.iter().enumerate() {
        if let Some(value) = spoke.now {
            let (x, y) = at(index as f64, value);
            canvas.dot(x, y, if wide { 3.5 } else { 2.5 }, palette::BLUE);
        }
        let (tip_x, tip_y) = at(index as f64, 88.0);
        let side = radius * 0.3;
        canvas.stands_for((tip_x - side / 2.0, tip_y - side / 2.0, side, side), index);
    }
    names(radar, canvas, size, if wide { 109.0 } else { 112.0 }, &at, center.0);
    for ring in [50.0, 100.0] {
        let (x, y) = (center.0, center.1 - radius * ring / 100.0 * (TAU / count as f64 / 2.0).cos());
        // The outer ring is named outside it, where no polygon passes.
        let y = if ring == 100.0 { y - 8.0 } else { y + 8.0 };
        canvas.text(x, y, &format!("{ring:.0}{THIN}%"), Look::new(size - 1.5).centered());
    }
    legend(radar, canvas, size);
}

/// Names of the spokes outside the outer ring; those of a side that would touch are pushed apart.
fn names(radar: &Radar, canvas: &Canvas, size: f64, percent: f64, at: &dyn Fn(f64, f64) -> (f64, f64), middle: f64) {
    let places: Vec<(f64, f64)> = (0..radar.spokes.len()).map(|index| at(index as f64, percent)).collect();
    for left in [true, false] {
        let side: Vec<usize> = (0..places.len())
            .filter(|index| (places[*index].0 < middle) == left)
            .collect();
        let wanted: Vec<f64> = side.iter().map(|index| places[*index].1).collect();
        for (index, y) in side.iter().zip(spread(&wanted, size + 1.0, 0.0, canvas.height - size / 2.0)) {
            let look = Look::new(size).color(palette::INK);
            let look = if left { look.right() } else { look };
            canvas.text(places[*index].0, y, &radar.spokes[*index].label, look);
        }
    }
}

/// Names of families outside their spokes, and a heavier ray between two families.
fn families(radar: &Radar, canvas: &Canvas, size: f64, wide: bool, count: usize, at: &dyn Fn(f64, f64) -> (f64, f64)) {
    let mut start = 0;
    while start < radar.spokes.len() {
        let family = &radar.spokes[start].family;
        let end = radar.spokes[start..]
            .iter()
            .position(|spoke| spoke.family != *family)
            .map_or(radar.spokes.len(), |offset| start + offset);
        canvas.line(
            &[at(start as f64 - 0.5, 0.0), at(start as f64 - 0.5, 100.0)],
            Stroke::new(palette::AXIS, 1.0),
        );
        if wide {
            let middle = (start + end - 1) as f64 / 2.0;
            let (x, y) = at(middle, 172.0);
            let half = text_width(family, size + 1.0) / 2.0;
            let x = x.clamp(half + 4.0, canvas.width - half - 4.0);
            let y = y.clamp(14.0, canvas.height - 14.0);
            canvas.text(x, y, family, Look::new(size + 1.0).bold().centered().color(palette::INK));
        }
        start = end;
    }
    debug_assert!(count >= 3);
}

fn legend(radar: &Radar, canvas: &Canvas, size: f64) {
    canvas.line(&[(6.0, 14.0), (34.0, 14.0)], Stroke::new(palette::BLUE, 2.5));
    canvas.dot(20.0, 14.0, 3.5, palette::BLUE);
    canvas.text(40.0, 14.0, &radar.label, Look::new(size).bold().color(palette::BLUE));
    canvas.line(
        &[(6.0, 32.0), (34.0, 32.0)],
        Stroke::new(palette::BEFORE, 1.75).dashed(6.0, 4.0),
    );
    canvas.text(40.0, 32.0, &radar.label_before, Look::new(size).color(palette::BEFORE));
}
