//! Whatever the order of arrival and the repetitions, the same deliveries make the same lake.

use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

use crate::cases::Cases;
use crate::place::{Lake, instant};
use crate::sends::{Passage, Received, Send};
use crate::snapshots::Beds;

const SITES: [&str; 2] = ["310000001", "310000002"];

/// Sends around the end of January 2025: windows, sizes, versions and stray records of all sorts.
fn send() -> impl Strategy<Value = Send> {
    (
        0..2_usize,
        0..30_i32,
        0..9_i32,
        1..4_i32,
        0..9_u16,
        0..3_u8,
        prop::collection::vec(0..60_i32, 0..3),
    )
        .prop_map(|(site, start, length, delay, per_day, version, strays)| {
            let from = date(2025, 1, 10).checked_add(start.days()).unwrap();
            let to = from.checked_add(length.days()).unwrap();
            let extract = to.checked_add(delay.days()).unwrap();
            let mut send = Send::versions(SITES[site], extract, from, to, per_day, version);
            for stray in strays {
                let day = date(2025, 1, 1).checked_add(stray.days()).unwrap();
                send.passages.push(Passage {
                    day,
                    minute: 1300,
                    version,
                });
            }
            send
        })
}

fn beds() -> impl Strategy<Value = Beds> {
    let state = (0..3_u8, 0..3_i64, 0..3_i64, 0..9_i32);
    (0..24_i8, prop::collection::vec(state, 1..6)).prop_map(|(hour, states)| Beds {
        extract: date(2025, 12, 31).at(hour, 0, 0, 0),
        // States at the end of a month and at the beginning of the next.
        states: states
            .into_iter()
            .map(|(unit, at, update, available)| (unit, instant(at - 1), instant(update), available))
            .collect(),
    })
}

/// Regulation files whose creation moves between the ends of January, February and March.
fn cases() -> impl Strategy<Value = Cases> {
    let case = (0..4_u8, 0..6_i64, any::<bool>());
    (0..24_i64, prop::collection::vec(case, 1..5)).prop_map(|(hour, cases)| Cases {
        extracted: instant(24 * 100 + hour),
        cases: cases
            .into_iter()
            .map(|(number, place, out)| (number, instant(24 * (30 + 28 * (place / 2)) + 23 + place % 2), out))
            .collect(),
    })
}

const TABLES: [&str; 3] = ["rpu", "lits", "samu_rdr"];

fn received() -> impl Strategy<Value = Vec<Received>> {
    let one = prop_oneof![
        3 => send().prop_map(Received::Rpu),
        1 => beds().prop_map(Received::Beds),
        2 => cases().prop_map(Received::Cases),
    ];
    prop::collection::vec(one, 1..10)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn order_and_repetition_never_matter(
        deliveries in received(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 12),
        cuts in prop::collection::vec(1..4_usize, 12),
    ) {
        // All at once, from nothing.
        let mut whole = Lake::new();
        whole.receive(&deliveries);
        whole.check();

        // In some order, with repetitions, a few at a time; then whatever is missing.
        let mut piecemeal = Lake::new();
        let mut shuffled: Vec<Received> = order.iter().map(|index| index.get(&deliveries).clone()).collect();
        shuffled.extend(deliveries.iter().cloned());
        let mut known = Vec::new();
        let mut cuts = cuts.into_iter().cycle();
        while !shuffled.is_empty() {
            let rest = shuffled.split_off(cuts.next().unwrap().min(shuffled.len()));
            piecemeal.receive(&shuffled);
            known.push((piecemeal.now(), TABLES.map(|table| piecemeal.view(table, None))));
            shuffled = rest;
        }
        piecemeal.check();
        for table in TABLES {
            prop_assert_eq!(piecemeal.view(table, None), whole.view(table, None), "{}", table);
        }

        // Every earlier state comes back to the byte, before and after a compaction.
        for compacted in [false, true] {
            if compacted {
                let (run, at) = piecemeal.tick();
                piecemeal.writer().compact(&run, at).unwrap();
                piecemeal.check();
            }
            for (at, views) in &known {
                prop_assert_eq!(&TABLES.map(|table| piecemeal.view(table, Some(*at))), views);
            }
        }
    }
}

#[test]
fn the_number_of_threads_never_changes_a_byte() {
    let sends: Vec<Send> = (0..2)
        .flat_map(|site| {
            let night = move |day: i32| {
                let to = date(2025, 1, 28).checked_add(day.days()).unwrap();
                Send::versions(
                    SITES[site],
                    to.tomorrow().unwrap(),
                    to.checked_sub(6.days()).unwrap(),
                    to,
                    30,
                    day as u8,
                )
            };
            (0..6).map(night)
        })
        .collect();
    let views = [1, 4].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut lake = Lake::new();
            lake.receive(&sends[..4]);
            lake.receive(&sends[4..]);
            let parts = crate::place::files(&lake.root().join("records"));
            (lake.view("rpu", None), parts)
        })
    });
    assert!(views[0] == views[1]);
}

#[test]
fn a_delivery_over_sixty_months_loses_no_row() {
    let mut lake = Lake::new();
    let send = Send::full(SITES[0], date(2025, 1, 8), date(2020, 2, 1), date(2025, 1, 7), 1);
    let report = lake.receive(std::slice::from_ref(&send));
    assert_eq!(report.deliveries[0].counts.added, 1803);
    assert_eq!(lake.view("rpu", None).len(), 60);
    assert_eq!(lake.store().status().unwrap().tables[0].bodies, 1803);
    assert_eq!(super::replacement::count(&lake, "rpu"), 1803);
}
