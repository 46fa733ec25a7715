//! What is wrong in a declaration, and where.

use std::fmt;

/// A mistake in a declaration file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong, in French.
    pub message: String,
    /// What to do, in French.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// Places a message at a byte offset of a file's text.
    pub fn at(file: &str, text: &str, offset: usize, message: impl Into<String>) -> Diagnostic {
        let before = &text[..floor_boundary(text, offset)];
        let line_start = before.rfind('\n').map_or(0, |index| index + 1);
        Diagnostic {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: message.into(),
            hint: None,
        }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        match &self.hint {
            Some(hint) => write!(formatter, " ({hint})"),
            None => Ok(()),
        }
    }
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_characters() {
        let text = "titre = \"été\"\nanomalie = \"age < 10\"\n";
        let offset = text.find("age").unwrap();
        let diagnostic = Diagnostic::at("mes_regles.toml", text, offset, "colonne inconnue").hint("essayez agee");
        assert_eq!(
            diagnostic.to_string(),
            "mes_regles.toml:2:13: colonne inconnue (essayez agee)"
        );
        assert_eq!(Diagnostic::at("f", text, text.find("té\"").unwrap(), "").column, 11);
    }
}
