//! The runs whose results the lake holds: which one is the last, which one comes before another, what it found.

use lake::finding::Finding;
use lake::results::{Execution, FINDINGS, read_findings};
use lake::store::Store;

use crate::error::{CommandError, Doing, Result};
use crate::{fail_on, words};

/// The runs that count, by instant of their data: those set aside are left out.
pub fn history(store: &Store) -> Result<Vec<Execution>> {
    let aside = store.runs_aside().map_err(|error| words::store(&error))?;
    let mut executions = store.executions().map_err(|error| words::store(&error))?;
    executions.retain(|execution| !aside.contains_key(&execution.run));
    Ok(executions)
}

/// The run before another, over periods of the same sort: a night is not compared with a quarter.
pub fn earlier(store: &Store, run: &Execution) -> Result<Option<Execution>> {
    let sort = |execution: &Execution| fail_on::sort_of_period(&execution.periode);
    let mut before = history(store)?;
    before.retain(|other| (other.as_of, &other.run) < (run.as_of, &run.run) && sort(other) == sort(run));
    Ok(before.pop())
}

pub fn findings(store: &Store, run: &Execution) -> Result<Vec<Finding>> {
    let folder = store.results(&run.run).ok_or_else(none)?;
    read_findings(&folder.join(FINDINGS)).doing(format!("lecture des constats de {}", run.run))
}

pub fn none() -> CommandError {
    CommandError::usage("aucun résultat dans le lac").hint("`oru transform` en calcule")
}
