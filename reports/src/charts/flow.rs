//! Flow: columns of categories, and bands between them as wide as what goes from one to the other. A band keeps the colour of the
//! category of the middle column it touches, so that the eye follows it on both sides.

use plotters::style::RGBColor;
use serde::Serialize;

use super::canvas::{Canvas, Look, spread};
use super::{Width, palette};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flow {
    pub stages: Vec<FlowStage>,
    /// Between a stage and the next: (stage, from, to, how many).
    pub bands: Vec<(usize, usize, usize, f64)>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlowStage {
    pub title: String,
    pub nodes: Vec<FlowNode>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlowNode {
    pub label: String,
    pub n: f64,
    /// Its share of the stage.
    pub printed: String,
}

const TOP: f64 = 34.0;
const GAP: f64 = 15.0;
const BAR: f64 = 12.0;

pub fn height(width: Width) -> f64 {
    if width.is_wide() { 430.0 } else { 400.0 }
}

pub fn paint(flow: &Flow, canvas: &Canvas, width: Width) {
    let size = width.text();
    let (left, right) = if width.is_wide() { (128.0, 150.0) } else { (78.0, 84.0) };
    let last = flow.stages.len().saturating_sub(1).max(1);
    let x = |stage: usize| left + (canvas.width - left - right - BAR) * stage as f64 / last as f64;
    let total = flow
        .stages
        .iter()
        .map(|stage| stage.nodes.iter().map(|node| node.n).sum::<f64>())
        .fold(1.0, f64::max);
    let most = flow.stages.iter().map(|stage| stage.nodes.len()).max().unwrap_or(1) as f64;
    let unit = (canvas.height - TOP - 12.0 - GAP * (most - 1.0)) / total;
    let tops: Vec<Vec<f64>> = flow.stages.iter().map(|stage| tops(stage, unit)).collect();
    let mut leaving: Vec<Vec<f64>> = tops.clone();
    let mut arriving: Vec<Vec<f64>> = tops.clone();
    for (stage, from, to, n) in &flow.bands {
        let (from_y, to_y) = (leaving[*stage][*from], arriving[stage + 1][*to]);
        let tall = n * unit;
        leaving[*stage][*from] += tall;
        arriving[stage + 1][*to] += tall;
        let middle = if *stage == 0 { *to } else { *from };
        let points = band((x(*stage) + BAR, from_y), (x(stage + 1), to_y), tall.max(0.3));
        canvas.polygon(&points, hue(middle), 0.55);
        // The middle of a band, thick enough to be pointed at.
        let thick = tall.max(6.0);
        let (left, y) = (x(*stage) + BAR + 30.0, (from_y + to_y + tall - thick) / 2.0);
        let title = format!(
            "{} → {}",
            flow.stages[*stage].nodes[*from].label,
            flow.stages[stage + 1].nodes[*to].label
        );
        canvas.stands_for_title((left, y, (x(stage + 1) - left - 30.0).max(10.0), thick), &title);
    }
    for (rank, stage) in flow.stages.iter().enumerate() {
        let (at, side) = (x(rank), side(rank, last));
        let look = Look::new(size + 0.5).bold().color(palette::INK);
        match side {
            Side::Left => canvas.text(0.0, 10.0, &stage.title, look),
            Side::Right => canvas.text(canvas.width, 10.0, &stage.title, look.right()),
            Side::Over => canvas.text(at + BAR / 2.0, 10.0, &stage.title, look.centered()),
        }
        names(stage, &tops[rank], canvas, (at, unit, size), side);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Left,
    Over,
    Right,
}

fn side(rank: usize, last: usize) -> Side {
    match rank {
        0 => Side::Left,
        _ if rank == last => Side::Right,
        _ => Side::Over,
    }
}

/// Bars of a column and their names.
fn names(stage: &FlowStage, tops: &[f64], canvas: &Canvas, (at, unit, size): (f64, f64, f64), side: Side) {
    let wanted: Vec<f64> = stage
        .nodes
        .iter()
        .zip(tops)
        .map(|(node, y)| y + node.n * unit / 2.0)
        .collect();
    let placed = spread(&wanted, size + 3.0, TOP, canvas.height - 8.0);
    for ((node, y), middle) in stage.nodes.iter().zip(tops).zip(placed) {
        canvas.rect(at, *y, BAR, (node.n * unit).max(1.0), palette::INK);
        let text = format!("{} {}", node.label, node.printed);
        let look = Look::new(size).color(palette::INK);
        match side {
            Side::Left => canvas.text(at - 6.0, middle, &text, look.right()),
            Side::Right => canvas.text(at + BAR + 6.0, middle, &text, look),
            Side::Over => canvas.halo(at + BAR + 5.0, middle, &text, look),
        }
    }
}

fn tops(stage: &FlowStage, unit: f64) -> Vec<f64> {
    let mut y = TOP;
    stage
        .nodes
        .iter()
        .map(|node| {
            let top = y;
            y += node.n * unit + GAP;
            top
        })
        .collect()
}

/// The outline of a band: two cubic curves, as broken lines.
fn band(from: (f64, f64), to: (f64, f64), tall: f64) -> Vec<(f64, f64)> {
    const STEPS: usize = 24;
    let at = |step: usize, lower: bool| {
        let t = step as f64 / STEPS as f64;
        let ease = t * t * (3.0 - 2.0 * t);
        let y = from.1 + (to.1 - from.1) * ease + if lower { tall } else { 0.0 };
        (from.0 + (to.0 - from.0) * t, y)
    };
    let upper = (0..=STEPS).map(|step| at(step, false));
    let lower = (0..=STEPS).rev().map(|step| at(step, true));
    upper.chain(lower).collect()
}

/// Shades of one hue for the nodes of the middle column, the last ones in grey when there are more.
fn hue(rank: usize) -> RGBColor {
    const SHADES: [RGBColor; 7] = [
        palette::PALE,
        palette::SKY,
        palette::BLUE,
        palette::NAVY,
        palette::INK,
        palette::VERMILION,
        palette::AXIS,
    ];
    SHADES[rank.min(SHADES.len() - 1)]
}
