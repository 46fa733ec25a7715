//! Q-G10: age pyramid, passages by sex and five-year class over the population's outline, both in percent.

use lake::figure::{Figure, Status};

use super::{Drawn, count_of, hidden_note, key, known_or, total};
use crate::build::Context;
use crate::build::words::Words;
use crate::charts::{AgeClass, Drawing, Pyramid};
use crate::declaration::{ChartDecl, Selection};
use crate::document::Cell;
use crate::figures::status_of;
use crate::typography as typo;

/// Classes of five years, the last one open from 95.
const CLASSES: usize = 20;

/// Of the data table.
const HEADER: [&str; 7] = [
    "Âge",
    "Passages, hommes",
    "Passages, femmes",
    "% hommes",
    "% femmes",
    "Habitants, hommes",
    "Habitants, femmes",
];

/// Passages and inhabitants of one sex, by class.
struct Sex {
    passages: Vec<Option<f64>>,
    /// Why a class has none.
    statuses: Vec<Status>,
    /// Passages of the region without age or sex, when a figure says it.
    missing: Option<f64>,
    inhabitants: Vec<f64>,
}

pub fn pyramid(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let series = declared.serie.first()?;
    let other = declared.comparaison.as_ref();
    let men = sex(context, series, "M", other);
    let women = sex(context, series, "F", other);
    let listed = total(&men.passages)? + total(&women.passages)?;
    // A masked class stays part of the whole: the total is the published one.
    let passages = published_total(context, series, men.missing.or(women.missing)).unwrap_or(listed);
    let hidden = men
        .passages
        .iter()
        .chain(&women.passages)
        .filter(|count| count.is_none())
        .count();
    let inhabitants: f64 = men.inhabitants.iter().chain(&women.inhabitants).sum();
    let percent = |count: f64| count / passages * 100.0;
    let of_inhabitants = |count: f64| count / inhabitants.max(1.0) * 100.0;
    let classes: Vec<AgeClass> = (0..CLASSES)
        .map(|index| AgeClass {
            label: printed_class(index),
            men: men.passages[index].map(percent),
            women: women.passages[index].map(percent),
            population_men: of_inhabitants(men.inhabitants[index]),
            population_women: of_inhabitants(women.inhabitants[index]),
        })
        .collect();
    Some(Drawn {
        message: match other {
            None => message(context, series, &classes),
            Some(other) => beside(context, words, series, other),
        },
        alternative: "Pyramide par classe de cinq ans : hommes à gauche, femmes à droite, contour de la population.".to_owned(),
        notes: hidden_note(hidden, "classe", "classes").into_iter().collect(),
        n: Some(format!("{}\u{a0}passages d'âge et de sexe connus", typo::count(passages))),
        header: match other {
            None => HEADER.map(str::to_owned).to_vec(),
            Some(other) => HEADER.map(|title| title.replace("Habitants", &other.titre)).to_vec(),
        },
        rows: (0..CLASSES).map(|index| row(index, &classes[index], &men, &women)).collect(),
        drawing: Drawing::Pyramid(Pyramid {
            classes,
            label_men: "Hommes".to_owned(),
            label_women: "Femmes".to_owned(),
            label_outline: match other {
                None => words.french("population {region}"),
                Some(other) => words.french(&other.titre),
            },
            labelled: declared.etiquettes,
            label_axis: match other {
                None => "% des passages (barres) et de la population (contour)".to_owned(),
                Some(other) => words.french(&format!("% des passages : barres ; contour : {}", other.titre)),
            },
        }),
    })
}

/// Passages of known age and sex: all of them, less those without.
fn published_total(context: &Context, series: &Selection, missing: Option<f64>) -> Option<f64> {
    let all = Selection {
        indicateur: Some("RPU-I01".to_owned()),
        ..series.clone()
    };
    Some(context.value(&key(context, &all, false))? - missing?).filter(|total| *total > 0.0)
}

fn sex(context: &Context, series: &Selection, code: &str, other: Option<&Selection>) -> Sex {
    let population = &context.frame().population;
    let of_class = |series: &Selection, index: usize| {
        let key = key(context, series, false)
            .dim("sexe", code)
            .dim2("age_5", &class_code(index));
        context.look_up(&key)
    };
    let figures: Vec<Option<&Figure>> = (0..CLASSES).map(|index| of_class(series, index)).collect();
    Sex {
        passages: figures.iter().map(|figure| count_of(*figure)).collect(),
        statuses: figures.iter().map(|figure| status_of(*figure)).collect(),
        missing: figures.iter().flatten().find_map(|figure| figure.missing),
        inhabitants: match other {
            Some(other) => {
                let there = series.with(other);
                let of_class = |index: usize| count_of(of_class(&there, index)).unwrap_or_default();
                (0..CLASSES).map(of_class).collect()
            }
            None => (0..CLASSES)
                .map(|index| {
                    let rows = population.iter().filter(|(sex, ..)| sex == code);
                    let of_class = rows.filter(|(_, age, ..)| (usize::from(*age) / 5).min(CLASSES - 1) == index);
                    of_class.map(|(.., count)| *count as f64).sum()
                })
                .collect(),
        },
    }
}

fn row(index: usize, class: &AgeClass, men: &Sex, women: &Sex) -> (String, Vec<Cell>) {
    let count = |sex: &Sex| known_or(sex.statuses[index], sex.passages[index], "", typo::count);
    let share =
        |sex: &Sex, percent: Option<f64>| known_or(sex.statuses[index], percent, "%", |percent| typo::share(percent / 100.0));
    let inhabitants = |sex: &Sex| Cell::number(typo::count(sex.inhabitants[index]), sex.inhabitants[index], "");
    let cells = vec![
        count(men),
        count(women),
        share(men, class.men),
        share(women, class.women),
        inhabitants(men),
        inhabitants(women),
    ];
    (format!("{}\u{a0}ans", class.label), cells)
}

/// The aged among passages (as published, over known ages) and among inhabitants.
fn message(context: &Context, series: &Selection, classes: &[AgeClass]) -> Option<String> {
    let from = context.frame().bornes.geriatrie_a_partir_de;
    let aged: f64 = classes
        .get(first_class(from)?..)?
        .iter()
        .map(|class| class.population_men + class.population_women)
        .sum();
    let aged_passages = Selection {
        indicateur: Some("RPU-I16".to_owned()),
        ..series.clone()
    };
    let share = context.value(&key(context, &aged_passages, false)).filter(|_| aged > 0.0)?;
    Some(format!(
        "Les {from} ans et plus font {} des passages et {} des habitants",
        typo::share(share),
        typo::share(aged / 100.0)
    ))
}

/// The aged here and there.
fn beside(context: &Context, words: &Words, series: &Selection, other: &Selection) -> Option<String> {
    let from = context.frame().bornes.geriatrie_a_partir_de;
    let aged = Selection {
        indicateur: Some("RPU-I16".to_owned()),
        ..series.clone()
    };
    let here = context.value(&key(context, &aged, false))?;
    let there = context.value(&key(context, &aged.with(other), false))?;
    Some(format!(
        "Les {from} ans et plus font {} des passages ({} : {})",
        typo::share(here),
        words.french(&other.titre),
        typo::share(there)
    ))
}

/// The class that starts at an age; nothing for an age inside a class, whose inhabitants are not known apart.
fn first_class(age: i16) -> Option<usize> {
    usize::try_from(age).ok().filter(|age| age % 5 == 0).map(|age| age / 5)
}

/// `00-04`, `95+`: the modality of the figures.
fn class_code(index: usize) -> String {
    match index {
        19 => "95+".to_owned(),
        _ => format!("{:02}-{:02}", index * 5, index * 5 + 4),
    }
}

/// `0–4`, `95 et +`.
fn printed_class(index: usize) -> String {
    match index {
        19 => "95 et +".to_owned(),
        _ => format!("{}–{}", index * 5, index * 5 + 4),
    }
}
