//! Heat map: rows by columns, each cell filled by the class of its value, which is written in it. The weakest class is the darkest.

use plotters::style::RGBColor;
use serde::Serialize;

use super::bars::fit;
use super::canvas::{Canvas, Look, Stroke, text_width};
use super::{Width, palette};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Heat {
    pub columns: Vec<String>,
    pub rows: Vec<HeatRow>,
    /// Name of each class, from the weakest.
    pub legend: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeatRow {
    pub label: String,
    /// The first of a group, set apart from the row above.
    pub starts_group: bool,
    pub cells: Vec<HeatCell>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeatCell {
    pub printed: String,
    /// None when there is no value.
    pub class: Option<usize>,
}

const ROW: f64 = 16.0;
const GAP: f64 = 6.0;
const LEGEND: f64 = 24.0;

pub fn height(heat: &Heat, width: Width) -> f64 {
    let groups = heat.rows.iter().filter(|row| row.starts_group).count();
    top(heat, width) + ROW * heat.rows.len() as f64 + GAP * groups as f64 + 6.0
}

/// Under the legend and the names of the columns, which are written upwards.
fn top(heat: &Heat, width: Width) -> f64 {
    let tallest = heat
        .columns
        .iter()
        .map(|name| text_width(name, width.text()))
        .fold(0.0, f64::max);
    LEGEND * lines(heat, width) + tallest + 8.0
}

fn lines(heat: &Heat, width: Width) -> f64 {
    places(heat, width).last().map_or(1.0, |(_, line)| line + 1.0)
}

pub fn paint(heat: &Heat, canvas: &Canvas, width: Width) {
    let size = if width.is_wide() { 10.5 } else { 8.0 };
    let left = if width.is_wide() { 226.0 } else { 96.0 };
    let step = (canvas.width - left) / heat.columns.len().max(1) as f64;
    legend(heat, canvas, width);
    let top = top(heat, width);
    for (rank, name) in heat.columns.iter().enumerate() {
        let x = left + (rank as f64 + 0.5) * step;
        canvas.text(x, top - 6.0, name, Look::new(width.text()).upwards().color(palette::INK));
    }
    let mut y = top;
    for (index, row) in heat.rows.iter().enumerate() {
        if row.starts_group {
            y += GAP;
            canvas.line(
                &[(0.0, y - GAP / 2.0), (canvas.width, y - GAP / 2.0)],
                Stroke::new(palette::GRID, 1.0),
            );
        }
        let label = fit(&row.label, left - 8.0, size);
        canvas.text(left - 6.0, y + ROW / 2.0, &label, Look::new(size).right().color(palette::INK));
        for (from, to, class) in stretches(&row.cells) {
            let wide = (to - from) as f64 * step;
            canvas.rect(left + from as f64 * step, y + 0.5, wide, ROW - 1.0, color(heat, class));
        }
        // On a telephone the cells are too small to be read: the colour is left, and the table of the data.
        for (rank, cell) in row.cells.iter().enumerate().filter(|_| width.is_wide()) {
            let x = left + rank as f64 * step;
            let look = Look::new(size).centered().color(ink(heat, cell.class));
            canvas.text(x + step / 2.0, y + ROW / 2.0, &cell.printed, look);
        }
        canvas.stands_for((0.0, y, canvas.width, ROW), index);
        y += ROW;
    }
    for rank in 1..heat.columns.len() {
        let x = left + rank as f64 * step;
        canvas.line(&[(x, top), (x, y)], Stroke::new(palette::WHITE, 1.0));
    }
}

/// Neighbours of one class: first, last and one, class.
fn stretches(cells: &[HeatCell]) -> Vec<(usize, usize, usize)> {
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    for (rank, cell) in cells.iter().enumerate() {
        match (cell.class, found.last_mut()) {
            (Some(class), Some(run)) if run.1 == rank && run.2 == class => run.1 = rank + 1,
            (Some(class), _) => found.push((rank, rank + 1, class)),
            (None, _) => {}
        }
    }
    found
}

/// Place and line of each class of the legend.
fn places(heat: &Heat, width: Width) -> Vec<(f64, f64)> {
    let (mut x, mut line) = (2.0, 0.0);
    let mut places = Vec::new();
    for name in &heat.legend {
        let wide = 18.0 + text_width(name, width.text()) + 14.0;
        if x > 2.0 && x + wide > width.pixels() {
            (x, line) = (2.0, line + 1.0);
        }
        places.push((x, line));
        x += wide;
    }
    places
}

fn legend(heat: &Heat, canvas: &Canvas, width: Width) {
    for (class, ((x, line), name)) in places(heat, width).into_iter().zip(&heat.legend).enumerate() {
        let y = line * LEGEND * 0.8 + 3.0;
        canvas.rect(x, y, 13.0, 13.0, palette::AXIS);
        canvas.rect(x + 0.5, y + 0.5, 12.0, 12.0, color(heat, class));
        canvas.text(x + 18.0, y + 6.5, name, Look::new(width.text()));
    }
}

/// The best class is nearly white: the eye goes to what is to be done.
fn color(heat: &Heat, class: usize) -> RGBColor {
    const SHADES: [RGBColor; 5] = [palette::ICE, palette::PALE, palette::SKY, palette::BLUE, palette::NAVY];
    let from_best = heat.legend.len().saturating_sub(1).saturating_sub(class);
    SHADES[from_best.min(SHADES.len() - 1)]
}

fn ink(heat: &Heat, class: Option<usize>) -> RGBColor {
    let from_best = class.map_or(0, |class| heat.legend.len().saturating_sub(1).saturating_sub(class));
    if from_best >= 3 { palette::WHITE } else { palette::INK }
}
