//! The folder of a region's own documents and templates: what is read there, what is not, and its mistakes.

use std::path::{Path, PathBuf};

use crate::build::RULES;
use crate::contours::{self, Contours};
use crate::declaration::{BlockDecl, Declaration};
use crate::error::ReportError;
use crate::evenements;
use crate::html::{self, TEMPLATES};
use crate::issuer;
use crate::page;
use crate::pdf;
use crate::retour;

/// Files that nothing reads, in French, each with the place where it would be read.
pub fn misplaced(custom: &Path) -> Vec<String> {
    files(custom)
        .into_iter()
        .filter(|file| !is_read(file))
        .map(|file| {
            format!(
                "{} : ce fichier n'est lu nulle part ; {}",
                custom.join(&file).display(),
                place_for(&file)
            )
        })
        .collect()
}

/// Every mistake of the documents and templates of that folder, and the files that nothing reads.
pub fn check(custom: &Path) -> Vec<String> {
    let mut mistakes = misplaced(custom);
    for file in files(custom).into_iter().filter(|file| is_read(file)) {
        let Some(name) = file.file_stem().and_then(|stem| stem.to_str()) else {
            continue;
        };
        if name == retour::NAME && file.starts_with(DOCUMENTS) {
            mistakes.extend(
                retour::Declared::load(Some(custom))
                    .err()
                    .as_ref()
                    .map(ReportError::to_string),
            );
            continue;
        }
        match Declaration::load(name, Some(custom)) {
            Ok(declared) if file.starts_with(DOCUMENTS) => mistakes.extend(unknown_rules(&custom.join(&file), &declared)),
            Err(error) if file.starts_with(DOCUMENTS) => mistakes.push(error.to_string()),
            _ => {}
        }
    }
    mistakes.extend(Contours::load(Some(custom)).err().as_ref().map(ReportError::to_string));
    mistakes.extend(issuer::load(Some(custom)).err().as_ref().map(ReportError::to_string));
    mistakes.extend(evenements::load(Some(custom)).err().as_ref().map(ReportError::to_string));
    mistakes.extend(html::environment(Some(custom)).err().as_ref().map(ReportError::to_string));
    mistakes.extend(pdf::check(custom).err().as_ref().map(ReportError::to_string));
    mistakes
}

const DOCUMENTS: &str = "documents";
const MODELS: &str = "modeles";

fn unknown_rules(file: &Path, declared: &Declaration) -> Vec<String> {
    let blocks = declared.sections.iter().flat_map(|section| &section.blocs);
    let named = blocks.filter_map(|block| match block {
        BlockDecl::Messages(messages) => Some(&messages.regles),
        _ => None,
    });
    let known: Vec<&str> = RULES.iter().map(|(name, _)| *name).collect();
    named
        .flatten()
        .filter(|rule| !known.contains(&rule.as_str()))
        .map(|rule| {
            format!(
                "{} : phrase « {rule} » : règle inconnue ; règles connues : {}",
                file.display(),
                known.join(", ")
            )
        })
        .collect()
}

/// `documents/*.toml` and the templates by their names.
fn is_read(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = file.parent().and_then(Path::to_str).unwrap_or_default();
    match folder {
        DOCUMENTS => name.ends_with(".toml"),
        MODELS => models().any(|known| known == name),
        // The issuer and its logo.
        "" => name == issuer::FILE || name == evenements::FILE || name.ends_with(".svg") || name.ends_with(".png"),
        contours::FOLDER => matches!(name, "departements.csv" | "epci.csv"),
        _ => false,
    }
}

/// Names of the templates: those of the pages on screen, and that of the PDF.
fn models() -> impl Iterator<Item = &'static str> {
    TEMPLATES
        .iter()
        .map(|(name, _)| *name)
        .chain([page::SCRIPT.0, pdf::TEMPLATE.0])
}

fn place_for(file: &Path) -> String {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if name.ends_with(".toml") {
        return format!("place attendue d'un document : {DOCUMENTS}/{name}");
    }
    if models().any(|known| known == name) {
        return format!("place attendue d'un modèle : {MODELS}/{name}");
    }
    let known: Vec<String> = models().map(|known| format!("{MODELS}/{known}")).collect();
    format!(
        "fichiers lus : {DOCUMENTS}/*.toml, {}, {}, {}",
        known.join(", "),
        issuer::FILE,
        evenements::FILE
    )
}

/// Files below a folder, relative to it, in order; hidden ones and notes to readers are nobody's mistake.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') || name.starts_with("LISEZ") || name.starts_with("README") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(relative) = path.strip_prefix(root) {
                found.push(relative.to_owned());
            }
        }
    }
    found.sort();
    found
}
