//! The code lists and the reference tables that a delivery was judged against, each with its version.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use lake::code_list::{CodeList, code_list};
use lake::delivery::delivery_id;
use serde::{Deserialize, Serialize};

use crate::kinds::Kind;

pub(super) const TEXT: &str = include_str!("../../certificat/references.toml");

/// A list of codes, as it was when it judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Liste {
    pub nom: String,
    pub libelle: String,
    /// Edition that its source gives.
    pub version: String,
    /// Number of codes, when the list is that of a column.
    pub codes: Option<usize>,
    /// First characters of the hash of the file, likewise.
    pub empreinte: Option<String>,
}

/// A reference table that is no list of a column.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reference {
    tables: Vec<String>,
    nom: String,
    libelle: String,
    version: String,
}

/// The lists of the columns of a kind, then the references of its table.
pub(super) fn of(kind: &Kind) -> Vec<Liste> {
    let table = kind.table();
    let mut seen = BTreeSet::new();
    let mut lists = Vec::new();
    // What is computed here from other columns has codes too, that no sender writes.
    let received = table.colonnes.iter().filter(|column| column.etat || column.tag.is_some());
    for column in received {
        let Some(list) = column.codes.as_deref().and_then(code_list) else {
            continue;
        };
        if seen.insert(list.nom) {
            lists.push(Liste {
                nom: list.nom.to_owned(),
                libelle: column.libelle.clone(),
                version: edition(list),
                codes: Some(list.codes.len()),
                empreinte: lake::code_list::text(list.nom).map(|text| delivery_id(text.as_bytes())[..8].to_owned()),
            });
        }
    }
    let of_table = references().iter().filter(|reference| reference.tables.contains(&kind.table));
    lists.extend(of_table.map(|reference| Liste {
        nom: reference.nom.clone(),
        libelle: reference.libelle.clone(),
        version: reference.version.clone(),
        codes: None,
        empreinte: None,
    }));
    lists
}

/// The version of the format: the one that the file names, else the source of the declaration.
pub(super) fn version_of(kind: &Kind) -> String {
    match &kind.reconnaissance.schema_version {
        Some(named) => named.valeurs.join(" ou "),
        None => kind.source.clone(),
    }
}

/// What the rows of a list say of where they come from: one edition, or the first and how many more.
fn edition(list: &CodeList) -> String {
    let said = |row: &lake::code_list::Code| row.autres.get("version").or_else(|| row.autres.get("source")).cloned();
    let mut editions: Vec<String> = Vec::new();
    for edition in list.codes.iter().filter_map(said).filter(|edition| !edition.is_empty()) {
        if !editions.contains(&edition) {
            editions.push(edition);
        }
    }
    match &editions[..] {
        [] => "sans version déclarée".to_owned(),
        [one] => one.clone(),
        [first, others @ ..] => format!("{first} et {} autre(s)", others.len()),
    }
}

fn references() -> &'static [Reference] {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        reference: Vec<Reference>,
    }
    static REFERENCES: OnceLock<Vec<Reference>> = OnceLock::new();
    REFERENCES.get_or_init(|| {
        toml::from_str::<File>(TEXT)
            .expect("the embedded references are valid")
            .reference
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Kinds;

    #[test]
    fn the_lists_of_passages_have_their_edition() {
        let kinds = Kinds::embedded();
        let lists = of(kinds.get("rpu_oscour").unwrap());
        let sexe = lists.iter().find(|list| list.nom == "rpu_sexe").unwrap();
        assert_eq!((sexe.version.as_str(), sexe.codes), ("V2006", Some(3)));
        assert!(lists.iter().any(|list| list.nom == "cim10_codes"));
        assert_eq!(version_of(kinds.get("sejours").unwrap()), "BED-SEJ/1");
    }
}
