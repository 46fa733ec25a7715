//! Facts of the period: `evenements.toml` in the folder of a region's own templates. They are written by hand, dated, and drawn on the
//! charts that they name; the report never says that one of them is a cause.

use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;

use crate::declaration::in_french;
use crate::error::ReportError;

/// Name of the file.
pub const FILE: &str = "evenements.toml";

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evenement {
    pub debut: Date,
    /// Last day; none for a single day.
    #[serde(default)]
    pub fin: Option<Date>,
    pub categorie: Categorie,
    pub titre: String,
    #[serde(default)]
    pub texte: String,
    /// Where: a site, a département, the region.
    #[serde(default)]
    pub lieu: String,
    /// Charts that it annotates, by their identifiers.
    #[serde(default)]
    pub graphiques: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Categorie {
    Epidemie,
    Meteo,
    Greve,
    Logiciel,
    Rassemblement,
    Ouverture,
    Fermeture,
    FermetureDeNuit,
    AccesRegule,
    Autorisation,
    Autre,
}

impl Categorie {
    pub fn label(self) -> &'static str {
        match self {
            Categorie::Epidemie => "Épidémie",
            Categorie::Meteo => "Chaleur, froid, intempéries",
            Categorie::Greve => "Grève",
            Categorie::Logiciel => "Logiciel",
            Categorie::Rassemblement => "Rassemblement",
            Categorie::Ouverture => "Ouverture",
            Categorie::Fermeture => "Fermeture",
            Categorie::FermetureDeNuit => "Fermeture de nuit",
            Categorie::AccesRegule => "Accès régulé",
            Categorie::Autorisation => "Autorisation",
            Categorie::Autre => "Autre",
        }
    }
}

impl Evenement {
    pub fn last_day(&self) -> Date {
        self.fin.unwrap_or(self.debut)
    }

    pub fn touches(&self, from: Date, to: Date) -> bool {
        self.debut <= to && from <= self.last_day()
    }
}

/// The facts of the folder, in the order of their dates; none without the file.
pub fn load(custom: Option<&Path>) -> Result<Vec<Evenement>, ReportError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(default)]
        evenement: Vec<Evenement>,
    }
    let Some(path) = custom.map(|custom| custom.join(FILE)).filter(|path| path.is_file()) else {
        return Ok(Vec::new());
    };
    let text = std::fs::read_to_string(&path).map_err(|source| ReportError::Read {
        path: path.clone(),
        source,
    })?;
    let wrong = |place: String, message: String| ReportError::Declaration {
        file: path.display().to_string(),
        place,
        message,
    };
    let file: File = toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
        wrong(format!("ligne {line}"), in_french(error.message()))
    })?;
    let mut found = file.evenement;
    if let Some(late) = found.iter().find(|fact| fact.last_day() < fact.debut) {
        return Err(wrong(
            format!("« {} »", late.titre),
            format!("fin ({}) avant le début ({})", late.last_day(), late.debut),
        ));
    }
    found.sort_by(|a, b| (a.debut, &a.titre).cmp(&(b.debut, &b.titre)));
    Ok(found)
}
