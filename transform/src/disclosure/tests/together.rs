//! What several figures say together: complements, counts left out, indicators and beds of one place.

use super::*;

#[test]
fn a_masked_outcome_is_not_what_the_others_leave() {
    let rate = |id: &str, count: f64| figure(id, Some(count), Some(1_000.0));
    let figures = [
        rate("RPU-I70", 300.0),
        rate("RPU-I71", 260.0),
        rate("RPU-I72", 40.0),
        rate("RPU-I73", 697.0),
        rate("RPU-I74", 3.0),
        figure("ORU-I70", Some(300.0), None),
    ];
    let masked = |figures: &[Figure]| -> Vec<String> {
        let kept = public(figures).into_iter();
        kept.filter(|figure| figure.status == Status::Masked)
            .map(|figure| figure.indicator.to_string())
            .collect()
    };
    assert_eq!(
        masked(&figures),
        ["RPU-I73", "RPU-I74"],
        "the returns home would give the deaths, and the hospital stays with them"
    );
    let mut transfers = figures.to_vec();
    transfers[2] = rate("RPU-I72", 4.0);
    transfers[4] = rate("RPU-I74", 39.0);
    transfers.push(figure("RPU-I80", Some(4.0), Some(300.0)));
    assert_eq!(
        masked(&transfers),
        ["RPU-I71", "RPU-I72", "RPU-I80"],
        "transfers are the hospital stays without the admissions"
    );
}

#[test]
fn the_breakdown_and_the_rates_of_severity_hide_the_same_classes() {
    let class = |modalite: &str, count: f64| of(figure("RPU-I49", Some(count), Some(1_000.0)), "gravite", modalite);
    let figures = [
        class("1", 200.0),
        class("2", 700.0),
        class("3", 65.0),
        class("4", 20.0),
        class("5", 3.0),
        class("P", 12.0),
        class("D", 0.0),
        figure("RPU-I48", Some(23.0), Some(1_000.0)),
    ];
    let statuses: Vec<Status> = public(&figures).iter().map(|figure| figure.status).collect();
    use Status::{Masked, Ok};
    assert_eq!(statuses[4], Masked);
    let of_4_and_5 = statuses[3] == Masked || statuses[7] == Masked;
    assert!(of_4_and_5, "class 5 is the rate of 4 and 5 without class 4: {statuses:?}");
    assert!(statuses[..3].iter().all(|status| *status == Ok), "{statuses:?}");
}

#[test]
fn the_beds_of_a_tiny_unit_are_masked() {
    let beds = |indicator: &str, modalite: &str, value: f64| Figure {
        value: Some(value),
        ..of(figure(indicator, Some(value * 900.0), Some(900.0)), "discipline", modalite)
    };
    let figures = [
        beds("ORU-L01", "MED", 30.0),
        beds("ORU-L01", "CHIR", 20.0),
        beds("ORU-L01", "BRUL", 3.0),
        beds("BED-I01", "MED", 0.9),
        beds("BED-I01", "CHIR", 0.8),
        beds("BED-I01", "BRUL", 0.67),
        beds("BED-I16", "BRUL", 1.0),
    ];
    let statuses: Vec<Status> = public(&figures).iter().map(|figure| figure.status).collect();
    use Status::{Masked, Ok};
    assert_eq!(
        statuses,
        [Ok, Masked, Masked, Ok, Masked, Masked, Ok],
        "the total is published: the same other discipline goes with it in every indicator; freshness says nothing of patients"
    );
}

#[test]
fn beds_are_masked_on_a_day_when_few_of_them_can_be_used() {
    let day = |capacity: f64| Figure {
        period_kind: "day".into(),
        period: "2025-02-14".into(),
        ..of(figure("BED-I01", Some(2.0), Some(capacity)), "discipline", "MED")
    };
    assert_eq!(status(day(3.0)), Status::Masked);
    assert_eq!(status(day(0.0)), Status::Masked, "patients in beds that are all closed");
    assert_eq!(status(day(4.0)), Status::Ok);
    assert_eq!(
        status(figure("BED-I01", Some(200.0), Some(270.0))),
        Status::Masked,
        "3 beds a day over 90 days"
    );
}

#[test]
fn the_beds_of_a_quarter_that_is_not_over_are_counted_over_the_days_observed() {
    // Ten beds a day from 1 to 20 January, and the same days of the year before.
    let beds = |quarter: &str| Figure {
        period: quarter.into(),
        ..of(figure("BED-I01", Some(160.0), Some(200.0)), "discipline", "MED")
    };
    let figures = [beds("2025-Q1"), beds("2024-Q1")];
    let request = Request::quarter_until("2025-Q1", Some(jiff::civil::date(2025, 1, 20))).unwrap();
    let statuses = |days: Days| {
        let gated = pass_over(&figures, days, Audience::Public, &Policy::of(Audience::Public));
        gated.figures.iter().map(|figure| figure.status).collect::<Vec<_>>()
    };
    assert_eq!(statuses(Days::of(&request)), [Status::Ok, Status::Ok]);
    assert_eq!(
        statuses(Days::default()),
        [Status::Masked, Status::Masked],
        "over ninety days they would be two"
    );
}

#[test]
fn a_few_records_without_age_leave_a_share_its_denominator() {
    let mut given = figure("RPU-I16", Some(112.0), Some(410.0));
    given.missing = Some(3.0);
    let kept = public(&[figure("RPU-I01", Some(413.0), None), given]).remove(1);
    assert_eq!(
        (kept.numerator, kept.denominator, kept.missing),
        (Some(112.0), Some(410.0), Some(3.0))
    );
}

#[test]
fn the_few_excluded_are_not_the_passages_minus_the_denominator() {
    let mut given = figure("RPU-I57", Some(350.0), Some(409.0));
    (given.missing, given.excluded, given.low) = (Some(0.0), Some(4.0), Some(0.232_123));
    let kept = public(&[figure("RPU-I01", Some(413.0), None), given]).remove(1);
    assert_eq!((kept.numerator, kept.denominator, kept.excluded), (None, None, None));
    assert_eq!(
        (kept.value, kept.low),
        (Some(0.856), Some(0.232)),
        "as printed: its last digits would give the counts"
    );
    assert_eq!(kept.status, Status::Ok);
}

#[test]
fn how_well_an_item_is_filled_hides_the_size_of_a_small_population() {
    assert_eq!(status(figure("RPU-E12", Some(7.0), Some(7.0))), Status::Masked);
    let mut given = figure("RPU-E12", Some(380.0), Some(390.0));
    (given.missing, given.excluded) = (Some(0.0), Some(4.0));
    let kept = public(&[given]).remove(0);
    assert_eq!((kept.missing, kept.excluded), (Some(0.0), None));
}

#[test]
fn the_few_who_are_not_counted_are_protected_like_those_who_are() {
    assert_eq!(status(figure("RPU-I62", Some(397.0), Some(400.0))), Status::Masked);
    assert_eq!(status(figure("RPU-I62", Some(389.0), Some(400.0))), Status::Ok);
    assert_eq!(status(figure("RPU-I62", Some(400.0), Some(400.0))), Status::Ok);
}

#[test]
fn the_passages_of_the_region_are_never_masked_to_protect_a_site() {
    let at = |level: &str, area: &str, passages: f64| Figure {
        level: level.into(),
        area: area.into(),
        ..figure("RPU-I01", Some(passages), None)
    };
    let figures = |small: f64| {
        let large = 4_990.0 - small;
        let sites = [("310783048", large), ("310000096", 10.0), ("810000331", small)];
        let sites = sites.map(|(finess, passages)| at("etablissement", finess, passages));
        sites.into_iter().chain([at("region", "76", 5_000.0)])
    };
    // A site that reads its own figures knows the two small ones together, whatever is masked beside them.
    let own = Policy {
        propres: vec!["310783048".into()],
        ..Policy::new(11, 30)
    };
    let gated = pass(&figures(3.0).collect::<Vec<_>>(), Audience::Partenaire, &own);
    let statuses: Vec<Status> = gated.figures.iter().map(|figure| figure.status).collect();
    assert_eq!(statuses, [Status::Ok, Status::Masked, Status::Masked, Status::Ok]);
    assert_eq!(gated.figures[3].value, Some(5_000.0));
    let alone: Vec<Figure> = figures(0.0).collect();
    let gated = pass(&alone, Audience::Partenaire, &own);
    assert_eq!(gated.figures[3].status, Status::Ok, "the region is what a document opens on");
    assert_eq!(gated.audit.unwrap().refuses, 1, "and what it tells is said");
}
