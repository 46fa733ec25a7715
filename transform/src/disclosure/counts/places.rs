//! Which areas and periods make which: sites a département and a type, départements the region; days a week and a month, months a
//! quarter.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use lake::month::Month;
use lake::reference::{self, Structure};
use lake::site;

use crate::indicators::{Period, groupings};

/// The areas that each site belongs to.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// By FINESS: level and code of the areas it counts for.
    sites: BTreeMap<String, Vec<(String, String)>>,
    /// By département: territories that it is a part of.
    territories: BTreeMap<String, Vec<(String, String)>>,
    /// Levels that make the region: of each, whatever is left out is a part too, so that sums are looked at.
    levels: Vec<String>,
}

impl Places {
    pub fn of(structures: &[Structure]) -> Places {
        let mut sites: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for structure in structures {
            let latest = reference::latest(structures.iter().filter(|row| row.finess == structure.finess));
            let row = latest.unwrap_or(structure);
            let mut areas = vec![
                ("departement".to_owned(), row.departement.clone()),
                ("type_etablissement".to_owned(), row.type_structure.clone()),
            ];
            areas.extend(row.groupements.iter().map(|(level, area)| (level.clone(), area.clone())));
            sites.insert(structure.finess.clone(), areas);
        }
        let mut territories: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for ((level, departement), area) in groupings::territories(structures) {
            territories.entry(departement).or_default().push((level, area));
        }
        let declared: BTreeSet<&String> = structures.iter().flat_map(|structure| structure.groupements.keys()).collect();
        let levels = ["departement", "type_etablissement"].map(str::to_owned).into_iter();
        Places {
            sites,
            territories,
            levels: levels.chain(declared.into_iter().cloned()).collect(),
        }
    }

    /// Levels between the sites and the region.
    pub fn levels(&self) -> impl Iterator<Item = &str> {
        self.levels.iter().map(String::as_str)
    }

    /// Wider areas that an area counts for.
    pub fn above(&self, level: &str, area: &str) -> Vec<(String, String)> {
        match level {
            "flux" => vec![("etablissement".to_owned(), area.split('/').next().unwrap_or(area).to_owned())],
            "etablissement" => self.sites.get(area).cloned().unwrap_or_else(|| {
                let departement = site::departement(area);
                departement.map(|code| ("departement".to_owned(), code)).into_iter().collect()
            }),
            "departement" => self.territories.get(area).cloned().unwrap_or_default(),
            _ => Vec::new(),
        }
    }
}

/// The periods, kind and label, that add up to a period: each way of cutting it.
pub fn parts(kind: &str, label: &str) -> Vec<Vec<(&'static str, String)>> {
    let months = |months: Vec<Month>| months.into_iter().map(|month| ("month", month.to_string())).collect();
    let days = |period: &Period| -> Vec<(&'static str, String)> {
        let days = period.from.series(1.day()).take_while(|day| *day <= period.to);
        days.map(|day| ("day", day.to_string())).collect()
    };
    let Some(period) = named(kind, label) else {
        return Vec::new();
    };
    match kind {
        "week" | "month" => vec![days(&period)],
        "quarter" => vec![months(period.months().collect()), days(&period)],
        "rolling12" | "year" => {
            let quarters = || -> Option<Vec<(&'static str, String)>> {
                let all: Vec<Month> = period.months().collect();
                let named = all.chunks(3).map(|three| Some(("quarter", quarter_of(three)?)));
                named.collect()
            };
            [Some(months(period.months().collect())), quarters()]
                .into_iter()
                .flatten()
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The periods that lie within a longer one without filling it, as they may be published.
pub fn within(kind: &str, label: &str) -> Vec<(&'static str, String)> {
    match kind {
        "rolling12" | "year" => parts(kind, label).into_iter().flatten().collect(),
        _ => Vec::new(),
    }
}

fn named(kind: &str, label: &str) -> Option<Period> {
    let month = || label.parse::<Month>().ok();
    match kind {
        "week" => {
            let (year, week) = label.split_once("-W")?;
            Period::week(year.parse().ok()?, week.parse().ok()?)
        }
        "month" => month().map(Period::month),
        "quarter" => Period::quarter_and_before(label).ok().map(|(quarter, _)| quarter),
        "rolling12" => month().map(Period::rolling12),
        "year" => label.parse().ok().and_then(Period::year),
        _ => None,
    }
}

/// The civil quarter that three months are, if they are one.
fn quarter_of(months: &[Month]) -> Option<String> {
    let first = months.first()?;
    let label = first.to_string();
    let (year, month) = label.split_once('-')?;
    let month: u8 = month.parse().ok()?;
    (months.len() == 3 && month % 3 == 1).then(|| format!("{year}-Q{}", month / 3 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_its_months_and_its_days() {
        let cuts = parts("quarter", "2025-Q1");
        assert_eq!(
            cuts[0].iter().map(|(_, label)| label.as_str()).collect::<Vec<_>>(),
            ["2025-01", "2025-02", "2025-03"]
        );
        assert_eq!(cuts[1].len(), 90);
        assert_eq!(parts("week", "2025-W01")[0][0].1, "2024-12-30");
        let year = parts("year", "2024");
        assert_eq!((year[0].len(), year[1][3].1.as_str()), (12, "2024-Q4"));
        assert_eq!(parts("rolling12", "2025-03")[1][0].1, "2024-Q2");
        assert_eq!(parts("rolling12", "2025-02").len(), 1, "its quarters are not civil ones");
    }

    #[test]
    fn a_site_counts_for_its_departement_and_its_type() {
        let places = Places::of(reference::structures());
        let above = places.above("etablissement", "310783048");
        assert_eq!(above[0], ("departement".to_owned(), "31".to_owned()));
        assert_eq!(above.len(), 2);
        assert_eq!(places.above("flux", "310783048/0")[0].1, "310783048");
        assert_eq!(places.above("etablissement", "samu31a")[0].1, "31");
    }
}
