//! What the returns declare: their items (`retour/champs.toml`), and how to correct what the rules find (`retour/corriger.toml`).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use lake::table::{Column, Table};
use serde::Deserialize;

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    pub colonne: String,
    /// Names of the rules that count the item.
    pub rempli: Option<String>,
    pub conforme: Option<String>,
    #[serde(default)]
    pub attendu: String,
    pub valeurs: Option<Nature>,
}

/// What the values of an item are, when they are codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Nature {
    Liste,
    Cim10,
    Ccam,
}

impl Item {
    pub fn column(&self) -> Option<&'static Column> {
        rpu()
            .column(&self.colonne)
            .or_else(|| rpu().column(&format!("{}_etat", self.colonne)))
    }

    /// Name in the national format.
    pub fn tag(&self) -> String {
        let tag = self.column().and_then(|column| column.tag.clone());
        tag.unwrap_or_else(|| self.colonne.to_uppercase())
    }
}

pub fn rpu() -> &'static Table {
    lake::table::table(super::RPU).expect("the table of passages is declared in lake")
}

pub fn items() -> &'static [Item] {
    #[derive(Deserialize)]
    struct File {
        champ: Vec<Item>,
    }
    static ITEMS: OnceLock<Vec<Item>> = OnceLock::new();
    ITEMS.get_or_init(|| {
        let file: File = toml::from_str(include_str!("../../retour/champs.toml")).expect("the embedded list is valid");
        file.champ
    })
}

/// By rule judged on the lake: how the sender corrects, and what it breaks.
pub fn corrections() -> BTreeMap<String, (String, String)> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row {
        regles: Vec<String>,
        correction: String,
        consequence: String,
    }
    #[derive(Deserialize)]
    struct File {
        regle: Vec<Row>,
    }
    let file: File = toml::from_str(include_str!("../../retour/corriger.toml")).expect("the embedded list is valid");
    let rows = file.regle.into_iter().flat_map(|row| {
        let text = (row.correction, row.consequence);
        row.regles.into_iter().map(move |rule| (rule, text.clone()))
    });
    rows.collect()
}
