//! What the workbook of a site says of itself.

use lake::retour::Retour;

use super::Built;
use crate::error::ReportError;
use crate::typography as typo;
use crate::workbook::{self, Book};

/// The workbook as bytes: same return, same bytes.
pub fn bytes(built: &Built, retour: &Retour) -> Result<Vec<u8>, ReportError> {
    workbook::bytes(&Book {
        title: &built.document.title,
        as_of: retour.cadre.as_of,
        lines: lines(retour),
        tables: built.sheets.iter().collect(),
        tidy: false,
    })
}

fn lines(retour: &Retour) -> Vec<(String, String)> {
    let frame = &retour.cadre;
    let mut lines = vec![
        ("Site".to_owned(), format!("{} ({})", retour.site.nom, retour.site.finess)),
        (
            "Période".to_owned(),
            format!("du {} au {}", typo::long_date(frame.du), typo::long_date(frame.au)),
        ),
        ("Données arrêtées au".to_owned(), typo::instant(frame.as_of)),
        ("Destinataire".to_owned(), "l'établissement seul".to_owned()),
        (
            "Autres sites".to_owned(),
            format!("parts calculées sur {} sites au moins, jamais nommés", retour.pairs.minimum),
        ),
        ("Prochaine vérification".to_owned(), typo::long_date(frame.verification)),
        (
            "Publication".to_owned(),
            format!("{}, exécution {}, oru {}", frame.id, frame.run, frame.oru_version),
        ),
    ];
    if frame.synthetique {
        lines.push((
            "Attention".to_owned(),
            "données synthétiques : aucun chiffre ne décrit un envoi réel".to_owned(),
        ));
    }
    lines
}
