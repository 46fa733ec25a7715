//! Length of stay: distribution by steps of 15 minutes above, cumulative share below, on one time axis.

use serde::Serialize;

use super::canvas::{Canvas, Look, Stroke};
use super::scale::{Scale, ticks};
use super::{Width, axis_number, palette};
use crate::typography::{NBSP, THIN};

/// Percentages of valid stays.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Durations {
    /// One per 15 minutes, from 0 to 12 hours.
    pub steps: Vec<Option<f64>>,
    /// Percent of stays shorter than the end of each step; stops at the first unknown step.
    pub cumulative: Vec<Option<f64>>,
    /// Percent beyond the axis.
    pub beyond: Option<f64>,
    /// Vertical lines: hours and what is written on them.
    pub lines: Vec<(f64, String)>,
}

pub fn height(width: Width) -> f64 {
    if width.is_wide() { 380.0 } else { 340.0 }
}

pub fn paint(durations: &Durations, canvas: &Canvas, width: Width) {
    let size = width.text();
    let (left, right) = if width.is_wide() { (48.0, 86.0) } else { (40.0, 12.0) };
    let (top, middle, bottom) = (34.0, canvas.height * 0.56, canvas.height - 28.0);
    let floor = middle - 14.0;
    let step = (canvas.width - left - right) / durations.steps.len().max(1) as f64;
    let x = |hours: f64| left + hours * 4.0 * step;

    let largest = durations.steps.iter().flatten().fold(0.0f64, |a, b| a.max(*b));
    let marks = ticks(largest, 3);
    let upper = Scale::new(*marks.last().unwrap_or(&1.0), floor, top);
    let lower = Scale::new(100.0, bottom, middle + 16.0);
    let horizontal = |scale: &Scale, marks: &[f64]| {
        for mark in marks {
            let y = scale.at(*mark);
            let color = if *mark == 0.0 { palette::AXIS } else { palette::GRID };
            canvas.line(&[(left, y), (canvas.width - right, y)], Stroke::new(color, 1.0));
            canvas.text(
                left - 6.0,
                y,
                &format!("{}{THIN}%", axis_number(*mark)),
                Look::new(size).right(),
            );
        }
    };
    horizontal(&upper, &marks);
    horizontal(&lower, &[0.0, 50.0, 100.0]);
    canvas.text(
        left,
        12.0,
        "Par pas de 15 minutes",
        Look::new(size).bold().color(palette::INK),
    );
    canvas.text(left, middle + 3.0, "Part cumulée", Look::new(size).bold().color(palette::INK));

    for (index, value) in durations.steps.iter().enumerate() {
        canvas.stands_for((left + index as f64 * step, top, step, bottom - top), index);
        if let Some(value) = value {
            let y = upper.at(*value);
            canvas.rect(left + index as f64 * step + 0.5, y, step - 1.0, floor - y, palette::SKY);
            canvas.rect(left + index as f64 * step + 0.5, y, step - 1.0, 1.25, palette::BLUE);
        }
    }
    let mut curve = vec![(left, lower.at(0.0))];
    for (index, value) in durations.cumulative.iter().enumerate() {
        match value {
            Some(value) => curve.push((left + (index as f64 + 1.0) * step, lower.at(*value))),
            None => break,
        }
    }
    canvas.line(&curve, Stroke::new(palette::BLUE, 2.5));

    for (hours, label) in &durations.lines {
        let at = x(*hours);
        canvas.line(
            &[(at, top - 6.0), (at, bottom)],
            Stroke::new(palette::INK, 1.0).dashed(3.0, 3.0),
        );
        canvas.text(at + 5.0, top, label, Look::new(size).color(palette::INK));
        let index = (*hours * 4.0) as usize;
        if let Some(value) = index
            .checked_sub(1)
            .and_then(|index| durations.cumulative.get(index).copied().flatten())
        {
            let y = lower.at(value);
            canvas.dot(at, y, 3.5, palette::BLUE);
            let label = crate::typography::share_with_digits(value / 100.0, 1);
            canvas.text(at + 7.0, y + 12.0, &label, Look::new(size).bold().color(palette::BLUE));
        }
    }
    let every = if width.is_wide() { 1 } else { 2 };
    for hour in (0..=12).step_by(every) {
        canvas.text(
            x(f64::from(hour)),
            bottom + 14.0,
            &format!("{hour}{NBSP}h"),
            Look::new(size).centered(),
        );
    }
    if let Some(beyond) = durations.beyond {
        let share = crate::typography::share(beyond / 100.0);
        if width.is_wide() {
            let at = canvas.width - right + 10.0;
            for (row, (text, bold)) in [("au-delà", false), ("de 12 h", false), (share.as_str(), true)]
                .into_iter()
                .enumerate()
            {
                let look = Look::new(size).color(palette::INK);
                canvas.text(
                    at,
                    floor - 34.0 + 15.0 * row as f64,
                    text,
                    if bold { look.bold() } else { look },
                );
            }
        } else {
            canvas.text(
                canvas.width - right,
                12.0,
                &format!("au-delà de 12 h : {share}"),
                Look::new(size).right().color(palette::INK),
            );
        }
    }
}
