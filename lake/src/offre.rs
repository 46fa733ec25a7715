//! What a département has to answer emergencies with, and for how many inhabitants: the public tables, département by département.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::reference;

/// One département. Zero where the tables have none; the tables of SAMU and SMUR are those of the demonstration region.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Offre {
    pub departement: String,
    pub samu: u64,
    /// Sites that are the seat of a SMUR; antennas are counted apart.
    pub smur: u64,
    pub antennes: u64,
    pub smur_pediatriques: u64,
    /// Sites of a SMUR that declare a helicopter or a plane.
    pub smur_aeriens: u64,
    pub habitants: u64,
    /// By the first age of each class of five years.
    pub habitants_par_age: BTreeMap<u8, u64>,
}

impl Offre {
    /// Inhabitants from an age on; none for an age inside a class, whose inhabitants are not known apart.
    pub fn from_age(&self, age: i16) -> Option<u64> {
        let age = u8::try_from(age).ok().filter(|age| age % 5 == 0)?;
        Some(self.habitants_par_age.range(age..).map(|(_, count)| count).sum())
    }
}

/// Those of these départements, in their order.
pub fn offre(departements: &[(String, String)]) -> Vec<Offre> {
    departements.iter().map(|(code, _)| of(code)).collect()
}

fn of(code: &str) -> Offre {
    let mut offre = Offre {
        departement: code.to_owned(),
        ..Offre::default()
    };
    for site in reference::smur().iter().filter(|site| site.departement == code) {
        let has = |mark: Option<u8>| u64::from(mark.is_some_and(|mark| mark > 0));
        offre.samu += has(site.samu);
        offre.smur += has(site.smur);
        offre.antennes += has(site.antenne);
        offre.smur_pediatriques += has(site.smur_pediatrique);
        offre.smur_aeriens += u64::from(site.moyens_aeriens.is_some_and(|count| count > 0));
    }
    for row in reference::population().iter().filter(|row| row.departement == code) {
        offre.habitants += u64::from(row.population);
        *offre.habitants_par_age.entry(row.age_min).or_default() += u64::from(row.population);
    }
    offre
}

/// Départements outside a region that touch one of its own.
pub fn limitrophes(region: &str) -> BTreeSet<&'static str> {
    let own = |code: &str| {
        reference::departements()
            .iter()
            .any(|row| row.code == code && row.region == region)
    };
    let rows = include_str!("../reference/departements_limitrophes.csv").lines().skip(1);
    rows.filter_map(|line| line.split_once(','))
        .filter(|(code, _)| own(code))
        .flat_map(|(_, others)| others.split('|'))
        .filter(|code| !code.is_empty() && !own(code))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_neighbours_of_occitanie_are_ten() {
        let known = ["07", "13", "15", "19", "24", "40", "43", "47", "64", "84"];
        assert_eq!(limitrophes("76"), known.into_iter().collect());
    }

    #[test]
    fn each_departement_of_the_demonstration_has_its_samu_and_its_inhabitants() {
        let codes: Vec<(String, String)> = reference::departements()
            .iter()
            .filter(|row| row.region == "76")
            .map(|row| (row.code.clone(), row.nom.clone()))
            .collect();
        let offre = offre(&codes);
        assert_eq!(offre.len(), 13);
        assert!(offre.iter().all(|row| row.samu == 1 && row.smur > 0));
        let aged: u64 = offre.iter().filter_map(|row| row.from_age(75)).sum();
        assert!((500_000..800_000).contains(&aged), "{aged}");
        assert_eq!(offre[0].from_age(78), None);
    }
}
