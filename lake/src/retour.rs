//! The quality return of one site: what was found in its extracts over a period, beside its region and its peers. It is the release
//! that a site may read: its own counts whole, of the others only shares over several sites, none of them named.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::delivery::Counts;
use crate::finding::Effect;
use crate::month::Month;

/// Everything that the document of one site is made of, and nothing of another site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Retour {
    pub cadre: Cadre,
    pub site: Site,
    pub pairs: Pairs,
    /// Place of the score among the sites of the region; none when too few have one.
    pub tranche: Option<Tranche>,
    /// Completeness, month by month, the last twelve.
    pub mois: Vec<MoisComplet>,
    pub champs: Vec<Champ>,
    pub jours: Vec<Jour>,
    pub envois: Vec<Envoi>,
    pub valeurs: Vec<Valeur>,
    pub regles: Vec<Constat>,
    pub codes: Vec<PartDeCode>,
    pub habitudes: Vec<Habitude>,
    pub journal: Vec<Incident>,
}

/// What the return is about and what made it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cadre {
    /// Identifier of the release.
    pub id: String,
    /// `2025-Q1`.
    pub periode: String,
    pub du: Date,
    pub au: Date,
    /// Whether the period stops before its end because it is not over.
    pub en_cours: bool,
    pub as_of: Timestamp,
    pub run: String,
    pub consolide_au: Option<Date>,
    pub region: String,
    pub region_nom: String,
    pub catalogue: String,
    pub oru_version: String,
    pub synthetique: bool,
    /// When what is asked for is looked at again.
    pub verification: Date,
    /// Smallest count of the other sites behind a share, and smallest denominator.
    pub seuil: u32,
    pub plancher: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    pub finess: String,
    pub nom: String,
    pub departement: String,
    /// Its peer group where one is declared, else the type of its general structure, code of [`crate::reference::TYPES`].
    pub type_structure: String,
    /// (ordre, name) of each structure that sends.
    pub structures: Vec<(i16, String)>,
}

/// Who the site is compared with, itself left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pairs {
    /// Name of the type.
    pub libelle: String,
    pub sites: u32,
    pub sites_region: u32,
    /// Sites under which no share of the others is given.
    pub minimum: u32,
}

/// Part of a ranking that the score falls in: never the rank itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tiers {
    Haut,
    Milieu,
    Bas,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tranche {
    pub tiers: Tiers,
    /// Sites ranked, this one included.
    pub sites: u32,
}

/// Items expected and filled in a month.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MoisComplet {
    pub mois: Month,
    pub passages: u64,
    pub attendus: u64,
    pub remplis: u64,
    /// The same share over the other sites of the region.
    pub region: Option<f64>,
}

/// What was counted of one item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rempli {
    pub attendus: u64,
    pub remplis: u64,
    /// Those that a conformity can be judged on, and those that conform.
    pub jugeables: u64,
    pub conformes: u64,
}

impl Rempli {
    pub fn part_remplie(&self) -> Option<f64> {
        part(self.remplis, self.attendus)
    }

    pub fn part_conforme(&self) -> Option<f64> {
        part(self.conformes, self.jugeables)
    }
}

impl std::ops::AddAssign for Rempli {
    fn add_assign(&mut self, other: Rempli) {
        self.attendus += other.attendus;
        self.remplis += other.remplis;
        self.jugeables += other.jugeables;
        self.conformes += other.conformes;
    }
}

/// A share of several other sites, in fractions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Autres {
    pub rempli: Option<f64>,
    pub conforme: Option<f64>,
}

/// One item of the national format over the period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Champ {
    pub champ: String,
    pub libelle: String,
    /// Who is expected to have it, in words; empty for everyone.
    pub attendu: String,
    pub site: Rempli,
    /// The three months before the period.
    pub avant: Rempli,
    pub region: Autres,
    pub pairs: Autres,
}

/// One day of one structure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Jour {
    pub ordre: i16,
    pub jour: Date,
    pub passages: u32,
    /// Limit of RPU-T02.
    pub seuil_bas: Option<f64>,
    /// Centre of RPU-T03.
    pub mediane_8s: Option<f64>,
    pub z_robuste: Option<f64>,
    /// Rules on days that find it abnormal.
    pub regles: Vec<String>,
    /// Records known from what was produced at the latest one day, then seven days, after it.
    pub a_j1: Connus,
    pub a_j7: Connus,
}

/// Records of a day that were known some days after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Connus {
    /// The structure did not transmit yet, or these days have not gone by: nothing is told of its delay.
    NonEvalue,
    /// Nothing received covered the day yet.
    NonRecu,
    Recu(u32),
}

impl Connus {
    pub fn is_judged(self) -> bool {
        self != Self::NonEvalue
    }
}

/// One delivery of the period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envoi {
    /// Table it feeds, `rpu`, `lits`…
    pub table: String,
    pub ordre: i16,
    pub fichier: String,
    pub recu: Timestamp,
    pub produit: Option<DateTime>,
    pub du: Option<Date>,
    pub au: Option<Date>,
    /// `crate::delivery::Verdict`, as text.
    pub verdict: String,
    pub verdict_libelle: String,
    pub motif: Option<String>,
    pub comptes: Counts,
}

/// A text received in an item whose values are a list or a code, that does not conform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Valeur {
    pub champ: String,
    /// None for everything that does not look like a code.
    pub texte: Option<String>,
    pub nombre: u64,
    /// Cells of the item that do not conform.
    pub sur: u64,
    /// What to send instead.
    pub code: Option<String>,
}

/// What a rule found at the site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Constat {
    /// `RPU-X29b`.
    pub regle: String,
    pub titre: String,
    /// `row`, `series`, `file`…
    pub portee: String,
    /// `conformance`, `completeness`, `plausibility`.
    pub categorie: String,
    pub effet: Effect,
    /// `anomaly` or not, by the thresholds and the known false alarms of the region.
    pub verdict: String,
    /// What is counted: `passages`, `jours`, `mois`, `cas`…
    pub unite: String,
    pub trouves: u64,
    /// Among them, those that a declared false alarm explains: counted, and out of the verdict.
    pub excuses: u64,
    /// Why, as declared.
    #[serde(default)]
    pub raisons: Vec<String>,
    pub juges: u64,
    pub non_juges: u64,
    /// Share over the other sites of the region.
    pub region: Option<f64>,
    /// (month, found, judged).
    pub mois: Vec<(String, u64, u64)>,
    /// (file, line): where to look; never a value.
    pub exemples: Vec<(String, u32)>,
    pub correction: String,
    pub consequence: String,
}

/// Share of one code among the conform values of an item, against the limits of a funnel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartDeCode {
    pub champ: String,
    pub code: String,
    pub libelle: String,
    pub nombre: u64,
    pub sur: u64,
    /// Centre of the funnel and its limits at 95 % and 99.8 %, over-dispersion included, at the size of this site.
    pub centre: f64,
    pub bas_95: f64,
    pub haut_95: f64,
    pub bas_998: f64,
    pub haut_998: f64,
    /// (share − centre) over its standard error: alone, divided by √φ, with τ².
    pub z: f64,
    pub z_multiplicatif: f64,
    pub z_additif: f64,
    pub phi: f64,
    pub tau2: f64,
    /// Sites of the funnel, this one included, and whether they are those of its type.
    pub sites: u32,
    pub de_meme_type: bool,
}

impl PartDeCode {
    /// Beyond the limits at 99.8 %.
    pub fn est_atypique(&self) -> bool {
        self.z_additif.abs() > Z_998
    }
}

/// Two-sided bounds of a normal law at 95 % and 99.8 %.
pub const Z_95: f64 = 1.959_964;
pub const Z_998: f64 = 3.090_232;

/// One habit of the recording of times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Habitude {
    /// `moins_10_min`, `sortie_minute_00`…
    pub id: String,
    pub libelle: String,
    pub nombre: u64,
    pub sur: u64,
    /// Share expected when nothing is rounded: a uniform minute, or the neighbouring quarters of an hour.
    pub attendu: Option<f64>,
    /// Where the expected share comes from, in words; empty without one.
    pub attendu_selon: String,
    pub region: Option<f64>,
    /// Whether it stands out.
    pub signalee: bool,
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Incident {
    pub jour: Date,
    /// « Panne », « Logiciel », « Envoi refusé »…
    pub nature: String,
    pub texte: String,
    /// Who says it: the site, or the observatory.
    pub source: String,
}

/// A fraction, unless nothing is counted.
pub fn part(nombre: u64, sur: u64) -> Option<f64> {
    (sur > 0).then(|| nombre as f64 / sur as f64)
}
