//! Errors that end a command. Two tiers: the user's (command line, configuration, disk: expected, with hints) and ours (a bug,
//! which says so). Messages are French fragments; none ever holds a patient's value.

use std::any::Any;
use std::fmt::Display;

use crate::exit;

/// Result of everything a command calls.
pub type Result<T> = std::result::Result<T, CommandError>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command line asks for something that does not exist or does not hold together.
    Usage,
    /// The work could not go on.
    Work,
    /// The program contradicts itself.
    Bug,
}

/// What happened, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandError {
    pub kind: Kind,
    pub message: String,
    pub hints: Vec<String>,
}

impl CommandError {
    pub fn usage(message: impl Display) -> CommandError {
        Self::new(Kind::Usage, message)
    }

    pub fn work(message: impl Display) -> CommandError {
        Self::new(Kind::Work, message)
    }

    pub fn bug(message: impl Display) -> CommandError {
        Self::new(Kind::Bug, message).hint("c'est une erreur du programme : signaler ce message et la commande qui l'a produit")
    }

    fn new(kind: Kind, message: impl Display) -> CommandError {
        CommandError {
            kind,
            message: message.to_string(),
            hints: Vec::new(),
        }
    }

    /// Adds what the user can do.
    pub fn hint(mut self, hint: impl Display) -> CommandError {
        self.hints.push(hint.to_string());
        self
    }

    /// « règle inconnue : « RPU-X99 » », with the nearest known name.
    pub fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> CommandError {
        let error = Self::usage(format!("{what} : « {name} »"));
        match crate::nearest::nearest(name, known) {
            Some(near) => error.hint(format!("vouliez-vous dire « {near} » ?")),
            None => error,
        }
    }

    pub fn code(&self) -> u8 {
        match self.kind {
            Kind::Usage => exit::USAGE,
            Kind::Work | Kind::Bug => exit::FAILED,
        }
    }

    /// As printed on stderr.
    pub fn render(&self) -> String {
        let title = if self.kind == Kind::Bug { "Erreur interne" } else { "Erreur" };
        let mut text = format!("{title} : {}\n", self.message);
        for hint in &self.hints {
            text.push_str(&format!("Conseil : {hint}\n"));
        }
        text
    }
}

/// Says what was being done when a lower error came up: `lire(…).doing("lecture de la clé")?`.
pub trait Doing<T> {
    fn doing(self, what: impl Display) -> Result<T>;
}

impl<T, E: Display + 'static> Doing<T> for std::result::Result<T, E> {
    fn doing(self, what: impl Display) -> Result<T> {
        self.map_err(|error| {
            let system = (&error as &dyn Any).downcast_ref::<std::io::Error>();
            let cause = system.map_or_else(|| error.to_string(), lake::system::french);
            CommandError::work(format!("{what} : {cause}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_stands_apart_from_what_happened() {
        let error = CommandError::unknown("règle inconnue", "RPU-X3", ["RPU-X03", "BED-C01"]);
        assert_eq!(
            error.render(),
            "Erreur : règle inconnue : « RPU-X3 »\nConseil : vouliez-vous dire « RPU-X03 » ?\n"
        );
        assert_eq!(error.code(), 2);
    }
}
