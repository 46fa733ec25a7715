//! Each section of the quarterly document on the sample release, as a reader sees it.

use reports::document::{Block, Cell, Document, Section, Table};

use crate::sample;

/// Sections as plain text, one line per row, so that a change of wording or of a number shows in review.
#[test]
fn the_quarterly_document_reads_as_recorded() {
    let document = document();
    for section in &document.sections {
        insta::assert_snapshot!(format!("section_{}", section.id), text_of(section));
    }
}

#[test]
fn the_sections_on_regulation_and_on_the_smur_read_as_recorded() {
    let document = reports::document(&sample::release_with_regulation(), "trimestriel", None).unwrap();
    for section in &document.sections {
        if ["samu", "smur", "sae"].contains(&&*section.id) {
            insta::assert_snapshot!(format!("section_{}", section.id), text_of(section));
        }
    }
    let band = table(&document, "Q-T02");
    assert_eq!(plain(&cell(&band, "DR", 1).text), "301 000");
}

#[test]
fn a_flow_that_began_in_the_middle_of_the_quarter_is_said_with_its_days() {
    let document = reports::document(&sample::release_with_regulation(), "trimestriel", None).unwrap();
    let received = table(&document, "Q-T00F");
    assert_eq!(plain(&cell(&received, "Lozère (48)", 1).text), "49 / 90");
    assert_eq!(plain(&cell(&received, "Lozère (48)", 4).text), "258 / 270");
    assert_eq!(plain(&cell(&received, "Occitanie", 1).text), "1 129 / 1 170");
    let hospitals = self::document();
    assert!(
        hospitals.tables().all(|table| table.id != "Q-T00F"),
        "nothing to say of flows that no one sends"
    );
}

/// The hospitals without a SMUR are not listed among the SMUR.
#[test]
fn a_site_of_which_nothing_is_known_is_left_out_where_the_table_says_so() {
    let document = reports::document(&sample::release_with_regulation(), "trimestriel", None).unwrap();
    let rows = |id: &str| {
        let table = table(&document, id);
        table.groups.iter().map(|group| group.rows.len()).sum::<usize>()
    };
    assert!(rows("Q-T46") < rows("Q-T33"));
}

/// No extract gives the places of treatment: the column is there where a site declares them.
#[test]
fn patients_present_are_held_against_places_where_a_site_declares_them() {
    let titles = |release: &lake::release::Release| -> Vec<String> {
        let document = reports::document(release, "trimestriel", None).unwrap();
        table(&document, "Q-T33")
            .columns
            .into_iter()
            .map(|column| column.title)
            .collect()
    };
    let mut release = sample::release_with_regulation();
    let without = titles(&release);
    assert!(!without.contains(&"Présents ÷ places".to_owned()), "{without:?}");
    let mut places = release
        .figures
        .iter()
        .find(|figure| *figure.indicator == *"HET5-MOY" && figure.value.is_some())
        .unwrap()
        .clone();
    places.indicator = "TEN-03".into();
    release.figures.push(places);
    assert_eq!(titles(&release).len(), without.len() + 1);
}

/// A new software at Carcassonne in February 2025; another, in 2023, that no figure crosses any more.
#[test]
fn a_site_is_not_compared_with_the_year_before_across_a_known_break() {
    let mut release = sample::release();
    let rupture = |finess: &str, date| lake::release::RuptureConnue {
        finess: finess.to_owned(),
        ordre: None,
        date,
        libelle: "changement de logiciel".to_owned(),
        vers_finess: None,
        note: Some("nouvel éditeur".to_owned()),
    };
    let (before, after) = (self::document(), {
        release.frame.ruptures = vec![rupture("110000023", jiff::civil::date(2025, 2, 3))];
        reports::document(&release, "trimestriel", None).unwrap()
    });
    let words = |document: &Document| -> usize {
        let rows = document
            .tables()
            .flat_map(|table| &table.groups)
            .flat_map(|group| &group.rows);
        rows.flat_map(|row| &row.cells).filter(|cell| cell.text == "rupture").count()
    };
    assert!(words(&before) == 0 && words(&after) > 0);
    let text: Vec<String> = after.sections.iter().map(|section| plain(&text_of(section))).collect();
    let scope = &text[0];
    assert!(
        scope.contains("Ruptures connues") && scope.contains("3 février 2025 : changement de logiciel, nouvel éditeur"),
        "{scope}"
    );
}

#[test]
fn the_cover_says_what_when_and_how_firm() {
    let cover = document().cover;
    assert_eq!(cover.headline, "Activité des structures d’urgence");
    assert_eq!(cover.period, "Occitanie – 1er\u{a0}trimestre\u{a0}2025");
    assert_eq!(cover.as_of, "14\u{a0}avril\u{a0}2025 à 6\u{a0}h\u{a0}10");
    assert_eq!(cover.status, "Consolidé");
    assert!(cover.synthetic.unwrap().starts_with("Données synthétiques"));
}

#[test]
fn a_period_not_yet_consolidated_is_provisional() {
    let mut release = sample::release();
    release.frame.consolidated_to = Some("2025-03-20".parse().unwrap());
    release.frame.synthetique = false;
    let cover = reports::document(&release, "trimestriel", None).unwrap().cover;
    assert_eq!(cover.status, "Provisoire");
    assert_eq!(cover.status_detail, "journées consolidées jusqu’au 20\u{a0}mars\u{a0}2025");
    assert_eq!(cover.synthetic, None);
}

#[test]
fn a_quarter_that_is_not_over_says_which_days_it_is_compared_with() {
    let mut release = sample::release();
    release.frame.date_to = "2025-02-20".parse().unwrap();
    release.frame.date_to_n1 = "2024-02-20".parse().unwrap();
    let document = reports::document(&release, "trimestriel", None).unwrap();
    assert_eq!(document.cover.status, "Provisoire");
    assert_eq!(
        plain(&document.cover.status_detail),
        "période en cours, du 1er janvier au 20 février ; comparée aux mêmes jours de 2024 : du 1er janvier au 20 février"
    );
    let band = table(&document, "Q-T01");
    assert!(
        plain(&band.subtitle).contains(
            "comparé au 1er trimestre 2024 (mêmes jours, du 1er janvier au 20 février) ; cumul des douze mois jusqu’à janvier 2025"
        ),
        "{}",
        band.subtitle
    );
}

#[test]
fn a_report_says_the_ages_and_hours_of_the_configuration() {
    let mut release = sample::release();
    release.frame.bornes = lake::bornes::BornesCitees {
        nuit_profonde_fin: 6,
        pediatrie_moins_de: 16,
        geriatrie_a_partir_de: 80,
        dp_exclus: vec!["SCAM".to_owned()],
        decroche_60s_cible: 99,
    };
    for entry in &mut release.frame.entries {
        entry.titre = entry.titre.replace("18 ans", "16 ans").replace("75 ans", "80 ans");
    }
    let said = serde_json::to_string(&reports::document(&release, "trimestriel", None).unwrap()).unwrap();
    // The classes of a code list are its own, whatever the bounds.
    let said = plain(&said).replace("15 - 18 ans[", "").replace("65 - 75 ans[", "");
    for ours in [
        "Chiffres clés, moins de 16 ans",
        "Les moins de 16 ans font",
        "les 80 ans et plus",
        "Les 80 ans et plus font",
        "16–79 ans",
        "≥ 80 ans",
        "< 16 ans",
        "En nuit profonde (0 h–5 h 59)",
        "c. Attendu sauf si l’orientation est de celles-ci : SCAM.",
    ] {
        assert!(said.contains(ours), "{ours}");
    }
    for national in ["18 ans", "75 ans", "18–74", "(0 h–7 h 59)", "FUGUE, PSA, REO."] {
        let place = said.find(national);
        assert_eq!(place.map(|at| said.get(at.saturating_sub(80)..at + 20)), None, "{national}");
    }
    // Inhabitants are known by classes of five years: from 78 they cannot be counted.
    release.frame.bornes.geriatrie_a_partir_de = 78;
    let said = serde_json::to_string(&reports::document(&release, "trimestriel", None).unwrap()).unwrap();
    assert!(!said.contains("des habitants"));
}

#[test]
fn the_title_is_the_one_readers_expect() {
    assert_eq!(
        document().title,
        "Activité des structures d’urgence – Occitanie – 1er\u{a0}trimestre\u{a0}2025"
    );
}

pub fn document() -> Document {
    reports::document(&sample::release(), "trimestriel", None).unwrap()
}

pub fn table(document: &Document, id: &str) -> Table {
    document.tables().find(|table| table.id == id).unwrap().clone()
}

/// The cell of a row and a column, by their titles without their no-break spaces.
pub fn cell(table: &Table, row: &str, column: usize) -> Cell {
    let row = table
        .groups
        .iter()
        .flat_map(|group| &group.rows)
        .find(|candidate| plain(&candidate.title) == row)
        .unwrap_or_else(|| panic!("{} has no row {row}", table.id));
    row.cells[column - 1].clone()
}

pub fn plain(text: &str) -> String {
    text.replace(['\u{202f}', '\u{a0}'], " ")
}

fn text_of(section: &Section) -> String {
    let mut text = format!("# {}\n", section.title);
    for block in &section.blocks {
        text.push('\n');
        match block {
            Block::Heading { text: heading } => text += &format!("## {heading}\n"),
            Block::Paragraph { text: words } | Block::Note { text: words } => text += &format!("{words}\n"),
            Block::Messages { items } => text.extend(items.iter().map(|item| format!("- {item}\n"))),
            Block::Cards { cards } => text.extend(cards.iter().map(|card| {
                format!(
                    "[{}] {} | {} | {}\n",
                    card.label, card.value.text, card.context, card.change.text
                )
            })),
            Block::Scope { items } => text.extend(
                items
                    .iter()
                    .map(|item| format!("{} = {} {:?}\n", item.label, item.text, item.details)),
            ),
            Block::Table(table) => text += &table_text(table),
            Block::Chart(chart) => {
                text += &format!(
                    "({}) {}\n{}\n{}\n{}\n",
                    chart.id, chart.title, chart.subtitle, chart.alternative, chart.source
                );
                text += &table_text(&chart.data).lines().take(12).collect::<Vec<_>>().join("\n");
                text.push('\n');
            }
            Block::Definitions { items } => text.extend(
                items
                    .iter()
                    .take(6)
                    .map(|item| format!("{} : {} {:?}\n", item.term, item.text, item.lines)),
            ),
        }
    }
    plain(&text)
}

fn table_text(table: &Table) -> String {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.title.as_str()).collect();
    let mut text = format!(
        "({}) {} / {}\n{}\n",
        table.id,
        table.title,
        table.subtitle,
        columns.join(" | ")
    );
    for group in &table.groups {
        if !group.title.is_empty() {
            text += &format!("== {}\n", group.title);
        }
        for row in &group.rows {
            let cells: Vec<&str> = row.cells.iter().map(|cell| cell.text.as_str()).collect();
            text += &format!("{} | {}\n", row.title, cells.join(" | "));
        }
    }
    text.extend(table.notes.iter().map(|note| format!("* {note}\n")));
    text + &table.source + "\n"
}

/// A region that sends nothing of its SAMU has no empty chapter about it.
#[test]
fn a_section_without_any_value_of_its_indicator_is_left_out() {
    let has = |document: &Document, id: &str| document.sections.iter().any(|section| section.id == id);
    let mut release = sample::release();
    let without = reports::document(&release, "trimestriel", None).unwrap();
    assert!(!has(&without, "samu") && !has(&without, "smur") && has(&without, "lits"));
    let mut files = release.figures.iter().find(|figure| figure.value.is_some()).unwrap().clone();
    files.indicator = "SAMU-I20".into();
    release.figures.push(files);
    let with = reports::document(&release, "trimestriel", None).unwrap();
    assert!(has(&with, "samu") && !has(&with, "smur"));
}
