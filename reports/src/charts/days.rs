//! Passages of each day: points, centred seven-day mean, the year before aligned on the weekday, holidays.

use jiff::civil::Date;
use serde::Serialize;

use super::canvas::{Canvas, Look, Stroke, spread, text_width};
use super::scale::{Scale, ticks};
use super::{Width, axis_number, palette};

/// One value per day from `first`; a day without value leaves a gap that no line crosses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Days {
    pub first: Date,
    pub values: Vec<Option<f64>>,
    /// Centred mean of seven days, only where the seven are there.
    pub mean: Vec<Option<f64>>,
    /// The same mean 364 days earlier.
    pub before: Vec<Option<f64>>,
    pub bands: Vec<Band>,
    /// Single days: public holidays.
    pub marks: Vec<(usize, String)>,
    /// Facts: their numbers, over the days that they last.
    pub facts: Vec<Band>,
    pub label: String,
    pub label_before: String,
    /// First letter of each month at its first day: position and name.
    pub months: Vec<(usize, String)>,
    /// The values are shares, written in per cent.
    pub is_share: bool,
}

/// A span of days behind the curve, both ends included.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Band {
    pub from: usize,
    pub to: usize,
    pub label: String,
}

pub fn height(width: Width) -> f64 {
    if width.is_wide() { 360.0 } else { 300.0 }
}

pub fn paint(days: &Days, canvas: &Canvas, width: Width) {
    let size = width.text();
    let (left, right) = if width.is_wide() { (48.0, 64.0) } else { (38.0, 56.0) };
    let (top, bottom) = (44.0, canvas.height - 30.0);
    let count = days.values.len().max(2);
    let step = (canvas.width - left - right) / count as f64;
    let x = |day: f64| left + (day + 0.5) * step;
    let largest = [&days.values, &days.mean, &days.before]
        .into_iter()
        .flatten()
        .flatten()
        .fold(0.0f64, |a, b| a.max(*b));
    let marks = ticks(largest, 4);
    let scale = Scale::new(*marks.last().unwrap_or(&1.0), bottom, top);

    for band in &days.bands {
        let (from, to) = (x(band.from as f64) - step / 2.0, x(band.to as f64) + step / 2.0);
        canvas.rect(from, top, to - from, bottom - top, palette::BAND);
        let fits = text_width(&band.label, size) < to - from - 4.0;
        let label = if fits || !width.is_wide() { &band.label } else { "" };
        let center = ((from + to) / 2.0).clamp(
            left + text_width(label, size) / 2.0,
            canvas.width - right - text_width(label, size) / 2.0,
        );
        if fits || band.to - band.from > 8 {
            canvas.text(center, top - 10.0, &band.label, Look::new(size - 0.5).centered());
        }
    }
    for mark in &marks {
        let y = scale.at(*mark);
        let color = if *mark == 0.0 { palette::AXIS } else { palette::GRID };
        canvas.line(&[(left, y), (canvas.width - right, y)], Stroke::new(color, 1.0));
        let text = match days.is_share {
            true => format!("{}\u{202f}%", axis_number(*mark * 100.0)),
            false => axis_number(*mark),
        };
        canvas.text(left - 8.0, y, &text, Look::new(size).right());
    }
    for (index, (day, name)) in days.months.iter().enumerate() {
        let from = x(*day as f64) - step / 2.0;
        canvas.line(&[(from, bottom), (from, bottom + 6.0)], Stroke::new(palette::AXIS, 1.0));
        let end = days.months.get(index + 1).map_or(count as f64, |next| next.0 as f64);
        let middle = left + (*day as f64 + end) / 2.0 * step;
        canvas.text(middle, bottom + 17.0, name, Look::new(size).centered());
    }
    for (day, label) in &days.marks {
        let at = x(*day as f64);
        canvas.line(
            &[(at, top - 18.0), (at, bottom)],
            Stroke::new(palette::AXIS, 1.0).dashed(2.0, 3.0),
        );
        let half = text_width(label, size) / 2.0;
        let center = at.clamp(left + half, (canvas.width - half).max(left + half));
        canvas.text(center, top - 26.0, label, Look::new(size - 0.5).centered());
    }

    for run in runs(&days.before) {
        let points: Vec<_> = run.iter().map(|(day, value)| (x(*day as f64), scale.at(*value))).collect();
        canvas.line(&points, Stroke::new(palette::BEFORE, 1.75).dashed(6.0, 4.0));
    }
    for (day, value) in days.values.iter().enumerate() {
        canvas.stands_for((x(day as f64) - step / 2.0, top, step, bottom - top), day);
        if let Some(value) = value {
            canvas.dot(
                x(day as f64),
                scale.at(*value),
                if width.is_wide() { 2.25 } else { 1.5 },
                palette::SKY,
            );
        }
    }
    for run in runs(&days.mean) {
        let points: Vec<_> = run.iter().map(|(day, value)| (x(*day as f64), scale.at(*value))).collect();
        canvas.line(&points, Stroke::new(palette::BLUE, 2.5));
    }

    draw_facts(days, canvas, (size, step, bottom), &x);
    // Labels at the right end of each curve, pushed apart when they would touch.
    let ends: Vec<(f64, &str, Look)> = [
        (&days.mean, &days.label, Look::new(size + 0.5).bold().color(palette::BLUE)),
        (&days.before, &days.label_before, Look::new(size + 0.5).color(palette::BEFORE)),
    ]
    .into_iter()
    .filter_map(|(values, label, look)| {
        let last = values.iter().rev().flatten().next()?;
        Some((scale.at(*last), label.as_str(), look))
    })
    .collect();
    let wanted: Vec<f64> = ends.iter().map(|end| end.0).collect();
    for ((_, label, look), y) in ends.iter().zip(spread(&wanted, size + 4.0, top, bottom)) {
        canvas.text(canvas.width - right + 4.0, y, label, *look);
    }
}

/// At the foot of the curves, where a scale from zero leaves room: a line as long as the fact, and its number in a disc. Facts of the same
/// days stand one above the other.
fn draw_facts(days: &Days, canvas: &Canvas, (size, step, bottom): (f64, f64, f64), x: &dyn Fn(f64) -> f64) {
    let mut lanes: Vec<f64> = Vec::new();
    for fact in &days.facts {
        let (from, to) = (x(fact.from as f64) - step / 2.0, x(fact.to as f64) + step / 2.0);
        let end = to.max(from + size * 2.0);
        let lane = lanes.iter().position(|free| *free <= from).unwrap_or(lanes.len());
        match lanes.get_mut(lane) {
            Some(free) => *free = end + 4.0,
            None => lanes.push(end + 4.0),
        }
        let y = bottom - 14.0 - lane as f64 * (size + 8.0);
        canvas.line(&[(from, y), (to, y)], Stroke::new(palette::INK, 2.0));
        for edge in [from, to] {
            canvas.line(&[(edge, y - 4.0), (edge, y + 4.0)], Stroke::new(palette::INK, 1.5));
        }
        let middle = (from + to) / 2.0;
        canvas.dot(middle, y, size * 0.72, palette::INK);
        canvas.text(
            middle,
            y,
            &fact.label,
            Look::new(size - 1.0).bold().centered().color(palette::WHITE),
        );
    }
}

/// Stretches of consecutive days that have a value.
fn runs(values: &[Option<f64>]) -> Vec<Vec<(usize, f64)>> {
    let mut runs: Vec<Vec<(usize, f64)>> = Vec::new();
    let mut open = false;
    for (day, value) in values.iter().enumerate() {
        match value {
            Some(value) if open => runs.last_mut().expect("a run is open").push((day, *value)),
            Some(value) => {
                runs.push(vec![(day, *value)]);
                open = true;
            }
            None => open = false,
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_never_joined() {
        let values = [Some(1.0), Some(2.0), None, Some(4.0)];
        assert_eq!(runs(&values), [vec![(0, 1.0), (1, 2.0)], vec![(3, 4.0)]]);
    }
}
