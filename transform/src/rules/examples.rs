//! The case files of the rules, `cases/rules/<ID>.csv`: small records with the verdict expected of each. Shipped with the program, so
//! that a rule can be read with an example each way; the tests hold each verdict true.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use super::Rule;

static CASES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/cases/rules");

/// One small record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// `anomalie`, `ok`, `non_juge` or `hors_champ`.
    pub verdict: String,
    /// Filled cells, by column.
    pub cells: BTreeMap<String, String>,
}

/// The examples of a rule, in the order of its file; none for a rule judged on files, or declared by a site.
pub fn examples(rule: &Rule) -> Vec<Example> {
    let text = CASES
        .get_file(format!("{}.csv", rule.id))
        .and_then(|file| file.contents_utf8());
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.unwrap_or_default().as_bytes());
    let headers = reader.headers().cloned().unwrap_or_default();
    let rows = reader.records().flatten();
    let examples = rows.map(|record| {
        let filled = headers.iter().zip(record.iter()).filter(|(_, cell)| !cell.is_empty());
        let mut cells: BTreeMap<String, String> = filled.map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect();
        let clause = cells.remove("clause").unwrap_or_default();
        let verdict = cells.remove("verdict").unwrap_or_default();
        (clause, Example { verdict, cells })
    });
    examples
        .filter(|(clause, _)| *clause == rule.clause)
        .map(|(_, example)| example)
        .collect()
}

impl Example {
    /// `sexe = M, age = 8`; « rien de renseigné » for an empty record.
    pub fn words(&self) -> String {
        let cells: Vec<String> = self.cells.iter().map(|(name, cell)| format!("{name} = {cell}")).collect();
        match cells.is_empty() {
            true => "rien de renseigné".to_owned(),
            false => cells.join(", "),
        }
    }
}

/// What a rule judged on files is about, in words: no record of the lake shows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct FileExample {
    pub regle: String,
    /// Kahn et al., 2016, for a rule that only the reading declares.
    pub categorie: String,
    pub conforme: String,
    pub anomalie: String,
}

/// The example of a rule judged on files, by its name.
pub fn file_example(name: &str) -> Option<FileExample> {
    let mut reader = csv::Reader::from_reader(include_str!("../../cases/fichiers.csv").as_bytes());
    let mut rows = reader.deserialize::<FileExample>().flatten();
    rows.find(|row| row.regle == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_its_own_examples() {
        let catalogue = crate::Catalogue::load(&[]).unwrap();
        let rule = |name: &str| catalogue.regles.iter().find(|rule| rule.name() == name).unwrap();
        let found = examples(rule("RPU-X05"));
        let said: Vec<&str> = found.iter().map(|example| example.verdict.as_str()).collect();
        assert!(said.contains(&"anomalie") && said.contains(&"ok"), "{said:?}");
        assert_eq!(examples(rule("RPU-F01")), []);
        assert!(
            examples(rule("SMUR-C25a"))
                .iter()
                .all(|example| !example.cells.contains_key("c25b"))
        );
    }
}
