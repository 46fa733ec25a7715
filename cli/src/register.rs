//! A register: a CSV file that people keep by hand (comma or semicolon, UTF-8), read with the place of each cell so that a
//! mistake is said where it is. Knows nothing of what its columns mean.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{CommandError, Doing, Result};
use crate::nearest::nearest;

/// The columns that a register may have.
pub struct Form {
    /// « paramètres des sites », after « lecture des ».
    pub what: &'static str,
    pub columns: &'static [&'static str],
    pub needed: &'static [&'static str],
}

/// One row: its cells that are not empty, and where every column stands.
#[derive(Debug)]
pub struct Row {
    label: String,
    line: usize,
    cells: BTreeMap<&'static str, (usize, String)>,
}

pub fn read(file: &Path, form: &Form) -> Result<Vec<Row>> {
    let bytes = std::fs::read(file)
        .doing(format!("lecture des {} {}", form.what, file.display()))
        .map_err(|error| {
            error.hint(format!(
                "mettre à cet endroit un fichier d'en-tête {}",
                form.columns.join(",")
            ))
        })?;
    let label = file.display().to_string();
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        CommandError::work(format!("{label}:{} : ce n'est pas de l'UTF-8", line + 1))
            .hint("enregistrer le fichier en « CSV UTF-8 »")
    })?;
    parse(&text, &label, form)
}

/// Reads `text`, called `label` in messages. Empty lines and those that begin with `#` are comments.
pub fn parse(text: &str, label: &str, form: &Form) -> Result<Vec<Row>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = (1..).zip(text.lines());
    let mut lines = lines
        .by_ref()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let (first, header) = lines.next().unwrap_or((1, ""));
    let separator = if header.contains(';') { ';' } else { ',' };
    let columns = columns(header, separator, &format!("{label}:{first}"), form)?;
    let mut rows = Vec::new();
    for (line, content) in lines {
        let cells = split(content, separator);
        if cells.len() != columns.len() {
            let end = content.chars().count() + 1;
            let (found, wanted) = (cells.len(), columns.len());
            return Err(
                CommandError::work(format!("{label}:{line}:{end} : {found} colonnes, {wanted} attendues"))
                    .hint("un texte qui contient le séparateur s'écrit entre guillemets"),
            );
        }
        let row = Row {
            label: label.to_owned(),
            line,
            cells: columns.iter().copied().zip(cells).collect(),
        };
        for name in form.needed {
            if row.text(name).is_none() {
                return Err(row.wrong(name, "cellule vide"));
            }
        }
        rows.push(row);
    }
    Ok(rows)
}

fn columns(header: &str, separator: char, place: &str, form: &Form) -> Result<Vec<&'static str>> {
    let mut columns = Vec::new();
    for (at, name) in split(header, separator) {
        let Some(known) = form.columns.iter().find(|known| **known == name) else {
            let unknown = CommandError::work(format!("{place}:{at} : colonne inconnue « {name} »"));
            return Err(match nearest(&name, form.columns.iter().copied()) {
                Some(near) => unknown.hint(format!("le nom connu le plus proche est « {near} »")),
                None => unknown.hint(format!("colonnes connues : {}", form.columns.join(", "))),
            });
        };
        if columns.contains(known) {
            return Err(CommandError::work(format!(
                "{place}:{at} : colonne « {name} » écrite deux fois"
            )));
        }
        columns.push(*known);
    }
    match form.needed.iter().find(|needed| !columns.contains(needed)) {
        None => Ok(columns),
        Some(missing) => Err(CommandError::work(format!("{place}:1 : il manque la colonne « {missing} »"))
            .hint(format!("colonnes connues : {}", form.columns.join(", ")))),
    }
}

/// Cells of a line, trimmed, each with its column of the file, from 1. A quoted cell may hold the separator.
fn split(line: &str, separator: char) -> Vec<(usize, String)> {
    let mut cells = vec![(1, String::new())];
    let mut quoted = false;
    for (rank, character) in line.chars().enumerate() {
        match character {
            '"' => quoted = !quoted,
            _ if character == separator && !quoted => cells.push((rank + 2, String::new())),
            _ => cells.last_mut().expect("a line has a cell").1.push(character),
        }
    }
    cells.into_iter().map(|(at, cell)| (at, cell.trim().to_owned())).collect()
}

impl Row {
    /// The text of a cell; none when it is empty, or the register has no such column.
    pub fn text(&self, column: &str) -> Option<&str> {
        self.cells
            .get(column)
            .map(|(_, text)| text.as_str())
            .filter(|text| !text.is_empty())
    }

    /// The value of a cell that is not empty.
    pub fn value<T>(&self, column: &str, read: impl Fn(&str) -> std::result::Result<T, String>) -> Result<Option<T>> {
        let value = self.text(column).map(read).transpose();
        value.map_err(|reason| self.wrong(column, reason))
    }

    /// « sites.csv:3:12 : jours_attendus : … ».
    pub fn wrong(&self, column: &str, reason: impl std::fmt::Display) -> CommandError {
        let at = self.cells.get(column).map_or(1, |(at, _)| *at);
        CommandError::work(format!("{}:{}:{at} : {column} : {reason}", self.label, self.line))
    }

    pub fn line(&self) -> usize {
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: Form = Form {
        what: "essais",
        columns: &["finess", "du", "note"],
        needed: &["finess"],
    };

    fn refusal(text: &str) -> String {
        parse(text, "r.csv", &FORM).unwrap_err().render()
    }

    #[test]
    fn cells_are_read_under_their_names_with_commas_or_semicolons() {
        for text in [
            "\u{feff}# registre\nnote,finess\n\"a, b\",1\n",
            "note;finess\r\n\r\na, b;1\r\n",
        ] {
            let rows = parse(text, "r.csv", &FORM).unwrap();
            assert_eq!((rows[0].text("note"), rows[0].text("finess")), (Some("a, b"), Some("1")));
            assert_eq!(rows[0].text("du"), None);
        }
    }

    #[test]
    fn an_unknown_column_suggests_the_nearest() {
        assert_eq!(
            refusal("finess,nte\n"),
            "Erreur : r.csv:1:8 : colonne inconnue « nte »\nConseil : le nom connu le plus proche est « note »\n"
        );
        assert!(refusal("note\n").starts_with("Erreur : r.csv:1:1 : il manque la colonne « finess »"));
        assert!(refusal("finess,finess\n").contains("r.csv:1:8 : colonne « finess » écrite deux fois"));
    }

    #[test]
    fn a_mistake_is_placed_by_line_and_column() {
        assert!(refusal("finess,du\n1\n").contains("r.csv:2:2 : 1 colonnes, 2 attendues"));
        assert!(refusal("note,finess\né,\n").contains("r.csv:2:3 : finess : cellule vide"));
        let rows = parse("note,finess,du\né,1,hier\n", "r.csv", &FORM).unwrap();
        let wrong = rows[0].value("du", crate::written::day).unwrap_err();
        assert_eq!(wrong.message, "r.csv:2:5 : du : un jour s'écrit AAAA-MM-JJ");
    }
}
