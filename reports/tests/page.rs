//! The HTML page: self-contained, safe, accessible, the same bytes each time.

use reports::document::Document;

use crate::sample;
use crate::sections;

#[test]
fn nothing_is_fetched() {
    let html = page(&sections::document());
    let without_namespace = html.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for word in [
        "http:", "https:", "//www", "@import", "url(", "<link", "<script", "src=", "<img", "<iframe",
    ] {
        assert!(!without_namespace.contains(word), "{word}");
    }
}

#[test]
fn text_from_a_hospital_is_data() {
    let mut release = sample::release();
    let hostile = "<script>alert(\"x\")</script> & 'CH'";
    for structure in &mut release.frame.structures {
        if structure.finess == sample::SILENT {
            structure.nom = hostile.to_owned();
        }
    }
    release.frame.avertissements.push(hostile.to_owned());
    release.frame.vacances[0].nom = hostile.to_owned();
    for holidays in &mut release.frame.vacances {
        holidays.nom = hostile.to_owned();
    }
    let document = reports::document(&release, "trimestriel", None).unwrap();
    let html = page(&document);
    assert!(!html.contains("<script"));
    assert!(html.contains("&lt;script&gt;"));
    for chart in document.charts() {
        let caption = reports::charts::Caption {
            title: hostile,
            subtitle: hostile,
            source: hostile,
        };
        let svg = reports::charts::draw_file(&chart.id, &chart.drawing, hostile, &caption).unwrap();
        assert!(!svg.contains("<script"), "{}", chart.id);
    }
}

#[test]
fn two_renders_give_the_same_bytes() {
    assert_eq!(page(&sections::document()), page(&sections::document()));
}

#[test]
fn headings_never_skip_a_level_and_ids_are_unique() {
    let document = sections::document();
    assert_eq!(reports::html::duplicate_ids(&document), Vec::<String>::new());
    let html = page(&document);
    let levels: Vec<u8> = html
        .match_indices("<h")
        .filter_map(|(at, _)| {
            html.as_bytes()[at + 2]
                .checked_sub(b'0')
                .filter(|level| (1..=6).contains(level))
        })
        .collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    let mut ids: Vec<&str> = html
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn the_page_has_landmarks_language_and_table_headers() {
    let html = page(&sections::document());
    for part in [
        "<html lang=\"fr\">",
        "<main id=\"contenu\">",
        "<nav class=\"sommaire\"",
        "<header",
        "<footer",
        "href=\"#contenu\"",
    ] {
        assert!(html.contains(part), "{part}");
    }
    let tables = html.matches("<table").count();
    assert!(tables > 15);
    assert_eq!(html.matches("<thead>").count(), tables);
    assert_eq!(
        html.matches("tabindex=\"0\" role=\"region\" aria-label=\"Tableau").count(),
        tables
    );
    for cell in html.split("<th").skip(1).filter(|rest| !rest.starts_with("ead")) {
        assert!(cell.starts_with(" scope="), "{}", &cell[..40]);
    }
    // Anchors of the contents exist.
    for link in html.split("href=\"#").skip(1) {
        let id = link.split('"').next().unwrap();
        assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

#[test]
fn every_chart_has_words_and_data_for_those_who_do_not_see_it() {
    let document = sections::document();
    assert_eq!(document.charts().count(), 10);
    let html = page(&document);
    assert_eq!(html.matches("<svg").count(), 20);
    assert_eq!(html.matches("role=\"img\" aria-label=\"").count(), 20);
    assert_eq!(html.matches("<details class=\"donnees\">").count(), 10);
    for chart in document.charts() {
        assert!(chart.alternative.len() > 60, "{}", chart.id);
        assert!(!chart.data.groups[0].rows.is_empty(), "{}", chart.id);
        assert!(chart.source.starts_with("Source"), "{}", chart.id);
    }
}

#[test]
fn the_page_stays_light() {
    let size = page(&sections::document()).len();
    assert!(size < 2_000_000, "{size} bytes");
}

#[test]
fn an_empty_release_still_makes_a_document() {
    let mut release = sample::release();
    release.figures.clear();
    release.frame.deliveries.clear();
    release.frame.entries.clear();
    let document = reports::document(&release, "trimestriel", None).unwrap();
    assert_eq!(document.charts().count(), 0);
    let html = page(&document);
    assert!(html.contains(">nd<"));
    assert!(!html.contains("NaN"));
}

fn page(document: &Document) -> String {
    reports::html::render(document, None).unwrap()
}

/// The whole quarterly document, set and checked against PDF/UA-1; what each cell says is held by the tests of `pdf`.
#[test]
fn the_quarterly_document_is_an_accessible_pdf_that_can_be_sent() {
    let bytes = reports::pdf::render(&sections::document(), None).unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
    assert!(bytes.len() < 5_000_000, "{} bytes", bytes.len());
}
