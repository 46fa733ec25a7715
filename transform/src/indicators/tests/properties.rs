//! What holds for every figure, whatever the records.

use std::collections::BTreeMap;

use lake::figure::{Figure, Status};
use proptest::prelude::*;

use super::super::request::Request;
use super::super::{Formula, Secret};
use super::{Row, World, embedded, figures};

fn pick<T: Clone + std::fmt::Debug + 'static>(values: &[T]) -> impl Strategy<Value = Option<T>> + use<T> {
    prop::option::of(prop::sample::select(values.to_vec()))
}

prop_compose! {
    fn record()(
        site in prop::sample::select(vec!["310783048/0", "310783055/0", "340785161/1", "090000175/0"]),
        day in prop::sample::select(vec!["2025-01-06", "2025-02-03", "2025-03-31", "2024-02-05", "2024-09-01"]),
        age in pick(&[0i64, 7, 17, 18, 44, 75, 91]),
        sexe in pick(&["M", "F", "I"]),
        mode in pick(&["6", "7", "8", "9"]),
        orient in pick(&["UHCD", "MED", "FUGUE", "SCAM"]),
        destination in pick(&["1", "4", "6"]),
        duree in prop_oneof![
            (1i64..4320).prop_map(|minutes| (Some(minutes), "valide")),
            Just((None, "manquante")), Just((None, "negative")), Just((None, "excessive")), Just((None, "nulle")),
        ],
        gravite in pick(&["1", "3", "4", "P"]),
        transport in pick(&["PERSO", "VSAB", "HELI"]),
        resident in pick(&[0i64, 1]),
        hour in 0i64..24,
    ) -> Row {
        let mut row = Row::new();
        let mut set = |name: &str, value: Option<toml::Value>| {
            if let Some(value) = value {
                row.insert(name.to_owned(), value);
            }
        };
        set("flux_id", Some(site.into()));
        set("jour", Some(day.into()));
        set("age", age.map(Into::into));
        set("pediatrie", age.map(|age| (age < 18).into()));
        set("geriatrie", age.map(|age| (age >= 75).into()));
        set("sexe", sexe.map(Into::into));
        set("mode_sortie", mode.map(Into::into));
        set("hospitalise", mode.map(|mode| (mode == "6" || mode == "7").into()));
        set("orient", orient.map(Into::into));
        set("uhcd", Some((orient == Some("UHCD")).into()));
        for expected in ["dp_attendu", "gravite_attendu"] {
            set(expected, Some((orient != Some("FUGUE")).into()));
        }
        set("destination", destination.map(Into::into));
        set("duree_min", duree.0.map(Into::into));
        set("duree_etat", Some(duree.1.into()));
        set("gravite", gravite.map(Into::into));
        set("transport", transport.map(Into::into));
        set("resident", resident.map(Into::into));
        set("residence_departement", resident.map(|resident| if resident == 1 { "31" } else { "33" }.into()));
        set("heure", Some(hour.into()));
        set("nuit", Some((!(8..20).contains(&hour)).into()));
        set("dp_etat", Some("manquant".into()));
        row
    }
}

fn of(rows: Vec<Row>) -> Vec<Figure> {
    of_these(&[], rows)
}

/// Figures of these indicators, of all when there is none.
fn of_these(ids: &[&str], rows: Vec<Row>) -> Vec<Figure> {
    let owned = if ids.is_empty() { embedded() } else { embedded().only(ids) };
    let world = World {
        rpu: rows,
        ..World::default()
    };
    figures(owned.declarations(), &Request::quarter("2025-Q1").unwrap(), &world)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn the_order_of_the_records_changes_nothing(rows in prop::collection::vec(record(), 1..60), seed in any::<u64>()) {
        let mut shuffled = rows.clone();
        let count = shuffled.len();
        for index in (1..count).rev() {
            let other = (seed.rotate_left(index as u32).wrapping_mul(6_364_136_223_846_793_005) >> 33) as usize % (index + 1);
            shuffled.swap(index, other);
        }
        let ids = ["RPU-I01", "RPU-I12", "RPU-I16", "RPU-I21", "RPU-I61", "RPU-I61-P90", "RPU-I76", "ORU-I29", "ORU-I70"];
        prop_assert_eq!(of_these(&ids, rows), of_these(&ids, shuffled));
    }

    /// Sites add up to the region, months to the quarter.
    #[test]
    fn counts_add_up(rows in prop::collection::vec(record(), 1..80)) {
        let figures = of_these(&["RPU-I01"], rows);
        let total = |level: &str, kind: &str, year: &str| -> f64 {
            figures.iter()
                .filter(|figure| &*figure.indicator == "RPU-I01" && &*figure.population == "tous" && &*figure.perimetre == "tous")
                .filter(|figure| &*figure.level == level && &*figure.period_kind == kind && figure.period.starts_with(year))
                .filter_map(|figure| figure.value)
                .sum()
        };
        for year in ["2025", "2024"] {
            let region = total("region", "quarter", year);
            for level in ["departement", "type_etablissement", "etablissement"] {
                prop_assert_eq!(region, total(level, "quarter", year));
                prop_assert_eq!(region, total(level, "day", year));
            }
            prop_assert_eq!(region, total("region", "month", year));
        }
    }
}

proptest! {
    // The whole catalogue at every place: a few draws hold thousands of figures.
    #![proptest_config(ProptestConfig::with_cases(2))]

    /// Every record of the population is in the denominator, missing, or excluded; the numerator is within the denominator.
    #[test]
    fn every_record_of_a_proportion_is_accounted_for(rows in prop::collection::vec(record(), 1..80)) {
        // Without a record of the quarter, nothing is counted twice over: there is nothing to compare.
        prop_assume!(rows.iter().any(|row| row["jour"].as_str().is_some_and(|day| day.starts_with("2025"))));
        let figures = of(rows);
        let owned = embedded();
        let key = |figure: &Figure| (figure.level.clone(), figure.area.clone(), figure.period_kind.clone(), figure.period.clone(), figure.population.clone());
        let counts: BTreeMap<_, f64> = figures
            .iter()
            .filter(|figure| &*figure.indicator == "RPU-I01" && &*figure.perimetre == "tous")
            .filter_map(|figure| Some((key(figure), figure.value?)))
            .collect();
        let mut checked = 0;
        for figure in &figures {
            let indicator = owned.indicators.iter().find(|indicator| indicator.id == *figure.indicator).unwrap();
            let Formula::Quotient { proportion: true, .. } = indicator.formule else { continue };
            // Passages of residents are those of other sites too, and those of a category are not all of them.
            if indicator.aire.is_some() || indicator.denominateur_ventile {
                continue;
            }
            // A rate of each category is of its own passages.
            if indicator.denominateur_ventile && !figure.dim.is_empty() {
                continue;
            }
            let (Some(numerator), Some(denominator)) = (figure.numerator, figure.denominator) else { continue };
            prop_assert!(numerator <= denominator, "{:?}", figure);
            prop_assert_eq!(figure.value.is_some(), denominator > 0.0);
            let Some(count) = counts.get(&key(figure)) else { continue };
            let total = denominator + figure.missing.unwrap_or(0.0) + figure.excluded.unwrap_or(0.0);
            prop_assert_eq!(total, *count, "{:?}", figure);
            checked += 1;
        }
        prop_assert!(checked > 0);
    }
}

#[test]
fn a_figure_without_value_says_why_and_a_value_is_never_made_up() {
    let rows = vec![Row::from([
        ("flux_id".to_owned(), "310783048/0".into()),
        ("jour".to_owned(), "2025-02-03".into()),
        ("uhcd".to_owned(), false.into()),
        ("duree_etat".to_owned(), "manquante".into()),
        ("dp_etat".to_owned(), "manquant".into()),
    ])];
    let found = of(rows);
    for figure in &found {
        let has_value = figure.value.is_some();
        assert_eq!(
            has_value,
            matches!(figure.status, Status::Ok | Status::Provisional),
            "{figure:?}"
        );
    }
    let region = |indicator: &str, period: &str, population: &str| {
        let same = |figure: &&Figure| {
            &*figure.indicator == indicator
                && &*figure.level == "region"
                && &*figure.period == period
                && &*figure.population == population
                && &*figure.perimetre == "tous"
                && figure.dim.is_empty()
        };
        found.iter().find(same).unwrap_or_else(|| panic!("no {indicator}")).clone()
    };
    assert_eq!(region("RPU-I01", "2025-Q1", "tous").value, Some(1.0));
    assert_eq!(region("RPU-I01", "2024-Q1", "tous").status, Status::NotCollected);
    assert_eq!(region("RPU-I01", "2025-03", "tous").status, Status::NotCollected);
    assert_eq!(
        region("RPU-I01", "2025-Q1", "pediatrie").status,
        Status::NotCollected,
        "no age is known: nobody can be said to be a child, or not"
    );
    assert_eq!(region("RPU-I16", "2025-Q1", "tous").status, Status::NotCollected);
    assert_eq!(region("ORU-I70", "2025-Q1", "tous").status, Status::NotCollected);
    assert_eq!(region("RPU-I61", "2025-Q1", "tous").status, Status::NotCollected);
    assert_eq!(region("RPU-I03", "2025-Q1", "tous").status, Status::NotCollected);
    assert_eq!(region("RPU-I04", "2025-Q1", "tous").status, Status::TooLittleHistory);
    assert_eq!(region("RPU-I05", "2025-Q1", "tous").status, Status::NotCollected);
    assert_eq!(region("ORU-N01", "2025-Q1", "tous").value, Some(1.0));
    assert_eq!(region("ORU-N02", "2025-Q1", "tous").value, Some(67.0));
}

#[test]
fn twelve_months_need_twelve_months() {
    let months = |from: &str, to: &str| -> Vec<Row> {
        let (from, to): (lake::month::Month, lake::month::Month) = (from.parse().unwrap(), to.parse().unwrap());
        from.through(to)
            .map(|month| {
                Row::from([
                    ("flux_id".to_owned(), "310783048/0".into()),
                    ("jour".to_owned(), month.first_day().to_string().into()),
                    ("uhcd".to_owned(), false.into()),
                ])
            })
            .collect()
    };
    let rolling = |rows: Vec<Row>, period: &str| {
        let found = of_these(&["RPU-I01"], rows);
        let same = |figure: &&Figure| {
            &*figure.indicator == "RPU-I01"
                && &*figure.level == "region"
                && &*figure.period_kind == "rolling12"
                && &*figure.period == period
                && &*figure.population == "tous"
                && &*figure.perimetre == "tous"
        };
        let figure = found.iter().find(same).unwrap();
        (figure.status, figure.value)
    };
    let full = months("2024-04", "2025-03");
    assert_eq!(rolling(full.clone(), "2025-03"), (Status::Ok, Some(12.0)));
    assert_eq!(rolling(full, "2024-03"), (Status::TooLittleHistory, None));
    assert_eq!(
        rolling(months("2024-05", "2025-03"), "2025-03"),
        (Status::TooLittleHistory, None)
    );
}

#[test]
fn coverage_over_twelve_months_needs_twelve_months_too() {
    let owned = embedded().only(&["RPU-I05", "ORU-N01"]);
    let world = |from: &str| {
        let (from, to): (lake::month::Month, lake::month::Month) = (from.parse().unwrap(), "2025-03".parse().unwrap());
        World {
            rpu: from
                .through(to)
                .map(|month| {
                    Row::from([
                        ("flux_id".to_owned(), "310783048/0".into()),
                        ("jour".to_owned(), month.first_day().to_string().into()),
                    ])
                })
                .collect(),
            declared: from.through(to).map(|month| ("310783048".to_owned(), month, 2.0)).collect(),
            ..World::default()
        }
    };
    for (from, coverage, transmitting) in [
        ("2024-04", (Status::Ok, Some(0.5)), (Status::Ok, Some(1.0))),
        ("2025-01", (Status::TooLittleHistory, None), (Status::TooLittleHistory, None)),
    ] {
        let found = figures(owned.declarations(), &Request::quarter("2025-Q1").unwrap(), &world(from));
        let rolling = |indicator: &str| {
            let same = |figure: &&Figure| {
                (&*figure.indicator, &*figure.level, &*figure.period_kind) == (indicator, "region", "rolling12")
                    && &*figure.period == "2025-03"
                    && &*figure.population == "tous"
            };
            found.iter().find(same).map(|figure| (figure.status, figure.value))
        };
        assert_eq!(rolling("RPU-I05"), Some(coverage), "{from}");
        if let Some(found) = rolling("ORU-N01") {
            assert_eq!(found, transmitting, "{from}");
        }
    }
}

#[test]
fn days_that_are_not_consolidated_make_a_figure_provisional() {
    let owned = embedded().only(&["RPU-I01"]);
    let world = World {
        rpu: vec![Row::from([
            ("flux_id".to_owned(), "310783048/0".into()),
            ("jour".to_owned(), "2025-03-30".into()),
        ])],
        consolidated_to: Some("2025-03-30".parse().unwrap()),
        ..World::default()
    };
    let found = figures(owned.declarations(), &Request::quarter("2025-Q1").unwrap(), &world);
    let status = |kind: &str, period: &str| {
        let same = |figure: &&Figure| {
            &*figure.level == "region"
                && &*figure.period_kind == kind
                && &*figure.period == period
                && &*figure.population == "tous"
        };
        found.iter().find(same).unwrap().status
    };
    assert_eq!(status("day", "2025-03-30"), Status::Ok);
    assert_eq!(status("quarter", "2025-Q1"), Status::Provisional);
}

#[test]
fn every_indicator_says_what_it_protects() {
    for indicator in embedded().indicators {
        let organisational =
            indicator.received() == "lits" || indicator.id.starts_with("ORU-L") || indicator.id.starts_with("ORU-N");
        if organisational {
            assert_ne!(indicator.secret, Secret::Personnes, "{}", indicator.id);
        }
        if indicator.id.starts_with("RPU-I") && !["RPU-I05", "RPU-I57"].contains(&indicator.id.as_str()) {
            assert_eq!(indicator.secret, Secret::Personnes, "{}", indicator.id);
        }
    }
}
