//! `releve.json`, beside the files of an export: what was received, written, left aside and why. Its shape is published in
//! `docs/schemas/export.json`.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::{Date, DateTime};
use serde::Serialize;

use crate::draft::Draft;
use crate::error::{Doing, Result};

pub const NAME: &str = "releve.json";
const VERSION: u32 = 1;

#[derive(Serialize)]
pub struct Record {
    version: u32,
    export: &'static str,
    /// Legal time.
    exporte_le: DateTime,
    #[serde(flatten)]
    content: Content,
}

#[derive(Serialize)]
#[serde(untagged)]
pub enum Content {
    Syrius { periodes: Vec<Period> },
    Oscour(Day),
}

/// One year to date.
#[derive(Serialize)]
pub struct Period {
    pub du: Date,
    pub au: Date,
    pub envois: Sends,
    /// Current passages of the period: all of them are written.
    pub passages: u64,
    pub fichiers: Vec<SyriusFile>,
    /// Structures open in the period that have no passage in it: the schema has no file for them.
    pub sans_passage: Vec<Site>,
    pub moins_precis: Losses,
}

/// Deliveries about a period, by what became of them.
#[derive(Default, Serialize)]
pub struct Sends {
    pub charges: u64,
    pub hors_foi: u64,
    pub refuses: u64,
    pub en_attente: u64,
    pub en_quarantaine: u64,
}

#[derive(Serialize)]
pub struct SyriusFile {
    pub fichier: String,
    #[serde(flatten)]
    pub site: Site,
    pub passages: u64,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Site {
    pub finess: String,
    pub ordre: i16,
}

#[derive(Serialize)]
pub struct Losses {
    pub sans_piece: u64,
    pub residence_departement: u64,
    pub age_inconnu: u64,
    pub ne_le_jour_de_l_entree: u64,
    pub textes_retires: BTreeMap<&'static str, u64>,
}

impl From<&ingest::export::Losses> for Losses {
    fn from(losses: &ingest::export::Losses) -> Losses {
        Losses {
            sans_piece: losses.without_piece,
            residence_departement: losses.coarser_residence,
            age_inconnu: losses.unknown_age,
            ne_le_jour_de_l_entree: losses.born_that_day,
            textes_retires: losses.withheld.clone(),
        }
    }
}

/// What was received on one day.
#[derive(Default, Serialize)]
pub struct Day {
    pub jour: Date,
    /// `recus = fichiers + non_transmis`.
    pub recus: u64,
    pub fichiers: Vec<OscourFile>,
    pub non_transmis: Vec<Left>,
    pub passages: u64,
    pub lignes_illisibles: u64,
    pub elements_hors_format: u64,
    /// Among `passages`, those that only such elements told apart from another.
    pub passages_confondus: u64,
    /// Deliveries that are not passages: other messages carry them.
    pub autres_genres: u64,
}

#[derive(Serialize)]
pub struct OscourFile {
    pub fichier: String,
    pub envoi: String,
    #[serde(flatten)]
    pub site: Site,
    pub verdict: &'static str,
    pub passages: u64,
}

#[derive(Serialize)]
pub struct Left {
    pub recu: String,
    pub envoi: String,
    pub verdict: &'static str,
    pub raison: String,
}

/// Writes the record in the folder of the export.
pub fn write(folder: &Path, export: &'static str, exporte_le: DateTime, content: Content) -> Result<()> {
    let record = Record {
        version: VERSION,
        export,
        exporte_le,
        content,
    };
    let mut text = serde_json::to_vec_pretty(&record).doing("relevé de l'export")?;
    text.push(b'\n');
    Draft::whole(&folder.join(NAME), &text).map(drop)
}
