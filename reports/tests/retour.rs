//! The quality return of one site: its page, its workbook, its sentences.

use calamine::{Data, Reader, Xlsx};
use lake::retour::*;
use reports::document::{Block, Document};
use reports::retour::{Declared, build};

use crate::sample::retour::retour as sample;

fn document(retour: &Retour) -> Document {
    build(retour, &Declared::load(None).unwrap()).document
}

#[test]
fn every_block_says_what_was_found_with_its_denominator() {
    let document = document(&sample());
    let mut said = String::new();
    for section in &document.sections {
        said.push_str(&format!("# {}\n", section.title));
        for block in &section.blocks {
            match block {
                Block::Paragraph { text } | Block::Note { text } | Block::Heading { text } => said.push_str(&format!("{text}\n")),
                Block::Messages { items } => items.iter().for_each(|item| said.push_str(&format!("- {item}\n"))),
                Block::Cards { cards } => {
                    cards
                        .iter()
                        .for_each(|card| said.push_str(&format!("[{}] {} {}\n", card.label, card.value.text, card.context)));
                }
                Block::Definitions { items } => {
                    items
                        .iter()
                        .for_each(|item| said.push_str(&format!("* {} {} {:?}\n", item.term, item.text, item.lines)));
                }
                Block::Table(table) => said.push_str(&format!("| {} {}\n", table.id, table.title)),
                Block::Chart(chart) => said.push_str(&format!("% {} {}\n", chart.id, chart.title)),
                Block::Scope { .. } => {}
            }
        }
    }
    insta::assert_snapshot!(said);
}

/// It was in the workbook alone, without its reason: who read the page saw the finding disappear.
#[test]
fn a_known_false_alarm_is_on_the_page_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let mut retour = sample();
    let page = |retour: &Retour| {
        let rendered = reports::retour::render(retour, folder.path(), None).unwrap();
        std::fs::read_to_string(&rendered.files[0]).unwrap()
    };
    assert!(!page(&retour).contains("Constats déjà expliqués"));
    let rule = retour.regles.first_mut().unwrap();
    (rule.excuses, rule.raisons) = (1, vec!["panne du serveur".to_owned()]);
    let said = page(&retour);
    assert!(said.contains("Constats déjà expliqués") && said.contains("panne du serveur"));
}

#[test]
fn the_page_is_whole_and_escapes_what_hospitals_write() {
    let folder = tempfile::tempdir().unwrap();
    let rendered = reports::retour::render(&sample(), folder.path(), None).unwrap();
    assert_eq!(rendered.warnings, Vec::<String>::new());
    let names: Vec<String> = rendered
        .files
        .iter()
        .map(|file| file.strip_prefix(folder.path()).unwrap().display().to_string())
        .collect();
    assert_eq!(
        names,
        [
            "retour-qualite-2025-Q1/310783048/retour-qualite-2025-Q1-310783048.html",
            "retour-qualite-2025-Q1/310783048/retour-qualite-2025-Q1-310783048.xlsx"
        ]
    );
    let page = std::fs::read_to_string(&rendered.files[0]).unwrap();
    assert!(page.contains("HOPITAL &lt;EXEMPLE&gt;") && !page.contains("<EXEMPLE>"));
    assert!(!page.contains("http://") || page.matches("http://").count() == page.matches("http://www.w3.org").count());
    // The page without its script, its drawings nor the tables under them: the other tests read those.
    let body = page.split_once("<main").unwrap().1;
    let (mut kept, mut hidden) = (String::new(), false);
    for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
        hidden |= line.starts_with("<details class=\"donnees") || line.contains("<svg") || line.starts_with("<script>");
        if !hidden {
            kept.push_str(line);
            kept.push('\n');
        }
        hidden &= !(line.starts_with("</details") || line.contains("</svg>") || line.ends_with("</script>"));
    }
    insta::assert_snapshot!(kept);
}

#[test]
fn the_workbook_has_numbers_dates_and_no_formula() {
    let folder = tempfile::tempdir().unwrap();
    let rendered = reports::retour::render(&sample(), folder.path(), None).unwrap();
    let bytes = std::fs::read(&rendered.files[1]).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes.clone())).unwrap();
    let names = book.sheet_names();
    assert_eq!(names[0], "Lisez-moi");
    for block in [
        "R-G01", "R-G02", "R-T01", "R-T02", "R-T03", "R-G03", "R-T04", "R-T05", "R-T06", "R-T07", "R-T08", "R-T09", "R-T10",
    ] {
        assert!(names.iter().any(|name| name.starts_with(block)), "{block} in {names:?}");
    }
    for name in &names {
        assert!(name.chars().count() <= 31, "{name}");
        assert!(book.worksheet_formula(name).unwrap().is_empty(), "{name}");
    }
    let sheet = |book: &mut Xlsx<_>, head: &str| {
        let name = names.iter().find(|name| name.starts_with(head)).unwrap();
        book.worksheet_range(name).unwrap()
    };
    let days = sheet(&mut book, "R-G02");
    assert!(matches!(days.get((1, 0)), Some(Data::DateTime(_))), "{:?}", days.get((1, 0)));
    assert_eq!(days.get((1, 1)), Some(&Data::Float(97.0)));
    let fields = sheet(&mut book, "R-T04");
    assert_eq!(fields.get((2, 1)), Some(&Data::Float(3_012.0)));
    assert_eq!(
        fields.get((2, 3)),
        Some(&Data::Float(2_200.0 / 3_012.0)),
        "a share is a fraction shown as a percentage"
    );
    let values = sheet(&mut book, "R-T05");
    assert_eq!(values.get((1, 1)), Some(&Data::String("+H".to_owned())));
    let journal = sheet(&mut book, "R-T09");
    assert_eq!(journal.get((1, 2)), Some(&Data::String("=1+1 serveur arrêté".to_owned())));
    let again = tempfile::tempdir().unwrap();
    let twice = reports::retour::render(&sample(), again.path(), None).unwrap();
    assert!(std::fs::read(&twice.files[1]).unwrap() == bytes, "same return, same bytes");
}

#[test]
fn a_site_that_sent_nothing_is_told_so_and_judged_on_nothing() {
    let silent = Retour {
        champs: Vec::new(),
        jours: sample()
            .jours
            .into_iter()
            .map(|day| Jour {
                passages: 0,
                regles: vec!["RPU-T01".to_owned()],
                a_j1: Connus::NonRecu,
                a_j7: Connus::NonRecu,
                ..day
            })
            .collect(),
        valeurs: Vec::new(),
        regles: Vec::new(),
        codes: Vec::new(),
        habitudes: Vec::new(),
        journal: Vec::new(),
        envois: Vec::new(),
        tranche: None,
        ..sample()
    };
    let document = document(&silent);
    let messages = |section: &str| -> Vec<String> {
        let section = document.sections.iter().find(|one| one.id == section).unwrap();
        let said = section.blocks.iter().filter_map(|block| match block {
            Block::Messages { items } => Some(items.clone()),
            Block::Note { text } => Some(vec![text.clone()]),
            _ => None,
        });
        said.flatten().collect()
    };
    assert!(messages("synthese")[0].starts_with("Aucun passage n’a été reçu sur la période"));
    assert!(messages("transmission")[0].starts_with("31\u{a0}jours sans passage sur 31\u{a0}jours d’ouverture"));
    assert!(messages("champs")[0].starts_with("Aucun passage n’a été reçu"));
}
