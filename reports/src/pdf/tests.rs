//! What the pages say is what the document says. The text is read back from the pages as they are set, in reading order.

use typst::layout::{Frame, FrameItem};

use super::*;
use crate::charts::{Bar, Bars, Drawing};
use crate::document::{Block, Cell, Column, Cover, Form, Group, Layout, Role, Row, Section, Table};

/// A table of two sites, one of whose cells is masked, and a chart of the same.
fn document() -> Document {
    let cell = |text: &str| Cell::words(text);
    let row = |title: &str, cells: [&str; 2]| Row {
        title: title.to_owned(),
        role: Role::Detail,
        depth: 0,
        cells: cells.map(cell).to_vec(),
    };
    let column = |title: &str| Column {
        title: title.to_owned(),
        numeric: true,
    };
    let table = Table {
        id: "Q-T03".to_owned(),
        title: "Recueil par établissement".to_owned(),
        subtitle: "Passages".to_owned(),
        columns: vec![column("Établissement"), column("T1 2025"), column("Évolution")],
        groups: vec![Group {
            title: "Haute-Garonne".to_owned(),
            rows: vec![
                row("CH de <script>", ["12\u{202f}345", "\u{2212}3,6\u{202f}%"]),
                row("Clinique #set page()", ["s", "nd"]),
            ],
        }],
        notes: vec!["s : effectif masqué".to_owned()],
        source: "RPU transmis".to_owned(),
        dense: false,
    };
    let chart = Chart {
        id: "Q-G02".to_owned(),
        title: "Complétude".to_owned(),
        subtitle: "en %".to_owned(),
        alternative: "Le champ DP est rempli dans 80 % des passages.".to_owned(),
        source: "RPU transmis".to_owned(),
        notes: Vec::new(),
        drawing: Drawing::Bars(Bars {
            dense: false,
            bars: vec![Bar {
                label: "DP".to_owned(),
                percent: Some(80.0),
                before: None,
                printed: "80 %".to_owned(),
                fragile: false,
            }],
            label_before: "T1 2024".to_owned(),
        }),
        data: table.clone(),
    };
    Document {
        id: "trimestriel".to_owned(),
        period: "2025-Q1".to_owned(),
        title: "Activité des structures d'urgence".to_owned(),
        form: Form::Rapport,
        cover: Cover {
            facts: Vec::new(),
            issuer: None,
            kicker: "Observatoire régional des urgences".to_owned(),
            headline: "Activité des structures d'urgence".to_owned(),
            period: "1er trimestre 2025".to_owned(),
            as_of: "12 avril 2025".to_owned(),
            status: "Consolidé".to_owned(),
            status_detail: String::new(),
            edition: "Brouillon, version 1".to_owned(),
            audience: "Partenaires".to_owned(),
            synthetic: Some("Données synthétiques".to_owned()),
            release: "2025-Q1-0123456789ab".to_owned(),
            run: "fedcba".to_owned(),
            version: "0.1.0".to_owned(),
        },
        sections: vec![Section {
            id: "recueil".to_owned(),
            title: "Recueil".to_owned(),
            annex: false,
            layout: Layout::Flux,
            page: false,
            blocks: vec![
                Block::Paragraph {
                    text: "Le 1er janvier est férié.".to_owned(),
                },
                Block::Table(table),
                Block::Chart(chart),
            ],
        }],
    }
}

/// Text of a document as it is set, page after page, without the blanks where lines break.
fn printed(document: &Document) -> String {
    let pages = pages(document, None).unwrap();
    let mut text = String::new();
    for page in set(&pages).unwrap().pages() {
        read(&page.frame, &mut text);
    }
    text.retain(|symbol| !symbol.is_whitespace());
    text
}

fn read(frame: &Frame, into: &mut String) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => read(&group.frame, into),
            FrameItem::Text(text) => into.push_str(&text.text),
            _ => {}
        }
    }
}

#[test]
fn every_cell_is_printed_in_the_order_of_the_table() {
    let document = document();
    let text = printed(&document);
    let mut from = text.find("Recueilparétablissement").expect("the title of the table");
    for table in document.tables() {
        for row in table.groups.iter().flat_map(|group| &group.rows) {
            for said in std::iter::once(&row.title).chain(row.cells.iter().map(|cell| &cell.text)) {
                let said: String = said.chars().filter(|symbol| !symbol.is_whitespace()).collect();
                from += text[from..]
                    .find(&said)
                    .unwrap_or_else(|| panic!("« {said} » is not printed after {}", &text[..from]));
            }
        }
    }
}

#[test]
fn text_from_a_hospital_is_not_a_command_of_the_template() {
    let text = printed(&document());
    assert!(text.contains("Clinique#setpage()"), "{text}");
    assert!(text.contains("CHde<script>"), "{text}");
}

#[test]
fn the_same_document_gives_the_same_bytes_whatever_the_threads() {
    let document = document();
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(
        alone.install(|| render(&document, None)).unwrap(),
        render(&document, None).unwrap()
    );
}

#[test]
fn the_file_says_that_it_is_accessible_and_french() {
    let bytes = render(&document(), None).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(bytes.starts_with(b"%PDF-1.7"), "{}", &text[..20]);
    assert!(text.contains("pdfuaid:part"), "no PDF/UA mark");
    assert!(text.contains("fr-FR"), "no language");
}

#[test]
fn a_drawing_without_its_text_is_refused() {
    let mut document = document();
    for block in document.sections.iter_mut().flat_map(|section| &mut section.blocks) {
        if let Block::Chart(chart) = block {
            chart.alternative.clear();
        }
    }
    let error = render(&document, None).unwrap_err().to_string();
    assert!(error.contains("document.typ"), "{error}");
}

#[test]
fn a_mistake_in_a_template_of_the_region_says_its_line() {
    let custom = tempfile::tempdir().unwrap();
    std::fs::create_dir(custom.path().join("modeles")).unwrap();
    std::fs::write(custom.path().join("modeles").join("document.typ"), "#let a = 1\n#inconnu\n").unwrap();
    let error = render(&document(), Some(custom.path())).unwrap_err().to_string();
    assert!(error.contains("document.typ : ligne 2"), "{error}");
}

#[test]
fn a_template_that_cannot_be_read_is_said_before_the_night() {
    let custom = tempfile::tempdir().unwrap();
    assert!(check(custom.path()).is_ok(), "the embedded template");
    std::fs::create_dir(custom.path().join("modeles")).unwrap();
    std::fs::write(
        custom.path().join("modeles").join("document.typ"),
        "#let a = 1\n\n#let (b = 2\n",
    )
    .unwrap();
    let said = crate::custom::check(custom.path());
    assert!(said.len() == 1 && said[0].contains("document.typ : ligne 3"), "{said:?}");
}
