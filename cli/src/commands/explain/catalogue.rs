//! Rules, indicators, populations, dimensions and extract kinds.

use ingest::Kinds;
use transform::Catalogue;
use transform::rules::{Rule, SqlText};

use crate::declarations::{correction, corrections, word};

/// The explanation of a rule (`RPU-X04`, a clause `RPU-C08a`), an indicator, a population, a dimension or an extract kind.
pub fn explain(name: &str, catalogue: &Catalogue, kinds: &Kinds) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    let rules = catalogue.regles.iter();
    parts.extend(
        rules
            .filter(|rule| is(name, &rule.id) || is(name, &rule.name()))
            .map(|found| rule(found, catalogue)),
    );
    if parts.is_empty() {
        let while_reading = ingest::rules().iter();
        // A rule judged while reading may have clauses of different effect: `RPU-C08` explains `RPU-C08a` and `RPU-C08b`.
        let asked = |id: &str| is(name, id) || is(name, id.trim_end_matches(|letter: char| letter.is_ascii_lowercase()));
        parts.extend(while_reading.filter(|rule| asked(&rule.id)).map(read_rule));
    }
    let indicators = catalogue.indicateurs.iter();
    parts.extend(
        indicators
            .filter(|found| is(name, &found.what.id))
            .map(|found| indicator(&found.what)),
    );
    let populations = catalogue.populations.iter().map(|found| &found.what);
    parts.extend(populations.filter(|found| found.id == name).map(|found| {
        lines(
            &format!("{} — population : {}", found.id, found.titre),
            &[("expression", &found.expression), ("source", &found.source)],
        )
    }));
    let dimensions = catalogue.dimensions.iter().map(|found| &found.what);
    parts.extend(dimensions.filter(|found| found.id == name).map(|found| {
        lines(
            &format!("{} — dimension : {}", found.id, found.titre),
            &[("expression", &found.expression), ("source", &found.source)],
        )
    }));
    parts.extend(kinds.get(name).map(|kind| {
        lines(
            &format!("{} — genre d'extrait : {}", kind.nom, kind.libelle),
            &[("table", &kind.table), ("flux", &kind.flux), ("source", &kind.source)],
        )
    }));
    (!parts.is_empty()).then(|| parts.join("\n"))
}

/// Every name that this file explains.
pub fn names(catalogue: &Catalogue, kinds: &Kinds) -> Vec<String> {
    let mut names: Vec<String> = catalogue
        .regles
        .iter()
        .flat_map(|rule| [rule.id.clone(), rule.name()])
        .collect();
    names.extend(ingest::rules().iter().map(|rule| rule.id.clone()));
    names.extend(catalogue.indicateurs.iter().map(|found| found.what.id.clone()));
    names.extend(catalogue.populations.iter().map(|found| found.what.id.clone()));
    names.extend(catalogue.dimensions.iter().map(|found| found.what.id.clone()));
    names.extend(kinds.iter().map(|kind| kind.nom.clone()));
    names
}

fn is(name: &str, id: &str) -> bool {
    name.eq_ignore_ascii_case(id)
}

fn lines(title: &str, rows: &[(&str, &str)]) -> String {
    let mut text = format!("{title}\n");
    for (what, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        text.push_str(&format!("  {what} : {value}\n"));
    }
    text
}

fn rule(rule: &Rule, catalogue: &Catalogue) -> String {
    let sql = |text: &Option<SqlText>| text.as_ref().map(|text| text.fill(&rule.parametres).sql).unwrap_or_default();
    let file = catalogue
        .files
        .get(rule.file)
        .map(|(name, _)| name.as_str())
        .unwrap_or_default();
    let judged = match rule.parmi {
        Some(_) => "sur le lac (transform)",
        None => "à la lecture de l'envoi (ingest)",
    };
    let example = |verdict: &str| {
        let found = transform::rules::examples(rule)
            .into_iter()
            .find(|example| example.verdict == verdict);
        found.map(|example| example.words()).unwrap_or_default()
    };
    let texts = corrections();
    let (corrected, breaks) = correction(&texts, &rule.name(), &rule.id);
    lines(
        &format!("{} — règle : {}", rule.name(), rule.titre),
        &[
            ("table", &rule.table),
            ("catégorie", &word(&rule.categorie)),
            ("portée", &word(&rule.portee)),
            ("effet", rule.effet.as_str()),
            ("cible", rule.cible.as_deref().unwrap_or_default()),
            ("parmi", &sql(&rule.parmi)),
            ("anomalie si", &sql(&rule.anomalie)),
            ("exemple conforme", &example("ok")),
            ("exemple d'anomalie", &example("anomalie")),
            ("champs", &rule.champs.join(", ")),
            ("comment corriger", corrected),
            ("ce que cela fausse", breaks),
            ("jugée", judged),
            ("déclarée dans", file),
            ("source", &rule.source),
        ],
    )
}

fn read_rule(rule: &ingest::Rule) -> String {
    lines(
        &format!("{} — règle : {}", rule.id, rule.titre),
        &[
            ("champ", &rule.champ),
            ("effet", rule.effet.as_str()),
            ("message", &rule.message),
            ("comment corriger", &rule.correction),
            ("ce que cela fausse", &rule.consequence),
            ("jugée", "à la lecture de l'envoi (ingest)"),
            ("source", &rule.source),
        ],
    )
}

fn indicator(indicator: &transform::indicators::Indicator) -> String {
    let mut text = lines(
        &format!("{} — indicateur : {}", indicator.id, indicator.titre),
        &[
            ("unité", &indicator.unite),
            ("formule", &indicator.mots),
            ("exclusions", &indicator.exclusions),
            ("table", &indicator.table),
            ("grains", &indicator.grains.join(", ")),
            ("calculé à partir de", &indicator.depends_on().join(", ")),
        ],
    );
    for (key, sql) in indicator.expressions() {
        text.push_str(&format!("  {key} : {sql}\n"));
    }
    text.push_str(&format!("  source : {}\n", indicator.source));
    text
}
