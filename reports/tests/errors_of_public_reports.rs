//! Errors seen in public reports (specification of reports, §8), each turned into a test of the document. Those that concern
//! the computation of figures are tested where figures are computed.

use crate::sample;
use crate::sections::{self, cell, plain, table};

/// 1. Male and female counts swapped against their percentages.
#[test]
fn counts_of_men_and_women_agree_with_their_percentages() {
    let document = sections::document();
    let pyramid = document.charts().find(|chart| chart.id == "Q-G10").unwrap();
    for row in &pyramid.data.groups[0].rows {
        let number = |index: usize| -> f64 { digits(&row.cells[index].text) };
        let (men, women, men_share, women_share) = (number(0), number(1), number(2), number(3));
        assert_eq!(men > women, men_share >= women_share, "{}", row.title);
    }
}

/// 2. A percentage copied from the neighbouring line.
#[test]
fn each_line_has_figures_of_its_own() {
    let document = sections::document();
    let band = table(&document, "Q-T01");
    let mut seen = std::collections::BTreeMap::new();
    for row in band.groups.iter().flat_map(|group| &group.rows) {
        for (column, cell) in row.cells.iter().enumerate() {
            let Some(measure) = cell.measure else { continue };
            // The first is the line's own; a base may serve several lines.
            if let Some(figure) = cell.figures.first() {
                let key = (figure.clone(), column, format!("{measure:?}"));
                if let Some(other) = seen.insert(key, row.title.clone()) {
                    assert_eq!(other, row.title, "two lines print the same figure");
                }
            }
        }
    }
}

/// 3. « % < 4 h = 0,92 »: a fraction printed as a percentage.
#[test]
fn a_share_is_printed_in_percent() {
    let document = sections::document();
    let stays = table(&document, "Q-T25");
    for column in [2, 8, 9, 10] {
        assert!(cell(&stays, "Ensemble", column).text.ends_with('%'));
    }
    let under_four_hours = digits(&cell(&stays, "Ensemble", 8).text);
    assert!((50.0..70.0).contains(&under_four_hours), "{under_four_hours}");
}

/// 4. The table of one type of site pasted under another.
#[test]
fn each_type_of_site_prints_figures_of_its_area() {
    let release = sample::release();
    let names: std::collections::HashMap<String, String> = release
        .figures
        .iter()
        .filter(|figure| &*figure.level == "type_etablissement")
        .map(|figure| (figure.name(), figure.area.to_string()))
        .collect();
    let document = sections::document();
    let by_type = table(&document, "Q-T10");
    for row in &by_type.groups[0].rows {
        let areas: std::collections::BTreeSet<&String> = row
            .cells
            .iter()
            .flat_map(|cell| &cell.figures)
            .filter_map(|figure| names.get(figure))
            .collect();
        assert!(areas.len() <= 1, "{}: {areas:?}", row.title);
    }
}

/// 6. Counts printed with ",00".
#[test]
fn counts_have_no_decimals() {
    let document = sections::document();
    for table in document.tables() {
        for row in table.groups.iter().flat_map(|group| &group.rows) {
            for cell in &row.cells {
                assert!(
                    !cell.text.contains(",00\u{202f}") || cell.text.contains('%'),
                    "{}: {}",
                    table.id,
                    cell.text
                );
                assert!(
                    !cell.text.ends_with(",00") || cell.text.len() < 8,
                    "{}: {}",
                    table.id,
                    cell.text
                );
            }
        }
    }
    assert_eq!(plain(&cell(&table(&document, "Q-T01"), "Passages (RPU)", 1).text), "455 400");
}

/// 7. NA printed as a class or as a value.
#[test]
fn what_is_missing_is_named_and_not_a_class_of_its_own() {
    let document = sections::document();
    let html = reports::html::render(&document, None).unwrap();
    for word in [">NA<", "NaN", ">null<", ">None<", "inf "] {
        assert!(!html.contains(word), "{word}");
    }
    let exits = table(&document, "Q-T29");
    // Missing exits are counted, have a share of all passages, and none of those filled.
    assert_eq!(cell(&exits, "Non renseigné", 2).text, "–");
    assert!(cell(&exits, "Non renseigné", 3).text.ends_with('%'));
}

/// 8. Percentages of a raw denominator for conditional fields.
#[test]
fn destination_and_orientation_are_expected_of_the_hospitalised_only() {
    let document = sections::document();
    let fields = table(&document, "Q-T04");
    let all = digits(&cell(&fields, "Mode de sortie", 1).text);
    for field in ["Destination (b)", "Orientation (b)"] {
        let expected = digits(&cell(&fields, field, 1).text);
        assert!(expected < all * 0.3, "{field}: {expected} expected of {all}");
        let filled = digits(&cell(&fields, field, 2).text);
        let share = digits(&cell(&fields, field, 3).text);
        assert!((filled / expected * 100.0 - share).abs() < 0.06);
    }
}

/// 9. Growth due to a site's entry read as activity.
#[test]
fn the_constant_perimeter_is_said_first() {
    let document = sections::document();
    let html = plain(&reports::html::render(&document, None).unwrap());
    let sentence = html.split("<li>").find(|item| item.contains("périmètre constant")).unwrap();
    assert!(sentence.find("À périmètre constant").unwrap() < sentence.find("tous sites confondus").unwrap());
    assert!(sentence.contains("+1,7 %") && sentence.contains("+2,3 %"));
    // A site without the year before has no change at all.
    let sites = table(&document, "Q-T03");
    assert_eq!(cell(&sites, "CH CONDOM", 10).text, "nd");
}

/// 12–13. What a low quality would explain is said beside the figure.
#[test]
fn shares_have_their_completeness_beside_them() {
    let document = sections::document();
    let band = table(&document, "Q-T01");
    for row in [
        "Hospitalisation",
        "CCMU 1",
        "Médico-chirurgical",
        "Moyen personnel",
        "Médiane",
    ] {
        assert!(cell(&band, row, 6).text.ends_with('%'), "{row}");
    }
    let beds = table(&document, "Q-T37");
    assert!(beds.columns.iter().any(|column| column.title.starts_with("Fraîcheur")));
}

/// 19. A quarter of 90 days compared with one of 91.
#[test]
fn both_calendars_are_printed_and_daily_means_compared() {
    let document = sections::document();
    let calendar = table(&document, "Q-T00");
    assert_eq!(cell(&calendar, "Jours", 1).text, "90");
    assert_eq!(cell(&calendar, "Jours", 2).text, "91");
    assert_eq!(cell(&calendar, "29 février", 3).text, "−1");
    assert_eq!(
        plain(&cell(&table(&document, "Q-T01"), "Moyenne quotidienne", 3).text),
        "+3,5 %"
    );
}

/// 20. Figures of text, table and chart that disagree.
#[test]
fn text_cards_and_tables_print_the_same_figures() {
    let document = sections::document();
    let html = plain(&reports::html::render(&document, None).unwrap());
    let band = table(&document, "Q-T01");
    for row in [
        "Passages (RPU)",
        "Moyenne quotidienne",
        "Hospitalisation",
        "Médiane",
        "Exhaustivité du recueil",
        "75 ans et plus",
    ] {
        let printed = plain(&cell(&band, row, 1).text);
        let times = html.matches(&format!(">{printed}<")).count() + html.matches(&format!(" {printed} ")).count();
        assert!(times >= 2, "{row}: {printed} printed {times} times");
    }
}

/// Two-point differences get no arrow and no colour.
#[test]
fn changes_have_no_arrow() {
    let html = reports::html::render(&sections::document(), None).unwrap();
    for arrow in ['↑', '↓', '▲', '▼', '↗', '↘'] {
        assert!(!html.contains(arrow));
    }
}

fn digits(text: &str) -> f64 {
    text.chars()
        .filter(|symbol| symbol.is_ascii_digit() || *symbol == ',')
        .collect::<String>()
        .replace(',', ".")
        .parse()
        .unwrap()
}
