//! Daily tables: totals only. One crossed with a category or a population is published for an area when no day of it holds a small
//! count, and is withdrawn whole otherwise (disclosure.md §3): a calendar of holes would say on which days there were few. What the
//! published tables of its parts leave of a wider area must not be small either.

use std::collections::BTreeMap;

use lake::figure::{Figure, Status};
use rustc_hash::FxHashMap;

use super::counts::Places;
use super::protection::Protection;
use super::{Policy, primary};
use crate::indicators::Secret;

/// What was withdrawn.
#[derive(Debug, Default)]
pub struct Withdrawn {
    pub tables: u64,
    /// Whether each figure went with its table.
    pub figures: Vec<bool>,
}

/// Masks every figure of the tables that do not hold.
pub fn withdraw(
    figures: &[Figure],
    protections: &BTreeMap<String, Protection>,
    places: &Places,
    policy: &Policy,
    verdicts: &mut [Option<Status>],
) -> Withdrawn {
    let of_patients = |figure: &Figure| {
        protections
            .get(&*figure.indicator)
            .is_some_and(|row| row.secret == Secret::Personnes)
    };
    let is_crossed = |figure: &Figure| {
        let crossed = !figure.dim.is_empty() || &*figure.population != EVERYONE;
        let has_numbers = figure.value.is_some() || figure.denominator.is_some();
        &*figure.period_kind == "day" && crossed && has_numbers && of_patients(figure) && !primary::is_own(figure, policy)
    };
    let mut subjects: BTreeMap<Subject<'_>, BTreeMap<Area<'_>, Table>> = BTreeMap::new();
    for (index, figure) in figures.iter().enumerate().filter(|(_, figure)| is_crossed(figure)) {
        let areas = subjects.entry(subject(figure)).or_default();
        let table = areas.entry((&figure.level, &figure.area)).or_default();
        table.figures.push(index);
        table.is_broken |= verdicts[index] == Some(Status::Masked);
    }
    let mut withdrawn = Withdrawn {
        tables: 0,
        figures: vec![false; figures.len()],
    };
    for mut areas in subjects.into_values() {
        // Départements, types and groupings before the region that they make.
        for level in places.levels().chain(["region"]) {
            let wider: Vec<Area<'_>> = areas.keys().copied().filter(|(of, _)| *of == level).collect();
            for area in wider {
                let leaves_few = !areas[&area].is_broken && leaves_few(figures, &areas, area, places, policy);
                if let Some(table) = areas.get_mut(&area).filter(|_| leaves_few) {
                    table.is_broken = true;
                }
            }
        }
        for table in areas.into_values().filter(|table| table.is_broken) {
            withdrawn.tables += 1;
            for index in table.figures {
                (verdicts[index], withdrawn.figures[index]) = (Some(Status::Masked), true);
            }
        }
    }
    withdrawn
}

pub(super) const EVERYONE: &str = "tous";

/// Level and code.
type Area<'a> = (&'a str, &'a str);

type Subject<'a> = [&'a str; 5];

/// All the days of a subject in an area.
#[derive(Default)]
struct Table {
    figures: Vec<usize>,
    is_broken: bool,
}

fn subject(figure: &Figure) -> Subject<'_> {
    [
        &figure.indicator,
        &figure.perimetre,
        &figure.population,
        &figure.dim,
        &figure.dim2,
    ]
}

/// Whether the withdrawn parts of an area can be told from it and from those that are published: their sum on a day is small.
fn leaves_few(
    figures: &[Figure],
    areas: &BTreeMap<Area<'_>, Table>,
    (level, code): Area<'_>,
    places: &Places,
    policy: &Policy,
) -> bool {
    let is_part = |(of, part): &Area<'_>, wanted: &str| {
        let inside = level == "region"
            || places
                .above(of, part)
                .iter()
                .any(|(above, area)| above == level && area == code);
        *of == wanted && inside
    };
    let cuts: Vec<&str> = match level {
        "region" => places.levels().chain(["etablissement"]).collect(),
        "departement" | "type_etablissement" => vec!["etablissement"],
        _ => vec!["departement", "etablissement"],
    };
    cuts.into_iter().any(|cut| {
        let parts = || areas.iter().filter(|(area, _)| is_part(area, cut)).map(|(_, table)| table);
        if !parts().any(|table| table.is_broken) {
            return false;
        }
        let mut left: FxHashMap<[&str; 3], f64> = FxHashMap::default();
        for index in &areas[&(level, code)].figures {
            *left.entry(cell(&figures[*index])).or_default() += count(&figures[*index]);
        }
        for index in parts().filter(|table| !table.is_broken).flat_map(|table| &table.figures) {
            *left.entry(cell(&figures[*index])).or_default() -= count(&figures[*index]);
        }
        left.values().any(|count| policy.is_small(*count))
    })
}

fn cell(figure: &Figure) -> [&str; 3] {
    [&figure.period, &figure.modalite, &figure.modalite2]
}

fn count(figure: &Figure) -> f64 {
    figure.numerator.or(figure.denominator).or(figure.value).unwrap_or(0.0)
}
