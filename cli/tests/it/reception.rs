//! Receiving: what is loaded, refused, held and quarantined, and what is done about it.

use crate::support::{CARCASSONNE, Message, Place, RANGUEIL, UNKNOWN, night};

#[test]
fn a_night_is_loaded_and_leaves_the_inbox() {
    let place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.receives("pas_fini.xml.part", "<OSCOUR>");
    let ran = place.oru(&["ingest"]).exits(0);
    assert!(ran.stdout.contains("envois    : 1 reçu, 1 chargé"), "{}", ran.stdout);
    assert!(ran.stdout.contains("54 lues = 54 acceptées + 0 rejetée"), "{}", ran.stdout);
    assert!(ran.stdout.contains("54 ajoutées"), "{}", ran.stdout);
    assert_eq!(place.inbox(), ["chu/pas_fini.xml.part"]);
    let received = place.list("deliveries");
    assert_eq!(received.len(), 1);
    assert_eq!(received[0]["finess"], RANGUEIL);
    assert_eq!(place.oru(&["ingest"]).exits(0).stdout, "aucun fichier à recevoir\n");
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.receives("copie.xml", night().xml());
    let ran = place.oru(&["ingest"]).exits(0);
    assert!(
        ran.stdout.contains("2 reçus, 1 chargé") && ran.stdout.contains("1 déjà reçu"),
        "{}",
        ran.stdout
    );
    place.receives("nuit.xml", night().xml());
    let ran = place.oru(&["ingest"]).exits(0);
    assert!(
        ran.stdout.contains("1 déjà reçu") && ran.stdout.contains(" 0 ajoutée"),
        "{}",
        ran.stdout
    );
    assert!(place.inbox().is_empty());
    assert_eq!(place.list("deliveries").len(), 1);
    let status = place.oru(&["lake", "status"]).exits(0).stdout;
    assert!(
        status.contains("3 reçus, 1 chargé") && status.contains("2 déjà reçus"),
        "{status}"
    );
}

#[test]
fn a_refused_file_does_not_stop_the_others_and_exits_3() {
    let place = Place::new();
    let whole = night().xml();
    place.receives("a_coupe.xml", &whole[..whole.len() / 2]);
    place.receives("b_bruit.xml", "ceci n'est pas un extrait");
    place.receives(
        "c_bon.xml",
        Message {
            finess: CARCASSONNE,
            ..night()
        }
        .xml(),
    );
    let ran = place.oru(&["ingest"]).exits(3);
    assert!(ran.stdout.contains("3 reçus, 1 chargé, 2 refusés"), "{}", ran.stdout);
    assert_eq!(
        ran.stderr.lines().filter(|line| line.contains("refusée : ")).count(),
        2,
        "{}",
        ran.stderr
    );
    assert!(place.inbox().is_empty());
}

/// Two passages at Rangueil in the flat form A, which says neither its days nor its instant.
const FLAT: &str =
    "finess;cp;commune;naissance;sexe;entree;mode_entree;provenance;transport;transport_pec;motif;gravite;dp;liste_da;\
liste_actes;sortie;mode_sortie;destination;orient
310783048;31000;TOULOUSE;14/06/1947;F;01/02/2025 21:40;8;5;PERSO;AUCUN;R074;2;R074;;;01/02/2025 23:10;8;;
310783048;31000;TOULOUSE;14/06/1957;M;02/02/2025 10:05;8;5;PERSO;AUCUN;R074;2;R074;;;02/02/2025 12:10;8;;
";

/// The same content, refused for what was not said about it, then read with what it lacked.
#[test]
fn a_refused_content_can_be_received_again() {
    let mut place = Place::new();
    place.write("plat.csv", FLAT);
    let ran = place.oru(&["ingest", "plat.csv"]).exits(3);
    assert!(ran.stderr.contains("--du et --au"), "{}", ran.stderr);
    place.now = "2025-02-03T05:30:00Z";
    let ran = place.oru(&["ingest", "plat.csv"]).exits(3);
    assert!(ran.stdout.contains("1 reçu, 0 chargé, 1 refusé"), "{}", ran.stdout);
    assert_eq!(place.list("deliveries").len(), 1);
    place.now = "2025-02-03T06:30:00Z";
    let window = [
        "--du",
        "2025-02-01",
        "--au",
        "2025-02-02",
        "--extrait-le",
        "2025-02-03T03:25:10",
    ];
    let given = [&["ingest", "plat.csv"], &window[..]].concat();
    let ran = place.oru(&given).exits(0);
    assert!(ran.stdout.contains("1 reçu, 1 chargé"), "{}", ran.stdout);
    assert!(ran.stdout.contains("2 ajoutées"), "{}", ran.stdout);
    let received = place.list("deliveries");
    assert_eq!(received.len(), 1);
    assert_eq!(received[0]["du"], "2025-02-01");
    place.oru(&["lake", "verify"]).exits(0);
    // Loaded, it is known: with or without its window.
    for arguments in [&given[..], &["ingest", "plat.csv"]] {
        let ran = place.oru(arguments).exits(0);
        assert!(ran.stdout.contains("1 déjà reçu"), "{}", ran.stdout);
    }
    place.oru(&["lake", "verify"]).exits(0);
}

#[test]
fn a_passed_threshold_wins_over_a_refusal() {
    let place = Place::new();
    place.receives("bruit.xml", "ceci n'est pas un extrait");
    let ran = place.oru(&["ingest", "--fail-on", "refusees=0"]).exits(4);
    assert!(ran.stderr.contains("seuil dépassé : refusees vaut 1"), "{}", ran.stderr);
    place.receives("bruit2.xml", "ceci n'est pas un extrait non plus");
    place.oru(&["ingest", "--fail-on", "refusees=1"]).exits(3);
    place.oru(&["ingest", "--fail-on", "RPU-C99=1"]).exits(2);
}

#[test]
fn an_unknown_site_is_quarantined_mapped_and_replayed_once() {
    let place = Place::new();
    place.receives(
        "inconnu.xml",
        Message {
            finess: UNKNOWN,
            ..night()
        }
        .xml(),
    );
    let ran = place.oru(&["ingest"]).exits(3);
    assert!(ran.stderr.contains("oru quarantine map 990000010"), "{}", ran.stderr);
    let listed = place.oru(&["quarantine", "list"]).exits(0).stdout;
    assert!(listed.contains(UNKNOWN), "{listed}");
    place.oru(&["quarantine", "replay"]).exits(3);
    place.oru(&["quarantine", "map", UNKNOWN, CARCASSONNE]).exits(0);
    let ran = place.oru(&["quarantine", "replay"]).exits(0);
    assert!(ran.stdout.contains("54 ajoutées"), "{}", ran.stdout);
    let ran = place.oru(&["quarantine", "replay"]).exits(0);
    assert!(ran.stdout.contains("rien à rejouer"), "{}", ran.stdout);
    let received = place.list("deliveries");
    assert_eq!(received.len(), 1);
    assert_eq!(received[0]["finess"], CARCASSONNE);
}

#[test]
fn mapping_a_number_never_breaks_the_next_night_nor_takes_the_place_of_a_known_site() {
    let place = Place::new();
    place.oru(&["quarantine", "map", UNKNOWN, CARCASSONNE]).exits(0);
    let ran = place.oru(&["quarantine", "map", UNKNOWN, RANGUEIL]).exits(2);
    assert!(
        ran.stderr.contains("désigne déjà") && ran.stderr.contains(CARCASSONNE),
        "{}",
        ran.stderr
    );
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);

    let ran = place.oru(&["quarantine", "map", RANGUEIL, CARCASSONNE]).exits(2);
    assert!(
        ran.stderr.contains("structure ouverte") && ran.stderr.contains("--force"),
        "{}",
        ran.stderr
    );
    place.oru(&["quarantine", "map", RANGUEIL, RANGUEIL]).exits(2);
    let ran = place
        .oru(&["quarantine", "map", RANGUEIL, CARCASSONNE, "--du", "2026-01-01"])
        .exits(0);
    assert!(ran.stderr.contains("remplaceront ceux de"), "{}", ran.stderr);
}

#[test]
fn an_extract_of_the_future_waits_for_a_decision_that_can_be_undone() {
    let place = Place::new();
    place.receives(
        "futur.xml",
        Message {
            extract: "03/02/2035 03:25:10",
            ..night()
        }
        .xml(),
    );
    let ran = place.oru(&["ingest"]).exits(3);
    assert!(
        ran.stderr.contains("en attente") && ran.stderr.contains("oru lake accept"),
        "{}",
        ran.stderr
    );
    let said = "acceptées : 0 ajoutée, 0 modifiée, 0 inchangée, 54 en attente ; 0 retirée de la vue";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    let id = place.list("deliveries")[0]["envoi"].as_str().unwrap().to_owned();
    let ran = place
        .oru(&["lake", "accept", &id[..8], "--motif", "horloge du site"])
        .exits(0);
    assert!(
        ran.stdout.contains(RANGUEIL) && ran.stdout.contains("2025-02-01"),
        "{}",
        ran.stdout
    );
    place.oru(&["lake", "set-aside", &id, "--motif", "essai"]).exits(0);
    place.oru(&["lake", "accept", "ffffffff", "--motif", "essai"]).exits(2);
}

#[test]
fn a_held_delivery_is_shown_first_with_what_it_would_change() {
    let mut place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    place.now = "2025-02-04T04:30:00Z";
    place.receives(
        "presque_vide.xml",
        Message {
            extract: "04/02/2025 03:25:10",
            passages_per_day: 3,
            ..night()
        }
        .xml(),
    );
    let said = place.oru(&["ingest"]).exits(3).stdout;
    assert!(said.starts_with("en attente    : "), "{said}");
    for line in [
        "310783048/0  2025-02-01         27          3        -24",
        "si accepté",
        "oru lake accept",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    let status = place.oru(&["lake", "status"]).exits(0).stdout;
    let (first, rest) = status.split_once("lac           :").unwrap();
    assert!(first.starts_with("en attente    : ") && first.contains("-24"), "{status}");
    assert!(rest.contains("54 en vigueur"), "{status}");
}

#[test]
fn two_writers_at_once() {
    let place = Place::new();
    let lock = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(place.path("lac/verrou"))
        .unwrap();
    lock.lock().unwrap();
    place.receives("nuit.xml", night().xml());
    let said = place.oru(&["ingest"]).exits(1).stderr;
    assert!(said.contains("verrou"), "{said}");
    assert_eq!(place.inbox().len(), 1);
}

#[test]
fn a_file_is_judged_without_a_lake() {
    let place = Place::bare();
    place.write("nuit.xml", night().xml());
    let ran = place.oru(&["check", "nuit.xml"]).exits(0);
    assert!(
        ran.stdout.contains("lus 54 = acceptés 54") && ran.stdout.contains("Non évalué"),
        "{}",
        ran.stdout
    );
    let read: serde_json::Value =
        serde_json::from_str(&place.oru(&["check", "nuit.xml", "--format", "json"]).exits(0).stdout).unwrap();
    assert_eq!(
        (&read["version"], &read["certificats"][0]["comptes"]["lus"]),
        (&3.into(), &54.into())
    );
    place.write("mauvais.xml", night().xml().replace("<SEXE>F</SEXE>", "<SEXE>Z</SEXE>"));
    place
        .oru(&["check", "nuit.xml", "mauvais.xml", "--fail-on", "RPU-C06=10%"])
        .exits(4);
    place.write("bruit.txt", "rien");
    place.oru(&["check", "bruit.txt"]).exits(3);
}
