//! The quality return of each site: its findings, fields, days, wrong values, distributions and habits of recording, beside
//! shares of the other sites. A sibling of `release`: what a site may read of a run, and a function of its arguments.
//!
//! Of the other sites only shares leave: over three sites at least, whose counts are those that a partner may read.

mod champs;
mod codes;
mod constats;
mod declared;
mod envois;
pub mod funnel;
mod habitudes;
mod jours;
mod lieux;
mod montrable;
mod valeurs;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use lake::delivery::{Delivery, delivery_id};
use lake::finding::{Anomaly, Finding};
use lake::reference::{Structure, TYPES, latest};
use lake::retour::{Cadre, Incident, Pairs, Retour, Site};
use lake::store::RawCell;
use rayon::prelude::*;

use crate::disclosure::Policy;
use crate::{Catalogue, Error, Inputs};

pub use declared::corrections;

/// What the returns of a period are made from.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub inputs: &'a Inputs,
    pub catalogue: &'a Catalogue,
    /// `2025-Q1`, and the days of it that are known.
    pub periode: &'a str,
    pub du: Date,
    pub au: Date,
    pub en_cours: bool,
    /// Those of the run.
    pub findings: &'a [Finding],
    pub anomalies: &'a [Anomaly],
    /// What is kept of the cells that do not conform, for the deliveries of the view.
    pub values: &'a [RawCell],
    /// (FINESS, incident) of the journal that the sites give.
    pub journal: &'a [(String, Incident)],
    /// Peer group of a site, where one is declared; the others are the peers of those of their type.
    pub groupes: &'a BTreeMap<String, String>,
    /// By rule: how to correct, and what it breaks.
    pub corrections: &'a BTreeMap<String, (String, String)>,
    pub as_of: Timestamp,
    /// When what is asked for is looked at again.
    pub verification: Date,
    pub synthetique: bool,
    pub oru_version: &'a str,
    pub policy: &'a Policy,
}

/// Sites under which no share of the others is given: with two, each would read the other.
pub(crate) const LEAST_SITES: usize = 3;

/// The returns of every site open in the period, by FINESS.
pub fn retours(asked: &Asked<'_>) -> Result<Vec<Retour>, Error> {
    let sites = sites(asked);
    let id = name(asked);
    let fields = champs::count(asked, &sites)?;
    let days = jours::days(asked)?;
    let codes = codes::count(asked, &sites)?;
    let habits = habitudes::count(asked, &sites)?;
    let values = valeurs::count(asked)?;
    let found = constats::of_sites(asked)?;
    let made = sites.par_iter().map(|site| {
        let finess = site.finess.as_str();
        let mut journal = envois::incidents(asked, finess);
        let own = asked.journal.iter().filter(|(of, _)| of == finess);
        journal.extend(own.map(|(_, incident)| incident.clone()));
        journal.sort();
        Retour {
            cadre: frame(asked, &id),
            site: site.clone(),
            pairs: pairs(&sites, site, &|other| fields.transmits(other)),
            tranche: fields.tranche(finess, asked.policy),
            mois: fields.months(finess, asked.policy),
            champs: fields.items(site, asked.policy),
            jours: days.get(finess).cloned().unwrap_or_default(),
            envois: envois::of_site(asked, finess),
            valeurs: values.get(finess).cloned().unwrap_or_default(),
            regles: found.get(finess).cloned().unwrap_or_default(),
            codes: codes.of_site(site, asked.policy),
            habitudes: habits.of_site(finess, asked.policy),
            journal,
        }
    });
    Ok(made.collect())
}

/// Deliveries whose records the view of the period may hold: whose raw values are wanted.
pub fn loaded(inputs: &Inputs) -> BTreeSet<String> {
    let loaded = inputs
        .deliveries
        .iter()
        .filter(|delivery| delivery.table == RPU && delivery.is_in_force());
    loaded.map(|delivery| delivery.id.clone()).collect()
}

const RPU: &str = "rpu";

/// A share of others, unless their counts are small.
fn others(count: u64, out_of: u64, policy: &Policy) -> Option<f64> {
    let small = policy.is_small(count as f64) || policy.is_small(out_of.saturating_sub(count) as f64);
    (out_of >= u64::from(policy.plancher) && !small).then(|| count as f64 / out_of as f64)
}

/// Those open on a day of the period, with the name and type of their general structure.
fn sites(asked: &Asked<'_>) -> Vec<Site> {
    let open = |row: &&Structure| row.ouvert_du <= asked.au && row.ouvert_au.is_none_or(|end| asked.du <= end);
    let mut by_site: BTreeMap<&str, BTreeMap<i16, Vec<&Structure>>> = BTreeMap::new();
    for row in asked.inputs.structures.iter().filter(open) {
        by_site
            .entry(&row.finess)
            .or_default()
            .entry(row.ordre)
            .or_default()
            .push(row);
    }
    let site = |(finess, rows): (&str, BTreeMap<i16, Vec<&Structure>>)| {
        let last: Vec<&Structure> = rows.values().filter_map(|rows| latest(rows.iter().copied())).collect();
        let general = *last.first()?;
        Some(Site {
            finess: finess.to_owned(),
            nom: general.nom.clone(),
            departement: general.departement.clone(),
            type_structure: asked.groupes.get(finess).unwrap_or(&general.type_structure).clone(),
            structures: last.iter().map(|row| (row.ordre, row.nom.clone())).collect(),
        })
    };
    by_site.into_iter().filter_map(site).collect()
}

/// The other sites that the shares are over: a site that sent nothing in the period is not among them.
fn pairs(sites: &[Site], site: &Site, transmits: &dyn Fn(&str) -> bool) -> Pairs {
    let others = || {
        sites
            .iter()
            .filter(|other| other.finess != site.finess && transmits(&other.finess))
    };
    let label = TYPES.iter().find(|(code, _)| *code == site.type_structure);
    Pairs {
        libelle: label.map_or_else(|| site.type_structure.clone(), |(_, label)| (*label).to_owned()),
        sites: others().filter(|other| other.type_structure == site.type_structure).count() as u32,
        sites_region: others().count() as u32,
        minimum: LEAST_SITES as u32,
    }
}

fn frame(asked: &Asked<'_>, id: &str) -> Cadre {
    Cadre {
        id: id.to_owned(),
        periode: asked.periode.to_owned(),
        du: asked.du,
        au: asked.au,
        en_cours: asked.en_cours,
        as_of: asked.as_of,
        run: asked.inputs.run.clone(),
        consolide_au: asked.inputs.consolide_au,
        region: asked.inputs.region.clone(),
        region_nom: crate::release::region_name(&asked.inputs.region),
        catalogue: crate::release::catalogue_hash(asked.catalogue),
        oru_version: asked.oru_version.to_owned(),
        synthetique: asked.synthetique,
        verification: asked.verification,
        seuil: asked.policy.seuil,
        plancher: asked.policy.plancher,
    }
}

/// Name of the release of these returns: hash of what decides them besides the lake, which the run names.
pub fn name(asked: &Asked<'_>) -> String {
    let parts = [
        asked.periode.to_owned(),
        asked.inputs.run.clone(),
        asked.as_of.to_string(),
        crate::release::catalogue_hash(asked.catalogue),
        asked.policy.name(),
        format!(
            "{:?}{:?}{:?}{}",
            asked.journal, asked.groupes, asked.corrections, asked.verification
        ),
        asked.oru_version.to_owned(),
    ];
    let hash = delivery_id(parts.join("\u{1f}").as_bytes());
    format!("retour-qualite-{}-{}", asked.periode, &hash[..12])
}

fn deliveries<'a>(asked: &Asked<'a>, finess: &'a str) -> impl Iterator<Item = &'a Delivery> {
    let all = asked.inputs.deliveries.iter();
    all.filter(move |delivery| delivery.finess.as_deref() == Some(finess))
}

#[cfg(test)]
mod tests;
