//! Every record read is counted once: random mixes.

use proptest::prelude::*;

use crate::desk::{oscour, patient, read_oscour, read_patients};

/// What a record of the mix is.
#[derive(Debug, Clone, Copy)]
enum Sort {
    Plain,
    NoEntry,
    Future,
    Outside,
    Copy,
    Variant,
    Slow,
}

fn sorts() -> impl Strategy<Value = Vec<Sort>> {
    let sort = prop_oneof![
        Just(Sort::Plain),
        Just(Sort::NoEntry),
        Just(Sort::Future),
        Just(Sort::Outside),
        Just(Sort::Copy),
        Just(Sort::Variant),
        Just(Sort::Slow),
    ];
    proptest::collection::vec(sort, 0..40)
}

fn body(sort: Sort, rank: usize) -> String {
    let minute = rank % 60;
    match sort {
        Sort::Plain => patient(&format!("CP=31000;ENTREE=01/02/2025 10:{minute:02}")),
        Sort::NoEntry => patient("ENTREE=jamais"),
        Sort::Future => patient("ENTREE=01/01/2026 00:00"),
        Sort::Outside => patient(&format!("ENTREE=01/01/2025 10:{minute:02}")),
        Sort::Copy => patient("ENTREE=01/02/2025 09:00;DP=I10"),
        Sort::Variant => patient(&format!("ENTREE=01/02/2025 09:00;DP=I{}", 10 + rank % 5)),
        Sort::Slow => format!("<!-- x -->{}", patient(&format!("CP=09000;ENTREE=02/02/2025 11:{minute:02}"))),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_record_is_counted_once(sorts in sorts()) {
        let bodies: Vec<String> = sorts.iter().enumerate().map(|(rank, sort)| body(*sort, rank)).collect();
        let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
        let outcome = read_oscour(&oscour(&bodies));
        let counts = outcome.one().counts;
        prop_assert!(counts.reading_balances(), "{counts:?}");
        prop_assert_eq!(counts.rows_read, sorts.len() as u64);
        let of = |wanted: fn(&Sort) -> bool| sorts.iter().filter(|sort| wanted(sort)).count() as u64;
        prop_assert_eq!(counts.rejected, of(|sort| matches!(sort, Sort::NoEntry | Sort::Future)));
        prop_assert_eq!(counts.out_of_window, of(|sort| matches!(sort, Sort::Outside)));
        let kept = outcome.column("hors_fenetre");
        prop_assert_eq!(kept.len() as u64, counts.accepted + counts.out_of_window);
        prop_assert_eq!(kept.iter().filter(|outside| *outside == "true").count() as u64, counts.out_of_window);
        let by_day: u64 = outcome.one().days.values().map(|count| u64::from(*count)).sum();
        prop_assert_eq!(by_day, counts.accepted);
        prop_assert_eq!(outcome.kept().rejected.len() as u64, counts.rejected);
        for finding in &outcome.one().findings {
            prop_assert!(finding.violated <= finding.eligible, "{finding:?}");
        }
    }
}

#[test]
fn a_file_of_which_nothing_is_accepted_is_refused_however_small() {
    for patients in [&["ENTREE=", "ENTREE=hier"][..], &["ENTREE=01/01/2024 10:00"]] {
        let outcome = read_patients(patients);
        let delivery = outcome.one();
        assert_eq!(delivery.verdict, lake::delivery::Verdict::Refusee);
        assert!(delivery.counts.reading_balances() && delivery.counts.rows_read > 0);
        assert!(delivery.days.is_empty());
        let reason = delivery.reason.as_deref().unwrap_or_default();
        assert!(reason.contains("aucun enregistrement utilisable"), "{reason}");
    }
}
