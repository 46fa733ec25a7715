//! `regles.md`: every rule, judged while reading or on the lake, with one example each way.

use transform::Catalogue;

use super::cell;
use crate::declarations::{RuleLine, rules};

pub fn page(catalogue: &Catalogue) -> String {
    let mut text = String::from(
        "# Règles\n\n\
         Une règle porte sur les enregistrements qu'elle désigne (`parmi`) ; elle est *non évaluée* quand `parmi` ou `anomalie` est vide, \
         en *anomalie* quand les deux sont vrais. Les règles de portée `file` sont jugées à la lecture de l'envoi. Les identifiants sont \
         permanents. Les catégories sont celles de Kahn et al., 2016 : conformité (*conformance*), complétude (*completeness*), \
         vraisemblance (*plausibility*). Chaque exemple vient des cas d'essai de la règle ; \
         ceux des règles de portée `file` sont dits en mots. *Suite de* : les règles qui l'expliquent quand elles frappent le même \
         enregistrement ; le certificat d'un envoi les dit ensemble.\n",
    );
    let rules = rules(catalogue);
    let mut families: Vec<&str> = rules.iter().map(family).collect();
    families.dedup();
    for name in families {
        text.push_str(&format!(
            "\n## {name}\n\n\
             | règle | titre | catégorie | portée | effet | parmi | anomalie | exemple conforme | exemple d'anomalie | comment corriger | ce que cela fausse | suite de | source |\n\
             |---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
        ));
        for rule in rules.iter().filter(|rule| family(rule) == name) {
            text.push_str(&line(rule));
        }
    }
    text.push_str("\n## Pas encore écrites\n\n| règle | raison |\n|---|---|\n");
    for (id, reason) in transform::rules::not_yet() {
        text.push_str(&format!("| {id} | {} |\n", cell(&reason)));
    }
    text
}

/// `RPU-X` of `RPU-X04`.
fn family(rule: &RuleLine) -> &str {
    let end = rule
        .name
        .find(|letter: char| letter.is_ascii_digit())
        .unwrap_or(rule.name.len());
    &rule.name[..end]
}

fn line(rule: &RuleLine) -> String {
    let sql = |text: &str| match text {
        "" => String::new(),
        text => format!("`{}`", cell(text)),
    };
    let [fine, wrong] = rule
        .exemples
        .each_ref()
        .map(|example| example.as_deref().map(cell).unwrap_or_default());
    format!(
        "| {} | {} | {} | {} | `{}` | {} | {} | {fine} | {wrong} | {} | {} | {} | {} |\n",
        rule.name,
        cell(&rule.titre),
        rule.categorie,
        rule.portee,
        rule.effet.as_str(),
        sql(&rule.parmi),
        sql(&rule.anomalie),
        cell(&rule.correction),
        cell(&rule.consequence),
        cell(&rule.suite_de.join(", ")),
        cell(&rule.source)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_category_and_an_example_each_way() {
        let catalogue = Catalogue::load(&[]).unwrap();
        // What is published and not judged has no verdict, and no record to show.
        let is_measured_only = |rule: &RuleLine| rule.parmi == "FALSE";
        let bare = |rule: &RuleLine| rule.categorie.is_empty() || (rule.exemples.contains(&None) && !is_measured_only(rule));
        let missing: Vec<String> = rules(&catalogue).into_iter().filter(bare).map(|rule| rule.name).collect();
        assert_eq!(missing, Vec::<String>::new());
    }
}
