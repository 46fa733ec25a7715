//! A release: what may leave the house for one audience. It is the only thing that reports can read, so a figure that is not
//! cleared cannot be printed, because it is not there.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::bornes::BornesCitees;
use crate::delivery::{Delivery, Verdict, delivery_id};
use crate::edition::Edition;
use crate::figure::Figure;
use crate::finding::Finding;
use crate::month::Month;
use crate::offre::Offre;
use crate::reference::{Structure, Vacances};
use crate::retour::Pairs;

/// Who may read. Parameters of the gate: `domain` policy of disclosure control, threshold 11 by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// All rules.
    Public,
    /// ARS, and establishments on their own data: threshold 5 for the cells of other sites.
    Partenaire,
    /// No suppression; access is logged.
    Interne,
}

impl Audience {
    pub const ALL: [Audience; 3] = [Self::Public, Self::Partenaire, Self::Interne];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Partenaire => "partenaire",
            Self::Interne => "interne",
        }
    }

    pub fn parse(text: &str) -> Option<Audience> {
        Self::ALL.into_iter().find(|audience| audience.as_str() == text)
    }
}

/// How an indicator, rule or population is described to a reader: one entry of the method annex.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CatalogueEntry {
    pub id: String,
    /// `indicateur`, `regle`, `population`, `dimension`.
    pub nature: String,
    pub titre: String,
    pub unite: String,
    /// Digits after the decimal comma when printed.
    pub chiffres: u8,
    /// `haut`, `bas` or empty: which direction is a difficulty.
    pub sens: String,
    /// Formula in words.
    pub formule: String,
    /// The same as SQL, as declared.
    pub sql: String,
    /// Who leaves the denominator, in words.
    pub exclusions: String,
    pub source: String,
    /// Of a dimension whose categories are written in its declaration: each with its label, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modalites: Vec<(String, String)>,
}

/// What a delivery of the period became, without its records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliverySummary {
    pub finess: String,
    pub ordre: i16,
    pub received: u64,
    pub refused: u64,
    pub quarantined: u64,
    pub held: u64,
    pub rows_read: u64,
    pub rejected: u64,
    pub duplicates: u64,
    pub out_of_window: u64,
    /// First day with a record in the lake.
    pub first_day: Option<Date>,
}

/// A delivery that touches the period, as the proof of a document names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EnvoiRecu {
    /// Table that it feeds; empty when the file was not recognised.
    pub table: String,
    pub finess: Option<String>,
    pub ordre: Option<i16>,
    pub recu_le: Timestamp,
    /// Hash of its content, which anybody who holds the file can make again.
    pub empreinte: String,
    pub verdict: Verdict,
}

/// One hash for a list of deliveries: that of their hashes, sorted, one a line.
pub fn empreinte_de_liste<'a>(envois: impl Iterator<Item = &'a EnvoiRecu>) -> String {
    let mut hashes: Vec<&str> = envois.map(|envoi| envoi.empreinte.as_str()).collect();
    hashes.sort_unstable();
    delivery_id(hashes.join("\n").as_bytes())
}

/// A known break of the series of a site, that the figures of the release cross.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuptureConnue {
    pub finess: String,
    /// One structure of the site; none: all.
    pub ordre: Option<i16>,
    /// First day after it.
    pub date: Date,
    /// « changement de logiciel »…
    pub libelle: String,
    /// FINESS that takes over, or that comes out.
    pub vers_finess: Option<String>,
    pub note: Option<String>,
}

impl RuptureConnue {
    /// Whether it is one of an area: `310783048`, `310783048/0`. A wider area has many sites, and is compared all the same.
    pub fn concerns(&self, area: &str) -> bool {
        let (finess, ordre) = area
            .split_once('/')
            .map_or((area, None), |(finess, ordre)| (finess, Some(ordre)));
        let same = |only: i16| ordre.is_none_or(|ordre| ordre.parse() == Ok(only));
        self.finess == finess && self.ordre.is_none_or(same)
    }
}

/// What a release is about when it is not the whole region: one site or one département. Nothing of the others is in it, except
/// the region, the whole they belong to, and statistics over peers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sujet {
    /// Level of its figures: `etablissement`, `departement`.
    pub niveau: String,
    /// Its code within the level: `310783048`, `31`.
    pub zone: String,
    pub nom: String,
    /// The département of a site, or itself.
    pub departement: String,
    /// Area of the figures of level `groupe_pairs`: the peer group declared for the site, else its type.
    #[serde(default)]
    pub groupe: Option<String>,
    /// Who a site is compared with.
    #[serde(default)]
    pub pairs: Option<Pairs>,
    /// Who answers for it, as the parameters of the sites say.
    #[serde(default)]
    pub contact: Option<String>,
}

/// Statistics over the sites of a peer group: the perimeter of figures of level `groupe_pairs`, whose denominator is their number.
pub const PAIRS: [(&str, f64); 3] = [("p25", 0.25), ("mediane", 0.5), ("p75", 0.75)];

/// Parameters of the gate that made the release, printed in the method annex.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// Counts from 1 to `seuil` − 1 are hidden.
    pub seuil: u32,
    /// A percentage, mean or quantile is printed from this denominator.
    pub plancher: u32,
    /// Short name of every parameter of the gate; empty in a release made before it was written.
    #[serde(default)]
    pub politique: String,
    /// Number of figures hidden, by status.
    pub masques: BTreeMap<String, u64>,
    /// What the disclosure audit says; none for `interne`, and in a release made before there was one.
    #[serde(default)]
    pub audit: Option<Audit>,
    /// Published releases whose masked figures stay masked in this one.
    #[serde(default)]
    pub reprises: Vec<String>,
}

/// The account of the disclosure audit: every secret of the release was placed between the bounds that all that is published leaves.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Audit {
    /// Figures masked for what they say by themselves.
    pub primaires: u64,
    /// Figures masked for what they would tell of others, daily tables withdrawn whole included.
    pub secondaires: u64,
    /// Figures masked only because a published release masked them.
    #[serde(default)]
    pub repris: u64,
    /// Daily tables withdrawn whole.
    pub retirees: u64,
    /// Distinct counts, and what a reader knows to hold between them.
    pub cellules: u64,
    pub liens: u64,
    /// Totals of areas or periods whose parts do not add up to them, and that link nothing.
    pub non_lies: u64,
    /// Small counts audited, and those that nothing protects: there are none in a release.
    pub audites: u64,
    pub refuses: u64,
    /// Small counts that no subtraction gives, whose bounds were not computed because too many counts are linked to them.
    pub non_prouves: u64,
    /// Figures printed of an area of which one establishment, itself masked, makes nearly all; of a public release.
    #[serde(default)]
    pub dominants: u64,
    /// Counts masked as a last resort, totals and whole tables included.
    pub marges: u64,
    /// Turns of the audit.
    pub tours: u32,
    /// Width required of each interval.
    pub largeur: u32,
    /// The narrowest interval proved.
    pub plus_serre: Option<[f64; 2]>,
}

/// The frame of a release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub id: String,
    pub audience: Audience,
    /// Main period, `2025-Q1`.
    pub period: String,
    pub date_from: Date,
    pub date_to: Date,
    /// Same period of the year before, and its bounds.
    pub period_n1: String,
    pub date_from_n1: Date,
    pub date_to_n1: Date,
    /// Data as known at this instant.
    pub as_of: Timestamp,
    pub run: String,
    /// Last consolidated day.
    pub consolidated_to: Option<Date>,
    pub region: String,
    pub region_nom: String,
    pub departements: Vec<(String, String)>,
    pub structures: Vec<Structure>,
    /// Region's population: (sexe, age_min, age_max, population), and its year.
    pub population: Vec<(String, u8, Option<u8>, u64)>,
    pub population_annee: i16,
    /// What each département has, and its inhabitants; empty in a release made before it was written.
    #[serde(default)]
    pub offre: Vec<Offre>,
    pub jours_feries: Vec<(Date, String)>,
    pub vacances: Vec<Vacances>,
    pub deliveries: Vec<DeliverySummary>,
    /// Every delivery that touches the period, one by one, in the order of their fields; empty in a release made before it was written.
    #[serde(default)]
    pub envois: Vec<EnvoiRecu>,
    /// Known breaks since the first of the twelve months that end with the period of the year before, in the order of their dates.
    #[serde(default)]
    pub ruptures: Vec<RuptureConnue>,
    /// Sites with no flux in the lake for the period, refused files without site, and the like: French sentences.
    pub avertissements: Vec<String>,
    pub gate: Gate,
    /// Ages and hours that the words of the release quote; those of the national documents in a release made before they were
    /// written.
    #[serde(default)]
    pub bornes: BornesCitees,
    /// Hash of the declarations (tables, rules, indicators) that made the figures, and the version of `oru`.
    pub catalogue: String,
    pub oru_version: String,
    /// Whether the lake is marked synthetic.
    pub synthetique: bool,
    pub entries: Vec<CatalogueEntry>,
    /// None: the whole region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sujet: Option<Sujet>,
    /// Of the document that is being written; a release as published has none yet.
    #[serde(skip)]
    pub edition: Edition,
}

impl Frame {
    /// Whether the main period stops before its end because it is not over. What it is compared with stops on the same day.
    pub fn is_cut(&self) -> bool {
        let last = match self.period.split_once("-Q") {
            Some((year, quarter)) => {
                let (year, quarter) = (year.parse::<i16>().ok(), quarter.parse::<i8>().ok());
                year.zip(quarter.and_then(|quarter| quarter.checked_mul(3)))
                    .and_then(|(year, month)| Month::new(year, month))
            }
            None => self.period.parse::<Month>().ok(),
        };
        last.is_some_and(|month| self.date_to < month.last_day())
    }
}

/// A release, read whole: a quarter of a region has some hundred thousand figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    pub frame: Frame,
    pub figures: Vec<Figure>,
    pub findings: Vec<Finding>,
}

impl DeliverySummary {
    /// Adds what one delivery became.
    pub fn count(&mut self, delivery: &Delivery) {
        use crate::delivery::Verdict::{EnAttente, EnQuarantaine, Refusee};
        self.received += 1;
        self.refused += u64::from(delivery.verdict == Refusee);
        self.quarantined += u64::from(delivery.verdict == EnQuarantaine);
        self.held += u64::from(delivery.verdict == EnAttente);
        self.rows_read += delivery.counts.rows_read;
        self.rejected += delivery.counts.rejected;
        self.duplicates += delivery.counts.duplicates;
        self.out_of_window += delivery.counts.out_of_window;
    }
}
