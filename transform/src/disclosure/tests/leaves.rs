//! The checks of a release before it leaves: each passes, and each finds what it is for.

use lake::release::Audit;

use super::*;
use crate::disclosure::checks;

fn found(figures: &[Figure], audit: &Audit) -> Vec<(&'static str, bool, u64)> {
    let found = found_of(figures, audit, &[]);
    found.into_iter().map(|found| (found.id, found.blocks, found.count)).collect()
}

fn found_of(figures: &[Figure], audit: &Audit, refuses: &[usize]) -> Vec<checks::Found> {
    let owned = embedded();
    let declared = Declared::new(owned.indicators.iter(), owned.populations.iter(), owned.dimensions.iter());
    let gated = Gated {
        figures: figures.to_vec(),
        masques: BTreeMap::new(),
        audit: None,
        refuses: refuses.to_vec(),
    };
    checks::run(
        &gated,
        audit,
        (&declared, &Pattern::default()),
        Audience::Public,
        &Policy::default(),
    )
}

#[test]
fn what_passed_the_gate_passes_the_checks() {
    let figures = public(&[
        figure("RPU-I01", Some(7.0), None),
        figure("RPU-I16", Some(12.0), Some(400.0)),
        figure("RPU-I61", None, Some(10.0)),
    ]);
    assert_eq!(found(&figures, &Audit::default()), []);
}

#[test]
fn a_small_count_that_is_printed_keeps_a_release_in() {
    assert_eq!(
        found(&[figure("RPU-I01", Some(7.0), None)], &Audit::default()),
        [("DIS-C01", true, 1)]
    );
}

#[test]
fn a_secret_that_nothing_protects_keeps_a_release_in() {
    let audit = Audit {
        refuses: 2,
        ..Audit::default()
    };
    assert_eq!(found(&[], &audit), [("DIS-C02", true, 2)]);
}

/// Who releases must know which table to take out, or which threshold to look at; the count itself is said to nobody.
#[test]
fn a_refusal_names_where_the_counts_are() {
    let audit = Audit {
        refuses: 7,
        ..Audit::default()
    };
    let own = figure("RPU-I01", None, None);
    let figures = vec![own.clone(); 7];
    let said = |refuses: &[usize]| found_of(&figures, &audit, refuses)[0].to_string();
    let place = format!("RPU-I01, {} {}, {}, tous", own.level, own.area, own.period);
    assert_eq!(
        said(&[0]),
        format!("DIS-C02 : 7 effectifs masqués que les autres chiffres laissent retrouver ({place})")
    );
    assert!(said(&[0, 1, 2, 3, 4, 5, 6]).ends_with(&format!("{place} ; et 2 de plus)")));
}

#[test]
fn a_median_of_few_stays_keeps_a_release_in() {
    let median = Figure {
        value: Some(212.0),
        ..figure("RPU-I61", None, Some(10.0))
    };
    assert!(found(&[median], &Audit::default()).contains(&("DIS-C03", true, 1)));
}

/// A mean of a table that a site declares free of any secret kept its release in.
#[test]
fn a_mean_that_says_nothing_of_patients_leaves() {
    let year = Figure {
        value: Some(2023.0),
        ..figure("ORU-A08", None, Some(3.0))
    };
    assert_eq!(found(&[year], &Audit::default()), []);
}

#[test]
fn what_the_exact_audit_leaves_out_is_said() {
    let audit = Audit {
        non_lies: 3,
        ..Audit::default()
    };
    assert_eq!(found(&[], &audit), [("DIS-C05", false, 3)]);
}

/// Every patient of the group went home: zero elsewhere says it of each of them.
#[test]
fn a_share_that_leaves_nobody_is_told() {
    let all = figure("RPU-I16", Some(40.0), Some(40.0));
    assert_eq!(found(&[all], &Audit::default()), [("DIS-C10", false, 1)]);
    assert_eq!(found(&[figure("RPU-I16", Some(39.0), Some(80.0))], &Audit::default()), []);
}

#[test]
fn a_category_that_identifies_a_person_keeps_a_release_in() {
    let telephone = of(figure("RPU-I01", Some(40.0), None), "telephone", "x");
    let written = of(figure("RPU-I01", Some(40.0), None), "regime", "1470631555012");
    let plain = of(figure("RPU-I01", Some(40.0), None), "regime", "general");
    assert_eq!(found(&[telephone, written, plain], &Audit::default()), [("DIS-C06", true, 2)]);
}

/// Ariège: one site of three small ones makes nearly all of the département.
#[test]
fn an_area_that_one_masked_establishment_nearly_is_is_told() {
    let structures = lake::reference::structures();
    let row = structures.iter().find(|row| row.departement == "09").unwrap();
    let count = |level: &str, area: &str, passages: f64| Figure {
        level: level.into(),
        area: area.into(),
        ..figure("RPU-I01", Some(passages), None)
    };
    let dominants = |site: f64| {
        let figures = [count("etablissement", &row.finess, site), count("departement", "09", 100.0)];
        let owned = embedded();
        let declared = Declared::new(owned.indicators.iter(), owned.populations.iter(), owned.dimensions.iter());
        let places = Places::of(structures);
        let verdicts = [Some(Status::Masked), None];
        super::super::dominance::count(&figures, &declared.protections, &places, &verdicts, 85)
    };
    assert_eq!((dominants(85.0), dominants(86.0)), (0, 1));
    let audit = Audit {
        dominants: 3,
        ..Audit::default()
    };
    assert_eq!(found(&[], &audit), [("DIS-C08", false, 3)]);
}

#[test]
fn a_masked_figure_that_keeps_a_zero_keeps_a_release_in() {
    let mut masked = public(&[figure("RPU-I01", Some(7.0), None)]).remove(0);
    masked.value = Some(0.0);
    assert_eq!(found(&[masked], &Audit::default()), [("DIS-C09", true, 1)]);
}
