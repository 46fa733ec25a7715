//! Certificates: one verdict each from a small file, what cannot be evaluated, and what `oru ingest` leaves for each delivery.

use serde_json::Value;

use crate::schema::conforms;
use crate::support::{Message, Place, RANGUEIL, UNKNOWN, files, night};

/// The certificate of the only delivery of a file.
fn checked(place: &Place, code: i32, name: &str, text: impl AsRef<[u8]>) -> Value {
    place.write(name, text);
    let ran = place.oru(&["check", name, "--format", "json"]).exits(code);
    only(&ran.stdout)
}

fn only(json: &str) -> Value {
    let whole: Value = serde_json::from_str(json).unwrap();
    conforms("certificat.json", &whole);
    let certificates = whole["certificats"].as_array().unwrap();
    assert_eq!(certificates.len(), 1);
    certificates[0].clone()
}

/// Rules of a certificate's list.
fn named<'v>(certificate: &'v Value, list: &str, key: &str) -> Vec<&'v str> {
    let lines = certificate[list].as_array().unwrap();
    lines.iter().map(|line| line[key].as_str().unwrap()).collect()
}

/// One wrong date gave three findings to correct, as if there were three mistakes.
#[test]
fn what_follows_from_one_wrong_date_is_said_under_it() {
    let place = Place::bare();
    let entry = "<ENTREE>01/02/2025";
    let wrong = night().xml().replacen(entry, "<ENTREE>01/11/2024", 1);
    let certificate = checked(&place, 0, "nuit.xml", &wrong);
    let of = |rule: &str| {
        let constats = certificate["constats"].as_array().unwrap();
        let rank = constats.iter().position(|found| found["regle"] == rule).unwrap();
        (rank, constats[rank].clone())
    };
    let (at, cause) = of("RPU-F08");
    assert_eq!((&cause["anomalies"], &cause["suite_de"]), (&1.into(), &Value::Null));
    for (after, rule) in ["RPU-X06", "RPU-X08"].iter().enumerate() {
        let (rank, found) = of(rule);
        assert_eq!((rank, &found["anomalies"]), (at + 1 + after, &1.into()));
        assert_eq!(found["suite_de"], serde_json::json!({"regle": "RPU-F08", "anomalies": 1}));
    }
    let text = place.oru(&["check", "nuit.xml"]).exits(0).stdout;
    let cause = text.find("\n  RPU-F08 · ").unwrap();
    assert!(text[cause..].contains("Suite    : RPU-X06 · "), "{text}");
    assert!(!text.contains("\n  RPU-X06 · "), "{text}");
    place
        .oru(&["check", "nuit.xml", "--format", "html", "--sortie", "pages"])
        .exits(0);
    let page = std::fs::read_to_string(place.path("pages").join(&files(&place.path("pages"))[0])).unwrap();
    assert_eq!(page.matches("RPU-X06").count(), 1);
    let block = page
        .split("<div class=\"constat ")
        // What comes before the first finding names it too, in the verdict.
        .skip(1)
        .find(|block| block.contains("RPU-F08"))
        .unwrap();
    assert!(
        block.contains("<dt>Suites</dt>") && block.contains("RPU-X06") && block.contains("RPU-X08"),
        "{block}"
    );
}

#[test]
fn each_verdict_comes_with_the_declared_rule_that_leads_to_it() {
    let place = Place::bare();
    place.write("pipelines.toml", "[lake]\nracine = \"lac\"\n");
    let clean = night().xml();
    let broken = clean.replacen("<SEXE>F</SEXE>", "<SEXE>Z</SEXE>", 5);
    let undated = clean.replace("<ENTREE>01/02/2025", "<ENTREE>32/02/2025");
    let sexless = clean
        .replace("<SEXE>M</SEXE>", "<SEXE>9</SEXE>")
        .replacen("<SEXE>F</SEXE>", "<SEXE>9</SEXE>", 3);
    let never = clean.replace("<ENTREE>", "<ENTREE>x");
    let elsewhere = Message {
        finess: UNKNOWN,
        ..night()
    }
    .xml();
    let ahead = Message {
        extract: "09/02/2025 03:25:10",
        ..night()
    }
    .xml();
    let empty = Message {
        passages_per_day: 0,
        ..night()
    }
    .xml();
    // Every exit before its entry, every record twice, no diagnosis: what cannot be used does not conform without a word.
    let backwards = clean
        .replace("<SORTIE>01/02/2025", "<SORTIE>31/01/2025")
        .replace("<SORTIE>02/02/2025", "<SORTIE>31/01/2025");
    let (start, end) = (clean.find("<PATIENT>").unwrap(), clean.find("</PASSAGES>").unwrap());
    let pasted_twice = format!("{}{}", &clean[..end], &clean[start..]);
    let without_diagnosis = clean.replace("<DP>R074</DP>", "<DP/>");
    // SYRIUS has no commune: nothing is missing.
    let tagged = |tag: &str, text: &str, other: &str| {
        let opening = format!("<{tag}>");
        let mut pieces = text.split(&opening).map(str::to_owned);
        let first = pieces.next().unwrap();
        pieces.fold(first, |written, piece| {
            let (_, after) = piece.split_once(&format!("</{tag}>")).unwrap();
            written + other + after
        })
    };
    let syrius = clean.replace("OSCOUR>", "SYRIUS>").replace("CP>", "CODEGEO>");
    let syrius = tagged(
        "NAISSANCE",
        &tagged("COMMUNE", &syrius, ""),
        "<AGE>40</AGE><AGE_JOURS>0</AGE_JOURS>",
    );
    for (text, code, verdict, rule) in [
        (clean.as_str(), 0, "conforme", "ORU-V11"),
        (&syrius, 0, "conforme", "ORU-V11"),
        (&backwards, 0, "non_conforme", "ORU-V12"),
        (&pasted_twice, 0, "conforme_avec_reserves", "ORU-V13"),
        (&without_diagnosis, 0, "conforme_avec_reserves", "ORU-V15"),
        (&broken, 0, "conforme_avec_reserves", "ORU-V10"),
        (&undated, 0, "non_conforme", "ORU-V07"),
        (&sexless, 0, "non_conforme", "ORU-V08"),
        (&never, 3, "refusee", "ORU-V04"),
        (&clean[..clean.len() / 2], 3, "refusee", "ORU-V03"),
        ("ceci n'est rien", 3, "refusee", "ORU-V02"),
        (&elsewhere, 3, "en_quarantaine", "ORU-V05"),
        (&ahead, 3, "en_attente", "ORU-V06"),
        (&empty, 0, "conforme_avec_reserves", "ORU-V09"),
    ] {
        let certificate = checked(&place, code, "nuit.xml", text);
        assert_eq!(
            (&certificate["verdict"], &certificate["motif"]["regle"]),
            (&verdict.into(), &rule.into()),
            "{certificate:#}"
        );
    }
}

/// Who reads that a field is empty everywhere wants to know what to do about it.
#[test]
fn a_field_that_is_mostly_missing_is_to_be_corrected() {
    let place = Place::bare();
    place.write("nuit.xml", night().xml().replace("<DP>R074</DP>", "<DP/>"));
    let text = place.oru(&["check", "nuit.xml"]).exits(0).stdout;
    let (corrects, informs) = text.split_once("Pour information").unwrap_or((&text, ""));
    let found = corrects.find("RPU-E12 · ").unwrap_or_else(|| panic!("{text}"));
    assert!(corrects[found..].contains("Corriger : "), "{text}");
    assert!(!informs.contains("RPU-E12 · "), "{text}");
}

#[test]
fn a_hospital_of_another_region_is_not_unknown_to_a_check_without_configuration() {
    let place = Place::bare();
    let elsewhere = Message {
        finess: UNKNOWN,
        ..night()
    };
    let certificate = checked(&place, 0, "nuit.xml", elsewhere.xml());
    assert!(named(&certificate, "non_evalue", "regles").contains(&"RPU-F05"));
    let next = certificate["motif"]["suite"].as_str().unwrap();
    assert!(
        next.starts_with("Un tel envoi serait chargé si l'observatoire connaît son site"),
        "{next}"
    );
}

#[test]
fn beds_that_cannot_be_occupied_do_not_conform() {
    let place = Place::bare();
    let header = "schema_version;finess_geo;unite_id;champ_activite;discipline;nature;ts_etat;ts_maj;ts_extraction;temporalite;\
                  n_installes;n_fermes;n_occupes;n_reserves;n_disponibles;source";
    let at = "2025-02-02T07:00:00+01:00";
    let unit =
        |rank: u8, occupied: u16| format!("BED-SNAP/1;{RANGUEIL};U{rank};01;MED;01;{at};{at};{at};01;27;0;{occupied};0;0;01");
    let file = |occupied: u16| (0..10).fold(header.to_owned(), |text, rank| text + "\n" + &unit(rank, occupied));
    let certificate = checked(&place, 0, "lits.csv", file(999));
    assert_eq!(certificate["verdict"], "non_conforme", "{certificate:#}");
    let found = named(&certificate, "constats", "regle");
    assert!(
        found.contains(&"BED-C03") && found.contains(&"ORU-C01.N_OCCUPES"),
        "{found:?}"
    );
    assert!(
        certificate["constats"]
            .as_array()
            .unwrap()
            .iter()
            .all(|found| found["correction"] != "")
    );
    assert_eq!(checked(&place, 0, "lits.csv", file(30))["verdict"], "conforme_avec_reserves");
    assert_eq!(checked(&place, 0, "lits.csv", file(27))["verdict"], "conforme");
}

#[test]
fn a_reception_says_what_the_sender_could_read_before() {
    let place = Place::new();
    let configuration = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    place.write(
        "pipelines.toml",
        configuration + "[certificats]\ndossier = \"certificats\"\nformes = [\"json\"]\n",
    );
    let text = night().xml().replace("<SORTIE>01/02/2025", "<SORTIE>31/01/2025");
    let before = checked(&place, 0, "nuit.xml", &text);
    place.receives("nuit.xml", &text);
    place.oru(&["ingest"]).exits(0);
    let written = files(&place.path("certificats")).remove(0);
    let after = only(&std::fs::read_to_string(place.path("certificats").join(written)).unwrap());
    assert_eq!(before["verdict"], after["verdict"]);
    let of_rows = |certificate: &Value| -> Vec<String> {
        let found = named(certificate, "constats", "regle").into_iter();
        found
            .filter(|rule| rule.starts_with("RPU-X") || rule.starts_with("RPU-E"))
            .map(str::to_owned)
            .collect()
    };
    assert!(of_rows(&before).contains(&"RPU-X04".to_owned()));
    assert_eq!(of_rows(&before), of_rows(&after));
    // The lake is judged again: its manifest keeps none of it.
    let manifest = files(&place.path("lac/manifest"));
    for name in manifest {
        let kept = std::fs::read(place.path("lac/manifest").join(name)).unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("\"RPU-X"));
    }
}

#[test]
fn the_worst_findings_come_first_with_their_lines_and_what_to_do() {
    let place = Place::bare();
    let text = night().xml().replacen("<SEXE>F</SEXE>", "<SEXE>Z</SEXE>", 7);
    let text = text.replacen("<ENTREE>01/02/2025 08:00", "<ENTREE>", 1);
    let certificate = checked(&place, 0, "nuit.xml", text);
    assert_eq!(named(&certificate, "constats", "regle")[..2], ["RPU-C07", "RPU-C06"]);
    let sexe = &certificate["constats"][1];
    assert_eq!(sexe["anomalies"], 7);
    assert_eq!(sexe["lignes"].as_array().unwrap().len(), 5);
    assert!(sexe["correction"].as_str().unwrap().contains("M, F ou I"));
    assert!(!sexe["consequence"].as_str().unwrap().is_empty());
}

#[test]
fn what_needs_history_is_not_evaluated_and_never_counts_as_passed() {
    let place = Place::bare();
    let certificate = checked(&place, 0, "nuit.xml", night().xml());
    let not = named(&certificate, "non_evalue", "regles");
    for rule in ["RPU-F10", "RPU-F11", "RPU-F18", "RPU-F13"] {
        assert!(not.contains(&rule), "{rule} : {not:?}");
    }
    assert_eq!(certificate["comptes"]["lus"], 54);
    for count in ["ajoutes", "remplaces", "inchanges", "retires"] {
        assert!(certificate["comptes"][count].is_null(), "{count}");
    }
    let bilan = &certificate["bilan"];
    let sum: u64 = ["en_anomalie", "sans_anomalie", "sans_objet", "non_evaluees"]
        .map(|key| bilan[key].as_u64().unwrap())
        .iter()
        .sum();
    let beyond = ["RPU-X24", "RPU-E20a", "RPU-E20b", "RPU-E21"];
    assert!(beyond.iter().all(|rule| not.contains(rule)), "{not:?}");
    let of_passages = ingest::row_rule_names().filter(|rule| rule.starts_with("RPU-")).count();
    let rules = 55 + of_passages + beyond.len();
    assert_eq!(sum, rules as u64, "every rule of a message is in one of the four");
    let text = place.oru(&["check", "nuit.xml"]).exits(0).stdout;
    assert!(text.contains("ajoutés, remplacés, inchangés : non évalué"), "{text}");
}

#[test]
fn the_same_file_has_the_same_number_wherever_and_whenever_it_is_judged() {
    let mut place = Place::bare();
    let first = checked(&place, 0, "a.xml", night().xml());
    place.now = "2025-04-01T10:00:00Z";
    let second = checked(&place, 0, "b.xml", night().xml());
    assert_eq!(first["numero"], second["numero"]);
    let other = checked(&place, 0, "c.xml", night().xml().replacen("<SEXE>F", "<SEXE>M", 1));
    assert_ne!(first["numero"], other["numero"]);
}

#[test]
fn a_threshold_on_what_was_not_evaluated_is_not_kept() {
    let place = Place::bare();
    place.write("nuit.xml", night().xml());
    for rule in ["RPU-F10=0", "RPU-F18=0", "RPU-X24=0", "RPU-E20a=0"] {
        let said = place.oru(&["check", "nuit.xml", "--fail-on", rule]).exits(4).stderr;
        assert!(said.contains("seuil non vérifié"), "{rule} : {said}");
    }
    place.oru(&["check", "nuit.xml", "--fail-on", "RPU-X04=0"]).exits(0);
    place.oru(&["check", "nuit.xml", "--fail-on", "alerte"]).exits(2);
}

#[test]
fn two_judgements_of_one_file_are_two_certificates_and_neither_is_lost() {
    let mut place = Place::new();
    let configuration = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    place.write(
        "pipelines.toml",
        format!("{configuration}[certificats]\ndossier = \"certificats\"\nformes = [\"json\"]\n"),
    );
    let unknown = Message {
        finess: UNKNOWN,
        ..night()
    }
    .xml();
    place.receives("inconnu.xml", &unknown);
    place.oru(&["ingest"]).exits(3);
    place
        .oru(&["quarantine", "map", UNKNOWN, crate::support::CARCASSONNE])
        .exits(0);
    place.now = "2025-02-04T10:00:00Z";
    place.oru(&["quarantine", "replay"]).exits(0);
    let written: Vec<Value> = files(&place.path("certificats"))
        .iter()
        .map(|name| only(&std::fs::read_to_string(place.path("certificats").join(name)).unwrap()))
        .collect();
    let of = |verdict: &str| {
        let found = written.iter().find(|certificate| certificate["verdict"] == verdict);
        found.unwrap_or_else(|| panic!("{verdict} : {written:#?}"))
    };
    let (waited, loaded) = (of("en_quarantaine"), of("conforme"));
    assert_ne!(waited["numero"], loaded["numero"]);
    assert_eq!(loaded["juge_le"], "2025-02-04T10:00:00Z", "judged by the replay");
    let checked = checked(&place, 0, "inconnu.xml", &unknown);
    assert_ne!(checked["numero"], loaded["numero"], "without history, another judgement");
}

#[test]
fn certificates_never_say_a_value_of_a_patient() {
    let place = Place::bare();
    let text =
        night()
            .xml()
            .replace("<SEXE>F</SEXE>", "<SEXE>SECRET</SEXE>")
            .replacen("<DP>R074</DP>", "<DP>Dupont SECRET</DP>", 2);
    place.write("nuit.xml", text);
    for form in ["texte", "html", "json"] {
        let said = place.oru(&["check", "nuit.xml", "--format", form]).stdout;
        assert!(
            !said.is_empty() && !said.contains("SECRET") && !said.contains("Dupont"),
            "{said}"
        );
    }
}

#[test]
fn a_page_is_whole_by_itself_and_holds_the_name_of_the_file_as_text() {
    let place = Place::bare();
    place.write("<img src=x onerror=alert(1)>.xml", night().xml());
    let ran = place
        .oru(&[
            "check",
            "<img src=x onerror=alert(1)>.xml",
            "--format",
            "html",
            "--sortie",
            "certificats",
        ])
        .exits(0);
    let written = files(&place.path("certificats"));
    assert_eq!(written.len(), 1, "{}", ran.stdout);
    let page = std::fs::read_to_string(place.path("certificats").join(&written[0])).unwrap();
    assert!(
        page.starts_with("<!DOCTYPE html>") && page.contains("&lt;img src=x"),
        "{page}"
    );
    for outside in ["<img", "<script", "http://", "https://", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn each_delivery_received_has_its_certificate_with_what_it_changed() {
    let place = Place::new();
    let config = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    place.write(
        "pipelines.toml",
        format!("{config}[certificats]\ndossier = \"certificats\"\nformes = [\"json\", \"html\"]\n"),
    );
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    place.receives(
        "encore.xml",
        Message {
            extract: "03/02/2025 04:25:10",
            ..night()
        }
        .xml()
        .replacen("<SEXE>F", "<SEXE>I", 1),
    );
    place.oru(&["ingest"]).exits(0);
    let written = files(&place.path("certificats"));
    assert_eq!(written.len(), 4, "{written:?}");
    assert!(written.iter().all(|name| name.starts_with("2025-02/CQ-")), "{written:?}");
    let again = written.iter().find(|name| name.ends_with("encore.xml.json")).unwrap();
    let certificate = only(&std::fs::read_to_string(place.path("certificats").join(again)).unwrap());
    let counts = &certificate["comptes"];
    assert_eq!(
        counts["inchanges"].as_u64().unwrap() + counts["ajoutes"].as_u64().unwrap() + counts["remplaces"].as_u64().unwrap(),
        54
    );
    assert!(counts["inchanges"].as_u64().unwrap() >= 50, "{counts}");
    assert!(
        !named(&certificate, "non_evalue", "regles").contains(&"RPU-F11"),
        "{certificate:#}"
    );
}

#[test]
fn acknowledgements_are_dropped_by_sender_when_a_folder_is_declared() {
    let place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    assert!(files(&place.path("accuses")).is_empty());
    let config = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    place.write("pipelines.toml", format!("{config}[certificats]\naccuses = \"accuses\"\n"));
    place.receives("nuit.xml", night().xml());
    place.write("depot/clinique/bruit.xml", "<OSCOUR>");
    place.oru(&["ingest"]).exits(3);
    let left = files(&place.path("accuses"));
    assert_eq!(left.len(), 2, "{left:?}");
    let verdict = |folder: &str| {
        let name = left.iter().find(|name| name.starts_with(folder)).unwrap();
        only(&std::fs::read_to_string(place.path("accuses").join(name)).unwrap())["verdict"].clone()
    };
    assert_eq!(
        (verdict("chu/nuit.xml.CQ-"), verdict("clinique/bruit.xml.CQ-")),
        ("deja_recue".into(), "refusee".into())
    );
}

#[test]
fn certificates_that_cannot_be_written_are_said_before_anything_is_loaded() {
    let place = Place::new();
    let config = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    place.write(
        "pipelines.toml",
        format!("{config}[certificats]\ndossier = \"cle/certificats\"\n"),
    );
    place.receives("nuit.xml", night().xml());
    let said = place.oru(&["ingest"]).exits(1).stderr;
    assert!(said.contains("cle/certificats") && said.contains("formes = []"), "{said}");
    assert_eq!(place.inbox().len(), 1);
}
