//! A quarter that is not over, counted by hand: it is compared with the same days of the year before, not with the whole quarter.

use lake::figure::{Figure, Status};

use super::super::request::Request;
use super::{Row, World, embedded, figures};

/// Two passages a day from 1 January to 20 February 2025, one a day over the whole first quarter of 2024.
fn world() -> World {
    let row = |day: jiff::civil::Date| {
        Row::from([
            ("flux_id".to_owned(), "310783048/0".into()),
            ("jour".to_owned(), day.to_string().into()),
        ])
    };
    let days = |from: &str, to: &str| {
        let (from, to): (jiff::civil::Date, jiff::civil::Date) = (from.parse().unwrap(), to.parse().unwrap());
        std::iter::successors(Some(from), |day| day.tomorrow().ok()).take_while(move |day| *day <= to)
    };
    let now = days("2025-01-01", "2025-02-20").flat_map(|day| [row(day), row(day)]);
    World {
        // The records of the morning of the reception, 21 February, are of a day that is not over.
        rpu: now
            .chain([row("2025-02-21".parse().unwrap())])
            .chain(days("2024-01-01", "2024-03-31").map(row))
            .collect(),
        consolidated_to: Some("2025-02-14".parse().unwrap()),
        ..World::default()
    }
}

#[test]
fn the_change_of_a_quarter_that_is_not_over_is_over_the_same_days() {
    let owned = embedded().only(&["RPU-I01", "RPU-I02", "RPU-I03"]);
    let request = Request::quarter_until("2025-Q1", Some("2025-02-20".parse().unwrap())).unwrap();
    let found = figures(owned.declarations(), &request, &world());
    let region = |indicator: &str, kind: &str, period: &str, perimetre: &str| -> Figure {
        let same = |figure: &&Figure| {
            (&*figure.indicator, &*figure.level, &*figure.period_kind) == (indicator, "region", kind)
                && (&*figure.period, &*figure.perimetre, &*figure.population) == (period, perimetre, "tous")
        };
        found
            .iter()
            .find(same)
            .unwrap_or_else(|| panic!("no {indicator} {period}"))
            .clone()
    };
    // 51 days: 102 passages against 51.
    for perimetre in ["tous", "constant"] {
        let change = region("RPU-I03", "quarter", "2025-Q1", perimetre);
        assert_eq!(
            (change.numerator, change.denominator),
            (Some(102.0), Some(51.0)),
            "{perimetre}"
        );
        assert_eq!((change.value, change.status), (Some(1.0), Status::Provisional));
    }
    assert_eq!(region("RPU-I01", "quarter", "2024-Q1", "tous").value, Some(51.0));
    assert_eq!(region("RPU-I02", "quarter", "2025-Q1", "tous").value, Some(2.0));
    assert_eq!(region("RPU-I02", "quarter", "2024-Q1", "tous").value, Some(1.0));
    // February: 40 passages against the 20 of the same days; January is over and whole.
    let february = region("RPU-I03", "month", "2025-02", "tous");
    assert_eq!((february.numerator, february.denominator), (Some(40.0), Some(20.0)));
    let january = region("RPU-I03", "month", "2025-01", "tous");
    assert_eq!((january.numerator, january.denominator), (Some(62.0), Some(31.0)));
    assert!(
        found
            .iter()
            .all(|figure| &*figure.period != "2025-03" && &*figure.period != "2025-02-21")
    );
}

#[test]
fn a_site_has_no_change_across_a_known_break_and_its_region_has() {
    let owned = embedded().only(&["RPU-I01", "RPU-I03"]);
    let request = Request::quarter_until("2025-Q1", Some("2025-02-20".parse().unwrap())).unwrap();
    let change = |date: &str, period: &str, level: &str| {
        let world = World {
            ruptures: vec![crate::sites::Rupture {
                finess: "310783048".to_owned(),
                ordre: None,
                date: date.parse().unwrap(),
                nature: crate::sites::NatureRupture::Logiciel,
                vers_finess: None,
                note: None,
            }],
            ..world()
        };
        let found = figures(owned.declarations(), &request, &world);
        let same = |figure: &&Figure| {
            (&*figure.indicator, &*figure.level, &*figure.period) == ("RPU-I03", level, period)
                && (&*figure.perimetre, &*figure.population, &*figure.period_kind) == ("tous", "tous", "month")
                && ["310783048", "76"].contains(&&*figure.area)
        };
        let figure = found.iter().find(same).unwrap();
        (figure.value, figure.status)
    };
    let nothing = (None, Status::NotComputable);
    assert_eq!(change("2025-02-10", "2025-02", "etablissement"), nothing);
    assert_eq!(change("2024-06-01", "2025-01", "etablissement"), nothing);
    assert_eq!(
        change("2025-02-10", "2025-01", "etablissement").0,
        Some(1.0),
        "January is before it"
    );
    assert_eq!(change("2025-02-10", "2025-02", "region").0, Some(1.0));
}

/// Seventy-two months of one passage each; the trend of the site was counted across the change of its software.
#[test]
fn the_trend_over_five_years_of_a_site_does_not_cross_a_known_break() {
    let owned = embedded().only(&["RPU-I04"]);
    let request = Request::quarter("2025-Q1").unwrap();
    let trend = |date: &str, level: &str| {
        let row = |month: i32| {
            let day = lake::month::Month::of("2019-04-01".parse().unwrap()).plus(month).first_day();
            Row::from([
                ("flux_id".to_owned(), "310783048/0".into()),
                ("jour".to_owned(), day.to_string().into()),
            ])
        };
        let world = World {
            rpu: (0..72).map(row).collect(),
            ruptures: vec![crate::sites::Rupture {
                finess: "310783048".to_owned(),
                ordre: None,
                date: date.parse().unwrap(),
                nature: crate::sites::NatureRupture::Logiciel,
                vers_finess: None,
                note: None,
            }],
            ..World::default()
        };
        let found = figures(owned.declarations(), &request, &world);
        let same = |figure: &&Figure| {
            (&*figure.level, &*figure.period) == (level, "2025-Q1") && ["310783048", "76"].contains(&&*figure.area)
        };
        found.iter().find(same).map(|figure| (figure.value, figure.status))
    };
    let (level, nothing) = (Some((Some(0.0), Status::Ok)), Some((None, Status::NotComputable)));
    assert_eq!(trend("2022-06-15", "etablissement"), nothing);
    assert_eq!(trend("2022-06-15", "region"), level);
    assert_eq!(trend("2019-04-01", "etablissement"), level, "the years begin with it");
    assert_eq!(trend("2025-04-01", "etablissement"), level, "it comes after them");
}

#[test]
fn the_beginning_of_the_lake_is_not_an_effect_of_the_perimeter() {
    let days = std::iter::successors(Some(jiff::civil::date(2024, 1, 1)), |day| day.tomorrow().ok());
    let row = |day: jiff::civil::Date| {
        Row::from([
            ("flux_id".to_owned(), "310783048/0".into()),
            ("jour".to_owned(), day.to_string().into()),
        ])
    };
    let world = World {
        rpu: days
            .take_while(|day| *day <= jiff::civil::date(2025, 3, 31))
            .map(row)
            .collect(),
        ..World::default()
    };
    let owned = embedded().only(&["ORU-K01", "ORU-K02", "ORU-K03", "ORU-K04"]);
    let found = figures(owned.declarations(), &Request::quarter("2025-Q1").unwrap(), &world);
    let of = |kind: &str| -> Vec<Status> {
        let same = |figure: &&Figure| (&*figure.level, &*figure.period_kind) == ("region", kind);
        found.iter().filter(same).map(|figure| figure.status).collect()
    };
    assert_eq!(of("quarter"), [Status::Ok; 4], "the quarter of the year before is whole");
    assert_eq!(
        of("rolling12"),
        [Status::TooLittleHistory; 4],
        "nine of the twelve months before are not in the lake"
    );
}
