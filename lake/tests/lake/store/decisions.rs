//! Guards and what people decide.

use jiff::civil::{Date, date};
use lake::delivery::Verdict;
use lake::store::{Decision, Motif, StoreError};

use super::replacement::count;
use crate::place::Lake;
use crate::sends::Send;

pub const ESSAI: Motif = Motif {
    motif: "essai",
    auteur: "DIM",
};

const A: &str = "310000001";

fn jan(day: i8) -> Date {
    date(2025, 1, day)
}

fn decide(lake: &mut Lake, id: &str, decision: Decision) -> lake::store::Difference {
    let (run, at) = lake.tick();
    lake.writer().decide(id, decision, &run, at, ESSAI).unwrap()
}

#[test]
fn a_nearly_empty_resend_is_held_and_changes_nothing() {
    let mut lake = Lake::new();
    lake.receive(&[Send::full(A, jan(8), jan(1), jan(7), 20)]);
    let before = lake.view("rpu", None);
    let empty = Send::full(A, jan(9), jan(2), jan(8), 1);
    let report = lake.receive(std::slice::from_ref(&empty));
    assert_eq!(report.deliveries[0].verdict, Verdict::EnAttente);
    assert!(report.deliveries[0].reason.as_ref().unwrap().contains("2025-01-02 20 → 1"));
    assert_eq!(report.deliveries[0].counts.removed, 6 * 19);
    assert_eq!(lake.view("rpu", None), before);
    assert_eq!(lake.store().status().unwrap().waiting.len(), 1);
    lake.check();
}

#[test]
fn a_fuller_file_that_arrives_late_puts_the_emptier_one_on_hold() {
    let full = Send::full(A, jan(8), jan(1), jan(7), 20);
    let empty = Send::full(A, jan(9), jan(1), jan(8), 2);
    let mut lake = Lake::new();
    let first = lake.receive(std::slice::from_ref(&empty));
    assert_eq!(first.deliveries[0].verdict, Verdict::Conforme);
    let second = lake.receive(std::slice::from_ref(&full));
    assert_eq!(second.newly_held, [empty.id()]);
    let mut other = Lake::new();
    other.receive(&[full]);
    other.receive(&[empty]);
    assert_eq!(lake.view("rpu", None), other.view("rpu", None));
    lake.check();
}

#[test]
fn accepting_setting_aside_and_undoing_come_back_to_the_start() {
    let mut lake = Lake::new();
    let full = Send::full(A, jan(8), jan(1), jan(7), 20);
    let empty = Send::full(A, jan(9), jan(2), jan(8), 1);
    lake.receive(std::slice::from_ref(&full));
    lake.receive(std::slice::from_ref(&empty));
    let held = lake.view("rpu", None);

    let accepted = decide(&mut lake, &empty.id(), Decision::Accept);
    assert_eq!(accepted.lines.len(), 7);
    assert_eq!(
        (accepted.lines[0].day, accepted.lines[0].before, accepted.lines[0].after),
        (jan(2), 20, 1)
    );
    assert_eq!(accepted.lines[0].from.as_deref(), Some(full.id().as_str()));
    assert_eq!(count(&lake, "rpu"), 20 + 7);
    lake.check();

    let undone = decide(&mut lake, &empty.id(), Decision::Undo);
    assert_eq!((undone.lines[0].before, undone.lines[0].after), (1, 20));
    assert_eq!(lake.view("rpu", None), held);

    decide(&mut lake, &full.id(), Decision::SetAside);
    assert_eq!(count(&lake, "rpu"), 7);
    let full_now = lake.store().deliveries(None).unwrap().remove(0);
    assert_eq!(full_now.verdict, Verdict::Refusee);
    assert!(full_now.reason.unwrap().contains("essai"));
    decide(&mut lake, &full.id(), Decision::Undo);
    assert_eq!(lake.view("rpu", None), held);
    lake.check();
}

#[test]
fn what_accepting_would_change_is_known_before_it_is_decided() {
    let mut lake = Lake::new();
    let full = Send::full(A, jan(8), jan(1), jan(7), 20);
    let empty = Send::full(A, jan(9), jan(2), jan(8), 1);
    lake.receive(&[full]);
    lake.receive(std::slice::from_ref(&empty));
    let (before, runs) = (lake.view("rpu", None), lake.store().runs().len());
    let would = lake.store().would_accept(&empty.id()).unwrap();
    assert_eq!(
        (lake.view("rpu", None), lake.store().runs().len()),
        (before, runs),
        "nothing is decided"
    );
    let accepted = decide(&mut lake, &empty.id(), Decision::Accept);
    assert_eq!(would.lines, accepted.lines);
    assert_eq!((would.newly_held, would.released), (accepted.newly_held, accepted.released));
    let decided = lake.store().decisions();
    assert_eq!(decided.len(), 1);
    assert_eq!(
        (decided[0].decision, decided[0].motif.as_str(), decided[0].auteur.as_str()),
        (Decision::Accept, "essai", "DIM")
    );
}

#[test]
fn a_second_reading_takes_the_place_of_the_first_at_one_instant() {
    // Two passages of each day had been rejected.
    let (first, second) = (
        Send::full(A, jan(8), jan(1), jan(7), 18),
        Send::full(A, jan(8), jan(1), jan(7), 20),
    );
    let mut lake = Lake::new();
    lake.receive(std::slice::from_ref(&first));
    let (known, at) = (lake.view("rpu", None), lake.now());
    let (name, now) = lake.tick();
    let mut writer = lake.writer();
    let mut run = writer.begin(&name, now).unwrap();
    run.replaces(&first.id(), ESSAI);
    crate::sends::Received::from(second.clone()).read_into(&run);
    let report = run.commit(vec![second.delivery()]).unwrap();
    drop(writer);
    let counts = report.deliveries[0].counts;
    assert_eq!(
        (counts.added, counts.changed, counts.unchanged, counts.removed),
        (14, 0, 126, 0)
    );
    assert_eq!(
        report.deliveries[0]
            .findings
            .iter()
            .map(|finding| finding.violated)
            .sum::<u64>(),
        0
    );
    assert_eq!(count(&lake, "rpu"), 140);
    assert_eq!(lake.view("rpu", Some(at)), known);
    assert_eq!(lake.store().deliveries(None).unwrap()[0].verdict, Verdict::Refusee);
    lake.check();
    let mut other = Lake::new();
    other.receive(&[second]);
    assert_eq!(count(&other, "rpu"), 140);
}

#[test]
fn eleven_months_replaced_in_one_file_are_given_back_by_one_decision() {
    let mut lake = Lake::new();
    lake.receive(&[Send::versions(A, date(2025, 3, 1), jan(1), date(2025, 2, 28), 6, 1)]);
    let before = lake.view("rpu", None);
    let resend = Send::versions(A, date(2025, 3, 9), jan(1), date(2025, 3, 8), 6, 2);
    lake.receive(std::slice::from_ref(&resend));
    assert_eq!(lake.view("rpu", None).len(), 3);
    let difference = decide(&mut lake, &resend.id(), Decision::SetAside);
    assert_eq!(difference.lines.len(), 31 + 28 + 8);
    assert_eq!(lake.view("rpu", None), before);
    lake.check();
}

#[test]
fn a_view_as_known_earlier_ignores_later_decisions() {
    let mut lake = Lake::new();
    let send = Send::full(A, jan(8), jan(1), jan(7), 20);
    lake.receive(std::slice::from_ref(&send));
    let (known, at) = (lake.view("rpu", None), lake.now());
    decide(&mut lake, &send.id(), Decision::SetAside);
    assert!(lake.view("rpu", None).is_empty());
    assert_eq!(lake.view("rpu", Some(at)), known);
    assert_eq!(lake.store().deliveries(Some(at)).unwrap()[0].verdict, Verdict::Conforme);
}

#[test]
fn a_quarantined_delivery_is_called_back_and_counted_once() {
    let mut lake = Lake::new();
    let send = Send::full(A, jan(8), jan(1), jan(7), 20);
    let mut unknown = send.delivery();
    unknown.verdict = Verdict::EnQuarantaine;
    unknown.counts = Default::default();
    let (name, at) = lake.tick();
    let mut writer = lake.writer();
    let run = writer.begin(&name, at).unwrap();
    let content = format!("{send:?}");
    run.keep_raw(&unknown.raw, "a.xml", &mut content.as_bytes()).unwrap();
    run.commit(vec![unknown]).unwrap();
    assert_eq!(count(&lake, "rpu"), 0);

    let path = writer.requeue(&send.id()).unwrap();
    assert_eq!(std::fs::read_to_string(path).unwrap(), content);
    assert!(!writer.is_known(&send.id()));
    let (name, at) = lake.tick();
    let report = crate::place::receive(&mut writer, &name, at, std::slice::from_ref(&send));
    assert_eq!(report.deliveries[0].verdict, Verdict::Conforme);
    assert!(writer.is_known(&send.id()));
    drop(writer);
    assert_eq!(count(&lake, "rpu"), 140);
    assert_eq!(lake.store().deliveries(None).unwrap().len(), 1);
    assert_eq!(
        lake.store().deliveries(Some(crate::place::instant(1))).unwrap()[0].verdict,
        Verdict::EnQuarantaine
    );
    lake.check();
}

#[test]
fn an_unknown_delivery_cannot_be_decided_about() {
    let mut lake = Lake::new();
    let (run, at) = lake.tick();
    let error = lake.writer().decide("abc", Decision::Accept, &run, at, ESSAI).unwrap_err();
    assert!(matches!(error, StoreError::UnknownDelivery { .. }));
}
