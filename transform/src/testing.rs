//! Small tables for tests: cells written as text, companions filled as ingest would.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::{Date, DateTime};
use lake::table::ColumnType;
use polars::prelude::*;
use polars_io::parquet::write::ParquetWriter;

use crate::catalogue::columns::{self, KnownTable};

pub type Row = BTreeMap<String, String>;

/// A row from `column=value` words.
pub fn row(text: &str) -> Row {
    let cells = text.split(';').map(str::trim).filter(|cell| !cell.is_empty());
    cells
        .map(|cell| cell.split_once('=').unwrap_or_else(|| panic!("{cell}: column=value")))
        .map(|(column, value)| (column.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// A frame with these columns of a table; a cell that is absent or empty is null, a companion that is absent follows from its
/// column.
pub fn frame(table: &KnownTable, names: &[&str], rows: &[Row]) -> DataFrame {
    let columns = names.iter().map(|name| {
        let known = table
            .column(name)
            .unwrap_or_else(|| panic!("{}: no column {name}", table.nom));
        let cells: Vec<Option<String>> = rows.iter().map(|row| cell(known.kind, name, row)).collect();
        series(name, known.kind, &cells).into()
    });
    DataFrame::new(rows.len(), columns.collect()).unwrap()
}

fn cell(kind: ColumnType, name: &str, row: &Row) -> Option<String> {
    let written = row.get(name).filter(|value| !value.is_empty()).cloned();
    if kind != ColumnType::Etat || written.is_some() {
        return written;
    }
    let source = name.strip_suffix("_etat").unwrap_or(name);
    let filled = row.get(source).is_some_and(|value| !value.is_empty());
    Some(if filled { "conforme" } else { "manquant" }.to_owned())
}

fn series(name: &str, kind: ColumnType, cells: &[Option<String>]) -> Series {
    fn parsed<T>(cells: &[Option<String>], parse: impl Fn(&str) -> T) -> Vec<Option<T>> {
        cells.iter().map(|cell| cell.as_deref().map(&parse)).collect()
    }
    let name: PlSmallStr = name.into();
    let micros = |text: &str| {
        let time: DateTime = text.parse().unwrap_or_else(|_| panic!("{text}: AAAA-MM-JJ HH:MM"));
        (time - DateTime::constant(1970, 1, 1, 0, 0, 0, 0))
            .total((jiff::Unit::Microsecond, jiff::SpanRelativeTo::days_are_24_hours()))
            .unwrap() as i64
    };
    let plain = match kind {
        ColumnType::Text | ColumnType::Etat => Series::new(name, cells),
        ColumnType::Int16 => Series::new(name, parsed(cells, |text| text.parse::<i16>().unwrap())),
        ColumnType::Int32 => Series::new(name, parsed(cells, |text| text.parse::<i32>().unwrap())),
        ColumnType::Bool => Series::new(name, parsed(cells, |text| text.parse::<bool>().unwrap())),
        ColumnType::Decimal => Series::new(name, parsed(cells, |text| text.parse::<f64>().unwrap())),
        ColumnType::Date => Series::new(
            name,
            parsed(cells, |text| crate::prepare::epoch_day(text.parse::<Date>().unwrap())),
        ),
        ColumnType::Civil | ColumnType::Instant => Series::new(name, parsed(cells, micros)),
        ColumnType::List => Series::new(name, vec![None::<i32>; cells.len()]),
    };
    plain.cast(&crate::prepare::polars_type(kind)).unwrap()
}

/// Writes a view file of a record table: every column of the view, these rows.
pub fn write_view(path: &Path, table: &str, rows: &[Row]) {
    let known = columns::table(table).unwrap();
    let names: Vec<&str> = known
        .columns
        .iter()
        .filter(|column| !column.derived)
        .map(|column| column.nom.as_str())
        .collect();
    let mut frame = frame(known, &names, rows);
    // Columns that no expression can name.
    let declared = lake::table::table(table).map(crate::prepare::view_fields).unwrap_or_default();
    for (name, kind, _) in declared.iter().filter(|(name, ..)| !names.contains(&name.as_str())) {
        let cells: Vec<Option<String>> = rows.iter().map(|row| cell(*kind, name, row)).collect();
        frame.with_column(series(name, *kind, &cells).into()).unwrap();
    }
    let numbers: Vec<u32> = (1..=rows.len() as u32).collect();
    for (name, kind) in [
        ("cle", DataType::UInt64),
        ("empreinte", DataType::UInt64),
        ("rang", DataType::UInt32),
        ("ligne", DataType::UInt32),
    ] {
        let column = Series::new(name.into(), &numbers).cast(&kind).unwrap();
        frame.with_column(column.into()).unwrap();
    }
    ParquetWriter::new(std::fs::File::create(path).unwrap())
        .finish(&mut frame)
        .unwrap();
}
