//! The audit and the choice of cells, on tables small enough to be reasoned by hand.

use super::*;

const PUBLIC: Need = Need {
    seuil: 11.0,
    largeur: 10.0,
};

/// A table with its margins: cells by row then column, the totals of rows last in each, then the row of totals.
fn table(rows: &[&[f64]]) -> System {
    let width = rows[0].len();
    let mut system = System::default();
    let mut lines: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| row.iter().copied().chain([row.iter().sum()]).collect())
        .collect();
    lines.push((0..=width).map(|column| lines.iter().map(|row| row[column]).sum()).collect());
    for value in lines.iter().flatten() {
        system.cell(*value, Some(1));
    }
    let at = |row: usize, column: usize| (row * (width + 1) + column) as Cell;
    for row in 0..=rows.len() {
        let parts: Vec<Cell> = (0..width).map(|column| at(row, column)).collect();
        system.sum(&parts, at(row, width));
    }
    for column in 0..=width {
        let parts: Vec<Cell> = (0..rows.len()).map(|row| at(row, column)).collect();
        system.sum(&parts, at(rows.len(), column));
    }
    system.index();
    for cell in 0..system.count() {
        let small = system.values[cell] > 0.0 && system.values[cell] < PUBLIC.seuil;
        (system.hidden[cell], system.secret[cell]) = (small, small);
    }
    system
}

/// disclosure.md §4.1.
fn worked() -> System {
    table(&[
        &[124.0, 57.0, 7.0],
        &[88.0, 31.0, 26.0],
        &[64.0, 9.0, 18.0],
        &[210.0, 96.0, 40.0],
    ])
}

const T1B: Cell = 1;
const T1C: Cell = 2;
const T3B: Cell = 9;
const T3C: Cell = 10;

fn hide(system: &mut System, cell: Cell) {
    system.hidden[cell as usize] = true;
}

#[test]
fn the_small_cells_of_the_worked_table_are_computed_from_its_margins() {
    let system = worked();
    for (cell, value) in [(T1C, 7.0), (T3B, 9.0)] {
        assert_eq!(exact(&system, cell), Interval { min: value, max: value });
    }
}

#[test]
fn the_pattern_of_the_worked_table_is_the_only_one_with_two_more_cells() {
    let system = worked();
    assert_eq!(smallest(&system, PUBLIC, 1), None, "nothing passes with zero or one");
    assert_eq!(smallest(&system, PUBLIC, 2), Some(vec![T1B, T3C]));
    let passing = |cells: [Cell; 2]| {
        let mut tried = system.clone();
        cells.iter().for_each(|cell| hide(&mut tried, *cell));
        [T1C, T3B].iter().all(|cell| exact(&tried, *cell).is_enough(PUBLIC))
    };
    let free: Vec<Cell> = (0..system.count() as Cell)
        .filter(|cell| !system.hidden[*cell as usize])
        .collect();
    let pairs = free
        .iter()
        .flat_map(|a| free.iter().filter(move |b| a < *b).map(move |b| [*a, *b]));
    let passing: Vec<[Cell; 2]> = pairs.filter(|pair| passing(*pair)).collect();
    assert_eq!(passing, [[T1B, T3C]]);
}

#[test]
fn the_worked_table_gets_its_pattern_and_its_intervals_without_trying_them_all() {
    let mut system = worked();
    let done = protect(&mut system, PUBLIC, hide);
    let mut chosen = done.chosen.clone();
    chosen.sort_unstable();
    assert_eq!((chosen, done.refused.len()), (vec![T1B, T3C], 0));
    let bounds = |cell: Cell| {
        let interval = exact(&system, cell);
        (interval.min.round(), interval.max.round())
    };
    assert_eq!(
        [T1C, T1B, T3B, T3C].map(bounds),
        [(0.0, 25.0), (39.0, 64.0), (2.0, 27.0), (0.0, 25.0)]
    );
}

#[test]
fn months_subtracted_from_a_quarter_give_nothing_back() {
    let mut system = System::default();
    let months: Vec<Cell> = [7.0, 60.0, 80.0].map(|count| system.cell(count, Some(1))).to_vec();
    let quarter = system.cell(147.0, Some(1));
    system.sum(&months, quarter);
    system.index();
    (system.hidden[0], system.secret[0]) = (true, true);
    let done = protect(&mut system, PUBLIC, hide);
    assert_eq!(done.chosen, [months[1]], "the smallest of the others");
    assert!(exact(&system, months[0]).is_enough(PUBLIC));
}

#[test]
fn two_small_cells_beside_each_other_are_not_enough() {
    let mut system = System::default();
    let parts: Vec<Cell> = [1.0, 2.0, 30.0, 40.0].map(|count| system.cell(count, Some(1))).to_vec();
    let whole = system.cell(73.0, Some(1));
    system.sum(&parts, whole);
    system.index();
    for cell in 0..2 {
        (system.hidden[cell], system.secret[cell]) = (true, true);
    }
    assert_eq!(exact(&system, 0), Interval { min: 0.0, max: 3.0 });
    assert_eq!(protect(&mut system, PUBLIC, hide).chosen, [parts[2]]);
}

#[test]
fn a_rounded_rate_bounds_the_count_that_it_was_computed_from() {
    let mut system = System::default();
    let some = system.cell(7.0, Some(1));
    let all = system.cell(400.0, Some(1));
    // 1.8 %, printed with one digit.
    system.row([(some, 1.0), (all, -0.0185)], (f64::NEG_INFINITY, 0.0));
    system.row([(some, 1.0), (all, -0.0175)], (0.0, f64::INFINITY));
    system.index();
    (system.hidden[0], system.secret[0]) = (true, true);
    let interval = exact(&system, some);
    assert!(
        (interval.min - 7.0).abs() < 1e-6 && (interval.max - 7.4).abs() < 1e-6,
        "{interval:?}"
    );
}

#[test]
fn a_secret_that_nothing_protects_is_refused() {
    let mut system = System::default();
    let known = system.cell(12.0, None);
    let small = system.cell(7.0, Some(1));
    let other = system.cell(5.0, None);
    system.sum(&[small, other], known);
    system.index();
    (system.hidden[1], system.secret[1]) = (true, true);
    assert!(protect(&mut system, PUBLIC, hide).refused.contains(&small));
}

/// 400 of the region = 7 of one age + 393 of the others, which another document has already said: only the 400 can go.
#[test]
fn what_is_spared_goes_when_nothing_else_protects() {
    let of_an_age = |spares: bool| {
        let mut system = System::default();
        let region = system.cell(400.0, None);
        let small = system.cell(7.0, Some(1));
        let others = system.cell(393.0, None);
        system.sum(&[small, others], region);
        system.index();
        (system.hidden[1], system.secret[1]) = (true, true);
        if spares {
            system.spared.push((region, 3));
        }
        let refused = protect(&mut system, PUBLIC, hide).refused.len();
        (refused, system.hidden[region as usize])
    };
    assert_eq!(of_an_age(false), (1, false));
    assert_eq!(of_an_age(true), (0, true));
}

/// A count printed under a thousand names: hiding it from row to row never comes to the last.
#[test]
fn a_secret_that_margins_do_not_protect_has_its_whole_table_withdrawn() {
    let chain = |in_tables: bool| {
        let mut system = System::default();
        let secret = system.cell(3.0, Some(1));
        let names: Vec<Cell> = (0..1_000).map(|_| system.cell(3.0, Some(1))).collect();
        for (one, next) in std::iter::once(&secret).chain(&names).zip(&names) {
            system.sum(&[*one], *next);
        }
        system.index();
        (system.hidden[0], system.secret[0]) = (true, true);
        if in_tables {
            system.table = vec![0; system.count()];
        }
        system
    };
    assert_eq!(protect(&mut chain(false), PUBLIC, hide).refused.len(), 1);
    let mut system = chain(true);
    let done = protect(&mut system, PUBLIC, hide);
    assert!(done.refused.is_empty());
    assert!(system.hidden.iter().all(|hidden| *hidden), "every name is hidden");
}
