//! The HTML page: self-contained, safe, accessible, the same bytes each time.

use reports::document::Document;

use crate::sample;
use crate::sections;

#[test]
fn nothing_is_fetched() {
    let html = page(&sections::document());
    let (without_script, script) = apart(&html);
    let without_namespace = without_script.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for word in [
        "http:", "https:", "//www", "@import", "url(", "<link", "<script", "src=", "<img", "<iframe",
    ] {
        assert!(!without_namespace.contains(word), "{word}");
        assert!(!script.contains(word), "{word} in the script");
    }
    for word in ["fetch", "XMLHttp", "import", "WebSocket", "localStorage", "innerHTML", "eval"] {
        assert!(!script.contains(word), "{word} in the script");
    }
}

/// A browser runs the script of the page and no other.
#[test]
fn the_policy_of_the_page_names_its_script_by_its_hash() {
    let html = page(&sections::document());
    let policy = html
        .split("http-equiv=\"Content-Security-Policy\" content=\"")
        .nth(1)
        .unwrap();
    let policy = policy
        .split('"')
        .next()
        .unwrap()
        .replace("&#x27;", "'")
        .replace("&#x2f;", "/");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(
        policy.contains("script-src 'sha256-") && !policy.contains("script-src 'unsafe"),
        "{policy}"
    );
}

/// The page without its one script, and the script.
fn apart(html: &str) -> (String, &str) {
    let (before, rest) = html.split_once("<script>").expect("one script, without any attribute");
    let (script, after) = rest.split_once("</script>").unwrap();
    (format!("{before}{after}"), script)
}

#[test]
fn a_column_is_sorted_on_its_numbers_where_rows_stand_side_by_side() {
    let html = page(&sections::document());
    let table = |id: &str| {
        let from = html
            .find(&format!("<div class=\"bloc-tableau\" id=\"{id}\""))
            .or_else(|| html.find(&format!("id=\"{id}\"")));
        let rest = &html[from.unwrap()..];
        rest[..rest.find("</table>").unwrap()].to_owned()
    };
    // Key figures mix shares, ages and counts: nothing to sort. Sites side by side: every column.
    assert!(!table("q-t01").contains("data-tri"));
    let sites = table("q-t03");
    // A number is read where it is printed, a date by its key.
    for part in ["<th scope=\"col\" class=\"n\" data-tri>", " data-v=2", "<td data-c="] {
        assert!(sites.contains(part), "{part}: {}", &sites[..900]);
    }
}

/// What a chart says of a point is the row of its data, word for word.
#[test]
fn a_point_of_a_chart_says_the_row_of_its_data() {
    let document = sections::document();
    let html = page(&document);
    for chart in document.charts() {
        let row = &chart.data.groups[0].rows[0];
        let said = |text: &str| sections::plain(text).replace('\u{ad}', "");
        let value = row.cells.iter().find(|cell| !cell.text.is_empty()).unwrap();
        let figure = &html[html.find(&format!("data-nom=\"{}\"", chart.id)).unwrap()..];
        let drawing = said(&figure[..figure.find("</svg>").unwrap()]);
        assert!(drawing.contains("<title>"), "{} has no values to read", chart.id);
        assert!(drawing.contains(&said(&value.text)), "{}: {}", chart.id, value.text);
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
    assert!(!apart(&html).0.contains("<script"));
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
    let charts = document.charts().count();
    assert!(charts > 15, "{charts}");
    let html = page(&document);
    assert_eq!(html.matches("<svg").count(), 2 * charts);
    assert_eq!(html.matches("role=\"img\"").count(), 2 * charts);
    assert_eq!(html.matches("<details class=\"donnees\">").count(), charts);
    for chart in document.charts() {
        assert!(chart.alternative.len() > 60, "{}", chart.id);
        assert!(!chart.data.groups[0].rows.is_empty(), "{}", chart.id);
        assert!(chart.source.starts_with("Source"), "{}", chart.id);
    }
}

/// Three megabytes for all the sites of a large region: the sample has fewer figures.
#[test]
fn the_page_stays_light() {
    let size = page(&sections::document()).len();
    assert!(size < 2_200_000, "{size} bytes");
}

#[test]
fn an_empty_release_still_makes_a_document() {
    let mut release = sample::release();
    release.figures.clear();
    release.frame.deliveries.clear();
    release.frame.entries.clear();
    let document = reports::document(&release, "trimestriel", None).unwrap();
    // The map of the sites needs no figure.
    let charts: Vec<&str> = document.charts().map(|chart| chart.id.as_str()).collect();
    assert_eq!(charts, ["Q-G04"]);
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
    assert!(bytes.len() < 2_500_000, "{} bytes", bytes.len());
}
