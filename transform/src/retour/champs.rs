//! How the items are filled, site by site and month by month, by the rules that the returns name.

use std::collections::BTreeMap;

use lake::month::Month;
use lake::retour::{Autres, Champ, MoisComplet, Rempli, Site, Tiers, Tranche};

use super::declared::{Item, items};
use super::{Asked, LEAST_SITES, others};
use crate::disclosure::Policy;
use crate::rules::{self, Compiled, Counts};
use crate::{Error, prepare};

/// Months of the trend.
const MONTHS: i32 = 12;
/// Sites under which a place among them says who is where.
const LEAST_RANKED: usize = 6;

pub struct Fields {
    measured: Vec<&'static Item>,
    /// Months of the trend, the last being that of the period's end, and the first month of the period among them.
    months: Vec<Month>,
    first: usize,
    /// By site, by month, by item.
    counts: BTreeMap<String, Vec<Vec<Rempli>>>,
    types: BTreeMap<String, String>,
}

pub fn count(asked: &Asked<'_>, sites: &[Site]) -> Result<Fields, Error> {
    let rule = |name: &Option<String>| -> Option<Compiled<'_>> {
        let named = asked.catalogue.regles.iter().find(|rule| Some(rule.name()) == *name);
        named.and_then(|rule| rules::compile(rule, asked.catalogue).ok())
    };
    let (mut measured, mut compiled) = (Vec::new(), Vec::new());
    for item in items() {
        if let (Some(filled), Some(conform)) = (rule(&item.rempli), rule(&item.conforme)) {
            measured.push(item);
            compiled.extend([filled, conform]);
        }
    }
    let last = Month::of(asked.au);
    let months: Vec<Month> = last.plus(1 - MONTHS).through(last).collect();
    let blank = vec![vec![Rempli::default(); measured.len()]; months.len()];
    let mut counts: BTreeMap<String, Vec<Vec<Rempli>>> = sites.iter().map(|site| (site.finess.clone(), blank.clone())).collect();
    let lists = vec![false; compiled.len()];
    for (rank, month) in months.iter().enumerate() {
        let frame = prepare::judged_rpu(asked.inputs, month.first_day(), month.last_day().min(asked.au))?;
        for run in rules::pass(frame, &compiled, "finess", &lists)?.runs {
            if let Some(of_site) = counts.get_mut(&run.place.finess) {
                for (sum, pair) in of_site[rank].iter_mut().zip(run.counts.chunks(2)) {
                    *sum += filled(pair);
                }
            }
        }
    }
    let start = Month::of(asked.du);
    Ok(Fields {
        first: months.iter().position(|month| *month == start).unwrap_or(0),
        months,
        measured,
        counts,
        types: sites
            .iter()
            .map(|site| (site.finess.clone(), site.type_structure.clone()))
            .collect(),
    })
}

fn filled(pair: &[Counts]) -> Rempli {
    let [fill, conform] = pair else { return Rempli::default() };
    Rempli {
        attendus: fill.eligible,
        remplis: fill.eligible - fill.violated,
        jugeables: conform.eligible,
        conformes: conform.eligible - conform.violated,
    }
}

impl Fields {
    /// The items of one site over the period.
    pub fn items(&self, site: &Site, policy: &Policy) -> Vec<Champ> {
        let period = self.first..self.months.len();
        let before = self.first.saturating_sub(period.len())..self.first;
        let same = |finess: &str| self.types.get(finess) == Some(&site.type_structure);
        let described = self.measured.iter().enumerate().map(|(rank, item)| Champ {
            champ: item.tag(),
            libelle: item.column().map(|column| label(&column.libelle)).unwrap_or_default(),
            attendu: item.attendu.clone(),
            site: self.sum(&site.finess, period.clone(), rank),
            avant: self.sum(&site.finess, before.clone(), rank),
            region: self.others(&site.finess, rank, &|_| true, policy),
            pairs: self.others(&site.finess, rank, &same, policy),
        });
        described.collect()
    }

    /// Expected and filled items, month by month.
    pub fn months(&self, finess: &str, policy: &Policy) -> Vec<MoisComplet> {
        let lines = self.months.iter().enumerate().map(|(rank, month)| {
            let own = self.score(finess, rank..rank + 1);
            let elsewhere: Vec<(u64, u64)> = self
                .elsewhere(finess)
                .map(|other| self.score(other, rank..rank + 1))
                .filter(|(expected, _)| *expected > 0)
                .collect();
            let sum = elsewhere.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            let entered = self.measured.iter().position(|item| item.colonne == "entree");
            MoisComplet {
                mois: *month,
                passages: entered.map_or(0, |item| self.sum(finess, rank..rank + 1, item).attendus),
                attendus: own.0,
                remplis: own.1,
                region: others(sum.1, sum.0, policy).filter(|_| elsewhere.len() >= LEAST_SITES),
            }
        });
        lines.collect()
    }

    /// Whether a record of the site is known in the period.
    pub fn transmits(&self, finess: &str) -> bool {
        self.score(finess, self.first..self.months.len()).0 > 0
    }

    /// The third of the ranking by score that the site is in.
    pub fn tranche(&self, finess: &str, policy: &Policy) -> Option<Tranche> {
        let score = |site: &str| {
            let (expected, filled) = self.score(site, self.first..self.months.len());
            (expected >= u64::from(policy.plancher)).then(|| filled as f64 / expected as f64)
        };
        let own = score(finess)?;
        let all: Vec<f64> = self.counts.keys().filter_map(|site| score(site)).collect();
        if all.len() < LEAST_RANKED {
            return None;
        }
        let above = all.iter().filter(|other| **other > own).count();
        Some(Tranche {
            tiers: match above * 3 / all.len() {
                0 => Tiers::Haut,
                1 => Tiers::Milieu,
                _ => Tiers::Bas,
            },
            sites: all.len() as u32,
        })
    }

    fn score(&self, finess: &str, months: std::ops::Range<usize>) -> (u64, u64) {
        let sums = (0..self.measured.len()).map(|item| self.sum(finess, months.clone(), item));
        sums.fold((0, 0), |(expected, filled), one| {
            (expected + one.attendus, filled + one.remplis)
        })
    }

    fn sum(&self, finess: &str, months: std::ops::Range<usize>, item: usize) -> Rempli {
        let mut sum = Rempli::default();
        for month in self.counts.get(finess).into_iter().flat_map(|site| &site[months.clone()]) {
            sum += month[item];
        }
        sum
    }

    fn elsewhere<'a>(&'a self, finess: &'a str) -> impl Iterator<Item = &'a str> {
        self.counts.keys().map(String::as_str).filter(move |other| *other != finess)
    }

    fn others(&self, finess: &str, item: usize, keep: &dyn Fn(&str) -> bool, policy: &Policy) -> Autres {
        let period = self.first..self.months.len();
        let kept = self.elsewhere(finess).filter(|other| keep(other));
        let sums: Vec<Rempli> = kept
            .map(|other| self.sum(other, period.clone(), item))
            .filter(|sum| sum.attendus > 0)
            .collect();
        if sums.len() < LEAST_SITES {
            return Autres::default();
        }
        let mut all = Rempli::default();
        sums.into_iter().for_each(|one| all += one);
        Autres {
            rempli: others(all.remplis, all.attendus, policy),
            conforme: others(all.conformes, all.jugeables, policy),
        }
    }
}

/// The label of a column, without what it adds in brackets, after a comma or a colon, and without the word « État ».
fn label(text: &str) -> String {
    let short = text.split([':', '(', ',']).next().unwrap_or(text).trim();
    let short = ["État du ", "État de la ", "État de l'", "État "]
        .iter()
        .find_map(|head| short.strip_prefix(head))
        .unwrap_or(short);
    let mut letters = short.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}
