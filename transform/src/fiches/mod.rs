//! The release of one site or of one département, taken from the release of the whole region: what its reader may see, and
//! nothing else. A site reads its own figures whole; the region; and statistics over its peers, which are made of values that its
//! audience may read one by one, over three sites at least, itself left out. A département reads its sites past the gate.
//!
//! A pure function of its arguments, like the release it comes from: the pattern of what is masked is that of the whole release, so
//! that a reader of both learns nothing from their difference.

mod pairs;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lake::figure::Figure;
use lake::reference::{self, Structure, TYPES, latest};
use lake::release::{Frame, Release, Sujet};
use lake::retour::Pairs;

use crate::retour::LEAST_SITES;
use pairs::Peers;

/// What the releases of the places of a region are made from.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// Of the whole region, past the gate.
    pub release: &'a Release,
    /// Figures of the sites before the gate, for an audience where each reads its own whole; none otherwise.
    pub own: &'a [Figure],
    /// Peer group of a site, where one is declared; the others are the peers of those of their type.
    pub groupes: &'a BTreeMap<String, String>,
    /// Who answers for a site.
    pub contacts: &'a BTreeMap<String, String>,
}

/// The places of a region, each ready to be handed its own release.
pub struct Fiches<'a> {
    asked: Asked<'a>,
    /// Ranks of the figures of each area, by level and code.
    places: HashMap<(&'a str, &'a str), Vec<usize>>,
    own: HashMap<&'a str, Vec<&'a Figure>>,
    /// General structure of each site, by FINESS, and the group of its peers.
    sites: BTreeMap<&'a str, (&'a Structure, &'a str)>,
    peers: Peers<'a>,
}

impl<'a> Fiches<'a> {
    pub fn new(asked: Asked<'a>) -> Fiches<'a> {
        let frame = &asked.release.frame;
        let mut places: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        for (rank, figure) in asked.release.figures.iter().enumerate() {
            places.entry((&figure.level, &figure.area)).or_default().push(rank);
        }
        let mut own: HashMap<&str, Vec<&Figure>> = HashMap::new();
        for figure in asked.own.iter().filter(|figure| *figure.level == *"etablissement") {
            own.entry(&figure.area).or_default().push(figure);
        }
        let sites = general(frame)
            .into_iter()
            .map(|(finess, structure)| {
                let group = asked.groupes.get(finess).unwrap_or(&structure.type_structure);
                (finess, (structure, group.as_str()))
            })
            .collect();
        Fiches {
            asked,
            places,
            own,
            sites,
            peers: Peers::new(&asked.release.figures, frame),
        }
    }

    /// FINESS of the sites of the frame, in order.
    pub fn sites(&self) -> Vec<String> {
        self.sites.keys().map(|finess| (*finess).to_owned()).collect()
    }

    /// Codes of the départements that have a site, in order.
    pub fn departements(&self) -> Vec<String> {
        let frame = &self.asked.release.frame;
        let has_site = |code: &String| self.sites.values().any(|(site, _)| site.departement == *code);
        let codes = frame.departements.iter().map(|(code, _)| code.clone());
        codes.filter(has_site).collect()
    }

    /// The release that a site may read.
    pub fn of_site(&self, finess: &str) -> Option<Release> {
        let (site, group) = *self.sites.get(finess)?;
        let among: Vec<&str> = self.sites_of_group(group).filter(|other| *other != finess).collect();
        let label = TYPES.iter().find(|(code, _)| *code == group).map(|(_, label)| *label);
        let subject = Sujet {
            niveau: "etablissement".to_owned(),
            zone: finess.to_owned(),
            nom: site.nom.clone(),
            departement: site.departement.clone(),
            groupe: Some(group.to_owned()),
            pairs: Some(Pairs {
                libelle: label.unwrap_or(group).to_owned(),
                sites: among.len() as u32,
                sites_region: self.sites.len().saturating_sub(1) as u32,
                minimum: LEAST_SITES as u32,
            }),
            contact: self.asked.contacts.get(finess).cloned(),
        };
        let mut figures = self.wider("region");
        figures.extend(match self.own.get(finess) {
            Some(own) => own.iter().map(|figure| (*figure).clone()).collect(),
            None => self.at("etablissement", finess),
        });
        let own: Vec<&Figure> = figures.iter().filter(|figure| *figure.area == *finess).collect();
        let of_peers = self.peers.of(&own, &among, group);
        figures.extend(of_peers);
        Some(self.pared(subject, figures, |structure| structure.finess == finess))
    }

    /// The release that the readers of a département may read.
    pub fn of_departement(&self, code: &str) -> Option<Release> {
        let frame = &self.asked.release.frame;
        let (_, name) = frame.departements.iter().find(|(known, _)| known == code)?;
        let subject = Sujet {
            niveau: "departement".to_owned(),
            zone: code.to_owned(),
            nom: name.clone(),
            departement: code.to_owned(),
            groupe: None,
            pairs: None,
            contact: None,
        };
        let own = epci_of(code);
        let mut figures = self.wider("region");
        figures.extend(self.at("departement", code));
        figures.retain(|figure| *figure.dim != *EPCI || own.contains(&*figure.modalite));
        for (finess, (site, _)) in &self.sites {
            if site.departement == code {
                figures.extend(self.at("etablissement", finess));
            }
        }
        Some(self.pared(subject, figures, |structure| structure.departement == code))
    }

    fn sites_of_group(&self, group: &str) -> impl Iterator<Item = &'a str> {
        let same = move |(_, of): &(&Structure, &str)| *of == group;
        self.sites
            .iter()
            .filter(move |(_, site)| same(site))
            .map(|(finess, _)| *finess)
    }

    fn at(&self, level: &str, area: &str) -> Vec<Figure> {
        let ranks = self.places.get(&(level, area)).into_iter().flatten();
        ranks.map(|rank| self.asked.release.figures[*rank].clone()).collect()
    }

    /// The whole that a place belongs to, over more than a day.
    fn wider(&self, level: &str) -> Vec<Figure> {
        let mut figures = self.at(level, &self.asked.release.frame.region);
        figures.retain(|figure| *figure.period_kind != *"day");
        figures
    }

    /// The frame with nothing of the other places, and these figures.
    fn pared(&self, subject: Sujet, figures: Vec<Figure>, is_own: impl Fn(&Structure) -> bool) -> Release {
        let release = self.asked.release;
        let mut frame = release.frame.clone();
        frame.id = format!("{}-{}", frame.id, subject.zone);
        frame.structures.retain(&is_own);
        let sites: Vec<String> = frame.structures.iter().map(|structure| structure.finess.clone()).collect();
        frame.deliveries.retain(|delivery| sites.contains(&delivery.finess));
        frame
            .envois
            .retain(|envoi| envoi.finess.as_ref().is_some_and(|finess| sites.contains(finess)));
        frame.ruptures.retain(|rupture| sites.contains(&rupture.finess));
        // Sentences about the region, which name its sites.
        frame.avertissements.clear();
        frame.gate.masques.clear();
        for figure in figures.iter().filter(|figure| figure.status.printed().is_some()) {
            let status = figure.status.as_str();
            if matches!(status, "masked" | "too_few") {
                *frame.gate.masques.entry(status.to_owned()).or_default() += 1;
            }
        }
        frame.sujet = Some(subject);
        let findings = release.findings.iter();
        let own = findings.filter(|finding| finding.level == "etablissement" && sites.contains(&finding.area));
        Release {
            findings: own.cloned().collect(),
            frame,
            figures,
        }
    }
}

/// The dimension of the smallest areas of residence.
const EPCI: &str = "epci";

/// EPCI most of whose inhabitants live in a département: one that lies over two is told of in one of them.
fn epci_of(departement: &str) -> BTreeSet<&'static str> {
    let mut inhabitants: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for commune in reference::communes()
        .iter()
        .filter(|commune| commune.commune_parente.is_empty())
    {
        let there = inhabitants
            .entry(commune.epci)
            .or_default()
            .entry(commune.departement)
            .or_default();
        *there += u64::from(commune.population.unwrap_or(0));
    }
    let most = |places: &BTreeMap<&'static str, u64>| places.iter().max_by_key(|(_, count)| **count).map(|(code, _)| *code);
    let own = inhabitants
        .iter()
        .filter(|(code, places)| !code.is_empty() && most(places) == Some(departement));
    own.map(|(code, _)| *code).collect()
}

/// The general structure of each site: the first of its structures, as it was last.
fn general(frame: &Frame) -> BTreeMap<&str, &Structure> {
    let mut by_site: BTreeMap<&str, BTreeMap<i16, Vec<&Structure>>> = BTreeMap::new();
    for row in &frame.structures {
        by_site
            .entry(&row.finess)
            .or_default()
            .entry(row.ordre)
            .or_default()
            .push(row);
    }
    let sites = by_site.into_iter();
    sites
        .filter_map(|(finess, rows)| Some((finess, latest(rows.into_values().next()?.into_iter())?)))
        .collect()
}

#[cfg(test)]
mod tests;
