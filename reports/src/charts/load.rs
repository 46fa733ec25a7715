//! Load: who is present at each hour, in layers, with flows of the hour as lines on the same scale.

use plotters::style::RGBColor;
use serde::Serialize;

use super::canvas::{Canvas, Look, Stroke, spread, text_width};
use super::scale::{Scale, ticks};
use super::{Width, axis_number, palette};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Load {
    /// From the one drawn on the axis up.
    pub layers: Vec<Layer>,
    pub flows: Vec<Flow>,
}

/// Patients present at each full hour, 0 to 23.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Layer {
    pub label: String,
    pub values: Vec<Option<f64>>,
}

/// Patients in each hour, drawn at its middle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flow {
    pub label: String,
    pub values: Vec<Option<f64>>,
}

const LEGEND: f64 = 17.0;

pub fn height(width: Width) -> f64 {
    if width.is_wide() { 380.0 } else { 360.0 }
}

pub fn paint(load: &Load, canvas: &Canvas, width: Width) {
    let size = width.text();
    let longest = load
        .flows
        .iter()
        .map(|flow| text_width(&flow.label, size + 1.0))
        .fold(0.0, f64::max);
    let (left, right) = (if width.is_wide() { 44.0 } else { 36.0 }, longest + 12.0);
    let top = legend(load, canvas, size) + 14.0;
    let bottom = canvas.height - 30.0;
    let step = (canvas.width - left - right) / 24.0;
    let x = |hour: f64| left + hour * step;
    let tops = cumulated(load);
    let of_flows = load.flows.iter().flat_map(|flow| flow.values.iter().flatten());
    let largest = tops
        .last()
        .into_iter()
        .flatten()
        .chain(of_flows)
        .fold(0.0f64, |a, b| a.max(*b));
    let marks = ticks(largest, 4);
    let scale = Scale::new(*marks.last().unwrap_or(&1.0), bottom, top);
    for mark in &marks {
        let y = scale.at(*mark);
        canvas.line(&[(left, y), (canvas.width - right, y)], Stroke::new(palette::GRID, 1.0));
        canvas.text(left - 6.0, y, &axis_number(*mark), Look::new(size).right());
    }
    let mut below = vec![0.0; 24];
    for (rank, tops) in tops.iter().enumerate() {
        let point = |hour: usize, value: f64| (x(hour as f64), scale.at(value));
        let upper = tops.iter().enumerate().map(|(hour, value)| point(hour, *value));
        let lower = below.iter().enumerate().rev().map(|(hour, value)| point(hour, *value));
        let outline: Vec<(f64, f64)> = upper.clone().chain(lower).collect();
        canvas.polygon(&outline, shade(rank), 1.0);
        canvas.line(&upper.collect::<Vec<_>>(), Stroke::new(palette::WHITE, 1.0));
        below.clone_from(tops);
    }
    canvas.line(
        &[(left, bottom), (canvas.width - right, bottom)],
        Stroke::new(palette::AXIS, 1.0),
    );
    for hour in (0..24).step_by(if width.is_wide() { 2 } else { 4 }) {
        let name = format!("{hour}{}h", crate::typography::NBSP);
        canvas.text(x(f64::from(hour)), bottom + 16.0, &name, Look::new(size).centered());
    }
    for hour in 0..24 {
        canvas.stands_for((x(f64::from(hour)), top, step, bottom - top), hour as usize);
    }
    flows(load, canvas, &scale, (x(0.5), step), (top, bottom, size));
}

/// The lines, named at their ends; white under the ink, so that they are seen on dark layers.
fn flows(load: &Load, canvas: &Canvas, scale: &Scale, (first, step): (f64, f64), (top, bottom, size): (f64, f64, f64)) {
    let mut ends = Vec::new();
    for (rank, flow) in load.flows.iter().enumerate() {
        let points: Vec<(f64, f64)> = flow
            .values
            .iter()
            .enumerate()
            .filter_map(|(hour, value)| Some((first + hour as f64 * step, scale.at((*value)?))))
            .collect();
        canvas.line(&points, Stroke::new(palette::WHITE, 4.5));
        let stroke = Stroke::new(line(rank), 2.25);
        canvas.line(&points, if rank == 0 { stroke } else { stroke.dashed(6.0, 3.0) });
        ends.extend(points.last().map(|last| (*last, rank)));
    }
    let wanted: Vec<f64> = ends.iter().map(|((_, y), _)| *y).collect();
    for (((x, _), rank), y) in ends.iter().zip(spread(&wanted, size + 5.0, top, bottom)) {
        let look = Look::new(size + 1.0).bold().color(line(*rank));
        canvas.text(x + step / 2.0 + 6.0, y, &load.flows[*rank].label, look);
    }
}

/// Squares and names of the layers, those on top first; gives the height it took.
fn legend(load: &Load, canvas: &Canvas, size: f64) -> f64 {
    let (mut x, mut y) = (2.0, 2.0);
    for (rank, layer) in load.layers.iter().enumerate() {
        let wide = 16.0 + text_width(&layer.label, size) + 14.0;
        if x + wide > canvas.width {
            (x, y) = (2.0, y + LEGEND);
        }
        canvas.rect(x, y + 1.0, 11.0, 11.0, shade(rank));
        canvas.text(x + 16.0, y + 6.5, &layer.label, Look::new(size));
        x += wide;
    }
    y + LEGEND
}

/// Top of each layer at each hour; a layer that is not known there adds nothing.
fn cumulated(load: &Load) -> Vec<Vec<f64>> {
    let mut sum = vec![0.0; 24];
    let add = |layer: &Layer| {
        for (total, value) in sum.iter_mut().zip(&layer.values) {
            *total += value.unwrap_or(0.0);
        }
        sum.clone()
    };
    load.layers.iter().map(add).collect()
}

/// From the day before, in grey, to the evening: the later the lighter, so that a grey print keeps the order.
fn shade(rank: usize) -> RGBColor {
    let shades = [
        palette::BEFORE,
        palette::NAVY,
        palette::BLUE,
        palette::SKY,
        palette::PALE,
        palette::ICE,
    ];
    shades[rank.min(shades.len() - 1)]
}

fn line(rank: usize) -> RGBColor {
    if rank == 0 { palette::VERMILION } else { palette::INK }
}
