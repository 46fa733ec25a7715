//! Funnel plot: a rate against its denominator, with limits at 95 % and 99.8 % that widen where a site is small. A site beyond the
//! outer limits has a square and its name; the others are dots.

use serde::Serialize;

use super::bars::fit;
use super::canvas::{Canvas, Look, Stroke, text_width};
use super::control::Limit;
use super::{Width, palette};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Funnel {
    pub sites: Vec<FunnelSite>,
    pub centre: Limit,
    /// (denominator, low and high at 95 %, low and high at 99.8 %), from the smallest.
    pub limits: Vec<(f64, [f64; 4])>,
    /// Marks of both axes, from zero.
    pub across: Vec<Limit>,
    pub up: Vec<Limit>,
    /// What the denominator counts.
    pub label_across: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FunnelSite {
    pub name: String,
    pub n: f64,
    pub rate: f64,
    /// Beyond the limits at 99.8 %.
    pub beyond: bool,
}

pub fn height(width: Width) -> f64 {
    if width.is_wide() { 420.0 } else { 330.0 }
}

pub fn paint(chart: &Funnel, canvas: &Canvas, width: Width) {
    let size = width.text();
    let (left, right) = if width.is_wide() { (54.0, 96.0) } else { (42.0, 58.0) };
    let (top, bottom) = (14.0, canvas.height - 44.0);
    let end = canvas.width - right;
    let last = |marks: &[Limit]| marks.last().map_or(1.0, |mark| mark.value).max(1e-9);
    let (wide, tall) = (last(&chart.across), last(&chart.up));
    let x = |n: f64| left + (end - left) * n / wide;
    let y = |rate: f64| bottom - (bottom - top) * (rate / tall).clamp(0.0, 1.0);
    for mark in &chart.up {
        let color = if mark.value == 0.0 { palette::AXIS } else { palette::GRID };
        canvas.line(&[(left, y(mark.value)), (end, y(mark.value))], Stroke::new(color, 1.0));
        canvas.text(left - 6.0, y(mark.value), &mark.printed, Look::new(size).right());
    }
    for mark in &chart.across {
        canvas.text(x(mark.value), bottom + 15.0, &mark.printed, Look::new(size).centered());
    }
    canvas.text(
        (left + end) / 2.0,
        canvas.height - 9.0,
        &chart.label_across,
        Look::new(size).centered(),
    );
    let curve = |rank: usize| -> Vec<(f64, f64)> { chart.limits.iter().map(|(n, limits)| (x(*n), y(limits[rank]))).collect() };
    for rank in [2, 3] {
        canvas.line(&curve(rank), Stroke::new(palette::BEFORE, 1.5));
    }
    for rank in [0, 1] {
        canvas.line(&curve(rank), Stroke::new(palette::BEFORE, 1.25).dashed(5.0, 4.0));
    }
    canvas.line(
        &[(left, y(chart.centre.value)), (end, y(chart.centre.value))],
        Stroke::new(palette::INK, 1.25),
    );
    let mut labels = vec![(y(chart.centre.value), chart.centre.printed.clone(), palette::INK)];
    if let Some((_, limits)) = chart.limits.last() {
        labels.push((y(limits[1]), "95\u{202f}%".to_owned(), palette::MUTED));
        labels.push((y(limits[3]), "99,8\u{202f}%".to_owned(), palette::MUTED));
    }
    let wanted: Vec<f64> = labels.iter().map(|label| label.0).collect();
    for ((_, text, color), at) in labels.iter().zip(super::canvas::spread(&wanted, size + 3.0, top, bottom)) {
        canvas.text(end + 6.0, at, text, Look::new(size - 0.5).color(*color));
    }
    for site in &chart.sites {
        canvas.stands_for_title((x(site.n) - 6.0, y(site.rate) - 6.0, 12.0, 12.0), &site.name);
    }
    for site in chart.sites.iter().filter(|site| !site.beyond) {
        canvas.dot(x(site.n), y(site.rate), 3.5, palette::BLUE);
    }
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    for site in chart.sites.iter().filter(|site| site.beyond) {
        let (at_x, at_y) = (x(site.n), y(site.rate));
        canvas.rect(at_x - 4.0, at_y - 4.0, 8.0, 8.0, palette::VERMILION);
        let text = fit(&site.name, if width.is_wide() { 170.0 } else { 110.0 }, size - 1.0);
        let long = text_width(&text, size - 1.0);
        let start = if at_x + 8.0 + long < canvas.width {
            at_x + 8.0
        } else {
            at_x - 8.0 - long
        };
        let free = |y: f64| {
            taken
                .iter()
                .all(|(a, b, line)| (line - y).abs() >= size || *b < start || start + long < *a)
        };
        let line = [0.0, size, -size, 2.0 * size, -2.0 * size]
            .into_iter()
            .map(|by| at_y + by)
            .find(|y| free(*y));
        if let Some(line) = line {
            taken.push((start, start + long, line));
            canvas.halo(start, line, &text, Look::new(size - 1.0).color(palette::INK));
        }
    }
}
