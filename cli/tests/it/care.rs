//! Care of the lake, talk, and what must never be said.

use crate::schema::conforms;
use crate::support::{Message, Place, night};

#[test]
fn the_lake_is_described_verified_compacted_and_purged() {
    let mut place = Place::new();
    place.receives("nuit.xml", night().xml().replacen("<SEXE>F</SEXE>", "<SEXE>Z</SEXE>", 1));
    place.oru(&["ingest"]).exits(0);
    let state = place.oru(&["lake", "status"]).exits(0).stdout;
    assert!(
        state.contains("synthétique") && state.contains("54 enregistrements") && state.contains("--as-of"),
        "{state}"
    );
    assert!(place.oru(&["lake", "verify"]).exits(0).stdout.contains("le lac est sain"));
    place.oru(&["lake", "compact"]).exits(0);
    place.now = "2025-06-01T04:00:00Z";
    let said = place.oru(&["lake", "purge", "--jours", "90"]).exits(0).stdout;
    assert!(
        said.starts_with("serait effacé") && said.contains("--oui") && said.contains(" Mo"),
        "{said}"
    );
    assert_eq!(crate::support::files(&place.path("lac/raw")).len(), 1);
    let purged = place.oru(&["lake", "purge", "--jours", "90", "--oui"]).exits(0).stdout;
    assert!(
        purged.starts_with("effacé") && purged.contains("1 pièce (") && purged.contains("1 valeur restreinte"),
        "{purged}"
    );
    assert!(crate::support::files(&place.path("lac/raw")).is_empty());
    place.oru(&["lake", "verify"]).exits(0);
    let acts: Vec<String> = place
        .list("runs")
        .iter()
        .map(|run| run["action"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(acts.first().map(String::as_str), Some("ingest"), "{acts:?}");
}

#[test]
fn a_damaged_lake_exits_1() {
    let place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    let part = crate::support::files(&place.path("lac/records")).remove(0);
    place.write(&format!("lac/records/{part}"), "PAR1");
    let ran = place.oru(&["lake", "verify"]).exits(1);
    assert!(ran.stdout.contains("problème : "), "{}", ran.stdout);
}

#[test]
fn a_lake_is_never_made_twice() {
    let place = Place::new();
    place.oru(&["lake", "init"]).exits(1);
}

/// What came in the file and does not conform is counted, placed, kept in the restricted zone; it is never printed.
#[test]
fn no_value_of_a_patient_is_ever_said() {
    let place = Place::new();
    let xml = night()
        .xml()
        .replace("<SEXE>F</SEXE>", "<SEXE>SECRET1</SEXE>")
        .replace("<DP>R074</DP>", "<DP>SECRET2</DP>")
        .replace("<CP>31000</CP>", "<CP>SECRET3</CP>")
        .replacen("<GRAVITE>2</GRAVITE>", "<INCONNU>SECRET4</INCONNU>", 1);
    place.receives("nuit.xml", &xml);
    place.receives("coupe.xml", &xml[..xml.len() / 2]);
    place.write("copie.xml", &xml);
    for arguments in [
        &["-vv", "check", "copie.xml"][..],
        &["check", "copie.xml", "--format", "json"],
        &["-vv", "ingest"],
        &["lake", "status"],
        &["list", "deliveries", "--format", "json"],
        &["transform", "--du", "2025-02-01", "--au", "2025-02-02"],
    ] {
        let ran = place.oru(arguments);
        assert!(ran.code == 0 || ran.code == 3, "{arguments:?}: {}", ran.stderr);
        assert!(
            !ran.stdout.contains("SECRET") && !ran.stderr.contains("SECRET"),
            "{arguments:?}"
        );
    }
}

#[test]
fn away_from_a_terminal_each_step_is_one_json_line_with_its_run() {
    let place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.receives(
        "futur.xml",
        Message {
            extract: "03/02/2035 03:25:10",
            ..night()
        }
        .xml(),
    );
    let said = place.oru_as_is(&["ingest"]).exits(3).stderr;
    let lines: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(
        lines.len() >= 2
            && lines
                .iter()
                .all(|line| line["run"].as_str().is_some_and(|run| run.len() == 16)),
        "{said}"
    );
    assert!(
        lines
            .iter()
            .any(|line| line["level"] == "WARN" && line["message"].as_str().unwrap().contains("en attente")),
        "{said}"
    );
}

/// A reader that trusts the published schema finds every key it promises.
#[test]
fn json_outputs_keep_their_schema() {
    let place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.write("copie.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    for (schema, arguments) in [
        ("liste.json", &["list", "deliveries", "--format", "json"][..]),
        ("certificat.json", &["check", "copie.xml", "--format", "json"]),
    ] {
        let output: serde_json::Value = serde_json::from_str(&place.oru(arguments).exits(0).stdout).unwrap();
        conforms(schema, &output);
    }
}

#[test]
fn a_lake_refuses_another_key_than_the_one_it_was_made_with() {
    let place = Place::new();
    place.write(
        "reel.toml",
        "[lake]\nracine = \"reel\"\n[inbox]\ndepot = \"depot\"\nage_minimal_s = 0\n[cle]\nvariable = \"ORU_CLE_DES_ESSAIS\"\n",
    );
    place.oru(&["--config", "reel.toml", "lake", "init"]).exits(0);
    let (first, second) = ("1f".repeat(32), "2e".repeat(32));
    let ingest = |key: &str| place.oru_with(&[("ORU_CLE_DES_ESSAIS", key)], &["--config", "reel.toml", "ingest"]);
    place.receives("nuit.xml", night().xml());
    ingest(&first).exits(0);
    place.receives("suite.xml", night().xml());
    let said = ingest(&second).exits(1).stderr;
    assert!(
        said.contains("ce lac a été fait avec la clé") && said.contains("remettre la clé du lac"),
        "{said}"
    );
    assert!(!said.contains(&first[..8]) && !said.contains(&second[..8]), "{said}");
    ingest(&first).exits(0);
}

#[test]
fn a_decision_that_decides_nothing_is_refused_and_leaves_no_trace() {
    let place = Place::new();
    assert_eq!(place.oru(&["quarantine", "list"]).exits(0).stdout, "rien en quarantaine\n");
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    let id = place.list("deliveries")[0]["envoi"].as_str().unwrap().to_owned();
    let runs = place.list("runs").len();
    let said = place.oru(&["lake", "undo", &id]).exits(2).stderr;
    assert!(said.contains("rien à annuler"), "{said}");
    for decision in ["accept", "set-aside"] {
        let said = place.oru(&["lake", decision, &id]).exits(2).stderr;
        assert!(said.contains("--motif"), "{said}");
    }
    let said = place.oru(&["lake", "accept", &id, "--motif", "essai"]).exits(2).stderr;
    assert!(said.contains("n'est pas en attente"), "{said}");
    assert_eq!(place.list("runs").len(), runs);
    place
        .oru(&["lake", "set-aside", &id, "--motif", "export partiel", "--par", "DIM"])
        .exits(0);
    place.oru(&["lake", "undo", &id]).exits(0);
    let decisions = place.list("decisions");
    let said = |rank: usize, name: &str| decisions[rank][name].as_str().unwrap().to_owned();
    assert_eq!(
        (said(0, "decision"), said(0, "auteur"), said(0, "motif")),
        ("écarté".to_owned(), "DIM".to_owned(), "export partiel".to_owned())
    );
    assert_eq!((decisions.len(), said(1, "decision")), (2, "rendu aux garde-fous".to_owned()));
}

/// Under cron and systemd the machine has no name for its user: decisions were kept without an author.
#[test]
fn a_decision_without_an_author_is_refused() {
    let place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    let id = place.list("deliveries")[0]["envoi"].as_str().unwrap().to_owned();
    let set_aside = |environment: [(&str, &str); 2], par: &[&str]| {
        let arguments = [&["lake", "set-aside", &id, "--motif", "export partiel"], par].concat();
        place.oru_with(&environment, &arguments)
    };
    let author = || place.list("decisions").last().unwrap()["auteur"].as_str().unwrap().to_owned();
    let nobody = [("USER", ""), ("LOGNAME", "")];
    for par in [&[][..], &["--par", " "]] {
        let said = set_aside(nobody, par).exits(2).stderr;
        assert!(said.contains("demande son auteur") && said.contains("--par"), "{said}");
    }
    assert_eq!(place.list("decisions").len(), 0);
    let cases: [(_, &[&str], &str); 4] = [
        (nobody, &["--par", "DIM"], "DIM"),
        ([("USER", ""), ("LOGNAME", "garde")], &[], "garde"),
        ([("USER", "martin"), ("LOGNAME", "garde")], &[], "martin"),
        ([("USER", "martin"), ("LOGNAME", "garde")], &["--par", "DIM"], "DIM"),
    ];
    for (environment, par, expected) in cases {
        set_aside(environment, par).exits(0);
        assert_eq!(author(), expected);
        place.oru(&["lake", "undo", &id]).exits(0);
    }
}

#[test]
fn a_mistake_of_the_system_or_of_a_file_is_said_in_french() {
    let place = Place::bare();
    let said = place.oru(&["check", "nexistepas.xml"]).exits(2).stderr;
    assert!(said.contains("nexistepas.xml n'existe pas"), "{said}");
    place.write("un/nuit.xml", night().xml());
    let judged = place.oru(&["check", "un"]).exits(0).stdout;
    assert!(judged.contains("lus 54"), "{judged}");
    for text in ["[lake]\nracine = 3\n", "[lake\n", "[lake]\nracine = \"a\"\nracine = \"b\"\n"] {
        place.write("pipelines.toml", text);
        let said = place.oru(&["list", "tables"]).exits(1).stderr;
        assert!(
            !said.contains("expected") && !said.contains("duplicate") && !said.contains("invalid"),
            "{said}"
        );
    }
}
