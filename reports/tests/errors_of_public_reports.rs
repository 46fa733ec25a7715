//! Errors seen in public reports (specification of reports, §8), each turned into a test of the document. Those that concern
//! the computation of figures are tested where figures are computed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use reports::declaration::{BlockDecl, ChartKind, Declaration, EMBEDDED, Measure};

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

/// 15. Maps coloured by counts instead of rates: the largest area would always be the darkest.
#[test]
fn maps_are_coloured_by_rates() {
    let units = units();
    let mut coloured = 0;
    for (name, text) in EMBEDDED {
        let declaration = Declaration::parse(name, name, text).unwrap();
        for block in declaration.sections.iter().flat_map(|section| &section.blocs) {
            let BlockDecl::Graphique(chart) = block else { continue };
            for colour in chart.serie.iter().filter(|_| chart.dessin == ChartKind::Carte) {
                let indicator = colour.indicateur.as_deref().unwrap();
                let unit = units[indicator].as_str();
                let is_rate = ["fraction", "pour_1000", "pour_100", "ratio"].contains(&unit);
                assert!(
                    is_rate || colour.mesure == Some(Measure::Part),
                    "{}: {indicator} in {unit}",
                    chart.id
                );
                coloured += 1;
            }
        }
    }
    assert!(coloured >= 3, "{coloured} maps");
}

/// Unit of each indicator of the embedded catalogue.
fn units() -> BTreeMap<String, String> {
    let files = std::fs::read_dir(root().join("transform/indicators")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let declarations = paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    let rows = declarations.flat_map(|path| {
        let text = std::fs::read_to_string(path).unwrap();
        let declared: toml::Table = text.parse().unwrap();
        declared
            .get("indicateur")
            .and_then(|rows| rows.as_array().cloned())
            .unwrap_or_default()
    });
    let text = |row: &toml::Value, name: &str| row[name].as_str().unwrap().to_owned();
    rows.map(|row| (text(&row, "id"), text(&row, "unite"))).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Each of the twenty errors has its tests, which exist.
#[test]
fn every_error_has_a_test_that_would_catch_it() {
    let rows = include_str!("erreurs.txt").lines().filter(|line| !line.starts_with('#'));
    let mut met = BTreeSet::new();
    for row in rows {
        let words: Vec<&str> = row.split_whitespace().collect();
        let [number, file, test] = words[..] else {
            panic!("{row}: number, file, test")
        };
        let text = std::fs::read_to_string(root().join(file)).unwrap_or_else(|_| panic!("{row}: no such file"));
        assert!(text.contains(&format!("#[test]\nfn {test}()")), "{row}: no such test");
        met.insert(number.parse::<u8>().unwrap());
    }
    assert!(met.into_iter().eq(1..=20));
}
