//! The registry of indicators, tested as data: what `oru catalogue check` says of them.

mod words;

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::native::{COUNTED, FUNCTIONS};
use super::request::Kind;
use super::sources::can_count;
use super::{Formula, Indicator, LEVELS};
use crate::catalogue::columns::{self, KnownTable};
use crate::catalogue::sql::{self, Nature};
use crate::catalogue::{Catalogue, Declared, Diagnostic, nearest};
use crate::rules::Scope;

/// Every mistake in the indicators, populations, dimensions and grains of a catalogue.
pub fn check(catalogue: &Catalogue) -> Vec<Diagnostic> {
    let mut mistakes = duplicates(catalogue);
    mistakes.extend(too_many_populations(catalogue));
    for declared in &catalogue.indicateurs {
        mistakes.extend(named(catalogue, declared));
        mistakes.extend(words::described(catalogue, declared));
        mistakes.extend(expressions(catalogue, declared));
    }
    mistakes.extend(filters(catalogue));
    mistakes.extend(grains(catalogue));
    mistakes
}

fn duplicates(catalogue: &Catalogue) -> Vec<Diagnostic> {
    fn of<T>(catalogue: &Catalogue, rows: &[Declared<T>], id: impl Fn(&T) -> &str) -> Vec<Diagnostic> {
        let mut seen = BTreeMap::new();
        let mut mistakes = Vec::new();
        for row in rows {
            if let Some(first) = seen.insert(id(&row.what).to_owned(), row) {
                let there = catalogue.mistake(first.file, first.offset, "");
                let message = format!("identifiant déjà pris : {}", id(&row.what));
                let hint = format!("déclaré en {}:{}", there.file, there.line);
                mistakes.push(catalogue.mistake(row.file, row.offset, message).hint(hint));
            }
        }
        mistakes
    }
    let mut mistakes = of(catalogue, &catalogue.indicateurs, |row| &row.id);
    mistakes.extend(of(catalogue, &catalogue.populations, |row| &row.id));
    mistakes.extend(of(catalogue, &catalogue.dimensions, |row| &row.id));
    mistakes.extend(of(catalogue, &catalogue.grains, |row| &row.id));
    mistakes
}

/// Populations that one pass can count: a record's are one bit each.
const POPULATIONS: usize = u64::BITS as usize;

fn too_many_populations(catalogue: &Catalogue) -> Option<Diagnostic> {
    let row = catalogue.populations.get(POPULATIONS)?;
    let message = format!("{} : une population de trop, {POPULATIONS} au plus", row.what.id);
    Some(
        catalogue
            .mistake(row.file, row.offset, message)
            .hint("retirer une population, ou en faire une dimension"),
    )
}

/// What a row names must be declared.
fn named(catalogue: &Catalogue, declared: &Declared<Indicator>) -> Vec<Diagnostic> {
    let indicator = &declared.what;
    let mut mistakes = Vec::new();
    let mut known = |what: &str, name: &str, names: Vec<&str>| {
        if !names.contains(&name) {
            let message = format!("{} : {what} « {name} » inconnu(e)", indicator.id);
            let mistake = catalogue.mistake(declared.file, place(catalogue, declared, name), message);
            mistakes.push(match nearest(name, names.iter().copied()) {
                Some(near) => mistake.hint(format!("le plus proche est « {near} »")),
                None => mistake.hint(format!("connus : {}", names.join(", "))),
            });
        }
    };
    for grain in &indicator.grains {
        known(
            "grain",
            grain,
            catalogue.grains.iter().map(|row| row.what.id.as_str()).collect(),
        );
    }
    for dimension in indicator.ventilations.iter().flatten().chain(indicator.strates()) {
        let names = catalogue.dimensions.iter().map(|row| row.what.id.as_str()).collect();
        known("dimension", dimension, names);
    }
    if let Some(parts) = &indicator.parts {
        let names = catalogue.dimensions.iter().map(|row| row.what.id.as_str()).collect();
        known("dimension", &parts.dimension, names);
        let dimension = catalogue.dimensions.iter().find(|row| row.what.id == parts.dimension);
        let categories = dimension.map(|row| row.what.categories()).unwrap_or_default();
        let lists = [&parts.modalites, &parts.denominateur, &parts.exclus];
        for category in lists.into_iter().flatten() {
            known(
                "modalité",
                category,
                categories.iter().map(|(code, _)| code.as_str()).collect(),
            );
        }
    }
    for other in indicator.depends_on().iter().chain(&indicator.masque_avec) {
        let names = catalogue.indicateurs.iter().map(|row| row.what.id.as_str()).collect();
        known("indicateur", other, names);
    }
    match &indicator.formule {
        Formula::Native { fonction, .. } => {
            let functions = FUNCTIONS.iter().map(|(name, _)| *name);
            let names = functions.chain(COUNTED.iter().map(|(name, _)| *name));
            known("fonction", fonction, names.collect());
        }
        Formula::Rule { regle, .. } => {
            known("règle", regle, catalogue.regles.iter().map(|rule| rule.id.as_str()).collect());
        }
        Formula::Reduce { sur, .. } => known("période", sur, Kind::ALL.map(Kind::as_str).to_vec()),
        _ => {}
    }
    mistakes
}

fn expressions(catalogue: &Catalogue, declared: &Declared<Indicator>) -> Vec<Diagnostic> {
    let indicator = &declared.what;
    let Some(table) = columns::table(match &indicator.formule {
        Formula::Rule { .. } => "rpu",
        _ => indicator.table(),
    }) else {
        let message = format!("{} : table inconnue « {} »", indicator.id, indicator.table);
        return vec![catalogue.mistake(declared.file, declared.offset, message)];
    };
    if !can_count(&table.nom) {
        let message = format!("{} : la table « {} » ne se compte pas", indicator.id, table.nom);
        let hint = "un indicateur lit une table d'enregistrements ; un constat se reprend par une formule « rule »";
        return vec![
            catalogue
                .mistake(declared.file, place(catalogue, declared, &table.nom), message)
                .hint(hint),
        ];
    }
    let dimension = indicator.ventilations.iter().flatten().next();
    let dim = dimension
        .and_then(|id| catalogue.dimensions.iter().find(|row| row.what.id == *id))
        .map_or("NULL", |row| row.what.expression.as_str());
    let mut mistakes = unreadable_populations(catalogue, declared, table);
    for (key, text) in indicator.expressions() {
        let is_predicate = !matches!(key, "expression" | "somme");
        let start = place(catalogue, declared, text);
        let written = text.replace("{dim}", dim);
        let moved = written != text;
        for problem in read(&written, table, is_predicate) {
            let offset = start + if moved { 0 } else { problem.offset };
            let message = format!("{} ({key}) : {}", indicator.id, problem.message);
            let mut mistake = catalogue.mistake(declared.file, offset, message);
            mistake.hint = problem.hint;
            mistakes.push(mistake);
        }
    }
    mistakes
}

/// The populations of the grains of an indicator are filters over its own table.
fn unreadable_populations(catalogue: &Catalogue, declared: &Declared<Indicator>, table: &KnownTable) -> Vec<Diagnostic> {
    let mut mistakes = Vec::new();
    for id in &declared.what.grains {
        let Some(grain) = catalogue.grains.iter().find(|row| row.what.id == *id) else {
            continue;
        };
        let populations = catalogue.populations.iter().map(|row| &row.what);
        for population in populations.filter(|population| grain.what.populations.contains(&population.id)) {
            if !read(&population.expression, table, true).is_empty() {
                let message = format!(
                    "{} : la population « {} » du grain « {id} » ne se lit pas dans la table {}",
                    declared.what.id, population.id, table.nom
                );
                let hint = "choisir un grain dont les populations portent sur cette table : « collecte » n'a que « tous »";
                mistakes.push(
                    catalogue
                        .mistake(declared.file, place(catalogue, declared, id), message)
                        .hint(hint),
                );
            }
        }
    }
    mistakes
}

/// Populations are read over the passages here, and with each indicator over its table; dimensions over every table they are
/// used with.
fn filters(catalogue: &Catalogue) -> Vec<Diagnostic> {
    let mut mistakes = Vec::new();
    let mut check = |file: usize, offset: usize, id: &str, text: &str, table: &KnownTable, is_predicate: bool| {
        for problem in read(text, table, is_predicate) {
            let start = offset + catalogue.files[file].1[offset..].find(text).unwrap_or(0);
            let message = format!("{id} : {}", problem.message);
            let mut mistake = catalogue.mistake(file, start + problem.offset, message);
            mistake.hint = problem.hint;
            mistakes.push(mistake);
        }
    };
    let rpu = columns::table("rpu").expect("the table is declared in lake");
    for row in &catalogue.populations {
        check(row.file, row.offset, &row.what.id, &row.what.expression, rpu, true);
    }
    for row in &catalogue.dimensions {
        let dimension = &row.what;
        for table in tables_of(catalogue, &dimension.id).unwrap_or_else(|| ["rpu"].into()) {
            let table = columns::table(table).unwrap_or(rpu);
            check(row.file, row.offset, &dimension.id, &dimension.expression, table, false);
        }
    }
    mistakes
}

/// The tables of the indicators broken down by a dimension; nothing when there is no such indicator. The clause of a rule is not
/// a column.
fn tables_of<'a>(catalogue: &'a Catalogue, dimension: &str) -> Option<BTreeSet<&'a str>> {
    let uses = |indicator: &&Indicator| {
        let named = indicator.ventilations.iter().flatten().chain(indicator.strates());
        named.into_iter().any(|id| id == dimension)
    };
    let mut users = catalogue.indicateurs.iter().map(|row| &row.what).filter(uses).peekable();
    users.peek()?;
    let counted = users.filter(|indicator| !matches!(indicator.formule, Formula::Rule { .. }));
    Some(counted.map(Indicator::table).collect())
}

fn grains(catalogue: &Catalogue) -> Vec<Diagnostic> {
    let mut mistakes = Vec::new();
    for row in &catalogue.grains {
        let grain = &row.what;
        let populations: Vec<&str> = catalogue.populations.iter().map(|row| row.what.id.as_str()).collect();
        let kinds = Kind::ALL.map(Kind::as_str);
        let lists = [
            ("niveau", &grain.niveaux, LEVELS.to_vec()),
            ("période", &grain.periodes, kinds.to_vec()),
            ("population", &grain.populations, populations),
            ("périmètre", &grain.perimetres, vec!["tous", "constant"]),
        ];
        for (what, names, known) in lists {
            for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
                let message = format!("{} : {what} « {name} » inconnu(e)", grain.id);
                let hint = format!("connus : {}", known.join(", "));
                mistakes.push(catalogue.mistake(row.file, row.offset, message).hint(hint));
            }
        }
    }
    mistakes
}

fn read(text: &str, table: &KnownTable, is_predicate: bool) -> Vec<sql::Problem> {
    let expression = match sql::expression(text, table, Nature::Row) {
        Ok(expression) => expression,
        Err(problems) => return problems,
    };
    let schema = DataFrame::empty_with_schema(&table.schema())
        .lazy()
        .select([expression.alias("x")])
        .collect_schema();
    let is_boolean = schema.is_ok_and(|schema| schema.get("x") == Some(&DataType::Boolean));
    if is_predicate && !is_boolean {
        return vec![sql::Problem {
            offset: 0,
            message: "une condition est attendue : l'expression ne vaut pas vrai ou faux".to_owned(),
            hint: None,
        }];
    }
    Vec::new()
}

/// Whether a rule is counted record by record, with the indicators, or read from its findings.
pub fn is_counted(rule: &crate::rules::Rule) -> bool {
    rule.portee == Scope::Row && rule.table == "rpu"
}

/// Byte offset of a text within its row.
fn place(catalogue: &Catalogue, declared: &Declared<Indicator>, text: &str) -> usize {
    let content = &catalogue.files[declared.file].1[declared.offset..];
    let quoted = content.find(&format!("\"{text}\"")).map(|start| start + 1);
    declared.offset + quoted.or_else(|| content.find(text)).unwrap_or(0)
}
