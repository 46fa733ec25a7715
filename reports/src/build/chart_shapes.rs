//! Charts of a distribution: ages, lengths of stay, completeness, shares by modality.

use super::Context;
use super::cell::cell;
use super::chart_data::{Drawn, count_of, key, known, total};
use super::table::modality_label;
use super::words::Words;
use crate::charts::{AgeClass, Bar, Bars, Drawing, Durations, Pyramid, Radar, Spoke};
use crate::declaration::{ChartDecl, Measure, Selection};
use crate::document::Cell;
use crate::typography as typo;

/// Steps of 15 minutes up to 12 hours.
const STEPS: usize = 48;

/// Q-G10: passages by sex and five-year class over the population's outline, both in percent.
pub fn pyramid(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let frame = context.frame();
    let series = declared.serie.first()?;
    let labels: Vec<String> = (0..20)
        .map(|index| match index {
            19 => "95+".to_owned(),
            _ => format!("{:02}-{:02}", index * 5, index * 5 + 4),
        })
        .collect();
    let counts = |sex: &str| -> Vec<Option<f64>> {
        labels
            .iter()
            .map(|label| {
                let key = key(context, series, false).dim("sexe", sex).dim2("age_5", label);
                count_of(context.look_up(&key))
            })
            .collect()
    };
    let (men, women) = (counts("M"), counts("F"));
    let sum = total(&men)? + total(&women)?;
    let inhabitants: f64 = frame.population.iter().map(|row| row.3 as f64).sum();
    let population = |sex: &str, index: usize| -> f64 {
        let from = index * 5;
        frame
            .population
            .iter()
            .filter(|(row_sex, age, ..)| row_sex == sex && (usize::from(*age) / 5).min(19) * 5 == from)
            .map(|row| row.3 as f64)
            .sum::<f64>()
    };
    let percent = |value: f64| value / sum * 100.0;
    let classes: Vec<AgeClass> = (0..labels.len())
        .map(|index| AgeClass {
            label: class_label(index),
            men: men[index].map(percent),
            women: women[index].map(percent),
            population_men: population("M", index) / inhabitants.max(1.0) * 100.0,
            population_women: population("F", index) / inhabitants.max(1.0) * 100.0,
        })
        .collect();
    let old: f64 = classes[15..]
        .iter()
        .map(|class| class.population_men + class.population_women)
        .sum();
    let message = context
        .value(&key(
            context,
            &Selection {
                indicateur: Some("RPU-I16".to_owned()),
                ..Selection::default()
            },
            false,
        ))
        .filter(|_| inhabitants > 0.0)
        .map(|share| {
            format!(
                "Les 75 ans et plus font {} des passages et {} des habitants",
                typo::share(share),
                typo::share(old / 100.0)
            )
        });
    let rows = classes
        .iter()
        .enumerate()
        .map(|(index, class)| {
            (
                format!("{} ans", class.label),
                vec![
                    known(men[index], typo::count),
                    known(women[index], typo::count),
                    known(class.men, |value| typo::share(value / 100.0)),
                    known(class.women, |value| typo::share(value / 100.0)),
                    Cell::words(typo::count(population("M", index))),
                    Cell::words(typo::count(population("F", index))),
                ],
            )
        })
        .collect();
    Some(Drawn {
        message,
        alternative: "Pyramide par classe de cinq ans : hommes à gauche, femmes à droite, contour de la population.".to_owned(),
        n: Some(format!("{}\u{a0}passages d'âge et de sexe connus", typo::count(sum))),
        header: [
            "Âge",
            "Passages, hommes",
            "Passages, femmes",
            "% hommes",
            "% femmes",
            "Habitants, hommes",
            "Habitants, femmes",
        ]
        .map(str::to_owned)
        .to_vec(),
        rows,
        drawing: Drawing::Pyramid(Pyramid {
            classes,
            label_men: "Hommes".to_owned(),
            label_women: "Femmes".to_owned(),
            label_outline: words.french("population {region}"),
        }),
    })
}

/// `0–4`, `95 et +`.
fn class_label(index: usize) -> String {
    match index {
        19 => "95 et +".to_owned(),
        _ => format!("{}–{}", index * 5, index * 5 + 4),
    }
}

/// Q-G17: distribution of valid stays by 15 minutes, cumulative share, share beyond the axis.
pub fn durations(context: &Context, _: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let series = declared.serie.first()?;
    let step = |minutes: usize| {
        let key = key(context, series, false).dim("duree_15min", &format!("{minutes:04}"));
        context.look_up(&key)
    };
    let counts: Vec<Option<f64>> = (0..STEPS).map(|index| count_of(step(index * 15))).collect();
    let beyond = count_of(step(STEPS * 15));
    // The figures carry their denominator; without one, what is known adds up to it.
    let denominator = (0..=STEPS).find_map(|index| step(index * 15).filter(|figure| figure.printable())?.denominator);
    let sum = denominator.or_else(|| Some(total(&counts)? + beyond.unwrap_or(0.0)))?;
    let percent = |value: f64| value / sum * 100.0;
    let steps: Vec<Option<f64>> = counts.iter().map(|count| count.map(percent)).collect();
    let mut running = Some(0.0);
    let cumulative: Vec<Option<f64>> = steps
        .iter()
        .map(|value| {
            running = running.zip(*value).map(|(sum, value)| sum + value);
            running
        })
        .collect();
    total(&counts)?;
    let value = |indicator: &str| {
        let selection = Selection {
            indicateur: Some(indicator.to_owned()),
            ..series.clone()
        };
        context.value(&key(context, &selection, false))
    };
    let message = value("RPU-I61").zip(value("ORU-I62-8H")).map(|(median, long)| {
        format!(
            "La moitié des passages durent moins de {} ; {} dépassent 8 heures",
            typo::duration(median),
            typo::share(long)
        )
    });
    let clock = |minutes: usize| typo::duration(minutes as f64);
    let mut rows: Vec<(String, Vec<Cell>)> = (0..STEPS)
        .map(|index| {
            (
                format!("de {} à {}", clock(index * 15), clock(index * 15 + 15)),
                vec![
                    known(counts[index], typo::count),
                    known(steps[index], |value| typo::share(value / 100.0)),
                    known(cumulative[index], |value| typo::share(value / 100.0)),
                ],
            )
        })
        .collect();
    rows.push((
        "12 h et plus".to_owned(),
        vec![
            known(beyond, typo::count),
            known(beyond.map(percent), |value| typo::share(value / 100.0)),
            Cell::words(""),
        ],
    ));
    let beyond_text = beyond.map_or_else(|| "nd".to_owned(), |beyond| typo::share(beyond / sum));
    Some(Drawn {
        message,
        alternative: format!(
            "Histogramme par pas de 15 minutes jusqu'à 12 heures et courbe cumulée ; au-delà de l'axe : {beyond_text}."
        ),
        n: Some(format!("{}\u{a0}durées valides", typo::count(sum))),
        header: ["Durée", "Passages", "%", "% cumulé"].map(str::to_owned).to_vec(),
        rows,
        drawing: Drawing::Durations(Durations {
            steps,
            cumulative,
            beyond: beyond.map(percent),
            lines: vec![(4.0, "4\u{a0}h".to_owned()), (8.0, "8\u{a0}h".to_owned())],
        }),
    })
}

/// Q-G01: fill rate of each field, in families.
pub fn radar(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let mut spokes = Vec::new();
    let mut rows = Vec::new();
    for family in &declared.famille {
        for axis in &family.axe {
            let value = |before: bool| context.value(&key(context, axis, before)).map(|share| share * 100.0);
            let label = words.french(&axis.titre);
            let with = |measure: Measure, period| {
                cell(
                    context,
                    &Selection {
                        mesure: Some(measure),
                        periode: Some(period),
                        ..axis.clone()
                    },
                )
            };
            use crate::declaration::Period::{Courante, N1};
            rows.push((
                label.clone(),
                vec![
                    Cell::words(words.french(&family.titre)),
                    with(Measure::Valeur, Courante),
                    with(Measure::Valeur, N1),
                    with(Measure::Evolution, Courante),
                ],
            ));
            spokes.push(Spoke {
                family: words.french(&family.titre),
                label,
                now: value(false),
                before: value(true),
            });
        }
    }
    let mut weakest: Vec<(&str, f64)> = spokes
        .iter()
        .filter_map(|spoke| Some((spoke.label.as_str(), spoke.now?)))
        .collect();
    weakest.sort_by(|a, b| a.1.total_cmp(&b.1));
    let list: Vec<String> = weakest
        .iter()
        .take(3)
        .map(|(label, value)| format!("{} ({})", label, typo::share(value / 100.0)))
        .collect();
    (!list.is_empty()).then(|| Drawn {
        message: Some(format!("Champs les moins renseignés : {}", list.join(", "))),
        alternative: format!(
            "Radar de {} champs en {} familles, sur cette période et un an plus tôt.",
            rows.len(),
            declared.famille.len()
        ),
        n: None,
        header: ["Champ", "Famille", "{court}", "{court_n1}", "Écart"]
            .map(str::to_owned)
            .to_vec(),
        rows,
        drawing: Drawing::Radar(Radar {
            spokes,
            label: words.french("{court}"),
            label_before: words.french("{court_n1}"),
        }),
    })
}

/// One bar per modality of a dimension, both periods.
pub fn bars(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let series = declared.serie.first()?;
    let dim = series.dim.clone().unwrap_or_default();
    let mut bars: Vec<Bar> = Vec::new();
    let mut rows = Vec::new();
    for code in context.figures.modalities(&series.indicator(), &dim, None, "") {
        let one = Selection {
            modalite: Some(code.clone()),
            ..series.clone()
        };
        let printed = cell(context, &one);
        let value = |before: bool| context.value(&key(context, &one, before)).map(|share| share * 100.0);
        let with = |period, measure| {
            cell(
                context,
                &Selection {
                    periode: Some(period),
                    mesure: Some(measure),
                    ..one.clone()
                },
            )
        };
        use crate::declaration::Period::{Courante, N1};
        let label = modality_label(&dim, &code);
        rows.push((
            value(false),
            label.clone(),
            vec![
                with(Courante, Measure::Valeur),
                with(N1, Measure::Valeur),
                with(Courante, Measure::Evolution),
            ],
        ));
        bars.push(Bar {
            // The precision in brackets stays in the data table.
            label: label.split(" (").next().unwrap_or(&label).to_owned(),
            percent: value(false),
            before: value(true),
            printed: printed.text,
        });
    }
    bars.sort_by(|a, b| b.percent.unwrap_or(-1.0).total_cmp(&a.percent.unwrap_or(-1.0)));
    rows.sort_by(|a, b| b.0.unwrap_or(-1.0).total_cmp(&a.0.unwrap_or(-1.0)));
    let top = bars.first()?;
    let message = top
        .percent
        .map(|_| format!("{} : {}, le taux le plus élevé", top.label, top.printed));
    Some(Drawn {
        message,
        alternative: format!("Barres horizontales, {} modalités, par taux décroissant.", bars.len()),
        n: None,
        header: ["Discipline", "{court}", "{court_n1}", "Écart"].map(str::to_owned).to_vec(),
        rows: rows.into_iter().map(|(_, label, cells)| (label, cells)).collect(),
        drawing: Drawing::Bars(Bars {
            bars,
            label_before: words.french("{court_n1}"),
        }),
    })
}
