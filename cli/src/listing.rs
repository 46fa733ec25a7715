//! A small table for the terminal, or the same as JSON or CSV: what `oru list` prints. The JSON form is described by
//! `docs/schemas/liste.json`.

use serde_json::{Value, json};

/// Version of the JSON form; changes when a reader would have to.
pub const VERSION: u32 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    Text,
    Json,
    /// Séparé par des points-virgules, avec toutes les colonnes : s'ouvre dans un tableur
    Csv,
}

/// Rows under named columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    nom: &'static str,
    columns: &'static [&'static str],
    /// Columns that the text form shows; all when empty.
    shown: &'static [&'static str],
    rows: Vec<Vec<Value>>,
}

impl Listing {
    pub fn new(nom: &'static str, columns: &'static [&'static str]) -> Listing {
        Listing {
            nom,
            columns,
            shown: &[],
            rows: Vec::new(),
        }
    }

    /// Shows these columns only in the text form, which must fit on a screen.
    pub fn showing(mut self, columns: &'static [&'static str]) -> Listing {
        self.shown = columns;
        self
    }

    /// Adds a row; it must have one value a column.
    pub fn push<const N: usize>(&mut self, row: [Value; N]) {
        debug_assert_eq!(N, self.columns.len(), "{}", self.nom);
        self.rows.push(row.into());
    }

    pub fn render(&self, form: Form) -> String {
        match form {
            Form::Text => self.text(),
            Form::Json => self.json(),
            Form::Csv => self.csv(),
        }
    }

    fn json(&self) -> String {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                Value::Object(
                    self.columns
                        .iter()
                        .map(|name| (*name).to_owned())
                        .zip(row.iter().cloned())
                        .collect(),
                )
            })
            .collect();
        let whole = json!({ "version": VERSION, "liste": self.nom, "lignes": rows });
        format!("{whole:#}\n")
    }

    /// UTF-8 with its mark, semicolons: what a French spreadsheet opens by a double click. A text that a sender chose, the name of a
    /// file for one, may not start a formula.
    fn csv(&self) -> String {
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::from("\u{feff}"));
        let rows = self.rows.iter().map(|row| row.iter().map(text_only).collect::<Vec<_>>());
        let header = self.columns.iter().map(|name| (*name).to_owned()).collect();
        for row in std::iter::once(header).chain(rows) {
            writer
                .write_record(row)
                .expect("memory is always writable and rows have one width");
        }
        let bytes = writer.into_inner().expect("memory is always writable");
        String::from_utf8(bytes).expect("cells are text")
    }

    fn text(&self) -> String {
        let is_shown = |name: &&str| self.shown.is_empty() || self.shown.contains(name);
        let kept: Vec<usize> = (0..self.columns.len())
            .filter(|&rank| is_shown(&self.columns[rank]))
            .collect();
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| kept.iter().map(|&rank| cell(&row[rank])).collect())
            .collect();
        let header: Vec<String> = kept.iter().map(|&rank| self.columns[rank].to_owned()).collect();
        let mut widths: Vec<usize> = header.iter().map(|name| name.chars().count()).collect();
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut text = String::new();
        for row in std::iter::once(&header).chain(&rows) {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(&format!("{cell:<width$}  "));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

fn text_only(value: &Value) -> String {
    match value {
        Value::String(_) => reports::files::guard(&cell(value)),
        other => cell(other),
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.replace(['\n', '\r', '\t'], " "),
        Value::Bool(true) => "oui".to_owned(),
        Value::Bool(false) => "non".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing() -> Listing {
        let mut listing = Listing::new("essai", &["id", "titre", "n"]);
        listing.push([json!("A"), json!("été"), json!(12)]);
        listing.push([json!("BB"), Value::Null, json!(3)]);
        listing
    }

    #[test]
    fn columns_are_aligned_by_characters() {
        assert_eq!(listing().render(Form::Text), "id  titre  n\nA   été    12\nBB         3\n");
    }

    #[test]
    fn the_text_form_may_show_less() {
        assert_eq!(listing().showing(&["id", "n"]).render(Form::Text), "id  n\nA   12\nBB  3\n");
        assert!(listing().showing(&["id", "n"]).render(Form::Json).contains("titre"));
    }

    #[test]
    fn the_csv_form_opens_in_a_spreadsheet() {
        assert_eq!(listing().render(Form::Csv), "\u{feff}id;titre;n\nA;été;12\nBB;;3\n");
    }

    #[test]
    fn the_json_form_has_a_version() {
        let read: Value = serde_json::from_str(&listing().render(Form::Json)).unwrap();
        assert_eq!(read["version"], 1);
        assert_eq!(read["lignes"][1], json!({ "id": "BB", "titre": null, "n": 3 }));
    }
}
