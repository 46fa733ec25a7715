//! Which edition a document is, and what a corrected one says.

use lake::edition::{Cause, Corrige, Edition, Etat, Revision};
use reports::document::{Block, Document};

use crate::sample;
use crate::sections;

/// The second version of the sample, which corrects the share of hospitalisation.
fn corrected() -> Document {
    let mut release = sample::release();
    let figure = release
        .figures
        .iter()
        .find(|figure| &*figure.indicator == "RPU-I70")
        .unwrap()
        .clone();
    release.frame.edition = Edition {
        etat: Etat::Publie,
        version: 2,
        valide_par: "A. Martin".to_owned(),
        valide_le: Some("2025-05-12T08:00:00Z".parse().unwrap()),
        publie_le: Some("2025-05-13T08:00:00Z".parse().unwrap()),
        corrige: Some(Corrige {
            version: 1,
            publie_le: Some("2025-04-14T08:00:00Z".parse().unwrap()),
            diffusion: "2025-Q1-aaaaaaaaaaaa".to_owned(),
            motif: "envois du CHU reçus en mai.".to_owned(),
            revisions: vec![Revision {
                figure: figure.name(),
                cle: figure.key().map(|part| part.to_string()).to_vec(),
                unite: "fraction".to_owned(),
                avant: Some(0.198),
                apres: Some(0.205),
                statut_avant: "ok".to_owned(),
                statut_apres: "ok".to_owned(),
                causes: vec![Cause::Tardifs, Cause::Corriges],
                envois: 3,
            }],
        }),
    };
    reports::document(&release, "trimestriel", None).unwrap()
}

#[test]
fn a_correction_says_on_top_what_it_replaces_and_why() {
    let document = corrected();
    let first = &document.sections[0];
    assert_eq!(first.title, "Erratum");
    let Block::Paragraph { text } = &first.blocks[0] else {
        panic!("{first:?}")
    };
    let text = sections::plain(text);
    assert!(
        text.starts_with("Cette version 2 remplace la version 1 publiée le 14 avril 2025"),
        "{text}"
    );
    assert!(
        text.contains("Motif : envois du CHU reçus en mai. 1 chiffre imprimé alors a changé"),
        "{text}"
    );
    assert!(
        document.cover.edition.contains("validé par A. Martin, version 2"),
        "{}",
        document.cover.edition
    );
}

#[test]
fn each_revised_figure_has_both_values_and_its_causes() {
    let table = sections::table(&corrected(), "Q-A02");
    let row = &table.groups[0].rows[0];
    let cells: Vec<String> = row.cells.iter().map(|cell| sections::plain(&cell.text)).collect();
    assert!(row.title.starts_with("RPU-I70"), "{}", row.title);
    assert_eq!(cells[3..5], ["19,8 %", "20,5 %"]);
    assert_eq!(
        cells[5],
        "enregistrements reçus depuis ; enregistrements corrigés ou retirés depuis"
    );
}

#[test]
fn a_first_version_has_no_erratum_and_says_that_nothing_is_revised() {
    let document = sections::document();
    assert!(document.sections.iter().all(|section| section.title != "Erratum"));
    let annex = document.sections.iter().find(|section| section.id == "revisions").unwrap();
    assert!(
        matches!(&annex.blocks[0], Block::Paragraph { text } if text.contains("Première version")),
        "{annex:?}"
    );
    assert!(document.cover.edition.starts_with("Brouillon"), "{}", document.cover.edition);
}
