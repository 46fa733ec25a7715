//! `oru list`: what the lake received, what was computed on it.

use crate::support::{CARCASSONNE, Message, Place, RANGUEIL, night};

#[test]
fn deliveries_of_one_site_and_some_days() {
    let place = Place::new();
    place.receives("a.xml", night().xml());
    let other = Message {
        finess: CARCASSONNE,
        ..night()
    };
    place.receives("b.xml", other.xml());
    place.oru(&["ingest"]).exits(0);
    let listed = |arguments: &[&str]| {
        place
            .oru(&[&["list", "deliveries", "--format", "csv"], arguments].concat())
            .exits(0)
            .stdout
    };
    assert_eq!(listed(&[]).lines().count(), 3);
    let one = listed(&["--finess", RANGUEIL, "--du", "2025-02-02", "--au", "2025-02-28"]);
    assert!(one.lines().count() == 2 && one.contains(RANGUEIL), "{one}");
    assert_eq!(listed(&["--du", "2025-02-03"]).lines().count(), 1);
}

#[test]
fn a_filter_that_can_find_nothing_is_refused() {
    let place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    let said = place.oru(&["list", "deliveries", "--finess", "31078304"]).exits(2).stderr;
    assert!(said.contains("31078304") && said.contains("site inconnu"), "{said}");
    place
        .oru(&["list", "deliveries", "--du", "2025-02-02", "--au", "2025-02-01"])
        .exits(2);
    // A structure of the region that sent nothing is silent, and said so by an empty list.
    place
        .oru(&["list", "deliveries", "--finess", crate::support::CARCASSONNE])
        .exits(0);
}

#[test]
fn a_computation_is_listed_under_the_name_that_its_report_bears() {
    let place = Place::new();
    place.receives("a.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    let said = place.oru(&["transform", "--quarter", "2025-Q1"]).exits(0).stdout;
    let run = said.split("exécution : ").nth(1).unwrap().trim();
    let listed = place.list("runs");
    let line = listed
        .iter()
        .find(|line| line["execution"] == run)
        .expect("the computation is listed");
    assert_eq!(
        (line["action"].as_str(), line["periode"].as_str()),
        (Some("transform"), Some("2025-Q1"))
    );
    assert!(line["chiffres"].as_u64() > Some(0));
}

#[test]
fn a_structure_has_a_name() {
    let place = Place::bare();
    let structures = place.list("structures");
    assert_eq!(structures.len(), 67);
    assert!(structures.iter().any(|line| line["finess"] == RANGUEIL));
}
