//! The registry of rules, tested as data: what `oru catalogue check` says of them.

use std::collections::BTreeMap;

use lake::finding::Effect;
use polars::prelude::*;

use super::columns::{self, KnownTable};
use super::{Catalogue, Diagnostic, nearest};
use crate::prepare::polars_type;
use crate::rules::{Compiled, Rule, Scope, SqlText, compile};

pub fn rules(catalogue: &Catalogue) -> Vec<Diagnostic> {
    let mut mistakes = duplicates(catalogue);
    for rule in &catalogue.regles {
        mistakes.extend(described(catalogue, rule));
        let Some(table) = columns::table(&rule.table) else {
            let message = format!("{} : table inconnue « {} »", rule.name(), rule.table);
            let known = columns::tables().iter().map(|table| table.nom.as_str());
            let hint = match nearest(&rule.table, known.clone()) {
                Some(near) => format!("la plus proche est « {near} »"),
                None => format!("connues : {}", known.collect::<Vec<_>>().join(", ")),
            };
            mistakes.push(catalogue.mistake(rule.file, rule.offset, message).hint(hint));
            continue;
        };
        mistakes.extend(named_columns(catalogue, rule, table));
        if rule.portee != Scope::File {
            match compile(rule, catalogue) {
                Ok(compiled) => mistakes.extend(mistyped(catalogue, &compiled, table)),
                Err(said) => mistakes.extend(said),
            }
        }
    }
    mistakes
}

/// A predicate that no table of these columns can compute: a text compared with a number.
fn mistyped(catalogue: &Catalogue, compiled: &Compiled<'_>, table: &KnownTable) -> Vec<Diagnostic> {
    let rule = compiled.rule;
    let columns = table
        .columns
        .iter()
        .map(|column| Column::new_empty(column.nom.as_str().into(), &polars_type(column.kind)))
        .collect();
    let Ok(empty) = DataFrame::new(0, columns) else {
        return Vec::new();
    };
    let predicates = [
        ("parmi", &rule.parmi, &compiled.parmi),
        ("anomalie", &rule.anomalie, &compiled.anomalie),
    ];
    let said = predicates.into_iter().filter_map(|(key, sql, expression)| {
        let computed = empty.clone().lazy().select([expression.clone().alias(key)]).collect();
        computed.err()?;
        let message = format!("{} : « {key} » ne peut être calculé sur la table {}", rule.name(), table.nom);
        let offset = sql.as_ref().map_or(rule.offset, SqlText::start);
        let types = compiled.columns.iter().filter_map(|name| table.column(name));
        let types: Vec<String> = types
            .map(|column| format!("{} ({})", column.nom, column.kind.label_fr()))
            .collect();
        let hint = format!(
            "comparer des valeurs de même nature : un texte s'écrit entre apostrophes ; {}",
            types.join(", ")
        );
        Some(catalogue.mistake(rule.file, offset, message).hint(hint))
    });
    said.collect()
}

fn duplicates(catalogue: &Catalogue) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<String, &Rule> = BTreeMap::new();
    let mut mistakes = Vec::new();
    for rule in &catalogue.regles {
        if let Some(first) = seen.insert(rule.name(), rule) {
            let there = catalogue.mistake(first.file, first.offset, "");
            let message = format!("identifiant déjà pris : {}", rule.name());
            let hint = format!("déclaré en {}:{}", there.file, there.line);
            mistakes.push(catalogue.mistake(rule.file, rule.offset, message).hint(hint));
        }
    }
    mistakes
}

/// What holds whatever the table.
fn described(catalogue: &Catalogue, rule: &Rule) -> Vec<Diagnostic> {
    let mut said = Vec::new();
    if rule.titre.trim().is_empty() {
        said.push("titre vide".to_owned());
    }
    if rule.source.trim().is_empty() {
        said.push("source vide : dire d'où vient la règle, ou « project-defined »".to_owned());
    }
    if !has_shape(&rule.id) {
        said.push(format!(
            "identifiant « {} » mal formé : attendu DOMAINE-LETTRESnn, comme RPU-X01",
            rule.id
        ));
    }
    if !(0.0..1.0).contains(&rule.seuil) {
        said.push(format!("seuil {} hors de [0, 1[ : c'est une part", rule.seuil));
    }
    let predicates = [("parmi", &rule.parmi), ("anomalie", &rule.anomalie)];
    for (key, sql) in predicates {
        match (sql, rule.portee == Scope::File) {
            (None, false) => said.push(format!("« {key} » est obligatoire")),
            (Some(_), true) => said.push(format!(
                "« {key} » n'a pas d'effet : une règle de portée file est jugée à l'entrée"
            )),
            _ => {}
        }
    }
    for name in rule.parametres.keys().filter(|name| *name != "item") {
        if !predicates
            .iter()
            .any(|(_, sql)| sql.as_ref().is_some_and(|sql| sql.names().contains(name.as_str())))
        {
            said.push(format!("paramètre « {name} » non utilisé"));
        }
    }
    said.into_iter()
        .map(|text| catalogue.mistake(rule.file, rule.offset, format!("{} : {text}", rule.name())))
        .collect()
}

fn named_columns(catalogue: &Catalogue, rule: &Rule, table: &KnownTable) -> Vec<Diagnostic> {
    let mut said = Vec::new();
    let voids = matches!(rule.effet, Effect::VoidField | Effect::VoidDerived);
    match &rule.cible {
        Some(cible) if !voids => said.push((format!("cible « {cible} » sans effet void_field ni void_derived"), None)),
        None if voids && rule.portee != Scope::File => {
            said.push(("l'effet demande une cible : la colonne à vider".to_owned(), None))
        }
        _ => {}
    }
    for name in rule.cible.iter().chain(&rule.marque).chain(&rule.champs) {
        let companion = format!("{name}_etat");
        if table.column(name).is_none() && table.column(&companion).is_none() {
            let near = nearest(name, table.columns.iter().map(|column| column.nom.as_str()));
            said.push((format!("colonne inconnue « {name} » dans la table {}", table.nom), near));
        }
    }
    said.into_iter()
        .map(|(text, near)| {
            let mistake = catalogue.mistake(rule.file, rule.offset, format!("{} : {text}", rule.name()));
            match near {
                Some(near) => mistake.hint(format!("la plus proche est « {near} »")),
                None => mistake,
            }
        })
        .collect()
}

/// `RPU-X01`: capitals, a dash, capitals, two or three digits.
fn has_shape(id: &str) -> bool {
    let Some((domain, rest)) = id.split_once('-') else {
        return false;
    };
    let letters = rest.trim_end_matches(|c: char| c.is_ascii_digit());
    let capitals = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase());
    capitals(domain) && capitals(letters) && (2..=3).contains(&(rest.len() - letters.len()))
}
