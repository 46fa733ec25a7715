//! Modalities of a dimension: those that the release holds, their order and their labels.

use lake::code_list::code_list;
use lake::site::SiteNature;

use super::Context;
use super::rank;
use super::words::Words;
use crate::declaration::{GroupDecl, RowsBy, Selection};
use crate::typography as typo;

/// Selections of each modality that the release holds, with labels, in the order of the code list.
pub fn modality_rows(context: &Context, words: &Words, group: &GroupDecl, model: &Selection) -> Vec<(Selection, String)> {
    let second = group.lignes_par == Some(RowsBy::Modalite2);
    let varying = varying(model, second);
    let found = match (group.premiers, group.derniers) {
        (Some(first), _) => rank::ordered(context, model, group.effectif_min, false)
            .into_iter()
            .take(first)
            .collect(),
        (_, Some(last)) => rank::ordered(context, model, group.effectif_min, true)
            .into_iter()
            .take(last)
            .collect(),
        _ => codes(context, model, second),
    };
    let mut rows: Vec<(Selection, String)> = found
        .into_iter()
        .map(|code| {
            let title = match &group.titre_manquant {
                Some(title) if code == "manquant" => words.french(title),
                _ if varying == "epci" => context
                    .contours
                    .epci(&code)
                    .map_or_else(|| code.clone(), |outline| typo::french(&outline.nom)),
                _ => modality_label(context, &varying, &code),
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

/// The dimension whose modalities are listed.
pub fn varying(model: &Selection, second: bool) -> String {
    let dim = if second { &model.dim2 } else { &model.dim };
    dim.clone().unwrap_or_default()
}

/// Modalities that the release holds of the first dimension of a selection, or of the second within the first, in the order of the
/// code list; what is missing last.
pub fn codes(context: &Context, model: &Selection, second: bool) -> Vec<String> {
    let dim = model.dim.clone().unwrap_or_default();
    let dim2 = model.dim2.clone().unwrap_or_default();
    let fixed = if second { model.modalite.as_deref() } else { None };
    let found = context
        .figures
        .modalities(&model.indicator(), &dim, fixed, if second { &dim2 } else { "" });
    in_order(context, &varying(model, second), found)
}

/// Modalities of both dimensions of a selection, in order.
pub fn crossed(context: &Context, model: &Selection) -> (Vec<String>, Vec<String>) {
    let (dim, dim2) = (varying(model, false), varying(model, true));
    let (firsts, seconds) = context.figures.crossed(&model.indicator(), &dim, &dim2);
    (in_order(context, &dim, firsts), in_order(context, &dim2, seconds))
}

/// In the order of the code list, else of the declaration of the dimension; what is missing last.
fn in_order(context: &Context, dim: &str, mut codes: Vec<String>) -> Vec<String> {
    let list = code_list(&list_name(dim));
    let declared = declared(context, dim);
    let position = |code: &str| match list {
        Some(list) => list.codes.iter().position(|row| row.code == code),
        None => declared.iter().position(|(known, _)| known == code),
    };
    codes.sort_by_key(|code| (code == "manquant", position(code).unwrap_or(usize::MAX), code.clone()));
    codes
}

/// Modalities written in the declaration of a dimension, with their labels.
fn declared<'a>(context: &Context<'a>, dim: &str) -> &'a [(String, String)] {
    context.figures.entry(dim).map_or(&[], |entry| &entry.modalites)
}

/// The label of a code of a dimension: from its code list, else from its declaration, else the code.
pub fn modality_label(context: &Context, dim: &str, code: &str) -> String {
    if code == "manquant" {
        return "Non renseigné".to_owned();
    }
    match (dim, code) {
        ("residence", "france") => return "Autre région".to_owned(),
        ("residence", "etranger") => return "Étranger".to_owned(),
        _ => {}
    }
    let written = || declared(context, dim).iter().find(|(known, _)| known == code);
    let listed = code_list(&list_name(dim)).and_then(|list| list.label(code));
    let listed = listed.or_else(|| written().map(|(_, label)| label.as_str()));
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
