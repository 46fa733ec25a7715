//! `regles.md`: every rule, judged while reading or on the lake.

use transform::Catalogue;

use super::cell;
use crate::declarations::{RuleLine, rules};

pub fn page(catalogue: &Catalogue) -> String {
    let mut text = String::from(
        "# Règles\n\n\
         Une règle porte sur les enregistrements qu'elle désigne (`parmi`) ; elle est *non évaluée* quand `parmi` ou `anomalie` est vide, \
         en *anomalie* quand les deux sont vrais. Les règles de portée `file` sont jugées à la lecture de l'envoi. Les identifiants sont \
         permanents.\n\n\
         | règle | portée | effet | titre | parmi | anomalie | source |\n|---|---|---|---|---|---|---|\n",
    );
    for rule in rules(catalogue) {
        text.push_str(&line(&rule));
    }
    text
}

fn line(rule: &RuleLine) -> String {
    let sql = |text: &str| match text {
        "" => String::new(),
        text => format!("`{}`", cell(text)),
    };
    format!(
        "| {} | {} | `{}` | {} | {} | {} | {} |\n",
        rule.name,
        rule.portee,
        rule.effet.as_str(),
        cell(&rule.titre),
        sql(&rule.parmi),
        sql(&rule.anomalie),
        cell(&rule.source)
    )
}
