//! `lits_region_jour`: units of the region received on a day, beside those that its sites usually send (BED-C23).

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use polars::prelude::*;

use super::past::{Past, back};
use super::ruptures::{Rows, cut};
use crate::catalogue::series::{Fonction, Pas};
use crate::prepare::{epoch_day, source};
use crate::{Error, Inputs};

const TABLE: &str = "lits";
/// Days before that say how many units a site sends.
const USUAL: usize = 14;
/// An hour of winter, in seconds: the day of an extraction is that of its site.
const PARIS: i64 = 3600;
const DAY: i64 = 86_400;

/// By day: units received and units expected, over the sites whose habits are known. A state that is sent again counts for the days
/// on which it is: from its own to that of its last extraction.
pub fn lits_region_jour(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let first = from.checked_sub((2 * USUAL as i64).days()).unwrap_or(from);
    let last = epoch_day(inputs.observe_au.map_or(to, |day| day.min(to)));
    let mut days: BTreeMap<i32, [f64; 2]> = BTreeMap::new();
    for (site, received) in received(inputs, first, to)? {
        for (day, counts) in of_site(&site, &received, last, inputs) {
            if day >= epoch_day(from) {
                let sums = days.entry(day).or_default();
                sums[0] += counts[0];
                sums[1] += counts[1];
            }
        }
    }
    let doing = || Error::frame("ranger les unités de chaque jour");
    let height = days.len();
    let text = |name: &str| Column::full_null(name.into(), height, &DataType::String);
    let count = |name: &str, rank: usize| Column::new(name.into(), days.values().map(|sums| sums[rank]).collect::<Vec<_>>());
    let jours: Vec<i32> = days.keys().copied().collect();
    let columns = vec![
        text("finess"),
        text("departement"),
        text("type_etablissement"),
        Column::new("jour".into(), jours).cast(&DataType::Date).map_err(doing())?,
        count("unites", 0),
        count("unites_usuelles", 1),
    ];
    Ok(DataFrame::new(height, columns).map_err(doing())?.lazy())
}

/// The units of a site on each day, and their usual number where it is known.
fn of_site(site: &str, received: &BTreeMap<i32, BTreeSet<String>>, last: i32, inputs: &Inputs) -> Vec<(i32, [f64; 2])> {
    let Some(opening) = received.keys().next().copied() else {
        return Vec::new();
    };
    let periods: Vec<i32> = (opening..=last).collect();
    let counts: Vec<f64> = periods
        .iter()
        .map(|day| received.get(day).map_or(0.0, |units| units.len() as f64))
        .collect();
    let values: Vec<Option<f64>> = counts.iter().copied().map(Some).collect();
    let whole = Rows {
        periods: &periods,
        starts: &[0, periods.len()],
    };
    let starts = cut(&whole, Pas::Jour, &inputs.ruptures, |_| Some(site));
    let past = Past {
        periods: &periods,
        starts: &starts,
        values: &values,
    };
    let usual = back(&past, Fonction::Mediane, USUAL);
    let known = periods.iter().zip(counts).zip(usual);
    known
        .filter_map(|((day, count), usual)| Some((*day, [count, usual?])))
        .collect()
}

/// Units by site and day.
fn received(inputs: &Inputs, from: Date, to: Date) -> Result<BTreeMap<String, BTreeMap<i32, BTreeSet<String>>>, Error> {
    let doing = || Error::frame("ranger les unités de chaque jour");
    let table = lake::table::table(TABLE).ok_or_else(|| Error::Request(format!("la table « {TABLE} » n'existe pas")))?;
    let seconds = |name: &str| col(name).cast(DataType::Int64).floor_div(lit(1_000_000_i64));
    let day = |seconds: Expr, name: &str| seconds.floor_div(lit(DAY)).cast(DataType::Int32).alias(name);
    let rows = source::days(table, inputs, from, to)?
        .select([
            col("finess_geo"),
            col("unite_id"),
            day(seconds("ts_etat_local"), "debut"),
            day(seconds("ts_extraction") + lit(PARIS), "fin"),
        ])
        .collect()
        .map_err(doing())?;
    let text = |name: &str| rows.column(name).and_then(|column| column.str().cloned()).map_err(doing());
    let number = |name: &str| rows.column(name).and_then(|column| column.i32().cloned()).map_err(doing());
    let (sites, units) = (text("finess_geo")?, text("unite_id")?);
    let (starts, ends) = (number("debut")?, number("fin")?);
    let mut received: BTreeMap<String, BTreeMap<i32, BTreeSet<String>>> = BTreeMap::new();
    let longest = USUAL as i32;
    for row in 0..rows.height() {
        let (Some(site), Some(unit), Some(start)) = (sites.get(row), units.get(row), starts.get(row)) else {
            continue;
        };
        // A clock that is wrong does not make a state last for ever.
        let end = ends
            .get(row)
            .unwrap_or(start)
            .clamp(start, (start + longest).min(epoch_day(to)).max(start));
        let days = match received.get_mut(site) {
            Some(days) => days,
            None => received.entry(site.to_owned()).or_default(),
        };
        for day in start..=end {
            let here = days.entry(day).or_default();
            if !here.contains(unit) {
                here.insert(unit.to_owned());
            }
        }
    }
    Ok(received)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten units for eight days, then eight of them, then nothing: the days of the silence count, and what is usual stays ten.
    #[test]
    fn a_site_that_sends_fewer_units_is_held_against_its_own_days_before() {
        let units = |count: usize| (0..count).map(|rank| format!("MED{rank:02}")).collect::<BTreeSet<_>>();
        let mut received: BTreeMap<i32, BTreeSet<String>> = (100..108).map(|day| (day, units(10))).collect();
        received.insert(108, units(8));
        let days = of_site("310783048", &received, 109, &Inputs::default());
        assert_eq!(days, [(107, [10.0, 10.0]), (108, [8.0, 10.0]), (109, [0.0, 10.0])]);
    }
}
