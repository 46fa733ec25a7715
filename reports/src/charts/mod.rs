//! Charts: drawings as data, and their SVG. plotters is known in this room only (its SVG backend: no font library, no
//! system dependency). A drawing holds values and labels already in French; it computes nothing but positions.
//!
//! Rules kept by every drawing: zero baseline, no double axis, direct labels instead of legends, a colour never alone (line
//! style, shape or label says the same), a gap in the data is a gap in the line, readable in grey.

mod bars;
mod calendar;
mod canvas;
mod compact;
mod control;
mod curve;
mod days;
mod durations;
mod flow;
mod funnel;
mod heat;
mod hours;
mod intervals;
mod load;
mod map;
mod matrix;
mod palette;
mod production;
mod pyramid;
mod radar;
mod ranges;
mod scale;
mod stacked;
mod trend;
mod values;
mod weekdays;

use serde::Serialize;

use crate::document::Chart;
use crate::error::ReportError;
use crate::typography as typo;
use canvas::{Canvas, Look};

pub use bars::{Bar, Bars};
pub use calendar::{Calendar, CalendarRow};
pub use control::{Control, ControlPanel, Limit};
pub use curve::{Curve, CurveLine, Ribbon};
pub use days::{Band, Days};
pub use durations::Durations;
pub use flow::{Flow as FlowChart, FlowNode, FlowStage};
pub use funnel::{Funnel, FunnelSite};
pub use heat::{Heat, HeatCell, HeatRow};
pub use hours::{HourSeries, Hours};
pub use intervals::{Interval, Intervals};
pub use load::{Flow, Layer, Load};
pub use map::{Fill, Map, MapArea, MapSite, Mark, Rings};
pub use matrix::{DayState, Matrix, MatrixWeek};
pub use production::Production;
pub use pyramid::{AgeClass, Pyramid};
pub use radar::{Radar, Spoke};
pub use ranges::{Range, Ranges};
pub use stacked::{Stacked, StackedRow};
pub use trend::Trend;
pub use weekdays::{Panel, Weekday, Weekdays};

/// What to draw, as values.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "shape", rename_all = "snake_case")]
pub enum Drawing {
    Days(Days),
    Hours(Hours),
    Weekdays(Weekdays),
    Pyramid(Pyramid),
    Durations(Durations),
    Radar(Radar),
    Bars(Bars),
    Load(Load),
    Calendar(Calendar),
    Matrix(Matrix),
    Production(Production),
    Ranges(Ranges),
    Trend(Trend),
    Control(Control),
    Map(Map),
    Intervals(Intervals),
    Funnel(Funnel),
    Curve(Curve),
    Stacked(Stacked),
    Heat(Heat),
    Flow(FlowChart),
}

/// Two widths for two readers: text keeps its size on a telephone because the drawing is made again, not shrunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    Wide,
    /// A telephone.
    Narrow,
    /// A third of a printed sheet: as wide as a telephone, lower, in larger type.
    Compact,
}

impl Width {
    /// In CSS pixels.
    pub fn pixels(self) -> f64 {
        match self {
            Width::Wide => 760.0,
            Width::Narrow | Width::Compact => 350.0,
        }
    }

    /// Size of the text of axes.
    fn text(self) -> f64 {
        match self {
            Width::Wide => 12.0,
            Width::Narrow => 10.5,
            // Printed at two thirds of its size.
            Width::Compact => 11.5,
        }
    }

    fn is_wide(self) -> bool {
        self == Width::Wide
    }
}

/// Title, subtitle and source written into a drawing that leaves the document.
pub struct Caption<'a> {
    pub title: &'a str,
    pub subtitle: &'a str,
    pub source: &'a str,
}

/// The SVG of a drawing, for insertion into HTML. `alternative` is read out in its place.
pub fn draw(id: &str, drawing: &Drawing, width: Width, alternative: &str) -> Result<String, ReportError> {
    Ok(render(id, drawing, width, alternative, None)?.0)
}

/// The same with the row of the data that each of its places stands for, for a page where one can point.
pub fn draw_with_values(chart: &Chart, width: Width) -> Result<String, ReportError> {
    let (mut svg, places) = render(&chart.id, &chart.drawing, width, &chart.alternative, None)?;
    if let Some(end) = svg.rfind("</svg>") {
        svg.insert_str(end, &values::group(&places, &chart.data, canvas::FINE));
    }
    Ok(svg)
}

/// The SVG of a drawing as a file of its own, with title, subtitle and source.
pub fn draw_file(id: &str, drawing: &Drawing, alternative: &str, caption: &Caption) -> Result<String, ReportError> {
    let (svg, _) = render(id, drawing, Width::Wide, alternative, Some(caption))?;
    Ok(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{svg}"))
}

fn render(
    id: &str,
    drawing: &Drawing,
    width: Width,
    alternative: &str,
    caption: Option<&Caption>,
) -> Result<(String, Vec<(values::Place, values::Named)>), ReportError> {
    let body = height(drawing, width);
    let title_lines = caption.map_or_else(Vec::new, |caption| wrap(caption.title, 88));
    let subtitle_lines = caption.map_or_else(Vec::new, |caption| wrap(caption.subtitle, 112));
    let top = if caption.is_some() {
        16.0 + 21.0 * title_lines.len() as f64 + 16.0 * subtitle_lines.len() as f64 + 10.0
    } else {
        0.0
    };
    let bottom = if caption.is_some() { 28.0 } else { 0.0 };
    let mut svg = String::new();
    let finished = {
        let canvas = Canvas::new(&mut svg, width.pixels(), body, top, bottom);
        if let Some(caption) = caption {
            canvas.background();
            let mut y = 16.0 - top;
            for line in &title_lines {
                canvas.text(8.0, y + 10.0, line, Look::new(16.0).bold().color(palette::INK));
                y += 21.0;
            }
            for line in &subtitle_lines {
                canvas.text(8.0, y + 8.0, line, Look::new(12.5).color(palette::MUTED));
                y += 16.0;
            }
            canvas.text(8.0, body + 14.0, caption.source, Look::new(11.0).color(palette::MUTED));
        }
        match drawing {
            Drawing::Days(days) => days::paint(days, &canvas, width),
            Drawing::Hours(hours) => hours::paint(hours, &canvas, width),
            Drawing::Weekdays(weekdays) => weekdays::paint(weekdays, &canvas, width),
            Drawing::Pyramid(pyramid) => pyramid::paint(pyramid, &canvas, width),
            Drawing::Durations(durations) => durations::paint(durations, &canvas, width),
            Drawing::Radar(radar) => radar::paint(radar, &canvas, width),
            Drawing::Bars(bars) => bars::paint(bars, &canvas, width),
            Drawing::Load(load) => load::paint(load, &canvas, width),
            Drawing::Calendar(calendar) => calendar::paint(calendar, &canvas, width),
            Drawing::Matrix(matrix) => matrix::paint(matrix, &canvas, width),
            Drawing::Production(chart) => production::paint(chart, &canvas, width),
            Drawing::Ranges(ranges) => ranges::paint(ranges, &canvas, width),
            Drawing::Trend(trend) => trend::paint(trend, &canvas, width),
            Drawing::Control(control) => control::paint(control, &canvas, width),
            Drawing::Map(map) => map::paint(map, &canvas, width),
            Drawing::Intervals(intervals) => intervals::paint(intervals, &canvas, width),
            Drawing::Funnel(funnel) => funnel::paint(funnel, &canvas, width),
            Drawing::Curve(curve) => curve::paint(curve, &canvas, width),
            Drawing::Stacked(chart) => stacked::paint(chart, &canvas, width),
            Drawing::Heat(heat) => heat::paint(heat, &canvas, width),
            Drawing::Flow(chart) => flow::paint(chart, &canvas, width),
        }
        canvas.finish()
    };
    let places = finished.map_err(|message| ReportError::Chart {
        chart: id.to_owned(),
        message,
    })?;
    let head = canvas::header(
        width.pixels(),
        body + top + bottom,
        caption.map_or("", |caption| caption.title),
        alternative,
    );
    Ok((canvas::with_header(&svg, &head), places))
}

/// Heights in half a page: of curves, and of what has rows or rays.
const COMPACT: f64 = 190.0;
const COMPACT_TALL: f64 = 258.0;

fn height(drawing: &Drawing, width: Width) -> f64 {
    match drawing {
        Drawing::Hours(_) | Drawing::Days(_) | Drawing::Production(_) if width == Width::Compact => COMPACT,
        Drawing::Radar(_) | Drawing::Pyramid(_) | Drawing::Durations(_) if width == Width::Compact => COMPACT_TALL,
        Drawing::Days(_) => days::height(width),
        Drawing::Hours(_) => hours::height(width),
        Drawing::Weekdays(weekdays) => weekdays::height(weekdays, width),
        Drawing::Pyramid(pyramid) => pyramid::height(pyramid, width),
        Drawing::Durations(_) => durations::height(width),
        Drawing::Radar(_) => radar::height(width),
        Drawing::Bars(bars) => bars::height(bars),
        Drawing::Load(_) => load::height(width),
        Drawing::Calendar(calendar) => calendar::height(calendar),
        Drawing::Matrix(matrix) => matrix::height(matrix),
        Drawing::Production(_) => production::height(width),
        Drawing::Ranges(ranges) => ranges::height(ranges),
        Drawing::Trend(_) => trend::height(width),
        Drawing::Control(control) => control::height(control, width),
        Drawing::Map(map) => map::height(map, width),
        Drawing::Intervals(intervals) => intervals::height(intervals),
        Drawing::Funnel(_) => funnel::height(width),
        Drawing::Curve(_) => curve::height(width),
        Drawing::Stacked(chart) => stacked::height(chart, width),
        Drawing::Heat(heat) => heat::height(heat, width),
        Drawing::Flow(_) => flow::height(width),
    }
}

/// Breaks at spaces, `columns` characters at most; only for captions of files.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// An axis label: whole numbers, else one decimal.
fn axis_number(value: f64) -> String {
    let digits = u8::from((value - value.round()).abs() > 1e-9);
    typo::decimal(value, digits)
}
