//! Levels and areas: which structures make a region, a département, a type of site, a site; on which days they were open; how
//! many people live there.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use lake::reference::{self, Structure};
use lake::site;

use super::groupings;

/// Index of a collecting structure (flux) in [`Keys`].
pub type Key = u16;

/// The structures that records may come from, each with a small number. A site met in the data without being declared gets one
/// too: its records count for the region.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    names: Vec<String>,
    index: HashMap<String, Key>,
}

impl Keys {
    pub fn new(structures: &[Structure]) -> Keys {
        let mut keys = Keys::default();
        for structure in structures {
            keys.key(&structure.flux());
        }
        keys
    }

    /// Every structure with its number, in order of number.
    pub fn flux(&self) -> impl Iterator<Item = (Key, &str)> {
        (0..).zip(self.names.iter().map(String::as_str))
    }

    /// `finess/ordre` of a number.
    pub fn name(&self, key: Key) -> &str {
        &self.names[usize::from(key)]
    }

    /// Number of `finess/ordre`.
    pub fn key(&mut self, flux: &str) -> Key {
        if let Some(key) = self.index.get(flux) {
            return *key;
        }
        let key = Key::try_from(self.names.len()).expect("a region has fewer than 65 536 structures");
        self.names.push(flux.to_owned());
        self.index.insert(flux.to_owned(), key);
        key
    }
}

/// One area of a level.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    pub level: Arc<str>,
    pub code: Arc<str>,
    /// Structures whose records count for it.
    pub keys: Vec<Key>,
    /// Opening and closing days of each of them, both included.
    openings: Vec<(Date, Date)>,
    /// Départements whose inhabitants are those of the area; none for what is made of sites.
    pub departements: Vec<String>,
}

impl Area {
    /// Number of days from `from` to `to` on which at least one structure was open.
    pub fn open_days(&self, from: Date, to: Date) -> u32 {
        let days = from.series(1.day()).take_while(|day| *day <= to);
        days.filter(|day| self.openings.iter().any(|(open, close)| open <= day && day <= close))
            .count() as u32
    }

    /// Those of these days that are Mondays (1)… or Sundays (7).
    pub fn open_weekdays(&self, from: Date, to: Date, weekday: i8) -> u32 {
        let days = from.series(1.day()).take_while(|day| *day <= to);
        days.filter(|day| day.weekday().to_monday_one_offset() == weekday)
            .filter(|day| self.openings.iter().any(|(open, close)| open <= day && day <= close))
            .count() as u32
    }

    /// Whether one of its structures is declared; a site met only in the data is not one of the region's structures.
    pub fn is_declared(&self) -> bool {
        !self.openings.is_empty()
    }

    /// Sum over the structures of the days each was open.
    pub fn site_days(&self, from: Date, to: Date) -> u32 {
        let days = |open: &Date, close: &Date| {
            let (first, last) = (from.max(*open), to.min(*close));
            if first > last { 0 } else { (last - first).get_days() + 1 }
        };
        self.openings.iter().map(|(open, close)| days(open, close) as u32).sum()
    }

    pub fn is_open(&self, from: Date, to: Date) -> bool {
        self.openings.iter().any(|(open, close)| *open <= to && from <= *close)
    }

    /// Number of structures open at one time or another from `from` to `to`.
    pub fn open_structures(&self, from: Date, to: Date) -> u32 {
        self.openings
            .iter()
            .filter(|(open, close)| *open <= to && from <= *close)
            .count() as u32
    }
}

/// Every area of the region, in a fixed order.
#[derive(Debug, Clone)]
pub struct Areas {
    pub areas: Vec<Area>,
    pub region: String,
    departements: Vec<String>,
}

impl Areas {
    /// Call it once every key is known. `places`: département of the sites that no FINESS names.
    pub fn new(keys: &Keys, structures: &[Structure], places: &BTreeMap<String, String>, region: &str) -> Areas {
        let departements: Vec<String> = reference::departements()
            .iter()
            .filter(|row| row.region == region)
            .map(|row| row.code.clone())
            .collect();
        let territories = groupings::territories(structures);
        let mut groups: BTreeMap<(u8, String, String), Vec<Key>> = BTreeMap::new();
        let at = |rank: u8, code: &str| (rank, LEVELS[usize::from(rank)].to_owned(), code.to_owned());
        groups.insert(at(0, region), Vec::new());
        for code in &departements {
            groups.insert(at(1, code), Vec::new());
        }
        for (key, name) in (0..).zip(&keys.names) {
            let structure = reference::latest(structures.iter().filter(|structure| structure.flux() == *name));
            let finess = name.split('/').next().unwrap_or(name);
            let placed = || places.get(finess).cloned().or_else(|| site::departement(finess));
            let departement = structure.map_or_else(placed, |structure| Some(structure.departement.clone()));
            let departement = departement.filter(|code| departements.contains(code));
            // What is no structure (a SAMU, a maison médicale) belongs to the territory of its département.
            let declared = structure.map_or_else(
                || groupings::of_departement(&territories, departement.as_deref()),
                |structure| structure.groupements.clone(),
            );
            let mut join = |place| groups.entry(place).or_default().push(key);
            join(at(0, region));
            if let Some(code) = &departement {
                join(at(1, code));
            }
            if let Some(structure) = structure {
                join(at(2, &structure.type_structure));
            }
            join(at(3, finess));
            join(at(4, name));
            for (level, code) in declared {
                join((5, level, code));
            }
        }
        let areas = groups
            .into_iter()
            .map(|((rank, level, code), members)| Area {
                openings: openings(&members, keys, structures),
                departements: match rank {
                    0 => departements.clone(),
                    1 => vec![code.clone()],
                    5 => groupings::departements(&territories, &level, &code),
                    _ => Vec::new(),
                },
                level: level.into(),
                code: code.into(),
                keys: members,
            })
            .collect();
        Areas {
            areas,
            region: region.to_owned(),
            departements,
        }
    }

    pub fn of_level(&self, level: &str) -> impl Iterator<Item = &Area> {
        self.areas.iter().filter(move |area| &*area.level == level)
    }

    /// Levels that the observatory declares, besides [`LEVELS`].
    pub fn groupings(&self) -> BTreeSet<Arc<str>> {
        let declared = self.areas.iter().filter(|area| !LEVELS.contains(&&*area.level));
        declared.map(|area| area.level.clone()).collect()
    }

    /// The département that a structure counts for.
    pub fn departement_of(&self, key: Key) -> Option<&str> {
        let mut found = self.of_level("departement").filter(|area| area.keys.contains(&key));
        found.next().map(|area| &*area.code)
    }

    /// Départements of the region.
    pub fn departements(&self) -> &[String] {
        &self.departements
    }

    /// Inhabitants of a région, a département or a territory, from an age that begins a five-year class. None elsewhere.
    pub fn population(&self, area: &Area, age_min: Option<u8>) -> Option<u64> {
        let within = |code: &String| area.departements.contains(code);
        let rows = reference::population();
        let from = age_min.unwrap_or(0);
        let total: u64 = rows
            .iter()
            .filter(|row| within(&row.departement) && row.age_min >= from)
            .map(|row| u64::from(row.population))
            .sum();
        (total > 0 && rows.iter().any(|row| row.age_min == from)).then_some(total)
    }
}

impl Areas {
    /// Inhabitants of the communes of the region that belong to an EPCI. None for a code that no commune has.
    pub fn population_of_epci(&self, epci: &str) -> Option<f64> {
        let communes = reference::communes().iter();
        let of_epci = communes.filter(|row| row.epci == epci && row.region == self.region && row.commune_parente.is_empty());
        let total: u64 = of_epci.filter_map(|row| row.population).map(u64::from).sum();
        (total > 0).then_some(total as f64)
    }
}

/// Known levels, from the widest.
pub const LEVELS: [&str; 5] = ["region", "departement", "type_etablissement", "etablissement", "flux"];

/// A structure met in the data and not declared has none: it is not known to be an emergency department.
fn openings(members: &[Key], keys: &Keys, structures: &[Structure]) -> Vec<(Date, Date)> {
    members
        .iter()
        .flat_map(|key| {
            let name = &keys.names[usize::from(*key)];
            structures
                .iter()
                .filter(|structure| structure.flux() == *name)
                .map(|structure| (structure.ouvert_du, structure.ouvert_au.unwrap_or(Date::MAX)))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn occitanie() -> Areas {
        let structures = reference::structures();
        Areas::new(&Keys::new(structures), structures, &BTreeMap::new(), "76")
    }

    #[test]
    fn the_demonstration_region() {
        let areas = occitanie();
        let count = |level| areas.of_level(level).count();
        assert_eq!(
            LEVELS.map(count),
            [1, 13, 6, 64, 67],
            "a hospital with a paediatric structure is one site and two flux"
        );
        let region = areas.of_level("region").next().unwrap();
        assert_eq!(region.keys.len(), 67);
        assert_eq!(region.open_days(date(2025, 1, 1), date(2025, 3, 31)), 90);
        assert_eq!(region.site_days(date(2025, 1, 1), date(2025, 3, 31)), 67 * 90);
    }

    #[test]
    fn inhabitants_are_those_of_the_departements() {
        let areas = occitanie();
        let region = areas.of_level("region").next().unwrap();
        let sum: u64 = areas
            .of_level("departement")
            .filter_map(|area| areas.population(area, None))
            .sum();
        assert_eq!(areas.population(region, None), Some(sum));
        assert!(areas.population(region, Some(75)) < areas.population(region, None));
        assert_eq!(
            areas.population(region, Some(18)),
            None,
            "18 does not begin a five-year class"
        );
        assert_eq!(areas.population(areas.of_level("etablissement").next().unwrap(), None), None);
    }

    #[test]
    fn a_site_that_opens_during_the_period() {
        let mut structures = reference::structures()[..1].to_vec();
        structures[0].ouvert_du = date(2025, 3, 1);
        let areas = Areas::new(&Keys::new(&structures), &structures, &BTreeMap::new(), "76");
        let site = areas.of_level("etablissement").next().unwrap();
        assert_eq!(site.open_days(date(2025, 1, 1), date(2025, 3, 31)), 31);
        assert!(!site.is_open(date(2024, 1, 1), date(2024, 3, 31)));
        assert_eq!(
            site.open_weekdays(date(2025, 1, 1), date(2025, 3, 31), 6),
            5,
            "Saturdays of March"
        );
    }

    #[test]
    fn a_structure_whose_type_changed_has_its_latest_type() {
        let mut structures = vec![reference::structures()[0].clone(); 2];
        (structures[0].type_structure, structures[0].ouvert_au) = ("autre".to_owned(), Some(date(2024, 12, 31)));
        (structures[1].type_structure, structures[1].ouvert_du) = ("siege_smur".to_owned(), date(2025, 1, 1));
        for structures in [structures.clone(), structures.into_iter().rev().collect()] {
            let areas = Areas::new(&Keys::new(&structures), &structures, &BTreeMap::new(), "76");
            let types: Vec<&str> = areas.of_level("type_etablissement").map(|area| &*area.code).collect();
            assert_eq!(types, ["siege_smur"], "the one that rules are judged by");
        }
    }

    #[test]
    fn a_site_met_in_the_data_is_not_an_authorised_structure() {
        let structures = reference::structures();
        let mut keys = Keys::new(structures);
        keys.key("310000000/0");
        let areas = Areas::new(&keys, structures, &BTreeMap::new(), "76");
        let region = areas.of_level("region").next().unwrap();
        assert_eq!(region.open_structures(date(2025, 1, 1), date(2025, 3, 31)), 67);
        assert_eq!(region.keys.len(), 68, "its records count for the region");
        let site = areas
            .of_level("etablissement")
            .find(|area| &*area.code == "310000000")
            .unwrap();
        assert!(!site.is_declared());
    }
}
