//! Mistakes in TOML files, said in French where they are: « fichier:ligne:colonne : clé inconnue « racin » ».

use crate::error::CommandError;
use crate::nearest;

/// What is wrong in `text`, the content of the file called `label`; the nearest known name is a hint.
pub fn toml(error: &toml::de::Error, text: &str, label: &str) -> CommandError {
    let place = match error.span() {
        Some(span) => {
            let before = text.get(..span.start).unwrap_or(text);
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            format!("{label}:{line}:{column}")
        }
        None => label.to_owned(),
    };
    let message = error.message().trim();
    if let Some((what, name, known)) = unknown_name(message) {
        let refused = CommandError::work(format!("{place} : {what} « {name} »"));
        return match nearest::nearest(name, known.iter().copied()) {
            Some(near) => refused.hint(format!("le nom connu le plus proche est « {near} »")),
            None => refused.hint(format!("noms connus : {}", known.join(", "))),
        };
    }
    if let Some(name) = message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.strip_suffix('`'))
    {
        return CommandError::work(format!("{place} : il manque la clé « {name} »"));
    }
    CommandError::work(format!("{place} : {}", french(message)))
}

/// What the TOML library says most often; the place tells the rest.
fn french(message: &str) -> String {
    let kinds = [
        ("string", "un texte entre guillemets"),
        ("integer", "un nombre entier"),
        ("floating point", "un nombre"),
        ("boolean", "true ou false"),
        ("sequence", "une liste entre crochets"),
        ("map", "une section"),
        ("u64", "un entier positif"),
        ("u32", "un entier positif"),
        ("u16", "un entier positif"),
        ("i64", "un nombre entier"),
        ("f64", "un nombre"),
    ];
    let line = message.lines().next().unwrap_or_default();
    if line.starts_with("duplicate key") {
        return "clé écrite deux fois".to_owned();
    }
    let Some((_, wanted)) = line.split_once("expected ").filter(|_| line.starts_with("invalid ")) else {
        return "écriture TOML incorrecte (guillemet, crochet ou signe = manquant ?)".to_owned();
    };
    match kinds.iter().find(|(name, _)| wanted.contains(name)) {
        Some((_, wanted)) => format!("valeur du mauvais type : il faut {wanted}"),
        None => "valeur refusée".to_owned(),
    }
}

/// Splits serde's « unknown field `a`, expected one of `b`, `c` » into what it is, the name, and the known names. A test holds
/// the wording of the pinned version.
fn unknown_name(message: &str) -> Option<(&'static str, &str, Vec<&str>)> {
    let what = match message {
        message if message.starts_with("unknown field") => "clé inconnue",
        message if message.starts_with("unknown variant") => "valeur inconnue",
        _ => return None,
    };
    let mut names = message.split('`').skip(1).step_by(2);
    let name = names.next()?;
    Some((what, name, names.collect()))
}
