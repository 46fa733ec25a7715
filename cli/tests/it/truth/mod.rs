//! Faults switched on one by one: each is found by the check meant for it, where and when it strikes, as often as it does, and nowhere
//! else. The same region is loaded twice, with and without its faults: what is found more is what the faults did. A region without
//! any fault says what the checks raise all the same. Both are written in `docs/reference/fautes.md`.

mod clean;
mod compare;
mod loaded;
mod page;
mod plan;

use crate::truth::compare::{Line, compare};
use crate::truth::loaded::Loaded;
use crate::truth::plan::batches;

#[test]
#[ignore = "minutes of generating and loading: `make fautes`"]
fn each_fault_is_found_by_its_check_and_a_region_without_fault_loses_no_record() {
    let (batches, every_domain) = (batches(), plan::every_domain());
    let (loaded, everything) = std::thread::scope(|scope| {
        let everything = scope.spawn(|| Loaded::new(&every_domain, false));
        let loaded: Vec<_> = batches
            .iter()
            .map(|batch| [false, true].map(|with_faults| scope.spawn(move || Loaded::new(batch, with_faults))))
            .collect();
        let loaded = loaded.into_iter().map(|both| both.map(|region| region.join().unwrap()));
        (loaded.collect::<Vec<_>>(), everything.join().unwrap())
    });
    let mut lines: Vec<Line> = Vec::new();
    for (batch, [without, with]) in batches.iter().zip(&loaded) {
        lines.extend(compare(batch, without, with));
    }
    let alarms = clean::alarms(loaded.iter().map(|[without, _]| without).chain([&everything]));
    page::check(&page::page(&lines, &alarms));
    let wrong: Vec<String> = lines.iter().filter_map(Line::wrong).collect();
    assert_eq!(wrong, Vec::<String>::new());
    let lost: Vec<&clean::Alarm> = alarms.iter().filter(|alarm| alarm.loses_records()).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

/// The hour times sixty went over the eight bits in which an hour is kept.
#[test]
fn exits_all_written_at_the_change_of_shift_are_found() {
    let batch = plan::Batch {
        scale: 1.0,
        from: [2025, 3, 1],
        to: [2025, 3, 31],
        nights_from: None,
        faults: &["sorties_releve:090000183"],
        spared: &[],
        every_domain: false,
    };
    let judged = Loaded::new(&batch, true).findings;
    let piled_up = judged.iter().find(|finding| {
        (finding.rule.as_str(), finding.level.as_str(), finding.period_kind.as_str()) == ("RPU-T11", "etablissement", "month")
    });
    assert_eq!(piled_up.map(|finding| (finding.violated, finding.eligible)), Some((1, 1)));
}
