//! Passages of each day with the lower limit and the median of the same weekdays; the days that a rule finds abnormal stand out by
//! their size and their date.

use serde::Serialize;

use super::canvas::{Canvas, Look, Stroke, spread};
use super::scale::{Scale, ticks};
use super::{Width, axis_number, palette};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Production {
    pub values: Vec<f64>,
    pub low: Vec<Option<f64>>,
    pub median: Vec<Option<f64>>,
    /// Days that stand out, with their dates.
    pub flagged: Vec<(usize, String)>,
    /// First day of each month: position and name.
    pub months: Vec<(usize, String)>,
    pub label_low: String,
    pub label_median: String,
}

pub fn height(width: Width) -> f64 {
    if width.is_wide() { 330.0 } else { 290.0 }
}

pub fn paint(chart: &Production, canvas: &Canvas, width: Width) {
    let size = width.text();
    let (left, right) = if width.is_wide() { (44.0, 104.0) } else { (34.0, 74.0) };
    let (top, bottom) = (26.0, canvas.height - 30.0);
    let count = chart.values.len().max(2);
    let step = (canvas.width - left - right) / count as f64;
    let x = |day: usize| left + (day as f64 + 0.5) * step;
    let limits = chart.low.iter().chain(&chart.median).flatten();
    let largest = chart.values.iter().chain(limits).fold(0.0f64, |a, b| a.max(*b));
    let marks = ticks(largest, 4);
    let scale = Scale::new(*marks.last().unwrap_or(&1.0), bottom, top);
    for mark in &marks {
        let y = scale.at(*mark);
        let color = if *mark == 0.0 { palette::AXIS } else { palette::GRID };
        canvas.line(&[(left, y), (canvas.width - right, y)], Stroke::new(color, 1.0));
        canvas.text(left - 8.0, y, &axis_number(*mark), Look::new(size).right());
    }
    for (index, (day, name)) in chart.months.iter().enumerate() {
        let from = left + *day as f64 * step;
        canvas.line(&[(from, bottom), (from, bottom + 6.0)], Stroke::new(palette::AXIS, 1.0));
        let end = chart.months.get(index + 1).map_or(count, |next| next.0);
        let middle = left + (*day + end) as f64 / 2.0 * step;
        canvas.text(middle, bottom + 17.0, name, Look::new(size).centered());
    }
    let median = Stroke::new(palette::BEFORE, 1.75);
    let low = Stroke::new(palette::VERMILION, 1.75).dashed(6.0, 4.0);
    for (series, stroke) in [(&chart.median, median), (&chart.low, low)] {
        for run in runs(series) {
            let points: Vec<_> = run.iter().map(|(day, value)| (x(*day), scale.at(*value))).collect();
            canvas.line(&points, stroke);
        }
    }
    for (day, value) in chart.values.iter().enumerate() {
        canvas.stands_for((x(day) - step / 2.0, top, step, bottom - top), day);
        canvas.dot(
            x(day),
            scale.at(*value),
            if width.is_wide() { 2.5 } else { 1.6 },
            palette::BLUE,
        );
    }
    let mut free = f64::NEG_INFINITY;
    for (day, date) in &chart.flagged {
        let Some(value) = chart.values.get(*day) else { continue };
        canvas.dot(
            x(*day),
            scale.at(*value),
            if width.is_wide() { 5.0 } else { 3.5 },
            palette::VERMILION,
        );
        if x(*day) > free {
            canvas.text(
                x(*day).max(left + 16.0),
                scale.at(*value) - 13.0,
                date,
                Look::new(size - 0.5).centered().color(palette::INK),
            );
            free = x(*day) + 38.0;
        }
    }
    let end = |series: &[Option<f64>]| series.iter().rev().flatten().next().map(|value| scale.at(*value));
    let ends: Vec<(f64, &str, Look)> = [
        (end(&chart.low), &chart.label_low, Look::new(size).color(palette::VERMILION)),
        (
            end(&chart.median),
            &chart.label_median,
            Look::new(size).color(palette::BEFORE),
        ),
    ]
    .into_iter()
    .filter_map(|(y, label, look)| Some((y?, label.as_str(), look)))
    .collect();
    let wanted: Vec<f64> = ends.iter().map(|end| end.0).collect();
    for ((_, label, look), y) in ends.iter().zip(spread(&wanted, size + 4.0, top, bottom)) {
        canvas.text(canvas.width - right + 6.0, y, label, *look);
    }
}

/// Stretches of consecutive days that have a value.
pub fn runs(values: &[Option<f64>]) -> Vec<Vec<(usize, f64)>> {
    let mut runs: Vec<Vec<(usize, f64)>> = Vec::new();
    let mut open = false;
    for (day, value) in values.iter().enumerate() {
        match (value, runs.last_mut()) {
            (Some(value), Some(run)) if open => run.push((day, *value)),
            (Some(value), _) => runs.push(vec![(day, *value)]),
            (None, _) => {}
        }
        open = value.is_some();
    }
    runs
}
