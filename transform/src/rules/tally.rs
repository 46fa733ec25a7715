//! From counts by site and day to findings by area and period.

use std::collections::BTreeMap;

use jiff::civil::Date;
use lake::finding::Finding;
use lake::month::Month;
use rayon::prelude::*;

use super::pass::{Counts, Place};
use super::{Days, Grains, Rule};

const SITE: &str = "etablissement";
const DAY: &str = "day";

/// Area of a level, and period of a grain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    pub level: &'static str,
    pub area: String,
    pub period_kind: &'static str,
    pub period: String,
    /// Last day judged, when the period goes on after it.
    pub until: Option<Date>,
}

/// Counts of some rules, cell by cell.
#[derive(Debug)]
pub struct Tally {
    rules: usize,
    region: String,
    grains: Grains,
    /// Last day judged.
    to: Date,
    cells: BTreeMap<Cell, Vec<Counts>>,
}

impl Tally {
    /// An empty tally; the region has a cell for every period asked for, whatever is found.
    pub fn new(rules: usize, region: &str, grains: Grains, from: Date, to: Date) -> Tally {
        let mut tally = Tally {
            rules,
            region: region.to_owned(),
            grains,
            to,
            cells: BTreeMap::new(),
        };
        let mut day = from;
        while day <= to {
            tally.add_to("region", region, day, &[]);
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        tally
    }

    /// Adds what the rules found in a site on a day.
    pub fn add(&mut self, place: &Place, day: Date, counts: &[Counts]) {
        if !place.finess.is_empty() {
            self.add_to(SITE, &place.finess, day, counts);
        }
        if let Some(departement) = &place.departement {
            self.add_to("departement", departement, day, counts);
        }
        if let Some(kind) = &place.type_etablissement {
            self.add_to("type_etablissement", kind, day, counts);
        }
        let region = self.region.clone();
        self.add_to("region", &region, day, counts);
    }

    fn add_to(&mut self, level: &'static str, area: &str, day: Date, counts: &[Counts]) {
        let by_day = match self.grains.days {
            Days::All => true,
            Days::OfSitesInAnomaly => level == SITE,
            Days::None => false,
        };
        for (period_kind, period, last) in periods(day, by_day, self.grains) {
            let cell = Cell {
                level,
                area: area.to_owned(),
                period_kind,
                period,
                until: (last > self.to).then_some(self.to),
            };
            let rules = self.rules;
            let sums = self.cells.entry(cell).or_insert_with(|| vec![Counts::default(); rules]);
            for (sum, counts) in sums.iter_mut().zip(counts) {
                *sum += *counts;
            }
        }
    }

    /// One finding per rule and cell, those of a rule together, by area and period. A cell where a rule met no row at all has none,
    /// but the region always has one.
    pub fn findings(&self, rules: &[&Rule], run: &str) -> Vec<Vec<Finding>> {
        let is_kept = |cell: &Cell, counts: Counts| match cell.period_kind == DAY && self.grains.days == Days::OfSitesInAnomaly {
            true => counts.violated > 0,
            false => counts != Counts::default() || cell.level == "region",
        };
        let of_rule = |(rank, rule): (usize, &&Rule)| {
            let met = self.cells.iter().map(|(cell, counts)| (cell, counts[rank]));
            met.filter(|(cell, counts)| is_kept(cell, *counts))
                .map(|(cell, counts)| finding(rule, cell, counts, verdict(rule, counts), run))
                .collect()
        };
        rules.par_iter().enumerate().map(of_rule).collect()
    }

    /// The findings of a rule that could not run: one for the region and each period.
    pub fn errors(&self, rule: &Rule, run: &str) -> Vec<Finding> {
        let cells = self.cells.keys().filter(|cell| cell.level == "region");
        cells
            .map(|cell| finding(rule, cell, Counts::default(), "error", run))
            .collect()
    }
}

/// `anomaly` above the rule's threshold, which is 0 unless declared: one bad row in ten million is one.
fn verdict(rule: &Rule, counts: Counts) -> &'static str {
    match counts {
        Counts {
            eligible: 0,
            not_judged: 0,
            ..
        } => "not_applicable",
        Counts { eligible: 0, .. } => "not_judged",
        _ if counts.violated as f64 > rule.seuil * counts.eligible as f64 => "anomaly",
        _ => "ok",
    }
}

fn finding(rule: &Rule, cell: &Cell, counts: Counts, verdict: &str, run: &str) -> Finding {
    Finding {
        rule: rule.id.clone(),
        clause: rule.clause.clone(),
        domaine: rule.domaine(),
        level: cell.level.to_owned(),
        area: cell.area.clone(),
        period_kind: cell.period_kind.to_owned(),
        period: cell.period.clone(),
        jusqu_au: cell.until,
        violated: counts.violated,
        eligible: counts.eligible,
        not_judged: counts.not_judged,
        share: (counts.eligible > 0).then(|| counts.violated as f64 / counts.eligible as f64),
        effect: rule.effet.as_str().to_owned(),
        verdict: verdict.to_owned(),
        run: run.to_owned(),
    }
}

/// The periods that hold a day, with the last day of each.
fn periods(day: Date, by_day: bool, grains: Grains) -> Vec<(&'static str, String, Date)> {
    let mut periods = Vec::new();
    if by_day {
        periods.push((DAY, day.to_string(), day));
    }
    if grains.month {
        periods.push(("month", Month::of(day).to_string(), day.last_of_month()));
    }
    if grains.quarter {
        let rank = (day.month() + 2) / 3;
        let last = Month::of(day).plus(i32::from(rank * 3 - day.month())).last_day();
        periods.push(("quarter", format!("{:04}-Q{rank}", day.year()), last));
    }
    periods
}
