//! Watching the feeds: what is expected of each site, what is silent, late or repeated; the known breaks.

use crate::recipes::{block, configured};
use crate::support::{CARCASSONNE, Message, Place, RANGUEIL, UNKNOWN, night};

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

/// A kind that refuses what is dated after its reception, then one that no longer does.
#[test]
fn rejected_records_are_read_again_once_what_rejected_them_is_mended() {
    let place = configured("[catalogue]\nextra = [\"extra/*.toml\"]\n");
    place.write("extra/effectifs_table.toml", block("extra/effectifs_table.toml"));
    let kind = block("extra/effectifs_genre.toml");
    let strict = "\n[[comparaison]]\nregle = \"LOC-D09\"\ngauche = \"jour\"\noperateur = \">\"\ndroite = \"@reception\"\n\
                  effet = \"reject_record\"\nmessage = \"jour à venir\"\n";
    place.write("extra/effectifs_genre.toml", format!("{kind}{strict}"));
    let file = format!(
        "finess_geo;jour;metier;presents\n{RANGUEIL};2025-02-01;médecin;4\n{RANGUEIL};2025-12-24;médecin;5\n{RANGUEIL};;médecin;4\n"
    );
    place.receives("EFFECTIFS_20250203.csv", &file);
    let ran = place.oru(&["ingest"]);
    assert!(
        ran.stdout.contains("3 lues = 1 acceptée + 2 rejetées"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    let replay = |said: &str| {
        let ran = place.oru(&["quarantine", "replay", "--rejets"]).exits(0);
        assert!(ran.stdout.contains(said), "{said}\n{}{}", ran.stdout, ran.stderr);
        place.oru(&["lake", "verify"]).exits(0);
        ran.stdout
    };
    replay("1 relus, 0 en apportent de nouveaux");
    assert_eq!(place.list("deliveries").len(), 1);
    place.write("extra/effectifs_genre.toml", &kind);
    let said = replay("1 relus, 1 en apportent de nouveaux");
    assert!(said.contains("1 ajoutée, 0 modifiée, 1 inchangée"), "{said}");
    assert!(said.contains("1 rejetés au lieu de 2"), "{said}");
    let status = place.oru(&["lake", "status"]).exits(0).stdout;
    assert!(status.contains("effectifs     : 2 en vigueur"), "{status}");
    // Once more, and the same file received again: nothing is lost, nothing doubled.
    replay("1 relus, 0 en apportent de nouveaux");
    place.receives("EFFECTIFS_20250203.csv", &file);
    let ran = place.oru(&["ingest"]).exits(0);
    assert!(ran.stdout.contains("1 déjà reçu"), "{}", ran.stdout);
    let status = place.oru(&["lake", "status"]).exits(0).stdout;
    assert!(status.contains("effectifs     : 2 en vigueur"), "{status}");
    let decided = place.list("decisions");
    assert!(
        decided[0]["motif"].as_str().unwrap().contains("relu après correction"),
        "{decided:?}"
    );
}

/// A number that was the legal entity until February, then another site's: each day goes where it belongs.
#[test]
fn a_number_that_changes_hands_on_a_day_is_mapped_by_its_dates() {
    let place = Place::new();
    place.write(
        "correspondances.csv",
        format!(
            "finess,ordre,vers_finess,vers_ordre,du,au\n{UNKNOWN},,{RANGUEIL},,,2025-02-01\n{UNKNOWN},,{CARCASSONNE},,2025-02-02,\n"
        ),
    );
    for (name, extract, days) in [
        ("a.xml", "02/02/2025 03:25:10", 1..=1),
        ("b.xml", "03/02/2025 03:25:10", 2..=2),
    ] {
        let message = Message {
            finess: UNKNOWN,
            extract,
            days,
            ..night()
        };
        place.receives(name, message.xml());
    }
    place.oru(&["ingest"]).exits(0);
    let mut sites: Vec<String> = place
        .list("deliveries")
        .iter()
        .map(|delivery| delivery["finess"].as_str().unwrap().to_owned())
        .collect();
    sites.sort();
    assert_eq!(sites, [CARCASSONNE, RANGUEIL]);
}
