//! Expected values: a column and the list of what it may hold, declared as such. Each is a rule like the others.

use std::collections::BTreeMap;

use lake::finding::Effect;
use lake::rules::{Applied, Category, Rule, Scope, SqlText};
use serde::Deserialize;
use toml::Spanned;

/// A row of `[[valeurs]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValuesRow {
    pub id: Spanned<String>,
    #[serde(default)]
    titre: String,
    table: String,
    colonne: String,
    /// What the column may hold.
    #[serde(default)]
    attendues: Vec<String>,
    /// Or the name of a code list (`oru list kinds`, `docs/reference/colonnes.md`): its codes.
    liste: Option<Spanned<String>>,
    source: String,
}

impl ValuesRow {
    /// The rule of a row; the name of its list, with its place, when no list has that name.
    pub fn rule(self, file: usize) -> Result<Rule, (String, usize)> {
        let mut expected = self.attendues;
        if let Some(list) = &self.liste {
            let known = lake::code_list::code_list(list.get_ref());
            let known = known.ok_or_else(|| (list.get_ref().clone(), list.span().start))?;
            expected.extend(known.codes.iter().map(|row| row.code.clone()));
        }
        let offset = self.id.span().start;
        let quoted: Vec<String> = expected
            .iter()
            .map(|value| format!("'{}'", value.replace('\'', "''")))
            .collect();
        let column = &self.colonne;
        let anomaly = match quoted.is_empty() {
            // A column that may hold nothing: an empty list is not SQL.
            true => "TRUE".to_owned(),
            false => format!("{column} NOT IN ({})", quoted.join(", ")),
        };
        Ok(Rule {
            id: self.id.into_inner(),
            clause: String::new(),
            titre: match self.titre.is_empty() {
                true => format!("{} : valeur inattendue", column.to_uppercase()),
                false => self.titre,
            },
            parmi: Some(SqlText::made(format!("{column} IS NOT NULL"), offset)),
            anomalie: Some(SqlText::made(anomaly, offset)),
            champs: vec![self.colonne],
            table: self.table,
            categorie: Category::Conformance,
            portee: Scope::Row,
            effet: Effect::Flag,
            cible: None,
            etat: None,
            marque: None,
            applique: Applied::Transform,
            source: self.source,
            correction: String::new(),
            consequence: String::new(),
            suite_de: Vec::new(),
            parametres: BTreeMap::new(),
            silence: false,
            seuil: 0.0,
            file,
            offset,
        })
    }
}
