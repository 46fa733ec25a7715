//! Bars of 100 %: what each category is made of. The parts are shades of one hue from the lightest to the darkest, so that their order
//! reads in grey; what is outside the order is grey, at the end.

use plotters::style::RGBColor;
use serde::Serialize;

use super::bars::fit;
use super::canvas::{Canvas, Look, text_width};
use super::{Width, palette};
use crate::typography::THIN;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stacked {
    /// Names of the parts, in the order they are drawn.
    pub parts: Vec<String>,
    /// How many of the last ones are outside the order.
    pub apart: usize,
    pub rows: Vec<StackedRow>,
    /// Header of the numbers at the end of the rows.
    pub label_n: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StackedRow {
    pub label: String,
    /// Percentages; none where the part is not published.
    pub percent: Vec<Option<f64>>,
    /// Written at the end: how many.
    pub n: String,
}

const ROW: f64 = 26.0;
const LEGEND: f64 = 18.0;
const BOTTOM: f64 = 8.0;

pub fn height(chart: &Stacked, width: Width) -> f64 {
    top(chart, width) + ROW * chart.rows.len().max(1) as f64 + BOTTOM
}

/// Under the names of the parts and the header of the numbers.
fn top(chart: &Stacked, width: Width) -> f64 {
    let places = legend(chart, width);
    places.last().map_or(0.0, |(_, y)| *y) + LEGEND + 22.0
}

pub fn paint(chart: &Stacked, canvas: &Canvas, width: Width) {
    let size = width.text();
    for (rank, (x, y)) in legend(chart, width).into_iter().enumerate() {
        canvas.rect(x, y + 3.0, 12.0, 12.0, palette::AXIS);
        canvas.rect(x + 0.5, y + 3.5, 11.0, 11.0, color(chart, rank));
        canvas.text(x + 17.0, y + 9.0, &chart.parts[rank], Look::new(size).color(palette::INK));
    }
    let longest = chart.rows.iter().map(|row| text_width(&row.label, size)).fold(0.0, f64::max);
    let left = (longest + 12.0).min(canvas.width * if width.is_wide() { 0.3 } else { 0.36 });
    let numbers = chart.rows.iter().map(|row| text_width(&row.n, size)).fold(0.0, f64::max);
    let right = numbers.max(text_width(&chart.label_n, size)) + 12.0;
    let wide = canvas.width - left - right;
    let top = top(chart, width);
    canvas.text(canvas.width - 2.0, top - 10.0, &chart.label_n, Look::new(size).right());
    for (rank, row) in chart.rows.iter().enumerate() {
        let y = top + ROW * rank as f64;
        let middle = y + ROW / 2.0;
        canvas.stands_for((0.0, y, canvas.width, ROW), rank);
        let label = fit(&row.label, left - 10.0, size);
        canvas.text(left - 8.0, middle, &label, Look::new(size).right().color(palette::INK));
        let mut x = left;
        for (part, percent) in row.percent.iter().enumerate() {
            let Some(percent) = percent else { continue };
            let length = wide * percent / 100.0;
            canvas.rect(x, y + 3.0, (length - 0.75).max(0.25), ROW - 6.0, color(chart, part));
            let printed = format!("{percent:.0}{THIN}%");
            if text_width(&printed, size) + 6.0 < length {
                let look = Look::new(size).centered().color(ink(chart, part));
                canvas.text(x + length / 2.0, middle, &printed, look);
            }
            x += length;
        }
        canvas.text(
            canvas.width - 2.0,
            middle,
            &row.n,
            Look::new(size).right().color(palette::INK),
        );
    }
}

/// Where the name of each part stands: as many on a line as there is room for.
fn legend(chart: &Stacked, width: Width) -> Vec<(f64, f64)> {
    let (mut x, mut y) = (2.0, 0.0);
    let mut places = Vec::new();
    for name in &chart.parts {
        let wide = 17.0 + text_width(name, width.text()) + 16.0;
        if x > 2.0 && x + wide > width.pixels() {
            (x, y) = (2.0, y + LEGEND);
        }
        places.push((x, y));
        x += wide;
    }
    places
}

/// From ice to navy, spread over the parts that have an order.
fn color(chart: &Stacked, rank: usize) -> RGBColor {
    let ordered = chart.parts.len() - chart.apart.min(chart.parts.len());
    if rank >= ordered {
        // The last one, most often what is not filled, is the lightest.
        return match chart.parts.len() - 1 - rank {
            0 => palette::GRID,
            1 => palette::BEFORE,
            _ => palette::INK,
        };
    }
    const SHADES: [RGBColor; 5] = [palette::ICE, palette::PALE, palette::SKY, palette::BLUE, palette::NAVY];
    let last = ordered.saturating_sub(1).max(1) as f64;
    let shade = rank as f64 / last * (SHADES.len() - 1) as f64;
    let (below, above) = (SHADES[shade.floor() as usize], SHADES[shade.ceil() as usize]);
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * shade.fract()).round() as u8;
    RGBColor(mix(below.0, above.0), mix(below.1, above.1), mix(below.2, above.2))
}

/// Black or white, whichever reads over the colour.
fn ink(chart: &Stacked, rank: usize) -> RGBColor {
    let RGBColor(r, g, b) = color(chart, rank);
    let light = 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b);
    if light > 135.0 { palette::INK } else { palette::WHITE }
}
