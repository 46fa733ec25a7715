//! Documents about one place: what they are about, what they compare, and what they never hold.

use std::fs;

use lake::figure::{Figure, Status};
use reports::charts::Drawing;
use reports::{Document, Format};

use crate::sample;
use crate::sections::plain;

fn site() -> Document {
    reports::document(&sample::fiche::site(), "fiche-etablissement", None).unwrap()
}

fn drawn<'a>(document: &'a Document, id: &str) -> &'a Drawing {
    let chart = document.charts().find(|chart| chart.id == id);
    &chart.unwrap_or_else(|| panic!("{id} is not drawn")).drawing
}

#[test]
fn the_header_of_a_site_says_who_it_is() {
    let document = site();
    assert_eq!(document.cover.headline, "HOPITAL PURPAN CHU TOULOUSE");
    let facts: Vec<(&str, &str)> = document
        .cover
        .facts
        .iter()
        .map(|(label, text)| (label.as_str(), text.as_str()))
        .collect();
    assert!(facts.contains(&("FINESS géographique", sample::fiche::SITE)), "{facts:?}");
    assert!(facts.contains(&("Groupe de pairs", "CHU (3 autres sites)")), "{facts:?}");
    assert!(facts.contains(&("Référent", "Dr Exemple, dim@exemple.fr")), "{facts:?}");
}

#[test]
fn a_site_is_beside_its_year_before_its_peers_and_its_region() {
    let document = site();
    let table = document.tables().find(|table| table.id == "E-T01").unwrap();
    let median = table
        .groups
        .iter()
        .flat_map(|group| &group.rows)
        .find(|row| row.title == "Médiane")
        .unwrap();
    let cells: Vec<&str> = median.cells.iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(cells.len(), 7);
    assert_eq!(cells[0], cells[5], "the made-up site has the figures of its region");
    let peers = &median.cells[4];
    assert!(peers.text.contains('–') && peers.figures.len() == 2, "{peers:?}");
    // A count of a region says nothing of a site.
    let sent = &table.groups[0].rows[0];
    assert_eq!((sent.title.as_str(), sent.cells[5].text.as_str()), ("RPU transmis", "–"));
}

#[test]
fn every_chart_of_a_site_is_drawn_with_its_data_and_its_words() {
    let document = site();
    for id in ["E-G01", "E-G02", "E-G03", "E-G04", "E-G05", "E-G06"] {
        let chart = document
            .charts()
            .find(|chart| chart.id == id)
            .unwrap_or_else(|| panic!("{id}"));
        assert!(!chart.alternative.is_empty() && !chart.data.groups[0].rows.is_empty(), "{id}");
    }
    let Drawing::Control(control) = drawn(&document, "E-G06") else {
        panic!("E-G06 is a control chart")
    };
    assert_eq!((control.months.len(), control.recent, control.panels.len()), (24, 12, 2));
    assert_eq!(control.panels[0].flagged.last(), Some(&23), "the last month drifts");
    let Drawing::Radar(radar) = drawn(&document, "E-G01") else {
        panic!("E-G01 is a radar")
    };
    assert_eq!((radar.label.as_str(), radar.label_before.as_str()), ("Le site", "Occitanie"));
}

#[test]
fn points_of_attention_give_the_number_and_the_denominator_of_a_bias() {
    let mut release = sample::fiche::site();
    for figure in &mut release.figures {
        if *figure.indicator == *"RPU-E15" {
            (figure.numerator, figure.denominator) = (Some(8_300.0), Some(10_000.0));
            (figure.value, figure.status) = (Some(0.83), Status::Ok);
        }
    }
    let document = reports::document(&release, "fiche-etablissement", None).unwrap();
    let json = plain(&serde_json::to_string(&document.sections[1]).unwrap());
    assert!(
        json.contains("17,0 % des passages (1 700 sur 10 000) n’ont pas d’heure de sortie : les durées de passage portent sur les 83,0 % autres."),
        "{json}"
    );
}

#[test]
fn a_document_about_one_place_goes_into_a_folder_of_its_own() {
    let out = tempfile::tempdir().unwrap();
    let rendered = reports::render(
        &sample::fiche::site(),
        "fiche-etablissement",
        out.path(),
        None,
        &[Format::Html, Format::Donnees],
    )
    .unwrap();
    let folder = out.path().join("fiche-etablissement-2025-Q1").join(sample::fiche::SITE);
    assert!(
        rendered.files.iter().all(|file| file.starts_with(&folder)),
        "{:?}",
        rendered.files
    );
    let html = fs::read_to_string(&rendered.files[0]).unwrap();
    for other in sample::release()
        .frame
        .structures
        .iter()
        .filter(|structure| structure.finess != sample::fiche::SITE)
    {
        assert!(!html.contains(&other.finess), "{}", other.finess);
    }
    let parquet = rendered.files.iter().find(|file| file.ends_with("figures.parquet"));
    let printed = lake::results::read_figures(parquet.unwrap()).unwrap();
    let foreign = |figure: &&Figure| *figure.level == *"etablissement" && *figure.area != *sample::fiche::SITE;
    assert!(!printed.is_empty() && !printed.iter().any(|figure| foreign(&figure)));
}

#[test]
fn the_document_of_a_departement_lists_its_sites_and_draws_where_they_are() {
    let document = reports::document(&sample::fiche::departement(), "fiche-departement", None).unwrap();
    let table = document.tables().find(|table| table.id == "D-T01").unwrap();
    assert_eq!(table.columns.len(), 12);
    let rows = &table.groups[0].rows;
    assert_eq!(rows.last().unwrap().title, "Occitanie");
    assert!(rows.len() > 5);
    let Drawing::Map(map) = drawn(&document, "D-G01") else {
        panic!("D-G01 is a map")
    };
    assert!(
        !map.sites.is_empty() && map.classes.is_empty(),
        "counts are symbols, never a fill"
    );
    let chart = document.charts().find(|chart| chart.id == "D-G01").unwrap();
    assert!(
        chart.notes.iter().any(|note| note.contains("IGN")),
        "the credit line goes with the map"
    );
}

#[test]
fn a_summary_for_the_press_has_one_map_of_rates_and_says_how_to_read_it() {
    let document = reports::document(&sample::release(), "synthese-presse", None).unwrap();
    let Drawing::Map(map) = drawn(&document, "P-G02") else {
        panic!("P-G02 is a map")
    };
    assert_eq!(map.areas.len(), 13);
    assert!(map.sites.is_empty() && !map.classes.is_empty());
}

#[test]
fn a_region_changes_name_logo_and_contact_without_rebuilding() {
    let custom = tempfile::tempdir().unwrap();
    let text = "nom = \"ORU d'essai\"\ncontact = \"oru@exemple.fr\"\nlogo = \"logo.svg\"\n";
    fs::write(custom.path().join("emetteur.toml"), text).unwrap();
    fs::write(custom.path().join("logo.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    assert_eq!(reports::custom::check(custom.path()), Vec::<String>::new());
    let document = reports::document(&sample::fiche::site(), "fiche-etablissement", Some(custom.path())).unwrap();
    let html = reports::html::render(&document, Some(custom.path())).unwrap();
    assert!(html.contains("ORU d’essai") && html.contains("oru@exemple.fr"));
    assert!(
        html.contains("src=\"data:image/svg") || html.contains("src=\"data:image&#x2f;svg"),
        "the logo is inside"
    );
    fs::write(
        custom.path().join("emetteur.toml"),
        "nom = \"ORU\"\nlogo = \"../secret.svg\"\n",
    )
    .unwrap();
    let mistakes = reports::custom::check(custom.path());
    assert!(mistakes[0].contains("logo"), "{mistakes:?}");
}
