//! The proof that ends every document: where its figures come from, and what the disclosure audit says, in words of its reader.

use lake::release::{Audit, Release};
use reports::Document;
use reports::document::Block;

use crate::sample;
use crate::sections::plain;

fn audited() -> Release {
    let mut release = sample::release();
    release.frame.gate.audit = Some(Audit {
        audites: 1_200,
        refuses: 1,
        non_lies: 306_992,
        ..Audit::default()
    });
    // As a release made before the account of the audit was printed says it.
    release.frame.avertissements.push("DIS-C02 : 1 effectifs masqués".to_owned());
    release
}

fn said(document: &Document, section: &str) -> String {
    let section = document.sections.iter().find(|found| found.id == section).unwrap();
    plain(&serde_json::to_string(section).unwrap())
}

#[test]
fn the_audit_is_in_the_annex_in_plain_french_and_not_in_the_perimeter() {
    let document = reports::document(&audited(), "trimestriel", None).unwrap();
    assert!(!said(&document, "perimetre").contains("DIS-"));
    let annex = said(&document, "reproductibilite");
    for words in [
        "1 effectif masqué se retrouve par soustraction à partir des autres chiffres : ",
        "306 992 totaux publiés ne sont pas la somme de leurs parties publiées : ",
        "1 sans protection",
    ] {
        assert!(annex.contains(words), "{words} in {annex}");
    }
    assert!(!annex.contains("DIS-"), "{annex}");
}

#[test]
fn the_annex_counts_the_deliveries_and_names_their_list_by_a_hash() {
    let release = sample::release();
    let document = reports::document(&release, "trimestriel", None).unwrap();
    let table = document.tables().find(|table| table.id == "Q-A04").expect("deliveries");
    let whole = table.groups[0].rows.last().unwrap();
    assert_eq!(plain(&whole.cells[1].text), release.frame.envois.len().to_string());
    let hash = lake::release::empreinte_de_liste(release.frame.envois.iter());
    let printed = &whole.cells.last().unwrap().text;
    assert!(hash.starts_with(printed.as_str()) && printed.len() == 16, "{printed}");
}

#[test]
fn every_document_ends_with_its_proof() {
    for (release, name) in [
        (sample::fiche::site(), "fiche-etablissement"),
        (sample::fiche::departement(), "fiche-departement"),
        (sample::release(), "synthese-presse"),
    ] {
        let document = reports::document(&release, name, None).unwrap();
        let last = document.sections.last().unwrap();
        let notes: Vec<String> = last
            .blocks
            .iter()
            .filter_map(|block| match block {
                Block::Note { text } => Some(plain(text)),
                _ => None,
            })
            .collect();
        let notes = notes.join("\n");
        for words in [
            "données arrêtées au ",
            "(liste dans envois.csv, empreinte ",
            " règles et ",
            "catalogue ",
            "audit : ",
            "Qualité des champs utilisés",
            "mode de sortie ",
        ] {
            assert!(notes.contains(words), "{name}: {words} in {notes}");
        }
    }
}
