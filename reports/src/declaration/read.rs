//! Reading a declaration: the user's file when there is one, else the embedded one; each mistake with its place.

use std::path::Path;

use lake::release::Audience;
use serde::Deserialize;

use super::{BlockDecl, Declaration, SectionDecl, Subject};
use crate::contours::Contours;
use crate::document::{Form, Layout};
use crate::error::ReportError;
use crate::evenements;

/// Documents embedded in the program.
pub const EMBEDDED: &[(&str, &str)] = &[
    ("trimestriel", include_str!("../../documents/trimestriel.toml")),
    (
        "fiche-etablissement",
        include_str!("../../documents/fiche-etablissement.toml"),
    ),
    ("fiche-departement", include_str!("../../documents/fiche-departement.toml")),
    ("synthese-presse", include_str!("../../documents/synthese-presse.toml")),
];

impl Declaration {
    /// The document of that name: from `custom/documents/` when the user has one, else the embedded one.
    pub fn load(name: &str, custom: Option<&Path>) -> Result<Declaration, ReportError> {
        let mut declaration = Declaration::read(name, custom)?;
        declaration.contours = Contours::load(custom)?;
        declaration.faits = evenements::load(custom)?;
        Ok(declaration)
    }

    fn read(name: &str, custom: Option<&Path>) -> Result<Declaration, ReportError> {
        if let Some(path) = custom.map(|custom| custom.join("documents").join(format!("{name}.toml")))
            && path.is_file()
        {
            let text = std::fs::read_to_string(&path).map_err(|source| ReportError::Read {
                path: path.clone(),
                source,
            })?;
            return Declaration::parse(name, &path.display().to_string(), &text);
        }
        match EMBEDDED.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => Declaration::parse(name, &format!("reports/documents/{name}.toml"), text),
            None => Err(ReportError::UnknownDocument {
                name: name.to_owned(),
                known: EMBEDDED.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", "),
            }),
        }
    }

    /// Reads a declaration; the error names the section and the block.
    pub fn parse(name: &str, file: &str, text: &str) -> Result<Declaration, ReportError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            titre: String,
            #[serde(default)]
            surtitre: String,
            #[serde(default)]
            format: Form,
            #[serde(default)]
            sujet: Subject,
            #[serde(default)]
            audiences: Vec<Audience>,
            section: Vec<FileSection>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct FileSection {
            id: String,
            titre: String,
            #[serde(default)]
            annexe: bool,
            #[serde(default)]
            disposition: Layout,
            #[serde(default)]
            page: bool,
            si: Option<String>,
            #[serde(default)]
            bloc: Vec<toml::Spanned<toml::Value>>,
        }
        let fail = |place: String, message: String| ReportError::Declaration {
            file: file.to_owned(),
            place,
            message,
        };
        let parsed: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_at(text, span.start));
            fail(format!("ligne {line}"), in_french(error.message()))
        })?;
        let sections = parsed
            .section
            .into_iter()
            .map(|section| {
                let blocs = section
                    .bloc
                    .into_iter()
                    .enumerate()
                    .map(|(at, value)| {
                        let start = value.span().start;
                        let value = value.into_inner();
                        let what = value
                            .get("id")
                            .and_then(toml::Value::as_str)
                            .map(|id| format!(" ({id})"))
                            .unwrap_or_default();
                        value.try_into().map_err(|error: toml::de::Error| {
                            let line = line_of(text, start, error.message());
                            fail(
                                format!("ligne {line}, section « {} », bloc n° {}{what}", section.id, at + 1),
                                in_french(error.message()),
                            )
                        })
                    })
                    .collect::<Result<Vec<BlockDecl>, _>>()?;
                Ok(SectionDecl {
                    id: section.id,
                    titre: section.titre,
                    annexe: section.annexe,
                    disposition: section.disposition,
                    page: section.page,
                    si: section.si,
                    blocs,
                })
            })
            .collect::<Result<Vec<_>, ReportError>>()?;
        Ok(Declaration {
            id: name.to_owned(),
            titre: parsed.titre,
            surtitre: parsed.surtitre,
            format: parsed.format,
            sujet: parsed.sujet,
            audiences: parsed.audiences,
            contours: Contours::default(),
            faits: Vec::new(),
            sections,
        })
    }
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// Line of the word that the message quotes first, from the start of its block on; else that of the block.
fn line_of(text: &str, start: usize, message: &str) -> usize {
    let word = message.split('`').nth(1).unwrap_or_default();
    let rest = text.get(start..).unwrap_or_default();
    let found = rest.find(word).filter(|_| !word.is_empty() && message.starts_with("unknown"));
    line_at(text, start + found.unwrap_or(0))
}

/// The few words of the TOML reader.
pub(crate) fn in_french(message: &str) -> String {
    [
        ("unknown field", "champ inconnu"),
        ("unknown variant", "mot inconnu"),
        ("missing field", "champ manquant"),
        ("duplicate field", "champ répété"),
        ("duplicate key", "champ répété"),
        ("expected one of", "attendu : l'un de"),
        ("invalid type:", "type incorrect :"),
        ("expected", "attendu"),
    ]
    .into_iter()
    .fold(message.trim().to_owned(), |text, (english, french)| {
        text.replace(english, french)
    })
}
