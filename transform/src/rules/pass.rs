//! One lazy pass over a table: every rule is evaluated on every row, then counted by site and day on bitmaps. The rows need
//! not be sorted, but the count is cheap because the view keeps each site and day together.

use polars::prelude::*;
use rayon::prelude::*;

use super::Compiled;
use crate::Error;

/// What one rule found in some rows. `not_judged` rows are not in `eligible`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub violated: u64,
    pub eligible: u64,
    pub not_judged: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.violated += other.violated;
        self.eligible += other.eligible;
        self.not_judged += other.not_judged;
    }
}

/// Rows of one site and day that follow one another, with what each rule found in them, in the order of the rules.
#[derive(Debug, Clone)]
pub struct Run {
    pub place: Place,
    pub counts: Vec<Counts>,
}

/// A site and day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub finess: String,
    pub departement: Option<String>,
    pub type_etablissement: Option<String>,
    /// Days since 1970-01-01.
    pub jour: i32,
}

/// An anomaly of one row: the row's delivery, number and line, and the rank of the rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub delivery: String,
    pub record: u32,
    pub line: u32,
    pub rule: usize,
}

#[derive(Debug, Default)]
pub struct Outcome {
    pub runs: Vec<Run>,
    /// Anomalies of the rules that list them.
    pub hits: Vec<Hit>,
}

/// Evaluates the rules. `site` is the column that names the site; `lists[i]` says whether the anomalies of rule `i` are
/// listed, for tables whose rows come from a delivery.
pub fn pass(frame: LazyFrame, rules: &[Compiled], site: &str, lists: &[bool]) -> Result<Outcome, Error> {
    let mut columns = vec![
        col(site).alias("finess"),
        col("departement"),
        col("type_etablissement"),
        col("jour").cast(DataType::Int32),
    ];
    if lists.contains(&true) {
        columns.extend(["delivery", "rang", "ligne"].map(col));
    }
    for (rank, rule) in rules.iter().enumerate() {
        columns.push(rule.parmi.clone().alias(format!("p{rank}")));
        columns.push(rule.verdict().alias(format!("v{rank}")));
    }
    let doing = || Error::frame("juger les règles d'une table");
    let mut judged = frame.select(columns).collect().map_err(doing())?;
    judged.rechunk_mut();
    count(&judged, rules.len(), lists).map_err(doing())
}

fn count(judged: &DataFrame, rules: usize, lists: &[bool]) -> PolarsResult<Outcome> {
    let (places, starts) = places(judged)?;
    let bounds: Vec<(usize, usize)> = starts.windows(2).map(|pair| (pair[0], pair[1] - pair[0])).collect();
    let per_rule: Vec<(Vec<Counts>, Vec<u32>)> = (0..rules)
        .into_par_iter()
        .map(|rank| rule_counts(judged, rank, &bounds, lists[rank]))
        .collect::<PolarsResult<_>>()?;
    let mut outcome = Outcome::default();
    for (index, place) in places.into_iter().enumerate() {
        let counts = per_rule.iter().map(|(counts, _)| counts[index]).collect();
        outcome.runs.push(Run { place, counts });
    }
    if lists.contains(&true) {
        let delivery = judged.column("delivery")?.str()?;
        let (record, line) = (judged.column("rang")?.u32()?, judged.column("ligne")?.u32()?);
        for (rule, (_, rows)) in per_rule.iter().enumerate() {
            outcome.hits.extend(rows.iter().map(|row| {
                let row = *row as usize;
                Hit {
                    delivery: delivery.get(row).unwrap_or_default().to_owned(),
                    record: record.get(row).unwrap_or_default(),
                    line: line.get(row).unwrap_or_default(),
                    rule,
                }
            }));
        }
    }
    Ok(outcome)
}

/// Counts of one rule in each stretch of rows, and the rows it lists.
fn rule_counts(judged: &DataFrame, rank: usize, bounds: &[(usize, usize)], list: bool) -> PolarsResult<(Vec<Counts>, Vec<u32>)> {
    let among = judged.column(&format!("p{rank}"))?.bool()?.rechunk();
    let verdict = judged.column(&format!("v{rank}"))?.bool()?.rechunk();
    let (Some(among), Some(verdict)) = (among.downcast_iter().next(), verdict.downcast_iter().next()) else {
        return Ok((vec![Counts::default(); bounds.len()], Vec::new()));
    };
    let violated = match verdict.validity() {
        Some(valid) => verdict.values() & valid,
        None => verdict.values().clone(),
    };
    // Not judged: `parmi` unknown, or true with an unknown predicate.
    let outside = match among.validity() {
        Some(valid) => &!among.values() & valid,
        None => !among.values(),
    };
    let counts = bounds.iter().map(|(start, length)| {
        let eligible = match verdict.validity() {
            Some(valid) => valid.clone().sliced(*start, *length).set_bits(),
            None => *length,
        };
        let outside = outside.clone().sliced(*start, *length).set_bits();
        Counts {
            violated: violated.clone().sliced(*start, *length).set_bits() as u64,
            eligible: eligible as u64,
            not_judged: (length - eligible - outside) as u64,
        }
    });
    let counts = counts.collect();
    let rows = match list {
        true => violated.true_idx_iter().map(|row| row as u32).collect(),
        false => Vec::new(),
    };
    Ok((counts, rows))
}

/// The sites and days, and the row where each begins, then the number of rows.
fn places(judged: &DataFrame) -> PolarsResult<(Vec<Place>, Vec<usize>)> {
    let finess = judged.column("finess")?.str()?;
    let departement = judged.column("departement")?.str()?;
    let kind = judged.column("type_etablissement")?.str()?;
    let jour = judged.column("jour")?.i32()?;
    let mut places: Vec<Place> = Vec::new();
    let mut starts = Vec::new();
    let mut last = None;
    let rows = finess.iter().zip(departement.iter()).zip(kind.iter()).zip(jour.iter());
    for (row, (((finess, departement), kind), jour)) in rows.enumerate() {
        let here = (jour, finess, kind, departement);
        if last == Some(here) {
            continue;
        }
        last = Some(here);
        starts.push(row);
        places.push(Place {
            finess: finess.unwrap_or_default().to_owned(),
            departement: departement.map(str::to_owned),
            type_etablissement: kind.map(str::to_owned),
            jour: jour.unwrap_or_default(),
        });
    }
    starts.push(judged.height());
    Ok((places, starts))
}
