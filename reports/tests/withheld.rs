//! What is kept by the gate is said as kept: never as if it did not exist, nor as if it had not come.

use lake::figure::{Figure, Status};
use lake::release::Release;
use reports::document::{Chart, Document};

use crate::sample;
use crate::sections::{cell, plain, table};

fn document(change: impl Fn(&mut Figure)) -> Document {
    let mut release: Release = sample::release_with_regulation();
    release.figures.iter_mut().for_each(change);
    reports::document(&release, "trimestriel", None).unwrap()
}

fn chart(document: &Document, id: &str) -> Chart {
    document.charts().find(|chart| chart.id == id).unwrap().clone()
}

fn mask(figure: &mut Figure) {
    (figure.numerator, figure.denominator, figure.value) = (None, None, None);
    figure.status = Status::Masked;
}

#[test]
fn a_count_kept_while_its_share_is_published_prints_s() {
    let document = document(|figure| {
        if &*figure.indicator == "BED-I11-8H" && &*figure.level == "region" {
            (figure.numerator, figure.denominator) = (None, None);
        }
    });
    let waiting = table(&document, "Q-T38");
    assert_eq!(cell(&waiting, "Occitanie", 5).text, "s");
    assert!(cell(&waiting, "Occitanie", 6).text.ends_with('%'), "its share is there");
}

#[test]
fn a_masked_day_prints_s_and_is_said_under_the_chart() {
    let document = document(|figure| {
        if &*figure.indicator == "RPU-I01" && &*figure.level == "region" && &*figure.period == "2025-02-14" {
            mask(figure);
        }
    });
    let days = chart(&document, "Q-G06");
    let row = days.data.groups[0]
        .rows
        .iter()
        .find(|row| row.title.contains("14/02"))
        .unwrap();
    assert_eq!(row.cells[0].text, "s");
    let said = days
        .notes
        .iter()
        .any(|note| plain(note).starts_with("1 jour masqué par le secret statistique"));
    assert!(said, "{:?}", days.notes);
}

/// The total is that of the table of outings, whatever hours are drawn.
#[test]
fn hours_that_are_masked_are_counted_in_the_total_of_the_chart() {
    let masked = |figure: &mut Figure| {
        if &*figure.indicator == "ORU-M06" && ["03", "04"].contains(&&*figure.modalite) {
            mask(figure);
        }
    };
    let hours = chart(&document(masked), "Q-G26");
    let source = plain(&hours.source);
    assert!(source.contains("n = 8 064 sorties primaires (dont 7 "), "{source}");
    let whole = plain(&chart(&document(|_| ()), "Q-G26").source);
    assert!(whole.contains("n = 8 064 sorties primaires et"), "{whole}");
}
