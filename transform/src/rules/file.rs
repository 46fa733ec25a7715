//! Rules judged on files: ingest and the store count them, deliveries carry the counts, here they are gathered by site.

use jiff::civil::Date;
use lake::delivery::Delivery;
use lake::reference::{Structure, latest};

use super::Rule;
use super::pass::{Counts, Place};

/// What one delivery says of these rules: its place, its day, and the counts in the order of the rules. The unit is the one
/// ingest counts (files or records); a record sent several times counts each time.
pub fn of_delivery(delivery: &Delivery, rules: &[&Rule], structures: &[Structure]) -> (Place, Date, Vec<Counts>) {
    let counts = rules.iter().map(|rule| {
        let name = rule.name();
        let mut counts = Counts::default();
        for finding in delivery.findings.iter().filter(|finding| finding.rule == name) {
            counts += Counts {
                violated: finding.violated,
                eligible: finding.eligible,
                not_judged: finding.not_judged,
            };
        }
        counts
    });
    let counts = counts.collect();
    let finess = delivery.finess.clone().unwrap_or_default();
    let of_site = || structures.iter().filter(|structure| structure.finess == finess);
    let of_ordre = |ordre: Option<i16>| latest(of_site().filter(move |structure| Some(structure.ordre) == ordre));
    let general = || of_ordre(of_site().map(|structure| structure.ordre).min());
    let structure = of_ordre(delivery.ordre).or_else(general);
    let place = Place {
        departement: structure.map(|structure| structure.departement.clone()),
        type_etablissement: structure.map(|structure| structure.type_structure.clone()),
        finess,
        jour: 0,
    };
    (place, crate::series::day(delivery), counts)
}
