//! Watching the feeds: what is expected of each site, what is silent, late or repeated; the known breaks.

use crate::support::{CARCASSONNE, Place, RANGUEIL, night};

/// A place whose sites are described by these registers.
fn place(parametres: &str, ruptures: &str) -> Place {
    let place = Place::new();
    let mut text = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    text.push_str("[sites]\nparametres = \"sites.csv\"\nruptures = \"ruptures.csv\"\n");
    place.write("pipelines.toml", text);
    place.write("sites.csv", parametres);
    place.write("ruptures.csv", ruptures);
    place
}

const BREAKS: &str = "finess,date,nature,note\n310783048,2025-02-01,logiciel,passage à un autre éditeur\n";

#[test]
fn the_registers_of_the_sites_are_shown() {
    let place = place(
        "finess;jours_attendus;heure_limite;logiciel;contact\n310783048;lu-ve;6h30;A;dim@chu.example\n",
        BREAKS,
    );
    let sites = place.list("sites");
    assert_eq!(sites.len(), 1);
    assert_eq!(
        (&sites[0]["jours_attendus"], &sites[0]["heure_limite"]),
        (&"lu-ve".into(), &"06:30".into())
    );
    assert!(sites[0]["nom"].is_string() && sites[0]["du"].is_null());
    assert_eq!(place.list("ruptures")[0]["nature"], "logiciel");
    place.oru(&["catalogue", "check"]).exits(0);
    place.write("sites.csv", "finess,jours_atendus\n");
    for arguments in [&["list", "sites"][..], &["catalogue", "check"]] {
        let said = place.oru(arguments).exits(1).stderr;
        assert!(said.contains("sites.csv:1:8 : colonne inconnue « jours_atendus »"), "{said}");
        assert!(said.contains("le plus proche est « jours_attendus »"), "{said}");
    }
}

#[test]
fn a_silent_site_is_noticed_on_the_first_morning() {
    let mut place = place(
        &format!(
            "finess,jours_attendus,heure_limite,contact\n{RANGUEIL},tous,06:30,dim@chu.example\n{CARCASSONNE},tous,05:00,\n"
        ),
        BREAKS,
    );
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    let state = |place: &Place, arguments: &[&str]| -> Vec<(String, String)> {
        let listed = [&["list", "expected", "--format", "json"], arguments].concat();
        let read: serde_json::Value = serde_json::from_str(&place.oru(&listed).exits(0).stdout).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let rows = read["lignes"].as_array().unwrap().iter();
        rows.map(|row| (text(&row["finess"]), text(&row["etat"]))).collect()
    };
    let of = |site: &str, word: &str| (site.to_owned(), word.to_owned());
    // 05:30 on 3 February: Carcassonne is due at 05:00, Rangueil sent at 03:25.
    assert_eq!(state(&place, &[]), [of(CARCASSONNE, "silencieuse"), of(RANGUEIL, "reçue")]);
    place.now = "2025-02-04T04:30:00Z";
    assert_eq!(state(&place, &[]), [of(CARCASSONNE, "silencieuse"), of(RANGUEIL, "attendue")]);
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    assert_eq!(state(&place, &["--finess", RANGUEIL]), [of(RANGUEIL, "en double")]);
    place.oru(&["list", "expected", "--finess", "999999999"]).exits(2);
    // The morning after, the rules say so with the others.
    place.now = "2025-02-05T04:30:00Z";
    let said = place
        .oru(&[
            "transform",
            "--du",
            "2025-02-01",
            "--au",
            "2025-02-04",
            "--fail-on",
            "ORU-W01=0",
        ])
        .exits(4);
    assert!(said.stderr.contains("ORU-W01"), "{}", said.stderr);
}

#[test]
fn nothing_is_expected_without_a_register() {
    let place = Place::new();
    assert!(
        place
            .oru(&["list", "expected"])
            .exits(1)
            .stderr
            .contains("[sites] parametres")
    );
    assert!(place.list("sites").is_empty() && place.list("ruptures").is_empty());
}
