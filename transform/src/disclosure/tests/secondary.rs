//! Cells masked so that a total does not give another back.

use super::*;

#[test]
fn one_masked_category_takes_the_next_smallest_with_it() {
    let category = |modalite: &str, count: f64| of(figure("RPU-I49", Some(count), Some(400.0)), "gravite", modalite);
    let figures = [
        figure("RPU-I01", Some(400.0), None),
        category("1", 60.0),
        category("2", 280.0),
        category("3", 53.0),
        category("4", 7.0),
        category("5", 0.0),
    ];
    let gated = pass(&figures, Audience::Public, &Policy::default());
    let statuses: Vec<Status> = gated.figures.iter().map(|figure| figure.status).collect();
    use Status::{Masked, Ok};
    assert_eq!(statuses, [Ok, Ok, Ok, Masked, Masked, Ok]);
    assert_eq!(gated.masques, BTreeMap::from([("masked".to_owned(), 2)]));
}

#[test]
fn two_masked_categories_protect_one_another() {
    let category = |modalite: &str, count: f64| of(figure("RPU-I49", Some(count), Some(400.0)), "gravite", modalite);
    let figures = [
        category("1", 340.0),
        category("3", 53.0),
        category("4", 6.0),
        category("5", 1.0),
    ];
    let masked = public(&figures)
        .iter()
        .filter(|figure| figure.status == Status::Masked)
        .count();
    assert_eq!(masked, 2);
}

/// disclosure.md §4.1: primary cells T1C (7) and T3B (9); the accepted pattern adds T1B (57) and T3C (18).
#[test]
fn the_worked_table_gets_the_published_pattern() {
    let rows = [
        ("T1", [124.0, 57.0, 7.0]),
        ("T2", [88.0, 31.0, 26.0]),
        ("T3", [64.0, 9.0, 18.0]),
        ("T4", [210.0, 96.0, 40.0]),
    ];
    let cell = |row: &str, column: &str, count: f64| Figure {
        dim2: "orient".into(),
        modalite2: column.into(),
        ..of(figure("ORU-I29", Some(count), None), "mode_sortie", row)
    };
    let figures: Vec<Figure> = rows
        .iter()
        .flat_map(|(row, counts)| {
            ["A", "B", "C"]
                .iter()
                .zip(counts)
                .map(|(column, count)| cell(row, column, *count))
        })
        .collect();
    let masked: Vec<String> = public(&figures)
        .iter()
        .filter(|figure| figure.status == Status::Masked)
        .map(|figure| format!("{}{}", figure.modalite, figure.modalite2))
        .collect();
    assert_eq!(masked, ["T1B", "T1C", "T3B", "T3C"]);
}
