//! The setting of a release: region, structures, population, calendar.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use lake::reference::{self, Structure, Vacances};
use lake::release::RuptureConnue;

use crate::indicators::Period;
use crate::sites::Rupture;

/// Zones of the school holidays by region (code of the region, zone), since the 2015–2016 school year.
/// Source: arrêté du 16 avril 2015 fixant le calendrier scolaire, by académie.
const ZONES: [(&str, &str); 12] = [
    ("11", "C"),
    ("24", "B"),
    ("27", "A"),
    ("28", "B"),
    ("32", "B"),
    ("44", "B"),
    ("52", "B"),
    ("53", "B"),
    ("75", "A"),
    ("76", "C"),
    ("84", "A"),
    ("93", "B"),
];

pub fn region_name(region: &str) -> String {
    let rows = reference::departements().iter();
    rows.filter(|row| row.region == region)
        .map(|row| row.region_nom.clone())
        .next()
        .unwrap_or_else(|| region.to_owned())
}

/// (code, name).
pub fn departements(region: &str) -> Vec<(String, String)> {
    let rows = reference::departements().iter();
    rows.filter(|row| row.region == region)
        .map(|row| (row.code.clone(), row.nom.clone()))
        .collect()
}

/// Those open in one of the two periods.
pub fn structures(structures: &[Structure], before: &Period, quarter: &Period) -> Vec<Structure> {
    let open = |structure: &Structure, period: &Period| {
        structure.ouvert_du <= period.to && structure.ouvert_au.is_none_or(|end| period.from <= end)
    };
    structures
        .iter()
        .filter(|structure| open(structure, before) || open(structure, quarter))
        .cloned()
        .collect()
}

/// Those that lie between the quarter and the year before, the twelve months of both included.
pub fn ruptures(ruptures: &[Rupture], before: &Period, quarter: &Period) -> Vec<RuptureConnue> {
    let start = before.from.saturating_sub(9.months());
    let crossed = ruptures
        .iter()
        .filter(|rupture| start < rupture.date && rupture.date <= quarter.to);
    let mut found: Vec<RuptureConnue> = crossed
        .map(|rupture| RuptureConnue {
            finess: rupture.finess.clone(),
            ordre: rupture.ordre,
            date: rupture.date,
            libelle: rupture.nature.libelle().to_owned(),
            vers_finess: rupture.vers_finess.clone(),
            note: rupture.note.clone(),
        })
        .collect();
    found.sort_by(|a, b| (a.date, &a.finess, a.ordre).cmp(&(b.date, &b.finess, b.ordre)));
    found
}

/// (sexe, age_min, age_max, inhabitants) of the region, by sex then age.
pub fn population(region: &str) -> Vec<(String, u8, Option<u8>, u64)> {
    let codes = departements(region);
    let mut classes: BTreeMap<(String, u8, Option<u8>), u64> = BTreeMap::new();
    for row in reference::population() {
        if codes.iter().any(|(code, _)| *code == row.departement) {
            *classes.entry((row.sexe.clone(), row.age_min, row.age_max)).or_default() += u64::from(row.population);
        }
    }
    classes
        .into_iter()
        .map(|((sexe, from, to), count)| (sexe, from, to, count))
        .collect()
}

pub fn population_year() -> i16 {
    reference::population().iter().map(|row| row.annee).max().unwrap_or_default()
}

pub fn holidays(periods: &[&Period]) -> Vec<(Date, String)> {
    let days = reference::jours_feries().iter();
    days.filter(|(day, _)| periods.iter().any(|period| period.contains(**day)))
        .map(|(day, name)| (*day, name.clone()))
        .collect()
}

pub fn school_holidays(region: &str, periods: &[&Period]) -> Vec<Vacances> {
    let Some((_, zone)) = ZONES.iter().find(|(code, _)| *code == region) else {
        return Vec::new();
    };
    reference::vacances_scolaires()
        .iter()
        .filter(|row| row.zone == *zone)
        .filter(|row| periods.iter().any(|period| row.debut <= period.to && period.from <= row.fin))
        .cloned()
        .collect()
}
