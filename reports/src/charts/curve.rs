//! One line per series over ordered categories (ages, hours, months), with a ribbon behind the first and a level worth a line. The scale
//! starts at zero.

use plotters::style::RGBColor;
use serde::Serialize;

use super::canvas::{Canvas, Look, Stroke, spread, text_width};
use super::control::Limit;
use super::production::runs;
use super::{Width, palette};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    pub categories: Vec<String>,
    pub lines: Vec<CurveLine>,
    /// Its name, and its edges category by category.
    pub ribbon: Option<Ribbon>,
    /// Marks of the axis, from zero.
    pub marks: Vec<Limit>,
    pub reference: Option<Limit>,
    /// What the categories are, under them; empty when they say it.
    pub axis: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurveLine {
    pub label: String,
    pub values: Vec<Option<f64>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ribbon {
    pub label: String,
    pub edges: Vec<Option<(f64, f64)>>,
}

pub fn height(width: Width) -> f64 {
    if width.is_wide() { 320.0 } else { 270.0 }
}

/// Where a category stands, and a value.
struct Place {
    left: f64,
    end: f64,
    top: f64,
    bottom: f64,
    step: f64,
    highest: f64,
}

impl Place {
    fn x(&self, rank: usize) -> f64 {
        self.left + (rank as f64 + 0.5) * self.step
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom + (self.top - self.bottom) * (value / self.highest).clamp(0.0, 1.0)
    }
}

pub fn paint(curve: &Curve, canvas: &Canvas, width: Width) {
    let size = width.text();
    let names = curve.lines.iter().map(|line| line.label.as_str());
    let names = names.chain(curve.ribbon.as_ref().map(|ribbon| ribbon.label.as_str()));
    let room = canvas.width * if width.is_wide() { 0.24 } else { 0.3 };
    let longest = names
        .flat_map(|name| lines_of(name, room - 12.0, size))
        .map(|line| text_width(&line, size))
        .fold(0.0, f64::max);
    let widest = curve
        .marks
        .iter()
        .map(|mark| text_width(&mark.printed, size))
        .fold(0.0, f64::max);
    let (left, end) = (widest + 14.0, canvas.width - (longest + 12.0).min(room));
    let under = if curve.axis.is_empty() { 30.0 } else { 46.0 };
    let place = Place {
        left,
        end,
        top: 18.0,
        bottom: canvas.height - under,
        step: (end - left) / curve.categories.len().max(1) as f64,
        highest: curve.marks.last().map_or(1.0, |mark| mark.value).max(1e-9),
    };
    grid(curve, canvas, &place, size);
    if let Some(ribbon) = &curve.ribbon {
        for run in stretches(&ribbon.edges) {
            let upper = run.iter().map(|(rank, (_, high))| (place.x(*rank), place.y(*high)));
            let lower = run.iter().rev().map(|(rank, (low, _))| (place.x(*rank), place.y(*low)));
            canvas.polygon(&upper.chain(lower).collect::<Vec<_>>(), palette::PALE, 0.6);
        }
    }
    for (rank, line) in curve.lines.iter().enumerate() {
        let (color, stroke) = style(rank);
        for run in runs(&line.values) {
            let points: Vec<_> = run.iter().map(|(at, value)| (place.x(*at), place.y(*value))).collect();
            canvas.line(&points, stroke);
        }
        let radius = if curve.categories.len() > 40 || !width.is_wide() {
            1.75
        } else {
            2.75
        };
        for (at, value) in line.values.iter().enumerate() {
            if let Some(value) = value {
                marker(canvas, rank, place.x(at), place.y(*value), radius, color);
            }
        }
    }
    labels(curve, canvas, &place, (size, room - 12.0));
    for rank in 0..curve.categories.len() {
        let from = place.left + rank as f64 * place.step;
        canvas.stands_for((from, place.top, place.step, place.bottom - place.top), rank);
    }
}

fn grid(curve: &Curve, canvas: &Canvas, place: &Place, size: f64) {
    for mark in &curve.marks {
        let y = place.y(mark.value);
        let color = if mark.value == 0.0 { palette::AXIS } else { palette::GRID };
        canvas.line(&[(place.left, y), (place.end, y)], Stroke::new(color, 1.0));
        canvas.text(place.left - 8.0, y, &mark.printed, Look::new(size).right());
    }
    if let Some(reference) = &curve.reference {
        let y = place.y(reference.value);
        canvas.line(
            &[(place.left, y), (place.end, y)],
            Stroke::new(palette::INK, 1.25).dashed(5.0, 4.0),
        );
        canvas.halo(
            place.left + 6.0,
            y - size * 0.7,
            &reference.printed,
            Look::new(size).color(palette::INK),
        );
    }
    let widest = curve.categories.iter().map(|name| text_width(name, size)).fold(0.0, f64::max);
    let every = ((widest + 8.0) / place.step).ceil().max(1.0) as usize;
    for (rank, name) in curve.categories.iter().enumerate().step_by(every) {
        let half = text_width(name, size) / 2.0;
        let at = place.x(rank).clamp(half, canvas.width - half);
        canvas.text(at, place.bottom + 15.0, name, Look::new(size).centered());
    }
    if !curve.axis.is_empty() {
        let middle = (place.left + place.end) / 2.0;
        canvas.text(middle, place.bottom + 33.0, &curve.axis, Look::new(size).centered());
    }
}

/// The name of each line beside its last point, in its colour; pushed apart where they would touch.
fn labels(curve: &Curve, canvas: &Canvas, place: &Place, (size, room): (f64, f64)) {
    let mut ends: Vec<(f64, Vec<String>, Look)> = Vec::new();
    for (rank, line) in curve.lines.iter().enumerate() {
        if let Some(last) = line.values.iter().rev().flatten().next() {
            let look = Look::new(size).bold().color(style(rank).0);
            ends.push((place.y(*last), lines_of(&line.label, room, size), look));
        }
    }
    if let Some(ribbon) = &curve.ribbon
        && let Some((low, high)) = ribbon.edges.iter().rev().flatten().next()
    {
        // Under the name of the line that the ribbon goes with.
        let look = Look::new(size).color(palette::MUTED);
        ends.push((place.y((low + high) / 2.0) + size, lines_of(&ribbon.label, room, size), look));
    }
    let tallest = ends.iter().map(|(_, lines, _)| lines.len()).max().unwrap_or(1) as f64;
    let wanted: Vec<f64> = ends.iter().map(|(y, ..)| *y).collect();
    let placed = spread(&wanted, tallest * (size + 2.0) + 4.0, place.top, place.bottom);
    for ((_, lines, look), y) in ends.iter().zip(placed) {
        for (rank, line) in lines.iter().enumerate() {
            let shift = rank as f64 - (lines.len() as f64 - 1.0) / 2.0;
            canvas.text(place.end + 6.0, y + shift * (size + 2.0), line, *look);
        }
    }
}

/// A name over as many lines as its room asks for.
fn lines_of(name: &str, room: f64, size: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in name.split(' ') {
        match lines.last_mut() {
            Some(line) if text_width(line, size) + text_width(word, size) + 4.0 <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Stretches of categories whose edges are known.
fn stretches(edges: &[Option<(f64, f64)>]) -> Vec<Vec<(usize, (f64, f64))>> {
    let mut found: Vec<Vec<(usize, (f64, f64))>> = vec![Vec::new()];
    for (rank, edge) in edges.iter().enumerate() {
        match (edge, found.last_mut()) {
            (Some(edge), Some(run)) => run.push((rank, *edge)),
            _ => found.push(Vec::new()),
        }
    }
    found.retain(|run| run.len() > 1);
    found
}

fn style(rank: usize) -> (RGBColor, Stroke) {
    match rank {
        0 => (palette::BLUE, Stroke::new(palette::BLUE, 2.5)),
        1 => (palette::VERMILION, Stroke::new(palette::VERMILION, 2.0).dashed(7.0, 3.0)),
        2 => (palette::NAVY, Stroke::new(palette::NAVY, 2.0).dashed(2.0, 3.0)),
        _ => (palette::BEFORE, Stroke::new(palette::BEFORE, 1.75).dashed(10.0, 4.0)),
    }
}

/// Round for the first line, square for the others, so that a grey print keeps them apart.
fn marker(canvas: &Canvas, rank: usize, x: f64, y: f64, radius: f64, color: RGBColor) {
    if rank == 0 {
        canvas.dot(x, y, radius, color);
    } else {
        canvas.rect(x - radius * 0.8, y - radius * 0.8, radius * 1.6, radius * 1.6, color);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ribbon_has_a_gap_where_an_edge_is_not_known() {
        let edge = Some((1.0, 2.0));
        let found = stretches(&[edge, edge, None, edge, edge, edge]);
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn a_long_name_is_written_on_several_lines() {
        assert_eq!(lines_of("Moins de 18 ans", 60.0, 12.0), ["Moins de", "18 ans"]);
    }
}
