//! A quarter published on 10 April, and again on 10 May.

use jiff::civil::date;
use lake::delivery::Verdict;
use lake::release::Audience;

use super::*;
use crate::release::tests::{count, delivery, made};

const PURPAN: &str = "310783048";
const QUARTER: &str = "quarter";

/// The same release later, with other numbers.
fn later(figures: &[Figure]) -> Release {
    let mut release = made(Audience::Interne, figures);
    release.frame.as_of = "2025-05-10T04:00:00Z".parse().unwrap();
    release
}

/// A delivery of February received in between, with what it added, changed and removed.
fn between(added: u64, changed: u64, removed: u64) -> Delivery {
    let mut delivery = delivery(Some(PURPAN), &[(date(2025, 2, 3), 30)], Verdict::Conforme);
    delivery.received_at = "2025-05-01T06:00:00Z".parse().unwrap();
    (delivery.counts.added, delivery.counts.changed, delivery.counts.removed) = (added, changed, removed);
    delivery
}

fn causes(before: &Release, after: &Release, deliveries: &[Delivery]) -> Vec<Cause> {
    let compared = compare(before, after, deliveries);
    assert_eq!(compared.revisions.len(), 1, "{compared:?}");
    compared.revisions[0].causes.clone()
}

#[test]
fn a_release_compared_with_itself_has_no_revision() {
    let figures = [
        count("RPU-I01", "region", "76", 1_000.0),
        count("RPU-I01", "etablissement", PURPAN, 250.0),
    ];
    let compared = compare(&made(Audience::Interne, &figures), &later(&figures), &[between(3, 0, 0)]);
    assert_eq!((compared.identical, compared.revisions.len()), (2, 0));
}

#[test]
fn records_received_since_are_late_and_those_that_replace_others_are_corrections() {
    let before = made(Audience::Interne, &[count("RPU-I01", "region", "76", 1_000.0)]);
    let after = later(&[count("RPU-I01", "region", "76", 1_012.0)]);
    assert_eq!(causes(&before, &after, &[between(12, 0, 0)]), [Cause::Tardifs]);
    assert_eq!(causes(&before, &after, &[between(0, 4, 2)]), [Cause::Corriges]);
    let compared = compare(&before, &after, &[between(12, 0, 0), between(0, 1, 0)]);
    let revision = &compared.revisions[0];
    assert_eq!(revision.causes, [Cause::Tardifs, Cause::Corriges]);
    assert_eq!(
        (revision.avant, revision.apres, revision.envois),
        (Some(1_000.0), Some(1_012.0), 2)
    );
}

/// What was received before, what is held, another site's, another month's: none explains the figure of a site.
#[test]
fn a_delivery_that_does_not_bear_on_the_figure_explains_nothing() {
    let mut month = count("RPU-I01", "etablissement", PURPAN, 80.0);
    (month.period_kind, month.period) = ("month".into(), "2025-01".into());
    let before = made(Audience::Interne, &[month.clone()]);
    (month.numerator, month.value) = (Some(81.0), Some(81.0));
    let after = later(&[month]);
    let mut early = between(3, 0, 0);
    early.received_at = "2025-02-04T06:00:00Z".parse().unwrap();
    let mut held = between(3, 0, 0);
    held.verdict = Verdict::EnAttente;
    let mut elsewhere = between(3, 0, 0);
    elsewhere.finess = Some("310780382".to_owned());
    let february = between(3, 0, 0);
    for other in [early, held, elsewhere, february] {
        assert_eq!(causes(&before, &after, &[other]), [Cause::Inexpliquee]);
    }
}

#[test]
fn a_formula_written_otherwise_is_a_definition_and_the_rest_of_the_catalogue_a_declaration() {
    let before = made(Audience::Interne, &[count("RPU-I01", "region", "76", 1_000.0)]);
    let mut after = later(&[count("RPU-I01", "region", "76", 1_012.0)]);
    after.frame.catalogue = "autre".to_owned();
    assert_eq!(causes(&before, &after, &[]), [Cause::Declarations]);
    let entry = after.frame.entries.iter_mut().find(|entry| entry.id == "RPU-I01").unwrap();
    entry.formule.push_str(" hors réorientations");
    assert_eq!(causes(&before, &after, &[]), [Cause::Definition]);
}

#[test]
fn a_structure_that_closes_moves_the_perimeter_of_its_own_places_only() {
    let figures = |value| {
        [
            count("RPU-I01", "departement", "31", value),
            count("RPU-I01", "departement", "34", value),
        ]
    };
    let before = made(Audience::Interne, &figures(1_000.0));
    let mut after = later(&figures(990.0));
    after.frame.structures.retain(|structure| structure.finess != PURPAN);
    assert_ne!(before.frame.structures, after.frame.structures);
    let compared = compare(&before, &after, &[]);
    let causes: Vec<_> = compared.revisions.iter().map(|revision| revision.causes.clone()).collect();
    assert_eq!(causes, [[Cause::Perimetre], [Cause::Inexpliquee]]);
}

#[test]
fn a_figure_that_appears_or_goes_is_a_revision_with_one_side() {
    let before = made(Audience::Interne, &[count("RPU-I01", "region", "76", 1_000.0)]);
    let after = later(&[count("RPU-I02", "region", "76", 11.0)]);
    let compared = compare(&before, &after, &[]);
    let sides: Vec<_> = compared
        .revisions
        .iter()
        .map(|revision| (revision.avant, revision.apres))
        .collect();
    assert_eq!(sides, [(None, Some(11.0)), (Some(1_000.0), None)]);
    assert_eq!(compared.revisions[0].statut_avant, "");
}

#[test]
fn a_value_that_the_gate_hides_is_said_hidden_and_has_no_number() {
    let before = made(Audience::Public, &[count("RPU-I01", "etablissement", PURPAN, 250.0)]);
    let after = later(&[count("RPU-I01", "etablissement", PURPAN, 7.0)]);
    let hidden = Release {
        figures: vec![Figure {
            status: Status::Masked,
            numerator: None,
            value: None,
            ..after.figures[0].clone()
        }],
        ..after
    };
    let compared = compare(&before, &hidden, &[]);
    assert_eq!(compared.revisions[0].causes, [Cause::Diffusion]);
    assert_eq!(
        (compared.revisions[0].apres, compared.revisions[0].statut_apres.as_str()),
        (None, "masked")
    );
}

#[test]
fn a_period_is_known_by_its_name() {
    let days = |kind, label| span(kind, label).map(|(from, to)| (from.to_string(), to.to_string()));
    let expected = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
    assert_eq!(days(QUARTER, "2025-Q1"), expected("2025-01-01", "2025-03-31"));
    assert_eq!(days("week", "2025-W01"), expected("2024-12-30", "2025-01-05"));
    assert_eq!(days("rolling12", "2025-03"), expected("2024-04-01", "2025-03-31"));
    assert_eq!(days("siècle", "21"), None);
}
