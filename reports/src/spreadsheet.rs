//! A table for a spreadsheet: numbers in numeric columns, with a decimal comma and their unit in the header (or beside, where
//! rows differ), headers that name one column each. What stands for a value (`s`, `nd`, `–`) stays as printed.

use crate::document::{Cell, Row, Table};
use crate::files::{finish, guard, push, writer};
use crate::typography::strip_thin_spaces;

/// How one printed column is written.
struct Layout {
    title: String,
    /// The one unit of its numbers; none when rows differ.
    unit: Option<&'static str>,
    /// A change of a count has a second column in percent.
    relative: bool,
    /// A range has a second column for its end.
    range: bool,
}

/// The table as CSV.
pub fn table_csv(table: &Table) -> Vec<u8> {
    let grouped = table.groups.iter().any(|group| !group.title.is_empty());
    let titles = unique(table.columns.iter().map(|column| plain(&column.title)).collect());
    let rows = || table.groups.iter().flat_map(|group| &group.rows);
    let layouts: Vec<Layout> = titles
        .iter()
        .skip(1)
        .enumerate()
        .map(|(rank, title)| layout(title, rows().filter_map(|row| row.cells.get(rank))))
        .collect();
    let mixed = layouts.iter().position(|layout| layout.unit.is_none());
    let mut writer = writer();
    let mut header: Vec<String> = grouped.then(|| "Groupe".to_owned()).into_iter().collect();
    header.extend(
        titles
            .first()
            .map(|title| if title.is_empty() { "Ligne".to_owned() } else { title.clone() }),
    );
    header.extend(mixed.map(|_| "Unité".to_owned()));
    for layout in &layouts {
        let said = |unit: &&str| unit.is_empty() || layout.title.contains(unit);
        let suffix = layout.unit.filter(|unit| !said(unit)).map(|unit| format!(" ({unit})"));
        let suffix = suffix.unwrap_or_default();
        if layout.range {
            header.push(format!("{}, de{suffix}", layout.title));
            header.push(format!("{}, à{suffix}", layout.title));
            continue;
        }
        header.push(format!("{}{suffix}", layout.title));
        if layout.relative {
            header.push(format!("{} (%)", layout.title));
        }
    }
    push(&mut writer, &header);
    for group in &table.groups {
        for row in &group.rows {
            let mut line: Vec<String> = grouped.then(|| guard(&plain(&group.title))).into_iter().collect();
            line.push(guard(&plain(&row.title)));
            line.extend(mixed.map(|rank| unit_of(row, rank)));
            for (layout, cell) in layouts.iter().zip(&row.cells) {
                line.push(written(cell));
                if layout.range {
                    let to = cell.number.as_ref().and_then(|number| number.to);
                    line.push(to.map(comma).unwrap_or_default());
                }
                if layout.relative {
                    let relative = cell.number.as_ref().and_then(|number| number.relative);
                    line.push(relative.map(comma).unwrap_or_default());
                }
            }
            push(&mut writer, &line);
        }
    }
    finish(writer)
}

fn layout<'a>(title: &str, cells: impl Iterator<Item = &'a Cell>) -> Layout {
    let numbers: Vec<_> = cells.filter_map(|cell| cell.number.as_ref()).collect();
    let first = numbers.first().map_or("", |number| number.unit);
    Layout {
        title: title.to_owned(),
        unit: numbers.iter().all(|number| number.unit == first).then_some(first),
        relative: numbers.iter().any(|number| number.relative.is_some()),
        range: numbers.iter().any(|number| number.to.is_some()),
    }
}

/// The unit of a row whose columns differ from row to row.
fn unit_of(row: &Row, from: usize) -> String {
    let numbers = row.cells.iter().skip(from).filter_map(|cell| cell.number.as_ref());
    numbers.map(|number| number.unit).next().unwrap_or_default().to_owned()
}

/// A title that comes twice takes the nearest title before it that comes once: `≥ 75 ans : % des renseignés`.
fn unique(titles: Vec<String>) -> Vec<String> {
    let once = |title: &String| titles.iter().filter(|other| *other == title).count() == 1;
    let mut owner = String::new();
    let mut made: Vec<String> = Vec::new();
    for title in &titles {
        let mut name = if once(title) {
            owner.clone_from(title);
            title.clone()
        } else {
            format!("{owner} : {title}")
        };
        while made.contains(&name) {
            name.push_str(" bis");
        }
        made.push(name);
    }
    made
}

/// A number with its decimal comma; any other text may not start a formula.
fn written(cell: &Cell) -> String {
    match &cell.number {
        Some(number) if cell.status.is_none() => comma(number.value),
        _ => guard(&plain(&cell.text)),
    }
}

/// Four decimals at most: enough to work with, and no binary noise.
fn comma(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".to_owned(),
        _ => text.replace('.', ","),
    }
}

fn plain(text: &str) -> String {
    strip_thin_spaces(text).replace('\u{ad}', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_come_twice_take_the_name_of_their_neighbour() {
        let titles = ["Devenir", "Passages", "%", "< 18 ans", "%"].map(str::to_owned).to_vec();
        assert_eq!(
            unique(titles),
            ["Devenir", "Passages", "Passages : %", "< 18 ans", "< 18 ans : %"]
        );
    }

    #[test]
    fn numbers_take_a_decimal_comma_and_no_noise() {
        assert_eq!([comma(0.1 + 0.2), comma(-8_894.0), comma(-0.000_001)], ["0,3", "-8894", "0"]);
    }
}
