//! What an officer of a health agency would misread: each a defect once seen in the report.

use std::sync::Arc;

use lake::figure::{Figure, Status};
use lake::release::Release;
use reports::document::{Block, Document};

use crate::sample;
use crate::sections::{cell, document, plain, table};

pub fn made(release: &Release) -> Document {
    reports::document(release, "trimestriel", None).unwrap()
}

/// Changes the figures of one indicator for the region over the main period.
pub fn changed(indicator: &str, change: impl Fn(&mut Figure)) -> Release {
    let mut release = sample::release();
    for figure in &mut release.figures {
        if *figure.indicator == *indicator && *figure.level == *"region" && *figure.period == *sample::PERIOD {
            change(figure);
        }
    }
    release
}

pub fn masked(figure: &mut Figure) {
    figure.status = Status::Masked;
    (figure.value, figure.numerator, figure.denominator) = (None, None, None);
}

fn sentences(document: &Document) -> String {
    let blocks = document.sections.iter().flat_map(|section| &section.blocks);
    let said: Vec<String> = blocks
        .filter_map(|block| match block {
            Block::Messages { items } => Some(items.join("\n")),
            _ => None,
        })
        .collect();
    plain(&said.join("\n"))
}

#[test]
fn a_change_printed_as_two_percent_is_not_stable() {
    let release = changed("RPU-I03", |figure| {
        if *figure.perimetre == *"constant" {
            figure.value = Some(-0.0198);
        }
    });
    let said = sentences(&made(&release));
    assert!(
        said.contains("l’activité est en diminution par rapport au 1er trimestre 2024 (−2,0 %)"),
        "{said}"
    );
    assert!(said.contains("Est dite stable une variation de moins de 2 %."), "{said}");
}

#[test]
fn quarters_of_different_lengths_are_compared_by_day_too() {
    let said = sentences(&document());
    assert!(
        said.contains("la période compte 90 jours contre 91 : par jour, l’activité est en augmentation (+3,5 %)"),
        "{said}"
    );
}

#[test]
fn a_masked_case_may_protect_another() {
    let release = changed("RPU-I70", masked);
    let notes = table(&made(&release), "Q-T01").notes.join(" ");
    assert!(notes.contains("ou masqué pour protéger une autre case"), "{notes}");
    let annex = plain(&reports::html::render(&document(), None).unwrap());
    assert!(annex.contains("et d’autres cases avec eux"), "the annex says it too");
}

#[test]
fn a_change_has_the_decimals_of_its_values() {
    let release = changed("RPU-I74", |figure| figure.value = Some(0.0018));
    let deaths = cell(&table(&made(&release), "Q-T01"), "Décès", 3).text;
    assert_eq!(
        plain(&deaths).trim_start_matches(['+', '−']).split(' ').next().unwrap().len(),
        4,
        "{deaths}"
    );
    assert!(
        table(&document(), "Q-T01")
            .notes
            .iter()
            .any(|note| note.contains("Écarts calculés avant arrondi."))
    );
}

#[test]
fn anomalies_are_listed_by_number_with_the_rules_of_the_region() {
    let mut release = sample::release();
    let mut local = release.findings[0].clone();
    (local.rule, local.violated, local.eligible) = ("LOC-R01".to_owned(), 700, 900);
    release.findings.push(local);
    let rules = table(&made(&release), "Q-T05");
    let listed: Vec<&str> = rules.groups[0].rows.iter().map(|row| row.cells[0].text.as_str()).collect();
    assert_eq!(listed, ["RPU-X29b", "LOC-R01", "RPU-X10", "RPU-X19"]);
    assert!(rules.notes[0].contains("Règles listées"), "{:?}", rules.notes);
}

#[test]
fn occupancy_is_the_quotient_of_the_columns_beside_it() {
    let beds = table(&document(), "Q-T37");
    let place = |title: &str| {
        let plain = |column: &reports::document::Column| column.title.replace('\u{ad}', "");
        beds.columns.iter().position(|column| plain(column) == title).unwrap() - 1
    };
    let (open, taken, rate) = (place("Exploitables à jour"), place("Occupés à jour"), place("Occupation"));
    let (installed, coverage) = (place("Lits installés"), place("Couverture"));
    let release = sample::release();
    for row in &beds.groups[0].rows {
        let number = |column: usize| row.cells[column].number.clone().unwrap().value;
        assert!(
            (number(taken) / number(open) * 100.0 - number(rate)).abs() < 0.05,
            "{}",
            row.title
        );
        assert!(
            !row.cells[0].text.contains(','),
            "a stock of beds has no decimal: {}",
            row.cells[0].text
        );
        let figure = |name: &String| release.figures.iter().find(|figure| figure.name() == *name).unwrap();
        let of_coverage: Vec<&Figure> = row.cells[coverage].figures.iter().map(figure).collect();
        assert_eq!(of_coverage[0].modalite, of_coverage[1].modalite, "{}", row.title);
        assert_eq!(row.cells[coverage].figures.last(), row.cells[installed].figures.first());
    }
}

#[test]
fn many_silent_sites_are_a_number_and_an_annex() {
    let mut release = sample::release();
    let kept = "310783048";
    release
        .figures
        .retain(|figure| *figure.level != *"etablissement" || *figure.area == *kept);
    let document = made(&release);
    let Block::Scope { items } = &document.sections[0].blocks[0] else {
        panic!("the scope comes first")
    };
    let silent = items.iter().find(|item| item.label == "Sans transmission").unwrap();
    assert_eq!(silent.details, ["liste en annexe, colonne « Transmet »"]);
    let annex = table(&document, "Q-A01");
    let sending: Vec<&str> = annex
        .groups
        .iter()
        .flat_map(|group| &group.rows)
        .filter(|row| row.cells.last().unwrap().text == "oui")
        .map(|row| row.cells[0].text.as_str())
        .collect();
    assert_eq!(sending, [kept]);
}

#[test]
fn sources_are_in_french_and_abbreviations_explained() {
    let mut release = sample::release();
    for entry in &mut release.frame.entries {
        entry.source = "project-defined, d'après FEDORU ; UNVERIFIED — common practice".to_owned();
    }
    let html = reports::html::render(&made(&release), None).unwrap();
    assert!(!html.contains("project-defined") && !html.contains("UNVERIFIED"));
    for word in [
        "FEDORU",
        "RESURAL",
        "ORUDAL",
        "DREES",
        "BED-SNAP",
        "USIC",
        "USINV",
        "P10",
        "FUGUE",
        "SCAM",
        "PSA",
        "REO",
        "REA, SI, SC",
    ] {
        let explained = html.split("<section id=\"glossaire\"").nth(1).unwrap();
        assert!(explained.contains(word), "{word}");
    }
}

#[test]
fn names_and_ordinals_are_set_as_in_print() {
    let mut release = sample::release();
    release.frame.structures[0].nom = "CL D'OCCITANIE MURET".to_owned();
    let html = reports::html::render(&made(&release), None).unwrap();
    assert!(html.contains("CL D’OCCITANIE MURET") && !html.contains("CL D&#x27;OCCITANIE"));
    assert!(html.contains("1<sup>er</sup>\u{a0}trimestre\u{a0}2025") && html.contains("90<sup>e</sup> centile"));
}

#[test]
fn modalities_come_from_the_region_over_the_main_period() {
    let mut release = sample::release();
    let mut other = release
        .figures
        .iter()
        .find(|figure| *figure.indicator == *"BED-I01")
        .unwrap()
        .clone();
    (other.level, other.modalite) = (Arc::from("departement"), Arc::from("ZZZ"));
    release.figures.push(other);
    let figures = reports::figures::Figures::new(&release);
    let found = figures.modalities("BED-I01", "discipline", None, "");
    assert!(
        found.contains(&"MED".to_owned()) && !found.contains(&"ZZZ".to_owned()),
        "{found:?}"
    );
    assert!(figures.knows("BED-I01") && !figures.knows("BED-I99"));
}

/// A site that is hidden would be the total of its class less the others.
#[test]
fn a_class_of_sites_with_a_hidden_one_hides_its_total() {
    let row = |release: &Release| {
        let band = table(&made(release), "Q-T35");
        let rows = band.groups[0].rows.iter();
        let known = rows.map(|row| row.cells[9].text.clone()).collect::<Vec<_>>();
        assert_eq!(known.len(), 4);
        known
    };
    let whole = row(&sample::release());
    let mut release = sample::release();
    let of_a_site = |figure: &&mut Figure| &*figure.indicator == "ORU-H08" && &*figure.area == "310783048";
    release.figures.iter_mut().filter(of_a_site).for_each(masked);
    let hidden = row(&release);
    let changes: Vec<(&String, &String)> = whole.iter().zip(&hidden).filter(|(before, after)| before != after).collect();
    assert_eq!(changes.len(), 1, "{whole:?} {hidden:?}");
    assert_eq!(changes[0].1, "s");
}
