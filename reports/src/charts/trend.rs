//! A share month by month, beside that of others.

use serde::Serialize;

use super::canvas::{Canvas, Look, Stroke, spread};
use super::production::runs;
use super::scale::Scale;
use super::{Width, axis_number, palette};

/// Percentages.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trend {
    /// Names of the months, short.
    pub months: Vec<String>,
    pub values: Vec<Option<f64>>,
    pub others: Vec<Option<f64>>,
    pub label: String,
    pub label_others: String,
}

pub fn height(width: Width) -> f64 {
    if width.is_wide() { 240.0 } else { 230.0 }
}

pub fn paint(trend: &Trend, canvas: &Canvas, width: Width) {
    let size = width.text();
    let (left, right) = if width.is_wide() { (44.0, 120.0) } else { (34.0, 80.0) };
    let (top, bottom) = (16.0, canvas.height - 30.0);
    let step = (canvas.width - left - right) / trend.months.len().max(1) as f64;
    let x = |month: usize| left + (month as f64 + 0.5) * step;
    let scale = Scale::new(100.0, bottom, top);
    for mark in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let y = scale.at(mark);
        let color = if mark == 0.0 { palette::AXIS } else { palette::GRID };
        canvas.line(&[(left, y), (canvas.width - right, y)], Stroke::new(color, 1.0));
        canvas.text(left - 8.0, y, &axis_number(mark), Look::new(size).right());
    }
    let every = if width.is_wide() { 1 } else { 3 };
    for month in 0..trend.months.len() {
        canvas.stands_for((x(month) - step / 2.0, top, step, bottom - top), month);
    }
    for (month, name) in trend.months.iter().enumerate().filter(|(month, _)| month % every == 0) {
        canvas.text(x(month), bottom + 17.0, name, Look::new(size - 0.5).centered());
    }
    let lines = [
        (&trend.others, Stroke::new(palette::BEFORE, 1.75).dashed(6.0, 4.0)),
        (&trend.values, Stroke::new(palette::BLUE, 2.5)),
    ];
    for (series, stroke) in lines {
        for run in runs(series) {
            let points: Vec<_> = run.iter().map(|(month, value)| (x(*month), scale.at(*value))).collect();
            canvas.line(&points, stroke);
        }
    }
    for (month, value) in trend
        .values
        .iter()
        .enumerate()
        .filter_map(|(month, value)| Some((month, (*value)?)))
    {
        canvas.dot(x(month), scale.at(value), 3.0, palette::BLUE);
    }
    let ends: Vec<(f64, &str, Look)> = [
        (&trend.values, &trend.label, Look::new(size + 0.5).bold().color(palette::BLUE)),
        (&trend.others, &trend.label_others, Look::new(size).color(palette::BEFORE)),
    ]
    .into_iter()
    .filter_map(|(series, label, look)| Some((scale.at(series.iter().rev().flatten().next().copied()?), label.as_str(), look)))
    .collect();
    let wanted: Vec<f64> = ends.iter().map(|end| end.0).collect();
    for ((_, label, look), y) in ends.iter().zip(spread(&wanted, size + 4.0, top, bottom)) {
        canvas.text(canvas.width - right + 8.0, y, label, *look);
    }
}
