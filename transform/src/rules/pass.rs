//! One pass over a table: the columns that rules name are read once, what the rules ask of them is asked once, then each rule is
//! put together and counted by site and day on bits. The rows need not be sorted, but the count is cheap because the view keeps
//! each site and day together.

use polars::prelude::*;
use rayon::prelude::*;

use super::Compiled;
use super::formula::{Formula, Leaves, columns_of};
use super::leaves;
use super::truth::{self, Truth};
use crate::Error;

/// Where a row belongs, beside the columns that rules name: no column of a table has such a name.
const SITE: &str = "lieu.site";
const DEPARTEMENT: &str = "lieu.departement";
const KIND: &str = "lieu.type";
const DAY: &str = "lieu.jour";

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
    let mut leaves = Leaves::default();
    let asked: Vec<Asked> = rules.iter().map(|rule| Asked::of(rule, &mut leaves)).collect();
    let mut named: Vec<PlSmallStr> = leaves.exprs.iter().flat_map(columns_of).collect();
    if lists.contains(&true) {
        named.extend(["delivery", "rang", "ligne"].map(PlSmallStr::from));
    }
    named.sort_unstable();
    named.dedup();
    let mut columns = vec![
        col(site).alias(SITE),
        col("departement").alias(DEPARTEMENT),
        col("type_etablissement").alias(KIND),
        col("jour").cast(DataType::Int32).alias(DAY),
    ];
    columns.extend(named.into_iter().map(col));
    let doing = || Error::frame("juger les règles d'une table");
    let rows = frame.select(columns).collect().map_err(doing())?;
    let answers = leaves::answers(&rows, &leaves.exprs).map_err(doing())?;
    count(&rows, &asked, &answers, lists).map_err(doing())
}

/// A rule once its predicates are apart.
struct Asked {
    parmi: Formula,
    anomalie: Formula,
}

impl Asked {
    fn of(rule: &Compiled, leaves: &mut Leaves) -> Asked {
        Asked {
            parmi: leaves.formula(&rule.parmi),
            anomalie: leaves.formula(&rule.anomalie),
        }
    }
}

fn count(rows: &DataFrame, asked: &[Asked], answers: &[Truth], lists: &[bool]) -> PolarsResult<Outcome> {
    let (places, starts) = places(rows)?;
    let bounds: Vec<(usize, usize)> = starts.windows(2).map(|pair| (pair[0], pair[1] - pair[0])).collect();
    let per_rule: Vec<(Vec<Counts>, Vec<u32>)> = asked
        .par_iter()
        .zip(lists)
        .map(|(rule, list)| rule_counts(rule, answers, &bounds, *list))
        .collect();
    let mut outcome = Outcome::default();
    for (index, place) in places.into_iter().enumerate() {
        let counts = per_rule.iter().map(|(counts, _)| counts[index]).collect();
        outcome.runs.push(Run { place, counts });
    }
    if lists.contains(&true) {
        let delivery = rows.column("delivery")?.str()?;
        let (record, line) = (rows.column("rang")?.u32()?, rows.column("ligne")?.u32()?);
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
fn rule_counts(rule: &Asked, answers: &[Truth], bounds: &[(usize, usize)], list: bool) -> (Vec<Counts>, Vec<u32>) {
    let (among, anomaly) = (rule.parmi.evaluate(answers), rule.anomalie.evaluate(answers));
    let violated = truth::each(&among.yes, &anomaly.yes, |among, anomaly| among & anomaly);
    let sound = truth::each(&among.yes, &anomaly.no, |among, sound| among & sound);
    let counts = bounds.iter().map(|(start, length)| {
        let wrong = truth::ones(&violated, *start, *length);
        let eligible = wrong + truth::ones(&sound, *start, *length);
        Counts {
            violated: wrong,
            eligible,
            // `parmi` unknown, or true with an unknown predicate.
            not_judged: *length as u64 - eligible - truth::ones(&among.no, *start, *length),
        }
    });
    let counts = counts.collect();
    let rows = match list {
        true => truth::places(&violated).collect(),
        false => Vec::new(),
    };
    (counts, rows)
}

/// The sites and days, and the row where each begins, then the number of rows.
fn places(judged: &DataFrame) -> PolarsResult<(Vec<Place>, Vec<usize>)> {
    let finess = judged.column(SITE)?.str()?;
    let departement = judged.column(DEPARTEMENT)?.str()?;
    let kind = judged.column(KIND)?.str()?;
    let jour = judged.column(DAY)?.i32()?;
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
