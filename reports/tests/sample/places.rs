//! Sites, areas and periods of the sample.

use std::collections::BTreeSet;

use lake::reference::{self, Structure, TYPES};

use super::{BEFORE, ENTERING, LEAVING, PERIOD, Spot, wobble};

/// Every area and period of the sample for these populations; a site that does not send has none.
pub fn spots(populations: &[&'static str]) -> Vec<Spot> {
    let mut spots = Vec::new();
    for (kind, period, total, now) in [
        ("quarter", PERIOD, 455_400.0, true),
        ("quarter", BEFORE, 445_000.0, false),
        ("rolling12", "2025-03", 1_871_300.0, true),
        ("rolling12", "2024-03", 1_829_900.0, false),
    ] {
        for population in populations {
            let part = match *population {
                "pediatrie" => 0.243,
                "geriatrie" => 0.187,
                _ => 1.0,
            };
            let mut push = |level: &'static str, area: &str, weight: f64| {
                if weight > 0.0 {
                    spots.push(Spot {
                        level,
                        area: area.to_owned(),
                        kind,
                        period: period.to_owned(),
                        population,
                        n: (total * part * weight * wobble(&[area, period], if level == "region" { 0.0 } else { 0.03 })).round(),
                    });
                }
            };
            push("region", "76", 1.0);
            let sum = |keep: &dyn Fn(&Structure) -> bool| {
                sites()
                    .filter(|site| keep(site) && sends(&site.finess, now))
                    .map(weight)
                    .sum::<f64>()
            };
            for (code, _) in departements() {
                push("departement", &code, sum(&|site| site.departement == code));
            }
            for (code, _) in TYPES {
                push("type_etablissement", code, sum(&|site| site.type_structure == code));
            }
            for site in sites() {
                push(
                    "etablissement",
                    &site.finess,
                    sum(&|other| other.finess == site.finess && other.ordre == site.ordre),
                );
            }
        }
    }
    spots
}

/// One structure per site, the first.
pub fn sites() -> impl Iterator<Item = &'static Structure> {
    let mut seen = BTreeSet::new();
    reference::structures()
        .iter()
        .filter(move |structure| seen.insert(&structure.finess))
}

pub fn weight(structure: &Structure) -> f64 {
    f64::from(structure.passages_2024.unwrap_or(12_000)) / 1_790_000.0
}

pub fn sends(finess: &str, now: bool) -> bool {
    finess != if now { LEAVING } else { ENTERING }
}

pub fn departements() -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> = reference::departements()
        .iter()
        .filter(|row| row.region == "76")
        .map(|row| (row.code.clone(), row.nom.clone()))
        .collect();
    rows.sort();
    rows
}

pub fn days_of(period: &str) -> f64 {
    match period {
        PERIOD => 90.0,
        BEFORE => 91.0,
        "2024-03" => 366.0,
        _ => 365.0,
    }
}
