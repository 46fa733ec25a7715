//! The engine on small tables: one case file per indicator with a hand-computed answer, and properties of every figure.

mod cases;
mod errors;
mod properties;
mod registry;
mod running;
mod states;
mod view;

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use lake::figure::Figure;
use lake::finding::Finding;
use lake::month::Month;
use lake::table::ColumnType;
use polars::prelude::*;

use super::declared::{Declarations, Owned};
use super::request::Request;
use super::sources::{self, Sources};
use crate::catalogue::columns as known_columns;

/// Declarations of the embedded files.
pub fn embedded() -> Owned {
    Owned::of(&crate::Catalogue::load(&[]).unwrap())
}

impl Owned {
    /// Only these indicators, and those they depend on.
    pub fn only(mut self, ids: &[&str]) -> Owned {
        let mut wanted: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        for indicator in self.indicators.iter().rev() {
            if wanted.contains(&indicator.id) {
                wanted.extend(indicator.depends_on().iter().cloned());
            }
        }
        self.indicators.retain(|indicator| wanted.contains(&indicator.id));
        self
    }
}

/// A record of a case: columns given, the others take their default.
pub type Row = BTreeMap<String, toml::Value>;

/// Types of the columns of a frame; lists are left out.
pub fn columns(table: &str) -> Vec<(&'static str, DataType)> {
    let judged = table == super::plan::JUDGED;
    let known = known_columns::table(if judged { "rpu" } else { table }).unwrap();
    let usable = known.columns.iter().filter(|column| !(judged && column.after_rules));
    usable
        .filter(|column| column.kind != ColumnType::List)
        .map(|column| (column.nom.as_str(), crate::prepare::polars_type(column.kind)))
        .collect()
}

/// A frame of the prepared columns of these rows.
pub fn frame(table: &str, rows: &[Row]) -> DataFrame {
    let made = columns(table)
        .into_iter()
        .map(|(name, kind)| column(name, &kind, rows))
        .collect::<Vec<Column>>();
    DataFrame::new(rows.len(), made).unwrap()
}

fn column(name: &str, kind: &DataType, rows: &[Row]) -> Column {
    // A companion that a case does not give follows from its column, as after reading.
    let companion = name.strip_suffix("_etat").filter(|of| *of != "duree");
    let cell = |row: &Row| {
        let state = |of: &str| if row.contains_key(of) { "conforme" } else { "manquant" };
        row.get(name).cloned().or_else(|| companion.map(|of| state(of).into()))
    };
    let text = |value: toml::Value| value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string());
    let series = match kind {
        DataType::Boolean => Series::new(
            name.into(),
            rows.iter()
                .map(|row| cell(row).and_then(|value| value.as_bool()))
                .collect::<Vec<_>>(),
        ),
        DataType::String => Series::new(name.into(), rows.iter().map(|row| cell(row).map(text)).collect::<Vec<_>>()),
        DataType::Date if name == "jour" => {
            let day = |row: &Row| crate::prepare::epoch_day(row[name].as_str().unwrap().parse::<Date>().unwrap());
            Series::new(name.into(), rows.iter().map(day).collect::<Vec<i32>>())
        }
        DataType::Datetime(..) if name == "entree" => {
            let day = |row: &Row| crate::prepare::epoch_day(row["jour"].as_str().unwrap().parse::<Date>().unwrap());
            let noon = |row: &Row| (i64::from(day(row)) * 24 + 12) * 3_600_000_000;
            Series::new(name.into(), rows.iter().map(noon).collect::<Vec<i64>>())
        }
        DataType::Float64 => Series::new(
            name.into(),
            rows.iter()
                .map(|row| cell(row).and_then(|value| value.as_float()))
                .collect::<Vec<_>>(),
        ),
        _ => Series::new(
            name.into(),
            rows.iter()
                .map(|row| cell(row).and_then(|value| value.as_integer()))
                .collect::<Vec<_>>(),
        ),
    };
    series.cast(kind).unwrap().into()
}

/// What surrounds the records of a case.
#[derive(Default)]
pub struct World {
    pub rpu: Vec<Row>,
    pub lits: Vec<Row>,
    pub declared: Vec<(String, Month, f64)>,
    pub findings: Vec<Finding>,
    pub pdsa: super::pdsa::Pdsa,
    pub daily: crate::made::daily::Daily,
    pub seuils: Vec<super::Seuils>,
    pub capacites: Vec<crate::sites::Capacite>,
    pub ruptures: Vec<crate::sites::Rupture>,
    /// Records of any other table.
    pub others: BTreeMap<String, Vec<Row>>,
    pub consolidated_to: Option<Date>,
    /// The only structures of the region, « finess/ordre »; empty: all of them.
    pub structures: Vec<String>,
}

/// Figures of some indicators in a small world, in the demonstration region.
pub fn figures(declared: Declarations<'_>, request: &Request, world: &World) -> Vec<Figure> {
    let by_month = |table: &str, rows: &[Row]| -> BTreeMap<Month, DataFrame> {
        let mut months: BTreeMap<Month, Vec<Row>> = BTreeMap::new();
        for row in rows {
            let day: Date = row["jour"].as_str().unwrap().parse().unwrap();
            months.entry(Month::of(day)).or_default().push(row.clone());
        }
        months.into_iter().map(|(month, rows)| (month, frame(table, &rows))).collect()
    };
    let lits = super::TABLE_LITS_JOUR;
    let judged = super::plan::JUDGED;
    let tables = BTreeMap::from([
        ("rpu", by_month("rpu", &world.rpu)),
        (judged, by_month(judged, &world.rpu)),
        (sources::HISTORY, by_month("rpu", &world.rpu)),
        (lits, by_month(lits, &world.lits)),
    ]);
    let others: BTreeMap<&str, _> = world
        .others
        .iter()
        .map(|(name, rows)| (name.as_str(), by_month(name, rows)))
        .collect();
    let frames = |table: &str, month: Month| {
        let months = others.get(table).or_else(|| tables.get(table));
        Ok(months.and_then(|months| months.get(&month)).map(|frame| frame.clone().lazy()))
    };
    let is_kept = |flux: String| world.structures.is_empty() || world.structures.contains(&flux);
    let structures = lake::reference::structures().iter();
    let structures: Vec<_> = structures.filter(|structure| is_kept(structure.flux())).cloned().collect();
    let sources = Sources {
        frames: &frames,
        structures: &structures,
        places: BTreeMap::new(),
        region: "76",
        pdsa: world.pdsa.clone(),
        daily: world.daily.clone(),
        seuils: world.seuils.clone(),
        capacites: world.capacites.clone(),
        ruptures: world.ruptures.clone(),
        declared: world.declared.clone(),
        findings: &world.findings,
        observed_to: world.consolidated_to.and_then(|day| day.checked_add(6.days()).ok()),
        consolidated_to: world.consolidated_to,
        has_month: &|month| tables["rpu"].contains_key(&month),
    };
    sources::compute(declared, request, &sources).unwrap()
}
