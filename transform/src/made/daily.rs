//! What is known of each site day by day, over years: what the tension of a day is compared with.

mod count;
mod kept;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use lake::month::Month;
use serde::{Deserialize, Serialize};

use crate::prepare::epoch_day;
use crate::{Catalogue, Error, Inputs};

/// One day of one site. Passages are those entered that day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Day {
    pub visits: u32,
    pub elderly: u32,
    /// Hospitalised, among those whose exit mode is known.
    pub hospitalised: u32,
    pub known: u32,
    /// Total of the valid durations of the hospitalised, minutes, and their number.
    pub minutes: f64,
    pub timed: u32,
    /// Present at 15:00.
    pub at_15: u32,
    /// Hospitalised, by day of exit.
    pub exits: u32,
    /// Beds declared available in medicine, surgery and UHCD, where a unit is known.
    pub available: Option<f64>,
}

impl Day {
    /// Two sites together.
    pub fn plus(self, other: Day) -> Day {
        Day {
            visits: self.visits + other.visits,
            elderly: self.elderly + other.elderly,
            hospitalised: self.hospitalised + other.hospitalised,
            known: self.known + other.known,
            minutes: self.minutes + other.minutes,
            timed: self.timed + other.timed,
            at_15: self.at_15 + other.at_15,
            exits: self.exits + other.exits,
            available: match (self.available, other.available) {
                (None, beds) | (beds, None) => beds,
                (Some(a), Some(b)) => Some(a + b),
            },
        }
    }
}

/// Days of each site, by FINESS.
#[derive(Debug, Clone, Default)]
pub struct Daily {
    pub sites: BTreeMap<String, SiteDays>,
    /// Levels of the HET indicators already worked out, by site and day.
    pub levels: Levels,
    /// Needs for beds already worked out, by site and Monday of the week, each with the days it rests on.
    pub needs: ByWeek<Option<(f64, usize)>>,
    /// Passages above which a day is busy, likewise.
    pub busy: ByWeek<Option<f64>>,
}

/// What is worked out once for a site and the Monday of a week.
pub type ByWeek<T> = Arc<Mutex<HashMap<(String, Date), T>>>;

/// Days of one site, side by side from the first one known: thousands are looked up for each day compared.
#[derive(Debug, Clone, Default)]
pub struct SiteDays {
    first: i32,
    days: Vec<Option<Day>>,
}

impl SiteDays {
    /// Nothing when no record of the site is about that day.
    pub fn get(&self, day: Date) -> Option<&Day> {
        let rank = usize::try_from(epoch_day(day).checked_sub(self.first)?).ok()?;
        self.days.get(rank)?.as_ref()
    }

    /// The day, empty when nothing was known of it. `day` is counted from 1970-01-01.
    pub fn entry(&mut self, day: i32) -> &mut Day {
        if self.days.is_empty() {
            self.first = day;
        }
        let before = usize::try_from(self.first - day).unwrap_or(0);
        if before > 0 {
            self.days.splice(..0, std::iter::repeat_n(None, before));
            self.first = day;
        }
        let rank = (day - self.first) as usize;
        if rank >= self.days.len() {
            self.days.resize(rank + 1, None);
        }
        self.days[rank].get_or_insert_default()
    }
}

/// Worked out once, whatever the areas and periods that a day belongs to.
pub type Levels = Arc<Mutex<HashMap<(String, Date), [Option<f64>; 6]>>>;

/// The days of some months.
pub fn daily(inputs: &Inputs, catalogue: &Catalogue, months: impl Iterator<Item = Month>) -> Result<Daily, Error> {
    let wanted: BTreeSet<Month> = months.collect();
    // Whoever came in the evening of the last day of a month leaves in the next one.
    let read: BTreeSet<Month> = wanted.iter().flat_map(|month| [month.plus(-1), *month]).collect();
    // One month after the other: polars has its own threads, and a thread of ours that waits for them would begin another month.
    let mut counted = Vec::new();
    for month in read {
        counted.extend(kept::passages(inputs, month)?);
    }
    counted.extend(kept::beds(inputs, catalogue, &wanted)?);
    let mut daily = Daily::default();
    for (site, day, found) in counted {
        if Month::of_epoch_day(day).is_some_and(|month| wanted.contains(&month)) {
            let known = daily.sites.entry(site).or_default().entry(day);
            *known = known.plus(found);
        }
    }
    Ok(daily)
}

/// What one month of records says of a day of a site: FINESS, day since 1970-01-01, counts.
type Counted = (String, i32, Day);
