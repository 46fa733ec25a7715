//! The method annex: one entry for each indicator, population, dimension and rule that the release uses.

use std::collections::BTreeSet;

use lake::figure::Figure;
use lake::finding::Finding;
use lake::release::CatalogueEntry;

use crate::Catalogue;
use crate::indicators::{Formula, Indicator};
use crate::rules::Rule;

/// Entries in the order of the catalogue: indicators, populations, dimensions, rules.
pub fn entries(catalogue: &Catalogue, figures: &[Figure], findings: &[Finding]) -> Vec<CatalogueEntry> {
    let used = |pick: fn(&Figure) -> &str| -> BTreeSet<&str> { figures.iter().map(pick).collect() };
    let indicators = used(|figure| &figure.indicator);
    let populations = used(|figure| &figure.population);
    let mut dimensions = used(|figure| &figure.dim);
    dimensions.extend(used(|figure| &figure.dim2));
    let rules: BTreeSet<(&str, &str)> = findings
        .iter()
        .map(|finding| (finding.rule.as_str(), finding.clause.as_str()))
        .collect();
    let mut entries: Vec<CatalogueEntry> = catalogue
        .indicateurs
        .iter()
        .map(|row| &row.what)
        .filter(|indicator| indicators.contains(indicator.id.as_str()))
        .map(|row| indicator(catalogue, row))
        .collect();
    for population in catalogue.populations.iter().map(|row| &row.what) {
        if populations.contains(population.id.as_str()) {
            entries.push(CatalogueEntry {
                id: population.id.clone(),
                nature: "population".to_owned(),
                titre: population.titre.clone(),
                sql: population.expression.clone(),
                source: population.source.clone(),
                ..CatalogueEntry::default()
            });
        }
    }
    for dimension in catalogue.dimensions.iter().map(|row| &row.what) {
        if dimensions.contains(dimension.name()) && dimension.nom.is_none() {
            entries.push(CatalogueEntry {
                id: dimension.id.clone(),
                nature: "dimension".to_owned(),
                titre: dimension.titre.clone(),
                sql: dimension.expression.clone(),
                source: dimension.source.clone(),
                modalites: match dimension.codes {
                    None => dimension.modalites.clone(),
                    Some(_) => Vec::new(),
                },
                ..CatalogueEntry::default()
            });
        }
    }
    let concerned = catalogue.regles.iter();
    entries.extend(
        concerned
            .filter(|row| rules.contains(&(row.id.as_str(), row.clause.as_str())))
            .map(rule),
    );
    entries
}

fn indicator(catalogue: &Catalogue, indicator: &Indicator) -> CatalogueEntry {
    CatalogueEntry {
        id: indicator.id.clone(),
        nature: "indicateur".to_owned(),
        titre: indicator.titre.clone(),
        unite: indicator.unite.clone(),
        chiffres: indicator.chiffres,
        sens: indicator.sens.clone(),
        formule: indicator.mots.clone(),
        sql: sql(catalogue, indicator),
        exclusions: indicator.exclusions.clone(),
        source: indicator.source.clone(),
        modalites: Vec::new(),
    }
}

/// The expressions as declared, key by key; those of the rule for a rule.
fn sql(catalogue: &Catalogue, indicator: &Indicator) -> String {
    let written: Vec<String> = match &indicator.formule {
        Formula::Rule { regle, clause, .. } => {
            let of_clause = |rule: &&Rule| rule.id == *regle && (clause.is_empty() || rule.clause == *clause);
            let judged: Vec<&Rule> = catalogue.regles.iter().filter(of_clause).collect();
            match judged.as_slice() {
                [rule] => vec![rule_sql(rule)],
                // A rule of several clauses gives one figure for each.
                rules => rules
                    .iter()
                    .map(|rule| format!("{} — {}", rule.clause, rule_sql(rule)))
                    .collect(),
            }
        }
        _ => indicator
            .expressions()
            .into_iter()
            .map(|(key, text)| format!("{key} : {text}"))
            .collect(),
    };
    written.join(" ; ")
}

fn rule(rule: &Rule) -> CatalogueEntry {
    CatalogueEntry {
        id: rule.name(),
        nature: "regle".to_owned(),
        titre: rule.titre.clone(),
        sql: rule_sql(rule),
        source: rule.source.clone(),
        ..CatalogueEntry::default()
    }
}

fn rule_sql(rule: &Rule) -> String {
    let filled = |text: &Option<crate::rules::SqlText>| text.as_ref().map(|text| text.fill(&rule.parametres).sql);
    match (filled(&rule.parmi), filled(&rule.anomalie)) {
        (Some(parmi), Some(anomalie)) => format!("parmi : {parmi} ; anomalie : {anomalie}"),
        _ => String::new(),
    }
}
