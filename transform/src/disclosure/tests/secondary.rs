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
fn two_masked_categories_protect_one_another_when_together_they_are_enough() {
    let masked = |counts: [f64; 4]| {
        let all = counts.iter().sum();
        let figures: Vec<Figure> = ["1", "3", "4", "5"]
            .iter()
            .zip(counts)
            .map(|(modalite, count)| of(figure("RPU-I49", Some(count), Some(all)), "gravite", modalite))
            .collect();
        let masked = public(&figures).into_iter().filter(|figure| figure.status == Status::Masked);
        masked.map(|figure| figure.modalite.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(masked([340.0, 53.0, 6.0, 9.0]), ["4", "5"]);
    assert_eq!(
        masked([340.0, 53.0, 6.0, 1.0]),
        ["3", "4", "5"],
        "six and one are seven: a reader would know both to be under eight"
    );
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

/// The day of the only withdrawn site would be the département without the other one.
#[test]
fn daily_tables_by_category_are_withdrawn_whole_with_the_total_that_would_give_them_back() {
    let day = |level: &str, area: &str, counts: [f64; 2]| {
        ["P0", "P1"]
            .iter()
            .zip(counts)
            .map(move |(modalite, count)| Figure {
                level: level.into(),
                area: area.into(),
                period_kind: "day".into(),
                period: "2025-02-14".into(),
                ..of(figure("SAMU-I20", Some(count), None), "heure", modalite)
            })
            .collect::<Vec<_>>()
    };
    let figures = [
        day("etablissement", "310783048", [40.0, 7.0]),
        day("etablissement", "310781406", [50.0, 60.0]),
        day("departement", "31", [90.0, 67.0]),
        day("region", "76", [900.0, 670.0]),
    ]
    .concat();
    let statuses: Vec<Status> = public(&figures).iter().map(|figure| figure.status).collect();
    use Status::{Masked, Ok};
    assert_eq!(statuses, [Masked, Masked, Ok, Ok, Masked, Masked, Ok, Ok]);
}
