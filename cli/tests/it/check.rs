//! `oru check`: what is asked of it and cannot be said of the files given.

use crate::support::{Place, night};

#[test]
fn a_folder_without_a_file_is_no_folder_that_conforms() {
    let place = Place::bare();
    std::fs::create_dir_all(place.path("vide")).unwrap();
    let said = place.oru(&["check", "vide"]).exits(2).stderr;
    assert!(said.contains("aucun fichier à juger dans vide"), "{said}");
}

#[test]
fn a_rule_that_asks_for_other_deliveries_is_known_and_not_judged_on_one_file() {
    let place = Place::bare();
    place.write("a.xml", night().xml());
    let said = place.oru(&["check", "a.xml", "--fail-on", "RPU-T01=0"]).exits(2).stderr;
    assert!(
        said.contains("RPU-T01") && said.contains("n'est pas jugée sur un fichier"),
        "{said}"
    );
    assert!(!said.contains("RPU-F01"), "{said}");
    let said = place.oru(&["check", "a.xml", "--fail-on", "RPU-T99=0"]).exits(2).stderr;
    assert!(said.contains("nom inconnu"), "{said}");
}

#[test]
fn the_certificate_says_that_its_number_depends_on_how_the_file_was_judged() {
    let place = Place::bare();
    place.write("a.xml", night().xml());
    let page = place.oru(&["check", "a.xml", "--format", "html"]).stdout;
    assert!(page.contains("jugé de même, par le même catalogue"), "{page}");
}
