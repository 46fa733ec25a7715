//! Rules of the domain documents that are not written yet, each with its reason.

use serde::Deserialize;

#[derive(Deserialize)]
struct Content {
    regle: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    raison: String,
}

/// (identifier, French reason).
pub fn not_yet() -> Vec<(String, String)> {
    let content: Content = toml::from_str(include_str!("../../rules/pas_encore.toml")).expect("the embedded list is valid");
    content.regle.into_iter().map(|row| (row.id, row.raison)).collect()
}
