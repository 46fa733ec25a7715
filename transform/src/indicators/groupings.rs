//! Groupings that an observatory declares in a file: a territory when an area of it holds every structure of each of its
//! départements, so that its inhabitants are known; else a set of sites.

use std::collections::{BTreeMap, BTreeSet};

use lake::reference::Structure;

/// By level and département, the only area that its structures belong to.
pub type Territories = BTreeMap<(String, String), String>;

/// The départements whose every structure belongs to one area of a level, when that area has no structure of a département that it
/// shares.
pub fn territories(structures: &[Structure]) -> Territories {
    let levels: BTreeSet<&String> = structures.iter().flat_map(|structure| structure.groupements.keys()).collect();
    let mut found = Territories::new();
    for level in levels {
        let mut areas: BTreeMap<&str, BTreeSet<Option<&String>>> = BTreeMap::new();
        for structure in structures {
            areas
                .entry(&structure.departement)
                .or_default()
                .insert(structure.groupements.get(level));
        }
        let shared: BTreeSet<&String> = areas
            .values()
            .filter(|areas| areas.len() > 1)
            .flatten()
            .copied()
            .flatten()
            .collect();
        for (departement, areas) in &areas {
            let mut only = areas
                .iter()
                .copied()
                .flatten()
                .filter(|area| areas.len() == 1 && !shared.contains(area));
            if let Some(area) = only.next() {
                found.insert((level.clone(), (*departement).to_owned()), area.clone());
            }
        }
    }
    found
}

/// The territories of a département, by level.
pub fn of_departement(territories: &Territories, departement: Option<&str>) -> BTreeMap<String, String> {
    let own = territories.iter().filter(|((_, code), _)| Some(code.as_str()) == departement);
    own.map(|((level, _), area)| (level.clone(), area.clone())).collect()
}

/// The départements of a territory; none when the area is a set of sites.
pub fn departements(territories: &Territories, level: &str, area: &str) -> Vec<String> {
    let own = territories.iter().filter(|((of, _), code)| of == level && *code == area);
    own.map(|((_, departement), _)| departement.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::areas::{Areas, Keys};

    fn grouped(area: impl Fn(&Structure) -> Option<&'static str>) -> Vec<Structure> {
        let rows = lake::reference::structures().iter().cloned();
        rows.map(|mut row| {
            let own = area(&row).map(|area| ("groupe".to_owned(), area.to_owned()));
            row.groupements.extend(own);
            row
        })
        .collect()
    }

    #[test]
    fn whole_departements_are_a_territory_whose_inhabitants_are_known() {
        let structures = grouped(|row| match row.departement.as_str() {
            "31" | "09" => Some("Ouest"),
            "34" => Some("Est"),
            _ => None,
        });
        let mut keys = Keys::new(&structures);
        keys.key("samu310/0");
        let areas = Areas::new(&keys, &structures, &[("samu310".to_owned(), "31".to_owned())].into(), "76");
        let west = areas.of_level("groupe").find(|area| &*area.code == "Ouest").unwrap();
        assert_eq!(west.departements, ["09", "31"]);
        assert_eq!(areas.population(west, None), Some(1_506_391 + 156_787));
        let samu = keys.flux().find(|(_, name)| *name == "samu310/0").unwrap().0;
        assert!(west.keys.contains(&samu), "the SAMU of the Haute-Garonne is in its territory");
        assert_eq!(areas.groupings().into_iter().collect::<Vec<_>>(), ["groupe".into()]);
    }

    #[test]
    fn a_group_that_shares_a_departement_is_a_set_of_sites() {
        let structures = grouped(|row| (row.finess == "310783048" || row.departement == "09").then_some("GHT"));
        let areas = Areas::new(&Keys::new(&structures), &structures, &BTreeMap::new(), "76");
        let group = areas.of_level("groupe").next().unwrap();
        assert!(group.departements.is_empty());
        assert_eq!(areas.population(group, None), None);
    }
}
