//! The same attacker before a whole small release: a region, its départements and its sites, months and their quarter, ages and their
//! sum, everything printed taken together. Nothing here comes from the gate.

use std::collections::BTreeMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use proptest::prelude::*;

use super::*;

/// Site, and its département.
const SITES: [(&str, &str); 4] = [
    ("310783048", "31"),
    ("310781505", "31"),
    ("810000505", "81"),
    ("810000521", "81"),
];
const MONTHS: [&str; 3] = ["2025-01", "2025-02", "2025-03"];
/// The last ones have no known age: no population has them but everybody.
const AGES: [&str; 4] = ["pediatrie", "adultes", "geriatrie", ""];
const CELLS: usize = SITES.len() * MONTHS.len() * AGES.len();

/// One number that could be printed, and the cells that it is the sum of.
fn sums() -> Vec<(Figure, Vec<usize>)> {
    let areas = [("region", "76"), ("departement", "31"), ("departement", "81")];
    let areas = areas.into_iter().chain(SITES.map(|(site, _)| ("etablissement", site)));
    let mut found = Vec::new();
    for (level, area) in areas {
        for period in MONTHS.into_iter().chain(["2025-Q1"]) {
            for population in ["tous", "pediatrie", "adultes", "geriatrie"] {
                let cells = (0..CELLS).filter(|cell| {
                    let (site, departement) = SITES[cell / 12];
                    let (month, age) = (MONTHS[cell / 4 % 3], AGES[cell % 4]);
                    (level == "region" || area == site || area == departement)
                        && (period == "2025-Q1" || period == month)
                        && (population == "tous" || population == age)
                });
                let figure = Figure {
                    level: level.into(),
                    area: area.into(),
                    period_kind: if period == "2025-Q1" { "quarter" } else { "month" }.into(),
                    period: period.into(),
                    population: population.into(),
                    ..figure("RPU-I01", Some(0.0), None)
                };
                found.push((figure, cells.collect()));
            }
        }
    }
    found
}

fn released(counts: &[u16]) -> Gated {
    let figures: Vec<Figure> = sums()
        .into_iter()
        .map(|(figure, cells)| {
            let sum: u32 = cells.iter().map(|cell| u32::from(counts[*cell])).sum();
            Figure {
                numerator: Some(f64::from(sum)),
                value: Some(f64::from(sum)),
                ..figure
            }
        })
        .collect();
    pass(&figures, Audience::Public, &Policy::default())
}

/// The least and the most that the sum of some cells may be, given every number printed.
fn bounds(printed: &BTreeMap<Vec<usize>, f64>, wanted: &[usize]) -> (f64, f64) {
    let solve = |direction: OptimizationDirection| {
        let mut problem = Problem::new(direction);
        let cells: Vec<Variable> = (0..CELLS)
            .map(|cell| problem.add_var(if wanted.contains(&cell) { 1.0 } else { 0.0 }, (0.0, 1e5)))
            .collect();
        for (sum, value) in printed {
            let row: Vec<(Variable, f64)> = sum.iter().map(|cell| (cells[*cell], 1.0)).collect();
            problem.add_constraint(row, ComparisonOp::Eq, *value);
        }
        let found = problem.solve().unwrap().into_solution().unwrap();
        wanted.iter().map(|cell| found.var_value(cells[*cell])).sum::<f64>()
    };
    (solve(OptimizationDirection::Minimize), solve(OptimizationDirection::Maximize))
}

/// The small counts that the attacker bounds more closely than allowed, in words; a release that is refused tells nothing.
fn told(counts: &[u16]) -> Vec<String> {
    let gated = released(counts);
    if gated.audit.as_ref().is_none_or(|audit| audit.refuses > 0) {
        return Vec::new();
    }
    let sums = sums();
    let printed = sums.iter().zip(&gated.figures);
    let printed: BTreeMap<Vec<usize>, f64> = printed
        .filter_map(|((_, cells), figure)| Some((cells.clone(), figure.value?)))
        .collect();
    let mut told = Vec::new();
    for ((of, cells), figure) in sums.iter().zip(&gated.figures) {
        let truth: f64 = cells.iter().map(|cell| f64::from(counts[*cell])).sum();
        if !(1.0..11.0).contains(&truth) {
            continue;
        }
        let (least, most) = bounds(&printed, cells);
        let hidden = figure.status == Status::Masked && most >= 11.0 - 1e-6 && most - least >= 10.0 - 1e-6;
        if !hidden {
            told.push(format!(
                "{} {} {}: {truth} in {least}–{most}",
                of.area, of.period, of.population
            ));
        }
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nobody_can_be_read_in_a_whole_public_release(
        counts in proptest::collection::vec(prop_oneof![1 => 0u16..14, 3 => 20u16..300], CELLS)
    ) {
        prop_assert_eq!(told(&counts), Vec::<String>::new());
    }
}

#[test]
fn a_whole_release_with_one_small_count_is_published_and_hides_it() {
    let mut counts = vec![120; CELLS];
    counts[2] = 4;
    let gated = released(&counts);
    let audit = gated.audit.unwrap();
    assert_eq!(audit.refuses, 0);
    let masked = gated.figures.iter().filter(|figure| figure.status == Status::Masked).count();
    assert!(
        (4..=20).contains(&masked),
        "{masked} numbers masked of {}",
        gated.figures.len()
    );
    assert_eq!(told(&counts), Vec::<String>::new());
}

/// Else the property above would say nothing.
#[test]
fn most_whole_releases_with_some_small_counts_are_published() {
    let published = (0..12).filter(|turn| {
        let of = |cell: usize| match (cell * 7 + turn * 5) % 11 {
            0 => 3 + (cell % 6) as u16,
            rest => 40 + 13 * rest as u16,
        };
        let counts: Vec<u16> = (0..CELLS).map(of).collect();
        released(&counts).audit.is_some_and(|audit| audit.refuses == 0)
    });
    assert!(published.count() >= 9);
}
