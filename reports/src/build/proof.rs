//! The proof of a document, in the words of its reader: what it was made from, under which rules, and how its secrets were audited.

use lake::release::{Audit, Frame};

use crate::typography as typo;

/// How the disclosure audit ended.
pub fn audit(frame: &Frame) -> String {
    match &frame.gate.audit {
        None => "aucun audit n'accompagne cette diffusion".to_owned(),
        Some(audit) => of(audit),
    }
}

fn of(audit: &Audit) -> String {
    let count = |number: u64| typo::count(number as f64);
    let narrowest = audit.plus_serre.map_or_else(String::new, |[low, high]| {
        format!(
            " ; intervalle prouvé le plus serré : de {} à {} (largeur exigée : {})",
            typo::decimal(low, 0),
            typo::decimal(high, 0),
            audit.largeur
        )
    });
    let unproved = match audit.non_prouves {
        0 => String::new(),
        number => format!(
            ", dont {} qu'aucune soustraction ne donne mais dont les bornes ne sont pas calculées",
            count(number)
        ),
    };
    format!(
        "{} petits effectifs cherchés par programme linéaire parmi {} effectifs et {} relations : {} sans protection{unproved} ; {} \
         chiffres masqués pour eux-mêmes, {} pour ce qu'ils diraient d'autres{narrowest}",
        count(audit.audites),
        count(audit.cellules),
        count(audit.liens),
        count(audit.refuses),
        count(audit.primaires),
        count(audit.secondaires)
    )
}

/// Rules and indicators of the catalogue that made the figures.
pub fn rules(frame: &Frame) -> String {
    let of_nature = |nature: &str| frame.entries.iter().filter(|entry| entry.nature == nature).count();
    format!(
        "{} règles et {} indicateurs, catalogue {}",
        of_nature("regle"),
        of_nature("indicateur"),
        frame.catalogue
    )
}

/// All of it in one paragraph, for a document of a few pages.
pub fn sentence(frame: &Frame) -> String {
    let received: u64 = frame.deliveries.iter().map(|site| site.received).sum();
    format!(
        "données arrêtées au {} ; {} envois reçus pour la période ; {} ; audit : {} ; publication {}, exécution {}, oru {}",
        typo::instant(frame.as_of),
        typo::count(received as f64),
        rules(frame),
        audit(frame),
        frame.id,
        frame.run,
        frame.oru_version
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audit_is_said_with_what_it_left_unprotected() {
        let said = of(&Audit {
            audites: 1_200,
            cellules: 30_000,
            liens: 8_000,
            primaires: 900,
            secondaires: 2_100,
            largeur: 10,
            plus_serre: Some([0.0, 14.0]),
            ..Audit::default()
        });
        assert!(said.contains(": 0 sans protection ;"), "{said}");
        assert!(said.contains("de 0 à 14 (largeur exigée : 10)"), "{said}");
    }
}
