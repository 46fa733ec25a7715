//! Small feeds of one site, with what is said of each expected day beside them.

use jiff::civil::{Date, date};
use lake::delivery::{Counts, Delivery, Verdict};

use super::expected::{Copie, Livraison, livraisons};
use crate::Inputs;
use crate::sites::Attente;

const SITE: &str = "310783048";

/// A file made that day of February at 03:25, received at `received` (legal time), with `records` on each of its days, the last one
/// being the eve.
fn feed(day: i8, received: &str, records: &[u32]) -> Delivery {
    let first = i8::try_from(records.len()).unwrap();
    let days: Vec<(Date, u32)> = records
        .iter()
        .zip(day - first..)
        .map(|(count, day)| (date(2025, 2, day), *count))
        .collect();
    let mut delivery = crate::release::tests::delivery(Some(SITE), &days, Verdict::Conforme);
    delivery.id = format!("{day}-{received}");
    delivery.extract = Some(date(2025, 2, day).at(3, 25, 0, 0));
    delivery.received_at = format!("2025-02-{day:02}T{received}+01:00[Europe/Paris]")
        .parse::<jiff::Zoned>()
        .unwrap()
        .timestamp();
    let accepted = records.iter().map(|count| u64::from(*count)).sum();
    delivery.counts = Counts {
        rows_read: accepted,
        accepted,
        added: accepted,
        ..Counts::default()
    };
    delivery
}

fn expecting(jours: &str, envois: Vec<Delivery>) -> Inputs {
    Inputs {
        attentes: vec![Attente {
            finess: SITE.to_owned(),
            ordre: None,
            flux: None,
            du: Some(date(2025, 2, 3)),
            au: None,
            jours: jours.parse().unwrap(),
            heure_limite: Some(jiff::civil::time(6, 30, 0, 0)),
        }],
        envois,
        ..Inputs::default()
    }
}

fn of(inputs: &Inputs, from: i8, to: i8) -> Vec<Livraison> {
    livraisons(inputs, date(2025, 2, from), date(2025, 2, to))
}

#[test]
fn a_silent_day_is_there_and_a_day_on_which_nothing_is_expected_is_not() {
    // From Friday the 7th to Monday the 10th.
    let inputs = expecting("lu-ve", vec![feed(7, "04:00:00", &[9, 9])]);
    let said: Vec<_> = of(&inputs, 1, 10).iter().map(|row| (row.jour.day(), row.envois)).collect();
    assert_eq!(said, [(3, 0), (4, 0), (5, 0), (6, 0), (7, 1), (10, 0)]);
}

#[test]
fn a_delivery_is_of_the_day_it_was_made_and_late_by_its_reception() {
    let mut tomorrow = feed(5, "02:00:00", &[9]);
    tomorrow.received_at += jiff::SignedDuration::from_hours(24);
    let inputs = expecting("tous", vec![feed(4, "06:31:00", &[9]), tomorrow]);
    let said: Vec<_> = of(&inputs, 4, 6)
        .iter()
        .map(|row| (row.envois, row.recu_min, row.limite_min))
        .collect();
    assert_eq!(said, [(1, Some(391), 390), (1, Some(1560), 390), (0, None, 390)]);
}

#[test]
fn a_site_whose_clock_is_ahead_has_sent_on_the_day_of_the_reception() {
    let mut ahead = feed(4, "06:00:00", &[9]);
    ahead.extract = Some(date(2035, 2, 4).at(3, 25, 0, 0));
    ahead.verdict = Verdict::EnAttente;
    let inputs = expecting("tous", vec![ahead]);
    let said: Vec<_> = of(&inputs, 4, 5).iter().map(|row| (row.envois, row.en_attente)).collect();
    assert_eq!(said, [(1, 1), (0, 0)], "held, not silent");
}

#[test]
fn a_resend_that_empties_a_day_says_how_many() {
    // The 3rd and 4th come again: 9 of 20 is a loss, 18 of 20 is nine tenths; the 2nd had too few to be judged.
    let inputs = expecting(
        "tous",
        vec![feed(5, "04:00:00", &[4, 20, 20]), feed(6, "04:00:00", &[0, 9, 18, 5])],
    );
    let row = &of(&inputs, 6, 6)[0];
    assert_eq!((row.jours_repris, row.jours_reduits), (Some(2), Some(1)));
    assert_eq!(of(&inputs, 5, 5)[0].jours_repris, None, "nothing was there before");
}

#[test]
fn a_feed_that_brings_nothing_new_is_counted_until_something_comes() {
    let mut again = feed(5, "04:00:00", &[9]);
    (again.counts.added, again.counts.unchanged) = (0, 9);
    let mut inputs = expecting("tous", vec![feed(4, "04:00:00", &[9]), again, feed(8, "04:00:00", &[9])]);
    // On the 6th the very bytes of the 4th come again; on the 7th nothing comes.
    inputs.copies = vec![Copie {
        delivery: "4-04:00:00".to_owned(),
        at: "2025-02-06T03:00:00Z".parse().unwrap(),
    }];
    let said: Vec<_> = of(&inputs, 4, 8).iter().map(|row| (row.copies, row.sans_nouveau)).collect();
    assert_eq!(said, [(0, Some(0)), (0, Some(1)), (1, Some(2)), (0, None), (0, Some(0))]);
}

#[test]
fn a_day_that_moves_once_consolidated_is_seen() {
    // The 4th had 20 passages on the 5th, 21 on the 11th (J+7); a file of the 12th says 15, and says 9 for the 5th, unknown till then.
    let mut late = feed(12, "04:00:00", &[15, 9]);
    (late.date_from, late.date_to) = (Some(date(2025, 2, 4)), Some(date(2025, 2, 5)));
    late.days = [(date(2025, 2, 4), 15), (date(2025, 2, 5), 9)].into();
    late.extract = Some(date(2025, 2, 13).at(3, 25, 0, 0));
    let mut consolidated = feed(11, "04:00:00", &[21]);
    (consolidated.date_from, consolidated.date_to) = (Some(date(2025, 2, 4)), Some(date(2025, 2, 4)));
    consolidated.days = [(date(2025, 2, 4), 21)].into();
    let mut inputs = expecting("tous", vec![feed(5, "04:00:00", &[20]), consolidated, late]);
    inputs.observe_au = Some(date(2025, 2, 12));
    let said: Vec<_> = of(&inputs, 4, 6)
        .iter()
        .map(|row| (row.passages_consolides, row.passages_connus))
        .collect();
    assert_eq!(said, [(Some(21), Some(15)), (None, Some(9)), (None, None)]);
    inputs.observe_au = Some(date(2025, 2, 10));
    assert_eq!(of(&inputs, 4, 4)[0].passages_connus, None, "not consolidated yet");
}

#[test]
fn deliveries_of_another_structure_do_not_answer_for_this_one() {
    let mut inputs = expecting("tous", vec![feed(4, "04:00:00", &[9])]);
    inputs.attentes[0].ordre = Some(1);
    assert_eq!(of(&inputs, 4, 4)[0].envois, 0);
    inputs.attentes[0].ordre = Some(0);
    assert_eq!(of(&inputs, 4, 4)[0].envois, 1);
}
