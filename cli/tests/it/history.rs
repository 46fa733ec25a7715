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
