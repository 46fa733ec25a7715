//! The certificate of a delivery: what was recognised, what was counted, the verdict with the declared rule that leads to it, what is
//! wrong with where and how to correct it, and what could not be evaluated. A plain value, made from the delivery alone, and its three
//! forms. Deliberately ignorant of where certificates are kept and of who reads them.

mod constat;
mod html;
mod json;
mod listes;
mod motif;
mod non_evalue;
mod suites;
mod texte;
mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use lake::delivery::{Delivery, DeliveryId, Verdict, delivery_id};
use lake::table::tables;
use serde::Serialize;

use crate::kinds::Kinds;

pub use constat::{Bilan, Constat};
pub use html::html;
pub use json::{VERSION, json};
pub use listes::Liste;
pub use motif::Motif;
pub use non_evalue::NonEvalue;
pub use suites::Suite;
pub use texte::texte;
pub use words::{file_name, grouped};

/// What is said to the sender of one delivery. Serialised as it is (`docs/schemas/certificat.json`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Certificat {
    /// `CQ-1F2E-3D4C-5B6A`: one number for one judgement. The same content judged alike, by the same catalogue, has the same.
    pub numero: String,
    pub fichier: String,
    pub empreinte: DeliveryId,
    pub octets: u64,
    /// When it was judged: reception, the instant of the check, or that of a later reading; UTC.
    pub juge_le: Timestamp,
    /// Version of the declarations it was judged by.
    pub catalogue: String,
    /// None when the content is not recognised.
    pub genre: Option<Genre>,
    pub listes: Vec<Liste>,
    pub finess: Option<String>,
    pub ordre: Option<i16>,
    /// Civil time.
    pub extrait_le: Option<DateTime>,
    pub du: Option<Date>,
    pub au: Option<Date>,
    pub encodage: String,
    pub caracteres_remplaces: u64,
    pub comptes: Comptes,
    pub verdict: Verdict,
    pub motif: Motif,
    pub bilan: Bilan,
    /// The most severe first, each followed by those that it explains whole.
    pub constats: Vec<Constat>,
    pub non_evalue: Vec<NonEvalue>,
    /// Elements or columns out of the format, with their number of occurrences; the rare ones together, for their names may be those of
    /// persons.
    pub elements_inconnus: BTreeMap<String, u64>,
}

/// The extract recognised.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Genre {
    pub nom: String,
    pub libelle: String,
    pub version: String,
}

/// Records of the delivery; none where they were not counted. `lus = acceptes + rejetes + doublons + hors_fenetre`, and with a lake
/// `acceptes = ajoutes + remplaces + inchanges`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Comptes {
    pub lus: Option<u64>,
    pub acceptes: Option<u64>,
    pub rejetes: Option<u64>,
    pub doublons: Option<u64>,
    pub hors_fenetre: Option<u64>,
    pub ajoutes: Option<u64>,
    pub remplaces: Option<u64>,
    pub inchanges: Option<u64>,
    /// Records of earlier deliveries that this one no longer carries.
    pub retires: Option<u64>,
}

/// Whether the deliveries received before are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum History {
    /// The delivery is in a lake.
    Known,
    /// One file alone: what needs history is not evaluated.
    Unknown,
}

/// Makes the certificates of one execution.
pub struct Issuer<'k> {
    kinds: &'k Kinds,
    history: History,
    catalogue: String,
    judged_at: Option<Timestamp>,
    on_the_lake: Vec<OnTheLake>,
}

/// A rule that a region declared: it is judged on its lake, once the file is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnTheLake {
    pub table: String,
    pub regle: String,
    pub titre: String,
}

impl<'k> Issuer<'k> {
    pub fn new(kinds: &'k Kinds, history: History) -> Issuer<'k> {
        let mut parts = vec![kinds.fingerprint().to_owned(), format!("{:?}", tables())];
        parts.extend(crate::rules::TEXTS.map(str::to_owned));
        parts.extend(
            lake::rules::DECLARED
                .iter()
                .chain(lake::columns::DECLARED)
                .map(|(_, text)| (*text).to_owned()),
        );
        parts.extend([motif::TEXT, non_evalue::TEXT, listes::TEXT].map(str::to_owned));
        parts.extend(
            lake::code_list::EMBEDDED
                .iter()
                .map(|(name, text)| format!("{name}\u{1f}{text}")),
        );
        Issuer {
            kinds,
            history,
            judged_at: None,
            on_the_lake: Vec::new(),
            catalogue: delivery_id(parts.join("\u{1f}").as_bytes())[..12].to_owned(),
        }
    }

    /// Names the rules of a region among what is not evaluated; the certificate is then of another catalogue.
    pub fn beside(self, rules: Vec<OnTheLake>) -> Issuer<'k> {
        if rules.is_empty() {
            return self;
        }
        let parts = format!("{}\u{1f}{rules:?}", self.catalogue);
        Issuer {
            catalogue: delivery_id(parts.as_bytes())[..12].to_owned(),
            on_the_lake: rules,
            ..self
        }
    }

    /// Deliveries that are read again are judged later than they were received.
    pub fn judged_at(self, instant: Timestamp) -> Issuer<'k> {
        Issuer {
            judged_at: Some(instant),
            ..self
        }
    }

    pub fn certificate(&self, delivery: &Delivery) -> Certificat {
        let kind = self.kinds.get(&delivery.kind);
        let judged = constat::judge(delivery, self.history);
        let motif = motif::of(delivery, kind, judged.site_is_judged);
        let of_table = self.on_the_lake.iter().filter(|rule| rule.table == delivery.table);
        let mut not_judged = judged.non_evalue;
        not_judged.extend(of_table.map(|rule| NonEvalue {
            regles: rule.regle.clone(),
            titre: rule.titre.clone(),
            pourquoi: "règle de la région, jugée une fois l'envoi chargé".to_owned(),
        }));
        Certificat {
            numero: self.number(delivery),
            fichier: delivery.file.clone(),
            empreinte: delivery.id.clone(),
            octets: delivery.bytes,
            juge_le: self.judged_at.unwrap_or(delivery.received_at),
            catalogue: self.catalogue.clone(),
            genre: kind.map(|kind| Genre {
                nom: kind.nom.clone(),
                libelle: kind.libelle.clone(),
                version: listes::version_of(kind),
            }),
            listes: kind.map(listes::of).unwrap_or_default(),
            finess: delivery.finess.clone(),
            ordre: delivery.ordre,
            extrait_le: delivery.extract,
            du: delivery.date_from,
            au: delivery.date_to,
            encodage: delivery.encoding.clone(),
            caracteres_remplaces: delivery.replacements,
            comptes: self.counts(delivery),
            verdict: delivery.verdict,
            non_evalue: non_evalue::of(delivery, not_judged, self.history),
            bilan: judged.bilan,
            constats: judged.constats,
            motif,
            elements_inconnus: named(&delivery.unknown),
        }
    }

    /// Derived from the content, from what judged it and from what was said, so that whoever makes it again finds it again, and that two
    /// judgements of one file (without history, in quarantine, then loaded) are never taken for one another.
    fn number(&self, delivery: &Delivery) -> String {
        let window = format!(
            "{:?}",
            (delivery.extract, delivery.date_from, delivery.date_to, &delivery.finess)
        );
        let mut parts = vec![
            "certificat".to_owned(),
            delivery.id.clone(),
            self.catalogue.clone(),
            format!("{:?} {}", self.history, delivery.verdict.as_str()),
            window,
        ];
        let said = delivery.findings.iter();
        parts.extend(said.map(|found| format!("{} {} {}", found.rule, found.violated, found.eligible)));
        let hash = delivery_id(parts.join("\u{1f}").as_bytes()).to_uppercase();
        format!("CQ-{}-{}-{}", &hash[..4], &hash[4..8], &hash[8..12])
    }

    fn counts(&self, delivery: &Delivery) -> Comptes {
        let counts = &delivery.counts;
        let is_counted = match delivery.verdict {
            Verdict::DejaRecue | Verdict::EnQuarantaine => false,
            Verdict::Refusee => counts.rows_read > 0,
            _ => true,
        };
        let in_view = self.history == History::Known && delivery.is_in_force();
        let read = |count: u64| is_counted.then_some(count);
        let stored = |count: u64| in_view.then_some(count);
        Comptes {
            lus: read(counts.rows_read),
            acceptes: read(counts.accepted),
            rejetes: read(counts.rejected),
            doublons: read(counts.duplicates),
            hors_fenetre: read(counts.out_of_window),
            ajoutes: stored(counts.added),
            remplaces: stored(counts.changed),
            inchanges: stored(counts.unchanged),
            retires: stored(counts.removed),
        }
    }
}

/// Times an unknown name is met before it is said: the columns of an export come back with each record, a slip of the keyboard does not.
const LEAST_NAMED: u64 = 11;

fn named(unknown: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let mut named: BTreeMap<String, u64> = BTreeMap::new();
    for (name, count) in unknown {
        let name = if *count < LEAST_NAMED { "noms rares" } else { name };
        *named.entry(name.to_owned()).or_default() += count;
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_named_after_a_patient_is_counted_and_not_named() {
        let unknown = [("DUPONT_JEAN", 1), ("IDLOGICIEL", 467), ("MARTIN", 2)];
        let named = named(&unknown.map(|(name, count)| (name.to_owned(), count)).into());
        let expected = [("IDLOGICIEL", 467), ("noms rares", 3)];
        assert_eq!(named, expected.map(|(name, count)| (name.to_owned(), count)).into());
    }
}
