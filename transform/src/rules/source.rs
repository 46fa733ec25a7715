//! What rules are judged on: every table of the lake, whoever declares it, and the series made of them.

use jiff::civil::Date;
use lake::table::Table;
use polars::prelude::LazyFrame;

use crate::catalogue::series::{Serie, series as declarations};
use crate::{Error, Inputs, prepare, series};

/// How the judged frame of a table is had.
pub struct Source {
    pub table: &'static str,
    /// Column that names the site.
    pub site: &'static str,
    pub day: Day,
    rows: Rows,
}

/// What the day of a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// That of what is observed: known once it is over.
    Observed,
    /// That of a delivery: what is made on the morning of a night is of that night.
    Received,
}

enum Rows {
    Records(&'static Table),
    Series(Series),
    Declared(&'static Serie),
}

type Series = fn(&Inputs, Date, Date) -> Result<LazyFrame, Error>;

/// (table, column that names the site, its day, rows)
const SERIES: &[(&str, &str, Day, Series)] = &[
    ("rpu_jour", "finess", Day::Observed, series::rpu_jour),
    ("rpu_mois", "finess", Day::Observed, series::rpu_mois),
    ("rpu_champ_mois", "finess", Day::Observed, series::rpu_champ_mois),
    ("rpu_modalite_mois", "finess", Day::Observed, series::rpu_modalite_mois),
    ("rpu_livraisons", "finess", Day::Received, series::rpu_livraisons),
    ("livraisons_jour", "finess", Day::Received, series::livraisons_jour),
    ("lits_region_jour", "finess", Day::Observed, series::lits_region_jour),
    ("lits_sae_mois", "finess", Day::Observed, series::lits_sae_mois),
    ("mmg_plages_jour", "id_mmg", Day::Observed, series::mmg_plages_jour),
    ("rpu_couverture", "finess", Day::Observed, series::rpu_couverture),
    ("samu_silences", "id_samu", Day::Observed, series::samu_silences),
    ("samu_silences_appels", "id_samu", Day::Observed, series::samu_silences_appels),
    ("mmg_repetitions", "id_mmg", Day::Observed, series::mmg_repetitions),
];

/// Every source, tables of the lake first.
pub fn sources() -> Vec<Source> {
    let records = lake::table::tables().iter().map(|table| Source {
        table: &table.nom,
        site: table.finess(),
        day: Day::Observed,
        rows: Rows::Records(table),
    });
    let series = SERIES.iter().map(|(table, site, day, frame)| Source {
        table,
        site,
        day: *day,
        rows: Rows::Series(*frame),
    });
    let declared = declarations().iter().map(|serie| Source {
        table: &serie.table,
        site: serie.cle.first().map_or("finess", String::as_str),
        day: Day::Observed,
        rows: Rows::Declared(serie),
    });
    records.chain(series).chain(declared).collect()
}

/// The rows of a table, from `from` to `to`, as its rules see them.
pub fn frame_of(table: &str, inputs: &Inputs, from: Date, to: Date) -> Option<Result<LazyFrame, Error>> {
    let source = sources().into_iter().find(|source| source.table == table)?;
    Some(source.frame(inputs, from, to))
}

impl Source {
    /// Rows from `from` to `to`, both included.
    pub fn frame(&self, inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
        match self.rows {
            Rows::Records(table) => prepare::judged(table, inputs, from, to),
            Rows::Series(frame) => frame(inputs, from, to),
            Rows::Declared(serie) => series::declared(serie, inputs, from, to),
        }
    }

    /// Whether rows come from a delivery, so that an anomaly has a place in a file.
    pub fn lists_anomalies(&self) -> bool {
        matches!(self.rows, Rows::Records(_))
    }

    /// Whether rows are judged month by month, which bounds memory. A series is compared with itself over the whole period.
    pub fn by_month(&self) -> bool {
        matches!(self.rows, Rows::Records(_))
    }
}
