//! The engine on small tables: one case file per indicator with a hand-computed answer, and properties of every figure.

mod cases;
mod properties;
mod registry;
mod states;

use std::collections::BTreeMap;

use jiff::civil::Date;
use lake::figure::Figure;
use lake::finding::Finding;
use lake::month::Month;
use polars::prelude::*;

use super::plan::Declarations;
use super::request::Request;
use super::sources::{self, Owned, Sources};
use super::{Dimension, EMBEDDED, Grain, Indicator, Population};

/// Declarations of the embedded files.
pub fn embedded() -> Owned {
    #[derive(serde::Deserialize, Default)]
    #[serde(deny_unknown_fields, default)]
    struct File {
        indicateur: Vec<Indicator>,
        population: Vec<Population>,
        dimension: Vec<Dimension>,
        grain: Vec<Grain>,
    }
    let mut owned = Owned::default();
    for (name, text) in EMBEDDED {
        let file: File = toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        owned.indicators.extend(file.indicateur);
        owned.populations.extend(file.population);
        owned.dimensions.extend(file.dimension);
        owned.grains.extend(file.grain);
    }
    owned
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

/// Types of the columns of the prepared frames that indicators read.
pub fn columns(table: &str) -> Vec<(&'static str, DataType)> {
    use DataType::{Boolean, Date, Float64, Int32, String};
    let of = |names: &[&'static str], kind: DataType| names.iter().map(|name| (*name, kind.clone())).collect::<Vec<_>>();
    let mut columns = of(&["flux_id"], String);
    columns.extend(of(&["jour"], Date));
    if table == super::TABLE_LITS_JOUR {
        columns.extend(of(&["discipline"], String));
        columns.extend(of(&["renseigne", "frais"], Boolean));
        columns.extend(of(&["poids"], Float64));
        columns.extend(of(
            &[
                "n_installes",
                "ouverts",
                "capacite_exploit",
                "n_occupes",
                "libres_calcules",
                "n_disponibles",
            ],
            Int32,
        ));
        return columns;
    }
    columns.extend(of(
        &["age", "heure", "heure_sortie", "jour_semaine", "resident", "duree_min"],
        Int32,
    ));
    columns.extend(of(
        &[
            "nuit",
            "nuit_profonde",
            "soiree",
            "weekend",
            "en_pdsa",
            "pediatrie",
            "geriatrie",
            "uhcd",
            "hospitalise",
        ],
        Boolean,
    ));
    columns.extend(of(
        &[
            "classe_age",
            "age_5",
            "sexe",
            "tranche",
            "mode_entree",
            "provenance",
            "transport",
            "transport_pec",
            "gravite",
            "mode_sortie",
            "destination",
            "orient",
            "type_urgence",
            "avc",
            "dp",
            "dp_etat",
            "duree_etat",
            "duree_15min",
            "residence_departement",
        ],
        String,
    ));
    columns
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
    let cell = |row: &Row| row.get(name).cloned();
    let text = |value: toml::Value| value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string());
    let series = match kind {
        DataType::Boolean => Series::new(
            name.into(),
            rows.iter()
                .map(|row| cell(row).and_then(|value| value.as_bool()))
                .collect::<Vec<_>>(),
        ),
        DataType::String => Series::new(name.into(), rows.iter().map(|row| cell(row).map(text)).collect::<Vec<_>>()),
        DataType::Date => {
            let day = |row: &Row| crate::prepare::source::epoch_day(row[name].as_str().unwrap().parse::<Date>().unwrap());
            Series::new(name.into(), rows.iter().map(day).collect::<Vec<i32>>())
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
    pub consolidated_to: Option<Date>,
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
    let tables = BTreeMap::from([("rpu", by_month("rpu", &world.rpu)), (lits, by_month(lits, &world.lits))]);
    let frames = |table: &str, month: Month| Ok(tables[table].get(&month).map(|frame| frame.clone().lazy()));
    let sources = Sources {
        frames: &frames,
        structures: lake::reference::structures(),
        region: "76",
        declared: world.declared.clone(),
        findings: &world.findings,
        consolidated_to: world.consolidated_to,
        has_month: &|month| tables["rpu"].contains_key(&month),
    };
    sources::compute(declared, request, &sources).unwrap()
}
