//! Charts of shares: fill rates in a radar, one bar per modality.

use super::{Drawn, key};
use crate::build::Context;
use crate::build::cell::cell;
use crate::build::modality::{capital, modality_label};
use crate::build::words::Words;
use crate::charts::{Bar, Bars, Drawing, Radar, Spoke};
use crate::declaration::Period::{Courante, N1};
use crate::declaration::{ChartDecl, Measure, Period, ReliabilityDecl, Selection};
use crate::document::Cell;
use crate::typography as typo;

/// Q-G01: fill rate of each field, in families.
pub fn radar(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let mut spokes = Vec::new();
    let mut rows = Vec::new();
    // The same fields elsewhere, or the year before.
    let other = declared.comparaison.as_ref();
    for family in &declared.famille {
        let title = words.french(&family.titre);
        for axis in &family.axe {
            let label = words.french(&axis.titre);
            let mut cells = vec![Cell::words(title.clone())];
            match other {
                None => cells.extend(both_periods(context, axis)),
                Some(other) => cells.extend(both_places(context, axis, other)),
            }
            rows.push((label.clone(), cells));
            spokes.push(Spoke {
                family: title.clone(),
                label,
                now: percent(context, axis, false),
                before: match other {
                    None => percent(context, axis, true),
                    Some(other) => percent(context, &axis.with(other), false),
                },
            });
        }
    }
    let mut known: Vec<(&str, f64)> = spokes
        .iter()
        .filter_map(|spoke| Some((spoke.label.as_str(), spoke.now?)))
        .collect();
    known.sort_by(|a, b| a.1.total_cmp(&b.1));
    let weakest: Vec<String> = known
        .iter()
        .take(3)
        .map(|(label, value)| format!("{label} ({})", typo::share(value / 100.0)))
        .collect();
    if weakest.is_empty() {
        return None;
    }
    Some(Drawn {
        message: Some(format!("Champs les moins renseignés : {}", weakest.join(", "))),
        alternative: match other {
            None => format!(
                "Radar de {} champs en {} familles, sur cette période et un an plus tôt.",
                rows.len(),
                declared.famille.len()
            ),
            Some(other) => format!(
                "Radar de {} champs en {} familles, avec {}.",
                rows.len(),
                declared.famille.len(),
                words.french(&other.titre)
            ),
        },
        notes: Vec::new(),
        n: None,
        header: match other {
            None => ["Champ", "Famille", "{court}", "{court_n1}", "Écart"]
                .map(str::to_owned)
                .to_vec(),
            Some(other) => ["Champ", "Famille", "{sujet}", &other.titre].map(str::to_owned).to_vec(),
        },
        rows,
        drawing: Drawing::Radar(Radar {
            spokes,
            label: match other {
                None => words.french("{court}"),
                Some(_) => own_name(context, words),
            },
            label_before: words.french(other.map_or("{court_n1}", |other| &other.titre)),
        }),
    })
}

/// A site has a long name, and says « le site ».
fn own_name(context: &Context, words: &Words) -> String {
    match &context.frame().sujet {
        Some(subject) if subject.niveau == "etablissement" => "Le site".to_owned(),
        _ => words.french("{sujet}"),
    }
}

/// Value here and there.
fn both_places(context: &Context, selection: &Selection, other: &Selection) -> [Cell; 2] {
    let print = |selection: Selection| {
        cell(
            context,
            &Selection {
                mesure: Some(Measure::Valeur),
                ..selection
            },
        )
    };
    [print(selection.clone()), print(selection.with(other))]
}

/// One bar per modality of a dimension, highest first, with the year before.
pub fn bars(context: &Context, words: &Words, declared: &ChartDecl) -> Option<Drawn> {
    let series = declared.serie.first()?;
    let dim = series.dim.clone().unwrap_or_default();
    let dimension = context
        .figures
        .entry(&dim)
        .map_or("Modalité", |entry| &entry.titre)
        .to_owned();
    let mut found: Vec<(Bar, String, Vec<Cell>)> = context
        .figures
        .modalities(&series.indicator(), &dim, None, "")
        .into_iter()
        .map(|code| {
            let one = Selection {
                modalite: Some(code.clone()),
                ..series.clone()
            };
            let label = modality_label(context, &dim, &code);
            let reliability = declared.fiabilite.as_ref().map(|rule| reliability(context, &one, rule));
            let bar = Bar {
                // The precision in brackets stays in the data table.
                label: label.split(" (").next().unwrap_or(&label).to_owned(),
                percent: percent(context, &one, false),
                before: percent(context, &one, true),
                printed: cell(context, &one).text,
                fragile: reliability.as_ref().is_some_and(|(fragile, _)| *fragile),
            };
            let cells = both_periods(context, &one)
                .into_iter()
                .chain(reliability.map(|(_, cell)| cell));
            (bar, label, cells.collect())
        })
        .collect();
    // Those that can be trusted first, highest rate first.
    let rate = |bar: &Bar| bar.percent.unwrap_or(-1.0);
    found.sort_by(|a, b| a.0.fragile.cmp(&b.0.fragile).then(rate(&b.0).total_cmp(&rate(&a.0))));
    let fragile = found.iter().filter(|(bar, ..)| bar.fragile).count();
    let highest = &found.first()?.0;
    let among = match (&declared.fiabilite, fragile) {
        (Some(rule), 1..) => format!(", le taux le plus élevé parmi les disciplines de {} suffisante", rule.mot),
        _ => ", le taux le plus élevé".to_owned(),
    };
    let message = highest
        .percent
        .filter(|_| !highest.fragile)
        .map(|_| format!("{} : {}{among}", highest.label, highest.printed));
    let notes = match &declared.fiabilite {
        Some(rule) if fragile > 0 => vec![format!(
            "Barres grises : {} sous {}, à ne pas lire comme une tension.",
            rule.mot,
            typo::share_with_digits(rule.seuil, 0)
        )],
        _ => Vec::new(),
    };
    let mut header = vec![dimension, "{court}".to_owned(), "{court_n1}".to_owned(), "Écart".to_owned()];
    header.extend(declared.fiabilite.as_ref().map(|rule| capital(&rule.mot)));
    let (bars, rows) = found.into_iter().map(|(bar, label, cells)| (bar, (label, cells))).unzip();
    let bars: Vec<Bar> = bars;
    Some(Drawn {
        message,
        alternative: format!("Barres horizontales, {} modalités, par taux décroissant.", bars.len()),
        notes,
        n: None,
        header,
        rows,
        drawing: Drawing::Bars(Bars {
            bars,
            label_before: words.french("{court_n1}"),
            dense: false,
        }),
    })
}

/// Whether a bar stands below the threshold of its reliability, and that reliability as printed. Unknown is not reliable.
fn reliability(context: &Context, bar: &Selection, rule: &ReliabilityDecl) -> (bool, Cell) {
    let selection = Selection {
        indicateur: Some(rule.indicateur.clone()),
        ..bar.clone()
    };
    let fragile = percent(context, &selection, false).is_none_or(|percent| percent < rule.seuil * 100.0);
    let printed = cell(
        context,
        &Selection {
            mesure: Some(Measure::Valeur),
            ..selection
        },
    );
    (fragile, printed)
}

/// A share of the main period or of the year before, in percent.
fn percent(context: &Context, selection: &Selection, before: bool) -> Option<f64> {
    context.value(&key(context, selection, before)).map(|share| share * 100.0)
}

/// Value, value of the year before, change.
fn both_periods(context: &Context, selection: &Selection) -> [Cell; 3] {
    let print = |periode: Period, mesure: Measure| {
        cell(
            context,
            &Selection {
                periode: Some(periode),
                mesure: Some(mesure),
                ..selection.clone()
            },
        )
    };
    [
        print(Courante, Measure::Valeur),
        print(N1, Measure::Valeur),
        print(Courante, Measure::Evolution),
    ]
}
