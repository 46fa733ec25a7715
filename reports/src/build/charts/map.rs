//! D-G01, D-G03: maps. A rate fills areas by classes; counts are symbols only, never a fill.

use std::collections::BTreeMap;

use lake::reference::{Structure, latest};

use super::{Drawn, key};
use crate::build::Context;
use crate::build::cell::cell;
use crate::build::names::site_name;
use crate::build::words::Words;
use crate::charts::{Drawing, Fill, Map, MapArea, MapSite, Mark, Rings};
use crate::contours::{CREDIT, Outline};
use crate::declaration::{Backdrop, ChartDecl, Measure, Selection};
use crate::document::Cell;
use crate::typography as typo;

/// As many as the shades that are told apart at a glance.
const CLASSES: usize = 5;
/// Fewest areas for one class each.
const BY_CLASS: usize = 3;

/// One area and what is printed of it.
struct Painted<'a> {
    outline: &'a Outline,
    cell: Cell,
}

pub fn map(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let asked = declared.carte.as_ref()?;
    let frame = context.frame();
    let own = frame.sujet.as_ref().map(|subject| subject.departement.as_str());
    let region: Vec<&Outline> = frame
        .departements
        .iter()
        .filter_map(|(code, _)| context.contours.departement(code))
        .collect();
    let within = |code: &str| own.is_none_or(|own| own == code);
    let series = declared.serie.first();
    let painted: Vec<Painted> = match (asked.fond, series) {
        (Backdrop::Departement, None) => Vec::new(),
        (Backdrop::Departement, Some(series)) => {
            let outlines = region.iter().filter(|outline| within(&outline.code));
            outlines.map(|outline| of_departement(context, series, outline)).collect()
        }
        (Backdrop::Epci, series) => {
            let codes = series.map_or_else(Vec::new, |series| {
                let dim = series.dim.clone().unwrap_or_default();
                context.figures.modalities(&series.indicator(), &dim, None, "")
            });
            let outlines = codes.iter().filter_map(|code| context.contours.epci(code));
            let series = series.cloned().unwrap_or_default();
            outlines.map(|outline| of_epci(context, &series, outline)).collect()
        }
    };
    let values: Vec<f64> = painted
        .iter()
        .filter_map(|area| Some(area.cell.number.as_ref()?.value))
        .collect();
    if series.is_some() && values.is_empty() {
        return None;
    }
    let bounds = classes(&values);
    let sites = if asked.sites { sites(context) } else { Vec::new() };
    let mut areas: Vec<MapArea> = Vec::new();
    // Départements around, for their names; then what the map is about.
    if own.is_some() || painted.is_empty() {
        areas.extend(region.iter().map(|outline| MapArea {
            rings: outline.rings.clone(),
            name: outline.nom.clone(),
            // Of the whole region, every département is what the map is about.
            fill: match own.is_none_or(|own| own == outline.code) {
                true => Fill::Own,
                false => Fill::Around,
            },
            label: match own.is_some_and(|own| own == outline.code) {
                true => String::new(),
                false => outline.code.clone(),
            },
        }));
    }
    areas.extend(painted.iter().map(|area| MapArea {
        rings: area.outline.rings.clone(),
        name: typo::french(&area.outline.nom),
        fill: match &area.cell.number {
            Some(number) => Fill::Class(class_of(&bounds, number.value)),
            None => Fill::Without,
        },
        label: area.cell.text.clone(),
    }));
    let borders: Vec<Rings> = match asked.fond {
        Backdrop::Epci => region
            .iter()
            .filter(|outline| within(&outline.code))
            .map(|outline| outline.rings.clone())
            .collect(),
        Backdrop::Departement => Vec::new(),
    };
    let hidden = painted.iter().filter(|area| area.cell.number.is_none()).count();
    let largest = sites.iter().map(|(_, passages)| *passages).fold(0.0, f64::max);
    let unit = painted
        .iter()
        .find_map(|area| Some(area.cell.number.as_ref()?.unit))
        .unwrap_or_default();
    let rows = match series {
        Some(series) => rates(context, series, &painted),
        None => sites.iter().map(|(site, passages)| of_site(site, *passages)).collect(),
    };
    let header = match series {
        Some(series) => [asked.fond.title(), &series.titre, "Passages"].map(str::to_owned).to_vec(),
        None => ["Site", "Type", "Commune (Insee)", "Passages"].map(str::to_owned).to_vec(),
    };
    Some(Drawn {
        message: match series {
            Some(_) => extremes(&painted),
            None => located(words, &sites),
        },
        alternative: match series {
            Some(_) => format!(
                "Carte de {} territoires, en {} classes du plus clair au plus foncé ; la table donne chaque valeur.",
                painted.len(),
                bounds.len() + 1
            ),
            None => "Carte de situation : contour, départements voisins par leur numéro, sites par des disques.".to_owned(),
        },
        n: None,
        notes: std::iter::once(CREDIT.to_owned())
            .chain(
                (asked.sites && largest > 0.0)
                    .then(|| "Surface des disques proportionnelle aux passages de la période.".to_owned()),
            )
            .chain(asked.natures.then(|| {
                "Carrés : CHU ; losanges : autres sièges de SAMU ; disques pleins : sièges ou antennes de SMUR ; cercles : autres structures.".to_owned()
            }))
            .chain((hidden > 0).then(|| format!("Sans valeur publiée : {hidden} territoires, en blanc.")))
            .collect(),
        header,
        rows,
        drawing: Drawing::Map(Map {
            areas,
            borders,
            sites: sites
                .iter()
                .filter_map(|(site, passages)| {
                    Some(MapSite {
                        lon: site.lon?,
                        lat: site.lat?,
                        name: site_name(&site.nom),
                        size: if largest > 0.0 { passages / largest } else { 0.0 },
                        mark: if asked.natures { mark(site) } else { Mark::Disc },
                    })
                })
                .collect(),
            classes: ranges(&bounds, &values, unit),
            without: (hidden > 0).then(|| "sans valeur publiée".to_owned()),
            symbols: (asked.sites && !asked.natures).then(|| "structure d’urgence".to_owned()),
            inset: match own.filter(|_| asked.encart) {
                Some(own) => region
                    .iter()
                    .map(|outline| (outline.rings.clone(), outline.code == own))
                    .collect(),
                None => Vec::new(),
            },
        }),
    })
}

/// Q-G04: a shape for what each site is.
fn mark(site: &Structure) -> Mark {
    match site.type_structure.as_str() {
        "chu" => Mark::Square,
        "siege_samu" => Mark::Diamond,
        "siege_smur" => Mark::Disc,
        _ => Mark::Ring,
    }
}

fn of_departement<'a>(context: &Context, series: &Selection, outline: &'a Outline) -> Painted<'a> {
    let there = Selection {
        niveau: Some("departement".to_owned()),
        zone: Some(outline.code.clone()),
        ..series.clone()
    };
    Painted {
        outline,
        cell: cell(context, &there),
    }
}

/// Both sides of a share are of the same EPCI.
fn of_epci<'a>(context: &Context, series: &Selection, outline: &'a Outline) -> Painted<'a> {
    Painted {
        outline,
        cell: cell(context, &at_epci(series, &outline.code)),
    }
}

fn at_epci(series: &Selection, code: &str) -> Selection {
    Selection {
        modalite: Some(code.to_owned()),
        base: series.base.as_ref().map(|base| {
            Box::new(Selection {
                dim: series.dim.clone(),
                modalite: Some(code.to_owned()),
                ..(**base).clone()
            })
        }),
        ..series.clone()
    }
}

/// Each value and the passages behind it.
fn rates(context: &Context, series: &Selection, painted: &[Painted]) -> Vec<(String, Vec<Cell>)> {
    let mut rows: Vec<(String, Vec<Cell>)> = painted
        .iter()
        .map(|area| {
            let place = match &series.dim {
                Some(_) => at_epci(series, &area.outline.code),
                None => Selection {
                    niveau: Some("departement".to_owned()),
                    zone: Some(area.outline.code.clone()),
                    ..series.clone()
                },
            };
            let counted = Selection {
                mesure: Some(Measure::Numerateur),
                base: None,
                ..place
            };
            (
                typo::french(&area.outline.nom),
                vec![area.cell.clone(), cell(context, &counted)],
            )
        })
        .collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows
}

fn of_site(site: &Structure, passages: f64) -> (String, Vec<Cell>) {
    let cells = vec![
        Cell::words(crate::build::annexes::type_label(&site.type_structure)),
        Cell::words(site.insee.clone()),
        Cell::number(typo::count(passages), passages, ""),
    ];
    (site_name(&site.nom), cells)
}

/// General structure of each site and its passages, by name.
fn sites<'a>(context: &Context<'a>) -> Vec<(&'a Structure, f64)> {
    let mut by_site: BTreeMap<&str, Vec<&Structure>> = BTreeMap::new();
    for structure in &context.frame().structures {
        by_site.entry(&structure.finess).or_default().push(structure);
    }
    let passages = |finess: &str| {
        let all = Selection {
            indicateur: Some("RPU-I01".to_owned()),
            niveau: Some("etablissement".to_owned()),
            zone: Some(finess.to_owned()),
            ..Selection::default()
        };
        context.value(&key(context, &all, false)).unwrap_or(0.0)
    };
    let mut found: Vec<(&Structure, f64)> = by_site
        .into_iter()
        .filter_map(|(finess, rows)| {
            let first = rows.iter().map(|row| row.ordre).min()?;
            let general = latest(rows.into_iter().filter(|row| row.ordre == first))?;
            Some((general, passages(finess)))
        })
        .collect();
    found.sort_by(|a, b| a.0.nom.cmp(&b.0.nom));
    found
}

/// Upper bounds of all classes but the last: as many areas in each, as near as may be.
fn classes(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    let wanted = CLASSES.min(sorted.len() / BY_CLASS).max(1);
    (1..wanted)
        .filter_map(|rank| sorted.get(rank * sorted.len() / wanted).copied())
        .collect()
}

/// Bounds are the lowest value of the class above.
fn class_of(bounds: &[f64], value: f64) -> usize {
    bounds.iter().filter(|bound| value >= **bound).count()
}

/// « 152,3 – 201,4 »: the lowest and the highest value met in each class.
fn ranges(bounds: &[f64], values: &[f64], unit: &str) -> Vec<String> {
    let print = |value: f64| match unit {
        "%" => typo::share(value / 100.0),
        _ => typo::decimal(value, 1),
    };
    let of_class = |rank: usize| values.iter().copied().filter(move |value| class_of(bounds, *value) == rank);
    let range = |rank: usize| {
        let (low, high) = (of_class(rank).reduce(f64::min)?, of_class(rank).reduce(f64::max)?);
        Some(format!("{}\u{a0}– {}", print(low), print(high)))
    };
    match values.is_empty() {
        true => Vec::new(),
        false => (0..=bounds.len()).filter_map(range).collect(),
    }
}

fn extremes(painted: &[Painted]) -> Option<String> {
    let value = |area: &&Painted| area.cell.number.as_ref().map(|number| number.value);
    let known = || painted.iter().filter(|area| area.cell.number.is_some());
    let high = known().max_by(|a, b| value(a).partial_cmp(&value(b)).unwrap_or(std::cmp::Ordering::Equal))?;
    let low = known().min_by(|a, b| value(a).partial_cmp(&value(b)).unwrap_or(std::cmp::Ordering::Equal))?;
    Some(format!(
        "De {} ({}) à {} ({})",
        low.cell.text, low.outline.nom, high.cell.text, high.outline.nom
    ))
}

fn located(words: &Words, sites: &[(&Structure, f64)]) -> Option<String> {
    let name = words.french("{sujet}");
    match sites {
        [] => None,
        [_] => Some(format!("{name} : un site d'urgences")),
        sites => Some(format!("{name} : {} sites d'urgences", sites.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_hold_as_many_areas_each_and_their_ranges_are_values_met() {
        let values: Vec<f64> = (1..=15).map(f64::from).collect();
        let bounds = classes(&values);
        assert_eq!(bounds, [4.0, 7.0, 10.0, 13.0]);
        assert_eq!(class_of(&bounds, 3.0), 0);
        assert_eq!(class_of(&bounds, 4.0), 1);
        assert_eq!(ranges(&bounds, &values, "")[0], "1,0\u{a0}– 3,0");
        assert_eq!(classes(&[5.0, 5.0]), Vec::<f64>::new(), "one class for one value");
    }
}
