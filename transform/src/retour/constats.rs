//! What the rules found at each site, beside the other sites of the region, with where to look and how to correct.

use std::collections::{BTreeMap, HashMap};

use lake::retour::Constat;

use super::lieux::{Places, places};
use super::{Asked, LEAST_SITES, others};
use crate::Error;
use crate::judgement::{self, Jugement, Niveau};
use crate::rules::{Category, Rule, Scope};

const SITE: &str = "etablissement";

/// By site: the rules that judged something, in the order of the catalogue.
pub fn of_sites(asked: &Asked<'_>) -> Result<BTreeMap<String, Vec<Constat>>, Error> {
    let known: HashMap<(&str, &str), (usize, &Rule)> = asked
        .catalogue
        .regles
        .iter()
        .enumerate()
        .map(|(rank, rule)| ((rule.id.as_str(), rule.clause.as_str()), (rank, rule)))
        .collect();
    let elsewhere = totals(asked);
    let places = places(asked)?;
    let mut lines: BTreeMap<&str, Vec<(usize, Constat)>> = BTreeMap::new();
    let mut months = Months::new();
    let judged = judgement::judge(asked.findings, asked.catalogue);
    for judged in judged.iter().filter(|judged| judged.constat.level == SITE) {
        let finding = judged.constat;
        let name = (finding.rule.as_str(), finding.clause.as_str());
        let Some((rank, rule)) = known.get(&name) else { continue };
        if finding.period_kind == "month" {
            let month = (finding.period.clone(), finding.violated, finding.eligible);
            months.entry((finding.area.as_str(), *rank)).or_default().push(month);
        } else if finding.period == asked.periode {
            let line = line(judged, rule, &elsewhere, &places, asked);
            lines.entry(finding.area.as_str()).or_default().push((*rank, line));
        }
    }
    let sorted = lines.into_iter().map(|(site, mut found)| {
        found.sort_by_key(|(rank, _)| *rank);
        let found = found.into_iter().map(|(rank, mut line)| {
            line.mois = months.remove(&(site, rank)).unwrap_or_default();
            line.mois.sort();
            line
        });
        (site.to_owned(), found.collect())
    });
    Ok(sorted.collect())
}

type Months<'a> = HashMap<(&'a str, usize), Vec<(String, u64, u64)>>;
pub(super) type Named<'a> = (&'a str, &'a str);

/// Over the sites, by rule: found, judged, and how many sites had anything to judge.
fn totals<'a>(asked: &Asked<'a>) -> HashMap<Named<'a>, (u64, u64, usize)> {
    let mut totals: HashMap<Named<'_>, (u64, u64, usize)> = HashMap::new();
    let of_period = asked
        .findings
        .iter()
        .filter(|finding| finding.level == SITE && finding.period == asked.periode);
    for finding in of_period {
        let sum = totals.entry((&finding.rule, &finding.clause)).or_default();
        *sum = (
            sum.0 + finding.violated,
            sum.1 + finding.eligible,
            sum.2 + usize::from(finding.eligible > 0),
        );
    }
    totals
}

fn line(
    judgement: &Jugement<'_>,
    rule: &Rule,
    totals: &HashMap<Named<'_>, (u64, u64, usize)>,
    places: &Places<'_>,
    asked: &Asked<'_>,
) -> Constat {
    let finding = judgement.constat;
    let name = (finding.rule.as_str(), finding.clause.as_str());
    let (found, judged, sites) = totals.get(&name).copied().unwrap_or_default();
    let sites = sites - usize::from(finding.eligible > 0).min(sites);
    let region = others(found - finding.violated, judged - finding.eligible, asked.policy);
    let texts = asked
        .corrections
        .get(&rule.name())
        .or_else(|| asked.corrections.get(&rule.id))
        .cloned();
    let (correction, consequence) = texts.unwrap_or_else(|| match rule.correction.is_empty() {
        true => usual(rule),
        false => (rule.correction.clone(), rule.consequence.clone()),
    });
    Constat {
        regle: rule.name(),
        titre: rule.titre.clone(),
        portee: match rule.portee {
            Scope::Element => "element",
            Scope::Row => "row",
            Scope::Group => "group",
            Scope::Series => "series",
            Scope::Reference => "reference",
            Scope::File => "file",
        }
        .to_owned(),
        categorie: match rule.categorie {
            Category::Conformance => "conformance",
            Category::Completeness => "completeness",
            Category::Plausibility => "plausibility",
        }
        .to_owned(),
        effet: rule.effet,
        verdict: verdict(judgement.niveau).to_owned(),
        unite: unit(rule).to_owned(),
        trouves: finding.violated,
        excuses: judgement.excusees,
        raisons: judgement.raisons.iter().map(|reason| (*reason).to_owned()).collect(),
        juges: finding.eligible,
        non_juges: finding.not_judged,
        region: region.filter(|_| sites >= LEAST_SITES),
        mois: Vec::new(),
        exemples: places.get(&(finding.area.clone(), name)).cloned().unwrap_or_default(),
        correction,
        consequence,
    }
}

fn verdict(level: Niveau) -> &'static str {
    match level {
        Niveau::NonApplicable => "not_applicable",
        Niveau::NonJuge => "not_judged",
        Niveau::Conforme => "ok",
        Niveau::Alerte | Niveau::Echec => "anomaly",
        Niveau::Erreur => "error",
    }
}

/// What is said of a rule that has no text of its own; nothing of one that asks for nothing.
fn usual(rule: &Rule) -> (String, String) {
    if rule.domaine() == super::RPU {
        return Default::default();
    }
    (
        "Retrouver ces enregistrements dans le fichier envoyé et corriger l'export.".to_owned(),
        format!("Effet sur les comptes : {}.", rule.effet.label_fr()),
    )
}

/// What one judgement of a rule is about, in words.
fn unit(rule: &Rule) -> &'static str {
    let is_of_records = lake::table::table(&rule.table).is_some();
    match (rule.portee, rule.table.as_str()) {
        (Scope::File, _) => "cas",
        (Scope::Element, _) => "codes",
        (_, table) if !is_of_records && table.ends_with("_jour") => "jours",
        (_, table) if table.ends_with("_champ_mois") || table.ends_with("_modalite_mois") => "mesures",
        _ if !is_of_records => "mois",
        (_, super::RPU) => "passages",
        _ => "lignes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_against_a_reference_counts_what_its_table_is_made_of() {
        let catalogue = crate::Catalogue::load(&[]).unwrap();
        let units = ["SMUR-C47", "RPU-E20", "ORU-W03", "RPU-T01", "RPU-X04"].map(|id| {
            let rule = catalogue.regles.iter().find(|rule| rule.id == id);
            rule.map_or("absent", unit)
        });
        assert_eq!(units, ["lignes", "mois", "jours", "jours", "passages"]);
    }
}
