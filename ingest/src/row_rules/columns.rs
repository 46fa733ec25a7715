//! The columns that rules name, over the rows of a batch: those of the record, and the few that follow from one passage alone. What
//! needs other records, another table or a classification is the lake's.

use std::cell::LazyCell;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int16Array, Int32Array, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, TimeUnit};
use arrow::record_batch::RecordBatch;
use jiff::civil::{DateTime, Weekday};
use lake::table::{ColumnType, Table};

use super::expr::{Kind, Row, Value};
use super::time::{DAY, MICROSECONDS, civil, microseconds};
use super::values::{Cell, Values};

/// What derived columns are made from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Passage {
    pub entree: Option<i64>,
    pub sortie: Option<i64>,
    /// When the delivery was produced.
    pub extract: Option<i64>,
}

type Made = fn(&Passage) -> Value<'static>;

/// Derived columns of `rpu` that are made from instants, as `transform/columns/rpu.toml` says them.
const DERIVED: [(&str, Kind, Made); 4] = [
    ("duree_brute_min", Kind::Number, |passage| {
        minutes(passage.entree, passage.sortie)
    }),
    ("recul_min", Kind::Number, |passage| minutes(passage.entree, passage.extract)),
    // A begun minute counts.
    ("sortie_future_min", Kind::Number, |passage| {
        match minutes(passage.sortie, passage.extract) {
            Value::Number(ahead) => Value::Number(0.0 - ahead),
            none => none,
        }
    }),
    ("heure_changee", Kind::Bool, |passage| {
        Value::Bool([passage.entree, passage.sortie].into_iter().flatten().any(is_clock_change))
    }),
];

/// A column of a table that one file is enough to fill.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    Stored(usize),
    Derived(Made),
}

/// Where a column comes from, and its kind; none when ingest cannot have it.
pub fn source(table: &Table, name: &str) -> Option<(Source, Kind)> {
    let derived = DERIVED.iter().find(|(known, ..)| *known == name && table.nom == "rpu");
    if let Some((_, kind, made)) = derived {
        return Some((Source::Derived(*made), *kind));
    }
    let fields = table.content_fields();
    let place = fields.iter().position(|field| field.name() == name)?;
    let kind = kind_of(table.column(name).map_or(ColumnType::Etat, |column| column.kind))?;
    Some((Source::Stored(place), kind))
}

/// What the values of a column are for an expression; lists are none.
pub fn kind_of(column: ColumnType) -> Option<Kind> {
    Some(match column {
        ColumnType::Text | ColumnType::Etat => Kind::Text,
        ColumnType::Int16 | ColumnType::Int32 | ColumnType::Decimal => Kind::Number,
        ColumnType::Bool => Kind::Bool,
        ColumnType::Date | ColumnType::Civil | ColumnType::Instant => Kind::Time,
        ColumnType::List => return None,
    })
}

/// The rows of a batch, by the columns that the rules name.
pub struct Rows<'b> {
    columns: Vec<Cells<'b>>,
}

enum Cells<'b> {
    Text(&'b StringArray),
    Bool(&'b BooleanArray),
    Int16(&'b Int16Array),
    Int32(&'b Int32Array),
    Float(&'b Float64Array),
    Date(&'b Date32Array),
    Time(&'b TimestampMicrosecondArray),
    Made(Vec<Value<'static>>),
    None,
}

impl<'b> Rows<'b> {
    pub fn new(batch: &'b RecordBatch, sources: &[Source], extract: Option<DateTime>) -> Rows<'b> {
        // Tables without derived columns need none.
        let passages = LazyCell::new(|| passages(batch, extract));
        let columns = sources.iter().map(|source| match source {
            Source::Stored(place) => cells(batch.column(*place)),
            Source::Derived(made) => Cells::Made(passages.iter().map(made).collect()),
        });
        Rows {
            columns: columns.collect(),
        }
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The values of a column, where rows share them: codes, truths, ages and counts. None of instants and measures.
    pub fn values(&self, column: usize) -> Option<Values> {
        let number = |value: i16| Cell::Number(value as u64);
        Some(match &self.columns[column] {
            Cells::Text(cells) => Values::of(cells.iter().map(|cell| cell.map(Cell::of_text))),
            Cells::Bool(cells) => Values::of(cells.iter().map(|cell| cell.map(|truth| Cell::Number(u64::from(truth))))),
            Cells::Int16(cells) => Values::of(cells.iter().map(|cell| cell.map(number))),
            _ => return None,
        })
    }

    pub fn at(&self, row: usize) -> At<'_, 'b> {
        At { rows: self, row }
    }
}

/// One row of a batch.
pub struct At<'r, 'b> {
    rows: &'r Rows<'b>,
    row: usize,
}

impl<'r> Row<'r> for At<'r, '_> {
    fn value(&self, column: usize) -> Value<'r> {
        let row = self.row;
        let of = |there: bool, value: Value<'r>| if there { value } else { Value::Null };
        match &self.rows.columns[column] {
            Cells::Text(cells) => of(cells.is_valid(row), Value::Text(cells.value(row))),
            Cells::Bool(cells) => of(cells.is_valid(row), Value::Bool(cells.value(row))),
            Cells::Int16(cells) => of(cells.is_valid(row), Value::Number(f64::from(cells.value(row)))),
            Cells::Int32(cells) => of(cells.is_valid(row), Value::Number(f64::from(cells.value(row)))),
            Cells::Float(cells) => of(cells.is_valid(row), Value::Number(cells.value(row))),
            Cells::Date(cells) => of(cells.is_valid(row), Value::Time(i64::from(cells.value(row)) * DAY)),
            Cells::Time(cells) => of(cells.is_valid(row), Value::Time(cells.value(row))),
            Cells::Made(values) => values[row],
            Cells::None => Value::Null,
        }
    }
}

fn cells(array: &ArrayRef) -> Cells<'_> {
    match array.data_type() {
        DataType::Utf8 => Cells::Text(array.as_string()),
        DataType::Boolean => Cells::Bool(array.as_boolean()),
        DataType::Int16 => Cells::Int16(array.as_primitive()),
        DataType::Int32 => Cells::Int32(array.as_primitive()),
        DataType::Float64 => Cells::Float(array.as_primitive()),
        DataType::Date32 => Cells::Date(array.as_primitive()),
        DataType::Timestamp(TimeUnit::Microsecond, _) => Cells::Time(array.as_primitive()),
        _ => Cells::None,
    }
}

/// What derived columns are made from, row by row.
fn passages(batch: &RecordBatch, extract: Option<DateTime>) -> Vec<Passage> {
    let times = |name: &str| -> Vec<Option<i64>> {
        let cells = batch.column_by_name(name).and_then(|column| column.as_primitive_opt());
        cells.map_or_else(
            || vec![None; batch.num_rows()],
            |cells: &TimestampMicrosecondArray| cells.iter().collect(),
        )
    };
    let extract = extract.and_then(microseconds);
    let both = times("entree").into_iter().zip(times("sortie"));
    both.map(|(entree, sortie)| Passage { entree, sortie, extract }).collect()
}

/// Whole minutes, rounded down: 30 seconds before is minus one minute.
fn minutes(from: Option<i64>, to: Option<i64>) -> Value<'static> {
    match (from, to) {
        (Some(from), Some(to)) => Value::Number((to - from).div_euclid(60 * MICROSECONDS) as f64),
        _ => Value::Null,
    }
}

/// Between 02:00 and 02:59 of the last Sunday of March or October.
fn is_clock_change(at: i64) -> bool {
    if at.rem_euclid(DAY) / (3_600 * MICROSECONDS) != 2 {
        return false;
    }
    let Some(day) = civil(at).map(|at| at.date()) else {
        return false;
    };
    [3, 10].contains(&day.month()) && day.weekday() == Weekday::Sunday && day.day() + 7 > day.days_in_month()
}
