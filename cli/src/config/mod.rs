//! `pipelines.toml`: what the runs of this machine mean. Circumstances (dates, verbosity, threads) are flags and are not here.
//! Each section is one struct with its defaults; the commented file they come from is embedded and printed by
//! `oru config default`. Knows nothing of how anything is done.

mod load;
mod pipeline;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;
use lake::release::Audience;
use serde::{Deserialize, Serialize};
use transform::context::{Bornes, ExceptionPdsa};
use transform::disclosure::Policy;

use crate::certificate::Form;

pub use load::load;
pub use pipeline::{Periode, Pipeline, RECENT_DAYS, Stage};

/// The commented default configuration, at the root of the project.
pub const DEFAULT: &str = include_str!("../../../pipelines.toml");

#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub lake: Lake,
    pub region: Region,
    pub structures: Structures,
    pub sites: Sites,
    pub inbox: Inbox,
    pub certificats: Certificats,
    pub cle: Cle,
    pub limites: Limites,
    pub garde: Garde,
    pub flux: Vec<Flux>,
    pub pdsa: Pdsa,
    pub lits: Lits,
    pub tension: Tension,
    pub bornes: Bornes,
    pub catalogue: Catalogue,
    /// Parameters of rules: identifier → parameter → value.
    pub regles: BTreeMap<String, BTreeMap<String, transform::rules::Parameter>>,
    pub diffusion: Diffusion,
    pub rapports: Rapports,
    pub synthese: Synthese,
    pub retours: Retours,
    pub pipelines: BTreeMap<String, Pipeline>,
    /// Where it was read; none when the defaults stand alone.
    #[serde(skip)]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lake {
    pub racine: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Region {
    /// Insee code.
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Structures {
    /// CSV with the header of `lake/reference/structures.csv`; none: the demonstration region.
    pub fichier: Option<PathBuf>,
    /// FINESS received → FINESS and ordre, kept by `oru quarantine map`.
    pub correspondances: Option<PathBuf>,
}

/// Registers that people keep about the sites.
#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Sites {
    /// CSV: what holds for each site between two dates (deliveries expected, type, software, contact).
    pub parametres: Option<PathBuf>,
    /// CSV: the known breaks of the series.
    pub ruptures: Option<PathBuf>,
    /// Groupings of sites, each a level of figures: GHT, territories.
    pub groupements: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Inbox {
    pub depot: PathBuf,
    /// Seconds since the last modification under which a file waits.
    pub age_minimal_s: u64,
}

/// What is said to the senders of the deliveries received.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Certificats {
    /// Where each delivery has its certificate, by month of reception; none: nowhere.
    pub dossier: Option<PathBuf>,
    pub formes: Vec<Form>,
    /// Acknowledgements in JSON, a folder for each source of the inbox; none: nowhere.
    pub accuses: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cle {
    pub fichier: Option<PathBuf>,
    pub variable: String,
}

/// Caps on what is received: beyond them a file is refused.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limites {
    pub taille_mo: u64,
    pub rapport: u64,
    pub entrees: usize,
    pub profondeur: usize,
    pub champ: usize,
}

/// Parameters of the guards that put a delivery on hold.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Garde {
    pub avance_minutes: u16,
    /// A fraction.
    pub part_minimale: f64,
    pub effectif_minimal: u32,
    pub consolidation_jours: u16,
}

/// One authoritative flux per site and date.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flux {
    #[serde(default = "rpu")]
    pub table: String,
    pub finess: Option<String>,
    pub flux: String,
    pub du: Option<Jour>,
    pub au: Option<Jour>,
}

fn rpu() -> String {
    "rpu".to_owned()
}

#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Pdsa {
    /// For the whole region.
    pub ponts: BTreeSet<Jour>,
    /// Local exceptions.
    pub calendrier: Vec<ExceptionPdsa>,
}

/// Tension of the sites.
#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Tension {
    /// Thresholds of the score of the Grand Est: site (FINESS or `*`), het (1 to 6), s0, s1, s2.
    pub seuils: Vec<transform::indicators::Seuils>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Lits {
    /// FINESS whose declared available beds leave mobilised extra beds out.
    pub dispo_sans_supp: BTreeSet<String>,
    /// Reference lengths of stay for the IP-DMS: CSV `annee,ghm,dms`, days. It is the site's to provide.
    pub dms_reference: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Catalogue {
    /// Files of declarations; the last component may hold `*`.
    pub extra: Vec<PathBuf>,
}

/// The gate, by audience: what is absent is the usual policy of the audience.
#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Diffusion {
    pub public: Seuils,
    pub partenaire: Seuils,
    pub interne: Seuils,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Seuils {
    pub seuil: Option<u32>,
    pub plancher: Option<u32>,
    pub plancher_moyenne: Option<u32>,
    pub plancher_quantile: Option<u32>,
    pub lits_masques: Option<u32>,
    /// A masked count is left between bounds at least this far apart.
    pub largeur: Option<u32>,
    /// Percentage of an area beyond which one masked establishment nearly is it.
    pub dominance: Option<u32>,
    /// FINESS that the readers may see whole.
    pub propres: Vec<String>,
}

impl Diffusion {
    /// The policy of an audience.
    pub fn policy(&self, audience: Audience) -> Policy {
        let given = match audience {
            Audience::Public => &self.public,
            Audience::Partenaire => &self.partenaire,
            Audience::Interne => &self.interne,
        };
        let usual = Policy::of(audience);
        Policy {
            seuil: given.seuil.unwrap_or(usual.seuil),
            plancher: given.plancher.unwrap_or(usual.plancher),
            plancher_moyenne: given.plancher_moyenne.unwrap_or(usual.plancher_moyenne),
            plancher_quantile: given.plancher_quantile.unwrap_or(usual.plancher_quantile),
            lits_masques: given.lits_masques.unwrap_or(usual.lits_masques),
            largeur: given.largeur.unwrap_or(usual.largeur),
            dominance: given.dominance.unwrap_or(usual.dominance),
            propres: given.propres.clone(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rapports {
    pub sortie: PathBuf,
    pub modeles: Option<PathBuf>,
    /// What each document is written as.
    pub formats: Vec<reports::Format>,
}

/// The digest of a night.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Synthese {
    pub sortie: PathBuf,
    /// Folder where a message is left for the program that sends the mail of this machine; none: nowhere.
    pub courriels: Option<PathBuf>,
    pub de: String,
    pub a: Vec<String>,
}

/// Quality returns to the sites.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retours {
    /// Incidents that the sites tell: CSV `finess;date;nature;texte`.
    pub journal: Option<PathBuf>,
    /// Days after which what is asked for is looked at again.
    pub verification_jours: u16,
}

/// A day, written `"2025-05-02"` or as a TOML date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Jour(pub Date);

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Native(toml::value::Datetime),
}

impl TryFrom<Written> for Jour {
    type Error = String;

    fn try_from(written: Written) -> Result<Jour, String> {
        let text = match written {
            Written::Text(text) => text,
            Written::Native(date) => date.to_string(),
        };
        let day = text
            .parse()
            .map_err(|_| format!("« {text} » n'est pas un jour écrit AAAA-MM-JJ"))?;
        Ok(Jour(day))
    }
}

impl Default for Lake {
    fn default() -> Lake {
        Lake {
            racine: "donnees/lac".into(),
        }
    }
}

impl Default for Region {
    fn default() -> Region {
        Region { code: "76".to_owned() }
    }
}

impl Default for Structures {
    fn default() -> Structures {
        Structures {
            fichier: None,
            correspondances: Some("donnees/correspondances.csv".into()),
        }
    }
}

impl Default for Inbox {
    fn default() -> Inbox {
        Inbox {
            depot: "donnees/depot".into(),
            age_minimal_s: 60,
        }
    }
}

impl Default for Certificats {
    fn default() -> Certificats {
        Certificats {
            dossier: Some("donnees/certificats".into()),
            formes: vec![Form::Html],
            accuses: None,
        }
    }
}

impl Default for Cle {
    fn default() -> Cle {
        Cle {
            fichier: Some("~/.config/oru/cle".into()),
            variable: "ORU_CLE".to_owned(),
        }
    }
}

impl Default for Limites {
    fn default() -> Limites {
        Limites {
            taille_mo: 8192,
            rapport: 500,
            entrees: 10_000,
            profondeur: 16,
            champ: 262_144,
        }
    }
}

impl Default for Garde {
    fn default() -> Garde {
        Garde {
            avance_minutes: 60,
            part_minimale: 0.5,
            effectif_minimal: 5,
            consolidation_jours: 7,
        }
    }
}

impl Default for Synthese {
    fn default() -> Synthese {
        Synthese {
            sortie: "out/nuits".into(),
            courriels: None,
            de: "oru@localhost".to_owned(),
            a: Vec::new(),
        }
    }
}

impl Default for Retours {
    fn default() -> Retours {
        Retours {
            journal: None,
            verification_jours: 28,
        }
    }
}

impl Default for Rapports {
    fn default() -> Rapports {
        Rapports {
            sortie: "out".into(),
            modeles: None,
            formats: reports::Format::ALL.to_vec(),
        }
    }
}
