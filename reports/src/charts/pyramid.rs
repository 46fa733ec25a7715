//! Age pyramid: passages as bars, the region's population as an outline, both in percent of their total.

use plotters::style::RGBColor;
use serde::Serialize;

use super::canvas::{Canvas, Look, Stroke};
use super::scale::{Scale, ticks};
use super::{Width, axis_number, palette};
use crate::typography as typo;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pyramid {
    /// From the youngest.
    pub classes: Vec<AgeClass>,
    pub label_men: String,
    pub label_women: String,
    pub label_outline: String,
    /// What is in percent of what.
    pub label_axis: String,
    /// Whether values are written at the end of the bars, where the sheet is wide.
    pub labelled: bool,
}

/// Percentages of all passages, of all inhabitants.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgeClass {
    pub label: String,
    pub men: Option<f64>,
    pub women: Option<f64>,
    pub population_men: f64,
    pub population_women: f64,
}

/// Height of a class where there is room.
const ROW: f64 = 17.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 44.0;

pub fn height(pyramid: &Pyramid, _: Width) -> f64 {
    TOP + BOTTOM + ROW * pyramid.classes.len() as f64
}

/// Height of a class on this sheet.
fn row(pyramid: &Pyramid, canvas: &Canvas) -> f64 {
    (canvas.height - TOP - BOTTOM) / pyramid.classes.len().max(1) as f64
}

pub fn paint(pyramid: &Pyramid, canvas: &Canvas, width: Width) {
    let size = width.text();
    let gutter = if width.is_wide() { 58.0 } else { 46.0 };
    let margin = if width.is_wide() { 40.0 } else { 14.0 };
    let middle = canvas.width / 2.0;
    let (left, right) = (middle - gutter / 2.0, middle + gutter / 2.0);
    let bottom = canvas.height - BOTTOM;
    let row = row(pyramid, canvas);
    let largest = pyramid
        .classes
        .iter()
        .flat_map(|class| {
            [
                class.men.unwrap_or(0.0),
                class.women.unwrap_or(0.0),
                class.population_men,
                class.population_women,
            ]
        })
        .fold(0.0, f64::max);
    let marks = ticks(largest, if width.is_wide() { 4 } else { 3 });
    let top_mark = *marks.last().unwrap_or(&1.0);
    let men = Scale::new(top_mark, left, margin);
    let women = Scale::new(top_mark, right, canvas.width - margin);

    for mark in &marks {
        for scale in [&men, &women] {
            let x = scale.at(*mark);
            let color = if *mark == 0.0 { palette::AXIS } else { palette::GRID };
            canvas.line(&[(x, TOP), (x, bottom)], Stroke::new(color, 1.0));
            canvas.text(x, bottom + 14.0, &axis_number(*mark), Look::new(size).centered());
        }
    }
    canvas.text(middle, canvas.height - 8.0, &pyramid.label_axis, Look::new(size).centered());
    canvas.text(
        left,
        14.0,
        &pyramid.label_men,
        Look::new(size + 1.0).bold().right().color(palette::BLUE),
    );
    canvas.text(
        right,
        14.0,
        &pyramid.label_women,
        Look::new(size + 1.0).bold().color(palette::VERMILION),
    );

    for (index, class) in pyramid.classes.iter().enumerate() {
        let y = row_top(bottom, row, index);
        canvas.stands_for((margin, y, canvas.width - 2.0 * margin, row), index);
        bar(canvas, &men, class.men, (y, row), palette::BLUE);
        bar(canvas, &women, class.women, (y, row), palette::VERMILION);
        if pyramid.labelled && width.is_wide() {
            let end = |scale: &Scale, value: f64, outline: f64| scale.at(value.max(outline));
            if let Some(value) = class.men {
                let x = end(&men, value, class.population_men) - 4.0;
                canvas.text(x, y + row / 2.0, &typo::decimal(value, 1), Look::new(size - 2.0).right());
            }
            if let Some(value) = class.women {
                let x = end(&women, value, class.population_women) + 4.0;
                canvas.text(x, y + row / 2.0, &typo::decimal(value, 1), Look::new(size - 2.0));
            }
        }
        // Where rows are low, one name out of two.
        if row >= size || index % 2 == 0 {
            canvas.text(middle, y + row / 2.0, &class.label, Look::new(size - 0.5).centered());
        }
    }
    outline(pyramid, canvas, &men, bottom, |class| class.population_men);
    outline(pyramid, canvas, &women, bottom, |class| class.population_women);
    label_outline(pyramid, canvas, &women, bottom, size);
}

fn bar(canvas: &Canvas, scale: &Scale, value: Option<f64>, (y, row): (f64, f64), color: RGBColor) {
    if let Some(value) = value {
        let (from, to) = (scale.at(0.0), scale.at(value));
        let gap = (row * 0.12).min(2.0);
        canvas.rect(from.min(to), y + gap, (to - from).abs(), row - 2.0 * gap, color);
    }
}

fn outline(pyramid: &Pyramid, canvas: &Canvas, scale: &Scale, bottom: f64, value: impl Fn(&AgeClass) -> f64) {
    let row = row(pyramid, canvas);
    let mut points = vec![(scale.at(0.0), bottom)];
    for (index, class) in pyramid.classes.iter().enumerate() {
        let x = scale.at(value(class));
        let y = row_top(bottom, row, index);
        points.extend([(x, y + row), (x, y)]);
    }
    points.push((scale.at(0.0), row_top(bottom, row, pyramid.classes.len().saturating_sub(1))));
    // White under the dark line keeps it visible over a bar.
    canvas.line(&points, Stroke::new(palette::WHITE, 3.5));
    canvas.line(&points, Stroke::new(palette::INK, 1.5));
}

/// The name of the outline beside its widest class.
fn label_outline(pyramid: &Pyramid, canvas: &Canvas, scale: &Scale, bottom: f64, size: f64) {
    let widest = pyramid
        .classes
        .iter()
        .enumerate()
        .filter(|(_, class)| class.population_women > class.women.unwrap_or(0.0))
        .max_by(|a, b| a.1.population_women.total_cmp(&b.1.population_women));
    if let Some((index, class)) = widest {
        let x = scale.at(class.population_women) + 6.0;
        let width = super::canvas::text_width(&pyramid.label_outline, size);
        // On a narrow sheet the axis title alone says what the outline is.
        if x + width > canvas.width || pyramid.labelled {
            return;
        }
        canvas.text(
            x,
            row_top(bottom, row(pyramid, canvas), index) + row(pyramid, canvas) / 2.0,
            &pyramid.label_outline,
            Look::new(size).color(palette::INK),
        );
    }
}

/// The youngest at the bottom.
fn row_top(bottom: f64, row: f64, index: usize) -> f64 {
    bottom - row * (index as f64 + 1.0)
}
