//! What needs a long history: the trend over five years, from six years of one small site.

use fixtures::{Plan, Region, civil};
use lake::figure::Status;

use crate::support::{CARCASSONNE, Place};

#[test]
fn six_years_give_the_trend_over_five_years() {
    let mut place = Place::new();
    let region = Region::new(2026).with_scale(0.02);
    let mut plan = Plan::history(&region, civil::day_of(2019, 4, 1), civil::day_of(2025, 4, 1));
    plan.flux = region.find(CARCASSONNE).unwrap();
    fixtures::write(&region, &plan, &place.path("region")).unwrap();
    place.now = "2025-04-10T10:00:00Z";
    place.oru(&["ingest", "region/historique"]).exits(0);
    place.oru(&["transform", "--quarter", "2025-Q1"]).exits(0);
    let run = crate::support::files(&place.path("lac/results"));
    let file = run.iter().find(|name| name.ends_with("figures.parquet")).unwrap();
    let figures = lake::results::read_figures(&place.path("lac/results").join(file)).unwrap();
    let trend = figures
        .iter()
        .find(|figure| (&*figure.indicator, &*figure.level, &*figure.period) == ("RPU-I04", "region", "2025-Q1"))
        .unwrap();
    assert_eq!(trend.status, Status::Ok, "{trend:?}");
    assert!(trend.value.is_some_and(|change| change.abs() < 0.2), "{trend:?}");
}

#[test]
fn what_was_counted_of_past_months_and_kept_changes_no_figure() {
    let mut place = Place::new();
    let region = Region::new(2026).with_scale(0.1);
    let mut plan = Plan::history(&region, civil::day_of(2024, 1, 1), civil::day_of(2025, 2, 1));
    plan.flux = region.find(CARCASSONNE).unwrap();
    fixtures::write(&region, &plan, &place.path("region")).unwrap();
    place.now = "2025-02-10T10:00:00Z";
    place.oru(&["ingest", "region/historique"]).exits(0);
    let figures = || {
        place.oru(&["transform", "--du", "2025-01-15", "--au", "2025-01-31"]).exits(0);
        let run = crate::support::files(&place.path("lac/results"));
        let file = run.iter().find(|name| name.ends_with("figures.parquet")).unwrap();
        let path = place.path("lac/results").join(file);
        let is_tension = |figure: &&lake::figure::Figure| figure.indicator.starts_with("ORU-H") && figure.status == Status::Ok;
        let tension = lake::results::read_figures(&path).unwrap().iter().filter(is_tension).count();
        assert!(tension > 0, "nothing was compared with the past");
        std::fs::read(path).unwrap()
    };
    let first = figures();
    let cache = place.path("lac/cache");
    let kept = crate::support::files(&cache);
    assert!(
        kept.iter().any(|file| file.starts_with("passages_jour/mois=2024-01/")),
        "{kept:?}"
    );
    assert!(
        kept.iter()
            .any(|file| file.starts_with("lits_disponibles_jour/mois=2024-01/")),
        "{kept:?}"
    );
    assert_eq!(figures(), first, "read again");
    for file in &kept {
        std::fs::write(cache.join(file), "abîmé").unwrap();
    }
    assert_eq!(figures(), first, "counted again");
    std::fs::remove_dir_all(&cache).unwrap();
    assert_eq!(figures(), first, "without anything kept");
}

/// Not counted alike by design: a record that these reject is not in the lake.
const APART: [&str; 2] = ["RPU-C07", "RPU-C08a"];

/// One delivery, one month, nothing replaced: what reading counted is what judging counts.
#[test]
fn a_field_rule_counts_the_same_when_a_file_is_read_and_when_the_lake_is_judged() {
    let mut place = Place::new();
    let region = Region::new(2026).with_scale(0.6);
    let mut plan = Plan::history(&region, civil::day_of(2025, 1, 1), civil::day_of(2025, 1, 31));
    plan.flux = region.find(CARCASSONNE).unwrap();
    fixtures::write(&region, &plan, &place.path("region")).unwrap();
    place.now = "2025-02-20T10:00:00Z";
    place.oru(&["ingest", "region/historique/rpu"]).exits(0);
    place.oru(&["transform", "--du", "2025-01-01", "--au", "2025-01-31"]).exits(0);
    let store = lake::store::Store::open(&place.path("lac")).unwrap();
    let (from, to) = (jiff::civil::date(2025, 1, 1), jiff::civil::date(2025, 1, 31));
    let deliveries = store.deliveries_about(from, to, None).unwrap();
    let results = crate::support::files(&place.path("lac/results"));
    let file = results.iter().find(|name| name.ends_with("findings.parquet")).unwrap();
    let judged = lake::results::read_findings(&place.path("lac/results").join(file)).unwrap();
    let mut compared = 0;
    let mut differences = Vec::new();
    for read in deliveries
        .iter()
        .flat_map(|delivery| &delivery.findings)
        .filter(|read| read.rule.starts_with("RPU-C") && !APART.contains(&read.rule.as_str()))
    {
        let of_region = |finding: &&lake::finding::Finding| {
            (finding.level.as_str(), finding.period_kind.as_str()) == ("region", "month")
                && format!("{}{}", finding.rule, finding.clause) == read.rule
        };
        let Some(judged) = judged.iter().find(of_region) else {
            differences.push(format!("{} is not judged on the lake", read.rule));
            continue;
        };
        compared += 1;
        let (one, other) = ((read.violated, read.eligible), (judged.violated, judged.eligible));
        if one != other {
            differences.push(format!("{}: {one:?} read, {other:?} judged", read.rule));
        }
    }
    assert_eq!(differences, Vec::<String>::new());
    assert!(compared >= 20, "{compared}");
}
