//! The checks of a release before it leaves (disclosure.md §8): what a blocking one finds keeps it from being published.

use lake::figure::{Figure, Status};
use lake::release::{Audience, Audit};

use super::{Counted, Declared, Pattern, Policy, primary};
use crate::indicators::Secret;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// `DIS-C01`…
    pub id: &'static str,
    /// Whether it keeps the release from being published.
    pub blocks: bool,
    pub count: u64,
    /// French, for the person who releases.
    pub words: &'static str,
}

/// Every check that finds something, in the order of their identifiers.
pub fn run(
    figures: &[Figure],
    audit: &Audit,
    (declared, pattern): (&Declared<'_>, &Pattern),
    audience: Audience,
    policy: &Policy,
) -> Vec<Found> {
    let count = |fails: &dyn Fn(&Figure) -> bool| figures.iter().filter(|figure| fails(figure)).count() as u64;
    let found = [
        Found {
            id: "DIS-C01",
            blocks: true,
            count: count(&|figure| prints_few(figure, declared, policy)),
            words: "chiffres imprimés dont un effectif est sous le seuil",
        },
        Found {
            id: "DIS-C02",
            // Partners are bound by their agreement: they are told.
            blocks: audience == Audience::Public,
            count: audit.refuses,
            words: "effectifs masqués que les autres chiffres laissent retrouver",
        },
        Found {
            id: "DIS-C03",
            blocks: true,
            count: count(&|figure| rests_on_few(figure, declared, policy)),
            words: "moyennes ou quantiles imprimés sur trop peu de dossiers",
        },
        Found {
            id: "DIS-C04",
            blocks: true,
            count: count(&|figure| pattern.was_masked(figure, policy)),
            words: "chiffres qu'une diffusion publiée masquait",
        },
        Found {
            id: "DIS-C05",
            blocks: false,
            count: audit.non_lies + audit.non_prouves,
            words: "totaux qui ne sont pas la somme de leurs parties, ou effectifs masqués sans bornes calculées : hors de l'audit exact",
        },
        Found {
            id: "DIS-C09",
            blocks: true,
            count: count(&keeps_numbers),
            words: "chiffres masqués qui gardent un nombre",
        },
    ];
    found.into_iter().filter(|found| found.count > 0).collect()
}

/// A printed figure one of whose counts is small.
fn prints_few(figure: &Figure, declared: &Declared<'_>, policy: &Policy) -> bool {
    let Some(protection) = declared.protections.get(&*figure.indicator) else {
        return false;
    };
    if !protection.counts_patients() || primary::is_own(figure, policy) {
        return false;
    }
    let small =
        |count: Option<f64>, counted: Counted| counted == Counted::Records && count.is_some_and(|count| policy.is_small(count));
    let numerator = protection.secret == Secret::Personnes && small(figure.numerator, protection.numerator);
    numerator || small(figure.denominator, protection.denominator) || small(figure.excluded, Counted::Records)
}

fn rests_on_few(figure: &Figure, declared: &Declared<'_>, policy: &Policy) -> bool {
    let protection = declared
        .protections
        .get(&*figure.indicator)
        .filter(|row| row.summary && row.secret == Secret::Personnes);
    let few = |count: f64| count > 0.0 && count < f64::from(policy.plancher_moyenne);
    let records = figure.denominator.filter(|_| figure.value.is_some());
    protection.is_some() && !primary::is_own(figure, policy) && records.is_some_and(few)
}

/// A masked figure that keeps anything.
fn keeps_numbers(figure: &Figure) -> bool {
    figure.status == Status::Masked && figure.numbers().iter().any(Option::is_some)
}
