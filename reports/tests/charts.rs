//! What charts say of figures that are masked or old.

use lake::figure::Figure;
use lake::release::{CatalogueEntry, Release};
use reports::charts::Drawing;

use crate::reading::{changed, made, masked};
use crate::sections::plain;

/// The share of sites in high activity each day was told as « de 0 fraction à 0 fraction », and its axis counted 0,1.
#[test]
fn days_of_a_share_are_written_in_per_cent() {
    let mut release = crate::sample::release();
    let days: Vec<Figure> = release
        .figures
        .iter()
        .filter(|figure| *figure.indicator == *"RPU-I01" && *figure.period_kind == *"day" && *figure.level == *"region")
        .filter(|figure| *figure.population == *"tous")
        .enumerate()
        .map(|(rank, figure)| Figure {
            indicator: "ORU-T04".into(),
            unit: "fraction".into(),
            value: Some(if rank == 3 { 0.25 } else { 0.0625 }),
            ..figure.clone()
        })
        .collect();
    release.figures.extend(days);
    let share = release
        .frame
        .entries
        .iter()
        .find(|entry| entry.unite == "fraction")
        .unwrap()
        .clone();
    release.frame.entries.push(CatalogueEntry {
        id: "ORU-T04".to_owned(),
        ..share
    });
    let document = made(&release);
    let chart = document.charts().find(|chart| chart.id == "Q-G06F").expect("Q-G06F");
    assert_eq!(
        plain(&chart.title),
        "De 6,3 % (le mercredi 1er janvier) à 25,0 % (le samedi 4 janvier) selon les jours"
    );
    assert_eq!(plain(&chart.data.groups[0].rows[3].cells[0].text), "25,0 %");
    assert!(matches!(&chart.drawing, Drawing::Days(days) if days.is_share));
}

#[test]
fn a_masked_hour_stays_part_of_the_whole() {
    let all = |figure: &mut Figure| figure.denominator = Some(455_400.0);
    let whole = made(&changed("RPU-I34", all));
    let hidden = made(&changed("RPU-I34", |figure| {
        all(figure);
        if *figure.modalite == *"03" {
            masked(figure);
        }
    }));
    let chart = |document: &reports::document::Document| document.charts().find(|chart| chart.id == "Q-G09").unwrap().clone();
    let (before, after) = (chart(&whole), chart(&hidden));
    let share = |chart: &reports::document::Chart, hour: usize| chart.data.groups[0].rows[hour].cells[1].text.clone();
    assert_eq!(share(&before, 10), share(&after, 10));
    assert_eq!(share(&after, 3), "s");
    assert!(
        after.notes.iter().any(|note| note.starts_with("1 heure sans valeur publiée")),
        "{:?}",
        after.notes
    );
    let drawn = " 455 400 entrées (dont 450 394 dans les heures dessinées) et ";
    assert!(plain(&after.source).contains(drawn), "{}", after.source);
    assert!(
        plain(&before.source).contains(" entrées et "),
        "each curve has its own n: {}",
        before.source
    );
}

#[test]
fn a_masked_age_class_stays_part_of_the_whole() {
    let chart = |release: &Release| made(release).charts().find(|chart| chart.id == "Q-G10").unwrap().clone();
    let missing = |figure: &mut Figure| figure.missing = Some(1_000.0);
    let before = chart(&changed("RPU-I19", missing));
    let after = chart(&changed("RPU-I19", |figure| {
        missing(figure);
        if (&*figure.modalite, &*figure.modalite2) == ("F", "95+") {
            masked(figure);
        }
    }));
    assert_eq!(before.source, after.source);
    assert!(
        plain(&after.source).contains("n = 454 400 passages d’âge et de sexe connus"),
        "{}",
        after.source
    );
    assert_eq!(before.data.groups[0].rows[4].cells, after.data.groups[0].rows[4].cells);
    assert!(
        after
            .notes
            .iter()
            .any(|note| note.starts_with("1 classe sans valeur publiée")),
        "{:?}",
        after.notes
    );
}

#[test]
fn a_rate_of_old_data_is_grey_and_never_the_title() {
    let highest = |release: &Release| made(release).charts().find(|chart| chart.id == "Q-G37").unwrap().clone();
    let fresh = highest(&changed("BED-I16", |figure| figure.value = Some(0.95)));
    let first = fresh.data.groups[0].rows[0].title.clone();
    let list = lake::code_list::code_list("beds_discipline").unwrap();
    let named = list
        .codes
        .iter()
        .filter(|row| plain(&first).starts_with(row.label_fr.as_str()));
    let code = &named.max_by_key(|row| row.label_fr.len()).unwrap().code;
    let stale = highest(&changed("BED-I16", |figure| {
        figure.value = Some(if *figure.modalite == **code { 0.73 } else { 0.95 });
    }));
    assert!(!stale.title.starts_with(&first), "{}", stale.title);
    assert!(stale.title.contains("fraîcheur suffisante"), "{}", stale.title);
    assert_eq!(stale.data.groups[0].rows.last().unwrap().title, first);
    assert!(
        stale.notes.iter().any(|note| note.starts_with("Barres grises")),
        "{:?}",
        stale.notes
    );
}
