//! Horizontal bars, one per modality, with the year before as a mark.

use serde::Serialize;

use super::canvas::{Canvas, Look, Stroke, text_width};
use super::scale::{Scale, ticks};
use super::{Width, axis_number, palette};
use crate::typography::THIN;

/// Percentages; a line at 100 when the scale passes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bars {
    pub bars: Vec<Bar>,
    /// What the mark across a bar is.
    pub label_before: String,
    /// Many bars: lower ones.
    pub dense: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    pub label: String,
    pub percent: Option<f64>,
    pub before: Option<f64>,
    /// Written at the end of the row: the value, or the status that stands for it.
    pub printed: String,
    /// Drawn in grey: its data are too old to be read.
    pub fragile: bool,
}

const TOP: f64 = 30.0;
const BOTTOM: f64 = 28.0;

/// Height of a row, and of the white above and below its bar.
fn row(bars: &Bars) -> (f64, f64) {
    if bars.dense { (16.0, 3.0) } else { (26.0, 5.0) }
}

pub fn height(bars: &Bars) -> f64 {
    TOP + BOTTOM + row(bars).0 * bars.bars.len().max(1) as f64
}

pub fn paint(bars: &Bars, canvas: &Canvas, width: Width) {
    let (tall, margin) = row(bars);
    let size = if bars.dense { width.text() - 1.0 } else { width.text() };
    let longest = bars.bars.iter().map(|bar| text_width(&bar.label, size)).fold(0.0, f64::max);
    let left = (longest + 12.0).min(canvas.width * if width.is_wide() { 0.36 } else { 0.42 });
    let right = 66.0;
    let bottom = canvas.height - BOTTOM;
    let largest = bars
        .bars
        .iter()
        .flat_map(|bar| [bar.percent, bar.before])
        .flatten()
        .fold(100.0, f64::max);
    let marks = ticks(largest, if width.is_wide() { 4 } else { 2 });
    let scale = Scale::new(*marks.last().unwrap_or(&100.0), left, canvas.width - right);
    for mark in &marks {
        let x = scale.at(*mark);
        let color = if *mark == 0.0 || *mark == 100.0 {
            palette::AXIS
        } else {
            palette::GRID
        };
        canvas.line(&[(x, TOP - 4.0), (x, bottom)], Stroke::new(color, 1.0));
        canvas.text(
            x,
            bottom + 14.0,
            &format!("{}{THIN}%", axis_number(*mark)),
            Look::new(size).centered(),
        );
    }
    if !bars.label_before.is_empty() {
        canvas.rect(6.0, 7.0, 2.5, 12.0, palette::INK);
        canvas.text(14.0, 13.0, &bars.label_before, Look::new(size));
    }
    for (index, bar) in bars.bars.iter().enumerate() {
        let y = TOP + tall * index as f64;
        canvas.stands_for((0.0, y, canvas.width, tall), index);
        let label = fit(&bar.label, left - 10.0, size);
        canvas.text(
            left - 8.0,
            y + tall / 2.0,
            &label,
            Look::new(size).right().color(palette::INK),
        );
        let color = if bar.fragile { palette::AXIS } else { palette::BLUE };
        if let Some(percent) = bar.percent {
            canvas.rect(left, y + margin, scale.at(percent) - left, tall - 2.0 * margin, color);
        }
        if let Some(before) = bar.before {
            let x = scale.at(before);
            canvas.rect(x - 2.25, y + margin - 2.0, 4.5, tall - 2.0 * margin + 4.0, palette::WHITE);
            canvas.rect(x - 1.25, y + margin - 2.0, 2.5, tall - 2.0 * margin + 4.0, palette::INK);
        }
        let look = Look::new(size).right();
        let look = if bar.fragile { look } else { look.bold().color(palette::INK) };
        canvas.text(canvas.width - 4.0, y + tall / 2.0, &bar.printed, look);
    }
}

/// Shortens a label that is wider than its place; the data table has it whole.
pub fn fit(label: &str, room: f64, size: f64) -> String {
    if text_width(label, size) <= room {
        return label.to_owned();
    }
    let mut short = String::new();
    for symbol in label.chars() {
        if text_width(&short, size) + size > room {
            break;
        }
        short.push(symbol);
    }
    format!("{}…", short.trim_end())
}
