//! The runs whose results the lake holds: which one is the last, which one comes before another, what it found.

use std::collections::BTreeSet;

use jiff::Timestamp;
use lake::finding::Finding;
use lake::month::Month;
use lake::results::{Execution, FINDINGS, read_findings};
use lake::store::Store;

use crate::error::{CommandError, Doing, Result};
use crate::{fail_on, words};

/// The runs that count, by instant of their data, then in the order in which they were computed: those set aside are left out.
pub fn history(store: &Store) -> Result<Vec<Execution>> {
    let aside = store.runs_aside().map_err(|error| words::store(&error))?;
    let mut executions = store.executions().map_err(|error| words::store(&error))?;
    executions.retain(|execution| !aside.contains_key(&execution.run));
    Ok(executions)
}

/// The run before another, over periods of the same sort: a night is not compared with a quarter, nor with a computation of the same
/// night done again. Of those of one night the one that covers most days is compared.
pub fn earlier(store: &Store, run: &Execution) -> Result<Option<Execution>> {
    Ok(all_earlier(store, run)?.pop())
}

/// The runs before another that it can be compared with, the closest last.
pub fn all_earlier(store: &Store, run: &Execution) -> Result<Vec<Execution>> {
    let sort = |execution: &Execution| fail_on::sort_of_period(&execution.periode);
    let mut before = history(store)?;
    before.retain(|other| moment(other) < moment(run) && sort(other) == sort(run));
    before.sort_by(|a, b| (moment(a), &b.periode).cmp(&(moment(b), &a.periode)));
    Ok(before)
}

/// The last run over days; of those of one night the one that covers most days.
pub fn last_night(store: &Store) -> Result<Option<Execution>> {
    let mut nights = history(store)?;
    nights.retain(|execution| fail_on::sort_of_period(&execution.periode) == 'J');
    nights.sort_by(|a, b| (moment(a), &b.periode).cmp(&(moment(b), &a.periode)));
    Ok(nights.pop())
}

/// The run that a comparison leads to: the last of the sort of period it starts from, else the last night, else the last of all.
pub fn arrival(store: &Store, start: Option<&Execution>) -> Result<Option<Execution>> {
    let sort = |execution: &Execution| fail_on::sort_of_period(&execution.periode);
    let found = match start {
        Some(start) => history(store)?.into_iter().rfind(|execution| sort(execution) == sort(start)),
        None => last_night(store)?,
    };
    match found {
        Some(found) => Ok(Some(found)),
        None => Ok(history(store)?.pop()),
    }
}

/// Which night a run is of: the instant of its data, then its last day, for a night that received nothing.
fn moment(run: &Execution) -> (Timestamp, &str) {
    let end = run.periode.rsplit('/').next().unwrap_or_default();
    (run.as_of, end)
}

/// Months changed since the last night was computed: an interrupted night, a replay or a decision leaves them to be judged again.
pub fn left_over(store: &Store) -> Result<BTreeSet<Month>> {
    let last = last_night(store)?;
    Ok(last.map(|night| store.months_touched(night.as_of)).unwrap_or_default())
}

pub fn findings(store: &Store, run: &Execution) -> Result<Vec<Finding>> {
    let folder = store.results(&run.run).ok_or_else(none)?;
    read_findings(&folder.join(FINDINGS)).doing(format!("lecture des constats de {}", run.run))
}

pub fn none() -> CommandError {
    CommandError::usage("aucun résultat dans le lac").hint("`oru transform` en calcule")
}
