//! Share of each code of the items that have a list, in the funnel of the sites of the same type, or of the region when there are too
//! few.

use std::collections::{BTreeMap, BTreeSet};

use lake::retour::{PartDeCode, Site};
use polars::prelude::*;

use super::Asked;
use super::declared::{Item, Nature, items};
use super::funnel::funnel;
use crate::Error;
use crate::disclosure::Policy;
use crate::prepare::rpu_view;

/// Sites under which a dispersion is not estimated.
pub const LEAST_SITES: usize = 8;
/// Expected count under which a share is not judged: the scores suppose it.
const LEAST_EXPECTED: f64 = 5.0;

type Counts = BTreeMap<String, BTreeMap<String, u64>>;

pub struct Codes {
    /// By item, by site, by code: conform values.
    items: Vec<(&'static Item, Counts)>,
    types: BTreeMap<String, String>,
}

pub fn count(asked: &Asked<'_>, sites: &[Site]) -> Result<Codes, Error> {
    let listed = items().iter().filter(|item| item.valeurs == Some(Nature::Liste));
    let mut counted = Vec::new();
    for item in listed {
        counted.push((item, of_item(asked, &item.colonne)?));
    }
    Ok(Codes {
        items: counted,
        types: sites
            .iter()
            .map(|site| (site.finess.clone(), site.type_structure.clone()))
            .collect(),
    })
}

fn of_item(asked: &Asked<'_>, column: &str) -> Result<Counts, Error> {
    let doing = || Error::frame(format!("compter les codes de {column}"));
    let frame = rpu_view(asked.inputs, asked.du, asked.au)?
        .filter(col(column).is_not_null())
        .group_by([col("finess"), col(column)])
        .agg([len().cast(DataType::UInt64).alias("n")])
        .collect()
        .map_err(doing())?;
    let mut counts = Counts::new();
    let mut read = || -> PolarsResult<()> {
        let (sites, codes, numbers) = (
            frame.column("finess")?.str()?,
            frame.column(column)?.str()?,
            frame.column("n")?.u64()?,
        );
        for ((site, code), number) in sites.iter().zip(codes.iter()).zip(numbers.iter()) {
            if let (Some(site), Some(code), Some(number)) = (site, code, number) {
                counts.entry(site.to_owned()).or_default().insert(code.to_owned(), number);
            }
        }
        Ok(())
    };
    read().map_err(doing())?;
    Ok(counts)
}

impl Codes {
    pub fn of_site(&self, site: &Site, policy: &Policy) -> Vec<PartDeCode> {
        self.items
            .iter()
            .flat_map(|(item, counts)| self.of_item(item, counts, site, policy))
            .collect()
    }

    fn of_item(&self, item: &Item, counts: &Counts, site: &Site, policy: &Policy) -> Vec<PartDeCode> {
        let total = |site: &str| counts.get(site).map_or(0, |codes| codes.values().sum::<u64>());
        let own = total(&site.finess);
        let enough = u64::from(policy.plancher);
        // A FINESS that the register does not know stands for no site.
        let known = |other: &&str| self.types.contains_key(*other) && total(other) >= enough;
        let all: Vec<&str> = counts.keys().map(String::as_str).filter(known).collect();
        let same: Vec<&str> = all
            .iter()
            .copied()
            .filter(|other| self.types.get(*other) == Some(&site.type_structure))
            .collect();
        let of_type = same.len() >= LEAST_SITES;
        let group = if of_type { same } else { all };
        if own < enough || group.len() < LEAST_SITES {
            return Vec::new();
        }
        let codes: BTreeSet<&String> = group
            .iter()
            .filter_map(|other| counts.get(*other))
            .flat_map(BTreeMap::keys)
            .collect();
        let of_code = |finess: &str, code: &str| counts.get(finess).and_then(|codes| codes.get(code)).copied().unwrap_or(0);
        let list = item
            .column()
            .and_then(|column| column.codes.as_deref())
            .and_then(lake::code_list::code_list);
        let judged = codes.into_iter().filter_map(|code| {
            let sites: Vec<(u64, u64)> = group.iter().map(|other| (of_code(other, code), total(other))).collect();
            let funnel = funnel(&sites)?;
            let expected = funnel.centre * own as f64;
            if expected < LEAST_EXPECTED || own as f64 - expected < LEAST_EXPECTED {
                return None;
            }
            let place = funnel.place(of_code(&site.finess, code), own)?;
            Some(PartDeCode {
                champ: item.tag(),
                code: code.clone(),
                libelle: list.and_then(|list| list.label(code)).unwrap_or_default().to_owned(),
                nombre: of_code(&site.finess, code),
                sur: own,
                centre: funnel.centre,
                bas_95: place.limits_95.0,
                haut_95: place.limits_95.1,
                bas_998: place.limits_998.0,
                haut_998: place.limits_998.1,
                z: place.z,
                z_multiplicatif: place.z_multiplicative,
                z_additif: place.z_additive,
                phi: funnel.phi,
                tau2: funnel.tau2,
                sites: group.len() as u32,
                de_meme_type: of_type,
            })
        });
        judged.collect()
    }
}
