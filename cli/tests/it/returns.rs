//! Quality returns, from the inbox to the documents: each site reads its own, whatever the threads.

use crate::support::{CARCASSONNE, Message, Place, RANGUEIL, files, night};

/// Two sites over the last days of the quarter; the first one sends a sex that no list has.
fn received() -> Place {
    let mut place = Place::new();
    place.now = "2025-02-21T05:00:00Z";
    let other = Message {
        finess: CARCASSONNE,
        extract: "20/02/2025 03:10:00",
        days: 1..=19,
        passages_per_day: 8,
    };
    let first = Message {
        extract: "20/02/2025 03:25:10",
        days: 1..=19,
        ..night()
    };
    place.receives("o1.xml", first.xml().replace("<SEXE>M</SEXE>", "<SEXE>G</SEXE>"));
    place.receives("o2.xml", other.xml());
    place.oru(&["ingest"]).exits(0);
    place.oru(&["transform", "--quarter", "2025-Q1"]).exits(0);
    place
}

fn returns(place: &Place) -> Vec<(String, Vec<u8>)> {
    let folder = place.path("out/retour-qualite-2025-Q1");
    let read = |name: String| (name.clone(), std::fs::read(folder.join(name)).unwrap());
    files(&folder).into_iter().map(read).collect()
}

#[test]
fn each_site_reads_its_own_return_and_threads_change_no_byte() {
    let place = received();
    let ask = |threads: &str| {
        place
            .oru(&[
                "--threads",
                threads,
                "report",
                "retour-qualite",
                "--quarter",
                "2025-Q1",
                "--all",
            ])
            .exits(0);
        let made = returns(&place);
        std::fs::remove_dir_all(place.path("out")).unwrap();
        std::fs::remove_dir_all(place.path("lac/releases/etablissement")).unwrap();
        made
    };
    let made = ask("1");
    assert!(made == ask("4"), "threads change no byte");
    let sites: Vec<&String> = made
        .iter()
        .map(|(name, _)| name)
        .filter(|name| name.ends_with(".html"))
        .collect();
    assert_eq!(sites.len(), 64, "every open site has its document, silent or not");
    let names = lake::reference::structures();
    for (name, bytes) in made.iter().filter(|(name, _)| name.ends_with(".html")) {
        let page = String::from_utf8(bytes.clone()).unwrap();
        let own = name.split('/').next().unwrap();
        for site in names.iter().filter(|site| site.finess != own) {
            assert!(!page.contains(&site.finess), "{} in {name}", site.finess);
        }
    }
    let page = |finess: &str| {
        let wanted = format!("{finess}/retour-qualite-2025-Q1-{finess}.html");
        let (_, bytes) = made.iter().find(|(name, _)| *name == wanted).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    };
    // Thirteen of the 27 passages of each of the nineteen days.
    assert!(page(RANGUEIL).contains("Sexe hors de la liste M, F, I\u{202f}: 247\u{a0}passages sur 513"));
    assert!(!page(CARCASSONNE).contains("Sexe hors de la liste"));
}

#[test]
fn a_return_is_asked_for_a_site_that_has_one() {
    let place = received();
    let ran = place
        .oru(&["report", "retour-qualite", "--quarter", "2025-Q1", "--site", RANGUEIL])
        .exits(0);
    assert!(ran.stdout.contains("retours   : 1 site"), "{}", ran.stdout);
    assert_eq!(returns(&place).len(), 2);
    let unknown = place
        .oru(&["report", "retour-qualite", "--quarter", "2025-Q1", "--site", "310783049"])
        .exits(2);
    assert!(unknown.stderr.contains("site sans retour"), "{}", unknown.stderr);
    place.oru(&["report", "retour-qualite", "--quarter", "2025-Q1"]).exits(2);
    place.oru(&["report", "--quarter", "2025-Q1", "--all"]).exits(2);
    let early = place
        .oru(&["report", "retour-qualite", "--quarter", "2024-Q1", "--all"])
        .exits(1);
    assert!(early.stderr.contains("aucun passage"), "{}", early.stderr);
}
