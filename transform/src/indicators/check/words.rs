//! What an indicator must say in words: title, formula, exclusions, source.

use crate::catalogue::{Catalogue, Declared, Diagnostic};
use crate::indicators::Indicator;

/// Words that are missing, or that a reader would not understand.
pub fn described(catalogue: &Catalogue, declared: &Declared<Indicator>) -> Vec<Diagnostic> {
    let indicator = &declared.what;
    let leaves_out = indicator.manquants.is_some() || indicator.exclus.is_some();
    let said = [
        (indicator.titre.trim().is_empty(), "titre vide"),
        (indicator.mots.trim().is_empty(), "formule en mots vide"),
        (
            indicator.source.trim().is_empty(),
            "source vide : dire d'où vient l'indicateur, ou « project-defined »",
        ),
        (indicator.grains.is_empty(), "aucun grain : il ne serait publié nulle part"),
        (
            leaves_out && indicator.exclusions.trim().is_empty(),
            "des enregistrements sont écartés sans dire lesquels (exclusions)",
        ),
        (
            indicator.ventilations.iter().any(|dimensions| dimensions.len() > 2),
            "une ventilation a au plus deux dimensions",
        ),
        (
            [&indicator.titre, &indicator.mots, &indicator.exclusions]
                .iter()
                .any(|words| words.contains('{')),
            "nom entre accolades inconnu dans les mots : ce sont ceux des bornes, comme {geriatrie_a_partir_de}",
        ),
        (
            !["", "haut", "bas"].contains(&indicator.sens.as_str()),
            "sens : « haut », « bas » ou rien",
        ),
    ];
    let at = |message: &str| {
        let message = format!("{} : {message}", indicator.id);
        catalogue.mistake(declared.file, declared.offset, message)
    };
    said.into_iter()
        .filter(|(wrong, _)| *wrong)
        .map(|(_, message)| at(message))
        .collect()
}
