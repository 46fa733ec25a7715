//! Errors seen in public reports that are made where figures are computed. `reports/tests/erreurs.txt` names the test of each.

use lake::figure::Figure;

use super::super::request::Request;
use super::{Row, World, embedded, figures};

const AUCH: &str = "320780117/0";
const TARBES: &str = "650783160/0";

/// A passage of 3 February 2025.
fn passage(site: &str, cells: &[(&str, toml::Value)]) -> Row {
    let given = cells.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    let always = [
        ("flux_id".to_owned(), site.into()),
        ("jour".to_owned(), "2025-02-03".into()),
        ("uhcd".to_owned(), false.into()),
    ];
    always.into_iter().chain(given).collect()
}

fn stay(site: &str, minutes: i64) -> Row {
    passage(site, &[("duree_min", minutes.into()), ("duree_etat", "valide".into())])
}

/// Figures of an indicator for the region over the quarter, all patients.
fn of_region(id: &str, rows: Vec<Row>) -> Vec<Figure> {
    let owned = embedded().only(&[id]);
    let world = World {
        rpu: rows,
        ..World::default()
    };
    let all = figures(owned.declarations(), &Request::quarter("2025-Q1").unwrap(), &world);
    let wanted = |figure: &Figure| {
        (
            &*figure.indicator,
            &*figure.level,
            &*figure.period,
            &*figure.population,
            &*figure.perimetre,
        ) == (id, "region", "2025-Q1", "tous", "tous")
    };
    all.into_iter().filter(wanted).collect()
}

fn only(figures: &[Figure]) -> &Figure {
    let [figure] = figures else { panic!("{figures:?}") };
    figure
}

/// Three classes printed as if they were all: their percentages summed to 100 over the three.
#[test]
fn classes_of_age_are_shares_of_all_known_ages() {
    let of_age = |age: i64, class: &str| passage(AUCH, &[("age", age.into()), ("classe_age", class.into())]);
    let mut rows = vec![of_age(3, "A03"), of_age(50, "A08"), of_age(80, "A11"), of_age(90, "A12")];
    rows.push(passage(AUCH, &[]));
    let classes = of_region("RPU-I18", rows);
    assert!(classes.len() >= 12, "empty classes are there too: {}", classes.len());
    assert!(
        classes
            .iter()
            .all(|class| (class.denominator, class.missing) == (Some(4.0), Some(1.0)))
    );
    let sum: f64 = classes.iter().filter_map(|class| class.value).sum();
    assert!((sum - 1.0).abs() < 1e-12, "{sum}");
}

/// Three stays of an hour at one site and one of nine hours at the other: the mean of the two medians is five hours.
#[test]
fn the_median_of_a_region_is_that_of_its_passages_and_not_the_mean_of_its_sites() {
    let rows = vec![stay(AUCH, 60), stay(AUCH, 60), stay(AUCH, 60), stay(TARBES, 540)];
    assert_eq!(only(&of_region("RPU-I61", rows)).value, Some(60.0));
}

/// A stay of sixty days and one that ends before it begins, kept in a mean.
#[test]
fn a_stay_that_cannot_be_true_is_out_of_the_mean_and_counted() {
    let wrong = |etat: &str| passage(AUCH, &[("duree_etat", etat.into())]);
    let rows = vec![
        stay(AUCH, 60),
        stay(AUCH, 120),
        wrong("excessive"),
        wrong("negative"),
        wrong("manquante"),
    ];
    let figures = of_region("RPU-I60", rows);
    let mean = only(&figures);
    assert_eq!((mean.value, mean.denominator), (Some(90.0), Some(2.0)));
    assert_eq!(mean.missing.unwrap_or(0.0) + mean.excluded.unwrap_or(0.0), 3.0, "{mean:?}");
}

/// A Wednesday on which nobody works is no Sunday.
#[test]
fn a_holiday_of_the_week_is_no_weekend() {
    let rows = || {
        let on = |day: &str, rank: i64| {
            Row::from([
                ("flux_id".to_owned(), AUCH.into()),
                ("jour".to_owned(), day.into()),
                ("jour_semaine".to_owned(), rank.into()),
                ("uhcd".to_owned(), false.into()),
            ])
        };
        // 1 January 2025 is a Wednesday, 4 and 5 January a weekend.
        vec![
            on("2025-01-01", 3),
            on("2025-01-04", 6),
            on("2025-01-05", 7),
            on("2025-01-05", 7),
        ]
    };
    let numerator = |id: &str| only(&of_region(id, rows())).numerator;
    assert_eq!((numerator("RPU-I38"), numerator("RPU-I38-WE")), (Some(1.0), Some(3.0)));
}

/// A passage that goes on in the short-stay unit counted as a passage, then as a stay.
#[test]
fn a_stay_in_uhcd_is_one_passage_and_one_hospitalisation() {
    let rows = || {
        let uhcd = |site: &str| {
            let mut row = passage(site, &[("mode_sortie", "6".into()), ("orient", "UHCD".into())]);
            row.insert("uhcd".to_owned(), true.into());
            row.insert("hospitalise".to_owned(), true.into());
            row
        };
        let home = passage(AUCH, &[("mode_sortie", "8".into()), ("hospitalise", false.into())]);
        vec![uhcd(AUCH), uhcd(TARBES), home]
    };
    assert_eq!(only(&of_region("RPU-I01", rows())).value, Some(3.0));
    let figures = of_region("RPU-I70", rows());
    let rate = only(&figures);
    assert_eq!((rate.numerator, rate.denominator), (Some(2.0), Some(3.0)));
}
