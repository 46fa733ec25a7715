//! Control chart of individual values (XmR): months against their mean and natural limits; the months that a rule finds unusual stand
//! out by their size, their shape and their name. The scale need not start at zero: nothing is read as a length.

use serde::Serialize;

use super::canvas::{Canvas, Look, Stroke, spread, text_width};
use super::production::runs;
use super::{Width, palette};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Control {
    /// Short names of the months, from the first.
    pub months: Vec<String>,
    /// First month of the last twelve: the year before is paler.
    pub recent: usize,
    /// One under the other.
    pub panels: Vec<ControlPanel>,
}

/// One series.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ControlPanel {
    pub title: String,
    pub values: Vec<Option<f64>>,
    pub centre: Limit,
    pub low: Limit,
    pub high: Limit,
    /// Months that stand out.
    pub flagged: Vec<usize>,
    /// Marks of the axis, in order.
    pub marks: Vec<Limit>,
}

/// A level, and what is written beside it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Limit {
    pub value: f64,
    pub printed: String,
}

pub fn height(chart: &Control, width: Width) -> f64 {
    let panel = match width {
        Width::Wide => 230.0,
        Width::Narrow => 190.0,
        Width::Compact => 117.0,
    };
    panel * chart.panels.len().max(1) as f64 + 24.0
}

pub fn paint(chart: &Control, canvas: &Canvas, width: Width) {
    let size = width.text();
    let (left, right) = if width.is_wide() { (58.0, 150.0) } else { (50.0, 84.0) };
    let end = canvas.width - right;
    let step = (end - left) / chart.months.len().max(2) as f64;
    let x = |month: usize| left + (month as f64 + 0.5) * step;
    let tall = (canvas.height - 24.0) / chart.panels.len().max(1) as f64;
    for (rank, panel) in chart.panels.iter().enumerate() {
        let top = rank as f64 * tall;
        canvas.text(4.0, top + 9.0, &panel.title, Look::new(size).bold().color(palette::INK));
        draw(chart, panel, canvas, width, (left, end, top + 24.0, top + tall - 8.0));
    }
    names(chart, canvas, size, (canvas.height - 10.0, end), &x);
}

/// One panel in its box: left, right, top, bottom.
fn draw(chart: &Control, panel: &ControlPanel, canvas: &Canvas, width: Width, (left, end, top, bottom): (f64, f64, f64, f64)) {
    let size = width.text();
    let step = (end - left) / chart.months.len().max(2) as f64;
    let x = |month: usize| left + (month as f64 + 0.5) * step;
    let (first, last) = match (panel.marks.first(), panel.marks.last()) {
        (Some(first), Some(last)) if last.value > first.value => (first.value, last.value),
        _ => return,
    };
    let y = |value: f64| bottom + (top - bottom) * (value - first) / (last - first);

    canvas.rect(
        left,
        y(panel.high.value),
        end - left,
        y(panel.low.value) - y(panel.high.value),
        palette::BAND,
    );
    for mark in &panel.marks {
        canvas.line(
            &[(left, y(mark.value)), (end, y(mark.value))],
            Stroke::new(palette::GRID, 1.0),
        );
        canvas.text(left - 6.0, y(mark.value), &mark.printed, Look::new(size - 0.5).right());
    }
    for limit in [&panel.low, &panel.high] {
        let line = Stroke::new(palette::AXIS, 1.25).dashed(5.0, 4.0);
        canvas.line(&[(left, y(limit.value)), (end, y(limit.value))], line);
    }
    canvas.line(
        &[(left, y(panel.centre.value)), (end, y(panel.centre.value))],
        Stroke::new(palette::AXIS, 1.5),
    );
    for run in runs(&panel.values) {
        let points: Vec<_> = run.iter().map(|(month, value)| (x(*month), y(*value))).collect();
        canvas.line(&points, Stroke::new(palette::BLUE, 2.0));
    }
    let radius = if width.is_wide() { 3.5 } else { 2.5 };
    for (month, value) in panel.values.iter().enumerate() {
        canvas.stands_for((x(month) - step / 2.0, top, step, bottom - top), month);
        let Some(value) = value else { continue };
        let at = (x(month), y(*value));
        if panel.flagged.contains(&month) {
            // A square: its shape says it in grey too.
            let half = radius + 1.5;
            canvas.rect(at.0 - half, at.1 - half, 2.0 * half, 2.0 * half, palette::VERMILION);
        } else {
            let color = if month < chart.recent { palette::SKY } else { palette::BLUE };
            canvas.dot(at.0, at.1, radius, color);
        }
    }
    let labels = [
        ("limite haute", &panel.high, palette::MUTED, false),
        ("moyenne", &panel.centre, palette::INK, true),
        ("limite basse", &panel.low, palette::MUTED, false),
    ];
    let wanted: Vec<f64> = labels.iter().map(|(_, limit, ..)| y(limit.value)).collect();
    let gap = if width.is_wide() { size + 4.0 } else { 2.0 * size + 3.0 };
    for ((name, limit, color, bold), at) in labels.iter().zip(spread(&wanted, gap, top, bottom)) {
        let look = Look::new(size - 0.5).color(*color);
        let look = if *bold { look.bold() } else { look };
        if width.is_wide() {
            canvas.text(end + 8.0, at, &format!("{name} {}", limit.printed), look);
        } else {
            canvas.text(end + 6.0, at - size / 2.0 - 0.5, name, look);
            canvas.text(end + 6.0, at + size / 2.0 + 0.5, &limit.printed, look);
        }
    }
}

/// As many names of months as there is room for, the last one always.
fn names(chart: &Control, canvas: &Canvas, size: f64, (y, end): (f64, f64), x: &dyn Fn(usize) -> f64) {
    let mut free = end + 40.0;
    for (month, name) in chart.months.iter().enumerate().rev() {
        let half = text_width(name, size - 1.0) / 2.0;
        if x(month) + half < free {
            canvas.text(x(month), y, name, Look::new(size - 1.0).centered());
            free = x(month) - half - 10.0;
        }
    }
}
