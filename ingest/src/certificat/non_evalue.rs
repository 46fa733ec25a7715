//! What a certificate cannot say: rules that ask for what is not there, and families that the reading of one file does not judge.

use std::sync::OnceLock;

use lake::delivery::{Delivery, Verdict};
use serde::{Deserialize, Serialize};

use super::History;
use crate::row_rules;

pub(super) const TEXT: &str = include_str!("../../certificat/non_evalue.toml");

/// Rules that were not evaluated, and never count as passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NonEvalue {
    pub regles: String,
    pub titre: String,
    pub pourquoi: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    tables: Vec<String>,
    /// Left out when the row rules of the table were judged: those that could not be are then named one by one.
    #[serde(default)]
    lignes: bool,
    regles: String,
    titre: String,
    pourquoi: String,
}

/// What was not evaluated of a delivery: `rules` by themselves, then what follows from the verdict, then the families of its table.
pub(super) fn of(delivery: &Delivery, rules: Vec<NonEvalue>, history: History) -> Vec<NonEvalue> {
    let mut found = rules;
    let line = |regles: &str, titre: &str, pourquoi: &str| NonEvalue {
        regles: regles.to_owned(),
        titre: titre.to_owned(),
        pourquoi: pourquoi.to_owned(),
    };
    if history == History::Unknown && delivery.verdict != Verdict::Refusee {
        found.push(line(
            "comptes",
            "Enregistrements ajoutés, remplacés, inchangés",
            "demande l'historique des envois",
        ));
    }
    match delivery.verdict {
        Verdict::DejaRecue => found.push(line(
            "tous",
            "Tous les autres contrôles",
            "le contenu a été jugé à sa première réception",
        )),
        Verdict::Refusee if delivery.counts.rows_read == 0 => {
            found.push(line(
                "tous",
                "Tous les autres contrôles",
                "le fichier est refusé avant d'être lu en entier",
            ));
        }
        _ => {
            let judged = delivery
                .findings
                .iter()
                .any(|finding| row_rules::rule(&delivery.table, &finding.rule).is_some());
            found.extend(families(&delivery.table, judged));
        }
    }
    found
}

fn families(table: &str, judged: bool) -> impl Iterator<Item = NonEvalue> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        famille: Vec<Family>,
    }
    static FAMILIES: OnceLock<Vec<Family>> = OnceLock::new();
    let families = FAMILIES.get_or_init(|| toml::from_str::<File>(TEXT).expect("the embedded families are valid").famille);
    families
        .iter()
        .filter(move |family| family.tables.is_empty() || family.tables.iter().any(|of| of == table))
        .filter(move |family| !(judged && family.lignes))
        .map(|family| NonEvalue {
            regles: family.regles.clone(),
            titre: family.titre.clone(),
            pourquoi: family.pourquoi.clone(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_named_is_declared() {
        for table in lake::table::tables() {
            assert!(families(&table.nom, false).count() >= 1, "{}", table.nom);
        }
        let file: toml::Table = TEXT.parse().unwrap();
        for family in file["famille"].as_array().unwrap() {
            for table in family["tables"].as_array().unwrap() {
                assert!(lake::table::table(table.as_str().unwrap()).is_some(), "{table}");
            }
        }
    }
}
