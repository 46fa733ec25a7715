//! Modalities of a dimension: those that the release holds, their order and their labels.

use lake::code_list::code_list;
use lake::site::SiteNature;

use super::Context;
use super::words::Words;
use crate::declaration::{GroupDecl, RowsBy, Selection};
use crate::typography as typo;

/// Selections of each modality that the release holds, with labels, in the order of the code list.
pub fn modality_rows(context: &Context, words: &Words, group: &GroupDecl, model: &Selection) -> Vec<(Selection, String)> {
    let second = group.lignes_par == Some(RowsBy::Modalite2);
    let (dim, dim2) = (model.dim.clone().unwrap_or_default(), model.dim2.clone().unwrap_or_default());
    let (varying, list_of) = if second { (&dim2, &dim2) } else { (&dim, &dim) };
    let fixed = second.then(|| model.modalite.clone().unwrap_or_default());
    let mut found = context
        .figures
        .modalities(&model.indicator(), &dim, fixed.as_deref(), if second { &dim2 } else { "" });
    let rank = |code: &str| -> usize {
        let list = code_list(&list_name(list_of)).map(|list| list.codes.iter().position(|row| row.code == code));
        list.flatten().unwrap_or(usize::MAX)
    };
    found.sort_by_key(|code| (code == "manquant", rank(code), code.clone()));
    let mut rows: Vec<(Selection, String)> = found
        .into_iter()
        .map(|code| {
            let title = match &group.titre_manquant {
                Some(title) if code == "manquant" => words.french(title),
                _ if varying == "epci" => context
                    .contours
                    .epci(&code)
                    .map_or_else(|| code.clone(), |outline| typo::french(&outline.nom)),
                _ => modality_label(varying, &code),
            };
            let mut selection = model.clone();
            if second {
                selection.modalite2 = Some(code);
            } else {
                selection.modalite = Some(code);
            }
            (selection, title)
        })
        .collect();
    // Areas have no order but that of their names.
    if varying == "epci" {
        rows.sort_by(|a, b| a.1.cmp(&b.1));
    }
    rows
}

/// The label of a code of a dimension: from its code list, else the code.
pub fn modality_label(dim: &str, code: &str) -> String {
    if code == "manquant" {
        return "Non renseigné".to_owned();
    }
    match (dim, code) {
        ("residence", "france") => return "Autre région".to_owned(),
        ("residence", "etranger") => return "Étranger".to_owned(),
        _ => {}
    }
    let listed = code_list(&list_name(dim)).and_then(|list| list.label(code));
    match listed {
        Some(label) => typo::french(&capital(label)),
        None => samu(code).unwrap_or_else(|| code.to_owned()),
    }
}

/// « SAMU 31 » for `samu310`; the letter of a second SAMU of a département stays.
fn samu(code: &str) -> Option<String> {
    (SiteNature::of(code) == SiteNature::Samu).then(|| {
        let number = code.trim_start_matches("samu").to_uppercase();
        let number = number.strip_suffix('0').filter(|short| short.len() == 2).unwrap_or(&number);
        format!("SAMU{}{number}", typo::NBSP)
    })
}

fn list_name(dim: &str) -> String {
    match dim {
        "orient" => "rpu_orientation".to_owned(),
        "discipline" => "beds_discipline".to_owned(),
        "decision" => "samu_decision_principale".to_owned(),
        "classe_devenir" => "smur_classe_devenir".to_owned(),
        "classe_age" => "rpu_age_classes".to_owned(),
        "tranche" => "rpu_tranches".to_owned(),
        other => format!("rpu_{other}"),
    }
}

/// The same with its first letter in upper case.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().collect::<String>() + chars.as_str(),
        None => String::new(),
    }
}
