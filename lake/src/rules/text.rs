//! The SQL of a rule as written, with its parameters: `{duree_max_min}` is replaced by a literal, and a place in the result
//! is still a place in the file.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

/// Value of a parameter.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Parameter {
    Integer(i64),
    Number(f64),
    Text(String),
    Texts(Vec<String>),
    /// Name of a column, written without quotes: the `{item}` of `pour_chaque`.
    #[serde(skip)]
    Name(String),
}

impl Parameter {
    fn sql(&self) -> String {
        let quoted = |text: &String| format!("'{}'", text.replace('\'', "''"));
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => quoted(text),
            Self::Texts(texts) => texts.iter().map(quoted).collect::<Vec<_>>().join(", "),
            Self::Name(name) => name.clone(),
        }
    }
}

/// An expression as written.
#[derive(Debug, Clone)]
pub struct SqlText {
    pub template: String,
    /// Byte offset in the file of the first character of the template.
    offset: usize,
}

/// An expression with its parameters put in.
#[derive(Debug, Clone)]
pub struct Filled {
    pub sql: String,
    /// (offset in `sql`, offset in the template) of the start of each stretch copied or replaced.
    stretches: Vec<(usize, usize, bool)>,
    file_offset: usize,
}

impl SqlText {
    /// Locates the content of a TOML string in the text of its file.
    pub fn new(written: &Spanned<String>, text: &str) -> SqlText {
        let span = written.span();
        let raw = &text[span.clone()];
        let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") {
            3
        } else {
            1
        };
        let newline = if quotes == 3 && raw[3..].starts_with('\n') { 1 } else { 0 };
        SqlText {
            template: written.get_ref().clone(),
            offset: span.start + quotes + newline,
        }
    }

    /// Text that no file holds as it is: its places are those of what it was made from.
    pub fn made(template: String, offset: usize) -> SqlText {
        SqlText { template, offset }
    }

    /// Names between braces.
    pub fn names(&self) -> BTreeSet<&str> {
        pieces(&self.template)
            .filter_map(|(_, piece)| piece.strip_prefix('{')?.strip_suffix('}'))
            .collect()
    }

    /// Byte offset in the file of its first character.
    pub fn start(&self) -> usize {
        self.offset
    }

    /// Byte offset in the file of the first use of a name.
    pub fn place_of(&self, name: &str) -> usize {
        self.offset + self.template.find(&format!("{{{name}}}")).unwrap_or(0)
    }

    /// Puts the parameters in. An unknown name is left as it is: the reading of the expression will point at it.
    pub fn fill(&self, parameters: &BTreeMap<String, Parameter>) -> Filled {
        let mut sql = String::new();
        let mut stretches = Vec::new();
        for (offset, piece) in pieces(&self.template) {
            let value = piece
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'))
                .and_then(|name| parameters.get(name));
            stretches.push((sql.len(), offset, value.is_none()));
            match value {
                Some(value) => sql.push_str(&value.sql()),
                None => sql.push_str(piece),
            }
        }
        Filled {
            sql,
            stretches,
            file_offset: self.offset,
        }
    }
}

impl Filled {
    /// Byte offset in the file of a byte offset in the SQL.
    pub fn place(&self, offset: usize) -> usize {
        let stretch = self.stretches.iter().rev().find(|(start, ..)| *start <= offset);
        let (start, template, copied) = stretch.copied().unwrap_or_default();
        self.file_offset + template + if copied { offset - start } else { 0 }
    }
}

/// The template cut into plain stretches and `{name}`, each with its offset.
fn pieces(template: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut cuts = vec![0];
    for (index, byte) in template.bytes().enumerate() {
        match byte {
            b'{' => cuts.push(index),
            b'}' => cuts.push(index + 1),
            _ => {}
        }
    }
    cuts.push(template.len());
    let pairs: Vec<_> = cuts.windows(2).map(|pair| (pair[0], pair[1])).collect();
    pairs
        .into_iter()
        .filter(|(start, end)| start < end)
        .map(move |(start, end)| (start, &template[start..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Row {
        anomalie: Spanned<String>,
    }

    #[test]
    fn a_place_in_the_sql_is_a_place_in_the_file() {
        let body = "# é\nanomalie = \"\"\"\n  duree > {max} AND agee < 1\"\"\"\n";
        let row: Row = toml::from_str(body).unwrap();
        let text = SqlText::new(&row.anomalie, body);
        assert_eq!(text.names().into_iter().collect::<Vec<_>>(), ["max"]);
        let filled = text.fill(&BTreeMap::from([("max".to_owned(), Parameter::Integer(4320))]));
        assert_eq!(filled.sql, "  duree > 4320 AND agee < 1");
        assert!(body[filled.place(filled.sql.find("agee").unwrap())..].starts_with("agee < 1"));
        assert!(body[filled.place(filled.sql.find("4320").unwrap())..].starts_with("{max}"));
        assert!(body[filled.place(2)..].starts_with("duree"));
    }

    #[test]
    fn lists_and_quotes() {
        let row: Row = toml::from_str("anomalie = \"orient IN ({exclus})\"").unwrap();
        let text = SqlText::new(&row.anomalie, "anomalie = \"orient IN ({exclus})\"");
        let exclus = Parameter::Texts(vec!["FUGUE".into(), "l'un".into()]);
        assert_eq!(
            text.fill(&BTreeMap::from([("exclus".to_owned(), exclus)])).sql,
            "orient IN ('FUGUE', 'l''un')"
        );
    }
}
