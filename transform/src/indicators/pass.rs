//! One pass over the records, month by month: every counter of the plan, summed by structure, population, day and category.
//! Only the columns that the plan names are read, and one month is in memory at a time.

use std::collections::{BTreeMap, BTreeSet};

use lake::month::Month;
use polars::prelude::*;

use super::areas::Keys;
use super::count::{self, Grouped};
use super::declaration::Population;
use super::group::{self, Rows};
use super::histogram::SCALE;
use super::plan::{Atom, Cube, Plan};
use super::request::Request;
use super::tally::{Cell, CubeTally, Presence};
use crate::Error;

/// Gives the records of a table whose `jour` lies in the month, with `flux_id` and every derived column; nothing when the lake
/// holds no file of that month.
pub type Frames<'a> = dyn Fn(&str, Month) -> Result<Option<LazyFrame>, Error> + 'a;

/// Totals of a whole computation.
#[derive(Debug, Default)]
pub struct Totals {
    pub cubes: Vec<CubeTally>,
    pub presence: BTreeMap<String, Presence>,
    pub keys: Keys,
}

/// Reads every month of the request, once per table.
pub fn run(plan: &Plan, populations: &[Population], request: &Request, frames: &Frames<'_>, keys: Keys) -> Result<Totals, Error> {
    let mut totals = Totals {
        cubes: plan.cubes.iter().map(|cube| CubeTally::new(cube.atoms.len())).collect(),
        presence: BTreeMap::new(),
        keys,
    };
    let tables: BTreeSet<&str> = plan.cubes.iter().map(|cube| cube.key.table.as_str()).collect();
    for table in tables {
        for month in request.months() {
            let cubes: Vec<usize> = (0..plan.cubes.len())
                .filter(|number| plan.cubes[*number].key.table == table && touches(&plan.cubes[*number], request, month))
                .collect();
            if cubes.is_empty() {
                continue;
            }
            if let Some(frame) = frames(table, month)? {
                let month = MonthPass {
                    plan,
                    populations,
                    request,
                    table,
                    month,
                };
                month.run(frame, &cubes, &mut totals)?;
            }
        }
    }
    Ok(totals)
}

fn touches(cube: &Cube, request: &Request, month: Month) -> bool {
    cube.periods.iter().any(|index| {
        let period = &request.periods[*index];
        period.from <= month.last_day() && month.first_day() <= period.to
    })
}

struct MonthPass<'a> {
    plan: &'a Plan,
    populations: &'a [Population],
    request: &'a Request,
    table: &'a str,
    month: Month,
}

impl MonthPass<'_> {
    fn run(&self, frame: LazyFrame, cubes: &[usize], totals: &mut Totals) -> Result<(), Error> {
        let doing = || format!("compter les indicateurs de {} ({})", self.table, self.month);
        let cubes: Vec<(usize, &Cube)> = cubes.iter().map(|number| (*number, &self.plan.cubes[*number])).collect();
        let mut columns = Columns::new(&cubes)?;
        columns.expressions.push(self.membership(&cubes)?);
        let mut selected = frame
            .select(columns.expressions.clone())
            .collect()
            .map_err(Error::frame(doing()))?;
        selected.rechunk_mut();
        let rows = Rows::read(&selected, &mut totals.keys).map_err(Error::frame(doing()))?;
        let presence = totals.presence.entry(self.table.to_owned()).or_default();
        rows.count_days(|key, day, records| presence.saw(key, day, records));
        let grouped = count::grouped(&selected, &rows, &columns, &cubes).map_err(Error::frame(doing()))?;
        for ((number, cube), grouped) in cubes.into_iter().zip(grouped) {
            self.add(cube, grouped, &mut totals.cubes[number]);
        }
        Ok(())
    }

    /// One bit per population that these cubes count: a record belongs to several.
    fn membership(&self, cubes: &[(usize, &Cube)]) -> Result<Expr, Error> {
        let wanted: BTreeSet<usize> = cubes.iter().flat_map(|(_, cube)| &cube.populations).copied().collect();
        let mut mask = lit(0u64);
        for bit in wanted {
            let member = sql(&self.populations[bit].expression)?;
            mask = mask + when(member).then(lit(1u64 << bit)).otherwise(lit(0u64));
        }
        Ok(mask.cast(DataType::UInt64).alias(group::MASK))
    }

    /// Adds what a month counted to every period it belongs to.
    fn add(&self, cube: &Cube, grouped: Grouped, tally: &mut CubeTally) {
        for (slot, place) in grouped.slots.iter().enumerate() {
            let category = tally.categories.number(place.category.clone());
            let day = place.day.unwrap_or(self.month.first_day());
            for period in cube
                .periods
                .iter()
                .filter(|index| self.request.periods[**index].contains(day))
            {
                let cell = Cell {
                    period: *period as u16,
                    key: place.key,
                    population: place.population,
                    category,
                };
                match &grouped.histograms {
                    Some(histograms) => tally.add_histogram(cell, &histograms[slot]),
                    None => tally.add(cell, grouped.counters.iter().map(|counter| counter[slot])),
                }
            }
        }
    }
}

/// Columns made from expressions, each computed once, by name.
#[derive(Default)]
pub struct Columns {
    names: BTreeMap<Wanted, String>,
    expressions: Vec<Expr>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// A predicate, or a value in millionths.
    Counter(Atom),
    /// A grouping expression, whatever it is done with an empty one.
    Value(String),
}

impl Columns {
    fn new(cubes: &[(usize, &Cube)]) -> Result<Columns, Error> {
        let mut columns = Columns {
            names: BTreeMap::new(),
            expressions: vec![col("flux_id").alias(group::KEY), col("jour").alias(group::DAY)],
        };
        for (_, cube) in cubes {
            for grouping in &cube.key.groupings {
                columns.want(Wanted::Value(grouping.expression.clone()))?;
            }
            if let Some(aire) = &cube.key.aire {
                columns.want(Wanted::Value(aire.clone()))?;
            }
            for atom in cube.key.measure.iter().chain(&cube.atoms) {
                if !atom.is_every_record() {
                    columns.want(Wanted::Counter(atom.clone()))?;
                }
            }
        }
        Ok(columns)
    }

    fn want(&mut self, wanted: Wanted) -> Result<(), Error> {
        if self.names.contains_key(&wanted) {
            return Ok(());
        }
        let name = format!("__{}", self.names.len());
        let expression = match &wanted {
            // No null left: a record of which the predicate is unknown is not counted.
            Wanted::Counter(Atom { valeur: None, filtre }) => sql(filtre)?.fill_null(lit(false)),
            Wanted::Counter(atom) => millionths(atom)?,
            Wanted::Value(text) => sql(text)?,
        };
        self.expressions.push(expression.alias(name.as_str()));
        self.names.insert(wanted, name);
        Ok(())
    }

    pub fn name(&self, wanted: &Wanted) -> &str {
        &self.names[wanted]
    }
}

/// The value in millionths where the filter holds, nothing elsewhere.
fn millionths(atom: &Atom) -> Result<Expr, Error> {
    let value = sql(atom.valeur.as_deref().unwrap_or("1"))?.cast(DataType::Float64) * lit(SCALE);
    Ok(when(sql(&atom.filtre)?)
        .then(value.round(0, RoundMode::HalfAwayFromZero))
        .otherwise(lit(NULL))
        .cast(DataType::Int64))
}

/// Parses an expression of a declaration. It cannot read what it is not given: no table, no subquery.
pub fn sql(text: &str) -> Result<Expr, Error> {
    polars::sql::sql_expr(text).map_err(Error::frame(format!("lire l'expression « {text} »")))
}

/// Counts the records of one month by structure and day, and nothing else: the history of a trend.
pub fn history(frame: LazyFrame, keys: &mut Keys, presence: &mut Presence) -> Result<(), Error> {
    let doing = || "compter les passages d'un mois";
    let read = frame.select([
        col("flux_id").alias(group::KEY),
        col("jour").alias(group::DAY),
        lit(1u64).cast(DataType::UInt64).alias(group::MASK),
    ]);
    let read = read.collect().map_err(Error::frame(doing()))?;
    let rows = Rows::read(&read, keys).map_err(Error::frame(doing()))?;
    rows.count_days(|key, day, records| presence.saw(key, day, records));
    Ok(())
}
