//! The command line: one file and a few options, read without a library so that the program stays small.

use std::ffi::OsString;
use std::path::PathBuf;

use ingest::Options;

pub const HELP: &str = "\
Contrôle un fichier avant de l'envoyer à l'observatoire ; le certificat est imprimé.

Utilisation : oru-check [OPTIONS] <FICHIER>

Arguments :
  <FICHIER>              Fichier à juger (XML, CSV, XLSX, JSON ; gz ou zip)

Options :
  --format <FORME>       texte, html ou json [par défaut : texte]
  --sortie <DOSSIER>     Écrit le certificat dans ce dossier, au lieu de l'imprimer
  --du <JOUR>            Premier jour couvert, pour un format plat sans fenêtre (AAAA-MM-JJ)
  --au <JOUR>            Dernier jour couvert, pour un format plat sans fenêtre (AAAA-MM-JJ)
  --extrait-le <INSTANT> Instant de production, pour un format qui ne le dit pas (2025-02-03T05:00)
  -h, --help             Affiche cette aide
  -V, --version          Affiche la version

Codes de sortie : 0 jugé ; 1 le programme n'a pas pu travailler ; 2 ligne de commande fausse ; 3 l'envoi serait refusé ou
en attente. Rien n'est chargé, rien n'est envoyé ; ce qui demande l'historique est « non évalué ».

Exemple : oru-check O310783048_0_20250203032510.xml --format html --sortie certificats
";

#[derive(Debug, PartialEq)]
pub enum Request {
    Help,
    Version,
    Check(Asked),
}

#[derive(Debug, PartialEq)]
pub struct Asked {
    pub file: PathBuf,
    pub form: Form,
    pub folder: Option<PathBuf>,
    pub options: Options,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Texte,
    Html,
    Json,
}

impl Form {
    pub fn extension(self) -> &'static str {
        match self {
            Self::Texte => "txt",
            Self::Html => "html",
            Self::Json => "json",
        }
    }
}

/// What is asked for, or why the line cannot be read, in French.
pub fn parse(arguments: &[OsString]) -> Result<Request, String> {
    let mut asked = Asked {
        file: PathBuf::new(),
        form: Form::Texte,
        folder: None,
        options: Options::default(),
    };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        let (name, inline) = match text.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(OsString::from(value))),
            _ => (text.into_owned(), None),
        };
        let mut value = || {
            let next = inline.clone().or_else(|| arguments.next().cloned());
            next.ok_or_else(|| format!("il manque la valeur de {name}"))
        };
        match name.as_str() {
            "-h" | "--help" => return Ok(Request::Help),
            "-V" | "--version" => return Ok(Request::Version),
            "--format" => asked.form = form(&value()?.to_string_lossy())?,
            "--sortie" => asked.folder = Some(value()?.into()),
            "--du" => asked.options.du = Some(read(&name, &value()?, "2025-02-03")?),
            "--au" => asked.options.au = Some(read(&name, &value()?, "2025-02-03")?),
            "--extrait-le" => asked.options.extrait_le = Some(read(&name, &value()?, "2025-02-03T05:00")?),
            option if option.starts_with('-') && option.len() > 1 => return Err(format!("option inconnue : {option}")),
            _ if asked.file.as_os_str().is_empty() => asked.file = argument.into(),
            _ => return Err("un seul fichier à la fois".to_owned()),
        }
    }
    if asked.file.as_os_str().is_empty() {
        return Err("il manque le fichier à juger".to_owned());
    }
    if !asked.file.exists() {
        return Err(format!("{} n'existe pas", asked.file.display()));
    }
    match (asked.options.du, asked.options.au) {
        (Some(from), Some(to)) if from > to => Err(format!("--du {from} est après --au {to}")),
        _ => Ok(Request::Check(asked)),
    }
}

fn form(text: &str) -> Result<Form, String> {
    match text {
        "texte" => Ok(Form::Texte),
        "html" => Ok(Form::Html),
        "json" => Ok(Form::Json),
        other => Err(format!("forme inconnue : {other} (texte, html ou json)")),
    }
}

fn read<T: std::str::FromStr>(name: &str, value: &OsString, example: &str) -> Result<T, String> {
    let text = value.to_string_lossy();
    text.parse()
        .map_err(|_| format!("valeur refusée pour {name} : {text} (par exemple {example})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Request, String> {
        let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        parse(&arguments)
    }

    #[test]
    fn a_wrong_line_says_what_is_wrong_in_french() {
        for (line, said) in [
            ("", "il manque le fichier"),
            ("--format", "il manque la valeur de --format"),
            ("--format pdf", "forme inconnue : pdf"),
            ("--du 3/2/2025 a.xml", "valeur refusée pour --du"),
            ("--vite a.xml", "option inconnue : --vite"),
            ("nulle_part.xml", "n'existe pas"),
            ("Cargo.toml src", "un seul fichier"),
            ("Cargo.toml --du 2025-02-03 --au=2025-02-01", "est après --au"),
        ] {
            let reason = parsed(line).unwrap_err();
            assert!(reason.contains(said), "{line} : {reason}");
        }
    }

    #[test]
    fn options_stand_before_or_after_the_file() {
        let Ok(Request::Check(asked)) = parsed("--format=json Cargo.toml --extrait-le 2025-02-03T05:00") else {
            panic!()
        };
        assert_eq!((asked.form, asked.options.extrait_le.is_some()), (Form::Json, true));
        assert_eq!(parsed("-h"), Ok(Request::Help));
    }
}
