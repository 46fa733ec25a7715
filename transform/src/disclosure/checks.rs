//! The checks of a release before it leaves (disclosure.md §8): what a blocking one finds keeps it from being published.

use std::fmt;

use lake::figure::{Figure, Status};
use lake::release::{Audience, Audit};

use super::{Counted, Declared, Gated, Pattern, Policy, identifying, primary};
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
    /// Where, when the check can say: indicator, place, period; never a count.
    pub places: Vec<String>,
}

/// Places that are named; the others are counted.
const NAMED: usize = 5;

impl fmt::Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} : {} {}", self.id, self.count, self.words)?;
        if self.places.is_empty() {
            return Ok(());
        }
        write!(formatter, " ({}", self.places[..self.places.len().min(NAMED)].join(" ; "))?;
        match self.places.len().saturating_sub(NAMED) {
            0 => formatter.write_str(")"),
            more => write!(formatter, " ; et {more} de plus)"),
        }
    }
}

/// Every check that finds something, in the order of their identifiers.
pub fn run(
    gated: &Gated,
    audit: &Audit,
    (declared, pattern): (&Declared<'_>, &Pattern),
    audience: Audience,
    policy: &Policy,
) -> Vec<Found> {
    let figures = &gated.figures;
    let count = |fails: &dyn Fn(&Figure) -> bool| figures.iter().filter(|figure| fails(figure)).count() as u64;
    let found = [
        Found {
            id: "DIS-C01",
            blocks: true,
            count: count(&|figure| prints_few(figure, declared, policy)),
            words: "chiffres imprimés dont un effectif est sous le seuil",
            places: Vec::new(),
        },
        Found {
            id: "DIS-C02",
            // Partners are bound by their agreement: they are told.
            blocks: audience == Audience::Public,
            count: audit.refuses,
            words: "effectifs masqués que les autres chiffres laissent retrouver",
            places: gated.refuses.iter().map(|index| place(&figures[*index])).collect(),
        },
        Found {
            id: "DIS-C03",
            blocks: true,
            count: count(&|figure| rests_on_few(figure, declared, policy)),
            words: "moyennes ou quantiles imprimés sur trop peu de dossiers",
            places: Vec::new(),
        },
        Found {
            id: "DIS-C04",
            blocks: true,
            count: count(&|figure| pattern.was_masked(figure, policy)),
            words: "chiffres qu'une diffusion publiée masquait",
            places: Vec::new(),
        },
        Found {
            id: "DIS-C05",
            blocks: false,
            count: audit.non_lies + audit.non_prouves,
            words: "totaux qui ne sont pas la somme de leurs parties, ou effectifs masqués sans bornes calculées : hors de l'audit exact",
            places: Vec::new(),
        },
        Found {
            id: "DIS-C06",
            blocks: true,
            count: count(&identifying::identifies),
            words: "chiffres dont une catégorie porte le nom ou l'écriture d'un identifiant de personne",
            places: Vec::new(),
        },
        Found {
            id: "DIS-C08",
            blocks: false,
            count: audit.dominants,
            words: "chiffres d'une aire dont un établissement, lui-même masqué, fait presque tout",
            places: Vec::new(),
        },
        Found {
            id: "DIS-C09",
            blocks: true,
            count: count(&keeps_numbers),
            words: "chiffres masqués qui gardent un nombre",
            places: Vec::new(),
        },
        Found {
            id: "DIS-C10",
            blocks: false,
            count: count(&|figure| says_it_of_all(figure, declared, policy)),
            words: "parts de 100 % : les autres catégories sont vides, et la même chose est dite de tous les patients du groupe",
            places: Vec::new(),
        },
    ];
    found.into_iter().filter(|found| found.count > 0).collect()
}

/// What a figure is of: « RPU-I12, etablissement 310783048, 2025-Q1, pediatrie, mode_sortie = 8 ».
fn place(figure: &Figure) -> String {
    let mut words = vec![
        figure.indicator.to_string(),
        format!("{} {}", figure.level, figure.area),
        figure.period.to_string(),
        figure.population.to_string(),
    ];
    let categories = [(&figure.dim, &figure.modalite), (&figure.dim2, &figure.modalite2)];
    words.extend(
        categories
            .iter()
            .filter(|(dim, _)| !dim.is_empty())
            .map(|(dim, value)| format!("{dim} = {value}")),
    );
    words.join(", ")
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

/// A share of patients that leaves nobody: whoever is known to be of the group is known to have the attribute.
fn says_it_of_all(figure: &Figure, declared: &Declared<'_>, policy: &Policy) -> bool {
    let protection = declared.protections.get(&*figure.indicator);
    let of_patients = protection.is_some_and(|row| row.complement && row.secret == Secret::Personnes);
    let all = figure
        .numerator
        .zip(figure.denominator)
        .is_some_and(|(some, all)| some == all && all > 0.0);
    of_patients && all && figure.value.is_some() && !primary::is_own(figure, policy)
}

/// A masked figure that keeps anything.
fn keeps_numbers(figure: &Figure) -> bool {
    figure.status == Status::Masked && figure.numbers().iter().any(Option::is_some)
}
