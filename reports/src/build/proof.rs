//! The proof of a document, in the words of its reader: what it was made from, under which rules, and how its secrets were audited.

use lake::release::{Audit, Frame};

use super::Context;
use super::cell::cell;
use super::words::Words;
use crate::declaration::{QualityDecl, Selection};
use crate::typography as typo;

/// How the disclosure audit ended.
pub fn audit(frame: &Frame) -> String {
    match &frame.gate.audit {
        None => "aucun audit n'accompagne cette diffusion".to_owned(),
        Some(audit) => of(audit),
    }
}

fn of(audit: &Audit) -> String {
    let narrowest = audit.plus_serre.map_or_else(String::new, |[low, high]| {
        format!(
            " ; intervalle prouvé le plus serré : de {} à {} (largeur exigée : {})",
            typo::decimal(low, 0),
            typo::decimal(high, 0),
            audit.largeur
        )
    });
    format!(
        "{} par programme linéaire parmi {} et {} : {} sans protection ; {} pour eux-mêmes, {} pour ce qu'ils diraient d'autres{narrowest}",
        counted(audit.audites, "petit effectif cherché", "petits effectifs cherchés"),
        counted(audit.cellules, "effectif", "effectifs"),
        counted(audit.liens, "relation", "relations"),
        typo::count(audit.refuses as f64),
        counted(audit.primaires, "chiffre masqué", "chiffres masqués"),
        typo::count(audit.secondaires as f64)
    )
}

/// What the audit does not prove, and what it means for a reader; nothing when it proves everything.
pub fn limits(frame: &Frame) -> Vec<String> {
    let Some(audit) = &frame.gate.audit else {
        return Vec::new();
    };
    let found = [
        (
            audit.refuses,
            [
                "effectif masqué se retrouve par soustraction à partir des autres chiffres",
                "effectifs masqués se retrouvent par soustraction à partir des autres chiffres",
            ],
            "ce document est pour ses destinataires, qui se sont engagés à ne pas le chercher ; une diffusion publique serait refusée",
        ),
        (
            audit.non_lies,
            [
                "total publié n'est pas la somme de ses parties publiées",
                "totaux publiés ne sont pas la somme de leurs parties publiées",
            ],
            "un passage y est compté dans plusieurs parties ou dans aucune, et en soustraire les parties ne donne aucun effectif masqué : l'audit ne les relie pas",
        ),
        (
            audit.non_prouves,
            [
                "effectif masqué n'a pas d'intervalle calculé",
                "effectifs masqués n'ont pas d'intervalle calculé",
            ],
            "aucune soustraction ne les donne, mais trop de chiffres leur sont liés pour que le programme linéaire dise entre quelles bornes ils se trouvent",
        ),
    ];
    let found = found.into_iter().filter(|(number, ..)| *number > 0);
    found
        .map(|(number, [one, many], meaning)| format!("{} : {meaning}", counted(number, one, many)))
        .collect()
}

/// `1 effectif masqué`, `306 992 totaux`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!(
        "{}{}{}",
        typo::count(number as f64),
        typo::NBSP,
        if number < 2 { one } else { many }
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

/// « … : sexe 99,8 % et 99,7 % ; … »: each field filled, then filled and conform.
pub fn quality(context: &Context, words: &Words, declared: &QualityDecl) -> String {
    let one = |field: &Selection| {
        let conform = Selection {
            modalite: field.modalite.clone(),
            ..declared.conforme.clone()
        };
        let [filled, conform] = [field, &conform].map(|selection| cell(context, selection).text);
        format!("{} {filled} et {conform}", field.titre)
    };
    let list: Vec<String> = declared.champ.iter().map(one).collect();
    words.french(&format!("{} {}.", declared.texte, list.join(" ; ")))
}

/// The same for the first sheet of a workbook, line by line.
pub fn lines(frame: &Frame) -> Vec<(String, String)> {
    let mut lines = vec![
        ("Envois", super::envois::sentence(frame)),
        ("Règles en vigueur", rules(frame)),
        ("Audit de la divulgation", audit(frame)),
    ];
    let limits = limits(frame);
    if !limits.is_empty() {
        lines.push(("Limites de l'audit", limits.join(". ")));
    }
    let french = |(label, text): (&str, String)| (typo::french(label), typo::french(&text));
    lines.into_iter().map(french).collect()
}

/// All of it in one paragraph, for a document of a few pages.
pub fn sentence(frame: &Frame) -> String {
    format!(
        "données arrêtées au {} ; {} ; {} ; audit : {} ; publication {}, exécution {}, oru {}",
        typo::instant(frame.as_of),
        super::envois::sentence(frame),
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

    #[test]
    fn one_is_not_written_as_many() {
        let said = of(&Audit {
            audites: 1,
            primaires: 1,
            ..Audit::default()
        });
        assert!(
            crate::spreadsheet::plain(&said).starts_with("1 petit effectif cherché"),
            "{said}"
        );
        assert!(crate::spreadsheet::plain(&said).contains("1 chiffre masqué pour"), "{said}");
    }
}
