//! One pass over the records, month by month: every counter of the plan, summed by structure, population, day and category.
//! Only the columns that the plan names are read, and one month is in memory at a time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use lake::month::Month;
use polars::prelude::*;

use super::areas::{Key, Keys};
use super::declaration::Population;
use super::histogram::{Histogram, SCALE};
use super::plan::{Atom, Cube, Grouping, Plan};
use super::request::Request;
use super::tally::{Cell, CubeTally, Presence};
use crate::Error;

/// Category of a record whose dimension is empty, where that is a category.
pub const MANQUANT: &str = "manquant";

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
    let mut tables: Vec<&str> = plan.cubes.iter().map(|cube| cube.key.table.as_str()).collect();
    tables.sort_unstable();
    tables.dedup();
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

/// Names of the columns made from expressions, each computed once.
#[derive(Default)]
struct Columns {
    names: BTreeMap<Wanted, String>,
    expressions: Vec<Expr>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    Counter(Atom),
    Measure(Atom),
    Grouping(Grouping),
    Area(String),
}

impl MonthPass<'_> {
    fn run(&self, frame: LazyFrame, cubes: &[usize], totals: &mut Totals) -> Result<(), Error> {
        let doing = || format!("compter les indicateurs de {} ({})", self.table, self.month);
        let mut columns = Columns::default();
        for number in cubes {
            let cube = &self.plan.cubes[*number];
            for grouping in &cube.key.groupings {
                columns.want(Wanted::Grouping(grouping.clone()))?;
            }
            if let Some(aire) = &cube.key.aire {
                columns.want(Wanted::Area(aire.clone()))?;
            }
            match &cube.key.measure {
                Some(measure) => columns.want(Wanted::Measure(measure.clone()))?,
                None => {
                    for atom in &cube.atoms {
                        columns.want(Wanted::Counter(atom.clone()))?;
                    }
                }
            };
        }
        columns
            .expressions
            .extend([col("flux_id").alias(KEY), col("jour").alias(DAY), self.membership(cubes)?]);
        let selected = frame
            .select(columns.expressions.clone())
            .collect()
            .map_err(Error::frame(doing()))?;
        self.presence(&selected, totals).map_err(Error::frame(doing()))?;
        for number in cubes {
            self.cube(*number, &selected, &columns, totals)
                .map_err(Error::frame(doing()))?;
        }
        Ok(())
    }

    /// One bit per population that these cubes count: a record belongs to several.
    fn membership(&self, cubes: &[usize]) -> Result<Expr, Error> {
        let mut mask = lit(0u32);
        let wanted: BTreeSet<usize> = cubes
            .iter()
            .flat_map(|number| &self.plan.cubes[*number].populations)
            .copied()
            .collect();
        for bit in wanted {
            let member = sql(&self.populations[bit].expression)?;
            mask = mask + when(member).then(lit(1u32 << bit)).otherwise(lit(0u32));
        }
        Ok(mask.cast(DataType::UInt32).alias(MASK))
    }

    fn presence(&self, selected: &DataFrame, totals: &mut Totals) -> PolarsResult<()> {
        let presence = totals.presence.entry(self.table.to_owned()).or_default();
        count_days(selected, &mut totals.keys, presence)
    }

    fn cube(&self, number: usize, selected: &DataFrame, columns: &Columns, totals: &mut Totals) -> PolarsResult<()> {
        let cube = &self.plan.cubes[number];
        let mut by = vec![col(KEY), col(MASK)];
        if cube.key.daily {
            by.push(col(DAY));
        }
        let categories = columns.categories(cube);
        by.extend(categories.iter().map(|name| col(name.as_str())));
        let lazy = selected.clone().lazy();
        let grouped = match &cube.key.measure {
            Some(measure) => {
                let name = &columns.names[&Wanted::Measure(measure.clone())];
                by.push(col(name.as_str()));
                lazy.filter(col(name.as_str()).is_not_null())
                    .group_by(by)
                    .agg([len().cast(DataType::Int64).alias(COUNT)])
            }
            None => lazy.group_by(by).agg(
                columns
                    .counters(cube)
                    .map(|name| col(name).sum().cast(DataType::Int64))
                    .collect::<Vec<_>>(),
            ),
        };
        let grouped = grouped.collect()?;
        self.spread(number, &grouped, columns, &categories, totals)
    }

    /// Adds the rows of a grouped frame to the cells of every period and population they belong to.
    fn spread(
        &self,
        number: usize,
        grouped: &DataFrame,
        columns: &Columns,
        categories: &[String],
        totals: &mut Totals,
    ) -> PolarsResult<()> {
        let cube = &self.plan.cubes[number];
        let keys = grouped.column(KEY)?.str()?;
        let masks = grouped.column(MASK)?.u32()?;
        let days = cube.key.daily.then(|| days(grouped)).transpose()?;
        let texts: Vec<StringChunked> = categories
            .iter()
            .map(|name| Ok(grouped.column(name)?.cast(&DataType::String)?.str()?.clone()))
            .collect::<PolarsResult<_>>()?;
        let widths = columns.widths(cube);
        let integers = |name: &str| -> PolarsResult<Int64Chunked> { Ok(grouped.column(name)?.i64()?.clone()) };
        let measure = match &cube.key.measure {
            Some(measure) => Some((integers(&columns.names[&Wanted::Measure(measure.clone())])?, integers(COUNT)?)),
            None => None,
        };
        let counters: Vec<Int64Chunked> = match measure {
            Some(_) => Vec::new(),
            None => columns.counters(cube).map(integers).collect::<PolarsResult<_>>()?,
        };
        let mut histograms: BTreeMap<Cell, Vec<(i64, u64)>> = BTreeMap::new();
        for row in 0..grouped.height() {
            let (Some(name), Some(mask)) = (keys.get(row), masks.get(row)) else {
                continue;
            };
            let Some(values) = category(&texts, &widths, row) else {
                continue;
            };
            let key: Key = totals.keys.key(name);
            let tally = &mut totals.cubes[number];
            let category = tally.categories.number(values);
            let day = days.as_ref().and_then(|days| days[row]);
            for period in self.periods(cube, day) {
                for population in cube.populations.iter().filter(|bit| mask >> **bit & 1 == 1) {
                    let cell = Cell {
                        period: period as u16,
                        key,
                        population: *population as u8,
                        category,
                    };
                    match &measure {
                        Some((values, counts)) => {
                            let pair = (values.get(row).unwrap_or(0), counts.get(row).unwrap_or(0) as u64);
                            histograms.entry(cell).or_default().push(pair);
                        }
                        None => tally.add(cell, counters.iter().map(|counter| counter.get(row).unwrap_or(0))),
                    }
                }
            }
        }
        for (cell, pairs) in histograms {
            totals.cubes[number].add_histogram(cell, &Histogram::from_pairs(pairs));
        }
        Ok(())
    }

    /// Periods of the cube that hold the day, or the whole month when there is no day.
    fn periods(&self, cube: &Cube, day: Option<Date>) -> impl Iterator<Item = usize> {
        let day = day.unwrap_or(self.month.first_day());
        cube.periods
            .iter()
            .copied()
            .filter(move |index| self.request.periods[*index].contains(day))
    }
}

/// Counts the records of one month by structure and day, and nothing else: the history of a trend.
pub fn history(frame: LazyFrame, keys: &mut Keys, presence: &mut Presence) -> Result<(), Error> {
    let doing = || "compter les passages d'un mois";
    let days = frame.select([col("flux_id").alias(KEY), col("jour").alias(DAY)]);
    let days = days.collect().map_err(Error::frame(doing()))?;
    count_days(&days, keys, presence).map_err(Error::frame(doing()))
}

fn count_days(frame: &DataFrame, keys: &mut Keys, presence: &mut Presence) -> PolarsResult<()> {
    let records = len().cast(DataType::UInt64).alias(COUNT);
    let seen = frame.clone().lazy().group_by([col(KEY), col(DAY)]).agg([records]).collect()?;
    let counts = seen.column(COUNT)?.u64()?;
    for ((key, day), count) in seen.column(KEY)?.str()?.iter().zip(days(&seen)?).zip(counts.iter()) {
        if let (Some(key), Some(day), Some(count)) = (key, day, count) {
            presence.saw(keys.key(key), day, count);
        }
    }
    Ok(())
}

const KEY: &str = "__structure";
const DAY: &str = "__jour";
const MASK: &str = "__populations";
const COUNT: &str = "__nombre";

impl Columns {
    fn want(&mut self, wanted: Wanted) -> Result<(), Error> {
        if self.names.contains_key(&wanted) {
            return Ok(());
        }
        let name = format!("__{}", self.names.len());
        let expression = match &wanted {
            Wanted::Counter(Atom { valeur: None, filtre }) => sql(filtre)?.cast(DataType::UInt32),
            Wanted::Counter(atom) => sum_of(atom)?,
            Wanted::Measure(atom) => sum_of(atom)?,
            Wanted::Grouping(grouping) => {
                let value = sql(&grouping.expression)?;
                if grouping.avec_manquants {
                    when(value.clone().is_null())
                        .then(lit(MANQUANT))
                        .otherwise(value.cast(DataType::String))
                } else {
                    value
                }
            }
            Wanted::Area(column) => col(column.as_str()),
        };
        self.expressions.push(expression.alias(name.as_str()));
        self.names.insert(wanted, name);
        Ok(())
    }

    fn counters<'a>(&'a self, cube: &'a Cube) -> impl Iterator<Item = &'a str> {
        cube.atoms
            .iter()
            .map(|atom| self.names[&Wanted::Counter(atom.clone())].as_str())
    }

    /// Columns that make the category: the area of residence first, then the dimensions.
    fn categories(&self, cube: &Cube) -> Vec<String> {
        let area = cube.key.aire.iter().map(|column| Wanted::Area(column.clone()));
        let groupings = cube.key.groupings.iter().map(|grouping| Wanted::Grouping(grouping.clone()));
        area.chain(groupings).map(|wanted| self.names[&wanted].clone()).collect()
    }

    /// Digits each category is written with; an area keeps its rows where it is empty.
    fn widths(&self, cube: &Cube) -> Vec<Option<usize>> {
        let area = cube.key.aire.iter().map(|_| None);
        area.chain(cube.key.groupings.iter().map(|grouping| Some(grouping.largeur)))
            .collect()
    }
}

/// The value in millionths where the filter holds, nothing elsewhere.
fn sum_of(atom: &Atom) -> Result<Expr, Error> {
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

/// The category of a row; none when a dimension is empty there.
fn category(texts: &[StringChunked], widths: &[Option<usize>], row: usize) -> Option<Vec<String>> {
    texts
        .iter()
        .zip(widths)
        .map(|(text, width)| match (text.get(row), width) {
            (Some(value), Some(width)) => Some(format!("{value:0>width$}")),
            (Some(value), None) => Some(value.to_owned()),
            (None, None) => Some(String::new()),
            (None, Some(_)) => None,
        })
        .collect()
}

fn days(frame: &DataFrame) -> PolarsResult<Vec<Option<Date>>> {
    let epoch = Date::constant(1970, 1, 1);
    let days = frame.column(DAY)?.cast(&DataType::Int32)?;
    Ok(days
        .i32()?
        .iter()
        .map(|day| epoch.checked_add(i64::from(day?).days()).ok())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_written_with_two_digits() {
        let hours = [StringChunked::new("h".into(), [Some("7"), None])];
        assert_eq!(category(&hours, &[Some(2)], 0), Some(vec!["07".to_owned()]));
        assert_eq!(category(&hours, &[Some(2)], 1), None);
        assert_eq!(category(&hours, &[None], 1), Some(vec![String::new()]));
    }
}
