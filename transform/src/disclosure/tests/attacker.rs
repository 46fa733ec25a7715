//! An attacker reads a whole public release, writes down every sum that ought to hold, and solves for the least and the most that each
//! masked count may be. Nothing here comes from the gate.

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use proptest::prelude::*;

use super::*;

const SITES: [&str; 3] = ["310783048", "310781406", "310019351"];
const MONTHS: [&str; 3] = ["2025-01", "2025-02", "2025-03"];

/// The passages of three sites of one département over the months of a quarter, with every total.
fn release(counts: &[u16]) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (site, name) in SITES.iter().map(|site| (1, *site)).chain([(3, "31")]).enumerate() {
        let rows = if name.0 == 1 { site..site + 1 } else { 0..3 };
        for (month, label) in MONTHS.iter().chain(["2025-Q1"].iter()).enumerate() {
            let columns = if month < 3 { month..month + 1 } else { 0..3 };
            let cells = rows
                .clone()
                .flat_map(|row| columns.clone().map(move |column| row * 3 + column));
            let sum: u32 = cells.map(|cell| u32::from(counts[cell])).sum();
            figures.push(Figure {
                level: if name.0 == 1 { "etablissement" } else { "departement" }.into(),
                area: name.1.into(),
                period_kind: if month < 3 { "month" } else { "quarter" }.into(),
                period: (*label).into(),
                ..figure("RPU-I01", Some(f64::from(sum)), None)
            });
        }
    }
    figures
}

/// The least and the most that a number of the table may be, given the numbers printed.
fn bounds(printed: &[Figure], wanted: usize) -> (f64, f64) {
    let solve = |direction: OptimizationDirection| {
        let mut problem = Problem::new(direction);
        let objective = |index: usize| if index == wanted { 1.0 } else { 0.0 };
        let unknown: Vec<Variable> = printed
            .iter()
            .enumerate()
            .map(|(index, figure)| match figure.value {
                Some(value) => problem.add_var(objective(index), (value, value)),
                None => problem.add_var(objective(index), (0.0, 1e5)),
            })
            .collect();
        let at = |row: usize, column: usize| unknown[row * 4 + column];
        for line in 0..4 {
            let row = [
                (at(line, 0), 1.0),
                (at(line, 1), 1.0),
                (at(line, 2), 1.0),
                (at(line, 3), -1.0),
            ];
            let column = [
                (at(0, line), 1.0),
                (at(1, line), 1.0),
                (at(2, line), 1.0),
                (at(3, line), -1.0),
            ];
            problem.add_constraint(row, ComparisonOp::Eq, 0.0);
            problem.add_constraint(column, ComparisonOp::Eq, 0.0);
        }
        problem.solve().unwrap().into_solution().unwrap().var_value(unknown[wanted])
    };
    (solve(OptimizationDirection::Minimize), solve(OptimizationDirection::Maximize))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_small_count_of_a_public_release_can_be_bounded_closely(counts in proptest::collection::vec(prop_oneof![0u16..14, 5u16..200], 9)) {
        let figures = release(&counts);
        let printed = public(&figures);
        for (index, (truth, figure)) in figures.iter().zip(&printed).enumerate() {
            let count = truth.value.unwrap();
            if count > 0.0 && count < 11.0 {
                prop_assert_eq!(figure.status, Status::Masked);
                let (least, most) = bounds(&printed, index);
                prop_assert!(least <= count + 1e-6 && most >= count - 1e-6);
                prop_assert!(most >= 11.0 - 1e-6 && most - least >= 10.0 - 1e-6, "{} in {}–{} of {:?}", count, least, most, counts);
            }
        }
    }
}

/// Months subtracted from a quarter gave masked months back, and sites subtracted from a département masked sites.
#[test]
fn months_and_sites_subtracted_from_their_totals_give_nothing_back() {
    let counts = [7, 60, 80, 40, 50, 60, 90, 95, 99];
    let printed = public(&release(&counts));
    let masked = printed.iter().filter(|figure| figure.status == Status::Masked).count();
    assert_eq!(masked, 4, "the month of the site, and a rectangle around it");
    let (least, most) = bounds(&printed, 0);
    assert!(most - least >= 10.0 && most >= 11.0, "{least}–{most}");
}
