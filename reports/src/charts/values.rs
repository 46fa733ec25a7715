//! Where the values of a drawing stand: each place is one row of the data of the chart, and says it whole to whoever points at it or
//! walks through it with the arrows. A drawing names rows; it never prints a number of its own here.

use std::fmt::Write;

use super::canvas::escape;
use crate::document::{Row, Table};
use crate::spreadsheet::plain;

/// Left, top, width, height in pixels of the sheet.
pub type Place = (f64, f64, f64, f64);

/// A row of the data of a chart.
#[derive(Debug, Clone, PartialEq)]
pub enum Named {
    /// Its rank among all rows.
    Rank(usize),
    /// Its title.
    Title(String),
}

/// The places as a group of an SVG of so many units a pixel, each with its row in words; empty without places.
pub fn group(places: &[(Place, Named)], data: &Table, units: f64) -> String {
    let rows: Vec<&Row> = data.groups.iter().flat_map(|group| &group.rows).collect();
    let found = |named: &Named| match named {
        Named::Rank(rank) => rows.get(*rank).copied(),
        Named::Title(title) => rows.iter().find(|row| row.title == *title).copied(),
    };
    let mut out = String::new();
    for ((x, y, width, height), row) in places.iter().filter_map(|(place, named)| Some((place, found(named)?))) {
        let [x, y, width, height] = [x, y, width, height].map(|pixels| (pixels * units).round() as i64);
        let said = escape(&words(row, data));
        let _ = write!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\"><title>{said}</title></rect>",
            width.max(1),
            height.max(1)
        );
    }
    match out.as_str() {
        "" => out,
        _ => format!("<g class=\"valeurs\" fill=\"none\" pointer-events=\"all\">{out}</g>\n"),
    }
}

/// `lun. 6 janv.`, then one line for each column that says something.
fn words(row: &Row, data: &Table) -> String {
    let mut text = plain(&row.title);
    for (column, cell) in data.columns.iter().skip(1).zip(&row.cells) {
        if !cell.text.is_empty() {
            let _ = write!(text, "\n{} : {}", plain(&column.title), cell.text);
        }
    }
    text
}
