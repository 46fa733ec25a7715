//! The release of one site, and of one département, made up from that of the region: its figures under their names.

use std::sync::Arc;

use lake::figure::{Figure, Status};
use lake::release::{PAIRS, Release, Sujet};
use lake::retour::Pairs;

use super::{PERIOD, noise, release_with_regulation};

/// CHU of Toulouse.
pub const SITE: &str = "310783048";

pub fn site() -> Release {
    let mut release = of("etablissement", SITE, "HOPITAL PURPAN CHU TOULOUSE");
    release.frame.structures.retain(|structure| structure.finess == SITE);
    let own: Vec<Figure> = release
        .figures
        .iter()
        .filter(|figure| *figure.level == *"etablissement" && *figure.period == *PERIOD && figure.dim2.is_empty())
        .cloned()
        .collect();
    for figure in own {
        for (perimeter, p) in PAIRS {
            release.figures.push(Figure {
                level: "groupe_pairs".into(),
                area: "chu".into(),
                perimetre: perimeter.into(),
                denominator: Some(3.0),
                value: figure.value.map(|value| value * (0.8 + 0.4 * p)),
                ..figure.clone()
            });
        }
    }
    release
}

pub fn departement() -> Release {
    let mut release = of("departement", "31", "Haute-Garonne");
    release.frame.structures.retain(|structure| structure.departement == "31");
    release
}

fn of(level: &str, area: &str, name: &str) -> Release {
    let mut release = release_with_regulation();
    let sites: Vec<String> = release
        .frame
        .structures
        .iter()
        .filter(|structure| structure.departement == "31")
        .map(|structure| structure.finess.clone())
        .collect();
    let region: Vec<Figure> = release
        .figures
        .iter()
        .filter(|figure| *figure.level == *"region")
        .cloned()
        .collect();
    let own = |figure: &Figure| {
        let of_site = *figure.level == *"etablissement" && level == "departement" && sites.contains(&figure.area.to_string());
        *figure.level == *"region" || of_site
    };
    release.figures.retain(own);
    let (own_level, own_area): (Arc<str>, Arc<str>) = (level.into(), area.into());
    release.figures.extend(region.into_iter().map(|figure| Figure {
        level: own_level.clone(),
        area: own_area.clone(),
        ..figure
    }));
    for (indicator, unit, mean, spread) in [("RPU-I61", "minutes", 200.0, 30.0), ("RPU-I70", "fraction", 0.21, 0.02)] {
        release
            .figures
            .retain(|figure| !(*figure.indicator == *indicator && *figure.period_kind == *"month"));
        for month in 0..24 {
            let period = format!("{}-{:02}", 2023 + (month + 3) / 12, (month + 3) % 12 + 1);
            // The last months are beyond what chance gives.
            let drift = if indicator == "RPU-I61" && month > 21 { 5.0 } else { 0.0 };
            let value = mean + spread * (noise(&[indicator, &period]) - 0.5 + drift);
            release.figures.push(Figure {
                indicator: indicator.into(),
                domaine: "rpu".into(),
                level: own_level.clone(),
                area: own_area.clone(),
                period_kind: "month".into(),
                period: period.as_str().into(),
                perimetre: "tous".into(),
                population: "tous".into(),
                dim: "".into(),
                modalite: "".into(),
                dim2: "".into(),
                modalite2: "".into(),
                numerator: None,
                denominator: Some(3_000.0),
                missing: Some(100.0),
                excluded: Some(0.0),
                value: Some(value),
                low: None,
                high: None,
                unit: unit.into(),
                status: Status::Ok,
            });
        }
    }
    release.frame.sujet = Some(Sujet {
        niveau: level.to_owned(),
        zone: area.to_owned(),
        nom: name.to_owned(),
        departement: "31".to_owned(),
        groupe: (level == "etablissement").then(|| "chu".to_owned()),
        pairs: (level == "etablissement").then(|| Pairs {
            libelle: "CHU".to_owned(),
            sites: 3,
            sites_region: 63,
            minimum: 3,
        }),
        contact: Some("Dr Exemple, dim@exemple.fr".to_owned()),
    });
    release
}
