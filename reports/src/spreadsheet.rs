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
    /// At least one cell is a number, and no cell without a status is words.
    numeric: bool,
}

/// Title of the first column of a table whose rows stand under headings.
pub const GROUP: &str = "Groupe";

/// A column of the file: its title, and whether it holds numbers (or what stands for one).
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub title: String,
    pub numeric: bool,
}

/// What stands in one place of the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Words, or what stands for a number: `s`, `nd`.
    Words(&'a str),
    /// Not rounded, with its unit.
    Number(f64, &'static str),
}

/// How a table is written.
struct Plan {
    grouped: bool,
    layouts: Vec<Layout>,
    /// Rank of the first column whose rows differ in unit.
    mixed: Option<usize>,
    fields: Vec<Field>,
}

impl Plan {
    fn of(table: &Table) -> Plan {
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
        let words = |title: String| Field { title, numeric: false };
        let first = titles.first().filter(|title| !title.is_empty()).cloned();
        let mut fields: Vec<Field> = grouped.then(|| words(GROUP.to_owned())).into_iter().collect();
        fields.push(words(first.unwrap_or_else(|| "Ligne".to_owned())));
        fields.extend(mixed.map(|_| words("Unité".to_owned())));
        fields.extend(layouts.iter().flat_map(Layout::fields));
        Plan {
            grouped,
            layouts,
            mixed,
            fields,
        }
    }

    fn line<'a>(&self, group: &'a str, row: &'a Row) -> Vec<Value<'a>> {
        let mut line: Vec<Value<'a>> = self.grouped.then_some(Value::Words(group)).into_iter().collect();
        line.push(Value::Words(&row.title));
        line.extend(self.mixed.map(|rank| Value::Words(unit_of(row, rank))));
        for (layout, cell) in self.layouts.iter().zip(&row.cells) {
            let number = cell.number.as_ref().filter(|_| cell.status.is_none());
            line.push(number.map_or(Value::Words(&cell.text), |number| Value::Number(number.value, number.unit)));
            let beside = |value: Option<f64>, unit| value.map_or(Value::Words(""), |value| Value::Number(value, unit));
            if layout.range {
                line.push(beside(
                    number.and_then(|number| number.to),
                    number.map_or("", |number| number.unit),
                ));
            }
            if layout.relative {
                line.push(beside(number.and_then(|number| number.relative), "%"));
            }
        }
        line
    }
}

impl Layout {
    /// One column, or two: the ends of a range, a change and the same in percent.
    fn fields(&self) -> Vec<Field> {
        let said = |unit: &&str| unit.is_empty() || self.title.contains(unit);
        let suffix = self.unit.filter(|unit| !said(unit)).map(|unit| format!(" ({unit})"));
        let suffix = suffix.unwrap_or_default();
        let field = |title: String| Field {
            title,
            numeric: self.numeric,
        };
        if self.range {
            return ["de", "à"]
                .map(|end| field(format!("{}, {end}{suffix}", self.title)))
                .to_vec();
        }
        let mut fields = vec![field(format!("{}{suffix}", self.title))];
        if self.relative {
            fields.push(field(format!("{} (%)", self.title)));
        }
        fields
    }
}

/// Columns of the table as a file.
pub fn fields(table: &Table) -> Vec<Field> {
    Plan::of(table).fields
}

/// The table as a file: its columns, and its rows in order.
pub fn grid(table: &Table) -> (Vec<Field>, Vec<Vec<Value<'_>>>) {
    let plan = Plan::of(table);
    let groups = table.groups.iter();
    let lines = groups.flat_map(|group| group.rows.iter().map(|row| plan.line(&group.title, row)));
    let lines = lines.collect();
    (plan.fields, lines)
}

/// The table as CSV.
pub fn table_csv(table: &Table) -> Vec<u8> {
    let (fields, lines) = grid(table);
    let mut writer = writer();
    push(&mut writer, &fields.into_iter().map(|field| field.title).collect::<Vec<_>>());
    for line in lines {
        let line = line.into_iter().map(|value| match value {
            Value::Words(text) => guard(&plain(text)),
            Value::Number(value, _) => comma(value),
        });
        push(&mut writer, &line.collect::<Vec<_>>());
    }
    finish(writer)
}

fn layout<'a>(title: &str, cells: impl Iterator<Item = &'a Cell>) -> Layout {
    let cells: Vec<&Cell> = cells.collect();
    let numbers: Vec<_> = cells.iter().filter_map(|cell| cell.number.as_ref()).collect();
    let words = |cell: &&Cell| cell.number.is_none() && cell.status.is_none() && !cell.text.is_empty();
    let first = numbers.first().map_or("", |number| number.unit);
    Layout {
        title: title.to_owned(),
        unit: numbers.iter().all(|number| number.unit == first).then_some(first),
        relative: numbers.iter().any(|number| number.relative.is_some()),
        range: numbers.iter().any(|number| number.to.is_some()),
        numeric: !numbers.is_empty() && !cells.iter().any(words),
    }
}

/// The unit of a row whose columns differ from row to row.
fn unit_of(row: &Row, from: usize) -> &'static str {
    let numbers = row.cells.iter().skip(from).filter_map(|cell| cell.number.as_ref());
    numbers.map(|number| number.unit).next().unwrap_or_default()
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

/// Four decimals at most: enough to work with, and no binary noise.
fn comma(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".to_owned(),
        _ => text.replace('.', ","),
    }
}

/// A text as a file writes it: without the thin spaces and soft hyphens of print.
pub fn plain(text: &str) -> String {
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
