//! The digest of the nights: silences, and which runs are compared.

use crate::support::{CARCASSONNE, Message, Place, RANGUEIL, night};

fn place() -> Place {
    let place = Place::new();
    let configuration = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    place.write("pipelines.toml", format!("{configuration}[synthese]\nsortie = \"nuits\"\n"));
    place
}

fn last_run(place: &Place) -> String {
    let runs = place.list("runs");
    let last = runs.iter().rev().find(|line| line["action"] == "transform").expect("a run");
    last["execution"].as_str().unwrap().to_owned()
}

/// A night on which Carcassonne alone sends the first days of February again. Returns its page.
fn next_night(place: &mut Place, now: &'static str, extract: &'static str) -> String {
    place.now = now;
    let message = Message {
        finess: CARCASSONNE,
        extract,
        days: 1..=20,
        ..night()
    };
    place.receives(&format!("{}.xml", &now[..10]), message.xml());
    place.oru(&["run", "nightly"]).exits(0);
    std::fs::read_to_string(place.path(&format!("nuits/{}.md", &now[..10]))).unwrap()
}

#[test]
fn the_length_of_a_silence_grows_by_a_day_each_night() {
    let mut place = place();
    place.receives("a.xml", night().xml());
    place.oru(&["run", "nightly"]).exits(0);
    let first = next_night(&mut place, "2025-04-29T04:30:00Z", "29/04/2025 03:25:10");
    let second = next_night(&mut place, "2025-04-30T04:30:00Z", "30/04/2025 03:25:10");
    let third = next_night(&mut place, "2025-05-01T04:30:00Z", "01/05/2025 03:25:10");
    assert!(first.contains("depuis 85 jours, dernier jour reçu le 2"), "{first}");
    for (page, days) in [(&second, 86), (&third, 87)] {
        assert!(page.contains(&format!("({days} jours)")), "{page}");
        assert!(!page.contains("Nouveaux silences"), "{page}");
    }
}

#[test]
fn a_night_without_news_is_short_whoever_never_sent_anything() {
    let mut place = place();
    place.receives("a.xml", night().xml());
    place.oru(&["run", "nightly"]).exits(0);
    next_night(&mut place, "2025-04-29T04:30:00Z", "29/04/2025 03:25:10");
    next_night(&mut place, "2025-04-30T04:30:00Z", "30/04/2025 03:25:10");
    let page = next_night(&mut place, "2025-05-01T04:30:00Z", "01/05/2025 03:25:10");
    assert!(page.contains("Rien de nouveau"), "{page}");
    assert!(page.contains(" sites n'ont jamais rien transmis"), "{page}");
    assert!(page.lines().filter(|line| !line.is_empty()).count() <= 7, "{page}");
}

#[test]
fn the_run_computed_last_is_the_one_judged_when_several_are_of_the_same_data() {
    let mut place = place();
    place.receives("a.xml", night().xml());
    place.oru(&["run", "nightly"]).exits(0);
    let mut known = vec![last_run(&place)];
    let configuration = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    place.write(
        "pipelines.toml",
        format!("{configuration}[catalogue]\nextra = [\"regles.toml\"]\n"),
    );
    for rank in 1..=4 {
        place.now = "2025-02-03T05:30:00Z";
        place.write(
            "regles.toml",
            format!(
                "[[regle]]\nid = \"LOC-R{rank}\"\ntitre = \"Essai\"\ntable = \"rpu\"\ncategorie = \"plausibility\"\nportee = \"row\"\n\
                 effet = \"flag\"\nparmi = \"TRUE\"\nanomalie = \"sexe = 'F'\"\nchamps = [\"sexe\"]\nsource = \"essai\"\n"
            ),
        );
        place.oru(&["transform", "--quarter", "2025-Q1"]).exits(0);
        let last = last_run(&place);
        assert!(!known.contains(&last), "{known:?} {last}");
        let judged = place
            .oru(&["quality", "judge", "--regle", &format!("LOC-R{rank}"), "--tout"])
            .exits(0)
            .stdout;
        assert!(judged.contains(&format!("LOC-R{rank}")), "{judged}");
        known.push(last);
    }
}

#[test]
fn what_changed_since_the_night_before_is_told_after_a_quarter_was_computed() {
    let mut place = place();
    place.receives("a.xml", night().xml());
    place.oru(&["run", "nightly"]).exits(0);
    let first = last_run(&place);
    next_night(&mut place, "2025-02-24T04:30:00Z", "24/02/2025 03:25:10");
    let second = last_run(&place);
    place.oru(&["transform", "--quarter", "2025-Q1"]).exits(0);
    let said = place.oru(&["quality", "diff"]).exits(0).stdout;
    assert!(
        said.contains(&format!("de {first} (")) && said.contains(&format!(" à {second} (")),
        "{said}"
    );
}

/// A file of the day, loaded and judged by hand at nine: nobody has read of it when the next page is written.
#[test]
fn what_was_judged_by_hand_during_the_day_is_still_new_the_next_morning() {
    let mut place = place();
    place.receives("a.xml", night().xml());
    place.oru(&["run", "nightly"]).exits(0);
    let before = next_night(&mut place, "2025-02-24T04:30:00Z", "24/02/2025 03:25:10");
    assert!(!before.contains("RPU-C06"), "{before}");
    place.now = "2025-02-24T08:00:00Z";
    place.receives(
        "b.xml",
        night()
            .xml()
            .replace("<SEXE>F</SEXE>", "<SEXE>9</SEXE>")
            .replace("03:25:10", "03:25:11"),
    );
    place.oru(&["ingest"]).exits(0);
    place.oru(&["transform", "--du", "2025-02-01", "--au", "2025-02-23"]).exits(0);
    let after = next_night(&mut place, "2025-02-25T04:30:00Z", "25/02/2025 03:25:10");
    assert!(after.contains("RPU-C06"), "{after}");
}

/// Rangueil sends nothing for the 10th, or a file that says it was made in March: only the first is a silence.
#[test]
fn a_site_whose_file_is_held_is_not_said_to_be_silent() {
    let message = |finess, extract, days| Message {
        finess,
        extract,
        days,
        ..night()
    };
    let page = |held: bool| {
        let mut place = place();
        place.now = "2025-02-10T04:30:00Z";
        for finess in [RANGUEIL, CARCASSONNE] {
            let sent = message(finess, "10/02/2025 03:25:10", 1..=9);
            place.receives(&format!("{finess}.xml"), sent.xml());
        }
        place.oru(&["run", "nightly"]).exits(0);
        place.now = "2025-02-11T04:30:00Z";
        let sent = message(CARCASSONNE, "11/02/2025 03:25:10", 4..=10);
        place.receives("11-carcassonne.xml", sent.xml());
        if held {
            let ahead = message(RANGUEIL, "15/03/2025 03:25:10", 4..=10);
            place.receives("11-rangueil.xml", ahead.xml());
        }
        place.oru(&["run", "nightly"]).exits(if held { 3 } else { 0 });
        std::fs::read_to_string(place.path("nuits/2025-02-11.md")).unwrap()
    };
    let silent = page(false);
    assert!(silent.contains("Nouveaux silences") && silent.contains("RPU-T01"), "{silent}");
    let held = page(true);
    assert!(held.contains("attente") && held.contains("11-rangueil.xml"), "{held}");
    assert!(!held.contains("Nouveaux silences") && !held.contains("RPU-T01"), "{held}");
}
