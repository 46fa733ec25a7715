//! The program as a hospital runs it, on one small file at a time.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use assert_cmd::Command;
use serde_json::Value;

/// A message of one passage.
fn message(sexe: &str, entree: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OSCOUR>\n<ETABLISSEMENT>\n<FINESS>690781810</FINESS>\n<ORDRE>0</ORDRE>\n\
         <EXTRACT>03/02/2025 03:25:10</EXTRACT>\n<DATEDEBUT>01/02/2025</DATEDEBUT>\n<DATEFIN>02/02/2025</DATEFIN>\n</ETABLISSEMENT>\n\
         <PASSAGES>\n<PATIENT>\n<CP>69003</CP>\n<COMMUNE>LYON</COMMUNE>\n<NAISSANCE>02/06/1985</NAISSANCE>\n<SEXE>{sexe}</SEXE>\n\
         <ENTREE>{entree}</ENTREE>\n<MODE_ENTREE>8</MODE_ENTREE>\n<PROVENANCE>5</PROVENANCE>\n<TRANSPORT>PERSO</TRANSPORT>\n\
         <TRANSPORT_PEC>AUCUN</TRANSPORT_PEC>\n<MOTIF>S934</MOTIF>\n<GRAVITE>2</GRAVITE>\n<DP>S934</DP>\n<LISTE_DA/>\n<LISTE_ACTES/>\n\
         <SORTIE>02/02/2025 12:59</SORTIE>\n<MODE_SORTIE>8</MODE_SORTIE>\n<DESTINATION/>\n<ORIENT/>\n</PATIENT>\n</PASSAGES>\n</OSCOUR>\n"
    )
}

fn check(text: &str) -> (i32, Value) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nuit.xml");
    std::fs::write(&file, text).unwrap();
    let output = Command::cargo_bin("oru-check")
        .unwrap()
        .arg(&file)
        .args(["--format", "json"])
        .output()
        .unwrap();
    let whole: Value = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code().unwrap(), whole["certificats"][0].clone())
}

/// Of a site that no register here has: whether it is known is the observatory's to say.
#[test]
fn a_site_of_any_region_is_judged_and_not_quarantined() {
    let (status, certificate) = check(&message("F", "02/02/2025 11:20"));
    assert_eq!((status, &certificate["verdict"]), (0, &"conforme".into()), "{certificate:#}");
    let not = certificate["non_evalue"].as_array().unwrap();
    for rule in ["RPU-F05", "RPU-F06", "RPU-F10", "RPU-F18"] {
        assert!(not.iter().any(|line| line["regles"] == rule), "{rule}");
    }
}

#[test]
fn what_would_be_refused_exits_with_three() {
    let (status, certificate) = check(&message("F", "02/02/2025"));
    assert_eq!((status, &certificate["verdict"]), (3, &"refusee".into()));
    assert_eq!(certificate["constats"][0]["regle"], "RPU-C07");
    assert_eq!(check("<OSCOUR>").0, 3);
}

#[test]
fn a_wrong_line_exits_with_two_and_help_with_zero() {
    let run = |argument: &str| Command::cargo_bin("oru-check").unwrap().arg(argument).output().unwrap();
    assert_eq!(run("nulle_part.xml").status.code(), Some(2));
    assert_eq!(run("--help").status.code(), Some(0));
}

#[test]
fn a_page_is_written_where_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (file, to) = (folder.path().join("nuit.xml"), folder.path().join("certificats"));
    std::fs::write(&file, message("Z", "02/02/2025 11:20")).unwrap();
    let mut command = Command::cargo_bin("oru-check").unwrap();
    command
        .arg(&file)
        .args(["--format", "html", "--sortie"])
        .arg(&to)
        .assert()
        .success();
    let page = std::fs::read_to_string(to.join("nuit.xml.html")).unwrap();
    assert!(page.contains("RPU-C06") && page.contains("Transcoder SEXE"), "{page}");
}
