//! The blocks of the return as declared, from the region's own file when it has one.

use std::path::Path;

use serde::Deserialize;

use super::NAME;
use crate::error::ReportError;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    pub titre: String,
    #[serde(default)]
    pub surtitre: String,
    pub section: Vec<DeclaredSection>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredSection {
    pub bloc: Bloc,
    pub titre: String,
    #[serde(default)]
    pub texte: String,
    /// Said when the block has nothing to show.
    #[serde(default)]
    pub vide: String,
    /// Beginnings of the identifiers of the rules that the block is about; none: every rule.
    #[serde(default)]
    pub regles: Vec<String>,
}

impl DeclaredSection {
    pub fn is_about(&self, rule: &str) -> bool {
        self.regles.is_empty() || self.regles.iter().any(|head| rule.starts_with(head.as_str()))
    }
}

/// The ten blocks (reports.md §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bloc {
    Synthese,
    Transmission,
    Production,
    Champs,
    Valeurs,
    Incoherences,
    Distributions,
    Durees,
    Journal,
    Actions,
}

impl Bloc {
    pub const ALL: [Bloc; 10] = [
        Self::Synthese,
        Self::Transmission,
        Self::Production,
        Self::Champs,
        Self::Valeurs,
        Self::Incoherences,
        Self::Distributions,
        Self::Durees,
        Self::Journal,
        Self::Actions,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Synthese => "synthese",
            Self::Transmission => "transmission",
            Self::Production => "production",
            Self::Champs => "champs",
            Self::Valeurs => "valeurs",
            Self::Incoherences => "incoherences",
            Self::Distributions => "distributions",
            Self::Durees => "durees",
            Self::Journal => "journal",
            Self::Actions => "actions",
        }
    }
}

impl Declared {
    /// From `custom/documents/retour-qualite.toml` when the user has one, else the embedded one.
    pub fn load(custom: Option<&Path>) -> Result<Declared, ReportError> {
        if let Some(path) = custom.map(|custom| custom.join("documents").join(format!("{NAME}.toml")))
            && path.is_file()
        {
            let text = std::fs::read_to_string(&path).map_err(|source| ReportError::Read {
                path: path.clone(),
                source,
            })?;
            return Declared::parse(&path.display().to_string(), &text);
        }
        Declared::parse(
            "reports/documents/retour-qualite.toml",
            include_str!("../../documents/retour-qualite.toml"),
        )
    }

    pub fn parse(file: &str, text: &str) -> Result<Declared, ReportError> {
        toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
            ReportError::Declaration {
                file: file.to_owned(),
                place: format!("ligne {line}"),
                message: crate::declaration::in_french(error.message()),
            }
        })
    }
}
