//! `oru quality` and the digest: thresholds and false alarms of today over the runs of yesterday.

use crate::support::{CARCASSONNE, Message, Place, RANGUEIL, UNKNOWN, night};

/// Two nights: one passage of a code out of its list, then none.
fn two_nights() -> (Place, String) {
    let mut place = Place::new();
    place.receives("a.xml", night().xml().replace("<SEXE>F</SEXE>", "<SEXE>Z</SEXE>"));
    place.oru(&["run", "nightly"]).exits(0);
    let first = last_run(&place);
    place.now = "2025-02-04T04:30:00Z";
    place.receives("b.xml", corrected().xml());
    place.oru(&["run", "nightly"]).exits(0);
    (place, first)
}

/// The same window, extracted a day later.
fn corrected() -> Message {
    Message {
        extract: "04/02/2025 03:25:10",
        ..night()
    }
}

fn last_run(place: &Place) -> String {
    let runs = place.list("runs");
    let last = runs.iter().rev().find(|line| line["action"] == "transform").expect("a run");
    last["execution"].as_str().unwrap().to_owned()
}

#[test]
fn an_old_run_is_judged_again_under_the_thresholds_of_today() {
    let (place, first) = two_nights();
    let said = place.oru(&["quality", "judge", &first, "--site", RANGUEIL]).exits(0).stdout;
    assert!(said.contains("RPU-C06"), "{said}");
    place.oru(&["quality", "judge", &first, "--fail-on", "alerte"]).exits(4);
    place.write(
        "seuils.toml",
        "[[seuil]]\nregle = \"RPU-C06\"\nalerte = { nombre = 100 }\n[[fausse_alerte]]\nregle = \"RPU-T01\"\ndu = \"2025-01-01\"\n\
         au = \"2025-12-31\"\nraison = \"région d'essai\"\npar = \"essais\"\n",
    );
    let configuration = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    place.write(
        "pipelines.toml",
        format!("{configuration}[catalogue]\nextra = [\"seuils.toml\"]\n"),
    );
    let said = place.oru(&["quality", "judge", &first, "--site", RANGUEIL]).exits(0).stdout;
    assert!(!said.contains("RPU-C06"), "borne up to a hundred: {said}");
    let account = said.lines().last().unwrap();
    assert!(
        account.starts_with("fausses alertes déclarées : ") && !account.contains(" 0 "),
        "{account}"
    );
}

#[test]
fn what_changed_from_one_night_to_the_next_and_a_run_set_aside_is_compared_with_nothing() {
    let (place, first) = two_nights();
    let second = last_run(&place);
    let said = place.oru(&["quality", "diff", "--format", "csv"]).exits(0).stdout;
    let line = said
        .lines()
        .find(|line| line.contains("RPU-C06"))
        .unwrap_or_else(|| panic!("{said}"));
    assert!(line.starts_with("résolu;"), "{line}");
    let trend = place
        .oru(&["quality", "trend", RANGUEIL, "--regle", "RPU-C06"])
        .exits(0)
        .stdout;
    assert_eq!(trend.lines().count(), 3, "{trend}");
    place
        .oru(&[
            "quality",
            "set-aside",
            &first,
            "--motif",
            "essai du logiciel",
            "--par",
            "A. Martin",
        ])
        .exits(0);
    let note = std::fs::read_to_string(place.path(&format!("lac/results/{first}.ecart.json"))).unwrap();
    assert!(note.contains("A. Martin"), "{note}");
    let refused = place.oru(&["quality", "diff", &first, &second]).exits(0);
    assert!(refused.stdout.contains("résolu"), "a run set aside can still be named");
    place.oru(&["quality", "diff"]).exits(2);
    place.oru(&["quality", "take-back", &first[..8]]).exits(0);
    place.oru(&["quality", "diff"]).exits(0);
    place.oru(&["quality", "set-aside", "0000", "--motif", "x"]).exits(2);
}

#[test]
fn what_is_judged_compared_and_followed_is_filtered_alike() {
    let (place, first) = two_nights();
    let rules = |arguments: &[&str]| -> Vec<String> {
        let said = place
            .oru(&[&["quality"], arguments, &["--format", "json"]].concat())
            .exits(0)
            .stdout;
        let read: serde_json::Value = serde_json::from_str(&said).unwrap();
        let lines = read["lignes"].as_array().unwrap().iter();
        lines
            .map(|line| format!("{} {}", line["regle"].as_str().unwrap(), line["periode"].as_str().unwrap()))
            .collect()
    };
    let judged = rules(&["judge", &first, "--site", RANGUEIL, "--regle", "RPU-C06"]);
    assert_eq!(judged, ["RPU-C06 2025-02"]);
    let of_a_day = rules(&["judge", &first, "--regle", "RPU-C06", "--periode", "2025-02-01"]);
    assert_eq!(of_a_day, ["RPU-C06 2025-02-01"]);
    let of_the_region = rules(&[
        "judge",
        &first,
        "--regle",
        "RPU-C06",
        "--niveau",
        "region",
        "--periode",
        "2025-02",
    ]);
    assert!(of_the_region.contains(&"RPU-C06 2025-02".to_owned()), "{of_the_region:?}");
    assert_eq!(
        rules(&["diff", "--regle", "RPU-C06", "--site", RANGUEIL]),
        ["RPU-C06 2025-02"]
    );
    assert!(rules(&["diff", "--regle", "RPU-C06", "--periode", "2024"]).is_empty());
    assert!(rules(&["trend", RANGUEIL, "--regle", "RPU-C06", "--periode", "2025-02"]).len() == 2);
    for command in [&["judge"][..], &["diff"], &["trend", RANGUEIL]] {
        let refused = place
            .oru(&[&["quality"], command, &["--regle", "RPU-C66"]].concat())
            .exits(2)
            .stderr;
        assert!(refused.contains("RPU-C06"), "{refused}");
    }
}

#[test]
fn the_digest_of_a_night_is_a_page_and_a_message_left_in_a_folder() {
    let place = Place::new();
    let configuration = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    let synthese =
        "[synthese]\nsortie = \"nuits\"\ncourriels = \"spool\"\nde = \"oru@exemple.fr\"\na = [\"astreinte@exemple.fr\"]\n";
    place.write("pipelines.toml", format!("{configuration}{synthese}"));
    place.receives("a.xml", night().xml());
    place.receives("illisible.xml", "<OSCOUR><ETABL");
    let said = place.oru(&["run", "nightly"]).exits(3).stdout;
    assert!(said.contains("synthèse  : oru, nuit du "), "{said}");
    let page = std::fs::read_to_string(place.path("nuits/2025-02-03.html")).unwrap();
    assert!(page.contains("illisible.xml") && page.contains("refusé"), "{page}");
    let spool = crate::support::files(&place.path("spool"));
    assert_eq!(spool.len(), 1, "{spool:?}");
    let mail = std::fs::read_to_string(place.path("spool").join(&spool[0])).unwrap();
    assert!(
        mail.starts_with("From: oru@exemple.fr\r\nTo: astreinte@exemple.fr\r\nDate: Mon, 3 Feb 2025 "),
        "{mail}"
    );
}

/// The configuration of a place whose nights leave a page.
fn with_digest(place: &Place) {
    let configuration = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    place.write("pipelines.toml", format!("{configuration}[synthese]\nsortie = \"nuits\"\n"));
}

#[test]
fn what_waits_for_a_decision_is_said_every_night_until_it_is_taken() {
    let mut place = Place::new();
    with_digest(&place);
    place.receives(
        "futur.xml",
        Message {
            extract: "03/02/2035 03:25:10",
            ..night()
        }
        .xml(),
    );
    place.receives("illisible.xml", "<OSCOUR><ETABL");
    place.oru(&["run", "nightly"]).exits(3);
    place.now = "2025-02-05T04:30:00Z";
    place.receives("b.xml", corrected().xml());
    place.oru(&["run", "nightly"]).exits(0);
    let page = std::fs::read_to_string(place.path("nuits/2025-02-05.md")).unwrap();
    assert!(page.contains("**en attente** depuis 2 jours : "), "{page}");
    assert!(page.contains("futur.xml") && page.contains("oru lake accept"), "{page}");
    assert!(!page.contains("illisible.xml"), "a refusal is of its night: {page}");
}

#[test]
fn a_night_run_again_at_the_same_instant_leaves_the_same_page() {
    let mut place = Place::new();
    with_digest(&place);
    place.receives("a.xml", night().xml().replace("<SEXE>F</SEXE>", "<SEXE>Z</SEXE>"));
    place.oru(&["run", "nightly"]).exits(0);
    place.now = "2025-02-04T04:30:00Z";
    place.receives("b.xml", corrected().xml());
    place.oru(&["run", "nightly"]).exits(0);
    let page = || std::fs::read_to_string(place.path("nuits/2025-02-04.md")).unwrap();
    let first = page();
    assert!(
        first.contains("1 envoi reçu, ") && first.contains("Problèmes résolus"),
        "{first}"
    );
    place.oru(&["run", "nightly"]).exits(0);
    assert_eq!(page(), first);
}

#[test]
fn a_site_that_was_mistyped_is_not_an_empty_list() {
    let (place, _) = two_nights();
    for command in [
        &["quality", "trend", "310783049"][..],
        &["quality", "judge", "--site", "310783049"],
    ] {
        let said = place.oru(command).exits(2).stderr;
        assert!(said.contains(RANGUEIL), "{said}");
    }
}

#[test]
fn a_month_that_changed_between_two_nights_is_judged_by_the_next_one() {
    let mut place = Place::new();
    place.now = "2025-06-20T04:30:00Z";
    place.receives(
        "inconnu.xml",
        Message {
            finess: UNKNOWN,
            ..night()
        }
        .xml(),
    );
    place.oru(&["run", "nightly"]).exits(3);
    place.oru(&["quarantine", "map", UNKNOWN, CARCASSONNE]).exits(0);
    place.now = "2025-06-20T10:30:00Z";
    place.oru(&["quarantine", "replay"]).exits(0);
    place.now = "2025-06-21T04:30:00Z";
    place.oru(&["run", "nightly"]).exits(0);
    let runs = place.list("runs");
    let computed = runs.iter().filter(|line| line["action"] == "transform");
    let periods: Vec<&str> = computed.map(|line| line["periode"].as_str().unwrap()).collect();
    assert!(periods.iter().any(|period| period.starts_with("2025-02-01/")), "{periods:?}");
}
