//! The gate on small sets of figures.

mod attacker;
mod leaves;
mod secondary;
mod together;
mod whole_release;

use lake::figure::{Figure, Status};
use lake::release::Audience;

use super::*;
use crate::indicators::tests::embedded;

fn figure(indicator: &str, numerator: Option<f64>, denominator: Option<f64>) -> Figure {
    let value = match (numerator, denominator) {
        (Some(a), Some(b)) => Some(a / b),
        (a, b) => a.or(b),
    };
    Figure {
        indicator: indicator.into(),
        domaine: "rpu".into(),
        level: "etablissement".into(),
        area: "310783048".into(),
        period_kind: "quarter".into(),
        period: "2025-Q1".into(),
        perimetre: "tous".into(),
        population: "tous".into(),
        dim: "".into(),
        modalite: "".into(),
        dim2: "".into(),
        modalite2: "".into(),
        numerator,
        denominator,
        missing: None,
        excluded: None,
        value,
        low: None,
        high: None,
        unit: "".into(),
        status: Status::Ok,
    }
}

fn of(figure: Figure, dim: &str, modalite: &str) -> Figure {
    Figure {
        dim: dim.into(),
        modalite: modalite.into(),
        ..figure
    }
}

fn pass(figures: &[Figure], audience: Audience, policy: &Policy) -> Gated {
    pass_over(figures, Days::default(), audience, policy)
}

fn pass_over(figures: &[Figure], days: Days, audience: Audience, policy: &Policy) -> Gated {
    let owned = embedded();
    let setting = Setting {
        pattern: Pattern::default(),
        declared: Declared::new(owned.indicators.iter(), owned.populations.iter(), owned.dimensions.iter()),
        days,
        places: Places::of(lake::reference::structures()),
    };
    gate(figures.to_vec(), &setting, audience, policy)
}

fn public(figures: &[Figure]) -> Vec<Figure> {
    pass(figures, Audience::Public, &Policy::default()).figures
}

fn status(figure: Figure) -> Status {
    public(&[figure])[0].status
}

#[test]
fn counts_from_1_to_10_are_masked_and_zero_is_shown() {
    for (count, expected) in [
        (0.0, Status::Ok),
        (1.0, Status::Masked),
        (10.0, Status::Masked),
        (11.0, Status::Ok),
    ] {
        assert_eq!(status(figure("RPU-I01", Some(count), None)), expected, "{count}");
    }
}

#[test]
fn partners_read_counts_from_5_and_everything_of_their_own() {
    let read = |count: f64, policy: Policy| {
        let figures = [figure("RPU-I01", Some(count), None)];
        pass(&figures, Audience::Partenaire, &policy).figures[0].status
    };
    let policy = Policy::of(Audience::Partenaire);
    assert_eq!(read(4.0, policy.clone()), Status::Masked);
    assert_eq!(read(5.0, policy.clone()), Status::Ok);
    let own = Policy {
        propres: vec!["310783048".to_owned()],
        ..policy
    };
    assert_eq!(read(4.0, own), Status::Ok);
}

#[test]
fn nothing_is_masked_inside() {
    let figures = [figure("RPU-I01", Some(1.0), None)];
    let gated = pass(&figures, Audience::Interne, &Policy::of(Audience::Interne));
    assert_eq!(gated.figures, figures);
    assert!(gated.masques.is_empty());
}

/// A level from 1 to 4 was taken for a count of so many patients: only the levels 0 were published.
#[test]
fn a_level_of_tension_is_no_count_of_patients() {
    for id in ["ORU-H01", "ORU-H02", "ORU-H03", "ORU-H04", "ORU-H05", "ORU-H06", "ORU-H10"] {
        assert_eq!(status(figure(id, Some(3.0), None)), Status::Ok, "{id}");
    }
    // Three beds are needed each day: nobody is in them yet.
    assert_eq!(status(figure("BED-I09", Some(3.2), Some(21.0))), Status::Ok);
}

/// What the days of a quarter have in common is that of the patients behind them.
#[test]
fn a_statistic_of_days_with_few_patients_behind_it_is_masked() {
    for (patients, expected) in [(10.0, Status::Masked), (11.0, Status::Ok)] {
        assert_eq!(status(figure("HET6-P90", Some(patients), Some(90.0))), expected, "{patients}");
    }
}

#[test]
fn a_percentage_needs_30_records() {
    assert_eq!(status(figure("RPU-I16", Some(12.0), Some(29.0))), Status::TooFew);
    assert_eq!(status(figure("RPU-I16", Some(12.0), Some(30.0))), Status::Ok);
    assert_eq!(status(figure("RPU-I16", Some(0.0), Some(29.0))), Status::TooFew);
    assert_eq!(status(figure("RPU-I16", Some(0.0), Some(300.0))), Status::Ok);
    assert_eq!(
        status(figure("RPU-I16", Some(3.0), Some(300.0))),
        Status::Masked,
        "a masked numerator is not shown through its rate"
    );
    let kept = public(&[figure("RPU-I16", Some(12.0), Some(29.0))]).remove(0);
    assert_eq!((kept.numerator, kept.denominator, kept.value), (None, Some(29.0), None));
}

#[test]
fn means_and_medians_need_11_records_and_the_last_decile_30() {
    let of = |id: &str, records: f64| {
        status(Figure {
            denominator: Some(records),
            ..figure(id, None, Some(records))
        })
    };
    assert_eq!(of("RPU-I61", 10.0), Status::Masked);
    assert_eq!(of("RPU-I61", 11.0), Status::Ok);
    assert_eq!(of("RPU-I61-P90", 29.0), Status::TooFew);
    assert_eq!(of("RPU-I61-P90", 30.0), Status::Ok);
    assert_eq!(status(figure("RPU-I12", Some(400.0), Some(10.0))), Status::Masked);
    assert_eq!(
        status(figure("RPU-I12", Some(5.0), Some(11.0))),
        Status::Ok,
        "a sum of ages is not a count"
    );
}

/// Between partners a count of 5 may be read; three quartiles of 5 stays are three patients' own.
#[test]
fn partners_do_not_read_the_median_of_five_stays() {
    let policy = Policy::of(Audience::Partenaire);
    let stays = |records| figure("RPU-I61", None, Some(records));
    let read = pass(&[stays(5.0), stays(10.0), stays(11.0)], Audience::Partenaire, &policy).figures;
    let statuses: Vec<Status> = read.iter().map(|figure| figure.status).collect();
    assert_eq!(statuses, [Status::TooFew, Status::TooFew, Status::Ok]);
    assert_eq!(
        (read[0].value, read[0].numerator, read[0].denominator),
        (None, None, Some(5.0))
    );
}

#[test]
fn days_and_inhabitants_are_not_patients() {
    assert_eq!(status(figure("RPU-I02", Some(11.0), Some(7.0))), Status::Ok);
    assert_eq!(status(figure("RPU-I02", Some(10.0), Some(90.0))), Status::Masked);
    assert_eq!(status(figure("RPU-I21", Some(10.0), Some(1_000_000.0))), Status::Masked);
    assert_eq!(status(figure("ORU-N01", Some(1.0), None)), Status::Ok);
    assert_eq!(status(figure("RPU-T01", Some(2.0), Some(90.0))), Status::Ok);
    assert_eq!(status(figure("RPU-E01", Some(3.0), Some(300.0))), Status::Ok);
    assert_eq!(status(figure("RPU-E01", Some(3.0), Some(29.0))), Status::TooFew);
}

#[test]
fn a_change_is_masked_when_either_period_is_small() {
    assert_eq!(status(figure("RPU-I03", Some(200.0), Some(10.0))), Status::Masked);
    assert_eq!(status(figure("RPU-I03", Some(10.0), Some(200.0))), Status::Masked);
    assert_eq!(status(figure("RPU-I03", Some(200.0), Some(100.0))), Status::Ok);
}

#[test]
fn what_is_computed_from_masked_months_is_masked() {
    let month = |period: &str, count: f64| Figure {
        period_kind: "month".into(),
        period: period.into(),
        ..figure("RPU-I01", Some(count), None)
    };
    let range = figure("RPU-I09", None, Some(3.0));
    let figures = |least: f64| {
        [
            month("2025-01", least),
            month("2025-02", 40.0),
            month("2025-03", 50.0),
            range.clone(),
        ]
    };
    assert_eq!(public(&figures(10.0))[3].status, Status::Masked);
    assert_eq!(public(&figures(11.0))[3].status, Status::Ok);
}

#[test]
fn a_masked_figure_keeps_nothing() {
    let mut given = figure("RPU-I16", Some(7.0), Some(400.0));
    (given.missing, given.excluded) = (Some(50.0), Some(60.0));
    (given.low, given.high) = (Some(0.1), Some(0.2));
    let kept = public(&[given]).remove(0);
    let numbers = [
        kept.numerator,
        kept.denominator,
        kept.missing,
        kept.excluded,
        kept.value,
        kept.low,
        kept.high,
    ];
    assert_eq!(numbers, [None; 7]);
    assert_eq!(kept.status, Status::Masked);
}

#[test]
fn small_numbers_left_out_are_hidden_too() {
    let mut given = figure("RPU-I61", None, Some(400.0));
    (given.missing, given.excluded) = (Some(50.0), Some(6.0));
    let kept = public(&[given]).remove(0);
    assert_eq!((kept.missing, kept.excluded, kept.status), (None, None, Status::Ok));
    assert_eq!(kept.denominator, Some(400.0), "only the sum of the two can be computed");
}

#[test]
fn small_findings_stay_inside() {
    let finding = |violated: u64| Finding {
        rule: "RPU-X01".to_owned(),
        clause: String::new(),
        domaine: "rpu".to_owned(),
        level: "etablissement".to_owned(),
        area: "310783048".to_owned(),
        period_kind: "quarter".to_owned(),
        period: "2025-Q1".to_owned(),
        violated,
        eligible: 4_000,
        not_judged: 0,
        share: None,
        effect: "flag".to_owned(),
        verdict: "anomaly".to_owned(),
        run: String::new(),
        jusqu_au: None,
    };
    let unjudged = Finding {
        not_judged: 3,
        ..finding(500)
    };
    let all = [finding(0), finding(10), finding(11), finding(3_995), unjudged];
    let count = |audience| findings(&all, audience, &Policy::of(audience)).len();
    assert_eq!(
        count(Audience::Public),
        2,
        "nor the few that are not in anomaly, nor the few that could not be judged"
    );
    assert_eq!(count(Audience::Interne), 5);
}

/// Ten passages published as masked, twelve when late records have come: printing them now would date the late ones.
#[test]
fn a_figure_that_a_published_release_masked_stays_masked() {
    let of = |passages: f64| figure("RPU-I01", Some(passages), None);
    let policy = Policy::default();
    let owned = embedded();
    let mut setting = Setting {
        pattern: Pattern::default(),
        declared: Declared::new(owned.indicators.iter(), owned.populations.iter(), owned.dimensions.iter()),
        days: Days::default(),
        places: Places::of(lake::reference::structures()),
    };
    let first = gate(vec![of(10.0)], &setting, Audience::Public, &policy).figures;
    assert_eq!(first[0].status, Status::Masked);
    let later = gate(vec![of(12.0)], &setting, Audience::Public, &policy);
    assert_eq!(later.figures[0].value, Some(12.0), "nothing of the first was published");

    setting.pattern.add("2025-Q1-0123456789ab", [first[0].name().as_str()]);
    let again = gate(vec![of(12.0)], &setting, Audience::Public, &policy);
    assert_eq!(
        (again.figures[0].status, again.audit.map(|audit| audit.repris)),
        (Status::Masked, Some(1))
    );
    let found = checks::run(
        &later,
        &Default::default(),
        (&setting.declared, &setting.pattern),
        Audience::Public,
        &policy,
    );
    assert!(found.iter().any(|found| found.id == "DIS-C04" && found.blocks));
}
