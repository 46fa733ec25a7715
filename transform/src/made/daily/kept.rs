//! Counts of months kept from a night to the next: records of three years are not read again when none of them changed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use lake::month::Month;
use rayon::prelude::*;

use super::{Counted, count};
use crate::indicators::DAYS_BEFORE;
use crate::prepare::source::of_days;
use crate::{Catalogue, Error, Inputs};

/// The passages of a month, counted now or before from the same records.
pub fn passages(inputs: &Inputs, month: Month) -> Result<Vec<Counted>, Error> {
    let files = of_days(inputs.view("rpu"), month.first_day(), month.last_day());
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let words = [COUNTING, &inputs.bornes.geriatrie_a_partir_de.to_string()];
    let origin = inputs.reserve.as_ref().and_then(|reserve| reserve.origin(&files, &words));
    if let Some(counted) = kept(inputs, "passages_jour", month, origin.as_deref()) {
        return Ok(counted);
    }
    let counted = count::passages(inputs, month)?;
    keep(inputs, "passages_jour", month, origin.as_deref(), &counted);
    Ok(counted)
}

/// The beds of these months, counted now or before from the same records and rules.
pub fn beds(inputs: &Inputs, catalogue: &Catalogue, months: &BTreeSet<Month>) -> Result<Vec<Counted>, Error> {
    let rules: Vec<&str> = catalogue
        .files
        .iter()
        .flat_map(|(name, content)| [name.as_str(), content])
        .collect();
    let sites = format!("{:?} {:?}", inputs.structures, inputs.dispo_sans_supp);
    let words: Vec<&str> = [COUNTING, &sites].into_iter().chain(rules).collect();
    // A month that is not over stops on the last day received, which no file says.
    let is_over = |month: &Month| inputs.observe_au.is_some_and(|day| month.last_day() <= day);
    let origin = |month: &Month| {
        let before = month.first_day().checked_sub(DAYS_BEFORE.days()).ok()?;
        let files = of_days(inputs.view("lits"), before, month.last_day());
        inputs.reserve.as_ref().filter(|_| is_over(month))?.origin(&files, &words)
    };
    let origins: BTreeMap<Month, Option<String>> = months.par_iter().map(|month| (*month, origin(month))).collect();
    let mut found: BTreeMap<Month, Vec<Counted>> = BTreeMap::new();
    for (month, origin) in &origins {
        if let Some(counted) = kept(inputs, "lits_disponibles_jour", *month, origin.as_deref()) {
            found.insert(*month, counted);
        }
    }
    let missing: BTreeSet<Month> = months.iter().filter(|month| !found.contains_key(month)).copied().collect();
    let mut read_by_month: BTreeMap<Month, Vec<Counted>> = missing.iter().map(|month| (*month, Vec::new())).collect();
    for run in runs(&missing) {
        for row in count::beds(inputs, catalogue, run)? {
            if let Some(rows) = Month::of_epoch_day(row.1).and_then(|month| read_by_month.get_mut(&month)) {
                rows.push(row);
            }
        }
    }
    for (month, counted) in &read_by_month {
        keep(inputs, "lits_disponibles_jour", *month, origins[month].as_deref(), counted);
    }
    Ok(found.into_values().chain(read_by_month.into_values()).flatten().collect())
}

/// Part of the origin of what is kept: to be raised when the same records are counted otherwise.
const COUNTING: &str = concat!(env!("CARGO_PKG_VERSION"), " 1");

fn kept(inputs: &Inputs, what: &str, month: Month, origin: Option<&str>) -> Option<Vec<Counted>> {
    let content = inputs.reserve.as_ref()?.read(what, month, origin?)?;
    serde_json::from_slice(&content).ok()
}

fn keep(inputs: &Inputs, what: &str, month: Month, origin: Option<&str>, counted: &[Counted]) {
    if let (Some(reserve), Some(origin), Ok(content)) = (&inputs.reserve, origin, serde_json::to_vec(counted)) {
        // On a full disk the month is counted again the next time, and nothing else changes.
        reserve.keep(what, month, origin, &content).ok();
    }
}

/// Months that follow one another, read together: a unit of beds is looked for in the days before the first one.
fn runs(months: &BTreeSet<Month>) -> Vec<(Month, Month)> {
    let mut runs: Vec<(Month, Month)> = Vec::new();
    for month in months {
        match runs.last_mut() {
            Some(run) if run.1.plus(1) == *month => run.1 = *month,
            _ => runs.push((*month, *month)),
        }
    }
    runs
}
