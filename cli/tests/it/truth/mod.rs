//! Faults switched on one by one: each is found by the check meant for it, where and when it strikes, as often as it does, and nowhere
//! else. The same region is loaded twice, with and without its faults: what is found more is what the faults did. A region without
//! any fault says what the checks raise all the same. Both are written in `docs/reference/fautes.md`.

mod clean;
mod compare;
mod loaded;
mod meant;
mod page;
mod plan;

use crate::truth::clean::{Alarm, Clean};
use crate::truth::compare::{Line, compare};
use crate::truth::loaded::Loaded;
use crate::truth::plan::{Batch, batches};

/// What the checks of everything but the passages raise without any fault: statistics, and what the calibration wants. A fifth to a third
/// of the states of beds are stale (§7); counts that are drawn may be the same five hours, or seven days, in a row.
const STATED: [&str; 3] = ["BED-C09", "BED-C10", "MMG-C11"];

#[test]
#[ignore = "minutes of generating and loading: `make fautes`"]
fn each_fault_is_found_by_its_check_and_a_region_without_fault_loses_no_record() {
    let batches: Vec<Batch> = batches().into_iter().chain([plan::monthly()]).collect();
    let loaded: Vec<[Loaded; 2]> = batches.iter().map(both).collect();
    let everything = Loaded::new(&plan::every_domain(), false);
    let mut lines: Vec<Line> = Vec::new();
    for (batch, [without, with]) in batches.iter().zip(&loaded) {
        lines.extend(compare(batch, without, with));
    }
    let clean = Clean::of(loaded.iter().map(|[without, _]| without).chain([&everything]));
    page::check(&page::page(&lines, &clean));
    assert_eq!(wrong(&lines), Vec::<String>::new());
    assert_eq!(clean.blocking(), Vec::<String>::new());
}

/// The hour times sixty went over the eight bits in which an hour is kept; a region of two months, or of a third of its passages, was too
/// small for the others.
#[test]
fn faults_that_a_month_shows_are_found_at_their_site_and_in_their_months() {
    let batch = plan::monthly();
    let [without, with] = both(&batch);
    let lines = compare(&batch, &without, &with);
    assert_eq!(wrong(&lines), Vec::<String>::new());
    assert_eq!(lines.len(), batch.faults.len());
}

#[test]
fn a_region_without_fault_raises_what_is_stated_and_nothing_else() {
    let everything = Loaded::new(&plan::every_domain(), false);
    let clean = Clean::of([&everything].into_iter());
    let unstated = |alarm: &&Alarm| !alarm.check.starts_with("RPU-") && !STATED.contains(&alarm.check.as_str());
    let unstated: Vec<&Alarm> = clean.alarms.iter().filter(unstated).collect();
    assert!(unstated.is_empty(), "{unstated:?}");
    assert_eq!(clean.blocking(), Vec::<String>::new());
    // Sixty structures of the region were not made: their silence is no alarm, and their days are not examined.
    let silent = clean.alarms.iter().find(|alarm| alarm.check == "RPU-T01");
    let examined = silent.map_or(0, |alarm| alarm.eligible);
    assert!(examined <= clean.received.site_days as u64, "{silent:?}");
}

/// The region without its faults, and with them.
fn both(batch: &Batch) -> [Loaded; 2] {
    std::thread::scope(|scope| {
        let regions = [false, true].map(|with_faults| scope.spawn(move || Loaded::new(batch, with_faults)));
        regions.map(|region| region.join().unwrap())
    })
}

fn wrong(lines: &[Line]) -> Vec<String> {
    lines.iter().filter_map(Line::wrong).collect()
}
